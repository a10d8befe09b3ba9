"""Content out of the database, in the full form of the library and as its files.

`library.read` of the files written here gives the same full form again, so that a plan edited
in the program can be compared with a file, kept in version control, or loaded elsewhere.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import models
from django.db.models import Prefetch

from conditions import library, queries, shapes
from conditions.models import (
    Activity,
    Condition,
    Fact,
    Guide,
    PainCurve,
    Plan,
    Question,
    RedFlag,
    Source,
    Stage,
    Symptom,
)
from conditions.shapes import LANGUAGES, REQUIRED, STAMPS, STATEMENT, Shape

Data = dict[str, Any]
# What a statement says of itself that nothing around it says.
MARKS: Data = {
    "provenance": None,
    "sources": [],
    "reviewer": "",
    "reviewed_on": None,
    "review_on": None,
}


def sources() -> list[Data]:
    rows = [_data(source, shapes.SOURCE) for source in Source.objects.all()]
    return sorted(rows, key=lambda data: data["key"])


def activities() -> list[Data]:
    rows = [
        _data(activity, shapes.ACTIVITY, minutes=activity.has_minutes)
        for activity in Activity.objects.all()
    ]
    return sorted(rows, key=lambda data: (data["order"], data["slug"]))


def red_flags() -> list[Data]:
    rows = RedFlag.objects.prefetch_related("sources")
    return _in_order(_data(red_flag, shapes.RED_FLAG) for red_flag in rows)


def questions() -> list[Data]:
    rows = Question.objects.prefetch_related("sources")
    return _in_order(_data(question, shapes.QUESTION) for question in rows)


def guides() -> list[Data]:
    rows = Guide.objects.prefetch_related("sources")
    return _in_order(_data(guide, shapes.GUIDE) for guide in rows)


def _in_order(rows: Iterable[Data]) -> list[Data]:
    """By order and code, in one way whatever the database makes of letters."""
    return sorted(rows, key=lambda data: (data["order"], data["code"]))


def conditions() -> list[Data]:
    """Every condition, without its plans."""
    symptoms = Symptom.objects.select_related("question")
    rows = Condition.objects.prefetch_related(
        "red_flags",
        "icd10_sources",
        Prefetch("facts", Fact.objects.order_by("order", "pk").prefetch_related("sources")),
        Prefetch("symptoms", symptoms.order_by("order", "pk").prefetch_related("sources")),
        Prefetch("stages", Stage.objects.prefetch_related("sources")),
    )
    return sorted(map(_condition_as_data, rows), key=lambda data: (data["order"], data["slug"]))


def _condition_as_data(condition: Condition) -> Data:
    code = None
    if condition.icd10:
        code = {
            "code": condition.icd10,
            "provenance": condition.icd10_provenance,
            "sources": sorted(source.key for source in condition.icd10_sources.all()),
            "reviewer": "",
            "reviewed_on": None,
            "review_on": None,
        }
    return _data(
        condition,
        shapes.CONDITION,
        red_flags=sorted(red_flag.code for red_flag in condition.red_flags.all()),
    ) | {
        "icd10": code,
        "facts": [_data(fact, shapes.FACT) for fact in condition.facts.all()],
        "symptoms": [
            _data(
                symptom,
                shapes.SYMPTOM,
                question=symptom.question.code if symptom.question else None,
            )
            for symptom in condition.symptoms.all()
        ],
        "stages": [
            _data(stage, shapes.STAGE)
            for stage in sorted(condition.stages.all(), key=lambda stage: (stage.order, stage.code))
        ],
        "plans": [],
    }


def plan_as_data(plan_id: int) -> Data:
    """A plan, draft or published, in the full form."""
    return data_of_plan(queries.plan_for_reading(plan_id))


def data_of_plan(plan: Plan) -> Data:
    """The same of a plan that `queries.plan_for_reading` has read."""
    curve = PainCurve.objects.filter(plan=plan).prefetch_related("sources").first()
    switches = sorted(plan.switches.all(), key=lambda switch: switch.key)
    given = {
        "stages": sorted(stage.code for stage in plan.stages.all()),
        "asks": sorted(question.code for question in plan.asks.all()),
    }
    return _data(plan, shapes.PLAN, **given) | {
        "pain_curve": _curve_as_data(curve) if curve else None,
        "switches": [_data(switch, shapes.SWITCH) for switch in switches],
        "phases": [_phase_as_data(phase) for phase in plan.phases.all()],
        "milestones": [
            _data(each, shapes.MILESTONE, phase=each.phase.code if each.phase else None)
            for each in plan.milestones.all()
        ],
    }


def _curve_as_data(curve: PainCurve) -> Data:
    points = [dict(sorted(point.items())) for point in curve.points]
    return _data(curve, shapes.PAIN_CURVE, points=points)


def _phase_as_data(phase: Any) -> Data:
    limit = getattr(phase, "limit", None)
    pain = getattr(phase, "pain_limit", None)
    return _data(phase, shapes.PHASE) | {
        "limit": _data(limit, shapes.LIMIT) if limit else None,
        "pain_limits": _data(pain, shapes.PAIN_LIMITS) if pain else None,
        "criteria": [_data(each, shapes.CRITERION) for each in phase.criteria.all()],
        "rules": [
            _data(
                rule,
                shapes.RULE,
                activity=rule.activity.slug,
                switch=rule.switch.key if rule.switch else None,
            )
            for rule in phase.rules.all()
        ],
        "advice": [
            _data(each, shapes.ADVICE, switch=each.switch.key if each.switch else None)
            for each in phase.advice.all()
        ],
    }


def _data(item: models.Model, shape: Shape, **given: Any) -> Data:
    """A row's plain keys and texts; `given` are those that are no column of the same name."""
    data: Data = {key: given[key] if key in given else getattr(item, key) for key in shape.plain}
    for key in (*shape.texts, *shape.optional):
        data[key] = {
            language: getattr(item, f"{key}_{language}").strip().replace("\r\n", "\n")
            for language in LANGUAGES
        }
    if shape.is_statement:
        statement: Any = item
        data["provenance"] = statement.provenance
        data["sources"] = sorted(source.key for source in statement.sources.all())
        data |= {key: getattr(statement, key) for key in sorted(STAMPS)}
    return data


