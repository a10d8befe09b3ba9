"""The content library: readable files, one a condition, Dutch and English side by side.

`read` turns a folder of YAML into plain data in one full form: every key of its shape is
there, every statement has the provenance, sources and review date that it says itself or takes
over from around it. Each mistake becomes one sentence with the file and the place. No database
is needed for that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conditions import proofreading, shapes
from conditions.enums import Provenance
from conditions.shapes import LANGUAGES, MOST_CHARACTERS, REQUIRED, SHORT_TEXTS, STATEMENT, Shape

HOME = Path(__file__).resolve().parent / "library"
LISTS = {
    "sources": shapes.SOURCE,
    "activities": shapes.ACTIVITY,
    "questions": shapes.QUESTION,
    "red_flags": shapes.RED_FLAG,
    "guides": shapes.GUIDE,
}
Data = dict[str, Any]


class Placed(dict[str, Any]):
    """Keys and values that know the line of their file on which they began."""

    line = 0


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

    What concerns several things at once (windows that join, names that must exist) is looked
    at only where each thing by itself is right.
    """
    reader = _Reader()
    lists = {
        name: reader.each(shape, reader.file(folder / f"{name}.yaml", list), f"{name}.yaml", {})
        for name, shape in LISTS.items()
    }
    conditions = []
    for path in sorted(path for path in folder.glob("*.yaml") if path.stem not in LISTS):
        raw = reader.file(path, dict)
        if raw:
            conditions.append(reader.full(shapes.CONDITION, raw, path.name, {}))
    problems = reader.problems or proofreading.problems(**lists, conditions=conditions)
    if not problems:
        conditions.sort(key=lambda data: (data["order"], data["slug"]))
    return Library(**lists, conditions=conditions, problems=problems)


class _Reader:
    """Brings raw YAML into the full form and writes down what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def file(self, path: Path, kind: type) -> Any:
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506
        except FileNotFoundError:
            self.problems.append(f"{path.name}: the file is missing.")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            reason = " ".join(str(error).split())
            self.problems.append(f"{path.name}: cannot be read as YAML: {reason}.")
        else:
            if isinstance(content, kind):
                return content
            wanted = "a list" if kind is list else "keys and values"
            self.problems.append(f"{path.name}: expected {wanted} at the top.")
        return kind()

    def each(self, shape: Shape, raw: Any, where: str, around: Data) -> list[Data]:
        if not isinstance(raw, list):
            self.problems.append(f"{where}: expected a list, found {raw!r}.")
            raw = []
        return [
            self.full(shape, item, f"{where} {_name(item, number)}", around)
            for number, item in enumerate(raw)
        ]

    def full(self, shape: Shape, raw: Any, where: str, around: Data) -> Data:
        """`raw` with every key of its shape; unknown, missing and wrong keys become problems."""
        if not isinstance(raw, dict):
            self.problems.append(f"{where}: expected keys and values, found {raw!r}.")
            return {}
        line = getattr(raw, "line", 0)
        unknown = sorted(str(key) for key in set(raw) - shape.keys)
        self.problems += [f"{where}: unknown key {key!r}." for key in unknown]
        data = self.plain(shape.plain, raw, where)
        data.line = line
        for key in (*shape.texts, *shape.optional):
            data[key] = self.text(key, raw.get(key), where, needed=key in shape.texts)
        if shape.is_statement:
            own = self.statement(raw, where, around)
            data |= own
            around = own
        elif shape.sets_defaults:
            around = {key: raw[key] for key in STATEMENT if key in raw}
        for key, part in shape.only.items():
            data[key] = None
            if raw.get(key) is not None:
                data[key] = self.full(part, raw[key], f"{where}: {_words(key)}", around)
            elif key in shape.needed:
                self.problems.append(f"{where}: {key} is missing.")
        for key, part in shape.parts.items():
            data[key] = self.each(part, raw.get(key) or [], f"{where}: {_words(key)}", around)
        return _settled(shape, data)

    def plain(self, keys: Mapping[str, shapes.Key], raw: Data, where: str) -> Placed:
        data = Placed()
        for name, key in keys.items():
            default = list(key.default) if isinstance(key.default, list) else key.default
            data[name] = raw.get(name, default)
            if data[name] is REQUIRED:
                data[name] = None
                self.problems.append(f"{where}: {name} is missing.")
            elif mistake := key.mistake(data[name]):
                data[name] = None
                self.problems.append(f"{where}: {name} {mistake}.")
        return data

    def text(self, key: str, raw: Any, where: str, *, needed: bool) -> Data:
        if raw is None and not needed:
            return dict.fromkeys(LANGUAGES, "")
        texts = raw if isinstance(raw, dict) else {}
        data = {language: str(texts.get(language) or "").strip() for language in LANGUAGES}
        self.problems += [
            f"{where}: {key} has nothing in {language}."
            for language, text in data.items()
            if not text
        ]
        self.problems += [
            f"{where}: {key} has a text in {language!r}, which is no language here."
            for language in sorted(map(str, set(texts) - set(LANGUAGES)))
        ]
        for language, text in data.items():
            place = f"{where}: {key} in {language}"
            if key in SHORT_TEXTS and len(text) > MOST_CHARACTERS:
                self.problems.append(f"{place} is longer than {MOST_CHARACTERS} characters.")
            self.problems += [
                f"{place} says {claim!r}, which promises or claims too much."
                for claim in proofreading.claims(text)
            ]
        return data

    def statement(self, raw: Data, where: str, around: Data) -> Data:
        said = {key: raw[key] for key in STATEMENT if key in raw}
        before = len(self.problems)
        data = self.plain(STATEMENT, {"sources": []} | around | said, where)
        if len(self.problems) > before:
            return data
        data["sources"] = sorted(map(str, data["sources"]))
        if data["provenance"] != Provenance.CONVENTION and not data["sources"]:
            self.problems.append(f"{where}: {data['provenance']} needs a source.")
        return data


class _Loader(yaml.CSafeLoader):
    """Refuses a key that stands twice: YAML would silently drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {min(twice)!r} stands twice", node.start_mark
            )
        return super().construct_mapping(node, deep)

    def construct_placed(self, node: yaml.MappingNode) -> Iterator[Placed]:
        data = Placed()
        data.line = node.start_mark.line + 1
        yield data
        data.update(self.construct_mapping(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_placed)


def _settled(shape: Shape, data: Data) -> Data:
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
