"""The ladder of walking aids: what a plan allows now, what later, and where somebody stands.

Pure: no Django, no database, no clock. Less support than the plan allows is never offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from conditions.enums import WalkingAid
from conditions.limits import SUPPORT, Limit


@dataclass(frozen=True)
class Course:
    """The limits of one plan, from the phase that holds now to the last; None is no limit."""

    now: Limit | None
    later: tuple[Limit | None, ...]


@dataclass(frozen=True)
class Opening:
    """An aid that a plan allows later: which plan, and in which of its later phases (from 0)."""

    course: int
    phase: int


@dataclass(frozen=True)
class Rung:
    """One aid of the ladder. `openings` is empty where it is allowed now.

    `is_never` says that a plan allows it in none of its phases.
    """

    aid: WalkingAid
    is_allowed: bool
    is_own: bool
    openings: tuple[Opening, ...] = ()
    is_never: bool = False


def least_support(limit: Limit) -> WalkingAid | None:
    """The aid with the least support that the plan names: what people usually walk with."""
    return min(limit.aids, key=SUPPORT.__getitem__, default=None)


def more_support(own: WalkingAid, allowed: Sequence[WalkingAid]) -> tuple[WalkingAid, ...]:
    """The allowed aids with more support than one's own, the nearest first."""
    more = [aid for aid in allowed if SUPPORT[aid] > SUPPORT[own]]
    return tuple(sorted(more, key=SUPPORT.__getitem__))


def allowed_by(limit: Limit) -> tuple[WalkingAid, ...]:
    """The aids that keep to a limit, most support first."""
    return tuple(aid for aid in WalkingAid if limit.allows(aid))


def rungs(courses: Sequence[Course], own: WalkingAid | None) -> tuple[Rung, ...]:
    """The ladder, most support first; an aid is allowed where every plan allows it."""
    return tuple(_rung(aid, courses, own) for aid in WalkingAid)


def _rung(aid: WalkingAid, courses: Sequence[Course], own: WalkingAid | None) -> Rung:
    openings: list[Opening] = []
    is_allowed, is_never = True, False
    for number, course in enumerate(courses):
        if course.now is None or course.now.allows(aid):
            continue
        is_allowed = False
        phase = _first_that_allows(aid, course)
        if phase is None:
            is_never = True
        else:
            openings.append(Opening(number, phase))
    return Rung(aid, is_allowed, aid == own, () if is_never else tuple(openings), is_never)


def _first_that_allows(aid: WalkingAid, course: Course) -> int | None:
    allowing = (
        number
        for number, limit in enumerate(course.later)
        if limit is not None and limit.allows(aid)
    )
    return next(allowing, None)
