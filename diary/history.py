"""Days as rows to read: what was answered, the verdict in a word, and days without an entry."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, Prefetch, Q, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from conditions.enums import Channel, Side, Voice
from conditions.labels import LABELS
from conditions.models import Activity, Question
from diary import entries, moments, queries, questions, services, verdicts, wording
from diary.enums import Outcome
from diary.labels import LABELS as OUTCOME_LABELS
from diary.models import Entry, EntryRevision
from diary.moments import MomentLine
from diary.verdicts import DayAnswers, Readings
from diary.wording import Spoken

ONE_DAY = timedelta(days=1)
# Below this it was sent at once, and nobody noticed a wait.
WAITED = timedelta(minutes=2)


@dataclass(frozen=True)
class SideRow:
    """The pain numbers asked of one side, in the channels' order; None was not answered."""

    side: str
    scores: tuple[tuple[Channel, str, int | None], ...]

    @property
    def words(self) -> str:
        """The numbers in a line: "pain on loading 3, pain at rest 1, pain at night –"."""
        return ", ".join(
            f"{name} {score}" if score is not None else _("%(name)s not answered") % {"name": name}
            for _channel, name, score in self.scores
        )


@dataclass(frozen=True)
class Answered:
    """A question of the day with its answer in words; empty where it was left open."""

    question: str
    words: str
    is_of_parent: bool


@dataclass(frozen=True)
class Names:
    """What activities and questions are called, by their keys."""

    activities: Mapping[str, Activity]
    questions: Mapping[str, Question]


@dataclass(frozen=True)
class Saving:
    """When and where somebody entered a day: `counts` for the one that stands.

    `where` is the device and the person, `told` what became of it.
    """

    entered_at: datetime
    counts: bool
    where: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class DayRow:
    """One day of the diary: `sides` is the patient's voice, `observed` that of a parent.

    Without an entry only `day`, `moments` and `can_fill_in` are there.
    """

    day: date
    entry: Entry | None = None
    sides: tuple[SideRow, ...] = ()
    observed: tuple[SideRow, ...] = ()
    aid: str = ""
    activities: tuple[tuple[str, int | None], ...] = ()
    answers: tuple[Answered, ...] = ()
    outcome: Outcome | None = None
    word: str = ""
    moments: tuple[MomentLine, ...] = ()
    savings: tuple[Saving, ...] = ()
    can_fill_in: bool = False

    @property
    def given(self) -> int:
        """How many questions of the day have an answer."""
        return sum(bool(each.words) for each in self.answers)


@dataclass(frozen=True)
class Month:
    """The days of a month that can have an entry, latest first, with the months around it."""

    first: date
    rows: tuple[DayRow, ...]
    earlier: date | None
    later: date | None
    has_diary: bool


@dataclass(frozen=True)
class Revision:
    """One saving of an entry with its answers, to read."""

    saving: Saving
    row: DayRow
    painkillers: int | None
    note: str
    spoken: Spoken


@dataclass(frozen=True)
class Undo:
    """The saving that can be taken back, with the words of the button and what it comes to."""

    number: int
    button: str
    words: str


def month_of(patient: User, wanted: date, today: date) -> Month:
    """The month that holds a day, drawn into the stretch that the diary covers."""
    start = first_day(patient)
    if start is None:
        return Month(today.replace(day=1), (), None, None, has_diary=False)
    inside = min(max(wanted, start), max(today, start))
    first = inside.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    last = min(following - ONE_DAY, today)
    by_day = {row.day: row for row in rows_of(queries.entries_between(patient, first, last))}
    felt = moments.of_days(patient, first, last)
    rows = []
    day = last
    while day >= max(first, start):
        row = replace(
            by_day.get(day, DayRow(day)),
            moments=felt.get(day, ()),
            can_fill_in=services.is_open_to_log(day, today),
        )
        rows.append(row)
        day -= ONE_DAY
    return Month(
        first=first,
        rows=tuple(rows),
        earlier=first - ONE_DAY if first > start else None,
        later=following if following <= today else None,
        has_diary=True,
    )


def first_day(patient: User) -> date | None:
    """The day a diary begins: its first entry or the first day of an episode."""
    days = User.objects.filter(pk=patient.pk).aggregate(
        entry=Min("entries__day", filter=Q(entries__taken_back_at__isnull=True)),
        episode=Min("episodes__started_on"),
    )
    return min((day for day in days.values() if day is not None), default=None)


def standing(found: Mapping[date, Entry]) -> dict[date, Entry]:
    """The entries that were not taken back."""
    return {day: entry for day, entry in found.items() if entry.taken_back_at is None}


def days_to_fill_in(saved_days: Container[date], today: date) -> list[tuple[date, bool]]:
    """The days of the window, latest first, each with whether it has an entry."""
    days = [today - timedelta(days=back) for back in range(services.DAYS_BACK + 1)]
    return [(day, day in saved_days) for day in days]


def rows_of(found: Iterable[Entry]) -> list[DayRow]:
    """Entries as rows, in a number of queries that does not grow with them."""
    loaded = list(found)
    entries.load_answers(loaded)
    with_person = EntryRevision.objects.select_related("by").defer("verdict").order_by("-number")
    prefetch_related_objects(loaded, Prefetch("revisions", with_person))
    shown = [entries.answers_shown(entry) for entry in loaded]
    asked = _questions(shown)
    return [_row_of(entry, answers, asked) for entry, answers in zip(loaded, shown, strict=True)]


