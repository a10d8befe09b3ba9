"""Changes an editor makes: to the parts of a draft, and proposals for what has no versions.

Whoever changes a thing says what it said when they began (`base`). When it says something else
by now, nothing is written and ChangedMeanwhile brings what it says, so that no text is lost.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Max, ProtectedError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from conditions import export, fitting, parts, publishing
from conditions.fitting import DoesNotFit
from conditions.models import (
    ActivityRule,
    Advice,
    Condition,
    Phase,
    Plan,
    Proposal,
    Switch,
)
from conditions.parts import Data, Kind

_WORDS = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}


class ChangedMeanwhile(Exception):
    """Somebody else was first. `theirs` is what the thing says now, None when it is gone."""

    def __init__(self, theirs: Data | None):
        super().__init__()
        self.theirs = theirs


class OwnProposal(Exception):
    """Nobody accepts their own proposal."""


class Overtaken(Exception):
    """A proposal was changed or decided on since it was read."""


class StillUsed(Exception):
    """A thing that others point to cannot be taken away."""


@dataclass(frozen=True)
class Spot:
    """Where a part of a draft stands or will stand: its plan, its phase where it has one."""

    plan: Plan
    phase: Phase | None = None

    def owner_of(self, kind: Kind) -> Any:
        return self.phase if kind.owner == "phase" else self.plan


def find(kind: Kind, plan: Plan, pk: int) -> Any:
    """A part of this plan, or None."""
    if kind is parts.PLAN:
        return plan if plan.pk == pk else None
    scope = {"phase__plan": plan} if kind.owner == "phase" else {"plan": plan}
    manager: Any = kind.model._default_manager
    return manager.filter(pk=pk, **scope).first()


@transaction.atomic
def save_part(
    *, kind: Kind, plan: Plan, pk: int, base: Data, mine: Data, by: User, now: datetime
) -> Any:
    """Let a part of a draft say something else.

    Raises ChangedMeanwhile, PlanIsFrozen, and DoesNotFit for what no plan can say.
    """
    item = _unchanged(kind, plan, pk, base, by, now)
    _write(kind, item, mine)
    _log(plan, CHANGE, kind, item, by, [key for key in mine if mine[key] != base[key]])
    return item


@transaction.atomic
def add_part(*, kind: Kind, spot: Spot, data: Data, by: User, now: datetime) -> Any:
    """A new part, last in its list. Raises PlanIsFrozen and DoesNotFit."""
    publishing.touch_draft(spot.plan, by, now)
    owner = spot.owner_of(kind)
    item: Any = kind.model(**{kind.owner: owner})
    if kind.is_list:
        highest = getattr(owner, kind.related).aggregate(highest=Max("order"))["highest"]
        item.order = 0 if highest is None else highest + 1
    _write(kind, item, data)
    _log(spot.plan, ADDITION, kind, item, by)
    return item


@transaction.atomic
def remove_part(*, kind: Kind, plan: Plan, pk: int, seen: str, by: User, now: datetime) -> None:
    """Take a part out of a draft, with what stands in it as it was `seen` (see `sight`).

    Raises ChangedMeanwhile, PlanIsFrozen, and StillUsed for a switch that others hold with.
    """
    publishing.touch_draft(plan, by, now)
    item = find(kind, plan, pk)
    if item is None or sight(kind, item) != seen:
        raise ChangedMeanwhile(parts.read(kind, item) if item else None)
    if kind is parts.SWITCH and _is_switched_by(item):
        raise StillUsed
    _log(plan, DELETION, kind, item, by)
    item.delete()


def _is_switched_by(switch: Switch) -> bool:
    return any(model.objects.filter(switch=switch).exists() for model in (ActivityRule, Advice))


def sight(kind: Kind, item: Any) -> str:
    """A short text that is another one as soon as anything in a thing says something else."""
    said = json.dumps(export.whole(kind, item), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def move_part(*, kind: Kind, plan: Plan, pk: int, up: bool, by: User, now: datetime) -> None:
    """Change places with the part before or after it on the page, where there is one.

    Two phases that change places keep their lengths, and their windows stay joined.
    """
    publishing.touch_draft(plan, by, now)
    item = find(kind, plan, pk)
    if item is None:
        raise ChangedMeanwhile(None)
    rows = list(getattr(getattr(item, kind.owner), kind.related).all())
    group = _GROUPED_BY.get(kind.slug)
    beside = [row for row in rows if not group or getattr(row, group) == getattr(item, group)]
    place = beside.index(item)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(beside):
        return
    first, second = sorted((rows.index(item), rows.index(beside[other])))
    if kind is parts.PHASE:
        _change_windows(rows[first], rows[second])
    rows[first], rows[second] = rows[second], rows[first]
    _number(rows)
    _log(plan, CHANGE, kind, item, by, ["order"])


# By what the parts of one list stand apart on the page of a plan.
_GROUPED_BY = {"rule": "rule", "advice": "rule", "criterion": "kind", "milestone": "phase_id"}


def _change_windows(first: Phase, second: Phase) -> None:
    """The later phase begins where the earlier did; the earlier follows it."""
    start, end = first.from_day, second.to_day
    if first.to_day is None:
        return
    length = first.to_day - first.from_day
    if end is None:
        second.from_day, second.to_day = start, start + length
        first.from_day, first.to_day = start + length + 1, None
        return
    second.to_day = start + end - second.from_day
    second.from_day = start
    first.from_day, first.to_day = second.to_day + 1, second.to_day + 1 + length


def _number(rows: Sequence[Any]) -> None:
    """Number rows anew. No two may have one number, not even for a moment."""
    above = max(row.order for row in rows) + 1
    for base in (above, 0):
        for number, row in enumerate(rows):
            row.order = base + number
            row.save()


@transaction.atomic
def begin_plan(*, condition: Condition, data: Data, by: User, now: datetime) -> Plan:
    """A new plan of a condition, as an empty draft. Raises DoesNotFit."""
    if Plan.objects.filter(code=data["code"]).exists():
        told = _("There is a plan with this key. Make a new version of it.")
        raise DoesNotFit({"code": told})
    plan = Plan(condition=condition, version=1)
    _write(parts.PLAN, plan, data)
    _log(plan, ADDITION, parts.PLAN, plan, by)
    return plan


@transaction.atomic
def discard_draft(*, plan: Plan, seen: str, by: User, now: datetime) -> None:
    """Throw a draft away as it was `seen` (see `sight`). Raises ChangedMeanwhile, PlanIsFrozen."""
    plan = publishing.touch_draft(plan, by, now)
    if sight(parts.PLAN, plan) != seen:
        raise ChangedMeanwhile(parts.read(parts.PLAN, plan))
    _log(plan, DELETION, parts.PLAN, plan, by)
    plan.delete()


def _write(kind: Kind, item: Any, data: Data) -> None:
    """Let a thing say what fits. Raises DoesNotFit, also for what came in between."""
    fitting.check(kind, item, data)
    try:
        with transaction.atomic():
            parts.write(kind, item, data)
    except IntegrityError as error:
        told = _("Something else with this name came in just now. Look again.")
        raise fitting.DoesNotFit({"": told}) from error


def _unchanged(kind: Kind, plan: Plan, pk: int, base: Data, by: User, now: datetime) -> Any:
    publishing.touch_draft(plan, by, now)
    item = find(kind, plan, pk)
    theirs = parts.read(kind, item) if item else None
    if theirs is None or theirs != base:
        raise ChangedMeanwhile(theirs)
    return item


def _log(
    plan: Plan, flag: int, kind: Kind, item: models.Model, by: User, keys: Sequence[str] = ()
) -> None:
    """A line in the plan's history, in the form that the admin speaks in every language."""
    with translation.override(None):  # names are translated when they are read
        labels = [parts.label_of(kind, key) for key in keys]
        change: dict[str, Any] = {"fields": labels} if flag == CHANGE else {}
        if item != plan:
            change |= {"name": kind.verbose_name}
    if item != plan:
        change["object"] = str(item)[:100]
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(Plan),
        object_id=str(plan.pk),
        object_repr=str(plan)[:200],
        action_flag=flag,
        change_message=json.dumps([{_WORDS[flag]: change}]),
    )


