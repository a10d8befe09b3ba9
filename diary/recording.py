"""Saving a day, and taking a saving back. Reached as `services.record_entry` and so on.

What counts of a day is the revision that was entered last. One that waited on a phone may come
in after it: it is kept, and replaces nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from accounts.models import User
from diary import entries, queries, reminders, turns, verdicts, windows
from diary.asking import Asked
from diary.models import Entry, EntryRevision
from diary.verdicts import DayAnswers, Verdict
from diary.windows import OpenDays


class DayNotOpen(ValueError):
    """A day that has not come yet, or that lies too far back to fill in."""


class CannotPutBack(ValueError):
    """The answers of before hold something that content no longer knows."""


class AlreadySavedOtherwise(Exception):
    """This form was saved before with other answers. The first saving stays as it is."""

    def __init__(self, revision: EntryRevision):
        super().__init__()
        self.revision = revision


@dataclass(frozen=True)
class Recorded:
    """What a saving came to. `is_new` is False where the same form had arrived before.

    `counts` is False where the day has answers that were entered later, on another device.
    """

    entry: Entry
    is_new: bool
    revision: EntryRevision
    verdict: Verdict

    @property
    def counts(self) -> bool:
        return self.revision.has_counted


class Undone(StrEnum):
    """What taking a saving back came to."""

    PUT_BACK = "put back"  # the answers of before count again
    TAKEN_BACK = "taken back"  # the day has no entry any more
    NOTHING = "nothing"  # that saving does not count any more, so there was nothing to do


@transaction.atomic
def record_entry(
    *,
    patient: User,
    day: date,
    answers: DayAnswers,
    client_uuid: UUID,
    by: User,
    now: datetime,
    entered_at: datetime | None = None,
    utc_offset_minutes: int | None = None,
    device: str = "",
    is_queued: bool = False,
    sealed_hash: str = "",
    asked: Asked | None = None,
) -> Recorded:
    """Save what a patient answers for a local day, judged against the plan of that day.

    The same `client_uuid` with the same answers is the same saving, and answers with what the
    first one came to. Another one for a day that has an entry is an edit: the entry takes the
    new answers and the earlier revision stays, with its verdict.

    What waited on a phone (`is_queued`) was entered at `entered_at`, in the past and by our
    clock. Where the entry has answers that were entered later, it becomes a revision and the
    entry stays as it is. `asked` is what was read of the day's plan already.

    Raises AlreadySavedOtherwise for a `client_uuid` that came before with other answers, and
    DayNotOpen for a day outside the window, seen from the patient's own zone; of what waited,
    for one that was outside it when it was entered.
    """
    moment = entered_at if is_queued and entered_at else now
    offset = offset_of(patient, moment) if utc_offset_minutes is None else utc_offset_minutes
    turn = turns.take_turn(patient, is_owed_reminder=reminders.owed_about(day))
    payload = entries.payload_of(day, answers)
    before = entries.before(patient, day, client_uuid)
    if before.same is not None:
        if not entries.is_same(before.same.payload, payload):
            raise AlreadySavedOtherwise(before.same)
        return _recorded(before.same, is_new=False)
    if day not in open_days(patient, moment, offset, is_queued=is_queued):
        raise DayNotOpen(day)
    kept: dict[str, Any] = {
        "client_uuid": client_uuid,
        "payload": payload,
        "entered_at": moment,
        "received_at": now,
        "utc_offset_minutes": offset,
        "device": device,
        "is_queued": is_queued,
        "sealed_hash": sealed_hash,
        "by": by,
    }
    revision = _write(patient, day, answers, before.entry, kept, asked)
    if turn.is_owed_reminder:  # one that is owed from now on is held back when it is to be sent
        reminders.cancel_reminder(patient=patient, day=day)
    turns.mark_open_changed(patient, now)
    return _recorded(revision, is_new=True)


def open_days(patient: User, moment: datetime, offset: int, *, is_queued: bool) -> OpenDays:
    """Which days a patient may fill in at a moment."""
    if is_queued:
        return windows.open_when_entered(moment, offset, patient.zone)
    return windows.open_on(moment.astimezone(patient.zone).date())


@transaction.atomic
def undo_revision(
    *, patient: User, day: date, number: int, by: User, now: datetime, device: str = ""
) -> Undone:
    """Take a saving back: the answers of before count again, as a new revision, judged anew.

    Where there were none, the entry is taken back and the day has no entry, until somebody
    fills it in again. Taking back what put answers back brings back what it had replaced.
    Nothing is deleted: the revision stays and says that it was taken back. Changes nothing
    where `number` is not, or no longer, the revision that counts.

    Raises DayNotOpen for a day outside the window and CannotPutBack.
    """
    turns.take_turn(patient)
    if day not in windows.open_on(now.astimezone(patient.zone).date()):
        raise DayNotOpen(day)
    entry = Entry.objects.filter(patient=patient, day=day, revision=number).first()
    revision = entry.revisions.filter(number=number).first() if entry else None
    if entry is None or revision is None:
        return Undone.NOTHING
    revision.taken_back_at = now
    revision.save(update_fields=["taken_back_at"])
    source = _before(revision)
    if source is None:
        entries.take_back(entry, now)
        reminders.owe_again(patient=patient, day=day, now=now)
    else:
        _put_back(entry, source, revision, by=by, now=now, device=device)
    turns.mark_open_changed(patient, now)
    return Undone.PUT_BACK if source else Undone.TAKEN_BACK


def _before(revision: EntryRevision) -> EntryRevision | None:
    """The revision that counts again once this one is taken back."""
    others = EntryRevision.objects.filter(entry=revision.entry_id)
    if revision.undoes is not None:
        return others.get(number=revision.undoes)
    standing = others.filter(taken_back_at__isnull=True).exclude(pk=revision.pk)
    return standing.order_by("-entered_at", "-number").first()


def _put_back(
    entry: Entry,
    source: EntryRevision,
    undone: EntryRevision,
    *,
    by: User,
    now: datetime,
    device: str,
) -> None:
    kept: dict[str, Any] = {
        # The database refuses a second taking back of the same revision.
        "client_uuid": uuid5(undone.client_uuid, "undo"),
        "payload": source.payload,
        "entered_at": now,
        "received_at": now,
        "utc_offset_minutes": offset_of(entry.patient, now),
        "device": device,
        "undoes": undone.number,
        "by": by,
    }
    answers = entries.answers_from(source.payload)
    try:
        _write(entry.patient, entry.day, answers, entry, kept, None)
    except (KeyError, ValueError) as error:
        raise CannotPutBack(entry.day) from error


def _write(
    patient: User,
    day: date,
    answers: DayAnswers,
    entry: Entry | None,
    kept: Mapping[str, Any],
    asked: Asked | None,
) -> EntryRevision:
    """The revision with its verdict; the entry takes the answers over where they count."""
    if asked is None:
        rules = queries.phase_rules(queries.episodes_on(patient, day), day)
    else:
        rules = asked.rules
    verdict = verdicts.judge(answers, rules)
    number = entries.next_number(entry)
    entered_at: datetime = kept["entered_at"]
    is_late = (
        entry is not None
        and entry.taken_back_at is None
        and kept.get("is_queued", False)
        and entered_at < entry.updated_at
    )
    if entry is not None and is_late:
        entries.note_earlier(entry, entered_at)
    else:
        entry = entries.write(
            patient, day, answers, verdict, entered_at, entry=entry, number=number, asked=asked
        )
    return EntryRevision.objects.create(
        entry=entry,
        patient=patient,
        number=number,
        verdict=verdicts.as_json(verdict),
        has_counted=not is_late,
        **kept,
    )


def offset_of(patient: User, moment: datetime) -> int:
    """Minutes from UTC in the patient's zone."""
    offset = moment.astimezone(patient.zone).utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def _recorded(revision: EntryRevision, *, is_new: bool) -> Recorded:
    return Recorded(
        entry=revision.entry,
        is_new=is_new,
        revision=revision,
        verdict=verdicts.from_json(revision.verdict),
    )
