"""The physiotherapist's pages: the caseload, one patient, one flag."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.middleware import HtmxDetails

from accounts.access import signed_in
from accounts.enums import Role
from accounts.policies import policy
from care import access, flags, patient_page
from care import caseload as page
from care.enums import FlagOutcome
from care.forms import AcknowledgeForm, ResolveForm
from care.models import Flag
from care.ranking import Need


class HtmxHttpRequest(HttpRequest):
    """A request as django_htmx's middleware leaves it."""

    htmx: HtmxDetails


# Two forms on one page need names of their own for their fields.
SEEN_ID = "seen-%s"


@policy(Role.PHYSIOTHERAPIST)
@require_GET
def caseload(request: HtmxHttpRequest) -> HttpResponse:
    """The patients of a physiotherapist, those who need a look first."""
    now = timezone.now()
    patients = access.patients(request, now)
    rows = page.rows_of(patients, now)
    choice = {
        "need": request.GET.get("need", ""),
        "condition": request.GET.get("condition", ""),
        "name": request.GET.get("name", "").strip(),
    }
    shown = page.chosen(rows, **choice)
    context = {
        "rows": shown,
        "total": len(rows),
        "counts": page.counts(rows),
        "conditions": page.conditions_of(rows),
        "choice": choice,
        "is_chosen": any(choice.values()),
        "overdue_since": page.overdue_since(patients, now),
        "needs": list(Need),
    }
    template = "care/_rows.html" if request.htmx else "care/caseload.html"
    return render(request, template, context)


@policy(Role.PHYSIOTHERAPIST)
@require_GET
def patient(request: HttpRequest, patient_uuid: uuid.UUID) -> HttpResponse:
    """One patient: hips with chart and plan, flags, days."""
    person = access.patient(request, patient_uuid)
    now = timezone.now()
    weeks = request.GET.get("weeks", "4")
    context = {
        "patient": person,
        "age": now.year - person.birth_year if person.birth_year else None,
        "page": patient_page.of_patient(person, weeks=weeks, now=now),
        "weeks": weeks if weeks in patient_page.RANGES else "all",
        "ranges": (
            ("4", _("4 weeks")),
            ("12", _("12 weeks")),
            ("all", _("everything")),
        ),
    }
    return render(request, "care/patient.html", context)


@policy(Role.PHYSIOTHERAPIST)
@require_GET
def flag(request: HttpRequest, flag_uuid: uuid.UUID) -> HttpResponse:
    """One flag with its evidence and history, and what can be done with it."""
    found = access.flag(request, flag_uuid)
    return _flag_page(request, found, AcknowledgeForm(auto_id=SEEN_ID), ResolveForm())


@policy(Role.PHYSIOTHERAPIST)
@require_POST
def acknowledge_flag(request: HttpRequest, flag_uuid: uuid.UUID) -> HttpResponse:
    found = access.flag(request, flag_uuid)
    form = AcknowledgeForm(request.POST, auto_id=SEEN_ID)
    if not form.is_valid():
        return _flag_page(request, found, form, ResolveForm(), status=422)
    done = flags.acknowledge_flag(
        flag=found, note=form.cleaned_data["note"], by=signed_in(request), now=timezone.now()
    )
    messages.success(
        request, _("The flag is marked as seen.") if done else _("Somebody was there before you.")
    )
    return redirect("care:patient", found.patient.uuid)


@policy(Role.PHYSIOTHERAPIST)
@require_POST
def resolve_flag(request: HttpRequest, flag_uuid: uuid.UUID) -> HttpResponse:
    found = access.flag(request, flag_uuid)
    form = ResolveForm(request.POST)
    if not form.is_valid():
        return _flag_page(request, found, AcknowledgeForm(auto_id=SEEN_ID), form, status=422)
    done = flags.resolve_flag(
        flag=found,
        outcome=FlagOutcome(form.cleaned_data["outcome"]),
        note=form.cleaned_data["note"],
        by=signed_in(request),
        now=timezone.now(),
    )
    messages.success(
        request, _("The flag is resolved.") if done else _("Somebody was there before you.")
    )
    return redirect("care:patient", found.patient.uuid)


def _flag_page(
    request: HttpRequest,
    found: Flag,
    acknowledge: AcknowledgeForm,
    resolve: ResolveForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "line": patient_page.flag_line(found),
        "events": found.events.select_related("by"),
        "acknowledge_form": acknowledge,
        "resolve_form": resolve,
    }
    return render(request, "care/flag.html", context, status=status)
