"""Opening what a phone sealed: bytes in, what was filled in out. No Django, no clock.

A phone that has no connection keeps what was filled in sealed to the server's public key, so
that a lost phone shows no diary: an elliptic-curve key agreement (P-256) with a key pair made
for this one envelope, HKDF-SHA-256 and AES-256-GCM. The person and the envelope's id are bound
in, so that an envelope opens for nobody else and under no other id. docs/offline.md describes
the format.
"""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
INFO = b"hiptrack-queue-1"
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
POINT_BYTES = 65  # an uncompressed point: 4, x, y
IV_BYTES = 12  # what NIST SP 800-38D recommends for GCM
KEY_BYTES = 32
LONGEST_ENVELOPE = 64 * 1024
MOST_FIELDS = 500
LONGEST_NAME = 100
# A phone whose battery died may think it is 1970; sums with such dates must stay dates.
FIRST_YEAR, LAST_YEAR = 1970, 2200
FURTHEST_OFFSETS = (-12 * 60, 14 * 60)


class Unreadable(ValueError):
    """These bytes are no envelope, or do not open. The words are for a log, and tell no answer."""


@dataclass(frozen=True)
class Envelope:
    """What a phone sends: for whom, sealed for which key, and when by its own clock."""

    uuid: UUID
    person: UUID
    key: UUID
    ephemeral: bytes
    iv: bytes
    sealed: bytes
    sent_at: datetime


@dataclass(frozen=True)
class Letter:
    """What lay in an envelope: the fields of one form as somebody filled them in.

    `entered_at` is by the phone's clock. `hash` is the hexadecimal SHA-256 of the bytes that
    were sealed; they hold salt, so that it tells nothing about the answers.
    """

    uuid: UUID
    kind: str
    day: date
    entered_at: datetime
    utc_offset_minutes: int
    fields: tuple[tuple[str, str], ...]
    hash: str


def parse(body: bytes) -> Envelope:
    """An envelope from the JSON that a phone sends. Raises Unreadable."""
    sent = _object(body)
    return Envelope(
        uuid=_uuid(sent, "uuid"),
        person=_uuid(sent, "person"),
        key=_uuid(sent, "key"),
        ephemeral=_bytes(sent, "ephemeral", POINT_BYTES),
        iv=_bytes(sent, "iv", IV_BYTES),
        sealed=_bytes(sent, "sealed"),
        sent_at=_moment(sent, "sent_at"),
    )


def open_envelope(envelope: Envelope, private_key: ec.EllipticCurvePrivateKey) -> Letter:
    """What lies in an envelope. Raises Unreadable where it was sealed for another key or person,
    or is not as the phone sealed it.
    """
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), envelope.ephemeral)
        shared = private_key.exchange(ec.ECDH(), point)
        box = AESGCM(derived_key(shared))
        plain = box.decrypt(envelope.iv, envelope.sealed, bound_in(envelope.person, envelope.uuid))
    except (InvalidTag, ValueError) as error:
        raise Unreadable("it does not open") from error
    letter = _letter(plain)
    if letter.uuid != envelope.uuid:
        _refuse("another uuid lies inside")
    return letter


def derived_key(shared: bytes) -> bytes:
    """The AES key that follows from the secret that both sides computed."""
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=INFO).derive(shared)


def bound_in(person: UUID, envelope: UUID) -> bytes:
    """What is authenticated beside the sealed bytes."""
    return f"{person}:{envelope}".encode()


def _letter(plain: bytes) -> Letter:
    inside = _object(plain)
    if inside.get("v") != VERSION or inside["v"] is True:
        _refuse("v: another version")
    return Letter(
        uuid=_uuid(inside, "uuid"),
        kind=_text(inside, "kind"),
        day=_day(inside, "day"),
        entered_at=_moment(inside, "entered_at"),
        utc_offset_minutes=_offset(inside, "utc_offset_minutes"),
        fields=_fields(inside, "fields"),
        hash=hashlib.sha256(plain).hexdigest(),
    )


def _refuse(why: str) -> NoReturn:
    raise Unreadable(why)


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is no JSON") from error
    if not isinstance(found, dict):
        _refuse("it is no object")
    return found


def _text(found: dict[str, Any], name: str) -> str:
    return _is_text(found.get(name), name)


def _is_text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        _refuse(f"{name}: it is no text")
    try:
        value.encode()
    except UnicodeEncodeError:
        _refuse(f"{name}: half a character")
    return value


def _uuid(found: dict[str, Any], name: str) -> UUID:
    text = _text(found, name)
    try:
        value = UUID(text)
    except ValueError:
        _refuse(f"{name}: it is no id")
    if str(value) != text:
        _refuse(f"{name}: it is written otherwise")
    return value


def _bytes(found: dict[str, Any], name: str, length: int | None = None) -> bytes:
    text = _text(found, name)
    if not BASE64URL.fullmatch(text):
        _refuse(f"{name}: it is no base64url")
    try:
        value = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        _refuse(f"{name}: it has another length")
    if length is not None and len(value) != length:
        _refuse(f"{name}: it has another length")
    return value


def _day(found: dict[str, Any], name: str) -> date:
    text = _text(found, name)
    try:
        value = date.fromisoformat(text)
    except ValueError:
        _refuse(f"{name}: it is no day")
    if value.isoformat() != text or not FIRST_YEAR <= value.year <= LAST_YEAR:
        _refuse(f"{name}: it is no day of ours")
    return value


def _moment(found: dict[str, Any], name: str) -> datetime:
    text = _text(found, name)
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        _refuse(f"{name}: it is no moment")
    if value.utcoffset() is None or not FIRST_YEAR <= value.year < LAST_YEAR:
        _refuse(f"{name}: it is no moment of ours")
    return value.astimezone(UTC)


def _offset(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    lowest, highest = FURTHEST_OFFSETS
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        _refuse(f"{name}: it is no offset")
    return value


def _fields(found: dict[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    pairs = found.get(name)
    if not isinstance(pairs, list) or len(pairs) > MOST_FIELDS:
        _refuse(f"{name}: it is no list of ours")
    return tuple(_field(pair, name) for pair in pairs)


def _field(pair: Any, name: str) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2:
        _refuse(f"{name}: it is no pair")
    field = _is_text(pair[0], name)
    if len(field) > LONGEST_NAME:
        _refuse(f"{name}: a long name")
    return field, _is_text(pair[1], name)
