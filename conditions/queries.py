"""What other rooms ask of content."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404

from conditions.enums import GuideTopic, LoadLevel
from conditions.models import (
    ActivityRule,
    Advice,
    Condition,
    Criterion,
    Fact,
    Guide,
    LoadLimit,
    Milestone,
    PainLimit,
    Phase,
    Plan,
    Switch,
    Symptom,
)


def published_plans(*, with_children: bool = True) -> QuerySet[Plan]:
    """The plans an episode can start with, with their condition and stages.

    Those of children's conditions are among them unless left out.
    """
    offered = Plan.objects.filter(published_at__isnull=False, retired_at__isnull=True)
    if not with_children:
        offered = offered.filter(condition__paediatric=False)
    return (
        offered.select_related("condition")
        .prefetch_related("stages")
        .order_by("condition__order", "condition__slug", "code", "version")
    )


def versions_of(plan: Plan) -> QuerySet[Plan]:
    """All versions of a plan, the newest first."""
    return Plan.objects.filter(code=plan.code).order_by("-version")


def version_before(plan: Plan) -> Plan | None:
    """The published version that this one follows."""
    return versions_of(plan).filter(version__lt=plan.version, published_at__isnull=False).first()


def newer_versions(plans: Iterable[Plan]) -> dict[int, Plan]:
    """By the key of each of these versions, the newest offered one, where that is a later one."""
    plans = list(plans)
    newest: dict[str, Plan] = {}
    for offered in Plan.objects.filter(
        code__in={plan.code for plan in plans},
        published_at__isnull=False,
        retired_at__isnull=True,
    ).order_by("version"):
        newest[offered.code] = offered
    return {
        plan.pk: newest[plan.code]
        for plan in plans
        if plan.code in newest and newest[plan.code].version > plan.version
    }


def plan_for_reading(plan_id: int) -> Plan:
    """A plan with its parts and sources, in a constant number of queries, or 404.

    The pain curve and the questions of the day are left out: they are no part of reading a plan.
    """
    plans = Plan.objects.select_related("condition").prefetch_related(
        "stages",
        "sources",
        Prefetch("switches", Switch.objects.prefetch_related("sources")),
        Prefetch(
            "milestones",
            _ordered(Milestone.objects.select_related("phase")),
        ),
        Prefetch("phases", _with_parts(Phase.objects.all())),
    )
    return get_object_or_404(plans, pk=plan_id)


def conditions_for_reading(condition_ids: Iterable[int]) -> QuerySet[Condition]:
    """Conditions with what one may read about them, and its sources; constant queries."""
    symptoms = Symptom.objects.select_related("question").prefetch_related("sources")
    return Condition.objects.filter(pk__in=set(condition_ids)).prefetch_related(
        Prefetch("facts", Fact.objects.prefetch_related("sources")),
        Prefetch("symptoms", symptoms),
    )


def guides() -> QuerySet[Guide]:
    """How things are done: aids and load levels with the most support first, then techniques."""
    return Guide.objects.prefetch_related("sources").order_by("order", "code")


def guide_of_level(level: LoadLevel) -> Guide | None:
    return Guide.objects.filter(topic=GuideTopic.LEVEL, subject=level).first()


def phase_parts(phase_ids: Iterable[int]) -> QuerySet[Phase]:
    """Phases with limits, criteria, rules, advice and their sources; constant queries."""
    return _with_parts(Phase.objects.filter(pk__in=list(phase_ids)).select_related("plan"))


def load_for_care(phases: Iterable[Phase]) -> None:
    """What a physiotherapist reads of phases, for many in seven queries.

    Limits and criteria with their sources, rules and advice without. A limit that is loaded
    is not read again.
    """
    prefetch_related_objects(
        list(phases),
        "limit__sources",
        "criteria__sources",
        Prefetch("rules", ActivityRule.objects.select_related("activity")),
        "advice",
    )


def phase_on(phases: Sequence[Phase], day_number: int) -> Phase:
    """The phase whose window holds a day of the plan; before the first day, the first phase.

    `phases` are in order and at least one. After the last window it is the last phase.
    """
    begun = [phase for phase in phases if phase.from_day <= day_number]
    return begun[-1] if begun else phases[0]


def _ordered(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With their sources, in their order and always in one: two may have the same number."""
    return rows.order_by("order", "pk").prefetch_related("sources")


def _with_parts(phases: QuerySet[Phase]) -> QuerySet[Phase]:
    return phases.prefetch_related(
        Prefetch("limit", LoadLimit.objects.prefetch_related("sources")),
        Prefetch("pain_limit", PainLimit.objects.prefetch_related("sources")),
        Prefetch("criteria", _ordered(Criterion.objects.all())),
        Prefetch(
            "rules",
            _ordered(ActivityRule.objects.select_related("activity", "switch")),
        ),
        Prefetch("advice", _ordered(Advice.objects.select_related("switch"))),
    )
