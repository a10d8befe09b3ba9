"""What is read of the diary. A function's answer has everything its readers need loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import (
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)

from accounts.models import User
from conditions import limits
from conditions.enums import Channel, LoadLevel, Rule, Side, WalkingAid
from conditions.limits import Limit
from conditions.models import (
    Activity,
    ActivityRule,
    Advice,
    LoadLimit,
    Milestone,
    Phase,
    Plan,
    Switch,
)
from diary import trends
from diary.models import AidStep, Entry, Episode, EpisodePhase, MilestoneReached, Reading
from diary.verdicts import ActivityLine, PhaseRules


@dataclass(frozen=True)
class Scores:
    """The three pain numbers of one side on one day; None was not answered."""

    loading: int | None
    rest: int | None
    night: int | None


STEP_FIELDS = ("pk", "patient_id", "aid", "from_on", "by_id", "created_at")
Part = TypeVar("Part", ActivityRule, Advice)
_BY_EPISODE = ("episode__side", "episode__started_on", "episode", "from_on")
Series = dict[int, dict[str, dict[date, Scores]]]


def open_episodes(patient: User) -> list[Episode]:
    """The patient's episodes that have no last day, by side, ready for `phase_of`.

    `open_step` has been read with them.
    """
    step = FilteredRelation(
        "patient__aid_steps", condition=Q(patient__aid_steps__taken_back_at__isnull=True)
    )
    episodes = _episodes(patient).filter(ended_on__isnull=True).annotate(own_step=step)
    read = {f"step_{name}": F(f"own_step__{name}") for name in STEP_FIELDS}
    return list(episodes.annotate(**read))


def open_step(episode: Episode) -> AidStep | None:
    """The patient's step in aids that is not taken back, of an episode of `open_episodes`.

    Read with the episode, as a patient has one at most: the first page has few queries to spend.
    """
    if getattr(episode, "step_pk", None) is None:
        return None
    return AidStep(**{name: getattr(episode, f"step_{name}") for name in STEP_FIELDS})


def latest_entries(patient: User, day: date, number: int) -> list[Entry]:
    """The last entries up to and with a day, the latest first, without what hangs on them."""
    found = Entry.objects.filter(patient=patient, day__lte=day)
    return list(found.order_by("-day")[:number])


def all_episodes(patient: User) -> list[Episode]:
    """The patient's open and ended episodes, by side, ready for `phase_of`."""
    return list(_episodes(patient))


def episodes_on(patient: User, day: date) -> list[Episode]:
    """The patient's episodes that held on a day, ended ones included, ready for `phase_of`."""
    return list(_episodes(patient).filter(_running(day), started_on__lte=day))


def episodes_to_log(patient: User, day: date) -> list[Episode]:
    """Whose hips to ask about on a day: the episodes of that day, else the open ones.

    Ready for `phase_of` and `plan_on`; `phase_rules` reads the rest. One query: an episode has
    a phase from its first day on, and comes with it.
    """
    held = EpisodePhase.objects.filter(
        Q(episode__ended_on__isnull=True)
        | Q(episode__ended_on__gte=day, episode__started_on__lte=day),
        episode__patient=patient,
    )
    plans = ("episode__plan__condition", "phase__plan__condition")
    parts = (*plans, "phase__limit", "phase__pain_limit")
    phases: dict[Episode, list[EpisodePhase]] = defaultdict(list)
    for row in held.select_related(*parts).order_by(*_BY_EPISODE):
        phases[row.episode].append(row)
    for episode, rows in phases.items():
        loaded: dict[str, Any] = {"phases": rows}
        episode._prefetched_objects_cache = loaded  # type: ignore[attr-defined]
    running = [episode for episode in phases if episode.started_on <= day]
    return running or [episode for episode in phases if episode.ended_on is None]


def _running(day: date) -> Q:
    return Q(ended_on__isnull=True) | Q(ended_on__gte=day)


def _episodes(patient: User) -> QuerySet[Episode]:
    return (
        # By way of the patient, who then needs not be read again from the episode.
        patient.episodes.select_related("plan__condition", "stage")
        .prefetch_related("switches", _phases())
        .order_by("side", "started_on")
    )


def _phases(*more: str) -> Prefetch:
    held = EpisodePhase.objects.select_related("phase__limit", "phase__pain_limit", *more)
    return Prefetch("phases", held.order_by("from_on"))


def phase_of(episode: Episode, day: date) -> Phase | None:
    """The phase that held in an episode on a day; None before its start and after its end."""
    if day < episode.started_on or (episode.ended_on and day > episode.ended_on):
        return None
    held = [row for row in episode.phases.all() if row.from_on <= day]
    return max(held, key=lambda row: row.from_on).phase if held else None


