"""How HipTrack differs from allauth's defaults."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import subscriptions
from accounts.models import User

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "too_many_login_attempts": _("That was tried too often. Wait five minutes and try again."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people come in by invitation."""
        return False

    def logout(self, request: HttpRequest) -> None:
        """Who signs out gets no push messages on this device any more."""
        if isinstance(request.user, User):
            subscriptions.sign_out(request.session, request.user)
        super().logout(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:settings")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail: never from the Host header, which anybody can choose."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", quote(key))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        with translation.override(user.language):
            super().send_password_reset_mail(user, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send it, or answer the request with a page that says that mail is down."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:  # smtplib's errors are among these
            logger.warning("Mail %s was not sent: %s", template_prefix, type(error).__name__)
            raise ImmediateHttpResponse(_mail_is_down()) from error


def _mail_is_down():
    return render(
        context.request, "account/mail_is_down.html", status=HTTPStatus.SERVICE_UNAVAILABLE
    )
