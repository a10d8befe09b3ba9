"""Reminders that are due: claimed each minute, and owed where today's entry is missing.

`Reminder.next_at` is the queue: what is due is claimed by moving it to the next local moment.
Nothing is made up for: after an outage only today's reminder is sent, and only while today's
time for it lasts. After days of silence a nudge comes in the reminder's place, and then
nothing until an entry comes (schedule.py). A day has one message at most.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.db.models import Case, F, Max, QuerySet, Value, When

from accounts import notices
from accounts.models import Notice, User
from diary import reminders, schedule
from diary.models import Entry, Episode, Reminder
from diary.schedule import ONE_DAY

logger = logging.getLogger(__name__)

# As many as one statement moves at once, below what the databases take in parameters.
BATCH = 200
# Who asked for one day a week is past the last nudge by then: an older entry changes nothing,
# and years of entries need not be read each evening.
SILENCE = timedelta(weeks=schedule.NUDGED_DAYS[-1] + 2)


class TakenMeanwhile(Exception):
    """Another sweep, or the person, has moved a reminder since it was read."""


def queue_due(now: datetime) -> int:
    """Owe a notice for every reminder that is due; how many were owed.

    All are claimed together. Where that fails they are taken one by one, so that the one that
    fails is logged and left for the next minute, and the others go on.
    """
    astray = _astray().values_list("pk", flat=True)
    _in_batches(list(astray), lambda some: _anchor_again(some, now))
    due = Reminder.objects.filter(is_on=True, next_at__lte=now).order_by("next_at", "pk")
    return _in_batches(list(due.values_list("pk", flat=True)), lambda some: _queue(some, now))


def _in_batches(pks: Sequence[int], work: Callable[[Sequence[int]], int]) -> int:
    done = 0
    for start in range(0, len(pks), BATCH):
        batch = pks[start : start + BATCH]
        try:
            done += work(batch)
        except Exception:
            done += sum(_alone(pk, work) for pk in batch)
    return done


def _alone(pk: int, work: Callable[[Sequence[int]], int]) -> int:
    try:
        return work([pk])
    except TakenMeanwhile:
        return 0
    except Exception:
        logger.exception("The reminder %s could not be queued", pk)
        return 0


def hold(notice: Notice) -> bool:
    """Whether a claimed notice must not be sent after all; asked right before sending.

    True for a reminder whose entry has come meanwhile, or that nobody wants any more.
    """
    if notice.kind not in reminders.KINDS:
        return False
    patient, day = notice.recipient, notice.day
    reminder = Reminder.objects.filter(patient=patient, is_on=True).first()
    if patient is None or reminder is None:
        return True
    wishes = reminders.wishes_of(reminder)
    if reminder.done_on == day or schedule.is_paused(wishes, day):
        return True
    # Owed again after an undo, or in a zone that has been left, it may be night by now.
    if not schedule.may_be_sent_at(wishes, patient.zone, day, notice.due_at):
        return True
    return last_known([patient], day).is_not_needed(patient, day)


def _astray() -> QuerySet[Reminder]:
    """What was computed in a zone the patient has left, or never."""
    return Reminder.objects.filter(is_on=True).exclude(zone=F("patient__time_zone"))


def _anchor_again(pks: Sequence[int], now: datetime) -> int:
    rows = _astray().filter(pk__in=pks).select_related("patient").prefetch_related("times")
    moments = _next_moments(rows, now)
    if not moments:
        return 0
    zones = {row.pk: row.patient.zone.key for row in rows}
    astray = _astray().filter(pk__in=zones)
    return astray.update(
        next_at=_by_row(moments, models.DateTimeField()), zone=_by_row(zones, models.CharField())
    )


def _next_moments(rows: Iterable[Reminder], now: datetime) -> dict[int, datetime | None]:
    return {
        row.pk: schedule.next_moment(reminders.wishes_of(row), row.patient.zone, now)
        for row in rows
    }


def _by_row(values: Mapping[int, object], output_field: models.Field) -> Case:
    """For an update of many rows: to each its own value."""
    whens = [When(pk=pk, then=Value(value, output_field)) for pk, value in values.items()]
    return Case(*whens, output_field=output_field)


@transaction.atomic
def _queue(pks: Sequence[int], now: datetime) -> int:
    """Claim reminders that are due, and owe today's notices where they are wanted.

    The update moves only what is due still, so that of two sweeps one has each of them.
    """
    due = Reminder.objects.filter(pk__in=pks, is_on=True, next_at__lte=now)
    rows = list(due.select_related("patient").prefetch_related("times").order_by("next_at", "pk"))
    next_ones = {
        row.pk: schedule.next_moment(reminders.wishes_of(row), row.patient.zone, now)
        for row in rows
    }
    claimed = due.update(next_at=_by_row(next_ones, models.DateTimeField())) if rows else 0
    if claimed != len(pks):
        raise TakenMeanwhile
    known = last_known([row.patient for row in rows], _earliest_day(rows, now))
    wanted = [_wanted(row, known, now) for row in rows]
    return notices.owe_all([owed for owed in wanted if owed is not None])


def _earliest_day(rows: Iterable[Reminder], now: datetime) -> date:
    return min(now.astimezone(row.patient.zone).date() for row in rows)


def _wanted(reminder: Reminder, known: "Known", now: datetime) -> notices.Owed | None:
    """What a claimed reminder comes to today; None where nothing is to be sent."""
    patient, wishes = reminder.patient, reminders.wishes_of(reminder)
    zone = patient.zone
    day = now.astimezone(zone).date()
    due_at = schedule.moment_of(wishes, zone, day)
    if due_at is None or due_at > now or not schedule.may_be_sent_at(wishes, zone, day, now):
        return None
    if not patient.is_active or known.is_not_needed(patient, day) or known.is_told(patient, day):
        return None
    silent = schedule.silent_days(wishes, known.counted_from(reminder, day), day)
    message = schedule.message_after(silent)
    if message is None:
        return None
    expires_at = schedule.too_late(wishes, due_at, zone)
    return notices.Owed(patient, message.value, day.isoformat(), due_at, expires_at)


@dataclass
class Known:
    """What is known of some patients' days, read at once for all of them."""

    filled_in: set[tuple[int, date]] = field(default_factory=set)
    told: set[tuple[int, str]] = field(default_factory=set)
    last_entries: dict[int, date] = field(default_factory=dict)
    starts: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))

    def is_not_needed(self, patient: User, day: date) -> bool:
        """That day's entry is there, or there is no plan to fill it in for."""
        return (patient.pk, day) in self.filled_in or not self.has_plan(patient, day)

    def has_plan(self, patient: User, day: date) -> bool:
        return self._start(patient, day) is not None

    def is_told(self, patient: User, day: date) -> bool:
        return (patient.pk, day.isoformat()) in self.told

    def closed_days(self, patient: User) -> set[date]:
        """Days on which no ordinary message comes any more."""
        filled_in = {day for pk, day in self.filled_in if pk == patient.pk}
        return filled_in | {date.fromisoformat(key) for pk, key in self.told if pk == patient.pk}

    def counted_from(self, reminder: Reminder, day: date) -> date:
        """The last day that is not silent: of an entry, before the plan, of a new choice."""
        patient = reminder.patient
        days = [self.last_entries.get(patient.pk), reminder.wished_on]
        start = self._start(patient, day) or day
        return max(start - ONE_DAY, *(each for each in days if each is not None), date.min)

    def _start(self, patient: User, day: date) -> date | None:
        """The first day of the youngest open episode that has begun."""
        begun = [start for start in self.starts.get(patient.pk, ()) if start <= day]
        return max(begun, default=None)


def last_known(patients: Sequence[User], from_day: date) -> Known:
    """What is known of these patients: entries and messages of days since `from_day`.

    The last entry is known as far back as silence counts.
    """
    known = Known()
    entries = Entry.objects.filter(patient__in=patients)
    known.filled_in.update(entries.filter(day__gte=from_day).values_list("patient_id", "day"))
    latest = entries.filter(day__gt=from_day - SILENCE).values("patient_id")
    known.last_entries.update(latest.annotate(last=Max("day")).values_list("patient_id", "last"))
    told = Notice.objects.filter(recipient__in=patients, kind__in=reminders.ONE_A_DAY)
    days = [(from_day + timedelta(days=ahead)).isoformat() for ahead in range(3)]
    known.told.update(told.filter(key__in=days).values_list("recipient_id", "key"))
    open_ones = Episode.objects.filter(patient__in=patients, ended_on__isnull=True)
    for patient_id, started_on in open_ones.values_list("patient_id", "started_on"):
        known.starts[patient_id].append(started_on)
    return known
