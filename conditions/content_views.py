"""The editor's other pages: where to start, the conditions, the lists, proposals, files."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import signed_in
from accounts.enums import Role
from accounts.kept import gives_texts_back
from accounts.policies import policy
from conditions import (
    access,
    content_pages,
    editing,
    editing_queries,
    markdown,
    merging,
    parts,
    publishing,
)
from conditions.editing import ChangedMeanwhile
from conditions.editing_forms import PartForm, empty
from conditions.fitting import DoesNotFit
from conditions.models import Condition, Proposal
from conditions.parts import Data, Kind
from conditions.plan_views import READ_AND_SEND


@policy(Role.EDITOR)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What waits for an editor: reviews, proposals, drafts and statements to look at again."""
    person = signed_in(request)
    today = timezone.now().astimezone(person.zone).date()
    due = content_pages.due(today)
    context = {
        "conditions": content_pages.conditions(),
        "work": editing_queries.open_work(person),
        "declined": editing_queries.lately_declined(person, timezone.now()),
        "overdue": due.overdue,
        "undated": due.undated,
        "unreviewed": editing_queries.count_never_reviewed(),
        "lists": parts.LISTS.values(),
        "today": today,
    }
    return render(request, "conditions/start.html", context)


@policy(Role.EDITOR)
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What the linter says of all that readers see now, and of how it fits together."""
    return render(request, "conditions/check.html", {"findings": content_pages.findings()})


@policy(Role.EDITOR)
@require_safe
def condition(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is said of a condition outside its plans, and its plans in versions."""
    found = access.condition_for_editor(request, slug)
    today = timezone.now().astimezone(signed_in(request).zone).date()
    page = content_pages.condition_page(found, today)
    return render(request, "conditions/condition.html", {"condition": found, "page": page})


