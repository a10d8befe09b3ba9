"""A day's answers as rows, as JSON and back again.

On the way "not answered" stays null and an absent row; it never becomes 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.models import User
from conditions.enums import Channel, Side, WalkingAid
from conditions.models import Activity, Question
from diary import questions, verdicts
from diary.asking import Asked
from diary.models import (
    Entry,
    EntryActivity,
    EntryAnswer,
    EntryRevision,
    PainNumbers,
    ParentReading,
    Reading,
)
from diary.scales import HIGHEST_PAIN
from diary.verdicts import DayAnswers, Readings, Verdict

Named = TypeVar("Named", Activity, Question)


def payload_of(day: date, answers: DayAnswers) -> dict[str, Any]:
    """The answers as plain JSON, as a revision keeps them; null is "not answered".

    What was not asked is not in it: no channel of pain and no question of the day.
    """
    return {
        "day": day.isoformat(),
        "aid": answers.aid.value if answers.aid else None,
        "readings": _numbers_as_data(answers.readings),
        "observed": _numbers_as_data(answers.observed),
        "answers": dict(sorted(answers.answers.items())),
        "activities": dict(sorted(answers.activities.items())),
        "painkillers": answers.painkillers,
        "note": answers.note,
    }


def _numbers_as_data(readings: Readings) -> dict[str, dict[str, int | None]]:
    return {
        side.value: {channel.value: reading[channel] for channel in Channel if channel in reading}
        for side, reading in sorted(readings.items())
    }


def _numbers_from(data: Mapping[str, Mapping[str, int | None]]) -> Readings:
    return {
        Side(side): {Channel(channel): score for channel, score in reading.items()}
        for side, reading in data.items()
    }


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two payloads say the same.

    An earlier version of the program left out what a later one asks; both are "not answered".
    """
    return _answered(one) == _answered(other)


def _answered(payload: Mapping[str, Any]) -> dict[str, Any]:
    readings = _given(payload["readings"])
    seen = {side: given for side, given in _given(payload.get("observed", {})).items() if given}
    answers = {
        code: value for code, value in payload.get("answers", {}).items() if value is not None
    }
    return {**payload, "readings": readings, "observed": seen, "answers": answers}


def _given(readings: Mapping[str, Mapping[str, int | None]]) -> dict[str, dict[str, int]]:
    return {
        side: {channel: score for channel, score in reading.items() if score is not None}
        for side, reading in readings.items()
    }


def load_answers(found: Sequence[Entry]) -> None:
    """Read what hangs on entries, where that was not done yet, in five queries for all."""
    prefetch_related_objects(
        found,
        "readings",
        "observed",
        "activities__activity",
        Prefetch("answers", EntryAnswer.objects.select_related("question")),
    )


def answers_of(entry: Entry) -> DayAnswers:
    """What an entry holds now. Of several entries, load the answers before."""
    load_answers([entry])
    return DayAnswers(
        aid=WalkingAid(entry.aid) if entry.aid else None,
        readings=_numbers_of(entry.readings.all()),
        observed=_numbers_of(entry.observed.all()),
        activities={row.activity.slug: row.minutes for row in entry.activities.all()},
        answers={row.question.code: row.value for row in entry.answers.all()},
        painkillers=entry.painkillers,
        note=entry.note,
    )


def _numbers_of(rows: Iterable[PainNumbers]) -> Readings:
    return {Side(row.side): {channel: getattr(row, channel) for channel in Channel} for row in rows}


def answers_taken_back(entry: Entry) -> DayAnswers:
    """What an entry held before it was taken back."""
    revision = EntryRevision.objects.filter(entry=entry, number=entry.revision).first()
    return answers_from(revision.payload) if revision else DayAnswers()


def answers_shown(entry: Entry) -> DayAnswers:
    """What an entry holds now, with None for each question that was asked and left open.

    Rows hold only what was answered; the revision that counts knows what was asked.
    """
    revisions = (each for each in entry.revisions.all() if each.number == entry.revision)
    current = next(revisions, None)
    return answers_from(current.payload) if current else answers_of(entry)


def answers_from(payload: Mapping[str, Any]) -> DayAnswers:
    """What `payload_of` wrote, as an earlier revision keeps it."""
    return DayAnswers(
        aid=WalkingAid(payload["aid"]) if payload["aid"] else None,
        readings=_numbers_from(payload["readings"]),
        observed=_numbers_from(payload.get("observed", {})),
        activities=payload["activities"],
        answers=payload.get("answers", {}),
        painkillers=payload["painkillers"],
        note=payload["note"],
    )


@dataclass(frozen=True)
class Before:
    """What was there when a saving came in: the day's entry, and the same saving, if any.

    The entry may be one that was taken back.
    """

    entry: Entry | None
    same: EntryRevision | None


