"""What the pages say of reminders: when the next ones come, by which way, and what a tap did."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import notices, subscriptions
from accounts.enums import NoticeKind, NoticeState
from accounts.models import User
from diary import reminders, reminding, schedule
from diary.models import Reminder
from diary.schedule import Message
from diary.snoozing import Answer, Snoozed

FORETOLD = 3


@dataclass(frozen=True)
class Coming:
    """The next reminders of somebody, each as a line of words.

    `paused_until` is the last day of a pause that holds today. `is_last` where nothing follows
    until an entry comes.
    """

    is_on: bool
    has_plan: bool
    paused_until: date | None
    lines: tuple[str, ...]
    is_last: bool


def coming(patient: User, now: datetime) -> Coming:
    """What is to come, told by the functions that the queue claims by."""
    reminder = Reminder.objects.filter(patient=patient).prefetch_related("times").first()
    if reminder is None or not reminder.is_on:
        return Coming(False, True, None, (), False)
    reminder.patient = patient
    today = now.astimezone(patient.zone).date()
    wishes = reminders.wishes_of(reminder)
    known = reminding.last_known([patient], today)
    has_plan = known.has_plan(patient, today)
    foretold = _foretold(reminder, known, now) if has_plan else ()
    way = way_of(patient) if foretold else ""
    return Coming(
        is_on=True,
        has_plan=has_plan,
        paused_until=reminder.paused_until if schedule.is_paused(wishes, today) else None,
        lines=tuple(_line(patient, moment, message, way) for moment, message in foretold),
        is_last=len(foretold) < FORETOLD,
    )


def _foretold(
    reminder: Reminder, known: reminding.Known, now: datetime
) -> tuple[tuple[datetime, Message], ...]:
    patient = reminder.patient
    today = now.astimezone(patient.zone).date()
    snoozed = notices.about_day(patient, [NoticeKind.SNOOZE], today)
    waiting = snoozed.filter(state=NoticeState.WAITING).values_list("due_at", flat=True).first()
    return schedule.foretell(
        reminders.wishes_of(reminder, snoozed_to=waiting),
        patient.zone,
        now,
        last_on=known.counted_from(reminder, today),
        closed=known.closed_days(patient),
        most=FORETOLD,
    )


def _line(patient: User, moment: datetime, message: Message, way: str) -> str:
    local = moment.astimezone(patient.zone)
    words = {
        "day": date_format(local, "SHORT_DATE_FORMAT"),
        "time": date_format(local, "TIME_FORMAT"),
        "way": way,
    }
    if message == Message.SNOOZE:
        return _("%(day)s %(time)s %(way)s, as you asked") % words
    return _("%(day)s %(time)s %(way)s") % words


def way_of(patient: User) -> str:
    """By which way a message comes first: all devices that take push messages, else mail."""
    names = [each.device or _("a device") for each in subscriptions.of(patient)]
    if not names:
        return _("by e-mail")
    return _("by push on %(devices)s") % {"devices": _(" and ").join(names)}


def sentence(snoozed: Snoozed, patient: User, now: datetime) -> str:
    """What a tap came to, and what will happen."""
    at = date_format(snoozed.at.astimezone(patient.zone), "TIME_FORMAT") if snoozed.at else ""
    match snoozed.answer:
        case Answer.SET:
            return _("We remind you again at %(time)s.") % {"time": at}
        case Answer.ALREADY if at:
            return _("You are reminded again at %(time)s. That stays so.") % {"time": at}
        case Answer.ALREADY:
            return _("You chose already when to be reminded again. That stays so.")
        case Answer.FILLED_IN:
            return _("Today is filled in already. Nothing more comes today.")
        case Answer.ENDED:
            said = _("Nothing more comes today.")
        case Answer.AT_NIGHT:
            said = _("At %(time)s you are not disturbed, so nothing comes then.") % {"time": at}
        case Answer.NOTHING_CAME:
            said = _("There is no reminder of today to move.")
    return f"{said} {next_one(patient, now)}".strip()


def next_one(patient: User, now: datetime) -> str:
    """When the next reminder comes, as a sentence; empty where none does."""
    lines = coming(patient, now).lines
    return _("Your next reminder: %(line)s.") % {"line": lines[0]} if lines else ""
