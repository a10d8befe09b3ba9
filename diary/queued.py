"""What waited on a phone and comes in: checked by the form of its page, saved, receipted.

A kind of letter is one function in KINDS: it saves what lies in a letter and says what the
receipt has to hold, or raises Refused with sentences for the person, or SavedOtherwise. The
same letter again gets the same receipt, whatever happened since.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from diary import asking, field_names, recording, repeating, services, windows
from diary import moments as extra
from diary.forms import EntryForm
from diary.models import EntryRevision, Moment
from diary.moment_forms import MomentForm
from diary.sealing import Envelope, Letter


class Refused(Exception):
    """The form does not take these answers; each reason is a sentence in the person's language."""

    def __init__(self, day: date, reasons: list[str]):
        super().__init__()
        self.day = day
        self.reasons = reasons


class SavedOtherwise(Exception):
    """A letter of this id came in before, with other answers. What came first stays."""

    def __init__(self, day: date):
        super().__init__()
        self.day = day


@dataclass(frozen=True)
class Moments:
    """When something was entered, by our clock, and when it came in."""

    entered_at: datetime
    received_at: datetime


@dataclass(frozen=True)
class Taken:
    """What the receipt says; `is_new` is False where the same letter had come in before."""

    revision: int
    day: date
    counts: bool
    next: str
    is_new: bool


Take = Callable[[User, Letter, Moments, str], Taken]


def moments_of(letter: Letter, envelope: Envelope, now: datetime) -> Moments:
    entered_at = windows.corrected(letter.entered_at, sent_at=envelope.sent_at, now=now)
    return Moments(entered_at, now)


def take_entry(patient: User, letter: Letter, moments: Moments, device: str) -> Taken:
    """Save a day that was filled in. Raises Refused and SavedOtherwise."""
    before = EntryRevision.objects.filter(patient=patient, client_uuid=letter.uuid)
    same = before.select_related("entry").first()
    if same is not None and same.sealed_hash == letter.hash:
        return _taken(same, is_new=False)
    form = entry_form(patient, letter, moments.entered_at, is_taken_in=True)
    reasons = reasons_of(form, letter)
    if reasons and same is not None:
        raise SavedOtherwise(same.entry.day)
    if reasons:
        raise Refused(letter.day, reasons)
    try:
        recorded = services.record_entry(
            patient=patient,
            day=letter.day,
            answers=form.answers(),
            client_uuid=letter.uuid,
            by=patient,
            now=moments.received_at,
            entered_at=moments.entered_at,
            utc_offset_minutes=letter.utc_offset_minutes,
            device=device,
            is_queued=True,
            sealed_hash=letter.hash,
            asked=form.asked,
        )
    except services.AlreadySavedOtherwise as refused:
        raise SavedOtherwise(refused.revision.entry.day) from refused
    return _taken(recorded.revision, is_new=recorded.is_new)


def entry_form(
    patient: User, letter: Letter, entered_at: datetime, *, is_taken_in: bool = False
) -> EntryForm:
    """The form of the letter's day, filled in; it asks what it asked when it was filled in too."""
    sent = _as_sent(letter)
    named = field_names.read(sent)
    offset = letter.utc_offset_minutes
    return EntryForm(
        sent,
        asked=asking.asked_with(
            patient, letter.day, named, slugs=named.activities if is_taken_in else None
        ),
        today=entered_at.astimezone(patient.zone).date(),
        open_days=recording.open_days(patient, entered_at, offset, is_queued=True),
    )


def _as_sent(letter: Letter) -> dict[str, Any]:
    data = QueryDict(mutable=True)
    for name, value in letter.fields:
        data.appendlist(name, value)
    return repeating.filled_in(data) | {"client_uuid": str(letter.uuid)}


def reasons_of(form: EntryForm | MomentForm, letter: Letter) -> list[str]:
    """Why the form does not take the letter, in sentences that name the question."""
    if not form.asked.sides:
        return [_("You have no plan for this day, so there is nothing to fill in.")]
    reasons = []
    for name, sentences in form.errors.items():
        label = "" if name == NON_FIELD_ERRORS else str(form.fields[name].label)
        reasons += [f"{label}: {each}" if label else str(each) for each in sentences]
    return [*reasons, *_unknown(form, letter)]


