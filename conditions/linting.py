"""The linter of content: what is missing, contradicts itself or can never happen.

Pure: no Django, no database, no clock. Takes the full form of the library, of a file or out of
the database; `lint_words.sentence` says a finding in words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from conditions import places, plan_checks, proofreading, readability
from conditions.enums import GuideTopic, LoadLevel, Provenance, QuestionKind, WalkingAid
from conditions.findings import Code, Finding, found
from conditions.places import Data, Place, Spot
from conditions.plan_checks import twice, unknown
from conditions.shapes import KINDS, LANGUAGES, SHORT_TEXTS, Shape

__all__ = ["Code", "Finding", "lint_library", "lint_plan", "lint_statement"]

LISTS: Final = {
    "sources": "key",
    "activities": "slug",
    "questions": "code",
    "red_flags": "code",
    "guides": "code",
}
# What the pages fill in, by the kind of thing that may ask for it.
PLACEHOLDERS: Final = {
    "red_flags": frozenset({"clinic", "clinic_phone"}),
    "guides": frozenset({"kilograms", "percent"}),
}
# What a guide of a topic can explain; a technique explains none of these.
SUBJECTS: Final[Mapping[str, Iterable[str]]] = {
    GuideTopic.AID: WalkingAid,
    GuideTopic.LEVEL: LoadLevel,
}


class Library(Protocol):
    """All content in its full form, as `library.read` gives it."""

    @property
    def sources(self) -> list[dict[str, Any]]: ...
    @property
    def activities(self) -> list[dict[str, Any]]: ...
    @property
    def questions(self) -> list[dict[str, Any]]: ...
    @property
    def red_flags(self) -> list[dict[str, Any]]: ...
    @property
    def guides(self) -> list[dict[str, Any]]: ...
    @property
    def conditions(self) -> list[dict[str, Any]]: ...


def lint_statement(shape: Shape, data: Data) -> tuple[Finding, ...]:
    """What one thing lacks by itself: a text in a language, a source, plain words."""
    kind = next(kind for kind, known in KINDS.items() if known is shape)
    return tuple(_statement(shape, data, Spot(kind)))


def lint_plan(plan: Data, *, activities: Mapping[str, Data]) -> tuple[Finding, ...]:
    """Everything about one plan. `activities` are all there are, by their key."""
    return tuple(_plan(plan, Spot("plans"), activities))


def _plan(plan: Data, spot: Spot, activities: Mapping[str, Data]) -> Iterator[Finding]:
    names = {slug: activity["name"] for slug, activity in activities.items()}
    spot = replace(spot, switches=places.switch_names(plan), activities=names)
    yield from _statement(KINDS["plans"], plan, spot)
    yield from plan_checks.of_plan(plan, spot, activities)


def _statement(shape: Shape, data: Data, spot: Spot) -> Iterator[Finding]:
    """What a thing and its parts lack by themselves."""
    for key in (*shape.texts, *shape.optional):
        yield from _text(key, data, spot, is_needed=key in shape.texts)
    if shape.is_statement and data["provenance"] != Provenance.CONVENTION and not data["sources"]:
        yield found(spot, Code.NO_SOURCE, data, "sources")
    yield from _by_itself(data, spot)
    inside = replace(spot, phase=data["code"]) if spot.kind == "phases" else spot
    for key, part in shape.only.items():
        if data.get(key) is not None:
            yield from _statement(part, data[key], inside.part(key))
    for key, part in shape.parts.items():
        for number, item in enumerate(data.get(key) or ()):
            yield from _statement(part, item, inside.part(key, number))


def _by_itself(data: Data, spot: Spot) -> Iterator[Finding]:
    """What does not fit within one thing that no plan holds."""
    if spot.kind == "sources" and data["url"] and not proofreading.is_web_address(data["url"]):
        yield found(spot, Code.NO_WEB_ADDRESS, data, "url")
    if spot.kind == "questions":
        is_counted = data["kind"] in QuestionKind.counted()
        if is_counted != (data["most"] is not None):
            yield found(spot, Code.HIGHEST_NUMBER, data, "most")
    if spot.kind == "conditions" and not data["red_flags"]:
        yield found(spot, Code.NO_RED_FLAG, data, "red_flags")
    if spot.kind == "symptoms" and data["channel"] and data["question"]:
        yield found(spot, Code.ASKED_TWO_WAYS, data, "question")
    if spot.kind == "guides":
        subjects = SUBJECTS.get(data["topic"], ("",))
        yield from unknown([data["subject"]], subjects, spot, data, "subject")
        yield from unknown(data["aids"], WalkingAid, spot, data, "aids")


def _text(key: str, data: Data, spot: Spot, *, is_needed: bool) -> Iterator[Finding]:
    texts = data[key]
    is_needed = is_needed or any(texts.values())
    known = PLACEHOLDERS.get(spot.kind, frozenset())
    for language in LANGUAGES:
        text = texts[language]
        about = {"language": language, "key": key}
        if is_needed and not text:
            yield found(spot, Code.NO_TEXT, data, key, **about)
        for word in dict.fromkeys(map(str.lower, proofreading.claims(text))):
            yield found(spot, Code.CLAIM, data, key, **about, word=word)
        for mistake in proofreading.placeholder_mistakes(text, known):
            about["known"] = ", ".join(f"{{{name}}}" for name in sorted(known))
            yield found(spot, Code.PLACEHOLDER, data, key, **about, mistake=mistake)
        if key not in SHORT_TEXTS and key != "synonyms" and readability.is_hard(text, language):
            ease = round(readability.score(text, language) or 0)
            yield found(spot, Code.HARD_TO_READ, data, key, **about, score=ease)


def lint_library(library: Library) -> tuple[tuple[str, int, Finding], ...]:
    """Everything about all content, with the file and line where it stands.

    The line is 0 where the content does not come from a file. Places begin at the thing of
    the list, or at the condition.
    """
    lists = {kind: getattr(library, kind) for kind in LISTS}
    known = {kind: {item[key] for item in lists[kind]} for kind, key in LISTS.items()}
    activities = {activity["slug"]: activity for activity in library.activities}
    results: list[tuple[str, int, Finding]] = []
    for kind, identity in LISTS.items():
        repeated = {each.place[1]: each for each in twice(lists[kind], (identity,), Spot(""), kind)}
        for number, item in enumerate(lists[kind]):
            again = [replace(repeated[number], place=())] if number in repeated else []
            about = [*again, *_listed(kind, item, known, library)]
            results += [(f"{kind}.yaml", line_of(item, each), each) for each in about]
    slugs: set[str] = set()
    codes: set[tuple[str, int]] = set()
    for condition in library.conditions:
        file = getattr(condition, "file", "") or f"{condition['slug']}.yaml"
        about = [*_condition(condition, known, activities), *_seen(condition, slugs, codes)]
        results += [(file, line_of(condition, each), each) for each in about]
    return tuple(results)


def _listed(
    kind: str, item: Data, known: Mapping[str, set[Any]], library: Library
) -> Iterator[Finding]:
    spot = Spot(kind)
    yield from _statement(KINDS[kind], item, spot)
    yield from unknown(item.get("sources", ()), known["sources"], spot, item, "sources")
    used = (condition["red_flags"] for condition in library.conditions)
    if kind == "red_flags" and not any(item["code"] in codes for codes in used):
        yield found(spot, Code.RED_FLAG_UNUSED, item)


def _condition(
    condition: Data, known: Mapping[str, set[Any]], activities: Mapping[str, Data]
) -> Iterator[Finding]:
    spot = Spot("conditions")
    stages = [stage["code"] for stage in condition["stages"]]
    asked = {question for plan in condition["plans"] for question in plan["asks"]}
    yield from _statement(KINDS["conditions"], {**condition, "plans": []}, spot)
    yield from twice(condition["stages"], ("code",), spot, "stages")
    yield from unknown(condition["red_flags"], known["red_flags"], spot, condition, "red_flags")
    if not stages:
        yield found(spot, Code.NO_STAGE, condition, "stages")
    for number, symptom in enumerate(condition["symptoms"]):
        there, question = spot.part("symptoms", number), symptom["question"]
        yield from unknown([question], known["questions"], there, symptom, "question")
        if question in known["questions"] - asked:
            yield found(there, Code.SYMPTOM_NOT_ASKED, symptom, "question", question=question)
    for number, plan in enumerate(condition["plans"]):
        there = spot.part("plans", number)
        yield from _plan(plan, there, activities)
        yield from unknown(plan["stages"], stages, there, plan, "stages")
        yield from unknown(plan["asks"], known["questions"], there, plan, "asks")
    yield from _unknown_sources(KINDS["conditions"], condition, spot, known["sources"])


def _unknown_sources(shape: Shape, data: Data, spot: Spot, known: set[Any]) -> Iterator[Finding]:
    if shape.is_statement:
        yield from unknown(data["sources"], known, spot, data, "sources")
    inside = replace(spot, phase=data["code"]) if spot.kind == "phases" else spot
    for key, part in shape.only.items():
        if data[key] is not None:
            yield from _unknown_sources(part, data[key], inside.part(key), known)
    for key, part in shape.parts.items():
        for number, item in enumerate(data[key]):
            yield from _unknown_sources(part, item, inside.part(key, number), known)


def _seen(condition: Data, slugs: set[str], codes: set[tuple[str, int]]) -> Iterator[Finding]:
    """What stands twice in the whole library; remembers what it has seen."""
    spot = Spot("conditions")
    if condition["slug"] in slugs:
        yield found(spot, Code.TWICE, condition, "slug")
    slugs.add(condition["slug"])
    for number, plan in enumerate(condition["plans"]):
        if (plan["code"], plan["version"]) in codes:
            yield found(spot.part("plans", number), Code.TWICE, plan, "code")
        codes.add((plan["code"], plan["version"]))


def line_of(data: Any, finding: Finding) -> int:
    """The line of the file on which a finding's key stands, else that of the thing; 0 for none."""
    way: Place = (*finding.place, finding.language) if finding.language else finding.place
    line = int(getattr(data, "line", 0))
    for key in way:
        line = getattr(data, "lines", {}).get(key, line)
        if isinstance(data, list):
            data = data[int(key)]
        else:
            data = data.get(key) if isinstance(data, dict) else None
        line = getattr(data, "line", 0) or line
    return line