def without_stamps(data: Any) -> Any:
    """What content says, however deep, without who looked at it and when."""
    if isinstance(data, dict):
        return {key: without_stamps(item) for key, item in data.items() if key not in STAMPS}
    if isinstance(data, list):
        return [without_stamps(item) for item in data]
    return data


def files() -> dict[str, bytes]:
    """The whole library, by the names of its files: the same bytes for the same content.

    Of each plan its newest published version is written, not its drafts.
    """
    plans: dict[str, list[Data]] = {}
    for plan in sorted(queries.published_plans(), key=lambda plan: (plan.code, plan.version)):
        plans.setdefault(plan.condition.slug, []).append(plan_as_data(plan.pk))
    lists = {
        "sources.yaml": _lean(sources(), shapes.SOURCE),
        "activities.yaml": _lean(activities(), shapes.ACTIVITY),
        "questions.yaml": _lean(questions(), shapes.QUESTION),
        "red_flags.yaml": _lean(red_flags(), shapes.RED_FLAG),
        "guides.yaml": _lean(guides(), shapes.GUIDE),
    }
    contents: dict[str, Any] = dict(lists)
    for data in conditions():
        data["plans"] = plans.get(data["slug"], [])
        [contents[file_of(data["slug"])]] = _lean([data], shapes.CONDITION)
    return {name: _as_yaml(content) for name, content in contents.items()}


def file_of(slug: str) -> str:
    """The name of the file of a condition, which is never that of a list."""
    return f"{slug}.yaml" if slug not in library.LISTS else f"{slug}-condition.yaml"


def write(folder: Path) -> list[Path]:
    """Write the whole library as files into a folder; answer what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in files().items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written


def _as_yaml(content: Any) -> bytes:
    text = yaml.dump(
        content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, indent=2
    )
    return text.encode()


def _lean(items: Iterable[Data], shape: Shape, around: Mapping[str, Any] = MARKS) -> list[Data]:
    """Without the keys that say what their absence says.

    `around` is what a statement takes over from the one it stands in.
    """
    lean = []
    for item in items:
        data: Data = {}
        for key, plain in shape.plain.items():
            if plain.default is REQUIRED or item[key] != plain.default:
                data[key] = item[key]
        data |= {key: item[key] for key in shape.texts}
        data |= {key: item[key] for key in shape.optional if any(item[key].values())}
        inside = around
        if shape.is_statement:
            inside = {key: item[key] for key in STATEMENT}
            data |= {key: value for key, value in inside.items() if value != around[key]}
        for key, part in shape.only.items():
            if item[key] is not None:
                [data[key]] = _lean([item[key]], part, inside)
        for key, part in shape.parts.items():
            if item[key]:
                data[key] = _lean(item[key], part, inside)
        lean.append(data)
    return lean


class _Dumper(yaml.CSafeDumper):
    """Writes each thing where it is used: names for repeated things help no reader."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
