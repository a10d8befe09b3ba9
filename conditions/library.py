"""The content library: readable files, one a condition, Dutch and English side by side.

`read` turns a folder of YAML into plain data in one full form: every key of its shape is
there, every statement has the provenance, sources and review date that it says itself or takes
over from around it. Each mistake becomes one sentence with the file and the line, in the active
language. No database is needed for that.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from conditions import lint_words, linting, shapes
from conditions.shapes import LANGUAGES, REQUIRED, STATEMENT, Shape, most_characters

HOME = Path(__file__).resolve().parent / "library"
LISTS = {name: shapes.KINDS[name] for name in linting.LISTS}
Data = dict[str, Any]


class Placed(dict[str, Any]):
    """Keys and values that know the line of their file on which they and their keys began."""

    file = ""
    line = 0
    lines: Mapping[str, int] = {}


@dataclass(frozen=True)
class Library:
    """All content in its full form, and a sentence for each mistake found on the way."""

    sources: list[Data]
    activities: list[Data]
    questions: list[Data]
    red_flags: list[Data]
    guides: list[Data]
    conditions: list[Data]
    problems: list[str]


def read(folder: Path = HOME) -> Library:
    """Read all files of a folder. Never raises for what a file says: see `problems`.

    The linter looks only at what is in its full form: its findings are among the problems where
    there are no others. What it merely warns of is left to who asks `linting.lint_library`.
    """
    return read_files({path.name: path.read_bytes() for path in folder.glob("*.yaml")})


def read_files(contents: Mapping[str, bytes], *, stored: Library | None = None) -> Library:
    """The same for files by their names.

    With what is `stored` they need not be a whole library: lists may be missing, and what one
    file points to may be there already. The answer has what the files say alone.
    """
    reader = _Reader(contents)
    lists: dict[str, list[Data]] = {}
    for name, shape in LISTS.items():
        file = f"{name}.yaml"
        is_there = stored is None or file in contents
        lists[name] = reader.each(shape, reader.file(file, list), _Where(file)) if is_there else []
    conditions: list[Data] = []
    for file in sorted(file for file in contents if file.removesuffix(".yaml") not in LISTS):
        raw = reader.file(file, dict)
        if raw:
            data = reader.full(shapes.CONDITION, raw, _Where(file), {})
            data.file = file
            conditions.append(data)
    files = Library(**lists, conditions=conditions, problems=reader.problems)
    if not files.problems:
        files.problems.extend(_blocking(files, stored))
    if not files.problems:
        conditions.sort(key=lambda data: (data["order"], data["slug"]))
    return files


def _blocking(files: Library, stored: Library | None) -> Iterator[str]:
    """What the linter finds wrong with the files, and not with what is stored beside them."""
    together = files
    if stored is not None:
        lists = {name: list(getattr(files, name)) for name in LISTS}
        for name, key in linting.LISTS.items():
            known = {item[key] for item in lists[name]}
            lists[name] += [item for item in getattr(stored, name) if item[key] not in known]
        together = replace(files, **lists)
    for file, line, finding in linting.lint_library(together):
        if finding.is_blocking and (line or stored is None):
            yield lint_words.in_file(file, line, finding)


@dataclass(frozen=True)
class _Where:
    """The file, line and thing that a mistake is about."""

    file: str
    line: int = 0
    thing: str = ""

    def at(self, raw: Any, thing: str = "") -> "_Where":
        inside = ": ".join(filter(None, (self.thing, thing)))
        return replace(self, line=getattr(raw, "line", self.line), thing=inside)

    def key(self, raw: Any, key: str) -> "_Where":
        return replace(self, line=getattr(raw, "lines", {}).get(key, self.line))

    def __str__(self) -> str:
        words = {"file": self.file, "line": self.line}
        place = _("%(file)s, line %(line)s") % words if self.line else self.file
        return f"{place}: {self.thing}" if self.thing else place


class _Reader:
    """Brings raw YAML into the full form and writes down what is wrong with it."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self.contents = contents
        self.problems: list[str] = []

    def say(self, where: _Where, words: str) -> None:
        self.problems.append(f"{where}: {words}")

    def file(self, name: str, kind: type) -> Any:
        where = _Where(name)
        if name not in self.contents:
            self.say(where, _("the file is missing."))
            return kind()
        try:
            # Some editors begin a file with a mark of their own.
            text = self.contents[name].decode("utf-8-sig")
            content = yaml.load(text, _Loader)  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            if mark is not None:
                where = replace(where, line=mark.line + 1)
            reason = getattr(error, "problem", None) or " ".join(str(error).split())
            self.say(where, _("cannot be read as YAML: %(reason)s.") % {"reason": reason})
        else:
            if isinstance(content, kind):
                return content
            if kind is list:
                self.say(where, _("expected a list at the top."))
            else:
                self.say(where, _("expected keys and values at the top."))
        return kind()

    def each(
        self, shape: Shape, raw: Any, where: _Where, kind: str = "", around: Data | None = None
    ) -> list[Data]:
        if not isinstance(raw, list):
            found = {"found": repr(raw)}
            self.say(where.at(raw, kind), _("expected a list, found %(found)s.") % found)
            raw = []
        return [
            self.full(
                shape, item, where.at(item, f"{kind} {_name(item, number)}".strip()), around or {}
            )
            for number, item in enumerate(raw)
        ]

    def full(self, shape: Shape, raw: Any, where: _Where, around: Data) -> Placed:
        """`raw` with every key of its shape; unknown, missing and wrong keys become problems."""
        if not isinstance(raw, dict):
            found = {"found": repr(raw)}
            self.say(where, _("expected keys and values, found %(found)s.") % found)
            return Placed()
        where = where.at(raw)
        for key in sorted(str(key) for key in set(raw) - shape.keys):
            self.say(where.key(raw, key), _("unknown key %(key)s.") % {"key": repr(key)})
        data = self.plain(shape.plain, raw, where)
        data.line, data.lines = getattr(raw, "line", 0), getattr(raw, "lines", {})
        for key in (*shape.texts, *shape.optional):
            data[key] = self.text(key, raw.get(key), where.key(raw, key))
        if shape.is_statement:
            own = self.statement(raw, where, around)
            data |= own
            around = own
        elif shape.sets_defaults:
            around = {key: raw[key] for key in STATEMENT if key in raw}
        for key, part in shape.only.items():
            data[key] = None
            there = where.key(raw, key)
            if raw.get(key) is not None:
                data[key] = self.full(part, raw[key], there.at(raw[key], _words(key)), around)
            elif key in shape.needed:
                self.say(there, _("%(key)s is missing.") % {"key": key})
        for key, part in shape.parts.items():
            items = raw.get(key) or []
            data[key] = self.each(part, items, where.key(raw, key), _words(key), around)
        return _settled(shape, data)

    def plain(self, keys: Mapping[str, shapes.Key], raw: Data, where: _Where) -> Placed:
        data = Placed()
        for name, key in keys.items():
            default = list(key.default) if isinstance(key.default, list) else key.default
            data[name] = raw.get(name, default)
            there = where.key(raw, name)
            if data[name] is REQUIRED:
                data[name] = None
                self.say(there, _("%(key)s is missing.") % {"key": name})
            elif mistake := key.mistake(data[name]):
                data[name] = None
                params = dict(mistake.params)
                if "wanted" in params:
                    params["wanted"] = _(params["wanted"])
                self.say(there, f"{name} {_(mistake.words) % params}.")
        return data

    def text(self, key: str, raw: Any, where: _Where) -> Placed:
        """A text in both languages; what is missing in one of them the linter will say."""
        data = Placed(dict.fromkeys(LANGUAGES, ""))
        if raw is None:
            return data
        if not isinstance(raw, dict):
            words = {"key": key, "found": repr(raw)}
            self.say(where, _("%(key)s has to be a text in each language, not %(found)s.") % words)
            return data
        data.line, data.lines = getattr(raw, "line", 0), getattr(raw, "lines", {})
        for language in sorted(map(str, set(raw) - set(LANGUAGES))):
            words = {"key": key, "language": language}
            self.say(where, _("%(key)s has a text in “%(language)s”, no language here.") % words)
        for language in LANGUAGES:
            data[language] = str(raw.get(language) or "").strip()
            if len(data[language]) > (most := most_characters(key)):
                about = {"key": key, "language": language, "most": most}
                long = _("%(key)s in “%(language)s” is longer than %(most)s characters.")
                self.say(where.key(raw, language), long % about)
        return data

    def statement(self, raw: Data, where: _Where, around: Data) -> Data:
        said = {key: raw[key] for key in STATEMENT if key in raw}
        own = Placed({"sources": []} | around | said)
        own.lines = getattr(raw, "lines", {})
        data = self.plain(STATEMENT, own, where)
        data["sources"] = sorted(map(str, data["sources"] or ()))
        return data


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice: YAML would silently drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        counted = Counter(map(repr, keys))
        twice = {str(key) for key in keys if counted[repr(key)] > 1}
        if twice:
            told = _("the key %(key)s stands twice") % {"key": repr(min(twice))}
            raise yaml.constructor.ConstructorError(None, None, told, node.start_mark)
        return super().construct_mapping(node, deep)

    def construct_placed(self, node: yaml.MappingNode) -> Iterator[Placed]:
        data = Placed()
        data.line = node.start_mark.line + 1
        data.lines = {str(key.value): key.start_mark.line + 1 for key, _value in node.value}
        yield data
        data.update(self.construct_mapping(node))

    def construct_value(self, node: yaml.ScalarNode) -> Any:
        """Numbers and days, also those that there cannot be, such as 2026-02-30."""
        try:
            return _VALUES[node.tag](self, node)
        except (ValueError, OverflowError) as error:
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value[:40]!r} is no such value", node.start_mark
            ) from error


