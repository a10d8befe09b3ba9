"""A plan's way from draft to published version, and the looks at what it says.

An editor hands a draft in, another editor publishes it or sends it back. Whoever changes
content begins with `touch_draft`: it locks the plan, so that two changes come one after the
other, and takes a plan that was handed in back to draft.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from conditions import completeness, drafting, export, queries, statements
from conditions.drafting import Data, Names
from conditions.models import Condition, PainCurve, Plan, Statement, refuse_if_published
from conditions.shapes import STAMPS
from conditions.statements import Place

# How long a look at a statement counts. Convention: guidelines are looked at yearly.
LOOK_AGAIN_AFTER = timedelta(days=365)

# What happened to a plan, in its history; what follows a colon stands on the next line.
MADE = gettext_noop("Made from version:")
BROUGHT_IN = gettext_noop("Brought in from a file.")
HANDED_IN = gettext_noop("Handed in for review.")
SENT_BACK = gettext_noop("Sent back:")
REOPENED = gettext_noop("Back to draft, because it was changed.")
PUBLISHED = gettext_noop("Published.")


class PlanIncomplete(Exception):
    """A plan cannot be handed in or published yet; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


class SecondEditorNeeded(Exception):
    """A plan is published by somebody else than who handed it in, and after that."""


class HandedInAnew(Exception):
    """A plan was handed in again, after a change, since it was read."""


class DraftExists(Exception):
    """There is a draft of this plan already; finish that one first."""

    def __init__(self, draft: Plan):
        super().__init__(str(draft))
        self.draft = draft


@transaction.atomic
def new_version(*, plan: Plan, by: User) -> Plan:
    """A draft with the content of a plan and the next number. Raises DraftExists."""
    versions = Plan.objects.filter(code=plan.code).order_by("version")
    list(versions.select_for_update())  # somebody else may be making one
    for version in versions:
        if not version.is_published:
            raise DraftExists(version)
    data = export.plan_as_data(plan.pk) | {"version": version.version + 1}
    draft = drafting.make_plan(plan.condition, data, Names.stored())
    _note(draft, by, ADDITION, MADE, str(plan.version))
    return draft


@transaction.atomic
def bring_in(*, condition: Condition, data: Data, names: Names, by: User) -> Plan:
    """A draft of what a file says."""
    draft = drafting.make_plan(condition, data, names)
    _note(draft, by, ADDITION, BROUGHT_IN)
    return draft


@transaction.atomic
def touch_draft(plan: Plan, by: User, now: datetime) -> Plan:
    """Lock a draft that is about to be changed, and answer it as it is stored.

    One that was handed in is a draft again: its second editor is to read what will be
    published. Raises PlanIsFrozen for a published plan.
    """
    plan = _locked(plan)
    refuse_if_published(plan.pk)
    if plan.submitted_at is not None:
        _set_handed_in(plan, by=None, at=None)
        _note(plan, by, CHANGE, REOPENED)
    return plan


@transaction.atomic
def submit_plan(*, plan: Plan, by: User, now: datetime) -> Plan:
    """Hand a draft in for review. Raises PlanIncomplete, or PlanIsFrozen.

    A plan that is in review already stays with whoever handed it in.
    """
    plan = _locked(plan)
    refuse_if_published(plan.pk)
    if plan.submitted_at is None:
        _refuse_if_incomplete(plan)
        _set_handed_in(plan, by=by, at=now)
        _note(plan, by, CHANGE, HANDED_IN)
    return plan


@transaction.atomic
def return_plan(*, plan: Plan, by: User, note: str, now: datetime) -> Plan:
    """Send a plan in review back to draft; the note says why. Raises PlanIsFrozen.

    Whoever handed it in may take it back likewise. A draft stays as it is.
    """
    plan = _locked(plan)
    refuse_if_published(plan.pk)
    if plan.submitted_at is not None:
        _set_handed_in(plan, by=None, at=None)
        _note(plan, by, CHANGE, SENT_BACK, note)
    return plan