@dataclass(frozen=True)
class Move:
    """From which day on an episode has had its version of the plan, and which it had before."""

    from_on: date
    plan_id: int
    earlier_id: int


def last_move(episode: Episode) -> Move | None:
    """How an episode came to its version of the plan; None where it began with it."""
    rows = sorted(_phase_rows(episode), key=lambda row: row.from_on)
    moves = [
        Move(row.from_on, row.phase.plan_id, before.phase.plan_id)
        for before, row in pairwise(rows)
        if row.phase.plan_id != before.phase.plan_id
    ]
    return moves[-1] if moves else None


def plan_from(episode: Episode) -> date:
    """The first day of an episode on which its version of the plan held."""
    move = last_move(episode)
    return move.from_on if move else episode.started_on


def plan_on(episode: Episode, day: date) -> Plan:
    """The version of the plan that held on a day; the one of now, where no phase held."""
    if day >= plan_from(episode) or (phase := phase_of(episode, day)) is None:
        return episode.plan
    return phase.plan


def versions_held(episodes: Iterable[Episode]) -> dict[int, list[tuple[date, Plan]]]:
    """Of the episodes that were moved to another version: which held from which day on.

    By the episode's key, earliest first, in one query. An episode that began with the version
    it has now is left out.
    """
    others = EpisodePhase.objects.filter(episode=OuterRef("episode")).exclude(
        phase__plan=OuterRef("episode__plan")
    )
    rows = (
        EpisodePhase.objects.filter(Exists(others), episode__in=episodes)
        .select_related("phase__plan")
        .order_by("from_on")
    )
    held: dict[int, list[tuple[date, Plan]]] = defaultdict(list)
    for row in rows:
        held[row.episode_id].append((row.from_on, row.phase.plan))
    return dict(held)


def phase_spans(episode: Episode, today: date) -> list[tuple[Phase, date, date]]:
    """The phases that held, each with its first and last day, up to today or the end.

    A phase that goes on in another version of the plan is one.
    """
    rows = sorted(_phase_rows(episode), key=lambda row: row.from_on)
    ends = [row.from_on - timedelta(days=1) for row in rows[1:]] + [episode.ended_on or today]
    spans: list[tuple[Phase, date, date]] = []
    for row, end in zip(rows, ends, strict=True):
        if end < row.from_on:
            continue
        first = row.from_on
        if spans and (spans[-1][0].code, spans[-1][0].name) == (row.phase.code, row.phase.name):
            first = spans.pop()[1]
        spans.append((row.phase, first, end))
    return spans


def _phase_rows(episode: Episode) -> list[EpisodePhase]:
    """Loaded before, or read now."""
    if "phases" in getattr(episode, "_prefetched_objects_cache", {}):
        return list(episode.phases.all())
    return list(episode.phases.select_related("phase"))


def load_milestones(episodes: Sequence[Episode]) -> None:
    """What `milestones_of` and `reached` need, for many episodes in two queries."""
    reached = MilestoneReached.objects.select_related("milestone")
    prefetch_related_objects(episodes, Prefetch("milestones_reached", reached), "plan__milestones")


def reached(episode: Episode) -> dict[str, MilestoneReached]:
    """The milestones that were reached, by key, with their first day, confirmed or not.

    One that an earlier version of the plan had too is the same milestone. What a
    physiotherapist answered "not yet" to is left out.
    """
    rows = [row for row in episode.milestones_reached.all() if row.counts]
    found: dict[str, MilestoneReached] = {}
    for row in sorted(rows, key=lambda row: (row.reached_on, row.pk)):
        found.setdefault(row.milestone.code, row)
    return found


def milestones_of(episode: Episode) -> list[Milestone]:
    """The plan's milestones in order, after those reached that it no longer has."""
    own = list(episode.plan.milestones.all())
    codes = {milestone.code for milestone in own}
    earlier = [row.milestone for code, row in reached(episode).items() if code not in codes]
    return [*earlier, *own]


def switched_on(episode: Episode) -> list[Switch]:
    """What is switched on in the version of the plan that holds now."""
    return [switch for switch in episode.switches.all() if switch.plan_id == episode.plan_id]


def phase_rules(episodes: Sequence[Episode], day: date) -> list[PhaseRules]:
    """What each episode asks on a day, as `verdicts.judge` takes it."""
    held = _phases_held(episodes, day)
    if any(rule.switch_id is not None for _, phase in held for rule in phase.rules.all()):
        prefetch_related_objects(episodes, "switches")
    return [rules_of(episode, phase) for episode, phase in held]