@transaction.atomic
def propose(
    *,
    kind: Kind,
    item: models.Model | None,
    condition: Condition | None,
    base: Data | None,
    data: Data | None,
    by: User,
    now: datetime,
    earlier: Proposal | None = None,
) -> Proposal:
    """Put a change before a second editor: `data` None takes the thing away.

    `item` None proposes a new one. With `earlier`, an open proposal is changed and becomes
    that of who changed it; `base` is then what that proposal said. Raises ChangedMeanwhile
    when somebody else was first, and DoesNotFit.
    """
    if data is not None:
        fitting.check(kind, item or _new(kind, condition), data)
    said: dict[str, Any] = {"data": _plain(data), "made_at": now, "made_by": by}
    if earlier is not None:
        return _propose_otherwise(earlier, item, base, said)
    if item is not None:
        _refuse_if_waiting(kind, item)
        theirs = parts.read(kind, item)
        if theirs != base:
            raise ChangedMeanwhile(theirs)
    said |= {"kind": kind.slug, "condition": condition, "base": _plain(base)}
    try:
        with transaction.atomic():
            return Proposal.objects.create(target_id=item.pk if item else None, **said)
    except IntegrityError:
        # There is one open proposal for one thing: another came between the look and this.
        if item is not None:
            _refuse_if_waiting(kind, item)
        raise