@transaction.atomic
def publish_plan(
    *, plan: Plan, by: User, now: datetime, handed_in_at: datetime | None = None
) -> Plan:
    """Freeze a plan in review and offer it for new episodes; with a moment, as it was then.

    Raises SecondEditorNeeded, for superusers too, HandedInAnew, and PlanIncomplete. What the
    plan says otherwise than the version before is stamped as looked at by this editor. Earlier
    versions are retired: running episodes keep them. A plan that is published already stays as
    it is.
    """
    plan = _locked(plan)
    if plan.is_published:
        return plan
    if plan.submitted_by_id is None or plan.submitted_by_id == by.pk:
        raise SecondEditorNeeded(str(plan))
    if handed_in_at not in (None, plan.submitted_at):
        raise HandedInAnew(str(plan))
    _refuse_if_incomplete(plan)
    _stamp_changes(plan, by=by, today=now.astimezone(by.zone).date())
    _publish(plan, by=by, now=now)
    _note(plan, by, CHANGE, PUBLISHED)
    return plan


def publish_as_shipped(*, plan: Plan, now: datetime) -> Plan:
    """Publish what came with the program, or into an empty installation: nobody did it."""
    _publish(plan, by=None, now=now)
    return plan


@transaction.atomic
def review_statement(*, statement: Statement, by: User, today: date) -> None:
    """Somebody looked at a statement, and it still holds. It may be a published one."""
    _stamp(type(statement), [statement.pk], by=by, today=today)


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _set_handed_in(plan: Plan, *, by: User | None, at: datetime | None) -> None:
    plan.submitted_by, plan.submitted_at = by, at
    plan.save(update_fields=["submitted_by", "submitted_at"])


def _refuse_if_incomplete(plan: Plan) -> None:
    problems = completeness.plan_problems(plan)
    if problems:
        raise PlanIncomplete(problems)


def _publish(plan: Plan, *, by: User | None, now: datetime) -> None:
    Plan.objects.filter(pk=plan.pk).update(published_at=now, published_by=by)
    Plan.objects.filter(
        code=plan.code,
        version__lt=plan.version,
        published_at__isnull=False,
        retired_at__isnull=True,
    ).update(retired_at=now)
    plan.refresh_from_db()


def _stamp_changes(plan: Plan, *, by: User, today: date) -> None:
    """Stamp what no version said before; what one did keeps the latest look at it."""
    earlier = Plan.objects.filter(code=plan.code, published_at__isnull=False)
    before = earlier.filter(version__lt=plan.version).order_by("-version").first()
    old = export.plan_as_data(before.pk) if before else None
    changed, kept = statements.compare(old, export.plan_as_data(plan.pk))
    rows = dict(_rows(plan))
    for model in {type(rows[place]) for place in changed}:
        looked_at = [rows[place].pk for place in changed if type(rows[place]) is model]
        _stamp(model, looked_at, by=by, today=today)
    for place, said in kept:
        row: Any = rows[place]
        if (said["reviewed_on"] or date.min) > (row.reviewed_on or date.min):
            stamps = {key: said[key] for key in STAMPS}
            type(row)._default_manager.filter(pk=row.pk).update(**stamps)


def _stamp(model: Any, ids: Iterable[int], *, by: User, today: date) -> None:
    # An update and not a save: of a frozen statement the stamps alone may change.
    model._default_manager.filter(pk__in=ids).update(
        reviewer=by.name, reviewed_on=today, review_on=today + LOOK_AGAIN_AFTER
    )


def _rows(plan: Plan) -> Iterator[tuple[Place, Statement]]:
    """The rows of a plan's statements, by their places in its full form."""
    plan = queries.plan_for_reading(plan.pk)
    yield (), plan
    curve = PainCurve.objects.filter(plan=plan).first()
    if curve:
        yield ("pain_curve",), curve
    for number, switch in enumerate(sorted(plan.switches.all(), key=lambda each: each.key)):
        yield ("switches", number), switch
    for number, milestone in enumerate(plan.milestones.all()):
        yield ("milestones", number), milestone
    for number, phase in enumerate(plan.phases.all()):
        for key, name in (("limit", "limit"), ("pain_limits", "pain_limit")):
            only = getattr(phase, name, None)
            if only:
                yield ("phases", number, key), only
        for key in ("criteria", "rules", "advice"):
            for place, row in enumerate(getattr(phase, key).all()):
                yield ("phases", number, key, place), row


def _note(plan: Plan, by: User, flag: int, what: str, more: str = "") -> None:
    """Write into the history that editors see beside the plan."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Plan),
        object_id=str(plan.pk),
        object_repr=str(plan)[:200],
        action_flag=flag,
        change_message=f"{what}\n{more}".strip(),
    )
