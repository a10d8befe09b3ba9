"""Changes to content: loading the library, publishing a plan, beginning a new version."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from conditions import library
from conditions.enums import Provenance
from conditions.library import LANGUAGES, Data, Shape
from conditions.models import (
    Activity,
    ActivityRule,
    Advice,
    Condition,
    Criterion,
    Fact,
    LoadLimit,
    Milestone,
    PainCurve,
    PainLimit,
    Phase,
    Plan,
    RedFlag,
    Source,
    Stage,
    Switch,
)


Sources = Mapping[str, Source]
PARTS = {"pain_curve"}  # plain keys of the library that are rows of their own


class LibraryIsWrong(Exception):
    """The files cannot be loaded; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


class PlanIncomplete(Exception):
    """A plan cannot be published yet; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Loaded:
    """How many conditions and plans the files hold, and which plans were new."""

    conditions: int
    plans: int
    new_plans: tuple[str, ...]


@transaction.atomic
def load_library(folder: Path = library.HOME, *, now: datetime) -> Loaded:
    """Bring the database to what the files say; a second time changes nothing.

    Plans that are new are published. A plan that is stored already must say the same as its
    file: a published plan never changes, so a correction in a file needs a new version.
    Raises LibraryIsWrong, and then stores nothing.
    """
    files = library.read(folder)
    if files.problems:
        raise LibraryIsWrong(files.problems)
    for data in files.sources:
        _update(Source, library.SOURCE, data, {}, key=data["key"])
    sources = {source.key: source for source in Source.objects.all()}
    for data in files.activities:
        columns = _columns(library.ACTIVITY, data, leave={"minutes", "slug"})
        Activity.objects.update_or_create(
            slug=data["slug"], defaults=columns | {"has_minutes": data["minutes"]}
        )
    for data in files.red_flags:
        _update(RedFlag, library.RED_FLAG, data, sources, code=data["code"])
    activities = {activity.slug: activity for activity in Activity.objects.all()}
    new_plans: list[str] = []
    problems: list[str] = []
    for data in files.conditions:
        condition = _load_condition(data, sources)
        for plan_data in data["plans"]:
            stored = Plan.objects.filter(
                code=plan_data["code"], version=plan_data["version"]
            ).first()
            if stored is None:
                plan = _make_plan(condition, plan_data, sources, activities)
                Plan.objects.filter(pk=plan.pk).update(published_at=now)
                new_plans.append(f"{plan.code} {plan.version}")
            elif plan_as_data(stored) != plan_data:
                problems.append(
                    f"{data['slug']}: plan {stored.code} version {stored.version} is stored "
                    "and says something else; give the changed plan a new version."
                )
    if problems:
        raise LibraryIsWrong(problems)
    return Loaded(
        conditions=len(files.conditions),
        plans=sum(len(data["plans"]) for data in files.conditions),
        new_plans=tuple(new_plans),
    )


@transaction.atomic
def publish_plan(*, plan: Plan, by: Any, now: datetime) -> Plan:
    """Freeze a draft and offer it for new episodes. Raises PlanIncomplete.

    Earlier versions of the same plan are retired: running episodes keep them.
    """
    problems = plan_problems(plan)
    if problems:
        raise PlanIncomplete(problems)
    published = Plan.objects.filter(pk=plan.pk, published_at__isnull=True).update(
        published_at=now, published_by=by
    )
    if published:
        Plan.objects.filter(
            code=plan.code, version__lt=plan.version, retired_at__isnull=True
        ).exclude(published_at=None).update(retired_at=now)
    plan.refresh_from_db()
    return plan


def plan_problems(plan: Plan) -> list[str]:
    """What keeps a plan from being published, a sentence each, in the reader's language."""
    phases = list(plan.phases.all())
    problems = []
    if not plan.stages.exists():
        problems.append(_("The plan names no stage."))
    if not phases:
        problems.append(_("The plan has no phase."))
    for phase in phases:
        if not LoadLimit.objects.filter(phase=phase).exists():
            problems.append(_("Phase %(phase)s has no load limit.") % {"phase": phase.code})
        if not phase.rules.exists():
            problems.append(_("Phase %(phase)s has no activity rule.") % {"phase": phase.code})
    for place, part in _places(plan_as_data(plan), plan.code):
        texts = {key: text for key, text in part.items() if isinstance(text, dict)}
        problems += [
            _("%(place)s: there is a text in one language only.") % {"place": place}
            for text in texts.values()
            if set(text) == set(LANGUAGES) and any(text.values()) and not all(text.values())
        ]
        if part.get("provenance", Provenance.CONVENTION) != Provenance.CONVENTION:
            if not part["sources"]:
                problems.append(
                    _("%(place)s: name a source, or mark it as convention.") % {"place": place}
                )
    return problems


