"""Starting, moving and ending a patient's episodes, and the treatment itself."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services as people
from accounts.access import signed_in
from accounts.enums import Role
from accounts.models import User
from accounts.policies import policy
from care import access, plan_move
from care.forms import (
    CheckupForm,
    ChoosePlanForm,
    DayForm,
    EnrolForm,
    MovePlanForm,
    NotYetForm,
    PhaseForm,
    stage_of,
)
from care.plan_move import MovePage
from conditions import queries as plans
from conditions.models import Milestone, Plan, Stage
from diary import queries, services
from diary.models import Episode

READ_AND_SEND = ("GET", "POST")


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def enrol(request: HttpRequest, patient_uuid: uuid.UUID) -> HttpResponse:
    """Start a plan for one hip: first condition and stage, then the hip and the days."""
    person = access.patient(request, patient_uuid)
    offered = list(plans.published_plans(with_children=_treats_children(person)))
    value = request.GET.get("stage", "")
    found = stage_of(value, offered)
    if found is None:
        if request.method == "POST":
            raise Http404
        choice = ChoosePlanForm({"stage": value} if value else None, plans=offered)
        context = {"patient": person, "form": choice}
        return render(request, "care/enrol_plan.html", context, status=422 if value else 200)
    plan, stage = found
    today = timezone.now().astimezone(person.zone).date()
    form = EnrolForm(request.POST or None, plan=plan, today=today)
    is_filled_in = request.method == "POST" and form.is_valid()
    if is_filled_in and (episode := _start(request, person, plan, stage, form)):
        begun = episode.phases.select_related("phase").get().phase
        messages.success(request, _("The plan has been started: %(phase)s.") % {"phase": begun})
        return redirect("care:patient", person.uuid)
    context = {"patient": person, "plan": plan, "stage": stage, "form": form}
    return render(request, "care/enrol.html", context, status=422 if form.errors else 200)


def _treats_children(patient: User) -> bool:
    return patient.clinic is not None and patient.clinic.treats_children


def _start(
    request: HttpRequest, person: User, plan: Plan, stage: Stage, form: EnrolForm
) -> Episode | None:
    answers = form.cleaned_data
    try:
        return services.start_episode(
            patient=person,
            plan=plan,
            stage=stage,
            side=answers["side"],
            day_zero_on=answers["day_zero_on"],
            started_on=answers["started_on"],
            body_weight_kg=answers["body_weight_kg"],
            switches=answers.get("switches", ()),
            checkup_on=answers.get("checkup_on"),
            by=signed_in(request),
            now=timezone.now(),
        )
    except services.SideTaken:
        form.add_error("side", _("This hip has a plan already. End that one first."))
    return None


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def phase(request: HttpRequest, episode_uuid: uuid.UUID) -> HttpResponse:
    """Move a patient to another phase: only people do that."""
    episode = access.episode(request, episode_uuid)
    today = timezone.now().astimezone(episode.patient.zone).date()
    form = PhaseForm(request.POST or None, episode=episode, today=today)
    if request.method == "POST" and form.is_valid():
        moved = services.move_to_phase(
            episode=episode,
            phase=form.cleaned_data["phase"],
            from_on=form.cleaned_data["from_on"],
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            now=timezone.now(),
        )
        messages.success(request, _("From then on: phase %(phase)s.") % {"phase": moved.phase})
        return redirect("care:patient", episode.patient.uuid)
    context = {
        "episode": episode,
        "form": form,
        "history": episode.phases.select_related("phase", "by").order_by("-from_on"),
    }
    return render(request, "care/phase.html", context, status=422 if form.errors else 200)


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def move_plan(request: HttpRequest, episode_uuid: uuid.UUID) -> HttpResponse:
    """Look at what a newer version of the plan changes, and let the patient go on with it."""
    episode = access.episode(request, episode_uuid)
    today = timezone.now().astimezone(episode.patient.zone).date()
    page = plan_move.of_episode(episode, today)
    form = MovePlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _move(request, episode, page, form, today):
        said = _("From today the plan is version %(version)s.")
        messages.success(request, said % {"version": episode.plan.version})
        return redirect("care:patient", episode.patient.uuid)
    context = {"episode": episode, "page": page, "form": form}
    return render(request, "care/move_plan.html", context, status=422 if form.errors else 200)


def _move(
    request: HttpRequest, episode: Episode, page: MovePage | None, form: MovePlanForm, today: date
) -> bool:
    """Do it; False leaves the reason in the form. Only what was looked at is moved to."""
    if page is None or request.POST.get("plan") != str(page.newer.uuid):
        form.add_error(None, _("The plan has changed since you opened this page. Look again."))
        return False
    try:
        services.move_to_plan(
            episode=episode,
            plan=page.newer,
            from_on=today,
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            now=timezone.now(),
        )
    except services.EpisodeRefused:
        form.add_error(None, _("The patient cannot go on with this version."))
        return False
    return True


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def milestone(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> HttpResponse:
    """Write down that a milestone was reached."""
    episode = access.episode(request, episode_uuid)
    found = episode.plan.milestones.filter(code=code).first()
    if found is None:
        raise Http404
    today = timezone.now().astimezone(episode.patient.zone).date()
    form = DayForm(request.POST or None, episode=episode, today=today)
    if request.method == "POST" and form.is_valid():
        services.reach_milestone(
            episode=episode,
            milestone=found,
            reached_on=form.cleaned_data["day"],
            by=signed_in(request),
            now=timezone.now(),
        )
        messages.success(request, _("Milestone reached: %(name)s.") % {"name": found.name})
        return redirect("care:patient", episode.patient.uuid)
    context = {"episode": episode, "milestone": found, "form": form}
    return render(request, "care/milestone.html", context, status=422 if form.errors else 200)


def _milestone_of(episode: Episode, code: str) -> Milestone:
    """The plan's milestone of this key, or one of an earlier version that was reached."""
    for found in queries.milestones_of(episode):
        if found.code == code:
            return found
    raise Http404


