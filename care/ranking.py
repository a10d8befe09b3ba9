"""Who needs a physiotherapist first.

Pure: no Django, no database, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.enums import Severity

# Convention: after three days without an entry one may have a look; a flag comes later.
SILENT_DAYS_TO_WATCH = 3


class Need(StrEnum):
    """The three groups of the caseload, first things first."""

    NEEDS_YOU = "needs_you"
    WATCH = "watch"
    NOTHING_NEW = "nothing_new"


@dataclass(frozen=True)
class FlagState:
    """What an open flag weighs."""

    severity: Severity
    since: date
    is_seen: bool


@dataclass(frozen=True)
class Standing:
    """Everything the rank of a patient hangs on.

    `deviations` counts those of the last seven days; `silent_days` is null for somebody who
    never logged and has nothing to log yet.
    """

    name: str
    flags: Sequence[FlagState] = ()
    deviations: int = 0
    silent_days: int | None = None


def need_of(standing: Standing) -> Need:
    """The group of a patient.

    An urgent flag needs the physiotherapist until it is resolved; an important one until
    it has been seen. What is left of flags, deviations and silence is for watching.
    """
    if any(_presses(flag) for flag in standing.flags):
        return Need.NEEDS_YOU
    is_silent = (standing.silent_days or 0) >= SILENT_DAYS_TO_WATCH
    if standing.flags or standing.deviations or is_silent:
        return Need.WATCH
    return Need.NOTHING_NEW


def first_flag(flags: Sequence[FlagState]) -> FlagState | None:
    """The flag that says why: not seen before seen, more severe first, then the oldest."""
    return min(flags, key=_weight, default=None)


def rank(standing: Standing) -> tuple[object, ...]:
    """A key to sort patients by: smaller comes first, and no two people of one name tie."""
    first = first_flag(standing.flags)
    return (
        list(Need).index(need_of(standing)),
        _weight(first) if first else (2, 0, date.max),
        -standing.deviations,
        -(standing.silent_days or 0),
        standing.name.casefold(),
    )


def _presses(flag: FlagState) -> bool:
    if flag.severity == Severity.URGENT:
        return True
    return flag.severity == Severity.IMPORTANT and not flag.is_seen


def _weight(flag: FlagState) -> tuple[int, int, date]:
    severity = list(Severity).index(flag.severity)
    return (0 if _presses(flag) else 1, -severity, flag.since)
