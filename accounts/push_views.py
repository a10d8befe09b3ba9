"""Push messages on one's own devices: on, off, and a test. A script fills in the form."""

import uuid
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access, devices, push_words, subscriptions
from accounts.enums import Role
from accounts.policies import policy
from accounts.push import Outcome


class SubscribeForm(forms.Form):
    """What a browser hands out. `old` is the address that it gave up for this one."""

    endpoint = forms.CharField(max_length=1000)
    p256dh = forms.CharField(max_length=88)
    auth = forms.CharField(max_length=24)
    old = forms.CharField(max_length=1000, required=False)


def _back() -> HttpResponse:
    response = redirect("diary:reminders")
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@require_POST
@policy(Role.PATIENT)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Send push messages to the device that asks, from now on."""
    form = SubscribeForm(request.POST)
    try:
        if not form.is_valid():
            raise subscriptions.SubscriptionRefused
        subscription = subscriptions.subscribe(
            user=access.signed_in(request),
            device=devices.device_name(request.headers.get("User-Agent", "")),
            now=timezone.now(),
            **form.cleaned_data,
        )
    except subscriptions.SubscriptionRefused:
        messages.error(request, _("This browser cannot take push messages from us."))
        return _back()
    subscriptions.belongs_to(request.session, subscription)
    messages.success(request, _("Reminders now come as push messages on this device."))
    return _back()


@require_POST
@policy(Role.PATIENT)
def remove(request: HttpRequest, device_uuid: uuid.UUID) -> HttpResponse:
    """Send nothing to one of one's devices any more."""
    subscriptions.remove(access.device_of_person(request, device_uuid))
    messages.success(request, _("No push messages come on that device any more."))
    return _back()


@require_POST
@policy(Role.PATIENT)
def test(request: HttpRequest, device_uuid: uuid.UUID) -> HttpResponse:
    """Send one message to one of one's devices now, and say what came of it."""
    payload = push_words.of_test(access.signed_in(request))
    device = access.device_of_person(request, device_uuid)
    outcome = subscriptions.push_test(device, payload, now=timezone.now())
    if outcome is None:
        messages.info(request, _("A message was sent to this device just now. Wait a moment."))
    elif outcome is Outcome.TAKEN:
        messages.success(request, _("A test message is on its way to the device."))
    elif outcome is Outcome.GONE:
        messages.error(
            request, _("That device takes no messages any more. It is taken off the list.")
        )
    else:
        messages.error(request, _("The test message could not be sent now. Try again later."))
    return _back()
