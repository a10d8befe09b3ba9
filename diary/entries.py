"""A day's answers as rows, as JSON and back again.

On the way "not answered" stays null and an absent row; it never becomes 0.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from accounts.models import User
from conditions.enums import Channel, Side, WalkingAid
from conditions.models import Activity
from diary import verdicts
from diary.models import HIGHEST_PAIN, Entry, EntryActivity, Reading
from diary.verdicts import DayAnswers, Verdict


def payload_of(day: date, answers: DayAnswers) -> dict[str, Any]:
    """The answers as plain JSON, as a revision keeps them; null is "not answered"."""
    return {
        "day": day.isoformat(),
        "aid": answers.aid.value if answers.aid else None,
        "readings": {
            side.value: {channel.value: reading.get(channel) for channel in Channel}
            for side, reading in sorted(answers.readings.items())
        },
        "activities": dict(sorted(answers.activities.items())),
        "painkillers": answers.painkillers,
        "note": answers.note,
    }


def answers_of(entry: Entry) -> DayAnswers:
    """What an entry holds now; its readings and activities are best loaded before."""
    return DayAnswers(
        aid=WalkingAid(entry.aid) if entry.aid else None,
        readings={
            Side(row.side): {channel: getattr(row, channel) for channel in Channel}
            for row in entry.readings.all()
        },
        activities={row.activity.slug: row.minutes for row in entry.activities.all()},
        painkillers=entry.painkillers,
        note=entry.note,
    )


def answers_from(payload: Mapping[str, Any]) -> DayAnswers:
    """What `payload_of` wrote, as an earlier revision keeps it."""
    return DayAnswers(
        aid=WalkingAid(payload["aid"]) if payload["aid"] else None,
        readings={
            Side(side): {Channel(channel): score for channel, score in reading.items()}
            for side, reading in payload["readings"].items()
        },
        activities=payload["activities"],
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


def _score(score: int | None) -> int | None:
    if score is not None and not 0 <= score <= HIGHEST_PAIN:
        raise ValueError(f"a pain score is 0 to {HIGHEST_PAIN}, not {score}")
    return score
