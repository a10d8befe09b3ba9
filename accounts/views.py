"""The pages about people: accepting an invitation, inviting, one's own settings."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, consent, queries, services
from accounts.enums import InvitationState, Role
from accounts.forms import AcceptForm, ClinicForm, InviteForm, SettingsForm
from accounts.models import Invitation
from accounts.policies import PUBLIC, SIGNED_IN, policy

INVITATIONS_PER_PAGE = 50


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@policy(PUBLIC)
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let an invited person make an account; every link that is not open answers alike."""
    try:
        invitation = services.open_invitation(token, timezone.now())
        if request.user.is_authenticated:
            return render(request, "accounts/sign_out_first.html")
        shown_in = _language_shown(request, invitation)
        with translation.override(shown_in):
            response = _accept(request, token, invitation, shown_in)
        response.headers["Content-Language"] = shown_in
        return response
    except services.AddressTaken:
        return render(request, "accounts/address_taken.html", status=HTTPStatus.CONFLICT)
    except services.InvitationNotOpen:
        return render(request, "accounts/invitation_not_open.html", status=HTTPStatus.GONE)


def _language_shown(request: HttpRequest, invitation: Invitation) -> str:
    """The language in which the text is read: as asked for, else as invited."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(django_settings.LANGUAGES) else invitation.language


def _accept(
    request: HttpRequest, token: str, invitation: Invitation, shown_in: str
) -> HttpResponse:
    form = AcceptForm(
        request.POST if request.method == "POST" else None,
        invitation=invitation,
        shown_in=shown_in,
        this_year=timezone.localdate().year,
    )
    if form.is_valid():
        user = services.accept_invitation(
            token=token,
            password=form.cleaned_data["password"],
            consented=form.cleaned_data["consent"],
            language=form.cleaned_data["language"],
            consent_language=shown_in,
            channel="web",
            name=form.cleaned_data["name"],
            birth_year=form.cleaned_data.get("birth_year"),
            now=timezone.now(),
        )
        login(request, user)
        return redirect("home")
    context = {
        "form": form,
        "invitation": invitation,
        "consent_template": consent.template_of(invitation.role),
        "languages": [
            (code, translation.get_language_info(code)["name_local"], code == shown_in)
            for code, _name in django_settings.LANGUAGES
        ],
    }
    return render(request, "accounts/accept.html", context)


@dataclass(frozen=True)
class InvitationLine:
    """An invitation as the list shows it."""

    invitation: Invitation
    state: InvitationState

    @property
    def is_open(self) -> bool:
        return self.state == InvitationState.OPEN


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Role.PHYSIOTHERAPIST, Role.CLINIC_MANAGER)
def invitations(request: HttpRequest) -> HttpResponse:
    """The invitations that the person may see, and a form to make one."""
    person = access.signed_in(request)
    form = InviteForm(
        request.POST if request.method == "POST" else None, initial={"language": person.language}
    )
    if form.is_valid() and _invite(request, form):
        return redirect("accounts:invitations")
    now = timezone.now()
    found = queries.with_delivery(access.invitations_of(person)).order_by("-created_at", "-pk")
    page = Paginator(found, INVITATIONS_PER_PAGE).get_page(request.GET.get("page"))
    lines = [InvitationLine(invitation, invitation.state_at(now)) for invitation in page]
    return render(
        request, "accounts/invitations.html", {"form": form, "page": page, "lines": lines}
    )


def _invite(request: HttpRequest, form: InviteForm) -> bool:
    """Do what the form asks, and say what was done; False leaves the reason in the form."""
    person, now = access.signed_in(request), timezone.now()
    try:
        services.invite(
            by=person, role=services.MAY_INVITE[person.role], now=now, **form.cleaned_data
        )
    except services.AlreadyPatientHere as known:
        services.start_relation(patient=known.patient, physiotherapist=person, now=now)
        messages.success(
            request,
            _("%(name)s is a patient of your clinic already and now stands on your caseload.")
            % {"name": known.patient.name},
        )
        return True
    except services.InvitationRefused:
        form.add_error("email", _("Somebody of your clinic has this address already."))
        return False
    messages.success(request, _("The invitation is on its way. It can be accepted for 7 days."))
    return True


@require_POST
@policy(Role.PHYSIOTHERAPIST, Role.CLINIC_MANAGER)
def withdraw_invitation(request: HttpRequest, invitation_uuid: uuid.UUID) -> HttpResponse:
    """Close an open invitation, so that its link works no longer."""
    invitation = access.invitation_for_inviter(request, invitation_uuid)
    if services.withdraw_invitation(invitation=invitation, now=timezone.now()):
        messages.success(request, _("The invitation is withdrawn. Its link works no longer."))
    else:
        messages.info(request, _("This invitation was not open any more."))
    return redirect("accounts:invitations")


@require_http_methods(["GET", "HEAD", "POST"])
@policy(SIGNED_IN)
def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone, and the way to everything else that is one's own."""
    person = access.signed_in(request)
    form = SettingsForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        services.change_settings(person=person, **form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    consents = [
        (given, consent.template_of(person.role, given.text_version))
        for given in person.consents.order_by("-given_at")
    ]
    return render(request, "accounts/settings.html", {"form": form, "consents": consents})


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Role.CLINIC_MANAGER)
def clinic(request: HttpRequest) -> HttpResponse:
    """The clinic of a manager: its name, its telephone, and whether it treats children."""
    own = access.clinic_of_manager(request)
    form = ClinicForm(request.POST if request.method == "POST" else None, clinic=own)
    if form.is_valid():
        services.change_clinic(clinic=own, **form.cleaned_data)
        messages.success(request, _("What you changed of your clinic is saved."))
        return redirect("accounts:clinic")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/clinic.html", {"form": form}, status=status)
