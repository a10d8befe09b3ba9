"""The page of a day's extra moments: what was added, and a short form for one more."""

import uuid
from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Role
from accounts.policies import policy
from diary import access, asking, moments, services, views
from diary.moment_forms import MomentForm


@policy(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def of_day(request: HttpRequest, day: date) -> HttpResponse:
    """The moments of a day, and the form for one more while the day can be filled in."""
    patient = access.patient(request)
    now = timezone.now()
    local_now = now.astimezone(patient.zone)
    asked = asking.asked_on(patient, day)
    is_open = bool(asked.sides) and services.is_open_to_log(day, local_now.date())
    if request.method != "POST":
        form = MomentForm(asked=asked, local_now=local_now) if is_open else None
        return page(request, day, form)
    if not is_open:
        return page(request, day, None, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = MomentForm(request.POST, asked=asked, local_now=local_now)
    if not form.is_valid():
        return page(request, day, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        recorded = moments.record_moment(
            patient=patient,
            day=day,
            client_uuid=form.client_id(),
            by=patient,
            now=now,
            device=views.device_of(request),
            **form.said(),
        )
    except moments.MomentSavedOtherwise:
        # Kept again under a new id, the same words are one more moment.
        again = request.POST.copy()
        again["client_uuid"] = str(uuid.uuid4())
        form = MomentForm(again, asked=asked, local_now=local_now)
        return page(request, day, form, is_other=True, status=HTTPStatus.CONFLICT)
    response = views.see_other("diary:moments", day)
    response.headers["Location"] += f"?added={recorded.moment.uuid}"
    return response


def page(
    request: HttpRequest,
    day: date,
    form: MomentForm | None,
    *,
    is_other: bool = False,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """The moments that stand and those that were taken back, around the form where it is open."""
    patient = access.patient(request)
    lines = moments.of_day(patient, day)
    wanted = request.GET.get("added", "")
    context = {
        "day": day,
        "form": form,
        "lines": lines,
        "gone": moments.taken_back(patient, day),
        "added": next((line for line in lines if str(line.moment.uuid) == wanted), None),
        "is_other": is_other,
    }
    return render(request, "diary/moments.html", context, status=status)


@policy(Role.PATIENT)
@require_POST
def take_back(request: HttpRequest, moment_uuid: uuid.UUID) -> HttpResponse:
    """Take one's own moment back, or put back one that was taken back."""
    moment = access.moment_for_patient(request, moment_uuid)
    if "put_back" in request.POST:
        if moments.put_back_moment(moment=moment):
            messages.success(request, _("The moment is there again."))
    elif moments.take_back_moment(moment=moment, now=timezone.now()):
        messages.success(request, _("The moment is taken back."))
    return views.see_other("diary:moments", moment.day)
