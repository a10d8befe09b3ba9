"""The statements of a plan, each by itself: what it says, and which of them are new.

Pure: no Django, no database, no clock. Takes plans in the full form of the library.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from conditions.shapes import PHASE, PLAN, STAMPS, STATEMENT, Shape

Data = Mapping[str, Any]
Place = tuple[str | int, ...]
# The number of a version says nothing of the plan.
NOT_SAID: Final = STAMPS | {"version"}


def compare(old: Data | None, new: Data) -> tuple[list[Place], list[tuple[Place, Data]]]:
    """The places in `new` of what `old` does not say, and of what it says too, with its words.

    A statement is the same when it says the same in the same phase, wherever it stands there. A
    phase is no statement by itself: its days and words count as what its load limit says.
    """
    known: dict[str, list[Data]] = {}
    for _place, says, data in _statements(old) if old else ():
        known.setdefault(says, []).append(data)
    changed: list[Place] = []
    kept: list[tuple[Place, Data]] = []
    for place, says, _data in _statements(new):
        if known.get(says):
            kept.append((place, known[says].pop(0)))
        else:
            changed.append(place)
    return changed, kept


def _statements(plan: Data) -> Iterator[tuple[Place, str, Data]]:
    """Each statement with its place and all that it says, as one text."""
    return _within(PLAN, plan, (), "plan", None)


def _within(
    shape: Shape, data: Data, place: Place, kind: str, phase: Data | None
) -> Iterator[tuple[Place, str, Data]]:
    if shape.is_statement:
        around = _own(PHASE, phase) if phase and kind == "limit" else (phase or {}).get("code")
        says = json.dumps([kind, around, _own(shape, data)], sort_keys=True, default=str)
        yield place, says, data
    inside = data if shape is PHASE else phase
    for key, part in shape.only.items():
        if data[key] is not None:
            yield from _within(part, data[key], (*place, key), key, inside)
    for key, part in shape.parts.items():
        for number, item in enumerate(data[key]):
            yield from _within(part, item, (*place, key, number), key, inside)


def _own(shape: Shape, data: Data) -> dict[str, Any]:
    """What a thing says itself, without its parts."""
    keys = {*shape.plain, *shape.texts, *shape.optional}
    keys |= set(STATEMENT) if shape.is_statement else set()
    return {key: data[key] for key in sorted(keys - NOT_SAID)}
