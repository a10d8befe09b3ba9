"""What is read of the diary. A function's answer has everything its readers need loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from conditions import limits
from conditions.enums import Channel, LoadLevel, Rule, Side, WalkingAid
from conditions.limits import Limit
from conditions.models import ActivityRule, Advice, LoadLimit, Phase
from diary import trends
from diary.models import Entry, Episode, EpisodePhase, Reading
from diary.verdicts import ActivityLine, PhaseRules


@dataclass(frozen=True)
class Scores:
    """The three pain numbers of one side on one day; None was not answered."""

    loading: int | None
    rest: int | None
    night: int | None


Part = TypeVar("Part", ActivityRule, Advice)
Series = dict[int, dict[str, dict[date, Scores]]]


def open_episodes(patient: User) -> list[Episode]:
    """The patient's episodes that have no last day, by side, ready for `phase_of`."""
    return list(_episodes(patient).filter(ended_on__isnull=True))


def all_episodes(patient: User) -> list[Episode]:
    """The patient's open and ended episodes, by side, ready for `phase_of`."""
    return list(_episodes(patient))


def episodes_on(patient: User, day: date) -> list[Episode]:
    """The patient's episodes that held on a day, ended ones included, ready for `phase_of`."""
    is_running = Q(ended_on__isnull=True) | Q(ended_on__gte=day)
    return list(_episodes(patient).filter(is_running, started_on__lte=day))


def episodes_to_log(patient: User, day: date) -> list[Episode]:
    """Whose hips to ask about on a day: the episodes of that day, else the open ones."""
    return episodes_on(patient, day) or open_episodes(patient)


def _episodes(patient: User) -> QuerySet[Episode]:
    return (
        Episode.objects.filter(patient=patient)
        .select_related("plan__condition", "stage")
        .prefetch_related(
            "switches",
            Prefetch("phases", EpisodePhase.objects.select_related("phase").order_by("from_on")),
        )
        .order_by("side", "started_on")
    )


def phase_of(episode: Episode, day: date) -> Phase | None:
    """The phase that held in an episode on a day; None before its start and after its end."""
    if day < episode.started_on or (episode.ended_on and day > episode.ended_on):
        return None
    held = [row for row in episode.phases.all() if row.from_on <= day]
    return max(held, key=lambda row: row.from_on).phase if held else None


def phase_rules(episodes: Sequence[Episode], day: date) -> list[PhaseRules]:
    """What each episode asks on a day, as `verdicts.judge` takes it."""
    phases = {episode.pk: phase_of(episode, day) for episode in episodes}
    ids = [phase.pk for phase in phases.values() if phase]
    parts = {phase.pk: phase for phase in _with_parts(ids)} if ids else {}
    return [
        rules_of(episode, parts[phase.pk])
        for episode in episodes
        if (phase := phases[episode.pk]) is not None
    ]


def _with_parts(phase_ids: Iterable[int]) -> QuerySet[Phase]:
    return (
        Phase.objects.filter(pk__in=phase_ids)
        .select_related("limit", "pain_limit")
        .prefetch_related(Prefetch("rules", ActivityRule.objects.select_related("activity")))
    )


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
    switched_on = {switch.pk for switch in episode.switches.all()}
    return [part for part in parts if part.switch_id is None or part.switch_id in switched_on]


def entries_between(patient: User, first: date, last: date) -> QuerySet[Entry]:
    """The entries from `first` to and with `last`, earliest first, with their answers loaded."""
    return (
        Entry.objects.filter(patient=patient, day__range=(first, last))
        .prefetch_related("readings", "activities__activity")
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


def has_sudden_rise(patient: User, day: date) -> bool:
    """Whether the day's pain on loading is reason to ask the red-flag questions at once."""
    first = day - timedelta(days=trends.HISTORY_DAYS)
    sides = series([patient], first, day).get(patient.pk, {})
    return any(
        trends.is_sudden({when: row.loading for when, row in rows.items()}, today=day)
        for rows in sides.values()
    )


def was_late(entry: Entry, zone: ZoneInfo) -> bool:
    """Whether an entry was first made on a later local day than the one it is about."""
    return entry.created_at.astimezone(zone).date() > entry.day