def _propose_otherwise(
    earlier: Proposal, item: models.Model | None, base: Data | None, said: Data
) -> Proposal:
    open_ = Proposal.objects.select_for_update().filter(pk=earlier.pk, decided_at__isnull=True)
    stored = open_.first()
    if stored is None:
        kind = parts.UNVERSIONED[earlier.kind]
        raise ChangedMeanwhile(parts.read(kind, item) if item else None)
    if said_by(stored) != base:
        raise ChangedMeanwhile(said_by(stored))
    open_.update(**said)
    stored.refresh_from_db()
    return stored


def _refuse_if_waiting(kind: Kind, item: models.Model) -> None:
    waiting = open_proposal(kind, item)
    if waiting is not None:
        raise ChangedMeanwhile(said_by(waiting))


def open_proposal(kind: Kind, item: models.Model) -> Proposal | None:
    """The change to this thing that waits for a second editor."""
    return Proposal.objects.filter(
        kind=kind.slug, target_id=item.pk, decided_at__isnull=True
    ).first()


def said_by(proposal: Proposal) -> Data | None:
    """What a proposal says; None when it takes the thing away."""
    kind = parts.UNVERSIONED[proposal.kind]
    return None if proposal.data is None else parts.revived(kind, proposal.data)


def target_of(proposal: Proposal) -> Any:
    """The row that a proposal is about; None for a new one, and when it is gone."""
    manager: Any = parts.UNVERSIONED[proposal.kind].model._default_manager
    return manager.filter(pk=proposal.target_id).first() if proposal.target_id else None


@transaction.atomic
def accept(*, proposal: Proposal, by: User, now: datetime) -> Any:
    """Let a proposal count as it was read, looked at by `by` today.

    Raises OwnProposal, Overtaken, ChangedMeanwhile when the thing says something else by now
    than when the proposal was made, StillUsed, and DoesNotFit when something else has come
    between.
    """
    if proposal.made_by_id == by.pk:
        raise OwnProposal
    _decide(proposal, made_at=proposal.made_at, is_accepted=True, decided_at=now, decided_by=by)
    kind = parts.UNVERSIONED[proposal.kind]
    item = target_of(proposal)
    if proposal.target_id is not None:
        theirs = parts.read(kind, item) if item else None
        base = parts.revived(kind, proposal.base) if proposal.base is not None else None
        if theirs != base:
            raise ChangedMeanwhile(theirs)
    data = said_by(proposal)
    if data is None:
        return _take_away(item)
    if kind.shape.is_statement and kind is not parts.ICD10:
        today = now.astimezone(by.zone).date()
        data |= {
            "reviewer": by.name,
            "reviewed_on": today,
            "review_on": today + publishing.LOOK_AGAIN_AFTER,
        }
    item = _put(kind, item, proposal.condition, data)
    Proposal.objects.filter(pk=proposal.pk).update(target_id=item.pk)
    return item


def _take_away(item: Any) -> None:
    if _is_linked(item):
        raise StillUsed
    try:
        with transaction.atomic():
            item.delete()
    except ProtectedError as error:
        raise StillUsed from error


def _is_linked(item: models.Model) -> bool:
    """Whether something names it among others, as a statement its sources: links go unasked."""
    relations: Any = item._meta.get_fields(include_hidden=True)
    for relation in relations:
        if relation.many_to_many and relation.auto_created:
            link = relation.field
            rows = link.remote_field.through._default_manager
            if rows.filter(**{link.m2m_reverse_field_name(): item}).exists():
                return True
    return False


def _put(kind: Kind, item: Any, condition: Condition | None, data: Data) -> Any:
    if item is None:
        item = _new(kind, condition)
        if kind.is_list:
            highest = getattr(condition, kind.related).aggregate(highest=Max("order"))["highest"]
            item.order = 0 if highest is None else highest + 1
    _write(kind, item, data)
    return item


def _new(kind: Kind, condition: Condition | None) -> Any:
    return kind.model(**({kind.owner: condition} if kind.owner else {}))


def decline(*, proposal: Proposal, by: User, note: str, now: datetime) -> None:
    """Do not take a proposal over, or withdraw one's own. The text is kept. Raises Overtaken."""
    _decide(proposal, decided_at=now, decided_by=by, note=note)


def _decide(proposal: Proposal, made_at: datetime | None = None, **decision: Any) -> None:
    """Decide on a proposal once; with `made_at` only on what it said then."""
    open_ = Proposal.objects.filter(pk=proposal.pk, decided_at__isnull=True)
    if made_at is not None:
        open_ = open_.filter(made_at=made_at)
    if not open_.update(**decision):
        raise Overtaken


def _plain(data: Data | None) -> Any:
    """As JSON keeps it: days as text."""
    return None if data is None else json.loads(json.dumps(data, cls=DjangoJSONEncoder))
