"""How the pain of each hip went: a chart, one plain sentence, and the table behind it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from django.db.models import prefetch_related_objects
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from conditions.enums import Channel, CriterionKind, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import Criterion, Milestone, PainCurve
from diary import aid_steps, charts, history, queries, verdicts, wording
from diary.aid_steps import Held
from diary.charts import Band, Chart, Event
from diary.enums import Outcome
from diary.models import Entry, Episode, MilestoneReached, Moment
from diary.verdicts import PhaseRules

WEEK = 7
# More rows than this make a page slow on a phone: they have a page of their own.
MOST_ROWS_BESIDE_A_CHART = 120
FEWEST_FOR_A_MEAN = 4
FEW_LATER = 3  # milestones that need not be folded away
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
class Numbers:
    """The table behind the chart of one hip, latest day first."""

    side: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class HipProgress:
    """One hip. `sentence` is about its first kind of pain, `others` about the rest in short.

    `numbers` is None where there are too many for the page of the chart.
    """

    side: str
    chart: Chart
    title: str
    sentence: str
    others: str
    numbers: Numbers | None


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone; `reached` is how it was, where it was."""

    milestone: Milestone
    reached: MilestoneReached | None
    typical_on: date
    is_next: bool


@dataclass(frozen=True)
class Milestones:
    """Those of one episode, and what has to be before the next phase."""

    episode: Episode
    side: str
    rows: tuple[MilestoneRow, ...]
    criteria: tuple[Criterion, ...]

    @property
    def up_to_next(self) -> tuple[MilestoneRow, ...]:
        """Those reached, and the next; all where few would be left."""
        first = tuple(row for row in self.rows if row.reached or row.is_next)
        return first if len(self.rows) - len(first) > FEW_LATER else self.rows

    @property
    def later(self) -> tuple[MilestoneRow, ...]:
        """What comes after the next one, where it is much."""
        shown = self.up_to_next
        return tuple(row for row in self.rows if row not in shown)


@dataclass(frozen=True)
class Progress:
    """The progress from `first` to and with `last`; `hips` is empty without any pain number.

    `aid_now` is the aid to walk with: one's own choice, or what the plan allows.
    """

    first: date
    last: date
    has_entries: bool
    hips: tuple[HipProgress, ...]
    aids: tuple[Band, ...]
    aid_now: str
    milestones: tuple[Milestones, ...]
    curves: tuple[PainCurve, ...]

    @property
    def has_dots(self) -> bool:
        return all(hip.chart.has_dots for hip in self.hips)


@dataclass(frozen=True)
class _Diary:
    """What the chart of each hip is made from, read once."""

    entries: Sequence[Entry]
    episodes: Sequence[Episode]
    moments: Sequence[Moment]
    steps: Sequence[Held]
    curves: Mapping[int, PainCurve]  # by plan


def of_patient(patient: User, *, first: date, today: date) -> Progress:
    """What was logged from `first` on, hip by hip."""
    episodes = queries.all_episodes(patient)
    running = [episode for episode in episodes if episode.ended_on is None]
    queries.load_milestones(episodes)
    _load_criteria(running, today)
    diary = _Diary(
        entries=list(queries.entries_between(patient, first, today)),
        episodes=episodes,
        moments=list(
            Moment.objects.filter(
                patient=patient, day__range=(first, today), taken_back_at__isnull=True
            )
        ),
        steps=aid_steps.steps_of(patient, running),
        curves={
            curve.plan_id: curve
            for curve in PainCurve.objects.filter(
                plan__in={episode.plan_id for episode in running}
            ).prefetch_related("sources")
        },
    )
    logged = {reading.side for entry in diary.entries for reading in entry.readings.all()}
    return Progress(
        first=first,
        last=today,
        has_entries=bool(diary.entries),
        hips=tuple(_hip(patient, side, diary, first, today) for side in Side if side in logged),
        aids=tuple(reversed(aid_bands(diary.entries, through_gaps=True))),
        aid_now=_aid_now(running, diary.steps, today),
        milestones=tuple(_milestones(episode, today) for episode in running),
        curves=tuple(diary.curves.values()),
    )


