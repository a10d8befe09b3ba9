"""A reminder that came and does not suit: once more in a while, or nothing more today.

Each snoozed message is a wish of its own: it answers one message that came, is owed once, and
a second tap on that message changes nothing. An entry stops it, as it stops any reminder.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from django.db import transaction

from accounts import notices
from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice, User
from diary import reminders, schedule
from diary.models import Entry, Reminder

MINUTES = (30, 120)
# Uncertain and under way count as come: somebody who answers a message has seen it.
CAME = (NoticeState.SENT, NoticeState.SENDING, NoticeState.UNCERTAIN)


class Answer(Enum):
    SET = auto()
    ALREADY = auto()
    ENDED = auto()
    AT_NIGHT = auto()
    FILLED_IN = auto()
    NOTHING_CAME = auto()


@dataclass(frozen=True)
class Offer:
    """What can be snoozed: the message of `day` after `number` snoozed ones, or one that waits."""

    day: date
    number: int
    waits_until: datetime | None


@dataclass(frozen=True)
class Snoozed:
    """What a tap came to. `at` is the moment set, set before, or refused."""

    answer: Answer
    at: datetime | None = None


def offer(patient: User, now: datetime) -> Offer | None:
    """What a patient can snooze now; None where no message came today or the day is done."""
    today = now.astimezone(patient.zone).date()
    found = list(notices.about_day(patient, reminders.KINDS, today))
    if not any(each.kind in reminders.ONE_A_DAY and each.state in CAME for each in found):
        return None
    wanted = Reminder.objects.filter(patient=patient, is_on=True).exclude(done_on=today)
    if Entry.objects.filter(patient=patient, day=today).exists() or not wanted.exists():
        return None
    return _offer(today, [each for each in found if each.kind == NoticeKind.SNOOZE])


def _offer(day: date, snoozes: list[Notice]) -> Offer:
    waiting = [each.due_at for each in snoozes if each.state == NoticeState.WAITING]
    return Offer(day=day, number=len(snoozes), waits_until=waiting[0] if waiting else None)


@transaction.atomic
def snooze(*, patient: User, day: date, number: int, minutes: int, now: datetime) -> Snoozed:
    """Owe the message of `day` once more, `minutes` from now.

    `number` says how many snoozed messages had been asked for when the message answered here
    was sent: an answer given before to the same message stays as it is. A moment in the quiet
    hours or after midnight is refused.
    """
    found = offer(patient, now)
    if found is None or found.day != day:
        return _nothing_to_snooze(patient, day)
    if found.waits_until is not None or found.number != number:
        return Snoozed(Answer.ALREADY, found.waits_until)
    wishes = reminders.wishes_of(Reminder.objects.get(patient=patient))
    moment = now + timedelta(minutes=minutes)
    if not schedule.may_be_sent_at(wishes, patient.zone, day, moment):
        return Snoozed(Answer.AT_NIGHT, moment)
    notice = notices.owe(
        recipient=patient,
        kind=NoticeKind.SNOOZE,
        key=f"{day.isoformat()}.{number + 1}",
        due_at=moment,
        expires_at=schedule.too_late(wishes, moment, patient.zone),
    )
    return Snoozed(Answer.SET if notice else Answer.ALREADY, moment if notice else None)


@transaction.atomic
def until_tomorrow(*, patient: User, day: date, now: datetime) -> Snoozed:
    """Nothing more about `day`, neither what was snoozed; the next reminder comes later."""
    found = offer(patient, now)
    if found is None or found.day != day:
        return _nothing_to_snooze(patient, day)
    reminder = Reminder.objects.select_related("patient").get(patient=patient)
    reminders.end_day(reminder=reminder, day=day, now=now)
    return Snoozed(Answer.ENDED)


def _nothing_to_snooze(patient: User, day: date) -> Snoozed:
    if Entry.objects.filter(patient=patient, day=day).exists():
        return Snoozed(Answer.FILLED_IN)
    return Snoozed(Answer.NOTHING_CAME)
