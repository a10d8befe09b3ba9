"""The content library: readable files, one a condition, Dutch and English side by side.

`read` turns a folder of YAML into plain data in one full form: every key present, every
statement with the provenance and sources it says itself or takes over from around it. Each
mistake becomes one sentence with the file and the place. No database is needed for that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from conditions.enums import (
    Anchor,
    Channel,
    CriterionKind,
    LoadLevel,
    Provenance,
    Rule,
    SourceKind,
    Topic,
    Urgency,
    WalkingAid,
)
from conditions.limits import SATISFYING

LANGUAGES = ("nl", "en")
HOME = Path(__file__).resolve().parent / "library"
LISTS = ("sources", "activities", "red_flags")
Data = dict[str, Any]

# Words that promise what no diary can keep, in both languages.
FORBIDDEN = ("diagnos", "geneest", "genezing", "cure", "guarantee", "garandeer", "voorspel")


@dataclass(frozen=True)
class Shape:
    """The keys of one kind of thing, with what stands there when a key is left out.

    `texts` are in both languages; those in `optional` may be left out altogether.
    """

    plain: Mapping[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    choices: Mapping[str, type] = field(default_factory=dict)
    is_statement: bool = True

    @property
    def keys(self) -> set[str]:
        own = {*self.plain, *self.texts, *self.optional, *self.lists}
        return own | {"provenance", "sources", "review_on"} if self.is_statement else own


REQUIRED: Any = object()

SOURCE = Shape(
    plain={"key": REQUIRED, "title": REQUIRED, "publisher": "", "url": "", "year": None}
    | {"kind": REQUIRED},
    choices={"kind": SourceKind},
    is_statement=False,
)
ACTIVITY = Shape(
    plain={"slug": REQUIRED, "minutes": True, "order": 0}, texts=("name",), is_statement=False
)
RED_FLAG = Shape(
    plain={"code": REQUIRED, "order": 0, "urgency": REQUIRED},
    texts=("question", "action"),
    choices={"urgency": Urgency},
)
CONDITION = Shape(
    plain={"slug": REQUIRED, "order": 0, "icd10": None},
    texts=("name", "summary"),
    optional=("synonyms",),
    lists=("red_flags", "facts", "stages", "plans"),
)
FACT = Shape(
    plain={"topic": REQUIRED}, texts=("text",), optional=("title",), choices={"topic": Topic}
)
STAGE = Shape(plain={"code": REQUIRED, "order": 0}, texts=("name",), optional=("text",))
PLAN = Shape(
    plain={"code": REQUIRED, "version": 1, "anchor": REQUIRED, "brisk_shift": False}
    | {"pain_curve": None},
    texts=("name", "summary"),
    optional=("day_zero_help",),
    lists=("stages", "switches", "phases", "milestones"),
    choices={"anchor": Anchor},
)
SWITCH = Shape(plain={"key": REQUIRED, "default": False}, texts=("name",), optional=("help",))
PAIN_CURVE = Shape(
    plain={"channel": REQUIRED, "points": REQUIRED},
    optional=("note",),
    choices={"channel": Channel},
)
PHASE = Shape(
    plain={"code": REQUIRED, "from_day": REQUIRED, "to_day": None, "limit": REQUIRED}
    | {"pain_limits": None},
    texts=("name",),
    optional=("goal",),
    lists=("criteria", "rules", "advice"),
    is_statement=False,
)
LIMIT = Shape(
    plain={"level": REQUIRED, "percent": None, "aids": REQUIRED},
    texts=("text",),
    choices={"level": LoadLevel},
)
PAIN_LIMITS = Shape(plain={"loading": None, "rest": None, "night": None}, optional=("text",))
CRITERION = Shape(plain={"kind": REQUIRED}, texts=("text",), choices={"kind": CriterionKind})
RULE = Shape(
    plain={"activity": REQUIRED, "rule": REQUIRED, "minutes": None, "switch": None},
    texts=("reason",),
    optional=("dose",),
    choices={"rule": Rule},
)
ADVICE = Shape(plain={"rule": REQUIRED, "switch": None}, texts=("text",), choices={"rule": Rule})
MILESTONE = Shape(
    plain={"code": REQUIRED, "phase": None}
    | {"early_day": REQUIRED, "typical_day": REQUIRED, "late_day": REQUIRED},
    texts=("name",),
    optional=("text",),
)


@dataclass(frozen=True)
class Library:
    """All content in its full form, and a sentence for each mistake found on the way."""

    sources: list[Data]
    activities: list[Data]
    red_flags: list[Data]
    conditions: list[Data]
    problems: list[str]


def read(folder: Path = HOME) -> Library:
    """Read all files of a folder. Never raises for what a file says: see `problems`."""
    reader = _Reader()
    lists = {name: reader.file(folder / f"{name}.yaml", []) for name in LISTS}
    files = sorted(path for path in folder.glob("*.yaml") if path.stem not in LISTS)
    conditions = []
    for path in files:
        raw = reader.file(path, {})
        if raw:
            conditions.append(reader.condition(raw, path.name))
    library = Library(
        sources=reader.each(SOURCE, lists["sources"], "sources.yaml", {}),
        activities=reader.each(ACTIVITY, lists["activities"], "activities.yaml", {}),
        red_flags=reader.each(RED_FLAG, lists["red_flags"], "red_flags.yaml", {}),
        conditions=sorted(conditions, key=lambda data: (data["order"], data["slug"])),
        problems=reader.problems,
    )
    reader.references(library)
    return library


class _Reader:
    """Brings raw YAML into the full form and writes down what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def file(self, path: Path, empty: Any) -> Any:
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problems.append(f"{path.name}: the file is missing.")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.problems.append(f"{path.name}: cannot be read as YAML: {error}".replace("\n", " "))
        else:
            if isinstance(content, type(empty)):
                return content
            self.problems.append(f"{path.name}: expected a {type(empty).__name__} at the top.")
        return empty

    def condition(self, raw: Data, where: str) -> Data:
        data = self.full(CONDITION, raw, where, {})
        around = _statement(data)
        data["facts"] = self.each(FACT, data["facts"], f"{where}: fact", around)
        data["stages"] = self.each(STAGE, data["stages"], f"{where}: stage", around)
        data["plans"] = [
            self.plan(plan, f"{where}: plan {_name(plan, number)}", around)
            for number, plan in enumerate(data["plans"])
        ]
        return data

    def plan(self, raw: Data, where: str, around: Data) -> Data:
        data = self.full(PLAN, raw, where, around)
        data["stages"] = sorted(data["stages"])
        around = _statement(data)
        data["switches"] = sorted(
            self.each(SWITCH, data["switches"], f"{where}: switch", around),
            key=lambda switch: str(switch["key"]),
        )
        if data["pain_curve"] is not None:
            data["pain_curve"] = self.full(
                PAIN_CURVE, data["pain_curve"], f"{where}: pain curve", around
            )
        data["phases"] = [
            self.phase(phase, f"{where}: phase {_name(phase, number)}", around)
            for number, phase in enumerate(data["phases"])
        ]
        data["milestones"] = self.each(MILESTONE, data["milestones"], f"{where}: milestone", around)
        self.order_of_phases(data["phases"], where)
        self.links(data, where)
        return data

    def phase(self, raw: Data, where: str, around: Data) -> Data:
        data = self.full(PHASE, raw, where, {})
        data["limit"] = self.full(LIMIT, data["limit"] or {}, f"{where}: limit", around)
        self.limit(data["limit"], where)
        if data["pain_limits"] is not None:
            data["pain_limits"] = self.full(
                PAIN_LIMITS, data["pain_limits"], f"{where}: pain limits", around
            )
        data["criteria"] = self.each(CRITERION, data["criteria"], f"{where}: criterion", around)
        data["rules"] = self.each(RULE, data["rules"], f"{where}: rule", around)
        data["advice"] = self.each(ADVICE, data["advice"], f"{where}: advice", around)
        return data

    def each(self, shape: Shape, raw: Iterable[Data], where: str, around: Data) -> list[Data]:
        return [
            self.full(shape, item, f"{where} {_name(item, number)}", around)
            for number, item in enumerate(raw or [])
        ]

    def full(self, shape: Shape, raw: Any, where: str, around: Data) -> Data:
        """`raw` with every key of its shape; unknown, missing and wrong keys become problems."""
        if not isinstance(raw, dict):
            self.problems.append(f"{where}: expected keys and values, found {raw!r}.")
            raw = {}
        self.problems += [f"{where}: unknown key {key!r}." for key in sorted(set(raw) - shape.keys)]
        data: Data = {}
        for key, default in shape.plain.items():
            value = raw.get(key, default)
            if value is REQUIRED:
                self.problems.append(f"{where}: {key} is missing.")
                value = None
            data[key] = value
        for key in (*shape.texts, *shape.optional):
            data[key] = self.text(raw.get(key), f"{where}: {key}", needed=key in shape.texts)
        for key in shape.lists:
            data[key] = list(raw.get(key) or [])
        for key, enum in shape.choices.items():
            if data[key] is not None and data[key] not in list(enum):
                self.problems.append(f"{where}: {key} cannot be {data[key]!r}.")
        if shape.is_statement:
            data |= self.statement(raw, where, around)
        return data

    def text(self, raw: Any, where: str, *, needed: bool) -> Data:
        if raw is None and not needed:
            return dict.fromkeys(LANGUAGES, "")
        texts = raw if isinstance(raw, dict) else {}
        data = {language: str(texts.get(language) or "").strip() for language in LANGUAGES}
        self.problems += [f"{where}: nothing in {key}." for key, text in data.items() if not text]
        self.problems += [
            f"{where}: {word!r} promises or claims too much."
            for text in data.values()
            for word in FORBIDDEN
            if word in text.lower()
        ]
        return data

    def statement(self, raw: Data, where: str, around: Data) -> Data:
        data = {
            "provenance": raw.get("provenance", around.get("provenance")),
            "sources": sorted(raw.get("sources", around.get("sources", []))),
            "review_on": raw.get("review_on", around.get("review_on")),
        }
        if data["provenance"] not in list(Provenance):
            self.problems.append(f"{where}: provenance cannot be {data['provenance']!r}.")
        elif data["provenance"] != Provenance.CONVENTION and not data["sources"]:
            self.problems.append(f"{where}: {data['provenance']} needs a source.")
        if data["review_on"] is not None and not isinstance(data["review_on"], date):
            self.problems.append(f"{where}: review_on is no date.")
        return data

    def limit(self, limit: Data, where: str) -> None:
        aids = set(limit["aids"] or [])
        if not aids or aids - set(WalkingAid):
            self.problems.append(f"{where}: limit: aids must be from the ladder.")
        elif limit["level"] in list(LoadLevel):
            unfit = aids - SATISFYING[LoadLevel(limit["level"])]
            self.problems += [
                f"{where}: limit: {aid} does not go with {limit['level']}." for aid in sorted(unfit)
            ]
        if (limit["level"] == LoadLevel.PWB) != (limit["percent"] is not None):
            self.problems.append(f"{where}: limit: pwb, and only pwb, has a percent.")

    def order_of_phases(self, phases: list[Data], where: str) -> None:
        if not phases:
            self.problems.append(f"{where}: has no phase.")
        for before, after in pairwise(phases):
            if before["to_day"] is None or after["from_day"] != before["to_day"] + 1:
                self.problems.append(
                    f"{where}: phase {after['code']} does not begin the day after {before['code']}."
                )

    def links(self, plan: Data, where: str) -> None:
        """Names inside the plan must be of things in the plan."""
        switches = {switch["key"] for switch in plan["switches"]}
        phases = {phase["code"] for phase in plan["phases"]}
        for phase in plan["phases"]:
            for part in (*phase["rules"], *phase["advice"]):
                if part["switch"] not in {None, *switches}:
                    self.problems.append(
                        f"{where}: phase {phase['code']}: unknown switch {part['switch']!r}."
                    )
        for milestone in plan["milestones"]:
            if milestone["phase"] not in {None, *phases}:
                self.problems.append(f"{where}: unknown phase {milestone['phase']!r}.")

    def references(self, library: Library) -> None:
        """Names of things in other files must be known there."""
        sources = {source["key"] for source in library.sources}
        activities = {activity["slug"] for activity in library.activities}
        red_flags = {red_flag["code"] for red_flag in library.red_flags}
        for where, data in _walk(library):
            for key in data.get("sources") or []:
                if key not in sources:
                    self.problems.append(f"{where}: unknown source {key!r}.")
            if "activity" in data and data["activity"] not in activities:
                self.problems.append(f"{where}: unknown activity {data['activity']!r}.")
        for condition in library.conditions:
            stages = {stage["code"] for stage in condition["stages"]}
            self.problems += [
                f"{condition['slug']}: unknown red flag {code!r}."
                for code in condition["red_flags"]
                if code not in red_flags
            ]
            self.problems += [
                f"{condition['slug']}: plan {plan['code']}: unknown stage {code!r}."
                for plan in condition["plans"]
                for code in plan["stages"]
                if code not in stages
            ]


