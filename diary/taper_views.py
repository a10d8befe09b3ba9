"""The pages on which a patient moves forward or back: milestones and walking aids."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.policies import policy
from conditions.enums import WalkingAid
from diary import access, aid_pages, aid_steps, milestone_pages, queries, services
from diary.milestone_forms import ReachedForm
from diary.milestone_pages import MilestonePage
from diary.views import see_other


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> HttpResponse:
    """What a milestone asks, and on which day it was reached."""
    page = _milestone_page(request, episode_uuid, code)
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    data = request.POST if request.method == "POST" else None
    form = ReachedForm(data, episode=page.episode, today=today)
    if form.is_valid():
        try:
            services.reach_milestone(
                episode=page.episode,
                milestone=page.milestone,
                reached_on=form.cleaned_data["day"],
                by=patient,
                now=timezone.now(),
            )
        except services.EpisodeRefused as refused:  # a milestone of an earlier version
            raise Http404 from refused
        return see_other("diary:milestone", episode_uuid, code)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "diary/milestone.html", {"page": page, "form": form}, status=status)


@policy(Role.PATIENT)
@require_POST
def unmark_milestone(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> HttpResponse:
    """Undo a mark that nobody has confirmed yet."""
    page = _milestone_page(request, episode_uuid, code)
    is_undone = services.unmark_milestone(
        episode=page.episode,
        milestone=page.milestone,
        by=access.patient(request),
        now=timezone.now(),
    )
    messages.success(
        request, _("Undone.") if is_undone else _("There was nothing left that could be undone.")
    )
    return see_other("diary:milestone", episode_uuid, code)


def _milestone_page(request: HttpRequest, episode_uuid: uuid.UUID, code: str) -> MilestonePage:
    episode = access.episode_for_patient(request, episode_uuid)
    queries.load_milestones([episode])
    page = milestone_pages.page_of(episode, code)
    if page is None:
        raise Http404
    return page


@policy(Role.PATIENT)
@require_safe
def aids(request: HttpRequest) -> HttpResponse:
    """The ladder of walking aids, and one tap up or down."""
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    page = aid_pages.of_patient(queries.open_episodes(patient), today)
    return render(request, "diary/aids.html", {"page": page})


@policy(Role.PATIENT)
@require_POST
def step_back_up(request: HttpRequest) -> HttpResponse:
    """Walk with more support for now."""
    patient = access.patient(request)
    try:
        aid = WalkingAid(request.POST.get("aid", ""))
        aid_steps.step_back_up(patient=patient, aid=aid, by=patient, now=timezone.now())
    except (ValueError, aid_steps.AidRefused):
        # The phase has changed since the button was drawn; the page shows what one can choose.
        messages.warning(request, _("That aid no longer fits your plan. This is what fits now."))
    else:
        said = _("Good that you listen to your hip. Using more support is always allowed.")
        messages.success(request, said)
    return see_other("diary:aids")


@policy(Role.PATIENT)
@require_POST
def step_down(request: HttpRequest) -> HttpResponse:
    """Go back to what the plan allows."""
    patient = access.patient(request)
    aid_steps.step_down(patient=patient, by=patient, now=timezone.now())
    messages.success(request, _("You are back at what your plan allows."))
    return see_other("diary:aids")
