"""Flags raised, made more urgent, joined and withdrawn by the review.

A flag is changed only as it was read: where a person or another review was first, nothing
happens, and the next review decides anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from care import flagging, telling
from care.cases import Case
from care.enums import FlagEventKind
from care.findings import WHOLE_PERSON, Finding
from care.flagging import Action, Decision
from care.models import Flag, FlagEvent


@dataclass(frozen=True)
class Reviewed:
    """How many flags the review of an episode raised, made more urgent, joined, withdrew."""

    raised: int = 0
    more_urgent: int = 0
    joined: int = 0
    withdrawn: int = 0


def carry_out(case: Case, decisions: Sequence[Decision], *, now: datetime) -> Reviewed:
    """Do what was decided about a case. Call it inside the transaction of its review."""
    opened = {(flag.side, flag.reason): flag for flag in case.open_flags}
    done = dict.fromkeys(Action, 0)
    for decision in decisions:
        flag = opened.get((decision.side, decision.reason))
        finding = decision.finding
        if decision.action == Action.RAISE and finding:
            done[Action.RAISE] += _raise(case, finding, now)
        elif decision.action == Action.RAISE_LEVEL and finding and flag:
            done[Action.RAISE_LEVEL] += _raise_level(flag, finding, now)
        elif decision.action == Action.JOIN and finding and flag:
            done[Action.JOIN] += _join(flag, finding, now)
        elif decision.action == Action.WITHDRAW and flag:
            done[Action.WITHDRAW] += _withdraw(flag, now)
    return Reviewed(
        raised=done[Action.RAISE],
        more_urgent=done[Action.RAISE_LEVEL],
        joined=done[Action.JOIN],
        withdrawn=done[Action.WITHDRAW],
    )


def _raise(case: Case, finding: Finding, now: datetime) -> bool:
    patient = case.episode.patient
    try:
        with transaction.atomic():
            flag = Flag.objects.create(
                patient=patient,
                episode=None if finding.side == WHOLE_PERSON else case.episode,
                side=finding.side,
                reason=finding.reason,
                severity=finding.severity,
                since_on=finding.since_on,
                evidence=dict(finding.evidence),
                rule_version=flagging.RULES,
                opened_at=now,
            )
    except IntegrityError:
        if not Flag.objects.filter(
            patient=patient, side=finding.side, reason=finding.reason, closed_at__isnull=True
        ).exists():
            raise
        return False  # a review of the same moment raised it
    _note(flag, FlagEventKind.RAISED, now)
    telling.tell_physiotherapists(flag, now=now)
    return True


def _raise_level(flag: Flag, finding: Finding, now: datetime) -> bool:
    """Make a flag more urgent, and unseen again, for it says something new."""
    if not _is_as_read(flag):
        return False
    flag.severity = finding.severity
    flag.acknowledged_at = flag.acknowledged_by = None
    _take_over(flag, finding, "severity", "acknowledged_at", "acknowledged_by")
    _note(flag, FlagEventKind.LEVEL_RAISED, now)
    telling.tell_physiotherapists(flag, now=now)
    return True


def _join(flag: Flag, finding: Finding, now: datetime) -> bool:
    if not _is_as_read(flag):
        return False
    _take_over(flag, finding)
    _note(flag, FlagEventKind.JOINED, now)
    return True


def _withdraw(flag: Flag, now: datetime) -> bool:
    if not _is_as_read(flag):
        return False
    flag.closed_at = now
    flag.save(update_fields=["closed_at"])
    _note(flag, FlagEventKind.WITHDRAWN, now)
    telling.stop_telling(flag)
    return True


def _is_as_read(flag: Flag) -> bool:
    """Take the flag's row, and tell whether nobody changed it since it was read."""
    stored = Flag.objects.select_for_update().get(pk=flag.pk)
    return (stored.severity, stored.closed_at, stored.acknowledged_at, stored.evidence) == (
        flag.severity,
        flag.closed_at,
        flag.acknowledged_at,
        flag.evidence,
    )


def _take_over(flag: Flag, finding: Finding, *fields: str) -> None:
    flag.since_on = finding.since_on
    flag.evidence = dict(finding.evidence)
    flag.rule_version = flagging.RULES
    flag.save(update_fields=[*fields, "since_on", "evidence", "rule_version"])


def _note(flag: Flag, kind: FlagEventKind, now: datetime) -> None:
    FlagEvent.objects.create(flag=flag, kind=kind, at=now, evidence=flag.evidence)