def _statement(data: Data) -> Data:
    return {key: data[key] for key in ("provenance", "sources", "review_on")}


def _name(item: Any, number: int) -> str:
    """How a mistake names an item: by its key, else by its place."""
    if isinstance(item, dict):
        for key in ("code", "slug", "key", "activity"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return str(number + 1)


def _walk(library: Library) -> Iterable[tuple[str, Data]]:
    """Every mapping in the library that could name something elsewhere."""
    waiting: list[tuple[str, Any]] = [
        *(("red_flags.yaml", item) for item in library.red_flags),
        *((condition["slug"], condition) for condition in library.conditions),
    ]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, dict):
            yield where, item
            waiting += [(where, value) for value in item.values()]
        elif isinstance(item, list):
            waiting += [(where, value) for value in item]


FEWEST = {Rule.DO: 3, Rule.CAUTION: 2, Rule.DONT: 3}


def thin_plans(library: Library) -> list[str]:
    """A sentence for each plan that says too little of what to do, mind or leave.

    Counted over a plan's phases: its most careful phase must say enough on its own.
    """
    problems = []
    for condition in library.conditions:
        for plan in condition["plans"]:
            for rule, fewest in FEWEST.items():
                most = max(
                    sum(part["rule"] == rule for part in (*phase["rules"], *phase["advice"]))
                    for phase in plan["phases"]
                )
                if most < fewest:
                    problems.append(
                        f"{condition['slug']}: plan {plan['code']} has no phase with "
                        f"{fewest} times {rule}."
                    )
    return problems