@policy(Role.EDITOR)
@require_safe
def list_of(request: HttpRequest, kind: str) -> HttpResponse:
    """One of the lists that plans point to: sources, activities, questions, red flags, guides."""
    known = access.kind_of(parts.LISTS, kind)
    today = timezone.now().astimezone(signed_in(request).zone).date()
    context = {"kind": known, "group": content_pages.list_page(known, today)}
    return render(request, "conditions/list.html", context)


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
@gives_texts_back
def thing(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Propose a change to something without versions."""
    known = access.kind_of(parts.UNVERSIONED, kind)
    item = access.thing_for_editor(known, pk)
    waiting = editing.open_proposal(known, item)
    if waiting is not None and request.method != "POST":
        return redirect("conditions:proposal", waiting.uuid)
    owner = item if known in parts.STAYING else getattr(item, "condition", None)
    return _propose(request, known, item, owner)


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
@gives_texts_back
def add_thing(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose something new: in a list, or for the condition that the address names."""
    known = access.kind_of(parts.UNVERSIONED, kind)
    if known is parts.ICD10:
        raise Http404
    owner = None
    if known.owner:
        given = request.POST if request.method == "POST" else request.GET
        owner = access.condition_for_editor(request, given.get("condition", ""))
    return _propose(request, known, None, owner)


def _propose(request: HttpRequest, kind: Kind, item: Any, owner: Condition | None) -> HttpResponse:
    row: Any = item or kind.model(**({kind.owner: owner} if kind.owner else {}))
    said = parts.read(kind, item) if item else empty(kind)
    chosen = {"topic": request.GET["topic"]} if "topic" in request.GET else {}
    form = PartForm(
        request.POST or None, kind=kind, item=row, said=said, is_whole=True, preset=chosen
    )
    if "take_away" in request.POST and item is not None and kind not in parts.STAYING:
        return _propose_away(request, kind, item, owner, form.given_base())
    if request.method == "POST" and form.is_valid():
        try:
            made = editing.propose(
                kind=kind,
                item=item,
                condition=owner,
                base=form.given_base() if item else None,
                data=form.mine(),
                by=signed_in(request),
                now=timezone.now(),
            )
        except ChangedMeanwhile as changed:
            return _merge(request, kind, form, row, owner, changed.theirs)
        except DoesNotFit as refused:
            form.refuse(refused.problems)
        else:
            return _proposed(request, made)
    return _thing_page(request, kind, form, item, owner)


def _propose_away(
    request: HttpRequest, kind: Kind, item: Any, owner: Condition | None, base: Data
) -> HttpResponse:
    try:
        made = editing.propose(
            kind=kind,
            item=item,
            condition=owner,
            base=base,
            data=None,
            by=signed_in(request),
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        messages.error(request, _("Somebody changed this meanwhile. Look again."))
        return redirect("conditions:thing", kind.slug, item.pk)
    return _proposed(request, made)


def _proposed(request: HttpRequest, made: Proposal) -> HttpResponse:
    messages.success(request, _("Proposed. It counts once another editor has accepted it."))
    return redirect("conditions:proposal", made.uuid)


def _thing_page(
    request: HttpRequest, kind: Kind, form: PartForm, item: Any, owner: Condition | None
) -> HttpResponse:
    context = {
        "kind": kind,
        "form": form,
        "item": item,
        "condition": owner,
        "can_be_taken_away": item is not None and kind not in parts.STAYING,
        "action": _address(kind, item),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "conditions/thing.html", context, status=status)


def _address(kind: Kind, item: Any) -> str:
    """Where a change to a thing is proposed, or a new one."""
    if item is not None and item.pk:
        return reverse("conditions:thing", args=[kind.slug, item.pk])
    return reverse("conditions:add_thing", args=[kind.slug])


def _merge(
    request: HttpRequest,
    kind: Kind,
    form: PartForm,
    row: Any,
    owner: Condition | None,
    theirs: Data | None,
    proposal: Proposal | None = None,
) -> HttpResponse:
    """Somebody else was first: both texts, and a form with what fits together in it.

    It goes to the proposal that is open, or becomes one; one that takes the thing away has to
    be decided before.
    """
    if proposal is None and row.pk:
        proposal = editing.open_proposal(kind, row)
    takes_away = proposal is not None and proposal.data is None
    now = theirs or (parts.read(kind, row) if row.pk else empty(kind))
    merged = merging.merge(form.given_base(), form.mine(), now)
    context = {
        "kind": kind,
        "form": PartForm(kind=kind, item=row, said=now, proposed=merged.data, is_whole=True),
        "item": row,
        "condition": owner,
        "conflicts": content_pages.clashes(kind, merged.conflicts),
        "action": _address(kind, row)
        if proposal is None or takes_away
        else reverse("conditions:proposal", args=[proposal.uuid]),
        "taking_away": proposal if takes_away else None,
    }
    return render(request, "conditions/merge.html", context, status=HTTPStatus.CONFLICT)


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
@gives_texts_back
def proposal(request: HttpRequest, proposal_uuid: uuid.UUID) -> HttpResponse:
    """A proposal beside what is said now: to accept, decline, withdraw or change."""
    found = access.proposal_for_editor(request, proposal_uuid)
    kind = parts.UNVERSIONED[found.kind]
    item = editing.target_of(found)
    row: Any = item or kind.model(**({kind.owner: found.condition} if kind.owner else {}))
    said = editing.said_by(found)
    form = None
    if found.decided_at is None and said is not None:
        form = PartForm(request.POST or None, kind=kind, item=row, said=said, is_whole=True)
    if request.method == "POST":
        if form is None:
            return _propose_anew(request, found, kind, row)
        if form.is_valid() and (answer := _change_proposal(request, found, kind, row, form)):
            return answer
    context = {
        "proposal": found,
        "kind": kind,
        "item": item,
        "form": form,
        "changes": content_pages.changes(kind, found),
        "warnings": content_pages.warnings(kind, said),
        "is_own": found.made_by_id == signed_in(request).pk,
        "seen": found.made_at.isoformat(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form and form.errors else HTTPStatus.OK
    return render(request, "conditions/proposal.html", context, status=status)


def _propose_anew(request: HttpRequest, found: Proposal, kind: Kind, row: Any) -> HttpResponse:
    """What somebody wrote into a proposal that was decided meanwhile."""
    said = parts.read(kind, row) if row.pk else empty(kind)
    form = PartForm(request.POST, kind=kind, item=row, said=said, is_whole=True)
    if form.is_valid():
        return _merge(request, kind, form, row, found.condition, said)
    return _thing_page(request, kind, form, row if row.pk else None, found.condition)


def _change_proposal(
    request: HttpRequest, found: Proposal, kind: Kind, row: Any, form: PartForm
) -> HttpResponse | None:
    """Do it; None leaves the reason in the form."""
    try:
        editing.propose(
            kind=kind,
            item=editing.target_of(found),
            condition=found.condition,
            base=form.given_base(),
            data=form.mine(),
            by=signed_in(request),
            now=timezone.now(),
            earlier=found,
        )
    except ChangedMeanwhile as changed:
        return _merge(request, kind, form, row, found.condition, changed.theirs, found)
    except DoesNotFit as refused:
        form.refuse(refused.problems)
        return None
    messages.success(request, _("The proposal is changed. Another editor can accept it."))
    return redirect("conditions:proposal", found.uuid)


@policy(Role.EDITOR)
@require_POST
def decide_proposal(request: HttpRequest, proposal_uuid: uuid.UUID) -> HttpResponse:
    """Accept a proposal of somebody else, or decline it or withdraw one's own."""
    found = access.proposal_for_editor(request, proposal_uuid)
    by, now = signed_in(request), timezone.now()
    step = request.POST.get("step")
    try:
        if step == "accept" and request.POST.get("seen") != found.made_at.isoformat():
            raise editing.Overtaken
        if step == "accept":
            editing.accept(proposal=found, by=by, now=now)
            messages.success(request, _("Accepted. It counts from now on."))
        elif step == "decline":
            editing.decline(proposal=found, by=by, note=request.POST.get("note", ""), now=now)
            messages.success(request, _("The proposal is closed. Its text is kept."))
        else:
            raise Http404
    except editing.OwnProposal:
        messages.error(request, _("Somebody else than who proposed it has to accept it."))
    except editing.Overtaken:
        messages.error(
            request, _("Somebody changed the proposal or decided on it meanwhile. Look again.")
        )
    except ChangedMeanwhile:
        messages.error(
            request, _("What it changes says something else by now. Decline it, or propose anew.")
        )
    except DoesNotFit as refused:
        for words in refused.problems.values():
            messages.error(request, words)
    except editing.StillUsed:
        messages.error(request, _("It cannot be taken away: a plan or a diary still points to it."))
    else:
        return redirect("conditions:start")
    return redirect("conditions:proposal", found.uuid)


@policy(Role.EDITOR)
@require_POST
def looked_at(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Write down that a statement was looked at today and still holds."""
    known = access.kind_of({**parts.OF_PLAN, **parts.UNVERSIONED}, kind)
    if not known.shape.is_statement or known is parts.ICD10:
        raise Http404
    item = access.thing_for_editor(known, pk)
    by = signed_in(request)
    publishing.review_statement(
        statement=item, by=by, today=timezone.now().astimezone(by.zone).date()
    )
    messages.success(request, _("Written down: looked at today, by you."))
    return redirect(content_pages.address_of(known, item))


@policy(Role.EDITOR)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """A text as readers see it, while it is being written."""
    name = request.POST.get("preview", "")
    return HttpResponse(markdown.to_html(request.POST.get(name, "")))