@transaction.atomic
def new_version(*, plan: Plan) -> Plan:
    """A draft with the content of a plan and the next free number."""
    highest = Plan.objects.filter(code=plan.code).aggregate(highest=models.Max("version"))
    data = plan_as_data(plan) | {"version": highest["highest"] + 1}
    sources = {source.key: source for source in Source.objects.all()}
    activities = {activity.slug: activity for activity in Activity.objects.all()}
    return _make_plan(plan.condition, data, sources, activities)


def plan_as_data(plan: Plan) -> Data:
    """A plan in the full form of the library (see `library.read`)."""
    return _as_data(plan, library.PLAN) | {
        "stages": sorted(stage.code for stage in plan.stages.all()),
        "pain_curve": _part_as_data(PainCurve, library.PAIN_CURVE, plan=plan),
        "switches": [_as_data(switch, library.SWITCH) for switch in plan.switches.all()],
        "phases": [_phase_as_data(phase) for phase in plan.phases.all()],
        "milestones": [
            _as_data(milestone, library.MILESTONE)
            | {"phase": milestone.phase and milestone.phase.code}
            for milestone in plan.milestones.select_related("phase")
        ],
    }


def _phase_as_data(phase: Phase) -> Data:
    return _as_data(phase, library.PHASE) | {
        "limit": _part_as_data(LoadLimit, library.LIMIT, phase=phase),
        "pain_limits": _part_as_data(PainLimit, library.PAIN_LIMITS, phase=phase),
        "criteria": [_as_data(item, library.CRITERION) for item in phase.criteria.all()],
        "rules": [
            _as_data(rule, library.RULE)
            | {"activity": rule.activity.slug, "switch": rule.switch and rule.switch.key}
            for rule in phase.rules.select_related("activity", "switch")
        ],
        "advice": [
            _as_data(item, library.ADVICE) | {"switch": item.switch and item.switch.key}
            for item in phase.advice.select_related("switch")
        ],
    }


def _as_data(item: models.Model, shape: Shape) -> Data:
    data: Data = {key: getattr(item, key, None) for key in (*shape.plain, *shape.lists)}
    for key in (*shape.texts, *shape.optional):
        data[key] = {language: getattr(item, f"{key}_{language}") for language in LANGUAGES}
    if shape.is_statement:
        data["provenance"] = item.provenance
        data["sources"] = sorted(source.key for source in item.sources.all())
        data["review_on"] = item.review_on
    return data


def _part_as_data(model: type[models.Model], shape: Shape, **owner: models.Model) -> Data | None:
    part = model._default_manager.filter(**owner).first()
    return _as_data(part, shape) if part else None


def _make(model: Any, shape: Shape, data: Data, sources: Sources, **more: Any) -> Any:
    """A new part of a draft, with its sources. `more` names its owner and what it points to."""
    item = model.objects.create(**_columns(shape, data, leave={*more, *PARTS}), **more)
    _set_sources(item, data, sources)
    return item


