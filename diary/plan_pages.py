"""A plan as its patient reads it: only what is switched on, and where one is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.text import capfirst

from conditions import queries as plans
from conditions.enums import CriterionKind, Rule, Side
from conditions.labels import LABELS
from conditions.models import ActivityRule, Advice, Criterion, LoadLimit, Milestone, Phase, Plan
from diary import queries, today, versions, wording
from diary.models import Episode
from diary.versions import Changes


@dataclass(frozen=True)
class LimitToRead:
    limit: LoadLimit
    words: str
    aids: str


@dataclass(frozen=True)
class RulesToRead:
    """What belongs under one of do, with care and don't."""

    rule: Rule
    name: str
    rules: tuple[ActivityRule, ...]
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class PhaseToRead:
    phase: Phase
    is_current: bool
    usually_from: date
    limit: LimitToRead | None
    rules: tuple[RulesToRead, ...]
    to_begin: tuple[Criterion, ...]
    to_go_on: tuple[Criterion, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True)
class NewVersion:
    """That the plan has another version since a day, and what that changes."""

    from_on: date
    changes: Changes


@dataclass(frozen=True)
class PlanPage:
    side: str
    day: str
    plan: Plan
    stage: str
    switches: tuple[str, ...]
    phases: tuple[PhaseToRead, ...]
    new_version: NewVersion | None


def page_of(episode: Episode, day: date) -> PlanPage:
    """The plan of an episode on a day, in the patient's words and kilograms."""
    plan = plans.plan_for_reading(episode.plan_id)
    current = queries.phase_of(episode, day)
    milestones = list(plan.milestones.all())
    return PlanPage(
        side=capfirst(str(LABELS[Side(episode.side)])),
        day=today.day_words(episode, day),
        plan=plan,
        stage=str(episode.stage.name),
        switches=tuple(str(switch.name) for switch in queries.switched_on(episode)),
        phases=tuple(
            _phase(episode, phase, milestones, is_current=current is not None and phase == current)
            for phase in plan.phases.all()
        ),
        new_version=_new_version(episode, current),
    )


def _new_version(episode: Episode, current: Phase | None) -> NewVersion | None:
    move = queries.last_move(episode)
    if move is None:
        return None
    code = current.code if current else ""
    return NewVersion(move.from_on, versions.changes(move.earlier_id, move.plan_id, code))


def _phase(
    episode: Episode, phase: Phase, milestones: Iterable[Milestone], *, is_current: bool
) -> PhaseToRead:
    criteria = list(phase.criteria.all())
    limit = getattr(phase, "limit", None)
    return PhaseToRead(
        phase=phase,
        is_current=is_current,
        usually_from=episode.day_zero_on + timedelta(days=phase.from_day),
        limit=_limit(episode, limit) if limit else None,
        rules=_rules(episode, phase),
        to_begin=tuple(each for each in criteria if each.kind == CriterionKind.ENTRY),
        to_go_on=tuple(each for each in criteria if each.kind == CriterionKind.EXIT),
        milestones=tuple(each for each in milestones if each.phase_id == phase.pk),
    )


def _limit(episode: Episode, limit: LoadLimit) -> LimitToRead:
    own = queries.limit_of(episode, limit)
    return LimitToRead(
        limit=limit,
        words=capfirst(wording.limit_words(own.level.value, own.percent, own.kilograms)),
        aids=capfirst(wording.aid_words(limit.aids)),
    )


def _rules(episode: Episode, phase: Phase) -> tuple[RulesToRead, ...]:
    rules = queries.active_parts(episode, phase.rules.all())
    advice = queries.active_parts(episode, phase.advice.all())
    found = (
        RulesToRead(
            rule=rule,
            name=capfirst(str(LABELS[rule])),
            rules=tuple(each for each in rules if each.rule == rule),
            advice=tuple(each for each in advice if each.rule == rule),
        )
        for rule in Rule
    )
    return tuple(each for each in found if each.rules or each.advice)
