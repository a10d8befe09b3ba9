"""Sending to one device by Web Push: encrypted for it alone, signed as this installation.

The address of a device comes from a browser, so it is held to the push services that browsers
use, over https, at public addresses, and no answer leads anywhere else. What a service refuses
has not been delivered; what ends without an answer may have been.
"""

import importlib
import ipaddress
import json
import logging
import re
import socket
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import Enum, auto
from functools import cached_property
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts import keys
from accounts.enums import KeyPurpose
from accounts.models import PushSubscription

logger = logging.getLogger(__name__)

# The push services of Chrome and its kin, Firefox, Edge, and Safari.
HOSTS = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
    "web.push.apple.com",
    "*.push.apple.com",
)
TIMEOUT = (5, 10)  # seconds to connect, and to wait for an answer
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 allows 24
HTTPS_PORT = 443
GONE = (404, 410)
# What one reader of addresses takes for part of a name, and another for its end.
_ODD = re.compile(r"[^!-\[\]-~]")


class Outcome(Enum):
    """What came of sending: TAKEN by the service, GONE for good, NOT_TAKEN, or UNCERTAIN."""

    TAKEN = auto()
    GONE = auto()
    NOT_TAKEN = auto()
    UNCERTAIN = auto()


class AddressRefused(ValueError):
    """An address that is no push service's."""


def check_address(endpoint: str) -> SplitResult:
    """Raises AddressRefused for what is not an address at a push service.

    An address of this very computer is taken over http too, where PUSH_HOSTS names it with its
    port; that is how tests listen.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(endpoint) from error
    has_person = parts.username is not None or parts.password is not None
    if has_person or parts.fragment or _ODD.search(endpoint):
        raise AddressRefused(endpoint)
    if _is_added_loopback(parts):
        return parts
    host = parts.hostname or ""
    is_known = any(_fits(host, known) for known in (*HOSTS, *settings.PUSH_HOSTS))
    if parts.scheme != "https" or port not in (None, HTTPS_PORT) or not is_known:
        raise AddressRefused(endpoint)
    return parts


def _is_added_loopback(parts: SplitResult) -> bool:
    is_loopback = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return is_loopback and parts.scheme == "http" and parts.netloc in settings.PUSH_HOSTS


def _fits(host: str, known: str) -> bool:
    return host == known or (known.startswith("*.") and host.endswith(known[1:]))


def _check_where_it_leads(parts: SplitResult) -> None:
    """Refuse a name that leads into a private network.

    The name is looked up once more for the connection: that it cannot lead elsewhere then is
    held by the certificate, which only the push service has.
    """
    if _is_added_loopback(parts):
        return
    found = socket.getaddrinfo(parts.hostname, HTTPS_PORT, type=socket.SOCK_STREAM)
    if not all(ipaddress.ip_address(address[4][0]).is_global for address in found):
        raise AddressRefused(parts.hostname)


class Pusher:
    """Sends within one sweep. What does not answer once is left alone for the rest of it."""

    def __init__(self, now: datetime):
        self.now = now
        self.silent_hosts: set[str] = set()

    @cached_property
    def session(self) -> Any:
        session = importlib.import_module("requests").Session()
        session.trust_env = False  # no proxy, and no password from a file, by surprise
        return session

    @cached_property
    def signer(self) -> Any:
        key = keys.push_key(self.now)
        private = keys.private_key(key.uuid, KeyPurpose.PUSH)
        return importlib.import_module("py_vapid").Vapid02(private)

    def send(
        self, subscription: PushSubscription, payload: Mapping[str, Any], *, lasts: timedelta
    ) -> Outcome:
        """Give one message to the push service of a device, for `lasts` at most."""
        try:
            parts = check_address(subscription.endpoint)
            if parts.netloc in self.silent_hosts:
                return Outcome.NOT_TAKEN
            _check_where_it_leads(parts)
            body = _encrypted(subscription, payload)
            headers = self._headers(parts, lasts)
        except Exception as error:  # nothing has left yet
            return self._not_taken(subscription, error)
        return self._post(subscription, parts, body, headers)

    def _headers(self, parts: SplitResult, lasts: timedelta) -> dict[str, str]:
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self.now + SIGNED_FOR).timestamp()),
            "sub": contact(),
        }
        sent = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(0, int(lasts.total_seconds()))),
            "Urgency": "normal",
        }
        return self.signer.sign(claims) | sent

    def _post(
        self,
        subscription: PushSubscription,
        parts: SplitResult,
        body: bytes,
        headers: dict[str, str],
    ) -> Outcome:
        try:
            # Not read further than its first lines: an answer without an end would hold us.
            with self.session.post(
                subscription.endpoint,
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return self._outcome(subscription, answer.status_code)
        except Exception as error:  # whatever it was, another device may have its message already
            self.silent_hosts.add(parts.netloc)
            if _has_not_left(error):
                return self._not_taken(subscription, error)
            logger.warning("Push to %s may have left: %s", subscription.uuid, _kind(error))
            return Outcome.UNCERTAIN

    def _outcome(self, subscription: PushSubscription, status: int) -> Outcome:
        if 200 <= status < 300:
            return Outcome.TAKEN
        if status in GONE:
            return Outcome.GONE
        logger.warning("Push to %s was not taken: %s", subscription.uuid, status)
        return Outcome.NOT_TAKEN

    def _not_taken(self, subscription: PushSubscription, error: Exception) -> Outcome:
        logger.warning("Push to %s was not sent: %s", subscription.uuid, _kind(error))
        return Outcome.NOT_TAKEN


def contact() -> str:
    """Whom a push service may write to about what we send."""
    return f"mailto:{settings.PUSH_CONTACT or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def join(outcomes: Iterable[Outcome]) -> Outcome:
    """What several devices come to: taken by one is taken; unsure at one is unsure."""
    found = set(outcomes)
    return next(
        (each for each in (Outcome.TAKEN, Outcome.UNCERTAIN) if each in found), Outcome.NOT_TAKEN
    )


def _encrypted(subscription: PushSubscription, payload: Mapping[str, Any]) -> bytes:
    # Imported where it is used: it brings an asynchronous client that nothing here needs, and
    # most processes never send.
    pywebpush = importlib.import_module("pywebpush")
    device = {
        "endpoint": subscription.endpoint,
        "keys": {"p256dh": subscription.p256dh, "auth": subscription.auth},
    }
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    body: bytes = pywebpush.WebPusher(device).encode(text.encode())["body"]
    return body


def _has_not_left(error: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been delivered."""
    requests = importlib.import_module("requests")
    urllib3 = importlib.import_module("urllib3")
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _kind(error: Exception) -> str:
    # The text of these errors names the address, which is a secret of the device.
    return type(error).__name__
