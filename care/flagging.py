"""Which findings become flags: raise, join, raise the level, withdraw or leave.

Pure: no Django, no database, no clock. The findings of a review (see `care/findings.py`) are
held against the flags that are open and those that a person resolved lately. Red flags are
not decided here: an answer that must not wait is a flag at once (see `care/red_flags.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from care.enums import FlagOutcome, Reason, Severity
from care.findings import Evidence, Finding, Key
from diary import trends

VERSION = "flags-1"
# What a flag keeps: by which rules its evidence can be computed again.
RULES = f"{trends.VERSION} {VERSION}"


@dataclass(frozen=True)
class Policy:
    """How long a resolved flag keeps the same finding quiet. Convention.

    Letting clinicians put an expected state aside for up to a month was the first remedy for
    noise in symptom monitoring at the University of Alabama at Birmingham (ASCO abstract
    227705).
    """

    quiet_days: int = 14
    expected_days: int = 28
    # A finding that goes on joins its open flag with new numbers so often.
    news_after_days: int = 7


@dataclass(frozen=True)
class OpenFlag:
    """A flag as it stands. `still_holds` is what its own day, judged again, says now."""

    side: str
    reason: Reason
    severity: Severity
    judged_on: date
    evidence: Evidence
    is_acknowledged: bool = False
    still_holds: bool = True

    @property
    def key(self) -> Key:
        return self.side, self.reason


@dataclass(frozen=True)
class ResolvedFlag:
    """A flag that a person closed on a local day, with an outcome."""

    side: str
    reason: Reason
    severity: Severity
    outcome: FlagOutcome
    closed_on: date


class Action(StrEnum):
    RAISE = "raise"
    JOIN = "join"
    RAISE_LEVEL = "raise_level"
    WITHDRAW = "withdraw"
    LEAVE = "leave"


@dataclass(frozen=True)
class Decision:
    """What to do about one side and reason; `finding` is None where nothing was found."""

    action: Action
    side: str
    reason: Reason
    finding: Finding | None = field(default=None)


def rank(severity: str) -> int:
    """The place of a severity, mildest first."""
    return list(Severity).index(Severity(severity))


def decide(
    findings: Iterable[Finding],
    open_flags: Iterable[OpenFlag],
    resolved: Iterable[ResolvedFlag],
    *,
    today: date,
    policy: Policy | None = None,
) -> list[Decision]:
    """One decision for each side and reason that was found or has an open flag.

    A finding without an open flag raises one, unless a person resolved the same reason less
    than `quiet_days` ago (`expected_days` where the outcome was that this is expected) and it
    is not more severe now. A finding with an open flag raises its level when more severe,
    joins it with new numbers when another channel rose too or a week has passed, and leaves
    it otherwise. Severity never goes down by itself.

    An open flag whose finding is gone stays until a person resolves it: pain that came down
    again does not undo that it was up. There are two exceptions. Silence is withdrawn as soon
    as an entry comes. And a flag that nobody has acknowledged is withdrawn when edited or late
    entries make it false on the very day it was judged; once somebody has seen it, that
    person closes it. Flags judged on a later day than `today` are left alone.
    """
    policy = policy or Policy()
    opened = {flag.key: flag for flag in open_flags if flag.reason != Reason.RED_FLAG}
    found = _one_rise_one_flag({finding.key: finding for finding in findings}, opened)
    closed = list(resolved)
    decisions = []
    for key in sorted({*opened, *found}):
        finding, flag = found.get(key), opened.get(key)
        if flag is None and finding is not None:
            action = Action.LEAVE if _is_quiet(finding, closed, today, policy) else Action.RAISE
        elif flag is not None and flag.judged_on > today:
            action = Action.LEAVE
        elif flag is not None and finding is not None:
            action = _about_open(flag, finding, policy)
        else:
            action = Action.WITHDRAW if flag and _is_undone(flag) else Action.LEAVE
        decisions.append(Decision(action, *key, finding))
    return decisions


def _one_rise_one_flag(
    found: Mapping[Key, Finding], opened: Mapping[Key, OpenFlag]
) -> dict[Key, Finding]:
    """Without slow rises of a side whose level shift is found or open: it is the same rise."""
    return {
        (side, reason): finding
        for (side, reason), finding in found.items()
        if reason != Reason.SLOW_RISE
        or ((side, Reason.LEVEL_SHIFT) not in found and (side, Reason.LEVEL_SHIFT) not in opened)
    }


def _is_quiet(
    finding: Finding, resolved: Sequence[ResolvedFlag], today: date, policy: Policy
) -> bool:
    return any(
        (flag.side, flag.reason) == finding.key
        and rank(finding.severity) <= rank(flag.severity)
        and (today - flag.closed_on).days
        < (policy.expected_days if flag.outcome == FlagOutcome.EXPECTED else policy.quiet_days)
        for flag in resolved
    )


def _about_open(flag: OpenFlag, finding: Finding, policy: Policy) -> Action:
    if rank(finding.severity) > rank(flag.severity):
        return Action.RAISE_LEVEL
    # Of silence there are no new numbers: it lasts until an entry comes.
    if finding.reason == Reason.SILENT or rank(finding.severity) < rank(flag.severity):
        return Action.LEAVE
    passed = date.fromisoformat(finding.evidence["on"]) - flag.judged_on
    has_spread = bool(_channels(finding.evidence) - _channels(flag.evidence))
    if has_spread or passed >= timedelta(policy.news_after_days):
        return Action.JOIN
    return Action.LEAVE


def _channels(evidence: Evidence) -> set[str]:
    return {evidence.get("channel", ""), *evidence.get("also", ())}


def _is_undone(flag: OpenFlag) -> bool:
    if flag.reason == Reason.SILENT:
        return True
    return not flag.is_acknowledged and not flag.still_holds
