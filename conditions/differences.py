"""What one version of a thing says otherwise than another.

Pure: no Django, no database, no clock. Takes things in the full form of the library, as
`export.plan_as_data` and `library.read` give them. Who looked at a statement and when is no
part of what it says, and neither is the number of a version; every other change gives a
difference.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import product
from typing import Any, Final

from conditions import places
from conditions.places import Data, Place, Spot
from conditions.shapes import KINDS, LANGUAGES, STAMPS, STATEMENT, Shape


class Code(StrEnum):
    """What kind of change it is."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    RULE = "rule"
    MINUTES = "minutes"
    DOSE = "dose"
    SWITCH = "switch"
    LEVEL = "level"
    PERCENT = "percent"
    AIDS = "aids"
    PAIN_LIMIT = "pain_limit"
    WINDOW = "window"
    CRITERION_KIND = "criterion_kind"
    MILESTONE_DAYS = "milestone_days"
    MILESTONE_PHASE = "milestone_phase"
    SWITCH_DEFAULT = "switch_default"
    CURVE = "curve"
    ASKED = "asked"
    NO_LONGER_ASKED = "no_longer_asked"
    CHANNELS = "channels"
    STAGES = "stages"
    ANCHOR = "anchor"
    BRISK_SHIFT = "brisk_shift"
    PROVENANCE = "provenance"
    SOURCES = "sources"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One change.

    `place` is where it stands in the new version, or in the old one where it was removed.
    `params` always has `kind` (a key of `shapes.KINDS`), `item` (the keys that name the thing)
    and `phase` (the code of the phase it stands in, or None); what can depend on a switch has the
    names of the plan's `switches`. A change has `old` and `new`, and
    `key` where the code does not say it; a thing that moved has the `item` it now comes `after`.
    """

    code: Code
    place: Place
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


NOT_COMPARED: Final = frozenset({"version"})
# What belongs in one sentence is one difference.
TOGETHER: Final[Mapping[str, tuple[tuple[str, ...], Code]]] = {
    "phases": (("from_day", "to_day"), Code.WINDOW),
    "milestones": (("early_day", "typical_day", "late_day"), Code.MILESTONE_DAYS),
    "limit": (("level", "percent"), Code.LEVEL),
}
CODES: Final = {
    ("rules", "rule"): Code.RULE,
    ("rules", "minutes"): Code.MINUTES,
    ("rules", "dose"): Code.DOSE,
    ("rules", "switch"): Code.SWITCH,
    ("advice", "rule"): Code.RULE,
    ("advice", "switch"): Code.SWITCH,
    ("limit", "aids"): Code.AIDS,
    ("pain_limits", "loading"): Code.PAIN_LIMIT,
    ("pain_limits", "rest"): Code.PAIN_LIMIT,
    ("pain_limits", "night"): Code.PAIN_LIMIT,
    ("criteria", "kind"): Code.CRITERION_KIND,
    ("milestones", "phase"): Code.MILESTONE_PHASE,
    ("switches", "default"): Code.SWITCH_DEFAULT,
    ("pain_curve", "points"): Code.CURVE,
    ("plans", "channels"): Code.CHANNELS,
    ("plans", "stages"): Code.STAGES,
    ("plans", "anchor"): Code.ANCHOR,
    ("plans", "brisk_shift"): Code.BRISK_SHIFT,
}
# By which keys two things are the same one; what is not named here is known by its texts.
IDENTITIES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "phases": (("code",),),
    "milestones": (("code",),),
    "switches": (("key",),),
    "stages": (("code",),),
    "plans": (("code",),),
    "rules": (("activity", "switch"), ("activity",)),
}
# Below this share of equal words two texts are two statements, not one worded anew.
ALIKE: Final = 0.5


def between(old: Data, new: Data, *, kind: str = "plans") -> tuple[Difference, ...]:
    """Every change from one version of a thing to another, in the order of the plan."""
    spot = Spot(kind, switches=places.switch_names(old, new))
    return tuple(_changes(KINDS[kind], old, new, spot))


def _difference(spot: Spot, code: Code, item: Data, *keys: str, **params: Any) -> Difference:
    return Difference(code, (*spot.place, *keys), spot.named(item) | params)


def _changes(shape: Shape, old: Data, new: Data, spot: Spot) -> Iterator[Difference]:
    yield from _plain_changes(shape, old, new, spot)
    for key in (*shape.texts, *shape.optional):
        before, after = _texts(old, key), _texts(new, key)
        if before != after:
            code = CODES.get((spot.kind, key), Code.REWORDED)
            yield _difference(spot, code, new, key, key=key, old=before, new=after)
    if shape.is_statement:
        for key in STATEMENT:
            if key not in STAMPS and old.get(key) != new.get(key):
                code = Code(key)
                yield _difference(spot, code, new, key, old=old.get(key), new=new.get(key))
    inside = replace(spot, phase=new["code"]) if spot.kind == "phases" else spot
    for key, part in shape.only.items():
        yield from _single(part, old.get(key), new.get(key), inside.part(key))
    for key, part in shape.parts.items():
        yield from _lists(part, old.get(key) or [], new.get(key) or [], inside.part(key))


def _texts(data: Data, key: str) -> dict[str, str]:
    texts = data.get(key) or {}
    return {language: texts.get(language) or "" for language in LANGUAGES}


def _plain_changes(shape: Shape, old: Data, new: Data, spot: Spot) -> Iterator[Difference]:
    together, code = TOGETHER.get(spot.kind, ((), Code.CHANGED))
    before, after = ([data.get(key) for key in together] for data in (old, new))
    if before != after:
        if code == Code.LEVEL and before[0] == after[0]:
            yield _difference(spot, Code.PERCENT, new, "percent", old=before[1], new=after[1])
        else:
            yield _difference(spot, code, new, old=before, new=after)
    for key in shape.plain:
        values: dict[str, Any] = {"old": old.get(key), "new": new.get(key)}
        if key in together or key in NOT_COMPARED or values["old"] == values["new"]:
            continue
        if (spot.kind, key) == ("plans", "asks"):
            yield from _asks(new, spot, **values)
        else:
            code = CODES.get((spot.kind, key), Code.CHANGED)
            yield _difference(spot, code, new, key, key=key, **values)


def _asks(plan: Data, spot: Spot, old: list[str], new: list[str]) -> Iterator[Difference]:
    for code in old:
        if code not in new:
            yield _difference(spot, Code.NO_LONGER_ASKED, plan, "asks", question=code)
    for code in new:
        if code not in old:
            yield _difference(spot, Code.ASKED, plan, "asks", question=code)


def _single(shape: Shape, old: Data | None, new: Data | None, spot: Spot) -> Iterator[Difference]:
    if old is not None and new is not None:
        yield from _changes(shape, old, new, spot)
    elif old is not None:
        yield _difference(spot, Code.REMOVED, old)
    elif new is not None:
        yield _difference(spot, Code.ADDED, new)


def _lists(shape: Shape, old: list[Data], new: list[Data], spot: Spot) -> Iterator[Difference]:
    same = same_ones(spot.kind, old, new)
    kept = set(same.values())
    for number, item in enumerate(old):
        if number not in kept:
            yield _difference(_at(spot, number), Code.REMOVED, item)
    stayed = _longest_rise([same[number] for number in sorted(same)])
    for number, item in enumerate(new):
        there = _at(spot, number)
        if number not in same:
            yield _difference(there, Code.ADDED, item)
            continue
        if same[number] not in stayed:
            after = there.named(new[number - 1])["item"] if number else None
            yield _difference(there, Code.MOVED, item, after=after)
        yield from _changes(shape, old[same[number]], item, there)


def _at(spot: Spot, number: int) -> Spot:
    return replace(spot, place=(*spot.place, number))


def same_ones(kind: str, old: Sequence[Data], new: Sequence[Data]) -> dict[int, int]:
    """The numbers of the things in `new` that were there before, with their numbers in `old`."""
    same: dict[int, int] = {}
    identities = IDENTITIES.get(kind)
    if identities is None:
        _match(old, new, same, _said)
        _match_alike(old, new, same)
        return same
    for keys in identities:
        _match(old, new, same, lambda item, keys=keys: tuple(item.get(key) for key in keys))
    return same


def _said(item: Data) -> Hashable:
    return repr(sorted((key, value) for key, value in item.items() if key not in STAMPS))


def _match(old: Sequence[Data], new: Sequence[Data], same: dict[int, int], identity: Any) -> None:
    """Pair what is left and has one identity; of several, the first with the first."""
    for number, item in enumerate(new):
        if number in same:
            continue
        for before, candidate in enumerate(old):
            if before not in same.values() and identity(candidate) == identity(item):
                same[number] = before
                break


def _match_alike(old: Sequence[Data], new: Sequence[Data], same: dict[int, int]) -> None:
    """Pair what is left by its texts, the most alike first."""
    left = [number for number in range(len(old)) if number not in same.values()]
    pairs = [
        (_likeness(old[before], new[number]), before, number)
        for before, number in product(left, [each for each in range(len(new)) if each not in same])
    ]
    for likeness, before, number in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if likeness >= ALIKE and number not in same and before not in same.values():
            same[number] = before


def _likeness(old: Data, new: Data) -> float:
    """How much of the words is the same, in the language that changed least."""
    before, after = _texts(old, "text"), _texts(new, "text")
    return max(
        SequenceMatcher(None, before[each].split(), after[each].split(), autojunk=False).ratio()
        if before[each] and after[each]
        else 0.0
        for each in LANGUAGES
    )


def _longest_rise(numbers: list[int]) -> set[int]:
    """The most numbers that stand in rising order: what did not have to move."""
    rises: list[list[int]] = [[]]
    for number in numbers:
        before = [rise for rise in rises if not rise or rise[-1] < number]
        rises.append([*_longest(before), number])
    return set(_longest(rises))


def _longest(rises: list[list[int]]) -> list[int]:
    return max(rises, key=lambda rise: len(rise))