def numbers_of(patient: User, *, first: date, today: date) -> tuple[Numbers, ...]:
    """The tables of the hips, however many rows they have."""
    episodes = queries.all_episodes(patient)
    entries = list(queries.entries_between(patient, first, today))
    logged = {reading.side for entry in entries for reading in entry.readings.all()}
    found = []
    for side in Side:
        if side in logged:
            scores = _scores_of(side, entries)
            channels = _channels([each for each in episodes if each.side == side], scores)
            asked = {channel: scores[channel] for channel in channels}
            found.append(_numbers(side, asked, first, today))
    return tuple(found)


def _numbers(side: Side, asked: Mapping[Channel, Scores], first: date, last: date) -> Numbers:
    return Numbers(
        side=capfirst(str(LABELS[side])),
        columns=tuple(str(COLUMNS[channel]) for channel in asked),
        rows=_table(asked, first, last),
    )


def _load_criteria(episodes: Iterable[Episode], day: date) -> None:
    held = [phase for episode in episodes if (phase := queries.phase_of(episode, day))]
    prefetch_related_objects(held, "criteria")


def _aid_now(episodes: Sequence[Episode], steps: Sequence[Held], day: date) -> str:
    own = next((step for step in steps if step.last_on is None), None)
    if own is not None:
        return capfirst(str(LABELS[own.aid]))
    held = [(episode, queries.phase_of(episode, day)) for episode in episodes]
    binding = verdicts.binding_limit(
        PhaseRules(
            episode=str(episode.uuid),
            side=Side(episode.side),
            key=phase.pk,
            code=phase.code,
            limit=queries.limit_of(episode, phase.limit),
        )
        for episode, phase in held
        if phase is not None and hasattr(phase, "limit")
    )
    return capfirst(wording.aid_words(aid.value for aid in binding.aids)) if binding else ""


def _milestones(episode: Episode, day: date) -> Milestones:
    phase = queries.phase_of(episode, day)
    criteria = phase.criteria.all() if phase else ()
    return Milestones(
        episode=episode,
        side=capfirst(str(LABELS[Side(episode.side)])),
        rows=milestone_rows(episode),
        criteria=tuple(each for each in criteria if each.kind == CriterionKind.EXIT),
    )


def _hip(patient: User, side: Side, diary: _Diary, first: date, today: date) -> HipProgress:
    scores = _scores_of(side, diary.entries)
    own = [episode for episode in diary.episodes if episode.side == side]
    channels = _channels(own, scores)
    entries = diary.entries
    chart = charts.build(
        scores,
        first=first,
        last=today,
        bands=[band for episode in own for band in phase_bands(episode, today)],
        aids=aid_bands(entries),
        events=_events(side, own, diary),
        late={entry.day for entry in entries if queries.was_late(entry, patient.zone)},
        curves=[
            (
                Channel(diary.curves[episode.plan_id].channel),
                _points(diary.curves[episode.plan_id], episode),
            )
            for episode in own
            if episode.ended_on is None and episode.plan_id in diary.curves
        ],
    )
    name = capfirst(str(LABELS[side]))
    has_room = (today - first).days < MOST_ROWS_BESIDE_A_CHART
    asked = {channel: scores[channel] for channel in channels}
    return HipProgress(
        side=name,
        chart=chart,
        title=_title(name, scores[Channel.LOADING], first, today),
        sentence=sentence(channels[0], asked[channels[0]], today),
        others=others(asked, channels[1:], today),
        numbers=_numbers(side, asked, first, today) if has_room else None,
    )


def _scores_of(side: Side, entries: Iterable[Entry]) -> dict[Channel, dict[date, int | None]]:
    scores: dict[Channel, dict[date, int | None]] = {channel: {} for channel in Channel}
    for entry in entries:
        for reading in entry.readings.all():
            if reading.side == side:
                for channel in Channel:
                    scores[channel][entry.day] = getattr(reading, channel)
    return scores