def row_of(entry: Entry) -> DayRow:
    """One entry as a row."""
    return rows_of([entry])[0]


def _row_of(entry: Entry, answers: DayAnswers, asked: Mapping[str, Question]) -> DayRow:
    names = {row.activity.slug: row.activity for row in entry.activities.all()}
    outcome = Outcome(entry.outcome) if entry.outcome else None
    savings = tuple(_saving(row, entry) for row in entry.revisions.all())
    return _row(entry.day, answers, Names(names, asked), outcome, entry=entry, savings=savings)


def _questions(answered: Iterable[DayAnswers]) -> Mapping[str, Question]:
    codes = {code for answers in answered for code in answers.answers}
    return Question.objects.in_bulk(list(codes), field_name="code") if codes else {}


def revisions(entry: Entry) -> tuple[Revision, ...]:
    """All savings of an entry, the one that counts first, then the last one, in six queries."""
    found = EntryRevision.objects.filter(entry=entry).select_related("by").order_by("-number")
    rows = sorted(found, key=lambda row: not _counts(row, entry))
    judged = [verdicts.from_json(row.verdict) for row in rows]
    texts = wording.texts_for(judged)
    answered = [entries.answers_from(row.payload) for row in rows]
    slugs = {slug for answers in answered for slug in answers.activities}
    names = Names(Activity.objects.in_bulk(list(slugs), field_name="slug"), _questions(answered))
    return tuple(
        Revision(
            saving=_saving(row, entry),
            row=_row(entry.day, answers, names, verdict.outcome),
            painkillers=answers.painkillers,
            note=answers.note,
            spoken=wording.sentences(verdict, texts),
        )
        for row, answers, verdict in zip(rows, answered, judged, strict=True)
    )


def _counts(revision: EntryRevision, entry: Entry) -> bool:
    return entry.taken_back_at is None and revision.number == entry.revision


def _saving(revision: EntryRevision, entry: Entry) -> Saving:
    return Saving(
        entered_at=revision.entered_at,
        counts=_counts(revision, entry),
        where=_where(revision),
        told=tuple(_told(revision)),
    )


def _where(revision: EntryRevision) -> str:
    words = {"device": revision.device or _("unknown device"), "person": revision.by.name}
    return _("on %(device)s, by %(person)s") % words


def _told(revision: EntryRevision) -> Iterable[str]:
    if revision.undoes is not None:
        yield _("What was there before, put back.")
    if revision.received_at - revision.entered_at >= WAITED:
        came_in = date_format(localtime(revision.received_at), "SHORT_DATETIME_FORMAT")
        yield _("Waited on the phone; came in on %(moment)s.") % {"moment": came_in}
    if not revision.has_counted:
        yield _("Never counted: something that was filled in later had come in before.")
    if revision.taken_back_at is not None:
        taken_back = date_format(localtime(revision.taken_back_at), "SHORT_DATETIME_FORMAT")
        yield _("Taken back on %(moment)s.") % {"moment": taken_back}


def undo_of(entry: Entry, today: date) -> Undo | None:
    """What can be taken back of a day; None where the day is closed."""
    if not services.is_open_to_log(entry.day, today):
        return None
    rows = list(entry.revisions.all())
    current = next((row for row in rows if _counts(row, entry)), None)
    if current is None:
        return None
    if current.undoes is not None:
        words = _("What you undid then counts again.")
        return Undo(current.number, _("Do it again after all"), words)
    has_others = any(row.taken_back_at is None for row in rows if row is not current)
    if has_others:
        words = _("What was there before then counts again. Nothing is thrown away.")
    else:
        words = _("This day then has no entry. You can fill in the same again.")
    return Undo(current.number, _("Undo"), words)


def _row(
    day: date,
    answers: DayAnswers,
    names: Names,
    outcome: Outcome | None,
    **more: Any,
) -> DayRow:
    return DayRow(
        day=day,
        sides=tuple(_side_rows(answers.readings)),
        observed=tuple(_side_rows(answers.observed)),
        aid=str(LABELS[answers.aid]) if answers.aid else "",
        activities=tuple(
            (str(names.activities[slug].name) if slug in names.activities else slug, minutes)
            for slug, minutes in answers.activities.items()
        ),
        answers=tuple(_answered(answers, names.questions)),
        outcome=outcome,
        word=capfirst(str(OUTCOME_LABELS[outcome])) if outcome else _("Not checked"),
        **more,
    )


def _answered(answers: DayAnswers, asked: Mapping[str, Question]) -> Iterable[Answered]:
    known = [asked[code] for code in answers.answers if code in asked]
    for question in questions.in_order(known):
        value = answers.answers[question.code]
        yield Answered(
            question=question.question,
            words="" if value is None else questions.words(question, value),
            is_of_parent=question.voice == Voice.PARENT,
        )


def _side_rows(readings: Readings) -> Iterable[SideRow]:
    for side in Side:
        if side in readings:
            reading = readings[side]
            yield SideRow(
                side=capfirst(str(LABELS[side])),
                scores=tuple(
                    (channel, str(LABELS[channel]), reading[channel])
                    for channel in Channel
                    if channel in reading
                ),
            )
