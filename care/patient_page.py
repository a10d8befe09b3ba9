"""What a physiotherapist reads of one patient: hips with their chart and plan, days, flags."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from care import red_flags, wording
from care.enums import Severity
from care.models import Flag
from conditions import queries as plans
from conditions.enums import Channel, Rule, Side, WalkingAid
from conditions.labels import LABELS
from conditions.models import ActivityRule, Advice, Criterion, Milestone, Phase, Plan
from diary import aid_steps, charts, history, moments, queries, verdicts
from diary import today as diary_today
from diary import wording as diary_wording
from diary.charts import Band, Chart, Event
from diary.enums import Outcome
from diary.history import DayRow
from diary.models import Entry, Episode, MilestoneReached, RedFlagReport
from diary.moments import MomentLine
from diary.queries import Scores
from diary.wording import Spoken

DAY = timedelta(days=1)
CHART_WIDTH = 960
RANGES = {"4": 28, "12": 84}  # weeks on the page, days in the chart; anything else is all
SHORTEST_ALL = 14
Felt = Mapping[date, tuple[MomentLine, ...]]


@dataclass(frozen=True)
class FlagLine:
    """A flag to read: its sentence and the days behind it."""

    flag: Flag
    sentence: str
    days: tuple[date, ...]


@dataclass(frozen=True)
class DayLine:
    """A day with its verdict in words; `spoken` is None where it has moments and no entry."""

    row: DayRow
    spoken: Spoken | None
    is_late: bool
    note: str
    painkillers: int | None

    @property
    def tells_of_savings(self) -> bool:
        """Whether the day was not simply saved once, on the day itself."""
        savings = self.row.savings
        return self.is_late or len(savings) > 1 or any(saving.told for saving in savings)


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone with the days of its window as dates, and when it was reached."""

    milestone: Milestone
    typical_on: date
    late_on: date
    reached: MilestoneReached | None
    is_late: bool


@dataclass(frozen=True)
class HipPage:
    """One open episode."""

    episode: Episode
    side: str
    day: str
    phase: Phase | None
    limit: str
    aids: str
    chart: Chart
    summary: str
    rules: tuple[tuple[Rule, str, tuple[ActivityRule, ...], tuple[Advice, ...]], ...]
    exit_criteria: tuple[Criterion, ...]
    milestones: tuple[MilestoneLine, ...]
    switches: tuple[str, ...]
    checkup: str
    is_checkup_past: bool
    newer: Plan | None
    version_from: date | None


@dataclass(frozen=True)
class PatientPage:
    """Everything on the page, loaded."""

    hips: tuple[HipPage, ...]
    ended: tuple[Episode, ...]
    open_flags: tuple[FlagLine, ...]
    closed_flags: tuple[FlagLine, ...]
    days: tuple[DayLine, ...]
    reports: tuple[RedFlagReport, ...]
    aid_step: str
    first: date
    last: date

    @property
    def has_answers(self) -> bool:
        """Whether a question of the day was asked on one of the days."""
        return any(line.row.answers for line in self.days)

    @property
    def has_pain(self) -> bool:
        """Whether a pain number was asked on one of the days."""
        return any(line.row.sides for line in self.days)


def of_patient(patient: User, *, weeks: str, now: datetime) -> PatientPage:
    """The page over the last `weeks` ("4", "12"; else everything)."""
    last = now.astimezone(patient.zone).date()
    every = queries.all_episodes(patient)
    episodes = [episode for episode in every if episode.ended_on is None]
    step = aid_steps.open_steps([patient.pk]).get(patient.pk)
    queries.load_milestones(episodes)
    phases = {episode.pk: queries.phase_of(episode, last) for episode in episodes}
    plans.load_for_care(phase for phase in phases.values() if phase)
    first = _first_day(patient, weeks, last)
    entries = list(queries.entries_between(patient, first, last))
    flags = list(
        Flag.objects.filter(patient=patient).select_related("acknowledged_by", "closed_by")
    )
    lines = _flag_lines(flags)
    newer = plans.newer_versions(episode.plan for episode in episodes)
    series = queries.series_of(entries)
    felt = moments.of_days(patient, first, last)
    return PatientPage(
        hips=tuple(
            _hip(
                episode,
                phases[episode.pk],
                entries,
                series.get(episode.side, {}),
                flags,
                felt,
                newer.get(episode.plan_id),
                first,
                last,
            )
            for episode in episodes
        ),
        ended=tuple(episode for episode in every if episode.ended_on is not None),
        open_flags=tuple(line for line in lines if line.flag.is_open),
        closed_flags=tuple(line for line in lines if not line.flag.is_open)[:10],
        days=tuple(_day_lines(entries, patient, felt)),
        reports=tuple(RedFlagReport.objects.filter(patient=patient)[:10]),
        aid_step=(
            aid_steps.in_words(step) if step and aid_steps.holds(step, episodes, last) else ""
        ),
        first=first,
        last=last,
    )


