"""The link of an invitation: its nonce, signed with the installation's key.

A copy of the database holds nonces but no signatures, so it opens no door.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse


def make(nonce: str) -> str:
    return _signer().sign(nonce)


def read(token: str) -> str | None:
    """The nonce, or None where the signature is not ours."""
    try:
        return _signer().unsign(token)
    except BadSignature:
        return None


def link(nonce: str) -> str:
    """The full address that an invited person opens."""
    return settings.BASE_URL + reverse("accounts:accept", kwargs={"token": make(nonce)})


def _signer() -> Signer:
    return Signer(sep=".", salt="accounts.invitation")
