"""The caseload: a physiotherapist's patients as rows, ranked by need."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Prefetch, Q, QuerySet, Sum
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from care import ranking, red_flags, wording
from care.enums import Severity
from care.models import EpisodeReview, Flag
from care.ranking import FlagState, Need, Standing
from conditions.enums import Channel, Side
from conditions.labels import LABELS
from diary import aid_steps, charts, queries, today
from diary.charts import Sparkline
from diary.models import Entry, Episode, EpisodePhase
from diary.queries import Scores

WEEK = timedelta(days=7)
SPARK_DAYS = 28
LONGEST_QUOTE = 60  # characters of a red-flag question; the whole of it stands with the flag
# Each open episode is judged once a local day; a day and two hours allow for every zone.
REVIEW_IS_OVERDUE = timedelta(hours=26)


@dataclass(frozen=True)
class EpisodeLine:
    """One hip of a patient in the caseload."""

    side: str
    condition: str
    slug: str
    phase: str
    day: str
    sparklines: tuple[tuple[Channel, str, Sparkline], ...]


@dataclass(frozen=True)
class Row:
    """A patient in the caseload. `silent_days` is null for somebody who never logged."""

    patient: User
    age: int | None
    need: Need
    severity: str
    reason: str
    more_flags: int
    deviations: int
    silent_days: int | None
    last_on: date | None
    episodes: tuple[EpisodeLine, ...]
    aid_step: str


def rows_of(patients: QuerySet[User], now: datetime) -> list[Row]:
    """All rows, those who need a look first, in a constant number of queries."""
    people = list(patients)
    ids = [person.pk for person in people]
    episodes = _episodes(ids)
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in Flag.objects.filter(patient__in=ids, closed_at__isnull=True):
        flags[flag.patient_id].append(flag)
    asked = red_flags.question_texts(flag for own in flags.values() for flag in own)
    questions = {code: Truncator(text).chars(LONGEST_QUOTE) for code, text in asked.items()}
    # Zones differ by a day at most; what lies outside a patient's own days is left out later.
    around = now.date()
    first = around - timedelta(days=SPARK_DAYS + 1)
    series = queries.series(people, first, around + timedelta(days=1))
    logged = _logged(ids, around)
    steps = aid_steps.open_steps(ids)
    standings = {}
    rows = []
    for person in people:
        day = now.astimezone(person.zone).date()
        own = episodes.get(person.pk, [])
        last_on, deviations = logged.get(person.pk, (None, 0))
        standing = Standing(
            name=person.name,
            flags=[_state(flag) for flag in flags[person.pk]],
            deviations=deviations,
            silent_days=_silent_days(own, last_on, day),
        )
        standings[person.pk] = standing
        step = steps.get(person.pk)
        rows.append(
            Row(
                patient=person,
                age=day.year - person.birth_year if person.birth_year else None,
                last_on=last_on,
                episodes=tuple(
                    _line(episode, series.get(person.pk, {}).get(episode.side, {}), day)
                    for episode in own
                ),
                aid_step=(
                    aid_steps.in_words(step) if step and aid_steps.holds(step, own, day) else ""
                ),
                **_why(standing, flags[person.pk], questions),
            )
        )
    return sorted(rows, key=lambda row: ranking.rank(standings[row.patient.pk]))


def counts(rows: Iterable[Row]) -> list[tuple[Need, int]]:
    """How many patients are in each group."""
    numbers = Counter(row.need for row in rows)
    return [(need, numbers[need]) for need in Need]


def conditions_of(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """The conditions that occur, as key and name, by name."""
    found = {line.slug: line.condition for row in rows for line in row.episodes}
    return sorted(found.items(), key=lambda pair: pair[1])


def chosen(rows: Iterable[Row], *, need: str, condition: str, name: str) -> list[Row]:
    """The rows that fit; an empty choice fits all."""
    return [
        row
        for row in rows
        if (not need or row.need == need)
        and (not condition or any(line.slug == condition for line in row.episodes))
        and name.casefold() in row.patient.name.casefold()
    ]


def overdue_since(patients: QuerySet[User], now: datetime) -> datetime | None:
    """Since when some episode has not been reviewed, where that is longer than it should be."""
    waiting = Episode.objects.filter(
        patient__in=patients, ended_on__isnull=True, created_at__lt=now - REVIEW_IS_OVERDUE
    )
    reviews = EpisodeReview.objects.filter(episode__in=waiting)
    oldest = reviews.aggregate(oldest=Min("reviewed_at"))["oldest"]
    return oldest if oldest and oldest < now - REVIEW_IS_OVERDUE else None


def _episodes(patient_ids: Sequence[int]) -> Mapping[int, list[Episode]]:
    found: dict[int, list[Episode]] = defaultdict(list)
    phases = EpisodePhase.objects.select_related("phase").order_by("from_on")
    episodes = (
        Episode.objects.filter(patient__in=patient_ids, ended_on__isnull=True)
        .select_related("plan__condition")
        .prefetch_related(Prefetch("phases", phases))
        .order_by("side")
    )
    for episode in episodes:
        found[episode.patient_id].append(episode)
    return found


def _logged(patient_ids: Sequence[int], around: date) -> Mapping[int, tuple[date, int]]:
    """By patient: the last day with an entry, and the deviations of the last seven days."""
    rows = (
        Entry.objects.filter(patient__in=patient_ids)
        .order_by()
        .values("patient")
        .annotate(
            last_on=Max("day"),
            beyond=Sum("deviations", filter=Q(day__gt=around - WEEK), default=0),
        )
    )
    return {row["patient"]: (row["last_on"], row["beyond"]) for row in rows}


def _silent_days(episodes: Sequence[Episode], last_on: date | None, day: date) -> int | None:
    """Whole days without an entry up to and with yesterday; null without an open episode."""
    if not episodes:
        return None
    begun = min(episode.started_on for episode in episodes)
    since = max(last_on, begun - timedelta(days=1)) if last_on else begun - timedelta(days=1)
    return max(0, (day - since).days - 1)


def _state(flag: Flag) -> FlagState:
    return FlagState(Severity(flag.severity), flag.since_on, flag.acknowledged_at is not None)


def _why(standing: Standing, flags: Sequence[Flag], questions: Mapping[str, str]) -> dict[str, Any]:
    """The group of a patient and the one line that says why."""
    first = ranking.first_flag(standing.flags)
    flag = next((flag for flag in flags if _state(flag) == first), None)
    return {
        "need": ranking.need_of(standing),
        "severity": flag.severity if flag else "",
        "reason": _reason(standing, flag, questions),
        "more_flags": max(0, len(flags) - 1),
        "deviations": standing.deviations,
        "silent_days": standing.silent_days,
    }


def _reason(standing: Standing, flag: Flag | None, questions: Mapping[str, str]) -> str:
    if flag is not None:
        side = f"{capfirst(str(LABELS[Side(flag.side)]))}. " if flag.side else ""
        return side + wording.sentence(flag.reason, flag.evidence, questions=questions)
    if standing.deviations:
        return ngettext(
            "%(count)s deviation from the plan in the last 7 days.",
            "%(count)s deviations from the plan in the last 7 days.",
            standing.deviations,
        ) % {"count": standing.deviations}
    if (standing.silent_days or 0) >= ranking.SILENT_DAYS_TO_WATCH:
        return ngettext(
            "%(count)s day without an entry.",
            "%(count)s days without an entry.",
            standing.silent_days or 0,
        ) % {"count": standing.silent_days}
    if standing.silent_days is None:
        return _("No plan has been started.")
    return _("Nothing new.")


def _line(episode: Episode, scores: Mapping[date, Scores], day: date) -> EpisodeLine:
    phase = queries.phase_of(episode, day)
    first = day - timedelta(days=SPARK_DAYS - 1)
    return EpisodeLine(
        side=capfirst(str(LABELS[Side(episode.side)])),
        condition=episode.plan.condition.name,
        slug=episode.plan.condition.slug,
        phase=phase.code if phase else "",
        day=today.day_words(episode, day),
        sparklines=tuple(
            (
                channel,
                str(LABELS[channel]),
                charts.sparkline(
                    {when: getattr(each, channel) for when, each in scores.items()},
                    first=first,
                    last=day,
                ),
            )
            for channel in Channel
            if channel in episode.plan.channels
        ),
    )