def flag_line(flag: Flag) -> FlagLine:
    """One flag to read."""
    return _flag_lines([flag])[0]


def _first_day(patient: User, weeks: str, last: date) -> date:
    if weeks in RANGES:
        return last - timedelta(days=RANGES[weeks] - 1)
    begun = history.first_day(patient) or last
    return min(begun, last - timedelta(days=SHORTEST_ALL))


def _flag_lines(flags: Sequence[Flag]) -> list[FlagLine]:
    """Open flags first, the most severe of them on top; then closed ones, the latest first."""
    questions = red_flags.question_texts(flags)
    ordered = sorted(flags, key=lambda flag: flag.opened_at, reverse=True)
    ordered.sort(key=lambda flag: list(Severity).index(Severity(flag.severity)), reverse=True)
    ordered.sort(key=lambda flag: not flag.is_open)
    return [
        FlagLine(
            flag=flag,
            sentence=wording.sentence(flag.reason, flag.evidence, questions=questions),
            days=tuple(date.fromisoformat(day) for day in flag.evidence.get("days", ())),
        )
        for flag in ordered
    ]


def _hip(
    episode: Episode,
    phase: Phase | None,
    entries: Sequence[Entry],
    scores: Mapping[date, Scores],
    flags: Iterable[Flag],
    felt: Felt,
    newer: Plan | None,
    first: date,
    last: date,
) -> HipPage:
    move = queries.last_move(episode)
    limit = queries.limit_of(episode, phase.limit) if phase else None
    return HipPage(
        episode=episode,
        side=capfirst(str(LABELS[Side(episode.side)])),
        day=diary_today.day_words(episode, last),
        phase=phase,
        limit=(
            diary_wording.limit_words(limit.level, limit.percent, limit.kilograms) if limit else ""
        ),
        aids=diary_wording.aid_words(phase.limit.aids) if phase else "",
        chart=_chart(episode, entries, scores, flags, felt, first, last),
        summary=_summary(episode, scores, last),
        rules=tuple(_rules(episode, phase)) if phase else (),
        exit_criteria=tuple(
            each for each in (phase.criteria.all() if phase else ()) if each.kind == "exit"
        ),
        milestones=tuple(_milestones(episode, last)),
        switches=tuple(switch.name for switch in queries.switched_on(episode)),
        checkup=episode.plan.checkup,
        is_checkup_past=episode.checkup_on is not None and episode.checkup_on < last,
        newer=newer,
        version_from=move.from_on if move else None,
    )


def _chart(
    episode: Episode,
    entries: Sequence[Entry],
    scores: Mapping[date, Scores],
    flags: Iterable[Flag],
    felt: Felt,
    first: date,
    last: date,
) -> Chart:
    zone = episode.patient.zone
    events = [
        Event(flag.since_on, "flag", flag.get_reason_display())
        for flag in flags
        if flag.side in ("", episode.side)
    ]
    events += [
        Event(entry.day, "beyond", _("beyond the plan"))
        for entry in entries
        if entry.outcome == Outcome.BEYOND
    ]
    events += [
        Event(
            reached.reached_on,
            "milestone" if reached.is_confirmed else "marked",
            reached.milestone.name,
        )
        for reached in queries.reached(episode).values()
    ]
    events += [
        Event(day, "moment", line.words)
        for day, lines in felt.items()
        for line in lines
        if line.moment.side in ("", episode.side)
    ]
    return charts.build(
        {
            channel: {day: getattr(each, channel) for day, each in scores.items()}
            for channel in Channel
        },
        first=first,
        last=last,
        bands=_phase_bands(episode, last),
        aids=_aid_bands(entries),
        events=events,
        late={entry.day for entry in entries if queries.was_late(entry, zone)},
        width=CHART_WIDTH,
        height=320,
    )