def _unknown(form: EntryForm | MomentForm, letter: Letter) -> list[str]:
    """What content does not know is refused: taking the rest would lose it without a word."""
    names = {name for name, _value in letter.fields if field_names.is_answer(name)}
    if names <= form.fields.keys():
        return []
    return [_("One of your answers is about something that is asked no longer.")]


def signed_names(patient: User, letter: Letter) -> str:
    """What a page to mend hands on, so that it may answer what is asked no longer.

    Signed: no other page answers what the day's plan does not ask.
    """
    names = sorted({name for name, _value in letter.fields})
    return signing.dumps(names, salt=_salt(patient, letter.day))


def names_signed(patient: User, day: date, signed: str) -> list[str]:
    """The names of the fields that were signed for this person and day; none of others."""
    try:
        names: list[str] = signing.loads(signed, salt=_salt(patient, day))
    except signing.BadSignature:
        return []
    return names


def _salt(patient: User, day: date) -> str:
    return f"diary.besides:{patient.uuid}:{day}"


def form_to_mend(patient: User, letter: Letter, entered_at: datetime) -> EntryForm:
    """The form of the letter's day with all that is to be mended said in it."""
    form = entry_form(patient, letter, entered_at)
    for sentence in _unknown(form, letter):
        form.add_error(None, sentence)
    return form


def _taken(revision: EntryRevision, *, is_new: bool) -> Taken:
    day = revision.entry.day
    return Taken(
        revision=revision.number,
        day=day,
        counts=revision.has_counted,
        next=reverse("diary:saved", args=[day]),
        is_new=is_new,
    )


def take_moment(patient: User, letter: Letter, moments: Moments, device: str) -> Taken:
    """Keep an extra moment of a day. Raises Refused and SavedOtherwise."""
    same = Moment.objects.filter(patient=patient, client_uuid=letter.uuid).first()
    if same is not None and same.sealed_hash == letter.hash:
        return _kept(same, is_new=False)
    form = moment_form(patient, letter, moments.entered_at)
    if reasons := reasons_of(form, letter):
        if same is not None:
            raise SavedOtherwise(same.day)
        raise Refused(letter.day, reasons)
    try:
        recorded = extra.record_moment(
            patient=patient,
            day=letter.day,
            client_uuid=letter.uuid,
            by=patient,
            now=moments.received_at,
            entered_at=moments.entered_at,
            utc_offset_minutes=letter.utc_offset_minutes,
            device=device,
            is_queued=True,
            sealed_hash=letter.hash,
            **form.said(),
        )
    except extra.MomentSavedOtherwise as refused:
        raise SavedOtherwise(refused.moment.day) from refused
    except services.DayNotOpen as refused:
        raise Refused(letter.day, [_("This day can no longer be filled in.")]) from refused
    return _kept(recorded.moment, is_new=recorded.is_new)


def moment_form(patient: User, letter: Letter, entered_at: datetime) -> MomentForm:
    """The form of an extra moment, filled in by the clock of where the day was that day."""
    at_home = entered_at.astimezone(patient.zone)
    on_phone = entered_at.astimezone(timezone(timedelta(minutes=letter.utc_offset_minutes)))
    asked = asking.asked_on(patient, letter.day)
    local_now = on_phone if on_phone.date() == letter.day else at_home
    return MomentForm(_as_sent(letter), asked=asked, local_now=local_now)


def _kept(moment: Moment, *, is_new: bool) -> Taken:
    page = reverse("diary:moments", args=[moment.day])
    return Taken(
        revision=1,
        day=moment.day,
        counts=True,
        next=f"{page}?added={moment.uuid}",
        is_new=is_new,
    )


KINDS: Mapping[str, Take] = {"entry": take_entry, "moment": take_moment}
