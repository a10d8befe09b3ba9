"""The installation's own pairs of keys: a phone seals for one, push messages are signed by one.

Private parts lie in the database encrypted under SECRET_KEY, so that a copy of the database
alone opens nothing. The key to seal for is another one each month, and a private part is
forgotten for good once nothing can wait for it any more.
"""

import base64
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.enums import KeyPurpose
from accounts.models import ServerKey

ROTATED_AFTER = timedelta(days=30)
# As long as an entry may wait on a phone without a connection, and half as long again.
FORGOTTEN_AFTER = timedelta(days=60)
SCALAR_BYTES = 32


class KeyGone(LookupError):
    """The private part is not here: forgotten, never ours, or encrypted under a lost secret."""


def sealing_key(now: datetime) -> ServerKey:
    """The key that phones seal for now; a new one where there is none, or only an old one."""
    return _current(KeyPurpose.SEAL, now, made_after=now - ROTATED_AFTER)


def push_key(now: datetime) -> ServerKey:
    """The key that signs push messages. It stays: phones subscribe to this one."""
    return _current(KeyPurpose.PUSH, now, made_after=None)


def private_key(key_id: UUID, purpose: str = KeyPurpose.SEAL) -> ec.EllipticCurvePrivateKey:
    """The private part of a key of this installation. Raises KeyGone."""
    key = ServerKey.objects.filter(uuid=key_id, purpose=purpose).first()
    if key is None or not (scalar := _opened(key)):
        raise KeyGone(key_id)
    return ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())


def forget_old_keys(now: datetime) -> int:
    """Delete the private parts that nothing is sealed for any more; how many that were."""
    old = ServerKey.objects.filter(handed_out_until__lte=now - FORGOTTEN_AFTER)
    return old.exclude(private="").update(private="")


def _current(purpose: str, now: datetime, *, made_after: datetime | None) -> ServerKey:
    key = ServerKey.objects.filter(purpose=purpose, handed_out_until__isnull=True).first()
    if key is not None and (made_after is None or key.made_at > made_after) and _opened(key):
        return key
    try:
        with transaction.atomic():
            return _replace(key, purpose, now)
    except IntegrityError:
        # Another process made one at the same moment.
        return ServerKey.objects.get(purpose=purpose, handed_out_until__isnull=True)


def _replace(key: ServerKey | None, purpose: str, now: datetime) -> ServerKey:
    if key is not None:
        handed_out = ServerKey.objects.filter(pk=key.pk, handed_out_until__isnull=True)
        handed_out.update(handed_out_until=now)
    made = ec.generate_private_key(ec.SECP256R1())
    point = made.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    scalar = made.private_numbers().private_value.to_bytes(SCALAR_BYTES)
    return ServerKey.objects.create(
        purpose=purpose,
        public=base64.urlsafe_b64encode(point).decode().rstrip("="),
        private=_boxes().encrypt(scalar).decode(),
        made_at=now,
    )


def _opened(key: ServerKey) -> bytes:
    """The private number, or nothing where it is forgotten or the secret it needs is lost."""
    try:
        return _boxes().decrypt(key.private)
    except InvalidToken:
        return b""


def _boxes() -> MultiFernet:
    """Closes with SECRET_KEY; opens with that and with those it replaced."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"accounts.keys")
    return base64.urlsafe_b64encode(derive.derive(secret.encode()))
