"""How the pain of each hip went: a chart, one plain sentence, and the table behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from conditions.enums import Channel, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import Milestone
from diary import charts, history, queries
from diary.charts import Band, Chart, Event
from diary.enums import Outcome
from diary.models import Entry, Episode

WEEK = 7
FEWEST_FOR_A_MEAN = 4
SHORT_DATE = "j M"

Scores = Mapping[date, int | None]
COLUMNS = {
    Channel.LOADING: gettext_lazy("On loading"),
    Channel.REST: gettext_lazy("At rest"),
    Channel.NIGHT: gettext_lazy("At night"),
}


@dataclass(frozen=True)
class TableRow:
    """One day of one side; without an entry there are no scores."""

    day: date
    scores: tuple[int | None, ...] | None


@dataclass(frozen=True)
class HipProgress:
    side: str
    chart: Chart
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class MilestoneRow:
    milestone: Milestone
    reached_on: date | None
    typical_on: date
    is_next: bool


@dataclass(frozen=True)
class Progress:
    """The progress from `first` to and with `last`; `hips` is empty without any pain number."""

    first: date
    last: date
    has_entries: bool
    hips: tuple[HipProgress, ...]
    aids: tuple[Band, ...]
    milestones: tuple[tuple[str, tuple[MilestoneRow, ...]], ...]


def of_patient(patient: User, *, first: date, today: date) -> Progress:
    """What was logged from `first` on, hip by hip."""
    episodes = queries.all_episodes(patient)
    queries.load_milestones(episodes)
    entries = list(queries.entries_between(patient, first, today))
    aids = aid_bands(entries)
    logged = {reading.side for entry in entries for reading in entry.readings.all()}
    return Progress(
        first=first,
        last=today,
        has_entries=bool(entries),
        hips=tuple(
            _hip(patient, side, episodes, entries, aids, first, today)
            for side in Side
            if side in logged
        ),
        aids=tuple(reversed(aid_bands(entries, through_gaps=True))),
        milestones=tuple(
            (_name_of(episode), milestone_rows(episode))
            for episode in episodes
            if episode.ended_on is None
        ),
    )


def _name_of(episode: Episode) -> str:
    return capfirst(str(LABELS[Side(episode.side)]))


def _hip(
    patient: User,
    side: Side,
    episodes: Sequence[Episode],
    entries: Sequence[Entry],
    aids: Sequence[Band],
    first: date,
    today: date,
) -> HipProgress:
    scores: dict[Channel, dict[date, int | None]] = {channel: {} for channel in Channel}
    for entry in entries:
        for reading in entry.readings.all():
            if reading.side == side:
                for channel in Channel:
                    scores[channel][entry.day] = getattr(reading, channel)
    own = [episode for episode in episodes if episode.side == side]
    channels = _channels(own, scores)
    chart = charts.build(
        scores,
        first=first,
        last=today,
        bands=[band for episode in own for band in phase_bands(episode, today)],
        aids=aids,
        events=[*_beyond(entries), *(event for episode in own for event in _reached(episode))],
        late={entry.day for entry in entries if queries.was_late(entry, patient.zone)},
    )
    name = capfirst(str(LABELS[side]))
    return HipProgress(
        side=name,
        chart=chart,
        title=_title(name, scores[Channel.LOADING], first, today),
        sentence=sentence(scores[Channel.LOADING], today) if Channel.LOADING in channels else "",
        columns=tuple(str(COLUMNS[channel]) for channel in channels),
        rows=_table({channel: scores[channel] for channel in channels}, first, today),
    )


def _channels(episodes: Sequence[Episode], scores: Mapping[Channel, Scores]) -> tuple[Channel, ...]:
    """The pain numbers that the plans of a hip asked for, and those that were given."""
    asked = {channel for episode in episodes for channel in episode.plan.channels}
    given = {
        channel
        for channel in Channel
        if any(score is not None for score in scores[channel].values())
    }
    return tuple(each for each in Channel if each in asked | given) or tuple(Channel)


def sentence(loading: Scores, today: date) -> str:
    """This week beside last week, where both have enough days to speak of a mean."""
    this_week = _observed(loading, today - timedelta(days=WEEK - 1), today)
    last_week = _observed(
        loading, today - timedelta(days=2 * WEEK - 1), today - timedelta(days=WEEK)
    )
    if min(len(this_week), len(last_week)) < FEWEST_FOR_A_MEAN:
        return _("There are too few days yet to put one week beside another.")
    words = {"now": _mean(this_week), "before": _mean(last_week)}
    return _("Pain on loading: on average %(now)s in the last 7 days, %(before)s before.") % words


def _observed(scores: Scores, first: date, last: date) -> list[int]:
    return [score for day, score in scores.items() if first <= day <= last and score is not None]


def _mean(scores: Sequence[int]) -> str:
    mean = round(fmean(scores), 1)
    return number_format(mean, decimal_pos=0 if mean.is_integer() else 1)


def _title(side: str, loading: Scores, first: date, last: date) -> str:
    """What a screen reader says instead of the chart."""
    words = {
        "side": side,
        "first": date_format(first, SHORT_DATE),
        "last": date_format(last, SHORT_DATE),
    }
    answered = [(score, day) for day, score in loading.items() if score is not None]
    if not answered:
        return _("%(side)s: pain from %(first)s to %(last)s.") % words
    highest, day = max(answered)
    words |= {"highest": str(highest), "day": date_format(day, SHORT_DATE)}
    said = _("%(side)s: pain from %(first)s to %(last)s. Highest on loading: %(highest)s, %(day)s.")
    return said % words


def _table(scores: Mapping[Channel, Scores], first: date, last: date) -> tuple[TableRow, ...]:
    """Every day from the first entry shown, latest first."""
    logged = next(iter(scores.values()))  # every channel has every day with an entry
    start = min(logged, default=last)
    days = [last - timedelta(days=back) for back in range((last - max(first, start)).days + 1)]
    return tuple(
        TableRow(day, tuple(by_day[day] for by_day in scores.values()) if day in logged else None)
        for day in days
    )


def phase_bands(episode: Episode, today: date) -> list[Band]:
    """The phases of an episode, each until the day before the next."""
    spans = queries.phase_spans(episode, today)
    return [Band(str(phase), first, last) for phase, first, last in spans]


def aid_bands(entries: Sequence[Entry], *, through_gaps: bool = False) -> list[Band]:
    """Stretches with the same walking aid: of days in a row, or of entries that follow on."""
    bands: list[Band] = []
    for entry in entries:
        if not entry.aid:
            continue
        name = capfirst(str(LABELS[WalkingAid(entry.aid)]))
        is_next_to = bands and (through_gaps or bands[-1].last + history.ONE_DAY == entry.day)
        if is_next_to and bands[-1].name == name:
            bands[-1] = Band(name, bands[-1].first, entry.day)
        else:
            bands.append(Band(name, entry.day, entry.day))
    return bands


def milestone_rows(episode: Episode) -> tuple[MilestoneRow, ...]:
    """The plan's milestones in order, with the day each was reached; one is the next."""
    reached = {code: row.reached_on for code, row in queries.reached(episode).items()}
    milestones = queries.milestones_of(episode)
    following = next((each.pk for each in milestones if each.code not in reached), None)
    return tuple(
        MilestoneRow(
            milestone=milestone,
            reached_on=reached.get(milestone.code),
            typical_on=episode.day_zero_on + timedelta(days=milestone.typical_day),
            is_next=milestone.pk == following,
        )
        for milestone in milestones
    )


def _beyond(entries: Sequence[Entry]) -> list[Event]:
    return [
        Event(entry.day, "beyond", _("beyond the plan"))
        for entry in entries
        if entry.outcome == Outcome.BEYOND
    ]


def _reached(episode: Episode) -> list[Event]:
    return [
        Event(row.reached_on, "milestone", str(row.milestone.name))
        for row in queries.reached(episode).values()
    ]
