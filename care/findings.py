"""What a review found, in numbers, days and codes: the arms' answers and the verdicts counted.

Pure: no Django, no database, no clock. There is one finding for each side and reason at most;
whether it becomes a flag is decided in `care/flagging.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from care.enums import Reason, Severity
from diary.trends import Answer, Arm, Trend

WHOLE_PERSON = ""  # the side of what is not about one hip
Evidence = Mapping[str, Any]
Key = tuple[str, Reason]

REASONS = {
    Arm.LEVEL_SHIFT: Reason.LEVEL_SHIFT,
    Arm.SLOW_RISE: Reason.SLOW_RISE,
    Arm.SPIKE: Reason.SPIKE,
}
# Entries beyond the plan, in a week. Convention: one may be chance or a mistake in logging,
# two are worth asking about, and four are most of a week of trips.
BEYOND_DAYS = 7
BEYOND_NOTICE = 2
BEYOND_IMPORTANT = 4


@dataclass(frozen=True)
class Finding:
    """Something a review found: JSON-ready numbers, days and codes, with the day judged."""

    side: str
    reason: Reason
    severity: Severity
    since_on: date
    evidence: Evidence

    @property
    def key(self) -> Key:
        return self.side, self.reason


def rises_of_side(
    side: str, channels: Mapping[str, Sequence[Trend]], *, today: date
) -> list[Finding]:
    """What the arms found on one side, with the clearest channel of each arm.

    Channels come in their order of weight; on equal severity the first is the one told. A
    spike becomes a finding only when important: a lesser one asks the patient.
    """
    findings = []
    for arm, reason in REASONS.items():
        found = {
            channel: trend
            for channel, answers in channels.items()
            for trend in answers
            if trend.arm == arm
            and (trend.answer == Answer.IMPORTANT if arm == Arm.SPIKE else trend.is_found)
        }
        if found:
            told = next(
                (channel for channel in found if found[channel].answer == Answer.IMPORTANT),
                next(iter(found)),
            )
            also = [channel for channel in found if channel != told]
            findings.append(_finding_of(found[told], side, reason, told, also, today))
    return findings


def _finding_of(
    trend: Trend, side: str, reason: Reason, channel: str, also: Sequence[str], today: date
) -> Finding:
    since, until, before, after = trend.since, trend.until, trend.before, trend.after
    if since is None or until is None or before is None or after is None:
        raise ValueError("a trend that was found has its numbers")
    return Finding(
        side=side,
        reason=reason,
        severity=Severity(trend.answer.value),
        since_on=since,
        evidence={
            "on": today.isoformat(),
            "channel": str(channel),
            "since": since.isoformat(),
            "until": until.isoformat(),
            "before": round(before, 2),
            "after": round(after, 2),
            "observed": trend.observed,
            "missing": trend.missing,
            "days": [day.isoformat() for day in trend.days],
            "also": [str(other) for other in also],
        },
    )


def silence_of_person(
    trend: Trend, *, last_on: date | None, after_rise: bool, today: date
) -> Finding | None:
    """The finding that somebody stopped logging; `last_on` is the day of the last entry."""
    if not trend.is_found or trend.since is None:
        return None
    return Finding(
        side=WHOLE_PERSON,
        reason=Reason.SILENT,
        severity=Severity(trend.answer.value),
        since_on=trend.since,
        evidence={
            "on": today.isoformat(),
            "since": trend.since.isoformat(),
            "last_on": last_on.isoformat() if last_on else None,
            "days": trend.missing,
            "after_rise": after_rise,
        },
    )


def beyond_plan(beyond: Collection[date], *, logged: int, today: date) -> Finding | None:
    """The finding that entries of the last seven days went beyond the plan.

    `beyond` are the days of such entries (others are ignored), `logged` is how many entries
    those seven days have.
    """
    first = today - timedelta(BEYOND_DAYS - 1)
    days = sorted(day for day in beyond if first <= day <= today)
    if len(days) < BEYOND_NOTICE:
        return None
    severity = Severity.IMPORTANT if len(days) >= BEYOND_IMPORTANT else Severity.NOTICE
    return Finding(
        side=WHOLE_PERSON,
        reason=Reason.BEYOND_PLAN,
        severity=severity,
        since_on=days[0],
        evidence={
            "on": today.isoformat(),
            "days": [day.isoformat() for day in days],
            "observed": logged,
        },
    )