@policy(Role.PHYSIOTHERAPIST)
@require_POST
def confirm_milestone(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> HttpResponse:
    """Agree with the patient that a milestone was reached."""
    episode = access.episode(request, episode_uuid)
    found = _milestone_of(episode, code)
    confirmed = services.confirm_milestone(
        episode=episode, milestone=found, by=signed_in(request), now=timezone.now()
    )
    if confirmed is None:
        messages.warning(request, _("The patient has taken this mark back."))
    else:
        messages.success(request, _("Milestone confirmed: %(name)s.") % {"name": found.name})
    return redirect("care:patient", episode.patient.uuid)


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def not_yet(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> HttpResponse:
    """Tell the patient that a milestone they marked is not reached yet, and why."""
    episode = access.episode(request, episode_uuid)
    found = _milestone_of(episode, code)
    form = NotYetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        is_answered = services.answer_not_yet(
            episode=episode,
            milestone=found,
            why=form.cleaned_data["why"],
            by=signed_in(request),
            now=timezone.now(),
        )
        if is_answered:
            said = _("The patient reads: not yet. %(name)s can be marked again later.")
            messages.success(request, said % {"name": found.name})
        else:
            messages.warning(request, _("There is no mark of the patient to answer any more."))
        return redirect("care:patient", episode.patient.uuid)
    context = {"episode": episode, "milestone": found, "form": form}
    return render(request, "care/not_yet.html", context, status=422 if form.errors else 200)


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def checkup(request: HttpRequest, episode_uuid: uuid.UUID) -> HttpResponse:
    """Fill in or change the day of the check-up that the plan names."""
    episode = access.episode(request, episode_uuid)
    if not episode.plan.checkup:
        raise Http404
    today = timezone.now().astimezone(episode.patient.zone).date()
    known = episode.checkup_on
    form = CheckupForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"checkup_on": known if known and known >= today else None},
    )
    if request.method == "POST" and form.is_valid():
        services.set_checkup(
            episode=episode,
            checkup_on=form.cleaned_data["checkup_on"],
            by=signed_in(request),
            now=timezone.now(),
        )
        messages.success(request, _("The day of the next check-up is saved."))
        return redirect("care:patient", episode.patient.uuid)
    context = {"episode": episode, "form": form}
    return render(request, "care/checkup.html", context, status=422 if form.errors else 200)


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def end_episode(request: HttpRequest, episode_uuid: uuid.UUID) -> HttpResponse:
    """Give an episode its last day."""
    episode = access.episode(request, episode_uuid)
    today = timezone.now().astimezone(episode.patient.zone).date()
    form = DayForm(request.POST or None, episode=episode, today=today)
    if request.method == "POST" and form.is_valid():
        services.end_episode(
            episode=episode,
            ended_on=form.cleaned_data["day"],
            by=signed_in(request),
            now=timezone.now(),
        )
        messages.success(request, _("The plan of this hip has ended."))
        return redirect("care:patient", episode.patient.uuid)
    context = {"episode": episode, "form": form}
    return render(request, "care/end_episode.html", context, status=422 if form.errors else 200)


@policy(Role.PHYSIOTHERAPIST)
@require_http_methods(READ_AND_SEND)
def end_relation(request: HttpRequest, patient_uuid: uuid.UUID) -> HttpResponse:
    """End the treatment: from then on the physiotherapist sees this patient no more."""
    person = access.patient(request, patient_uuid)
    if request.method == "POST":
        people.end_relation(relation=access.relation(request, person), now=timezone.now())
        messages.success(request, _("The treatment has ended."))
        return redirect("care:caseload")
    return render(request, "care/end_relation.html", {"patient": person})
