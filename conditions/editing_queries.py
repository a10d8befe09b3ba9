"""What waits for editors: statements to look at again, drafts, reviews and proposals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from conditions import naming
from conditions.models import (
    ActivityRule,
    Advice,
    Criterion,
    Fact,
    Guide,
    LoadLimit,
    Milestone,
    PainCurve,
    PainLimit,
    Plan,
    Proposal,
    Question,
    RedFlag,
    Stage,
    Switch,
    Symptom,
)
from conditions.shapes import LANGUAGES


@dataclass(frozen=True)
class DueStatement:
    """A statement to look at again.

    `kind` is a key of `shapes.KINDS`; `words` name it in the active language, `condition` and
    `phase` say where it stands. `plan_id` is none for what has no versions. Without a `review_on`
    nobody has said when.
    """

    kind: str
    pk: int
    words: str
    review_on: date | None
    condition: str = ""
    condition_id: int | None = None
    plan: str = ""
    plan_id: int | None = None
    phase: str = ""


@dataclass(frozen=True)
class OpenWork:
    """Plans and proposals that are not decided, the longest waiting first.

    An editor decides on what others made: `to_review` and `to_decide`. Their own are apart.
    """

    drafts: tuple[Plan, ...]
    to_review: tuple[Plan, ...]
    handed_in: tuple[Plan, ...]
    to_decide: tuple[Proposal, ...]
    proposed: tuple[Proposal, ...]


@dataclass(frozen=True)
class PlanEvent:
    """Something that happened to a plan, in the active language."""

    at: datetime
    by: str
    words: str


@dataclass(frozen=True)
class _Place:
    """Where the statements of a model stand: lookups to what holds them, and their words."""

    kind: str
    model: Any
    texts: tuple[str, ...]
    condition: str = ""
    plan: str | None = None
    phase: str = ""


# A plan's own lookups begin with its name; "" is the plan itself, none is no plan.
_PLACES: Final = (
    _Place("red_flags", RedFlag, ("question",)),
    _Place("questions", Question, ("question",)),
    _Place("guides", Guide, ("title",)),
    _Place("facts", Fact, ("title", "text"), "condition"),
    _Place("symptoms", Symptom, ("text",), "condition"),
    _Place("stages", Stage, ("name",), "condition"),
    _Place("plans", Plan, ("name",), "condition", ""),
    _Place("switches", Switch, ("name",), "plan__condition", "plan__"),
    _Place("pain_curve", PainCurve, ("note",), "plan__condition", "plan__"),
    _Place("milestones", Milestone, ("name",), "plan__condition", "plan__"),
    *(
        _Place(kind, model, texts, "phase__plan__condition", "phase__plan__", "phase__")
        for kind, model, texts in (
            ("limit", LoadLimit, ("text",)),
            ("pain_limits", PainLimit, ("text",)),
            ("criteria", Criterion, ("text",)),
            ("rules", ActivityRule, ("activity__name",)),
            ("advice", Advice, ("text",)),
        )
    ),
)


def overdue_statements(today: date) -> list[DueStatement]:
    """Statements whose day to look again is past, or that have none; the oldest day first.

    Of plans those that an episode can start with now: drafts and retired versions are no
    reading for anybody new.
    """
    due = Q(review_on__lt=today) | Q(review_on__isnull=True)
    found = [row for place in _PLACES for row in _statements(place, due)]
    return sorted(found, key=lambda row: (row.review_on or date.min, row.condition, row.plan))


def _statements(place: _Place, due: Q) -> Iterator[DueStatement]:
    texts = [f"{text}_{language}" for text in place.texts for language in LANGUAGES]
    condition = [f"{place.condition}__name_{language}" for language in LANGUAGES]
    rows = place.model.objects.filter(due)
    names = ["pk", "review_on", *texts]
    if place.condition:
        names += [f"{place.condition}_id", *condition]
    if place.plan is not None:
        rows = rows.filter(
            **{f"{place.plan}published_at__isnull": False, f"{place.plan}retired_at": None}
        )
        names += [f"{place.plan}pk", f"{place.plan}code"]
    if place.phase:
        names += [f"{place.phase}code"]
    for row in rows.order_by("pk").values(*names):
        yield DueStatement(
            kind=place.kind,
            pk=row["pk"],
            words=_words(row, place.texts) or str(naming.KINDS[place.kind]),
            review_on=row["review_on"],
            condition=_words(row, (f"{place.condition}__name",)) if place.condition else "",
            condition_id=row[f"{place.condition}_id"] if place.condition else None,
            plan="" if place.plan is None else row[f"{place.plan}code"],
            plan_id=None if place.plan is None else row[f"{place.plan}pk"],
            phase=row[f"{place.phase}code"] if place.phase else "",
        )


def _words(row: dict[str, Any], texts: tuple[str, ...]) -> str:
    """The first of these texts that says something, in the active language, and short."""
    for text in texts:
        said = {language: row[f"{text}_{language}"] for language in LANGUAGES}
        if any(said.values()):
            return naming.called({"text": said})
    return ""


def open_work(editor: User) -> OpenWork:
    plans = Plan.objects.filter(published_at__isnull=True).select_related(
        "condition", "submitted_by"
    )
    unpublished = list(plans.order_by("submitted_at", "condition__order", "code"))
    in_review = [plan for plan in unpublished if plan.submitted_at]
    proposals = list(open_proposals())
    return OpenWork(
        drafts=tuple(plan for plan in unpublished if not plan.submitted_at),
        to_review=tuple(plan for plan in in_review if plan.submitted_by_id != editor.pk),
        handed_in=tuple(plan for plan in in_review if plan.submitted_by_id == editor.pk),
        to_decide=tuple(each for each in proposals if each.made_by_id != editor.pk),
        proposed=tuple(each for each in proposals if each.made_by_id == editor.pk),
    )


def open_proposals() -> QuerySet[Proposal]:
    return Proposal.objects.filter(decided_at__isnull=True).select_related("condition", "made_by")


def history(plan: Plan) -> list[PlanEvent]:
    """What happened to a plan, the latest first; what an editor wrote stays in their words."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=str(plan.pk)
    ).select_related("user")
    events = []
    for entry in entries.order_by("-action_time", "-pk"):
        what, _newline, more = entry.change_message.partition("\n")
        words = f"{gettext(what)} {more}".strip() if what else ""
        events.append(PlanEvent(entry.action_time, str(entry.user), words))
    return events
