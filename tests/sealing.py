"""Envelopes as a phone makes them; see docs/offline.md."""

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.models import ServerKey, User
from diary import sealing
from tests.factories import NOW, TODAY

Fields = Iterable[tuple[str, str]]


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def letter(
    day: date = TODAY,
    fields: Fields | dict[str, str] = (),
    *,
    uuid: UUID | None = None,
    entered_at: datetime = NOW,
    kind: str = "entry",
    **changed: object,
) -> bytes:
    """The bytes that a phone seals."""
    pairs = fields.items() if isinstance(fields, dict) else fields
    content = {
        "day": day.isoformat(),
        "entered_at": moment(entered_at),
        "fields": sorted([name, value] for name, value in pairs),
        "kind": kind,
        "salt": text(os.urandom(16)),
        "utc_offset_minutes": 60,
        "uuid": str(uuid or uuid4()),
        "v": 1,
    } | changed
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def envelope(
    person: User, key: ServerKey, plain: bytes, *, sent_at: datetime = NOW, **changed: object
) -> dict:
    """What a phone sends of bytes that it seals for a person and a key."""
    inside = json.loads(plain)
    point = base64.urlsafe_b64decode(key.public + "=" * (-len(key.public) % 4))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    pair = ec.generate_private_key(ec.SECP256R1())
    iv = os.urandom(12)
    bound = f"{person.uuid}:{inside['uuid']}".encode()
    box = AESGCM(sealing.derived_key(pair.exchange(ec.ECDH(), public)))
    return {
        "uuid": inside["uuid"],
        "person": str(person.uuid),
        "key": str(key.uuid),
        "ephemeral": text(
            pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        ),
        "iv": text(iv),
        "sealed": text(box.encrypt(iv, plain, bound)),
        "sent_at": moment(sent_at),
    } | changed


def seal(
    person: User,
    key: ServerKey,
    day: date = TODAY,
    fields: Fields | dict[str, str] = (),
    *,
    sent_at: datetime = NOW,
    **inside: object,
) -> dict:
    """An envelope with a form that was filled in."""
    return envelope(person, key, letter(day, fields, **inside), sent_at=sent_at)


def hash_of(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()
