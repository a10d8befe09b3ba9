"""Two people's changes to one thing brought together, so that nobody's text is lost.

Pure: no Django, no database, no clock. Takes a thing in the full form of the library.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conditions.shapes import LANGUAGES

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Conflict:
    """Both changed the same: a key, and for texts one language of it (else empty)."""

    key: str
    language: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merged:
    """`data` has each side's changes where only one changed something, and mine in conflicts."""

    data: dict[str, Any]
    conflicts: tuple[Conflict, ...]


def merge(base: Data, mine: Data, theirs: Data) -> Merged:
    """What both sides made of `base`, key by key and for texts language by language.

    A key that a side leaves out is one it did not change. Other keys are compared whole:
    a list with one more source on each side is a conflict.
    """
    data: dict[str, Any] = {}
    conflicts: list[Conflict] = []
    for key in dict.fromkeys([*base, *mine, *theirs]):
        values = [side.get(key, base.get(key)) for side in (base, mine, theirs)]
        if any(map(_is_text, values)):
            data[key] = {}
            for language in LANGUAGES:
                said = [(value or {}).get(language, "") for value in values]
                data[key][language] = said[_chosen(*said)]
                conflicts += _conflict(key, language, *said)
        else:
            data[key] = values[_chosen(*values)]
            conflicts += _conflict(key, "", *values)
    return Merged(data, tuple(conflicts))


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(LANGUAGES)


def _chosen(base: Any, mine: Any, _theirs: Any) -> int:
    """Which of the three holds: theirs where mine left it as it was."""
    return 2 if mine == base else 1


def _conflict(key: str, language: str, base: Any, mine: Any, theirs: Any) -> Iterator[Conflict]:
    if mine not in (base, theirs) and theirs != base:
        yield Conflict(key, language, base, mine, theirs)
