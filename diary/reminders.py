"""How a patient wants to be reminded: own times a weekday, quiet hours, pauses, an end.

What is due is found and owed in reminding.py; when, by the pure functions of schedule.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import notices
from accounts.enums import NoticeKind
from accounts.models import User
from diary import schedule
from diary.models import Reminder, ReminderTime
from diary.schedule import ONE_DAY, Wishes

USUAL_TIME = time(20)
USUAL_QUIET = (time(22), time(8))
EVERY_DAY = range(7)
FEWER_DAYS = (0, 3)  # Monday and Thursday
# Of one day at most one; a snoozed message is that one again, because somebody asked for it.
ONE_A_DAY = (NoticeKind.REMINDER, NoticeKind.NUDGE)
KINDS = (*ONE_A_DAY, NoticeKind.SNOOZE)


class ReminderInQuietHours(ValueError):
    """A reminder at that time would never be sent."""


class PauseRefused(ValueError):
    """A pause ends today at the earliest and in a year at the latest."""


@dataclass(frozen=True)
class Settings:
    """What a patient's reminders are set to. `times` by weekday, 0 is Monday."""

    is_on: bool
    times: Mapping[int, time]
    quiet_from: time
    quiet_to: time


def settings_of(patient: User) -> Settings:
    """A patient's own settings; off, with the usual times, where there are none."""
    reminder = Reminder.objects.filter(patient=patient).prefetch_related("times").first()
    if reminder is None:
        return Settings(False, dict.fromkeys(EVERY_DAY, USUAL_TIME), *USUAL_QUIET)
    return Settings(
        reminder.is_on, _times(reminder), quiet_from=reminder.quiet_from, quiet_to=reminder.quiet_to
    )


def wishes_of(reminder: Reminder, *, snoozed_to: datetime | None = None) -> Wishes:
    """The row as the schedule reads it: without times while reminders are off."""
    pause = None
    if reminder.paused_from is not None and reminder.paused_until is not None:
        pause = (reminder.paused_from, reminder.paused_until)
    return Wishes(
        times=_times(reminder) if reminder.is_on else {},
        quiet_from=reminder.quiet_from,
        quiet_to=reminder.quiet_to,
        pause=pause,
        done_on=reminder.done_on,
        snoozed_to=snoozed_to,
    )


def _times(reminder: Reminder) -> dict[int, time]:
    return {each.weekday: each.at for each in reminder.times.all()}


@transaction.atomic
def start_reminder(*, patient: User, now: datetime) -> Reminder:
    """The patient's reminder, at 20:00 every day unless there is one already."""
    reminder, is_new = _own(patient, is_on=True)
    if is_new:
        _set_times(reminder, dict.fromkeys(EVERY_DAY, USUAL_TIME))
        _anchor(reminder, patient.zone, now)
    return reminder


def _own(patient: User, *, is_on: bool) -> tuple[Reminder, bool]:
    quiet = {"quiet_from": USUAL_QUIET[0], "quiet_to": USUAL_QUIET[1]}
    return Reminder.objects.get_or_create(patient=patient, defaults={"is_on": is_on} | quiet)


@transaction.atomic
def change_reminder(
    *,
    patient: User,
    is_on: bool,
    times: Mapping[int, time],
    quiet_from: time,
    quiet_to: time,
    now: datetime,
) -> Reminder:
    """Keep when a patient wants to be reminded, and the next moment that follows from it.

    What was owed for today and is not sent yet is stopped when reminders are switched off, and
    so is what now lies in the quiet hours. Raises ReminderInQuietHours.
    """
    for at in times.values():
        if schedule.is_quiet(at, quiet_from, quiet_to):
            raise ReminderInQuietHours(at)
    today = now.astimezone(patient.zone).date()
    reminder, _ = Reminder.objects.update_or_create(
        patient=patient,
        defaults={
            "is_on": is_on,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
            "wished_on": today,
        },
    )
    _set_times(reminder, times)
    _anchor(reminder, patient.zone, now)
    if not is_on:
        cancel_reminder(patient=patient, day=today)
    _fit_what_waits(reminder, today)
    return reminder


def _set_times(reminder: Reminder, times: Mapping[int, time]) -> None:
    reminder.times.all().delete()
    ReminderTime.objects.bulk_create(
        ReminderTime(reminder=reminder, weekday=weekday, at=at) for weekday, at in times.items()
    )