def _phase_bands(episode: Episode, last: date) -> list[Band]:
    spans = queries.phase_spans(episode, last)
    return [Band(str(phase), first, end) for phase, first, end in spans]


def _aid_bands(entries: Sequence[Entry]) -> list[Band]:
    """Stretches of days on which the same aid was used; days without an answer break them."""
    answered = [entry for entry in entries if entry.aid]
    bands: list[Band] = []
    runs = groupby(
        enumerate(answered), key=lambda pair: (pair[1].aid, pair[1].day.toordinal() - pair[0])
    )
    for (aid, _run), members in runs:
        days = [entry.day for _number, entry in members]
        name = str(LABELS[WalkingAid(aid)])
        if bands and bands[-1].name == name and days[0] - bands[-1].last <= 3 * DAY:
            bands[-1] = Band(name, bands[-1].first, days[-1])
        else:
            bands.append(Band(name, days[0], days[-1]))
    return bands


def _summary(episode: Episode, scores: Mapping[date, Scores], last: date) -> str:
    """Pain on loading in the last two weeks, where each has enough days to say."""
    if not episode.plan.channels and not scores:
        return _("This plan asks for no pain numbers.")
    if Channel.LOADING not in episode.plan.channels and not scores:
        return _("This plan asks for no pain on loading.")
    this_week = _mean(scores, last - 6 * DAY, last)
    before = _mean(scores, last - 13 * DAY, last - 7 * DAY)
    if this_week is None or before is None:
        return _("Too few entries in the last two weeks to compare them.")
    return _("Pain on loading %(now)s on average this week, %(before)s the week before.") % {
        "now": number_format(round(this_week, 1), 1),
        "before": number_format(round(before, 1), 1),
    }


def _mean(scores: Mapping[date, Scores], first: date, last: date) -> float | None:
    answered = [
        each.loading
        for day, each in scores.items()
        if first <= day <= last and each.loading is not None
    ]
    return sum(answered) / len(answered) if len(answered) >= 4 else None


def _rules(
    episode: Episode, phase: Phase
) -> Iterable[tuple[Rule, str, tuple[ActivityRule, ...], tuple[Advice, ...]]]:
    rules = queries.active_parts(episode, phase.rules.all())
    advice = queries.active_parts(episode, phase.advice.all())
    for rule in Rule:
        yield (
            rule,
            capfirst(str(LABELS[rule])),
            tuple(each for each in rules if each.rule == rule),
            tuple(each for each in advice if each.rule == rule),
        )


def _milestones(episode: Episode, last: date) -> Iterable[MilestoneLine]:
    reached = queries.reached(episode)
    for milestone in queries.milestones_of(episode):
        late_on = episode.day_zero_on + timedelta(days=milestone.late_day)
        yield MilestoneLine(
            milestone=milestone,
            typical_on=episode.day_zero_on + timedelta(days=milestone.typical_day),
            late_on=late_on,
            reached=reached.get(milestone.code),
            is_late=milestone.code not in reached and last > late_on,
        )


def _day_lines(entries: Sequence[Entry], patient: User, felt: Felt) -> list[DayLine]:
    """The latest first; a day that has moments and no entry is one of them."""
    found = {day: DayLine(DayRow(day), None, False, "", None) for day in felt}
    found |= {line.row.day: line for line in _entry_lines(entries, patient)}
    return [
        replace(found[day], row=replace(found[day].row, moments=felt.get(day, ())))
        for day in sorted(found, reverse=True)
    ]


def _entry_lines(entries: Sequence[Entry], patient: User) -> Iterable[DayLine]:
    judged = [verdicts.from_json(entry.verdict) for entry in entries]
    texts = diary_wording.texts_for(judged)
    rows = history.rows_of(entries)
    for entry, verdict, row in zip(entries, judged, rows, strict=True):
        yield DayLine(
            row=row,
            spoken=diary_wording.sentences(verdict, texts),
            is_late=queries.was_late(entry, patient.zone),
            note=entry.note,
            painkillers=entry.painkillers,
        )
