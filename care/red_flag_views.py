"""The patient's red-flag pages: the questions, and what to do after the answers."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts import services as people
from accounts.access import signed_in
from accounts.enums import Role
from accounts.policies import policy
from care import red_flag_access, wording
from care import red_flags as services
from care.red_flag_forms import RedFlagForm


@policy(Role.PATIENT)
@require_http_methods(["GET", "POST"])
def red_flags(request: HttpRequest) -> HttpResponse:
    """Ask the red-flag questions; whom to call stands above them."""
    is_sent = request.method == "POST"
    form = RedFlagForm(
        request.POST if is_sent else None, questions=services.questions_for(signed_in(request))
    )
    if is_sent and form.is_valid():
        now = timezone.now()
        report = services.report(
            patient=signed_in(request),
            day=now.astimezone(signed_in(request).zone).date(),
            answers=form.answers(),
            client_uuid=form.cleaned_data["client_uuid"],
            now=now,
        )
        response = redirect("care:red_flags_answer", report.uuid)
        response.status_code = 303
        return response
    context = {"form": form, "clinic": signed_in(request).clinic}
    return render(request, "care/red_flags.html", context, status=422 if is_sent else 200)


@policy(Role.PATIENT)
@require_GET
def red_flags_answer(request: HttpRequest, report_uuid: uuid.UUID) -> HttpResponse:
    """Say what to do after the answers of one's own report."""
    report = red_flag_access.report_of_patient(request, report_uuid)
    clinic = signed_in(request).clinic
    actions = [wording.action(flag.action, clinic) for flag in services.answered_yes(report)]
    context = {
        "report": report,
        "clinic": clinic,
        "actions": actions,
        "is_told": people.physiotherapists_of(signed_in(request), timezone.now()).exists(),
    }
    return render(request, "care/red_flags_answer.html", context)
