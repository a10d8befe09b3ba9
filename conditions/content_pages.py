"""What editors read outside plans: conditions with their facts, the lists, and proposals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from conditions import (
    editing_pages,
    editing_queries,
    export,
    library,
    lint_words,
    linting,
    naming,
    parts,
)
from conditions.editing_forms import FIXED_LISTS
from conditions.editing_pages import Group, Line
from conditions.editing_queries import DueStatement
from conditions.enums import Topic
from conditions.labels import LABELS
from conditions.merging import Conflict
from conditions.models import Condition, Fact, Plan, Proposal, Stage, Symptom
from conditions.parts import Data, Kind
from conditions.shapes import LANGUAGES, STATEMENT

LANGUAGE_MARKS = {"nl": "NL", "en": "EN"}


@dataclass(frozen=True)
class Change:
    """One key of a thing that a proposal lets say something else."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Clash:
    """What two editors both changed: what it said, and what each lets it say."""

    name: str
    base: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class DueLine:
    statement: DueStatement
    address: str

    @property
    def kind(self) -> str:
        return {**parts.OF_PLAN, **parts.UNVERSIONED}[self.statement.kind].verbose_name


@dataclass(frozen=True)
class Due:
    """What is to be looked at again: past its day, and how many have no day at all."""

    overdue: tuple[DueLine, ...]
    undated: int


@dataclass(frozen=True)
class ConditionPage:
    head: Line
    icd10: str
    red_flags: tuple[str, ...]
    groups: tuple[Group, ...]
    plans: tuple[tuple[Plan, ...], ...]
    proposals: tuple[Proposal, ...]


def conditions() -> QuerySet[Condition]:
    """All conditions, with how many plans are published, in review and in draft."""
    is_open = Q(plans__published_at__isnull=True)
    return Condition.objects.annotate(
        published=Count(
            "plans",
            filter=Q(plans__published_at__isnull=False, plans__retired_at__isnull=True),
            distinct=True,
        ),
        in_review=Count(
            "plans", filter=is_open & Q(plans__submitted_at__isnull=False), distinct=True
        ),
        drafts=Count("plans", filter=is_open & Q(plans__submitted_at__isnull=True), distinct=True),
    ).order_by("order", "slug")


def condition_page(condition: Condition, today: date) -> ConditionPage:
    """A condition with its facts by topic, symptoms, stages, and its plans in versions."""
    found = Condition.objects.prefetch_related(
        "red_flags",
        Prefetch("facts", Fact.objects.prefetch_related("sources")),
        Prefetch(
            "symptoms", Symptom.objects.select_related("question").prefetch_related("sources")
        ),
        Prefetch("stages", Stage.objects.prefetch_related("sources")),
        Prefetch("plans", Plan.objects.prefetch_related("stages").order_by("code", "-version")),
    ).get(pk=condition.pk)
    by_code: dict[str, list[Plan]] = {}
    for plan in found.plans.all():
        by_code.setdefault(plan.code, []).append(plan)
    waiting = Proposal.objects.filter(condition=found, decided_at__isnull=True)
    return ConditionPage(
        head=editing_pages.line_of(parts.CONDITION, found),
        icd10=found.icd10,
        red_flags=tuple(str(each.question) for each in found.red_flags.all()),
        groups=tuple(_groups(found, today)),
        plans=tuple(tuple(versions) for versions in by_code.values()),
        proposals=tuple(waiting.select_related("made_by")),
    )


def _groups(found: Condition, today: date) -> Iterable[Group]:
    facts = [_line(parts.FACT, fact, today) for fact in found.facts.all()]
    for topic in Topic:
        yield Group(
            capfirst(str(LABELS[topic])),
            tuple(line for line in facts if line.item.topic == topic),
            (parts.FACT,),
            preset=f"topic={topic}",
        )
    yield _group(_("Symptoms, and how the log asks them"), parts.SYMPTOM, found.symptoms, today)
    yield _group(_("Stages and variants"), parts.STAGE, found.stages, today)


def list_page(kind: Kind, today: date) -> Group:
    """All things of a list, in its order."""
    rows = kind.model._default_manager.all()
    if kind.shape.is_statement:
        rows = rows.prefetch_related("sources")
    title = capfirst(str(kind.model._meta.verbose_name_plural))
    return Group(title, tuple(_line(kind, row, today) for row in rows), (kind,))


