"""The log page that a phone keeps for when there is no connection."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.policies import policy
from diary import access, asking, services
from diary.forms import EntryForm


@policy(Role.PATIENT)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The questions of the patient's own plan, for any day that is open; nothing of the diary.

    What may be out of date by the time it is read stays away: what the plan says of an activity,
    the walking aid of an earlier day, any token. Without a plan there is nothing to keep.
    """
    patient = access.patient(request)
    today = timezone.now().astimezone(patient.zone).date()
    asked = asking.asked_on(patient, today)
    if not asked.sides:
        return redirect("diary:log")
    context = {
        "form": EntryForm(asked=asked, today=today, shows_rules=False),
        "days_back": range(2, services.DAYS_BACK + 1),
        "is_offline": True,
    }
    return render(request, "diary/log_offline.html", context)