_VALUES: Mapping[str, Any] = {
    f"tag:yaml.org,2002:{kind}": yaml.constructor.SafeConstructor.yaml_constructors[
        f"tag:yaml.org,2002:{kind}"
    ]
    for kind in ("int", "float", "timestamp")
}
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_placed)
for _tag in _VALUES:
    _Loader.add_constructor(_tag, _Loader.construct_value)


def _settled(shape: Shape, data: Placed) -> Placed:
    """Lists whose order says nothing, in the order in which the database gives them back."""
    if shape is shapes.PLAN:
        data["stages"] = sorted(map(str, data["stages"] or []))
        data["asks"] = sorted(map(str, data["asks"] or []))
        data["switches"].sort(key=lambda switch: str(switch.get("key")))
    if shape is shapes.ICD10:
        data |= {"reviewer": "", "reviewed_on": None, "review_on": None}  # as its condition is
    if shape is shapes.CONDITION:
        data["red_flags"] = sorted(map(str, data["red_flags"] or []))
        data["stages"].sort(key=lambda stage: (stage.get("order") or 0, str(stage.get("code"))))
    return data


def _name(item: Any, number: int) -> str:
    """How a mistake names an item: by its key, else by its place."""
    if isinstance(item, dict):
        for key in ("code", "slug", "key", "activity"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return str(number + 1)


def _words(key: str) -> str:
    return key.replace("_", " ")