def activities_in_phases(episodes: Sequence[Episode], day: date) -> list[Activity]:
    """The activities that the day's phases have a rule for; `phase_rules` then reads no more."""
    held = _phases_held(episodes, day)
    return [rule.activity for _, phase in held for rule in phase.rules.all()]


def _phases_held(episodes: Sequence[Episode], day: date) -> list[tuple[Episode, Phase]]:
    """The phase of each episode on a day, with its rules."""
    held = [(episode, phase) for episode in episodes if (phase := phase_of(episode, day))]
    rules = ActivityRule.objects.select_related("activity")
    prefetch_related_objects([phase for _, phase in held], Prefetch("rules", rules))
    return held


def rules_of(episode: Episode, phase: Phase) -> PhaseRules:
    """What a phase with its parts loaded asks of this patient, by the episode's switches."""
    limit = getattr(phase, "limit", None)
    pain = getattr(phase, "pain_limit", None)
    return PhaseRules(
        episode=str(episode.uuid),
        side=Side(episode.side),
        key=phase.pk,
        code=phase.code,
        limit=limit_of(episode, limit) if limit else None,
        pain={channel: getattr(pain, channel, None) for channel in Channel},
        rules=tuple(
            ActivityLine(rule.activity.slug, Rule(rule.rule), rule.minutes, rule.pk)
            for rule in active_parts(episode, phase.rules.all())
        ),
    )


def limit_of(episode: Episode, limit: LoadLimit) -> Limit:
    """The load limit with the patient's kilograms, where the body weight is known."""
    kilograms = None
    if limit.percent is not None and episode.body_weight_kg is not None:
        kilograms = limits.kilograms(limit.percent, float(episode.body_weight_kg))
    return Limit(
        level=LoadLevel(limit.level),
        aids=frozenset(WalkingAid(aid) for aid in limit.aids),
        percent=limit.percent,
        kilograms=kilograms,
    )


def active_parts(episode: Episode, parts: Iterable[Part]) -> list[Part]:
    """The rules or advice that hold without a switch, or with one that is on."""
    found = list(parts)
    if all(part.switch_id is None for part in found):
        return found  # without asking which switches are on
    on = {switch.pk for switch in episode.switches.all()}
    return [part for part in found if part.switch_id is None or part.switch_id in on]


def entries_between(patient: User, first: date, last: date) -> QuerySet[Entry]:
    """The entries from `first` to and with `last`, earliest first, with their readings."""
    return (
        Entry.objects.filter(patient=patient, day__range=(first, last))
        .prefetch_related("readings")
        .order_by("day")
    )


def series(patients: Iterable[User], first: date, last: date) -> Series:
    """The scores of many patients by patient id, side and day, in one query.

    A day without an entry is not in it; a question without an answer is None.
    """
    found: Series = defaultdict(lambda: defaultdict(dict))
    rows = Reading.objects.filter(
        entry__patient__in=patients, entry__day__range=(first, last)
    ).values_list("entry__patient", "side", "entry__day", "loading", "rest", "night")
    for patient_id, side, day, *scores in rows:
        found[patient_id][side][day] = Scores(*scores)
    return {patient: dict(sides) for patient, sides in found.items()}


def series_of(entries: Iterable[Entry]) -> dict[str, dict[date, Scores]]:
    """The scores of one patient's entries, their readings loaded, by side and day."""
    found: dict[str, dict[date, Scores]] = defaultdict(dict)
    for entry in entries:
        for row in entry.readings.all():
            found[row.side][entry.day] = Scores(row.loading, row.rest, row.night)
    return dict(found)


def has_sudden_rise(patient: User, day: date) -> bool:
    """Whether the day's pain on loading is reason to ask the red-flag questions at once."""
    first = day - timedelta(days=trends.HISTORY_DAYS)
    sides = series([patient], first, day).get(patient.pk, {})
    return any(
        trends.is_sudden({when: row.loading for when, row in rows.items()}, today=day)
        for rows in sides.values()
    )


def asks_for_red_flags(entry: Entry) -> bool:
    """Whether an answer of the day is reason to ask the red-flag questions at once."""
    return entry.answers.filter(question__asks_red_flags=True, value__gt=0).exists()


def was_late(entry: Entry, zone: ZoneInfo) -> bool:
    """Whether an entry was first made on a later local day than the one it is about."""
    return entry.created_at.astimezone(zone).date() > entry.day