def before(patient: User, day: date, client_uuid: UUID) -> Before:
    """What a saving meets, in one query; two where it had come in before."""
    same = EntryRevision.objects.filter(patient=patient, client_uuid=client_uuid)
    found = _numbered().filter(Q(day=day) | Q(pk__in=same.values("entry")), patient=patient)
    rows = list(found.annotate(same=same.filter(entry=OuterRef("pk")).values("pk")))
    keys = [row.same for row in rows if row.same is not None]
    return Before(
        entry=next((row for row in rows if row.day == day), None),
        same=EntryRevision.objects.select_related("entry").get(pk=keys[0]) if keys else None,
    )


def _numbered() -> QuerySet[Any]:
    last = EntryRevision.objects.filter(entry=OuterRef("pk")).order_by("-number")
    return Entry.with_taken_back.annotate(last_number=last.values("number")[:1])


def next_number(entry: Entry | None) -> int:
    """The number of the next revision: always a higher one, whichever of them counts."""
    if entry is None:
        return 1
    numbered = entry if hasattr(entry, "last_number") else _numbered().get(pk=entry.pk)
    return max(entry.revision, numbered.last_number or 0) + 1


def write(
    patient: User,
    day: date,
    answers: DayAnswers,
    verdict: Verdict,
    entered_at: datetime,
    *,
    entry: Entry | None,
    number: int,
    asked: Asked | None = None,
) -> Entry:
    """The day's entry with exactly these answers, as the revision of that number has them.

    An entry that was taken back begins anew.
    """
    fields = {
        "revision": number,
        "aid": answers.aid.value if answers.aid else "",
        "painkillers": answers.painkillers,
        "note": answers.note,
        "outcome": verdict.outcome.value if verdict.outcome else "",
        "deviations": verdict.deviations,
        "verdict": verdicts.as_json(verdict),
        "updated_at": entered_at,
        "taken_back_at": None,
    }
    if entry is None:
        entry = Entry.objects.create(patient=patient, day=day, created_at=entered_at, **fields)
    else:
        begins_anew = entry.taken_back_at is not None
        first = entered_at if begins_anew else min(entry.created_at, entered_at)
        _change(entry, fields | {"created_at": first})
        _empty(entry)
    _write_answers(entry, answers, asked)
    return entry


def note_earlier(entry: Entry, entered_at: datetime) -> None:
    """Keep when a day was first entered, where that comes out later."""
    if entered_at < entry.created_at:
        _change(entry, {"created_at": entered_at})


def take_back(entry: Entry, now: datetime) -> None:
    """Leave of an entry only its revisions."""
    nothing: dict[str, Any] = {
        "aid": "",
        "painkillers": None,
        "note": "",
        "outcome": "",
        "deviations": 0,
        "verdict": {},
        "taken_back_at": now,
    }
    _change(entry, nothing)
    _empty(entry)


def _change(entry: Entry, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(entry, name, value)
    # By way of the manager that sees an entry that was taken back.
    Entry.with_taken_back.filter(pk=entry.pk).update(**fields)


def _empty(entry: Entry) -> None:
    entry.readings.all().delete()
    entry.observed.all().delete()
    entry.activities.all().delete()
    entry.answers.all().delete()


def _write_answers(entry: Entry, answers: DayAnswers, asked: Asked | None) -> None:
    Reading.objects.bulk_create(
        Reading(entry=entry, side=side.value, **_scores(reading))
        for side, reading in answers.readings.items()
    )
    ParentReading.objects.bulk_create(
        ParentReading(entry=entry, side=side.value, **_scores(reading))
        for side, reading in answers.observed.items()
        if any(score is not None for score in reading.values())
    )
    known = _by_key(Activity, "slug", answers.activities, asked.activities if asked else ())
    EntryActivity.objects.bulk_create(
        EntryActivity(entry=entry, activity=known[slug], minutes=minutes)
        for slug, minutes in answers.activities.items()
    )
    given = {code: value for code, value in answers.answers.items() if value is not None}
    read = (*asked.questions, *asked.of_parent) if asked else ()
    questions_of = _by_key(Question, "code", given, read)
    EntryAnswer.objects.bulk_create(
        EntryAnswer(
            entry=entry, question=questions_of[code], value=_value(questions_of[code], value)
        )
        for code, value in given.items()
    )


def _by_key(
    model: type[Named], field: str, keys: Iterable[str], read: Iterable[Named]
) -> Mapping[str, Named]:
    """Things of content by their key: those that were read already, else from the database."""
    found = {getattr(thing, field): thing for thing in read}
    missing = [key for key in keys if key not in found]
    return found | model.objects.in_bulk(missing, field_name=field) if missing else found


def _value(question: Question, value: int) -> int:
    most = questions.highest(question)
    if not 0 <= value <= most:
        raise ValueError(f"{question.code} is answered with 0 to {most}, not {value}")
    return value


def _scores(reading: Mapping[Channel, int | None]) -> dict[str, int | None]:
    return {channel.value: _score(reading.get(channel)) for channel in Channel}


def _score(score: int | None) -> int | None:
    if score is not None and not 0 <= score <= HIGHEST_PAIN:
        raise ValueError(f"a pain score is 0 to {HIGHEST_PAIN}, not {score}")
    return score
