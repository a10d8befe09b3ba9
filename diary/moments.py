"""Extra moments of a day: keeping one, taking it back, and reading them.

A moment is no entry: it ends nothing, reminds of nothing, and no statistic knows of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.models import User
from conditions.enums import Side
from conditions.labels import LABELS
from conditions.models import Activity
from diary import recording, turns
from diary.models import Moment
from diary.recording import AlreadySavedOtherwise, DayNotOpen

# Convention, awaiting clinical sign-off: pain that stops what somebody was doing. From here on
# the red-flag questions are offered at once.
ASKS_RED_FLAGS_FROM = 8


class MomentSavedOtherwise(AlreadySavedOtherwise):
    """This form was saved before with other words. The first saving stays as it is."""

    def __init__(self, moment: Moment):
        Exception.__init__(self)
        self.moment = moment


@dataclass(frozen=True)
class RecordedMoment:
    """What a saving came to. `is_new` is False where the same form had arrived before."""

    moment: Moment
    is_new: bool


@dataclass(frozen=True)
class MomentLine:
    """A moment to read: "15:00 · pain 8 of 10 · walking", and its note."""

    moment: Moment
    words: str
    note: str
    asks_red_flags: bool


@transaction.atomic
def record_moment(
    *,
    patient: User,
    day: date,
    at: time,
    is_now: bool = False,
    side: Side | None = None,
    score: int | None = None,
    activity: Activity | None = None,
    note: str = "",
    client_uuid: UUID,
    by: User,
    now: datetime,
    entered_at: datetime | None = None,
    utc_offset_minutes: int | None = None,
    device: str = "",
    is_queued: bool = False,
    sealed_hash: str = "",
) -> RecordedMoment:
    """Keep that something was felt at a time of a local day. The day's entry stays as it is.

    The same `client_uuid` with the same words is the same saving, also where it was taken back
    since. With `is_now` the time was left open and `at` is when the form came in: a minute later
    the same form has another one, and is the same saving still. What waited on a phone was
    entered at `entered_at`, by our clock.

    Raises MomentSavedOtherwise for a `client_uuid` that came before with other words, and
    DayNotOpen for a day that was outside the window when it was entered, seen from the
    patient's own zone.
    """
    turns.take_turn(patient)
    said: dict[str, Any] = {
        "day": day,
        "at": at,
        "side": side.value if side else "",
        "score": score,
        "activity_id": activity.pk if activity else None,
        "note": note,
    }
    earlier = Moment.objects.filter(patient=patient, client_uuid=client_uuid).first()
    if earlier is not None:
        compared = said.keys() - {"at"} if is_now else said.keys()
        if any(getattr(earlier, name) != said[name] for name in compared):
            raise MomentSavedOtherwise(earlier)
        return RecordedMoment(earlier, is_new=False)
    entered = entered_at if is_queued and entered_at else now
    offset = utc_offset_minutes
    if offset is None:
        offset = recording.offset_of(patient, entered)
    if day not in recording.open_days(patient, entered, offset, is_queued=is_queued):
        raise DayNotOpen(day)
    moment = Moment.objects.create(
        patient=patient,
        client_uuid=client_uuid,
        entered_at=entered,
        received_at=now,
        utc_offset_minutes=offset,
        device=device,
        is_queued=is_queued,
        sealed_hash=sealed_hash,
        by=by,
        **said,
    )
    return RecordedMoment(moment, is_new=True)


def take_back_moment(*, moment: Moment, now: datetime) -> bool:
    """Show a moment no longer; False where it was taken back before."""
    standing = Moment.objects.filter(pk=moment.pk, taken_back_at__isnull=True)
    return bool(standing.update(taken_back_at=now))


def put_back_moment(*, moment: Moment) -> bool:
    """Show a moment again that was taken back; False where it was not."""
    gone = Moment.objects.filter(pk=moment.pk, taken_back_at__isnull=False)
    return bool(gone.update(taken_back_at=None))


def of_days(patient: User, first: date, last: date) -> dict[date, tuple[MomentLine, ...]]:
    """The moments that stand, by day and in the order of the day, in one query."""
    found = Moment.objects.filter(
        patient=patient, day__range=(first, last), taken_back_at__isnull=True
    ).select_related("activity")
    by_day: dict[date, list[MomentLine]] = defaultdict(list)
    for moment in found:
        by_day[moment.day].append(line_of(moment))
    return {day: tuple(lines) for day, lines in by_day.items()}


def of_day(patient: User, day: date) -> tuple[MomentLine, ...]:
    """The moments of one day that stand, in the order of the day."""
    return of_days(patient, day, day).get(day, ())


def taken_back(patient: User, day: date) -> tuple[MomentLine, ...]:
    """The moments of a day that were taken back and can be put back."""
    found = Moment.objects.filter(patient=patient, day=day, taken_back_at__isnull=False)
    return tuple(map(line_of, found.select_related("activity")))


def line_of(moment: Moment) -> MomentLine:
    return MomentLine(
        moment=moment,
        words=" · ".join(_words(moment)),
        note=moment.note,
        asks_red_flags=moment.score is not None and moment.score >= ASKS_RED_FLAGS_FROM,
    )


def _words(moment: Moment) -> Iterable[str]:
    yield time_format(moment.at, "H:i")
    if moment.score is not None:
        yield _("pain %(score)s of 10") % {"score": moment.score}
    if moment.side:
        yield str(LABELS[Side(moment.side)])
    if moment.activity:
        yield str(moment.activity.name)
