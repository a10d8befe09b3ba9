"""A day's answers as rows, as JSON and back again.

On the way "not answered" stays null and an absent row; it never becomes 0.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from conditions.enums import Channel, Side, WalkingAid
from conditions.models import Activity, Question
from diary import questions, verdicts
from diary.models import HIGHEST_PAIN, Entry, EntryActivity, EntryAnswer, Reading
from diary.verdicts import DayAnswers, Verdict


def payload_of(day: date, answers: DayAnswers) -> dict[str, Any]:
    """The answers as plain JSON, as a revision keeps them; null is "not answered".

    What was not asked is not in it: no channel of pain and no question of the day.
    """
    return {
        "day": day.isoformat(),
        "aid": answers.aid.value if answers.aid else None,
        "readings": {
            side.value: {
                channel.value: reading[channel] for channel in Channel if channel in reading
            }
            for side, reading in sorted(answers.readings.items())
        },
        "answers": dict(sorted(answers.answers.items())),
        "activities": dict(sorted(answers.activities.items())),
        "painkillers": answers.painkillers,
        "note": answers.note,
    }


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two payloads say the same.

    An earlier version of the program left out what a later one asks; both are "not answered".
    """
    return _answered(one) == _answered(other)


def _answered(payload: Mapping[str, Any]) -> dict[str, Any]:
    readings = {
        side: {channel: score for channel, score in reading.items() if score is not None}
        for side, reading in payload["readings"].items()
    }
    answers = {
        code: value for code, value in payload.get("answers", {}).items() if value is not None
    }
    return {**payload, "readings": readings, "answers": answers}


def load_answers(found: Sequence[Entry]) -> None:
    """Read what hangs on entries, where that was not done yet, in four queries for all."""
    prefetch_related_objects(
        found,
        "readings",
        "activities__activity",
        Prefetch("answers", EntryAnswer.objects.select_related("question")),
    )


def answers_of(entry: Entry) -> DayAnswers:
    """What an entry holds now. Of several entries, load the answers before."""
    load_answers([entry])
    return DayAnswers(
        aid=WalkingAid(entry.aid) if entry.aid else None,
        readings={
            Side(row.side): {channel: getattr(row, channel) for channel in Channel}
            for row in entry.readings.all()
        },
        activities={row.activity.slug: row.minutes for row in entry.activities.all()},
        answers={row.question.code: row.value for row in entry.answers.all()},
        painkillers=entry.painkillers,
        note=entry.note,
    )


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
        readings={
            Side(side): {Channel(channel): score for channel, score in reading.items()}
            for side, reading in payload["readings"].items()
        },
        activities=payload["activities"],
        answers=payload.get("answers", {}),
        painkillers=payload["painkillers"],
        note=payload["note"],
    )


def write(patient: User, day: date, answers: DayAnswers, verdict: Verdict, now: datetime) -> Entry:
    """The day's entry with exactly these answers, one revision further than it was."""
    fields = {
        "aid": answers.aid.value if answers.aid else "",
        "painkillers": answers.painkillers,
        "note": answers.note,
        "outcome": verdict.outcome.value if verdict.outcome else "",
        "deviations": verdict.deviations,
        "verdict": verdicts.as_json(verdict),
        "updated_at": now,
    }
    entry = Entry.objects.filter(patient=patient, day=day).first()
    if entry is None:
        entry = Entry.objects.create(patient=patient, day=day, created_at=now, **fields)
    else:
        for name, value in fields.items():
            setattr(entry, name, value)
        entry.revision += 1
        entry.save(update_fields=[*fields, "revision"])
        entry.readings.all().delete()
        entry.activities.all().delete()
        entry.answers.all().delete()
    _write_answers(entry, answers)
    return entry


def _write_answers(entry: Entry, answers: DayAnswers) -> None:
    Reading.objects.bulk_create(
        Reading(
            entry=entry,
            side=side.value,
            **{channel.value: _score(reading.get(channel)) for channel in Channel},
        )
        for side, reading in answers.readings.items()
    )
    known = Activity.objects.in_bulk(list(answers.activities), field_name="slug")
    EntryActivity.objects.bulk_create(
        EntryActivity(entry=entry, activity=known[slug], minutes=minutes)
        for slug, minutes in answers.activities.items()
    )
    given = {code: value for code, value in answers.answers.items() if value is not None}
    asked = Question.objects.in_bulk(list(given), field_name="code")
    EntryAnswer.objects.bulk_create(
        EntryAnswer(entry=entry, question=asked[code], value=_value(asked[code], value))
        for code, value in given.items()
    )


def _value(question: Question, value: int) -> int:
    most = questions.highest(question)
    if not 0 <= value <= most:
        raise ValueError(f"{question.code} is answered with 0 to {most}, not {value}")
    return value


def _score(score: int | None) -> int | None:
    if score is not None and not 0 <= score <= HIGHEST_PAIN:
        raise ValueError(f"a pain score is 0 to {HIGHEST_PAIN}, not {score}")
    return score
