"""Reminders at the patient's own time, in the patient's own zone, at most one a local day.

`Reminder.next_at` is the queue: each minute what is due is claimed by moving it to the next
local moment, and a notice is owed if today's entry is still missing. Nothing is made up
for: after an outage only today's reminder is sent, and only while today's time for it lasts.
"""

import logging
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from accounts import notices
from accounts.enums import NoticeKind
from accounts.models import Notice, User
from diary.models import Entry, Episode, Reminder

logger = logging.getLogger(__name__)

USUAL_TIME = time(20)
USUAL_QUIET = (time(22), time(8))


class ReminderInQuietHours(ValueError):
    """A reminder at that time would never be sent."""


def moment_on(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, that a clock in the zone shows this time on this day.

    A time that the clock jumps over is moved forward by the jump (02:30 becomes 03:30); of a
    time that comes twice it is the first.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def next_moment(reminder: Reminder, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment later than `after` that the reminder is due; None while it is off."""
    if not reminder.is_on:
        return None
    today = after.astimezone(zone).date()
    moments = (moment_on(today + timedelta(days=ahead), reminder.at, zone) for ahead in range(4))
    return next(moment for moment in moments if moment > after)


def is_quiet(at: time, quiet_from: time, quiet_to: time) -> bool:
    """Whether a local time lies in the quiet hours, which may run past midnight."""
    if quiet_from <= quiet_to:
        return quiet_from <= at < quiet_to
    return at >= quiet_from or at < quiet_to


def settings_of(patient: User) -> dict[str, Any]:
    """What a patient's reminder is set to; off, with the usual times, where there is none."""
    reminder = Reminder.objects.filter(patient=patient).first()
    return {
        "is_on": reminder.is_on if reminder else False,
        "at": reminder.at if reminder else USUAL_TIME,
        "quiet_from": reminder.quiet_from if reminder else USUAL_QUIET[0],
        "quiet_to": reminder.quiet_to if reminder else USUAL_QUIET[1],
    }


@transaction.atomic
def start_reminder(*, patient: User, now: datetime) -> Reminder:
    """The patient's reminder, at 20:00 unless there is one already."""
    reminder, is_new = Reminder.objects.get_or_create(
        patient=patient,
        defaults={
            "at": USUAL_TIME,
            "quiet_from": USUAL_QUIET[0],
            "quiet_to": USUAL_QUIET[1],
        },
    )
    if is_new:
        _anchor(reminder, patient.zone, now)
    return reminder


@transaction.atomic
def change_reminder(
    *, patient: User, is_on: bool, at: time, quiet_from: time, quiet_to: time, now: datetime
) -> Reminder:
    """Keep when a patient wants to be reminded, and the next moment that follows from it.

    What was owed for today and is not sent yet is stopped when reminders are switched off.
    Raises ReminderInQuietHours.
    """
    if is_quiet(at, quiet_from, quiet_to):
        raise ReminderInQuietHours(at)
    reminder, _ = Reminder.objects.update_or_create(
        patient=patient,
        defaults={"is_on": is_on, "at": at, "quiet_from": quiet_from, "quiet_to": quiet_to},
    )
    _anchor(reminder, patient.zone, now)
    if not is_on:
        cancel_reminder(patient=patient, day=now.astimezone(patient.zone).date())
    return reminder


def cancel_reminder(*, patient: User, day: date) -> int:
    """Stop the reminder owed for a day, if it is not sent yet; how many that were (0 or 1)."""
    return notices.cancel(recipient=patient, kind=NoticeKind.REMINDER, key=day.isoformat())


def queue_due(now: datetime) -> int:
    """Owe a notice for every reminder that is due; how many were owed.

    One row that fails is logged and left for the next minute; the others go on.
    """
    _anchor_again(now)
    owed = 0
    due = Reminder.objects.filter(is_on=True, next_at__lte=now).select_related("patient")
    for reminder in due.order_by("next_at", "pk"):
        try:
            owed += _queue(reminder, now)
        except Exception:
            logger.exception("The reminder %s could not be queued", reminder.pk)
    return owed


def hold(notice: Notice) -> bool:
    """Whether a claimed notice must not be sent after all; asked right before sending.

    True for a reminder whose entry has come meanwhile, or that nobody wants any more.
    """
    if notice.kind != NoticeKind.REMINDER:
        return False
    patient, day = notice.recipient, date.fromisoformat(notice.key)
    if not Reminder.objects.filter(patient=patient, is_on=True).exists():
        return True
    return patient is None or _is_not_needed(patient, day)


def _anchor(reminder: Reminder, zone: ZoneInfo, now: datetime) -> None:
    reminder.next_at = next_moment(reminder, zone, now)
    reminder.zone = zone.key
    reminder.save(update_fields=["next_at", "zone"])


def _anchor_again(now: datetime) -> None:
    """Compute anew what was computed in a zone the patient has left, or never."""
    astray = Reminder.objects.filter(
        Q(next_at__isnull=True) | ~Q(zone=F("patient__time_zone")), is_on=True
    )
    for reminder in astray.select_related("patient"):
        _anchor(reminder, reminder.patient.zone, now)


@transaction.atomic
def _queue(reminder: Reminder, now: datetime) -> bool:
    """Claim one due reminder, and owe today's notice where it is wanted."""
    patient = reminder.patient
    zone = patient.zone
    claimed = Reminder.objects.filter(pk=reminder.pk, next_at=reminder.next_at).update(
        next_at=next_moment(reminder, zone, now)
    )
    if claimed != 1:
        return False
    local = now.astimezone(zone)
    due_at = moment_on(local.date(), reminder.at, zone)
    is_early = due_at > now
    if is_early or is_quiet(local.time(), reminder.quiet_from, reminder.quiet_to):
        return False
    if not patient.is_active or _is_not_needed(patient, local.date()):
        return False
    notice = notices.owe(
        recipient=patient,
        kind=NoticeKind.REMINDER,
        key=local.date().isoformat(),
        due_at=due_at,
        expires_at=_too_late(reminder, due_at, zone),
    )
    return notice is not None


def _is_not_needed(patient: User, day: date) -> bool:
    """Today's entry is there, or there is no plan to fill it in for."""
    if Entry.objects.filter(patient=patient, day=day).exists():
        return True
    return not Episode.objects.filter(
        patient=patient, ended_on__isnull=True, started_on__lte=day
    ).exists()


def _too_late(reminder: Reminder, due_at: datetime, zone: ZoneInfo) -> datetime:
    """When a reminder that was held up is worth nothing: at night, and after midnight."""
    today = due_at.astimezone(zone).date()
    midnight = moment_on(today + timedelta(days=1), time(0), zone)
    if reminder.quiet_from == reminder.quiet_to:
        return midnight
    quiet = moment_on(today, reminder.quiet_from, zone)
    return quiet if due_at < quiet < midnight else midnight
