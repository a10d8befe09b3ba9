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
NO_LINKS: dict[str, list[Any]] = {}


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
        key=data["key"], defaults=columns_of(shapes.SOURCE, data, leave={"key"})
    )


def put_activity(data: Data, _names: Names) -> None:
    columns = columns_of(shapes.ACTIVITY, data, leave={"slug", "minutes"})
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
    columns = columns_of(shapes.CONDITION, data, leave={"red_flags"})
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
    _make_all(Fact, shapes.FACT, data["facts"], names, condition=condition)
    condition.symptoms.all().delete()
    questions = [names.questions.get(symptom["question"]) for symptom in data["symptoms"]]
    _make_all(
        Symptom,
        shapes.SYMPTOM,
        data["symptoms"],
        names,
        links={"question": questions},
        condition=condition,
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
    places = [phases.get(item["phase"]) for item in data["milestones"]]
    _make_all(
        Milestone,
        shapes.MILESTONE,
        data["milestones"],
        names,
        links={"phase": places},
        plan=plan,
    )
    return plan


def _make_phase(
    plan: Plan, order: int, data: Data, names: Names, switches: Mapping[str, Switch]
) -> Phase:
    phase = Phase.objects.create(plan=plan, order=order, **columns_of(shapes.PHASE, data))
    if data["limit"]:
        _make(LoadLimit, shapes.LIMIT, data["limit"], names, phase=phase)
    if data["pain_limits"]:
        _make(PainLimit, shapes.PAIN_LIMITS, data["pain_limits"], names, phase=phase)
    _make_all(Criterion, shapes.CRITERION, data["criteria"], names, phase=phase)
    links: dict[str, list[Any]] = {
        "activity": [names.activities[item["activity"]] for item in data["rules"]],
        "switch": [switches.get(item["switch"]) for item in data["rules"]],
    }
    _make_all(ActivityRule, shapes.RULE, data["rules"], names, links=links, phase=phase)
    links = {"switch": [switches.get(item["switch"]) for item in data["advice"]]}
    _make_all(Advice, shapes.ADVICE, data["advice"], names, links=links, phase=phase)
    return phase


def _make_all(
    model: Any,
    shape: Shape,
    items: list[Data],
    names: Names,
    *,
    links: Mapping[str, list[Any]] = NO_LINKS,
    **owner: Any,
) -> None:
    """New statements in their order with their sources, in two strokes: there are many.

    `owner` names what they all belong to, `links` what each points to.
    """
    known = {*owner, *links, "order"}
    rows = model.objects.bulk_create(
        model(
            **columns_of(shape, data, leave=known),
            **{key: linked[order] for key, linked in links.items()},
            **owner,
            order=order,
        )
        for order, data in enumerate(items)
    )
    field = model._meta.get_field("sources")
    field.remote_field.through.objects.bulk_create(
        field.remote_field.through(
            **{field.m2m_column_name(): row.pk, field.m2m_reverse_name(): names.sources[key].pk}
        )
        for row, data in zip(rows, items, strict=True)
        for key in data["sources"]
    )


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
    item = model.objects.create(**columns_of(shape, data, leave={*leave, *more}), **more)
    item.sources.set(names.sources[key] for key in data["sources"])
    return item


def _put(model: Any, shape: Shape, data: Data, names: Names, **identity: Any) -> None:
    """The statement with this identity, made or brought to what the data say."""
    columns = columns_of(shape, data, leave=set(identity))
    item, _made = model.objects.update_or_create(**identity, defaults=columns)
    item.sources.set(names.sources[key] for key in data["sources"])


def columns_of(shape: Shape, data: Data, *, leave: Set[str] = NONE_LEFT) -> Data:
    """A model's columns: plain keys, texts in both languages, and the statement's own."""
    columns = {key: data[key] for key in shape.plain if key not in leave}
    for key in (*shape.texts, *shape.optional):
        columns |= {f"{key}_{language}": data[key][language] for language in LANGUAGES}
    if shape.is_statement:
        columns |= {key: data[key] for key in shapes.STATEMENT if key != "sources"}
    return columns
