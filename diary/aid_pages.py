"""The ladder of walking aids to read: where one is, what comes next and by which criteria."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.text import capfirst

from conditions.enums import CriterionKind, Side, WalkingAid
from conditions.labels import LABELS
from conditions.limits import SUPPORT, Limit
from conditions.models import Criterion, Phase
from diary import aid_steps, queries, taper, verdicts, wording
from diary.models import AidStep, Episode
from diary.taper import Course, Opening, Rung
from diary.verdicts import BindingLimit


@dataclass(frozen=True)
class Way:
    """What has to be before an aid is allowed: a later phase, and the criteria to go on to it.

    `side` is empty where the patient has one hip in treatment.
    """

    side: str
    phase: Phase
    usually_from: date
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class RungLine:
    """One aid of the ladder; `ways` is empty where it is allowed now."""

    aid: WalkingAid
    name: str
    is_here: bool
    is_allowed: bool
    is_never: bool
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class AidsPage:
    """`planned` is what the plan allows, `since` from which day on; `step` is one's own choice.

    `offers` are the aids to step up to, by key and name, the nearest first. `next` names the aids
    that come next, with the way to them; it is empty on the last rung.
    """

    planned: str
    phase: Phase
    since: date
    step: AidStep | None
    rungs: tuple[RungLine, ...]
    offers: tuple[tuple[str, str], ...]
    next: str
    next_ways: tuple[Way, ...]


def of_patient(episodes: Sequence[Episode], day: date) -> AidsPage | None:
    """The page of somebody's open episodes; None where no phase with a limit holds."""
    binding = verdicts.binding_limit(queries.phase_rules(episodes, day))
    if binding is None:
        return None
    phases = Phase.objects.select_related("limit").order_by("order")
    criteria = Prefetch("criteria", Criterion.objects.prefetch_related("sources"))
    prefetch_related_objects(episodes, Prefetch("plan__phases", phases.prefetch_related(criteria)))
    held = [(episode, phase) for episode in episodes if (phase := queries.phase_of(episode, day))]
    step = aid_steps.held_by(episodes, day)
    least = taper.least_support(binding.limit)
    here = WalkingAid(step.aid) if step else least
    courses = [_course(episode, phase) for episode, phase in held]
    lines = tuple(_line(rung, held) for rung in taper.rungs(courses, here))
    ways = _next_ways(lines, least)
    own = next(pair for pair in held if str(pair[0].uuid) == binding.phase.episode)
    return AidsPage(
        planned=_planned(binding),
        phase=own[1],
        since=_since(*own, day),
        step=step,
        rungs=lines,
        offers=tuple(
            (aid.value, str(LABELS[aid]))
            for aid in aid_steps.choices(binding.limit)
            if step is None or aid != step.aid
        ),
        next=wording.aid_words(_named_by(ways, least)),
        next_ways=ways,
    )


def _next_ways(lines: Sequence[RungLine], least: WalkingAid | None) -> tuple[Way, ...]:
    """How one comes to the first aid with less support than the plan asks now."""
    if least is None:
        return ()
    less = (line for line in lines if SUPPORT[line.aid] < SUPPORT[least])
    return next((line.ways for line in less if line.ways), ())


def _named_by(ways: Sequence[Way], least: WalkingAid | None) -> list[str]:
    """The aids with less support than now that the phases ahead name, most support first."""
    named = [set(way.phase.limit.aids) for way in ways]
    return [
        aid.value
        for aid in WalkingAid
        if named
        and least is not None
        and SUPPORT[aid] < SUPPORT[least]
        and all(aid in each for each in named)
    ]


def _planned(binding: BindingLimit) -> str:
    return wording.aid_words(aid.value for aid in binding.aids)


def _since(episode: Episode, phase: Phase, day: date) -> date:
    """The first day of the phase that holds, also where it goes on in another version."""
    spans = queries.phase_spans(episode, day)
    return next(first for held, first, _last in reversed(spans) if held == phase)


def _course(episode: Episode, phase: Phase) -> Course:
    return Course(
        now=_limit(episode, phase),
        later=tuple(_limit(episode, each) for each in _later(episode, phase)),
    )


def _limit(episode: Episode, phase: Phase) -> Limit | None:
    limit = getattr(phase, "limit", None)
    return queries.limit_of(episode, limit) if limit else None


def _later(episode: Episode, phase: Phase) -> list[Phase]:
    return [each for each in episode.plan.phases.all() if each.order > phase.order]


def _line(rung: Rung, held: Sequence[tuple[Episode, Phase]]) -> RungLine:
    return RungLine(
        aid=rung.aid,
        name=capfirst(str(LABELS[rung.aid])),
        is_here=rung.is_own,
        is_allowed=rung.is_allowed,
        is_never=rung.is_never,
        ways=tuple(
            _way(*held[opening.course], opening, is_one_of_two=len(held) > 1)
            for opening in rung.openings
        ),
    )


def _way(episode: Episode, phase: Phase, opening: Opening, *, is_one_of_two: bool) -> Way:
    """Into the phase that allows an aid, by the criteria to go on of the phase before it."""
    later = _later(episode, phase)
    opened = later[opening.phase]
    before = max(
        (each for each in episode.plan.phases.all() if each.order < opened.order),
        key=lambda each: each.order,
    )
    return Way(
        side=capfirst(str(LABELS[Side(episode.side)])) if is_one_of_two else "",
        phase=opened,
        usually_from=episode.day_zero_on + timedelta(days=opened.from_day),
        criteria=tuple(each for each in before.criteria.all() if each.kind == CriterionKind.EXIT),
    )