def _points(curve: PainCurve, episode: Episode) -> list[tuple[date, float]]:
    """The curve's points on the days of an episode."""
    return [
        (episode.day_zero_on + timedelta(days=point["day"]), point["mean"])
        for point in curve.points
    ]


def _channels(episodes: Sequence[Episode], scores: Mapping[Channel, Scores]) -> tuple[Channel, ...]:
    """The pain numbers that the plans of a hip asked for, and those that were given."""
    asked = {channel for episode in episodes for channel in episode.plan.channels}
    given = {
        channel
        for channel in Channel
        if any(score is not None for score in scores[channel].values())
    }
    return tuple(each for each in Channel if each in asked | given) or tuple(Channel)


def sentence(channel: Channel, scores: Scores, today: date) -> str:
    """This week beside last week, where both have enough days to speak of a mean."""
    means = _two_weeks(scores, today)
    if means is None:
        return _("There are too few days yet to put one week beside another.")
    first = today - timedelta(days=WEEK - 1)
    observed = {day: score for day, score in scores.items() if score is not None and day >= first}
    highest = max(observed.values())
    words = {
        "channel": capfirst(str(LABELS[channel])),
        "now": means[0],
        "before": means[1],
        "highest": highest,
        "day": date_format(max(day for day in observed if observed[day] == highest), "l"),
    }
    said = _(
        "%(channel)s: on average %(now)s in the last 7 days, %(before)s before."
        " Highest %(highest)s on %(day)s."
    )
    return said % words


def others(scores: Mapping[Channel, Scores], channels: Iterable[Channel], today: date) -> str:
    """The same of other kinds of pain, in a few words each; those with too few days left out."""
    said = []
    for channel in channels:
        means = _two_weeks(scores[channel], today)
        if means is not None:
            words = {"channel": COLUMNS[channel], "now": means[0], "before": means[1]}
            said.append(_("%(channel)s: %(now)s, before %(before)s.") % words)
    return " ".join(said)


def _two_weeks(scores: Scores, today: date) -> tuple[str, str] | None:
    """The means of the last seven days and of the seven before; None with too few days."""
    this_week = _observed(scores, today - timedelta(days=WEEK - 1), today)
    last_week = _observed(
        scores, today - timedelta(days=2 * WEEK - 1), today - timedelta(days=WEEK)
    )
    if min(len(this_week), len(last_week)) < FEWEST_FOR_A_MEAN:
        return None
    return _mean(this_week), _mean(last_week)


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
    reached = queries.reached(episode)
    milestones = queries.milestones_of(episode)
    following = next((each.pk for each in milestones if each.code not in reached), None)
    return tuple(
        MilestoneRow(
            milestone=milestone,
            reached=reached.get(milestone.code),
            typical_on=episode.day_zero_on + timedelta(days=milestone.typical_day),
            is_next=milestone.pk == following,
        )
        for milestone in milestones
    )


def _events(side: Side, episodes: Iterable[Episode], diary: _Diary) -> list[Event]:
    """What happened to a hip, and what happened to the whole person."""
    return [
        *_beyond(diary.entries),
        *(event for episode in episodes for event in _reached(episode)),
        *(
            Event(step.from_on, "aid_step", _("back to %(aid)s") % {"aid": LABELS[step.aid]})
            for step in diary.steps
        ),
        *(
            Event(moment.day, "moment", _("extra moment"))
            for moment in diary.moments
            if moment.side in ("", side)
        ),
    ]


def _beyond(entries: Sequence[Entry]) -> list[Event]:
    return [
        Event(entry.day, "beyond", _("beyond the plan"))
        for entry in entries
        if entry.outcome == Outcome.BEYOND
    ]


def _reached(episode: Episode) -> list[Event]:
    return [
        Event(
            row.reached_on,
            "milestone" if row.is_confirmed else "marked",
            str(row.milestone.name),
        )
        for row in queries.reached(episode).values()
    ]
