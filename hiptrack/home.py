"""Where each role lands after signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.enums import Role
from accounts.policies import SIGNED_IN, policy
from diary import views as diary_views

LANDING = {
    Role.PHYSIOTHERAPIST: "care:caseload",
    Role.EDITOR: "conditions:start",
    Role.CLINIC_MANAGER: "accounts:invitations",
    "": "admin:index",
}


@require_safe
@policy(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """The patient's day, or the first page of somebody else's work."""
    person = signed_in(request)
    if person.is_patient:
        return diary_views.today(request)
    return redirect(LANDING[person.role])