def _make_plan(
    condition: Condition, data: Data, sources: Sources, activities: Mapping[str, Activity]
) -> Plan:
    """A draft with all its parts."""
    plan = _make(Plan, library.PLAN, data, sources, condition=condition)
    plan.stages.set(condition.stages.filter(code__in=data["stages"]))
    if data["pain_curve"]:
        _make(PainCurve, library.PAIN_CURVE, data["pain_curve"], sources, plan=plan)
    switches = {
        item["key"]: _make(Switch, library.SWITCH, item, sources, plan=plan)
        for item in data["switches"]
    }
    phases = {
        item["code"]: _make_phase(plan, order, item, sources, activities, switches)
        for order, item in enumerate(data["phases"])
    }
    for order, item in enumerate(data["milestones"]):
        phase = phases.get(item["phase"])
        _make(Milestone, library.MILESTONE, item, sources, plan=plan, order=order, phase=phase)
    return plan


def _make_phase(
    plan: Plan,
    order: int,
    data: Data,
    sources: Sources,
    activities: Mapping[str, Activity],
    switches: Mapping[str, Switch],
) -> Phase:
    columns = _columns(library.PHASE, data, leave={"limit", "pain_limits"})
    phase = Phase.objects.create(plan=plan, order=order, **columns)
    _make(LoadLimit, library.LIMIT, data["limit"], sources, phase=phase)
    if data["pain_limits"]:
        _make(PainLimit, library.PAIN_LIMITS, data["pain_limits"], sources, phase=phase)
    for number, item in enumerate(data["criteria"]):
        _make(Criterion, library.CRITERION, item, sources, phase=phase, order=number)
    for number, item in enumerate(data["rules"]):
        _make(
            ActivityRule,
            library.RULE,
            item,
            sources,
            phase=phase,
            order=number,
            activity=activities[item["activity"]],
            switch=switches.get(item["switch"]),
        )
    for number, item in enumerate(data["advice"]):
        switch = switches.get(item["switch"])
        _make(Advice, library.ADVICE, item, sources, phase=phase, order=number, switch=switch)
    return phase


def _load_condition(data: Data, sources: Sources) -> Condition:
    code = data["icd10"] or {}
    columns = _columns(library.CONDITION, data, leave={"icd10"}) | {
        "icd10": code.get("code", ""),
        "icd10_provenance": code.get("provenance", ""),
    }
    for column in ("provenance", "review_on"):
        del columns[column]  # a condition makes no statement of its own
    condition, _made = Condition.objects.update_or_create(slug=data["slug"], defaults=columns)
    condition.red_flags.set(RedFlag.objects.filter(code__in=data["red_flags"]))
    for stage in data["stages"]:
        _update(Stage, library.STAGE, stage, sources, condition=condition, code=stage["code"])
    for order, fact in enumerate(data["facts"]):
        _update(Fact, library.FACT, fact, sources, condition=condition, order=order)
    condition.facts.filter(order__gte=len(data["facts"])).delete()
    return condition


def _update(model: Any, shape: Shape, data: Data, sources: Sources, **identity: Any) -> Any:
    """The row with this identity, made or brought to what the data say."""
    columns = _columns(shape, data, leave=set(identity))
    item, _made = model.objects.update_or_create(**identity, defaults=columns)
    if shape.is_statement:
        _set_sources(item, data, sources)
    return item


def _columns(shape: Shape, data: Data, *, leave: Set[str]) -> Data:
    """A model's columns: plain keys, texts in both languages, and the statement's own."""
    columns = {key: data[key] for key in shape.plain if key not in leave}
    for key in (*shape.texts, *shape.optional):
        columns |= {f"{key}_{language}": data[key][language] for language in LANGUAGES}
    if shape.is_statement:
        columns |= {"provenance": data["provenance"], "review_on": data["review_on"]}
    return columns


def _set_sources(item: Any, data: Data, sources: Sources) -> None:
    item.sources.set(sources[key] for key in data["sources"])


def _places(data: Data, place: str) -> Iterator[tuple[str, Data]]:
    """Every part of a plan in its full form, with words that say where it stands."""
    yield place, data
    for value in data.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict) and not set(part) <= {*LANGUAGES, "day", "mean"}:
                name = part.get("code") or part.get("key") or part.get("activity") or ""
                yield from _places(part, f"{place} {name}".strip())
