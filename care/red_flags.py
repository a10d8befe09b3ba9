"""Red flags: answers that must not wait. What is reported is told at once, in one transaction.

Nothing here goes through a background task: the report, the urgent flag and the notices owed
are stored before the page answers, and the page says itself whom to call.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from care import telling
from care.enums import FlagEventKind, Reason, Severity
from care.findings import WHOLE_PERSON
from care.models import Flag, FlagEvent
from conditions.enums import Urgency
from conditions.models import RedFlag
from diary.models import RedFlagReport

VERSION = "red-flags-1"
MOST_URGENT_FIRST = list(Urgency)

Answers = Mapping[str, bool | None]  # by the code of the red flag; None is "not answered"


def by_urgency(red_flags: Iterable[RedFlag]) -> list[RedFlag]:
    """Most urgent first; in the order of the content where equally urgent."""
    return sorted(
        red_flags,
        key=lambda flag: (MOST_URGENT_FIRST.index(Urgency(flag.urgency)), flag.order, flag.code),
    )


def questions_for(patient: User) -> list[RedFlag]:
    """The red flags to ask a patient, most urgent first.

    Those of the conditions of the patient's open episodes. Somebody without an open episode is
    asked what every condition asks, or all there is where the conditions share nothing.
    """
    own = RedFlag.objects.filter(
        conditions__plans__in=patient.episodes.filter(ended_on__isnull=True).values("plan")
    )
    return by_urgency(own.distinct()) or by_urgency(_general())


def _general() -> list[RedFlag]:
    red_flags = list(RedFlag.objects.prefetch_related("conditions"))
    asking = {condition.pk for flag in red_flags for condition in flag.conditions.all()}
    shared = [
        flag
        for flag in red_flags
        if asking <= {condition.pk for condition in flag.conditions.all()}
    ]
    return shared or red_flags


def question_texts(flags: Iterable[Flag]) -> dict[str, str]:
    """The questions that red flags among these flags were about, by code, in one query."""
    codes = {
        code
        for flag in flags
        if flag.reason == Reason.RED_FLAG
        for code in flag.evidence.get("codes", ())
    }
    return {flag.code: flag.question for flag in RedFlag.objects.filter(code__in=codes)}


def answered_yes(report: RedFlagReport) -> list[RedFlag]:
    """The red flags that a report said yes to, most urgent first."""
    codes = [code for code, answer in report.answers.items() if answer]
    return by_urgency(RedFlag.objects.filter(code__in=codes))


@transaction.atomic
def report(
    *, patient: User, day: date, answers: Answers, client_uuid: uuid.UUID, now: datetime
) -> RedFlagReport:
    """Keep a patient's answers; a yes opens an urgent flag and owes notices, all or nothing.

    A yes while a red flag is open joins it and makes it unseen again. A second arrival of the
    same `client_uuid` gives back the first report and changes nothing, unless the answers are
    others: somebody went back and changed them, and that is a report of its own. Answers to
    codes that are no red flag are refused with ValueError.
    """
    asked = {flag.code: flag for flag in RedFlag.objects.filter(code__in=list(answers))}
    if unknown := answers.keys() - asked.keys():
        raise ValueError(f"no red flag: {sorted(unknown)}")
    yes = by_urgency(asked[code] for code, answer in answers.items() if answer)
    urgency = yes[0].urgency if yes else ""
    fields = {"day": day, "reported_at": now, "answers": dict(answers), "urgency": urgency}
    reports = RedFlagReport.objects
    stored, is_new = reports.get_or_create(
        patient=patient, client_uuid=client_uuid, defaults=fields
    )
    if stored.answers != dict(answers):
        changed_uuid = uuid.uuid5(client_uuid, json.dumps(dict(answers), sort_keys=True))
        stored, is_new = reports.get_or_create(
            patient=patient, client_uuid=changed_uuid, defaults=fields
        )
    if is_new and yes:
        flag = _flag_up(stored, [flag.code for flag in yes], now)
        telling.tell_physiotherapists(flag, now=now)
    return stored


def _flag_up(stored: RedFlagReport, codes: list[str], now: datetime) -> Flag:
    """The open red flag of the patient with this report in it. The lock orders two reports."""
    evidence = {
        "on": stored.day.isoformat(),
        "codes": codes,
        "urgency": str(stored.urgency),
        "reports": [str(stored.uuid)],
    }
    flag, is_new = Flag.objects.select_for_update().get_or_create(
        patient=stored.patient,
        side=WHOLE_PERSON,
        reason=Reason.RED_FLAG,
        closed_at=None,
        defaults={
            "severity": Severity.URGENT,
            "since_on": stored.day,
            "evidence": evidence,
            "rule_version": VERSION,
            "opened_at": now,
        },
    )
    if not is_new:
        _join(flag, evidence)
    kind = FlagEventKind.RAISED if is_new else FlagEventKind.JOINED
    FlagEvent.objects.create(flag=flag, kind=kind, at=now, evidence=evidence)
    return flag


def _join(flag: Flag, evidence: dict[str, Any]) -> None:
    """Put a later report on the open flag: what it said stays, and it is unseen again."""
    before = flag.evidence
    urgencies = [evidence["urgency"], before.get("urgency", evidence["urgency"])]
    flag.evidence = {
        "on": max(evidence["on"], before.get("on", "")),
        "codes": list(dict.fromkeys([*evidence["codes"], *before.get("codes", ())])),
        "urgency": min(urgencies, key=MOST_URGENT_FIRST.index),
        "reports": [*before.get("reports", ()), *evidence["reports"]],
    }
    flag.acknowledged_at = flag.acknowledged_by = None
    flag.save(update_fields=["evidence", "acknowledged_at", "acknowledged_by"])