def _fit_what_waits(reminder: Reminder, day: date) -> None:
    """Hold what is owed for today already to the quiet hours as they are now."""
    patient, wishes = reminder.patient, wishes_of(reminder)
    for notice in notices.about_day(patient, KINDS, day).filter(state__in=notices.UNDER_WAY):
        if not schedule.may_be_sent_at(wishes, patient.zone, day, notice.due_at):
            notices.cancel(recipient=patient, kind=notice.kind, key=notice.key)
        else:
            notice.expires_at = schedule.too_late(wishes, notice.due_at, patient.zone)
            notice.save(update_fields=["expires_at"])


@transaction.atomic
def remind_less(*, patient: User, now: datetime) -> Reminder:
    """Only on Mondays and Thursdays, at the times as they are."""
    kept = settings_of(patient)
    usual = schedule.usual_time(kept.times) or USUAL_TIME
    times = {weekday: kept.times.get(weekday, usual) for weekday in FEWER_DAYS}
    return _change(patient, kept, is_on=True, times=times, now=now)


@transaction.atomic
def stop_reminders(*, patient: User, now: datetime) -> Reminder:
    """Switch reminders off; their times are kept for later."""
    kept = settings_of(patient)
    return _change(patient, kept, is_on=False, times=kept.times, now=now)


def _change(
    patient: User, kept: Settings, *, is_on: bool, times: Mapping[int, time], now: datetime
) -> Reminder:
    return change_reminder(
        patient=patient,
        is_on=is_on,
        times=times,
        quiet_from=kept.quiet_from,
        quiet_to=kept.quiet_to,
        now=now,
    )


@transaction.atomic
def pause(*, patient: User, until: date, now: datetime) -> Reminder:
    """Send nothing up to and with a day; after it reminders go on by themselves.

    What was owed for today and is not sent yet is stopped. Raises PauseRefused.
    """
    today = now.astimezone(patient.zone).date()
    if not today <= until <= today + schedule.LONGEST_PAUSE:
        raise PauseRefused(until)
    reminder, _ = _own(patient, is_on=False)
    if not schedule.is_paused(wishes_of(reminder), today):
        reminder.paused_from = today
    reminder.paused_until = until
    reminder.save(update_fields=["paused_from", "paused_until"])
    _anchor(reminder, patient.zone, now)
    cancel_reminder(patient=patient, day=today)
    return reminder


@transaction.atomic
def resume(*, patient: User, now: datetime) -> bool:
    """End a pause now; False where there is none today."""
    today = now.astimezone(patient.zone).date()
    reminder = Reminder.objects.filter(patient=patient).first()
    if reminder is None or not schedule.is_paused(wishes_of(reminder), today):
        return False
    reminder.paused_until = today - ONE_DAY
    if reminder.paused_from == today:
        reminder.paused_from = reminder.paused_until = None
    reminder.wished_on = today
    reminder.save(update_fields=["paused_from", "paused_until", "wished_on"])
    _anchor(reminder, patient.zone, now)
    return True


def end_day(*, reminder: Reminder, day: date, now: datetime) -> None:
    """Nothing more about this day; the next reminder comes on another."""
    reminder.done_on = day
    reminder.save(update_fields=["done_on"])
    _anchor(reminder, reminder.patient.zone, now)
    cancel_reminder(patient=reminder.patient, day=day)


def cancel_reminder(*, patient: User, day: date) -> int:
    """Stop what is owed about a day and not sent yet, snoozed or not; how many that were."""
    return notices.cancel_day(recipient=patient, kinds=KINDS, day=day)


def owed_about(day: date) -> Exists:
    """Of a query of people: whether somebody is owed a message about a day."""
    return Exists(notices.about_day(OuterRef("pk"), KINDS, day).filter(state__in=notices.UNDER_WAY))


def owe_again(*, patient: User, day: date, now: datetime) -> int:
    """After an entry was taken back: owe the messages that its saving stopped, if time is left.

    One that was sent stays sent. How many that were.
    """
    return notices.reopen_day(recipient=patient, kinds=KINDS, day=day, now=now)


def _anchor(reminder: Reminder, zone: ZoneInfo, now: datetime) -> None:
    reminder.next_at = schedule.next_moment(wishes_of(reminder), zone, now)
    reminder.zone = zone.key
    reminder.save(update_fields=["next_at", "zone"])