def _group(title: str, kind: Kind, manager: Any, today: date) -> Group:
    return Group(title, tuple(_line(kind, row, today) for row in manager.all()), (kind,))


def _line(kind: Kind, item: Any, today: date) -> Line:
    return editing_pages.line_of(kind, item, today)


def due(today: date) -> Due:
    """The statements past their day to look again, each with the page it stands on."""
    found = editing_queries.overdue_statements(today)
    return Due(
        overdue=tuple(DueLine(row, _address(row)) for row in found if row.review_on is not None),
        undated=sum(row.review_on is None for row in found),
    )


def _address(row: DueStatement) -> str:
    if row.plan_uuid is not None:
        page = reverse("conditions:plan", args=[row.plan_uuid])
    elif row.condition_slug:
        page = reverse("conditions:condition", args=[row.condition_slug])
    else:
        page = reverse("conditions:list", args=[row.kind])
    return f"{page}#{row.kind}-{row.pk}"


def address_of(kind: Kind, item: Any) -> str:
    """The page on which a statement stands, at its line."""
    anchor = f"#{kind.slug}-{item.pk}"
    if kind.slug in parts.OF_PLAN:
        return reverse("conditions:plan", args=[parts.plan_of(item).uuid]) + anchor
    if kind.owner == "condition":
        return reverse("conditions:condition", args=[item.condition.slug]) + anchor
    if kind is parts.CONDITION:
        return reverse("conditions:condition", args=[item.slug])
    return reverse("conditions:list", args=[kind.slug]) + anchor


def findings() -> list[tuple[str, str, bool]]:
    """What the linter says of all published content: where, the sentence, whether it blocks."""
    names = {f"{each.slug}.yaml": str(each.name) for each in Condition.objects.all()}
    lists = {f"{name}.yaml": parts.of_shape(each).plural for name, each in library.LISTS.items()}
    found = linting.lint_library(export.whole_library())
    return [
        ((names | lists).get(file, file), lint_words.sentence(each), each.is_blocking)
        for file, _line, each in sorted(found, key=lambda each: not each[2].is_blocking)
    ]


def warnings(kind: Kind, said: Data | None) -> list[str]:
    """What the linter says of a proposal; nothing of one that takes something away."""
    if said is None:
        return []
    return [lint_words.sentence(each) for each in linting.lint_statement(kind.shape, said)]


def changes(kind: Kind, proposal: Proposal) -> list[Change]:
    """What a proposal lets be said otherwise, key by key; all of it for a new thing."""
    before: Data = proposal.base or {}
    after: Data = proposal.data or {}
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if _is_text(old) or _is_text(new):
            for language in LANGUAGES:
                pair = ((old or {}).get(language, ""), (new or {}).get(language, ""))
                if pair[0] != pair[1]:
                    found.append(Change(_name(kind, key, language), *pair))
        elif old != new and not (old in _NOTHING and new in _NOTHING):
            found.append(Change(_name(kind, key), _said(kind, key, old), _said(kind, key, new)))
    return found


def clashes(kind: Kind, conflicts: Iterable[Conflict]) -> list[Clash]:
    """What both changed, in words."""
    return [
        Clash(
            _name(kind, each.key, each.language),
            *(_said(kind, each.key, value) for value in (each.base, each.theirs, each.mine)),
        )
        for each in conflicts
    ]


_NOTHING: tuple[Any, ...] = (None, "", [])


def _name(kind: Kind, key: str, language: str = "") -> str:
    name = capfirst(parts.label_of(kind, key))
    return f"{name} · {LANGUAGE_MARKS[language]}" if language else name


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == set(LANGUAGES)


def _said(kind: Kind, key: str, value: Any) -> str:
    """A value as people read it: choices and lists of choices by their names."""
    if value in _NOTHING:
        return ""
    plain = kind.shape.plain.get(key) or STATEMENT.get(key)
    is_choice = key in FIXED_LISTS or bool(plain and (plain.choices or plain.kind is bool))
    if is_choice or not isinstance(value, list):
        return naming.label(value) if is_choice else str(value)
    if key == "points":
        return editing_pages.points_words(value)
    return ", ".join(map(str, value))
