"""What must hold between the things of a content library, beyond what each says by itself.

Pure: no Django, no database, no clock. Takes the full form that `library.read` makes; every
mistake is a sentence.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from string import Formatter
from typing import Any

from conditions.enums import Channel, LoadLevel, Rule, WalkingAid
from conditions.limits import SATISFYING
from conditions.shapes import LANGUAGES

Data = dict[str, Any]

# Words by which a text would promise a result, name an illness, or frighten, in both languages.
_CLAIMS = re.compile(
    r"\bdiagnos\w*|\bgenees(?:t|d)?\b|\bgene(?:zen|zing)\b|\bcur(?:e|es|ed|ing)\b|\bgarand\w*"
    r"|\bguarant\w*|\bvoorspel\w*|\bpredict\w*|\bvoorkomt\b|\bprevents?\b|\bbehandelt\b|\btreats\b"
    r"|\balarm\w*|\balert\w*|\bdeteriorat\w*|\bachteruitgang\b|\bmedisch hulpmiddel\b",
    re.IGNORECASE,
)
PLACEHOLDERS = {"clinic", "clinic_phone"}
FEWEST = {Rule.DO: 3, Rule.CAUTION: 2, Rule.DONT: 3}


def claims(text: str) -> list[str]:
    """The words in a text that promise or claim too much."""
    return _CLAIMS.findall(text)


def problems(
    *,
    sources: list[Data],
    activities: list[Data],
    questions: list[Data],
    red_flags: list[Data],
    guides: list[Data],
    conditions: list[Data],
) -> list[str]:
    """A sentence for each thing that stands twice, points nowhere or does not fit another."""
    known = {
        "source": [source["key"] for source in sources],
        "activity": [activity["slug"] for activity in activities],
        "question": [question["code"] for question in questions],
        "red flag": [red_flag["code"] for red_flag in red_flags],
        "guide": [guide["code"] for guide in guides],
    }
    found = []
    for kind, file in (
        ("source", "sources.yaml"),
        ("activity", "activities.yaml"),
        ("question", "questions.yaml"),
        ("red flag", "red_flags.yaml"),
        ("guide", "guides.yaml"),
    ):
        found += _twice(known[kind], file, kind)
    found += _twice([condition["slug"] for condition in conditions], "the library", "condition")
    versions = [
        f"{plan['code']} {plan['version']}"
        for condition in conditions
        for plan in condition["plans"]
    ]
    found += _twice(versions, "the library", "plan and version")
    for red_flag in red_flags:
        where = f"red_flags.yaml {red_flag['code']}"
        found += _unknown(red_flag["sources"], known["source"], where, "source")
        found += _placeholders(red_flag, where)
    for condition in conditions:
        found += _condition(condition, known)
    return found


def _condition(condition: Data, known: dict[str, list[str]]) -> Iterator[str]:
    where = condition["slug"]
    stages = [stage["code"] for stage in condition["stages"]]
    yield from _twice(stages, where, "stage")
    yield from _unknown(condition["red_flags"], known["red flag"], where, "red flag")
    if not stages:
        yield f"{where}: has no stage."
    asked = [each["question"] for each in condition["symptoms"] if each["question"] is not None]
    yield from _unknown(asked, known["question"], where, "question")
    for item in _statements({**condition, "plans": []}):
        yield from _unknown(item["sources"], known["source"], where, "source")
    for plan in condition["plans"]:
        place = f"{where}: plan {plan['code']}"
        yield from _unknown(plan["stages"], stages, place, "stage")
        yield from _unknown(plan["asks"], known["question"], place, "question")
        yield from _unknown(plan["channels"], list(Channel), place, "channel")
        yield from plan_problems(plan, place)
        for item in _statements(plan):
            yield from _unknown(item["sources"], known["source"], place, "source")
            if "activity" in item:
                yield from _unknown([item["activity"]], known["activity"], place, "activity")


def plan_problems(plan: Data, where: str) -> Iterator[str]:
    """What does not fit within one plan: windows, limits, names of its own parts."""
    switches = [switch["key"] for switch in plan["switches"]]
    codes = [phase["code"] for phase in plan["phases"]]
    if not plan["stages"]:
        yield f"{where}: names no stage."
    if not codes:
        yield f"{where}: has no phase."
    yield from _twice(switches, where, "switch")
    yield from _twice(codes, where, "phase")
    yield from _twice([each["code"] for each in plan["milestones"]], where, "milestone")
    if plan["pain_curve"] and not are_points(plan["pain_curve"]["points"]):
        yield f"{where}: pain curve: points are {{day, mean}}, days rising and means 0 to 10."
    for before, after in pairwise(plan["phases"]):
        if before["to_day"] is None or after["from_day"] != before["to_day"] + 1:
            yield f"{where}: phase {after['code']} does not begin the day after {before['code']}."
    for phase in plan["phases"]:
        yield from _phase(phase, switches, f"{where}: phase {phase['code']}")
    for milestone in plan["milestones"]:
        place = f"{where}: milestone {milestone['code']}"
        days = [milestone[f"{when}_day"] for when in ("early", "typical", "late")]
        if days != sorted(days):
            yield f"{place}: early, typical and late are out of order."
        if milestone["phase"] is not None:
            yield from _unknown([milestone["phase"]], codes, place, "phase")


def _phase(phase: Data, switches: list[str], where: str) -> Iterator[str]:
    if phase["to_day"] is not None and phase["to_day"] < phase["from_day"]:
        yield f"{where}: ends before it begins."
    yield from _limit(phase["limit"], f"{where}: limit")
    lines = [
        f"{rule['activity']}" + (f" with {rule['switch']}" if rule["switch"] else "")
        for rule in phase["rules"]
    ]
    yield from _twice(lines, where, "rule for")
    for part in (*phase["rules"], *phase["advice"]):
        if part["switch"] is not None:
            yield from _unknown([part["switch"]], switches, where, "switch")


def _limit(limit: Data, where: str) -> Iterator[str]:
    aids = limit["aids"]
    if not aids:
        yield f"{where}: names no walking aid."
    yield from _unknown(aids, list(WalkingAid), where, "walking aid")
    yield from _twice(aids, where, "walking aid")
    for aid in aids:
        if aid in list(WalkingAid) and aid not in SATISFYING[LoadLevel(limit["level"])]:
            yield f"{where}: {aid} does not go with {limit['level']}."
    if (limit["level"] == LoadLevel.PWB) != (limit["percent"] is not None):
        yield f"{where}: pwb, and only pwb, has a percent."


def are_points(points: list[Any]) -> bool:
    """Whether these are a pain curve: {day, mean}, days rising, means from 0 to 10."""

    def fits(point: Any) -> bool:
        return (
            isinstance(point, dict)
            and set(point) == {"day", "mean"}
            and type(point["day"]) is int
            and type(point["mean"]) in (int, float)
            and 0 <= point["mean"] <= 10
        )

    if not points or not all(map(fits, points)):
        return False
    return all(before["day"] < after["day"] for before, after in pairwise(points))


def placeholder_mistakes(text: str) -> list[str]:
    """What in a text would be filled in by nobody; a brace that stands alone counts too."""
    try:
        names = {name for _text, name, *_more in Formatter().parse(text) if name is not None}
    except ValueError:
        return ["{"]
    return [f"{{{name}}}" for name in sorted(names - PLACEHOLDERS)]


def _placeholders(red_flag: Data, where: str) -> Iterator[str]:
    for key in ("question", "action"):
        for language in LANGUAGES:
            for mistake in placeholder_mistakes(red_flag[key][language]):
                yield f"{where}: {key} in {language}: {mistake} is filled in by nobody."


def _statements(item: Any) -> Iterator[Data]:
    """Every part, however deep, that has sources."""
    if isinstance(item, dict):
        if "sources" in item:
            yield item
        for value in item.values():
            yield from _statements(value)
    elif isinstance(item, list):
        for value in item:
            yield from _statements(value)


def _twice(names: Iterable[Any], where: str, kind: str) -> list[str]:
    counted = Counter(map(str, names))
    return [f"{where}: {kind} {name} stands twice." for name in counted if counted[name] > 1]


def _unknown(names: Iterable[Any], known: list[Any], where: str, kind: str) -> list[str]:
    return [f"{where}: unknown {kind} {name!r}." for name in names if name not in known]


def thin_phases(conditions: list[Data]) -> Iterator[str]:
    """A sentence for each phase that says too little of what to do, mind or leave.

    Every phase needs enough to do and to mind. What to leave is asked of phases from day 0 on
    in which the leg may not yet bear as much as is comfortable; after that a plan may have
    nothing left to forbid.
    """
    unloaded = {LoadLevel.NWB, LoadLevel.TTWB, LoadLevel.PWB, LoadLevel.PROTECTED}
    for condition in conditions:
        for plan in condition["plans"]:
            for phase in plan["phases"]:
                counted = Counter(
                    part["rule"]
                    for part in (*phase["rules"], *phase["advice"])
                    if part["switch"] is None
                )
                for rule, fewest in FEWEST.items():
                    is_asked = rule != Rule.DONT or (
                        phase["from_day"] >= 0 and phase["limit"]["level"] in unloaded
                    )
                    if is_asked and counted[rule] < fewest:
                        yield (
                            f"{condition['slug']}: plan {plan['code']}: phase {phase['code']} "
                            f"has {counted[rule]} times {rule}, and needs {fewest}."
                        )
