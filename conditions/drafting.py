"""Rows out of data in the full form of the library (see `library.read`).

Nothing here is atomic by itself: `services.py` calls it within its own changes.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from conditions import shapes
from conditions.models import (
    Activity,
    ActivityRule,
    Advice,
    Condition,
    Criterion,
    Fact,
    Guide,
    LoadLimit,
    Milestone,
    PainCurve,
    PainLimit,
    Phase,
    Plan,
    Question,
    RedFlag,
    Source,
    Stage,
    Switch,
    Symptom,
)
from conditions.shapes import LANGUAGES, Shape

Data = dict[str, Any]
NONE_LEFT: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Names:
    """The stored things that data point to by key."""

    sources: Mapping[str, Source]
    activities: Mapping[str, Activity]
    questions: Mapping[str, Question]

    @classmethod
    def stored(cls) -> "Names":
        return cls(
            sources={source.key: source for source in Source.objects.all()},
            activities={activity.slug: activity for activity in Activity.objects.all()},
            questions={question.code: question for question in Question.objects.all()},
        )


def put_source(data: Data, _names: Names) -> None:
    Source.objects.update_or_create(
        key=data["key"], defaults=_columns(shapes.SOURCE, data, leave={"key"})
    )


def put_activity(data: Data, _names: Names) -> None:
    columns = _columns(shapes.ACTIVITY, data, leave={"slug", "minutes"})
    Activity.objects.update_or_create(
        slug=data["slug"], defaults=columns | {"has_minutes": data["minutes"]}
    )


def put_red_flag(data: Data, names: Names) -> None:
    _put(RedFlag, shapes.RED_FLAG, data, names, code=data["code"])


def put_question(data: Data, names: Names) -> None:
    _put(Question, shapes.QUESTION, data, names, code=data["code"])


def put_guide(data: Data, names: Names) -> None:
    _put(Guide, shapes.GUIDE, data, names, code=data["code"])


def put_condition(data: Data, names: Names) -> None:
    """A condition with its facts, symptoms and stages brought to the data; plans are left."""
    columns = _columns(shapes.CONDITION, data, leave={"red_flags"})
    code = data["icd10"] or {}
    columns |= {
        "icd10": code.get("code", ""),
        "icd10_provenance": code.get("provenance", ""),
    }
    condition, _made = Condition.objects.update_or_create(slug=data["slug"], defaults=columns)
    condition.icd10_sources.set(names.sources[key] for key in code.get("sources", []))
    condition.red_flags.set(RedFlag.objects.filter(code__in=data["red_flags"]))
    for stage in data["stages"]:
        _put(Stage, shapes.STAGE, stage, names, condition=condition, code=stage["code"])
    condition.facts.all().delete()
    for order, fact in enumerate(data["facts"]):
        _make(Fact, shapes.FACT, fact, names, condition=condition, order=order)
    condition.symptoms.all().delete()
    for order, symptom in enumerate(data["symptoms"]):
        question = names.questions.get(symptom["question"])
        _make(
            Symptom,
            shapes.SYMPTOM,
            symptom,
            names,
            condition=condition,
            order=order,
            question=question,
        )


def add_stages(condition: Condition, stages: list[Data], names: Names) -> None:
    """The stages that are not there yet; those that are stay as they are."""
    known = set(condition.stages.values_list("code", flat=True))
    for stage in stages:
        if stage["code"] not in known:
            _make(Stage, shapes.STAGE, stage, names, condition=condition)


def make_plan(condition: Condition, data: Data, names: Names) -> Plan:
    """A draft with all its parts."""
    plan = _make(Plan, shapes.PLAN, data, names, leave={"stages", "asks"}, condition=condition)
    plan.stages.set(condition.stages.filter(code__in=data["stages"]))
    plan.asks.set(names.questions[code] for code in data["asks"])
    if data["pain_curve"]:
        _make(PainCurve, shapes.PAIN_CURVE, data["pain_curve"], names, plan=plan)
    switches = {
        item["key"]: _make(Switch, shapes.SWITCH, item, names, plan=plan)
        for item in data["switches"]
    }
    phases = {
        item["code"]: _make_phase(plan, order, item, names, switches)
        for order, item in enumerate(data["phases"])
    }
    for order, item in enumerate(data["milestones"]):
        phase = phases.get(item["phase"])
        _make(Milestone, shapes.MILESTONE, item, names, plan=plan, order=order, phase=phase)
    return plan


def _make_phase(
    plan: Plan, order: int, data: Data, names: Names, switches: Mapping[str, Switch]
) -> Phase:
    phase = Phase.objects.create(plan=plan, order=order, **_columns(shapes.PHASE, data))
    if data["limit"]:
        _make(LoadLimit, shapes.LIMIT, data["limit"], names, phase=phase)
    if data["pain_limits"]:
        _make(PainLimit, shapes.PAIN_LIMITS, data["pain_limits"], names, phase=phase)
    for number, item in enumerate(data["criteria"]):
        _make(Criterion, shapes.CRITERION, item, names, phase=phase, order=number)
    for number, item in enumerate(data["rules"]):
        _make(
            ActivityRule,
            shapes.RULE,
            item,
            names,
            phase=phase,
            order=number,
            activity=names.activities[item["activity"]],
            switch=switches.get(item["switch"]),
        )
    for number, item in enumerate(data["advice"]):
        switch = switches.get(item["switch"])
        _make(Advice, shapes.ADVICE, item, names, phase=phase, order=number, switch=switch)
    return phase


def _make(
    model: Any,
    shape: Shape,
    data: Data,
    names: Names,
    *,
    leave: Set[str] = NONE_LEFT,
    **more: Any,
) -> Any:
    """A new statement with its sources. `more` names its owner and what it points to."""
    item = model.objects.create(**_columns(shape, data, leave={*leave, *more}), **more)
    item.sources.set(names.sources[key] for key in data["sources"])
    return item


def _put(model: Any, shape: Shape, data: Data, names: Names, **identity: Any) -> None:
    """The statement with this identity, made or brought to what the data say."""
    columns = _columns(shape, data, leave=set(identity))
    item, _made = model.objects.update_or_create(**identity, defaults=columns)
    item.sources.set(names.sources[key] for key in data["sources"])


def _columns(shape: Shape, data: Data, *, leave: Set[str] = NONE_LEFT) -> Data:
    """A model's columns: plain keys, texts in both languages, and the statement's own."""
    columns = {key: data[key] for key in shape.plain if key not in leave}
    for key in (*shape.texts, *shape.optional):
        columns |= {f"{key}_{language}": data[key][language] for language in LANGUAGES}
    if shape.is_statement:
        columns |= {key: data[key] for key in shapes.STATEMENT if key != "sources"}
    return columns
