"""Each kind of thing an editor changes: its row, its shape, and what it points to by key.

One thing is read and written in the full form of the library, without the parts that stand in
it: `read` gives what `write` takes. Nothing here is atomic or asks who may: `editing.py` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models

from conditions import drafting, shapes
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
from conditions.shapes import LANGUAGES, STATEMENT, Shape

Data = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """A key of the shape that points to other rows: which field holds them, by which name.

    `within` says whose rows may be pointed to: those of the plan or condition, or all.
    """

    field: str
    by: str
    within: str = ""
    is_many: bool = False

    def read(self, item: models.Model) -> Any:
        if self.is_many:
            return sorted(getattr(each, self.by) for each in getattr(item, self.field).all())
        found = getattr(item, self.field)
        return getattr(found, self.by) if found else None


@dataclass(frozen=True)
class Kind:
    """A kind of thing. `owner` is the field of what it stands in; `is_list` has an order there."""

    slug: str
    model: type[models.Model]
    shape: Shape
    owner: str = ""
    related: str = ""
    is_list: bool = False
    links: Mapping[str, Link] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def verbose_name(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def plural(self) -> str:
        return str(self.model._meta.verbose_name_plural)


_ACTIVITY = Link("activity", "slug")
_SWITCH = Link("switch", "key", within="plan")

PLAN = Kind(
    "plan",
    Plan,
    shapes.PLAN,
    links={
        "stages": Link("stages", "code", within="condition", is_many=True),
        "asks": Link("asks", "code", is_many=True),
    },
)
PHASE = Kind("phase", Phase, shapes.PHASE, "plan", "phases", is_list=True)
LIMIT = Kind("limit", LoadLimit, shapes.LIMIT, "phase", "limit")
PAIN_LIMIT = Kind("pain-limit", PainLimit, shapes.PAIN_LIMITS, "phase", "pain_limit")
CRITERION = Kind("criterion", Criterion, shapes.CRITERION, "phase", "criteria", is_list=True)
RULE = Kind(
    "rule",
    ActivityRule,
    shapes.RULE,
    "phase",
    "rules",
    is_list=True,
    links={"activity": _ACTIVITY, "switch": _SWITCH},
)
ADVICE = Kind(
    "advice", Advice, shapes.ADVICE, "phase", "advice", is_list=True, links={"switch": _SWITCH}
)
MILESTONE = Kind(
    "milestone",
    Milestone,
    shapes.MILESTONE,
    "plan",
    "milestones",
    is_list=True,
    links={"phase": Link("phase", "code", within="plan")},
)
SWITCH = Kind("switch", Switch, shapes.SWITCH, "plan", "switches")
PAIN_CURVE = Kind("pain-curve", PainCurve, shapes.PAIN_CURVE, "plan", "pain_curve")

OF_PLAN = {
    kind.slug: kind
    for kind in (
        PLAN,
        PHASE,
        LIMIT,
        PAIN_LIMIT,
        CRITERION,
        RULE,
        ADVICE,
        MILESTONE,
        SWITCH,
        PAIN_CURVE,
    )
}

CONDITION = Kind(
    "condition",
    Condition,
    shapes.CONDITION,
    links={"red_flags": Link("red_flags", "code", is_many=True)},
)
# The code of a condition stands in the condition's own row.
ICD10 = Kind("icd10", Condition, shapes.ICD10, renamed={"code": "icd10"})
FACT = Kind("fact", Fact, shapes.FACT, "condition", "facts", is_list=True)
SYMPTOM = Kind(
    "symptom",
    Symptom,
    shapes.SYMPTOM,
    "condition",
    "symptoms",
    is_list=True,
    links={"question": Link("question", "code")},
)
STAGE = Kind("stage", Stage, shapes.STAGE, "condition", "stages")
SOURCE = Kind("source", Source, shapes.SOURCE)
ACTIVITY = Kind("activity", Activity, shapes.ACTIVITY, renamed={"minutes": "has_minutes"})
QUESTION = Kind("question", Question, shapes.QUESTION)
RED_FLAG = Kind("red-flag", RedFlag, shapes.RED_FLAG)
GUIDE = Kind("guide", Guide, shapes.GUIDE)

LISTS = {kind.slug: kind for kind in (SOURCE, ACTIVITY, QUESTION, RED_FLAG, GUIDE)}
UNVERSIONED = {
    kind.slug: kind for kind in (CONDITION, ICD10, FACT, SYMPTOM, STAGE, *LISTS.values())
}
# Nobody takes these away: a condition has patients, and its code is no row.
STAYING = (CONDITION, ICD10)
# What files and plans point to: it is said once, when the thing is made.
IDENTITIES = frozenset({"slug", "code", "key"})


def is_identity(kind: Kind, key: str) -> bool:
    """Whether a key says what the thing is, and so never changes after it was made.

    That is its name, and the kind of a question: the numbers in people's diaries mean what it
    said when they answered.
    """
    if kind is QUESTION and key == "kind":
        return True
    return kind not in (CRITERION, ICD10, PHASE) and key in IDENTITIES


def label_of(kind: Kind, key: str) -> str:
    """What a key is called: as its column, or as what it points to."""
    name = kind.links[key].field if key in kind.links else kind.renamed.get(key, key)
    columns: dict[str, Any] = {each.name: each for each in kind.model._meta.get_fields()}
    column = columns.get(name) or columns.get(f"{name}_{LANGUAGES[0]}")
    related = getattr(column, "related_model", None)
    if key in kind.links and related is not None and not kind.links[key].is_many:
        return str(related._meta.verbose_name)
    return str(getattr(column, "verbose_name", key))


def of_shape(shape: Shape) -> Kind:
    """The kind that has this shape."""
    kinds = (*OF_PLAN.values(), *UNVERSIONED.values())
    return next(kind for kind in kinds if kind.shape is shape)


def plan_of(item: models.Model) -> Plan:
    """The plan that a part of a plan belongs to."""
    if isinstance(item, Plan):
        return item
    if isinstance(item, Phase | Milestone | Switch | PainCurve):
        return item.plan
    phase: Phase = item.phase  # type: ignore[attr-defined]
    return phase.plan


def read(kind: Kind, item: Any) -> Data:
    """What a thing says, in the full form."""
    if kind is ICD10:
        return _read_icd10(item)
    data: Data = {
        key: kind.links[key].read(item)
        if key in kind.links
        else getattr(item, kind.renamed.get(key, key))
        for key in kind.shape.plain
    }
    for key in (*kind.shape.texts, *kind.shape.optional):
        data[key] = {
            language: getattr(item, f"{key}_{language}").strip().replace("\r\n", "\n")
            for language in LANGUAGES
        }
    if kind is PAIN_CURVE:
        data["points"] = [dict(sorted(point.items())) for point in item.points]
    if kind.shape.is_statement:
        data |= {key: getattr(item, key) for key in STATEMENT if key != "sources"}
        data["sources"] = sorted(source.key for source in item.sources.all())
    return data


def _read_icd10(condition: Condition) -> Data:
    return {
        "code": condition.icd10,
        "provenance": condition.icd10_provenance,
        "sources": sorted(source.key for source in condition.icd10_sources.all()),
        "reviewer": "",
        "reviewed_on": None,
        "review_on": None,
    }


def write(kind: Kind, item: Any, data: Data) -> None:
    """Let a thing, stored or new, say what the data say. Its owner is set before.

    What a stored thing is stays as it is (see `is_identity`).
    """
    if item.pk is not None:
        said = read(kind, item)
        data = data | {key: said[key] for key in kind.shape.plain if is_identity(kind, key)}
    fill(kind, item, data)
    if kind is ICD10:
        item.save(update_fields=["icd10", "icd10_provenance"])
        item.icd10_sources.set(Source.objects.filter(key__in=data["sources"]))
        return
    item.save()
    for key, link in kind.links.items():
        if link.is_many:
            rows = pointed_to(kind, item, key).filter(**{f"{link.by}__in": data[key]})
            getattr(item, link.field).set(rows)
    if kind.shape.is_statement:
        item.sources.set(Source.objects.filter(key__in=data["sources"]))


def fill(kind: Kind, item: Any, data: Data) -> None:
    """The columns of a thing as the data have them. Nothing is stored."""
    if kind is ICD10:
        item.icd10, item.icd10_provenance = data["code"], data["provenance"]
        return
    columns = drafting.columns_of(kind.shape, data, leave={*kind.links, *kind.renamed})
    for name, value in columns.items():
        setattr(item, name, value)
    for key, column in kind.renamed.items():
        setattr(item, column, data[key])
    for key, link in kind.links.items():
        if not link.is_many:
            found = pointed_to(kind, item, key).filter(**{link.by: data[key]}).first()
            setattr(item, link.field, found)


def pointed_to(kind: Kind, item: Any, key: str) -> models.QuerySet[Any]:
    """The rows that a key of this thing may point to."""
    link = kind.links[key]
    model: Any = kind.model._meta.get_field(link.field).related_model
    rows = model._default_manager.all()
    if link.within == "plan":
        return rows.filter(plan=plan_of(item))
    if link.within == "condition":
        return rows.filter(condition=item.condition_id)
    return rows


def revived(kind: Kind, data: Data) -> Data:
    """What came back from JSON, with its days as days again."""
    days = {
        key for key, each in (*kind.shape.plain.items(), *STATEMENT.items()) if each.kind is date
    }
    return {
        key: date.fromisoformat(value) if key in days and isinstance(value, str) else value
        for key, value in data.items()
    }
