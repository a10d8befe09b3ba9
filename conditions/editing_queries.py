"""What waits for editors: statements to look at again, drafts, reviews and proposals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet
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

STILL_TOLD = timedelta(days=30)
MOST_EVENTS = 20  # as many as one takes in


@dataclass(frozen=True)
class DueStatement:
    """A statement to look at again.

    `kind` is the word for its kind in addresses; `words` name it in the active language, the
    condition, plan and phase say where it stands, as far as it stands there. Without a
    `review_on` nobody has said when.
    """

    kind: str
    pk: int
    words: str
    review_on: date | None
    condition: str = ""
    condition_slug: str = ""
    plan: str = ""
    plan_uuid: UUID | None = None
    phase: str = ""


@dataclass(frozen=True)
class OpenWork:
    """Plans and proposals that are not decided, the longest waiting first.

    An editor decides on what others handed in or proposed: `in_review` and `proposals`.
    `drafts` are those of everybody, and what the editor handed in and waits for another.
    """

    in_review: tuple[Plan, ...]
    proposals: tuple[Proposal, ...]
    drafts: tuple[Plan, ...]
    own_proposals: tuple[Proposal, ...]


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
    _Place("red-flag", RedFlag, ("question",)),
    _Place("question", Question, ("question",)),
    _Place("guide", Guide, ("title",)),
    _Place("fact", Fact, ("title", "text"), "condition"),
    _Place("symptom", Symptom, ("text",), "condition"),
    _Place("stage", Stage, ("name",), "condition"),
    _Place("plan", Plan, ("name",), "condition", ""),
    _Place("switch", Switch, ("name",), "plan__condition", "plan__"),
    _Place("pain-curve", PainCurve, ("note",), "plan__condition", "plan__"),
    _Place("milestone", Milestone, ("name",), "plan__condition", "plan__"),
    *(
        _Place(kind, model, texts, "phase__plan__condition", "phase__plan__", "phase__")
        for kind, model, texts in (
            ("limit", LoadLimit, ("text",)),
            ("pain-limit", PainLimit, ("text",)),
            ("criterion", Criterion, ("text",)),
            ("rule", ActivityRule, ("activity__name",)),
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


def count_never_reviewed() -> int:
    """How many statements nobody has looked at yet, of plans that an episode can start with."""
    return sum(_rows(place).filter(reviewed_on__isnull=True).count() for place in _PLACES)


def _rows(place: _Place) -> QuerySet[Any]:
    rows: QuerySet[Any] = place.model.objects.all()
    if place.plan is None:
        return rows
    current = {f"{place.plan}published_at__isnull": False, f"{place.plan}retired_at": None}
    return rows.filter(**current)


def _statements(place: _Place, due: Q) -> Iterator[DueStatement]:
    texts = [f"{text}_{language}" for text in place.texts for language in LANGUAGES]
    names_of_condition = [f"{place.condition}__name_{language}" for language in LANGUAGES]
    names = ["pk", "review_on", *texts]
    if place.condition:
        names += [f"{place.condition}__slug", *names_of_condition]
    if place.plan is not None:
        names += [f"{place.plan}uuid", f"{place.plan}code"]
    if place.phase:
        names += [f"{place.phase}code"]
    for row in _rows(place).filter(due).order_by("pk").values(*names):
        yield DueStatement(
            kind=place.kind,
            pk=row["pk"],
            words=_words(row, place.texts) or str(place.model._meta.verbose_name),
            review_on=row["review_on"],
            condition=_words(row, (f"{place.condition}__name",)) if place.condition else "",
            condition_slug=row[f"{place.condition}__slug"] if place.condition else "",
            plan="" if place.plan is None else row[f"{place.plan}code"],
            plan_uuid=None if place.plan is None else row[f"{place.plan}uuid"],
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
    waiting_longest = F("submitted_at").asc(nulls_last=True)
    unpublished = list(plans.order_by(waiting_longest, "condition__order", "code", "version"))
    waits = {plan.pk for plan in unpublished if plan.submitted_by_id not in (None, editor.pk)}
    undecided = Proposal.objects.filter(decided_at__isnull=True)
    proposals = list(undecided.select_related("condition", "made_by"))
    return OpenWork(
        in_review=tuple(plan for plan in unpublished if plan.pk in waits),
        proposals=tuple(each for each in proposals if each.made_by_id != editor.pk),
        drafts=tuple(plan for plan in unpublished if plan.pk not in waits),
        own_proposals=tuple(each for each in proposals if each.made_by_id == editor.pk),
    )


def lately_declined(editor: User, now: datetime) -> QuerySet[Proposal]:
    """An editor's own proposals that another editor did not take over, the last first."""
    return (
        Proposal.objects.filter(made_by=editor, is_accepted=False, decided_at__gte=now - STILL_TOLD)
        .exclude(decided_by=editor)
        .select_related("condition", "decided_by")
        .order_by("-decided_at")
    )


def history(plan: Plan) -> list[PlanEvent]:
    """What happened to a plan lately, last first; what an editor wrote stays in their words."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Plan), object_id=str(plan.pk)
    ).select_related("user")
    events = []
    for entry in entries.order_by("-action_time", "-pk")[:MOST_EVENTS]:
        what, _newline, more = entry.get_change_message().partition("\n")
        words = f"{gettext(what)} {more}".strip() if what else ""
        events.append(PlanEvent(entry.action_time, str(entry.user), words))
    return events
