"""The editor's pages of a plan: reading it, changing a draft part by part, and its versions."""

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
    difference_words,
    differences,
    editing,
    editing_pages,
    editing_queries,
    export,
    merging,
    parts,
    publishing,
    queries,
)
from conditions.editing import ChangedMeanwhile, Spot
from conditions.editing_forms import PartForm, empty
from conditions.fitting import DoesNotFit
from conditions.models import Phase, Plan, PlanIsFrozen
from conditions.parts import Data, Kind

READ_AND_SEND = ("GET", "HEAD", "POST")


def _today(request: HttpRequest) -> Any:
    return timezone.now().astimezone(signed_in(request).zone).date()


@policy(Role.EDITOR)
@require_safe
def plan(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """A plan that reads like the plan, with what the linter says beside each line."""
    found = access.plan_for_editor(request, plan_uuid)
    before = queries.version_before(found)
    page = editing_pages.page_of(found.pk, _today(request))
    context = {
        "page": page,
        "plan": found,
        "before": before,
        "differences": _differences(before, page.said) if before else (),
        "versions": queries.versions_of(found),
        "history": editing_queries.history(found),
        "seen": _handed_in(found),
        "may_publish": found.submitted_by_id not in (None, signed_in(request).pk),
        "today": _today(request),
    }
    return render(request, "conditions/plan.html", context)


def _differences(before: Plan, said: Data) -> list[str]:
    return difference_words.sentences(differences.between(export.plan_as_data(before.pk), said))


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
@gives_texts_back
def part(request: HttpRequest, plan_uuid: uuid.UUID, kind: str, pk: int) -> HttpResponse:
    """One part of a draft as a form: in the page's own place, or as a page of its own."""
    found, known = _draft(request, plan_uuid), access.kind_of(parts.OF_PLAN, kind)
    item = editing.find(known, found, pk)
    if item is None and known is parts.PLAN:
        raise Http404
    if request.method == "POST":
        return _save(request, found, known, pk, item)
    if item is None:
        raise Http404
    if found.is_published:
        messages.error(request, _("This version is published already."))
        return to_line(found, f"{kind}-{pk}")
    form = PartForm(kind=known, item=item, said=parts.read(known, item))
    return _form_page(request, found, known, form, item)


def _draft(request: HttpRequest, plan_uuid: uuid.UUID) -> Plan:
    return access.plan_for_editor(request, plan_uuid)


def _save(request: HttpRequest, found: Plan, kind: Kind, pk: int, item: Any) -> HttpResponse:
    if item is None:
        return _gone(request, found, kind)
    said = parts.read(kind, item)
    form = PartForm(request.POST, kind=kind, item=item, said=said)
    if not form.is_valid():
        return _form_page(request, found, kind, form, item)
    try:
        editing.save_part(
            kind=kind,
            plan=found,
            pk=pk,
            base=form.given_base(),
            mine=form.mine(),
            by=signed_in(request),
            now=timezone.now(),
        )
    except ChangedMeanwhile as changed:
        if changed.theirs is None:
            return _gone(request, found, kind)
        return _merge_page(request, found, kind, form, item, changed.theirs)
    except DoesNotFit as refused:
        form.refuse(refused.problems)
        return _form_page(request, found, kind, form, item)
    except PlanIsFrozen:
        return _frozen(request, found, kind, form)
    messages.success(request, _("Saved."))
    return to_line(found, f"{kind.slug}-{pk}")


def to_line(found: Plan, anchor: str = "") -> HttpResponse:
    """Back to the plan's page, at the line that was changed."""
    address = reverse("conditions:plan", args=[found.uuid])
    response = redirect(f"{address}#{anchor}" if anchor else address)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def _form_page(
    request: HttpRequest, found: Plan, kind: Kind, form: PartForm, item: Any = None
) -> HttpResponse:
    is_bare = bool(getattr(request, "htmx", False)) and not form.is_bound
    context = {
        "plan": found,
        "kind": kind,
        "form": form,
        "item": item,
        "label": editing_pages.describe(kind, item) if item and item.pk else "",
        "is_bare": is_bare,
    }
    name = "conditions/_part_form.html" if is_bare else "conditions/part.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, name, context, status=status)


def _merge_page(
    request: HttpRequest, found: Plan, kind: Kind, form: PartForm, item: Any, theirs: Data
) -> HttpResponse:
    """Somebody else was first: both texts, and a form with what fits together already in it."""
    merged = merging.merge(form.given_base(), form.mine(), theirs)
    again = PartForm(kind=kind, item=item, said=theirs, proposed=merged.data)
    last = editing_queries.history(found)[:1]
    context = {
        "plan": found,
        "kind": kind,
        "form": again,
        "item": item,
        "conflicts": content_pages.clashes(kind, merged.conflicts),
        "action": reverse("conditions:part", args=[found.uuid, kind.slug, item.pk]),
        "last": last[0] if last else None,
    }
    return render(request, "conditions/merge.html", context, status=HTTPStatus.CONFLICT)


def _gone(request: HttpRequest, found: Plan, kind: Kind) -> HttpResponse:
    """What somebody wrote into a part that was taken away meanwhile: it can be added again."""
    phase = _phase_sent(request, found) if kind.owner == "phase" else None
    owner = found if kind.owner == "plan" else phase or Phase(plan=found)
    item: Any = kind.model(**{kind.owner: owner})
    form = PartForm(request.POST, kind=kind, item=item, said=empty(kind))
    context = {
        "plan": found,
        "kind": kind,
        "form": form if owner.pk else None,
        "phase": phase,
        "sent": _texts_sent(form),
    }
    return render(request, "conditions/gone.html", context, status=HTTPStatus.CONFLICT)


def _frozen(request: HttpRequest, found: Plan, kind: Kind, form: PartForm) -> HttpResponse:
    """What somebody wrote into a draft that was published meanwhile."""
    context = {"plan": found, "kind": kind, "sent": _texts_sent(form)}
    return render(request, "conditions/frozen.html", context, status=HTTPStatus.CONFLICT)


def _texts_sent(form: PartForm) -> list[tuple[str, str]]:
    """What somebody wrote, under the names of the fields."""
    written = [(field.label, str(field.data or "")) for _key, both in form.texts for field in both]
    return [(name, text) for name, text in written if text]


def _phase_sent(request: HttpRequest, found: Plan) -> Phase | None:
    try:
        return access.phase_of_plan(found, request.POST.get("phase", ""))
    except Http404:
        return None


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
@gives_texts_back
def add_part(request: HttpRequest, plan_uuid: uuid.UUID, kind: str) -> HttpResponse:
    """A new part of a draft; the address names its phase where it has one."""
    found, known = _draft(request, plan_uuid), access.kind_of(parts.OF_PLAN, kind)
    if known is parts.PLAN:
        raise Http404
    # What is sent of a milestone, which stands in the plan, answers its own question of a phase.
    is_sent = request.method == "POST" and known.owner == "phase"
    given = request.POST if is_sent else request.GET
    phase = None
    if known.owner == "phase" or "phase" in given:
        phase = access.phase_of_plan(found, given.get("phase", ""))
    spot = Spot(found, phase)
    item: Any = known.model(**{known.owner: spot.owner_of(known)})
    said = empty(known)
    if request.method != "POST":
        chosen = {key: given[key] for key in ("rule", "kind") if key in given}
        if known is parts.MILESTONE and phase is not None:
            chosen["phase"] = phase.code
        form = PartForm(kind=known, item=item, said=said, preset=chosen)
        return _form_page(request, found, known, form, item)
    form = PartForm(request.POST, kind=known, item=item, said=said)
    if not form.is_valid():
        return _form_page(request, found, known, form, item)
    try:
        made = editing.add_part(
            kind=known, spot=spot, data=form.mine(), by=signed_in(request), now=timezone.now()
        )
    except DoesNotFit as refused:
        form.refuse(refused.problems)
        return _form_page(request, found, known, form, item)
    except PlanIsFrozen:
        return _frozen(request, found, known, form)
    messages.success(request, _("Added."))
    return to_line(found, f"{known.slug}-{made.pk}")


@policy(Role.EDITOR)
@require_POST
def move_part(request: HttpRequest, plan_uuid: uuid.UUID, kind: str, pk: int) -> HttpResponse:
    """One place up or down in its list."""
    found, known = _draft(request, plan_uuid), access.kind_of(parts.OF_PLAN, kind)
    if not known.is_list:
        raise Http404
    try:
        editing.move_part(
            kind=known,
            plan=found,
            pk=pk,
            up=request.POST.get("to") == "up",
            by=signed_in(request),
            now=timezone.now(),
        )
    except (ChangedMeanwhile, PlanIsFrozen):
        messages.error(request, _("That part is not there any more, or the plan is published."))
    return to_line(found, f"{known.slug}-{pk}")


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
def remove_part(request: HttpRequest, plan_uuid: uuid.UUID, kind: str, pk: int) -> HttpResponse:
    """Take a part out of a draft, after one look at it."""
    found, known = _draft(request, plan_uuid), access.kind_of(parts.OF_PLAN, kind)
    item = editing.find(known, found, pk)
    if item is None or known is parts.PLAN:
        raise Http404
    line = editing_pages.line_of(known, item)
    if request.method != "POST":
        context = {"plan": found, "line": line, "seen": editing.sight(known, item)}
        return render(request, "conditions/remove_part.html", context)
    try:
        editing.remove_part(
            kind=known,
            plan=found,
            pk=pk,
            seen=request.POST.get("seen", ""),
            by=signed_in(request),
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        messages.error(request, _("Somebody changed this meanwhile. Look again."))
        return to_line(found, line.anchor)
    except editing.StillUsed:
        told = _("Rules or advice hold only with this switch. Change those first.")
        messages.error(request, told)
        return to_line(found, line.anchor)
    except PlanIsFrozen:
        messages.error(request, _("This version is published already."))
        return to_line(found, line.anchor)
    messages.success(request, _("Taken out."))
    return to_line(found)


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
def begin_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """A new plan of a condition, as an empty draft."""
    condition = access.condition_for_editor(request, slug)
    item = Plan(condition=condition)
    said = empty(parts.PLAN) | {"version": 1}
    form = PartForm(request.POST or None, kind=parts.PLAN, item=item, said=said)
    if request.method == "POST" and form.is_valid():
        try:
            made = editing.begin_plan(
                condition=condition, data=form.mine(), by=signed_in(request), now=timezone.now()
            )
        except DoesNotFit as refused:
            form.refuse(refused.problems)
        else:
            return to_line(made)
    context = {"condition": condition, "form": form, "kind": parts.PLAN}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "conditions/begin_plan.html", context, status=status)


@policy(Role.EDITOR)
@require_POST
def new_version(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """A draft with the content of this plan; where there is a draft already, that one."""
    found = access.plan_for_editor(request, plan_uuid)
    try:
        draft = publishing.new_version(plan=found, by=signed_in(request))
    except publishing.DraftExists as there:
        messages.info(request, _("There is a draft already. This is it."))
        return to_line(there.draft)
    messages.success(request, _("This is a draft that you can change."))
    return to_line(draft)


@policy(Role.EDITOR)
@require_http_methods(READ_AND_SEND)
def discard(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """Throw a draft away, after one look."""
    found = access.plan_for_editor(request, plan_uuid)
    if found.is_published:
        raise Http404
    if request.method != "POST":
        context = {"plan": found, "seen": editing.sight(parts.PLAN, found)}
        return render(request, "conditions/discard.html", context)
    try:
        seen = request.POST.get("seen", "")
        editing.discard_draft(plan=found, seen=seen, by=signed_in(request), now=timezone.now())
    except ChangedMeanwhile:
        messages.error(request, _("Somebody changed this meanwhile. Look again."))
        return to_line(found)
    except PlanIsFrozen:
        messages.error(request, _("This version is published already."))
        return to_line(found)
    messages.success(request, _("The draft is gone."))
    return redirect("conditions:condition", found.condition.slug)


@policy(Role.EDITOR)
@require_POST
def decide(request: HttpRequest, plan_uuid: uuid.UUID) -> HttpResponse:
    """Hand a draft in, send it back with a note, or publish it: the three steps of a review."""
    found = access.plan_for_editor(request, plan_uuid)
    by, now = signed_in(request), timezone.now()
    step = request.POST.get("step", "")
    try:
        if step == "submit":
            publishing.submit_plan(plan=found, by=by, now=now)
            messages.success(request, _("Handed in. Another editor can publish it now."))
        elif step == "return":
            note = request.POST.get("note", "").strip()
            publishing.return_plan(plan=found, by=by, note=note, now=now)
            messages.success(request, _("Sent back: it is a draft again."))
        elif step == "publish":
            if request.POST.get("seen") != _handed_in(found):
                raise publishing.HandedInAnew
            publishing.publish_plan(plan=found, by=by, now=now, handed_in_at=found.submitted_at)
            messages.success(request, _("Published. From now on this version does not change."))
        else:
            raise Http404
    except publishing.PlanIncomplete as refused:
        if len(refused.problems) == 1:
            messages.error(request, refused.problems[0])
        else:
            told = _("%(count)s things must change first. They are named below.")
            messages.error(request, told % {"count": len(refused.problems)})
    except publishing.SecondEditorNeeded:
        messages.error(request, _("Somebody else than who handed it in has to publish it."))
    except publishing.HandedInAnew:
        messages.error(
            request, _("It was changed and handed in again since you opened it. Look again.")
        )
    except PlanIsFrozen:
        messages.error(request, _("This version is published already."))
    return to_line(found)


def _handed_in(found: Plan) -> str:
    """What the page of a plan says of the moment it was handed in."""
    return found.submitted_at.isoformat() if found.submitted_at else ""
