"""The devices on which somebody takes push messages: each its own choice, made on the device.

A device belongs to the session in which it was chosen: signing out there ends it.
"""

import base64
import binascii
import logging
from collections.abc import Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from accounts import push
from accounts.models import PushSubscription, User
from accounts.push import Outcome, Pusher

logger = logging.getLogger(__name__)

# Who has more than this has thrown some away: the oldest make room.
MOST_DEVICES = 5
SECRET_BYTES = 16  # RFC 8291
TEST_LASTS = timedelta(minutes=5)
TEST_PAUSE = timedelta(seconds=10)
SESSION_KEY = "push_device"


class SubscriptionRefused(ValueError):
    """What came is no device that can be sent to."""


def of(user: User) -> QuerySet[PushSubscription]:
    """The devices of somebody, the oldest first."""
    return PushSubscription.objects.filter(user=user).order_by("created_at", "pk")


def devices(user: User) -> list[PushSubscription]:
    return list(of(user))


@transaction.atomic
def subscribe(
    *,
    user: User,
    endpoint: str,
    p256dh: str,
    auth: str,
    device: str,
    now: datetime,
    old: str = "",
) -> PushSubscription:
    """Send push messages for this person to a device from now on.

    A device that another person had, who used the same browser, becomes this person's. `old`
    is an address of this person that the device has given up for this one. Raises
    SubscriptionRefused.
    """
    _check(endpoint, p256dh, auth)
    if old:
        of(user).filter(endpoint=old).delete()
    told = {"user": user, "p256dh": p256dh, "auth": auth, "device": device}
    subscription, _is_new = PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults=told, create_defaults=told | {"created_at": now}
    )
    others = of(user).exclude(pk=subscription.pk).reverse().values_list("pk", flat=True)
    PushSubscription.objects.filter(pk__in=list(others[MOST_DEVICES - 1 :])).delete()
    return subscription


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    try:
        push.check_address(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(p256dh))
        is_whole = len(_decoded(auth)) == SECRET_BYTES
    except (ValueError, binascii.Error) as error:
        raise SubscriptionRefused from error
    if not is_whole:
        raise SubscriptionRefused


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def remove(subscription: PushSubscription) -> None:
    """Send nothing to this device any more."""
    PushSubscription.objects.filter(pk=subscription.pk).delete()


def belongs_to(session: MutableMapping[str, Any], subscription: PushSubscription) -> None:
    """Let a device end with this session."""
    session[SESSION_KEY] = str(subscription.uuid)


def of_session(session: Mapping[str, Any], user: User) -> PushSubscription | None:
    """The device that this session was told of, while it is this person's."""
    known = session.get(SESSION_KEY)
    return of(user).filter(uuid=UUID(known)).first() if known else None


def sign_out(session: Mapping[str, Any], user: User) -> None:
    """Nothing for somebody who signed out appears on that device any more."""
    subscription = of_session(session, user)
    if subscription is not None:
        remove(subscription)


def push_to_all(
    devices: Sequence[PushSubscription],
    payload: Mapping[str, Any],
    *,
    lasts: timedelta,
    pusher: Pusher,
) -> Outcome:
    """Send to each of these devices; taken by one is taken. A device that is gone is removed."""
    outcomes = {each.pk: pusher.send(each, payload, lasts=lasts) for each in devices}
    try:
        _write_down(outcomes, pusher.now)
    except DatabaseError:  # what has left is not sent again because of this
        logger.exception("What came of push messages could not be written down")
    return push.join(outcomes.values())


def push_test(
    subscription: PushSubscription, payload: Mapping[str, Any], *, now: datetime
) -> Outcome | None:
    """Send a test message to one device now; None where one was sent seconds ago."""
    last = subscription.last_sent_at
    if last is not None and now - last < TEST_PAUSE:
        return None
    outcome = Pusher(now).send(subscription, payload, lasts=TEST_LASTS)
    _write_down({subscription.pk: outcome}, now)
    return outcome


def _write_down(outcomes: Mapping[int, Outcome], now: datetime) -> None:
    taken = [pk for pk, outcome in outcomes.items() if outcome is Outcome.TAKEN]
    gone = [pk for pk, outcome in outcomes.items() if outcome is Outcome.GONE]
    if taken:
        PushSubscription.objects.filter(pk__in=taken).update(last_sent_at=now)
    if gone:
        PushSubscription.objects.filter(pk__in=gone).delete()
