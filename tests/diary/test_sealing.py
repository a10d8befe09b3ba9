"""Envelopes: what opens, what does not, and that no bytes at all bring the program down."""

import base64
import contextlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from diary import sealing
from diary.sealing import Envelope, Letter, Unreadable
from tests.factories import NOW, TODAY
from tests.sealing import hash_of, letter, text

PERSON = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
UUID_INSIDE = UUID("33333333-3333-4333-8333-333333333333")
SERVER = ec.derive_private_key(7, ec.SECP256R1())
PHONE = ec.derive_private_key(11, ec.SECP256R1())
IV = bytes(range(12))
# Made with WebCrypto in Chromium, for the public part of SERVER.
BROWSER = {
    "uuid": "33333333-3333-4333-8333-333333333333",
    "person": "11111111-1111-4111-8111-111111111111",
    "key": "22222222-2222-4222-8222-222222222222",
    "ephemeral": (
        "BAtbmKNC4tJf37tvVuT1uS-IwN3R8VsF-0gV_QHKAdlKtB0G2My9bCOrKy7dbK8iH5erk0YBwsmRKSPSnrrVH7E"
    ),
    "iv": "NzdnS85A_AKyWf7A",
    "sealed": (
        "N373ovYdVkIqnAfnUM1JbkgFqeli3z4qjWkXcKtlijOLYa-uOSQDHkNb113tM8Uf1g5KC8s_82u3K1iNAQvu"
        "Mo0zHPYBRl-lHlh5uE1yreFl0--NHFVkDJdD9XuZ7cPYpEoiuNTodrzLln9orIwOdDlIs83wZ6JQDz-PYyEO"
        "LKp0iA0vDpIlhKltyf9o1F3vMqvT-MGWBH3-aeyIeeLUs-1PthGKTcYG7wfRNadl20h3ehu5oTTHAkdrzGGt"
        "ZJBJKXw0zwPm9XDFHJZH0EFMpCfq_K8eRb5-PJh-iSyRrH5YfuSwOITSq_T3E6ldwtNZd-CcZRJbVfYlkQNM"
        "kJATtRZ0tpc"
    ),
    "sent_at": "2026-11-25T08:00:05.000Z",
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
    max_leaves=20,
)


def sealed(plain: bytes, *, person: UUID = PERSON, uuid: UUID = UUID_INSIDE) -> Envelope:
    box = AESGCM(sealing.derived_key(PHONE.exchange(ec.ECDH(), SERVER.public_key())))
    return Envelope(
        uuid=uuid,
        person=person,
        key=OTHER,
        ephemeral=PHONE.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        iv=IV,
        sealed=box.encrypt(IV, plain, f"{person}:{uuid}".encode()),
        sent_at=NOW,
    )


def as_sent(envelope: Envelope) -> dict[str, object]:
    return {
        "uuid": str(envelope.uuid),
        "person": str(envelope.person),
        "key": str(envelope.key),
        "ephemeral": text(envelope.ephemeral),
        "iv": text(envelope.iv),
        "sealed": text(envelope.sealed),
        "sent_at": "2026-11-23T12:00:00.000Z",
    }


def test_what_was_sealed_opens_again():
    plain = letter(fields=[("note", "pijn – 4"), ("aid", "cane")], uuid=UUID_INSIDE)
    assert sealing.open_envelope(sealed(plain), SERVER) == Letter(
        uuid=UUID_INSIDE,
        kind="entry",
        day=TODAY,
        entered_at=NOW,
        utc_offset_minutes=60,
        fields=(("aid", "cane"), ("note", "pijn – 4")),
        hash=hash_of(plain),
    )


def test_an_envelope_made_by_a_browser_opens():
    opened = sealing.open_envelope(sealing.parse(json.dumps(BROWSER).encode()), SERVER)
    assert (opened.kind, opened.day.isoformat(), opened.fields) == (
        "entry",
        "2026-11-25",
        (("left_loading", "4"), ("note", "één trap – au")),
    )


def test_the_json_of_an_envelope_is_read():
    envelope = sealed(letter(uuid=UUID_INSIDE))
    assert sealing.parse(json.dumps(as_sent(envelope)).encode()) == envelope


def test_moments_are_read_in_any_zone():
    told = as_sent(sealed(b"")) | {"sent_at": "2026-11-23T14:30:00+02:30"}
    assert sealing.parse(json.dumps(told).encode()).sent_at == datetime(
        2026, 11, 23, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(("person", "uuid"), [(OTHER, UUID_INSIDE), (PERSON, OTHER)])
def test_person_and_id_are_bound_in(person, uuid):
    envelope = sealed(letter(uuid=UUID_INSIDE))
    changed = Envelope(**{**vars(envelope), "person": person, "uuid": uuid})
    with pytest.raises(Unreadable, match="it does not open"):
        sealing.open_envelope(changed, SERVER)


def test_another_key_opens_nothing():
    with pytest.raises(Unreadable, match="it does not open"):
        sealing.open_envelope(sealed(letter()), ec.generate_private_key(ec.SECP256R1()))


def test_a_letter_under_another_id_is_refused():
    with pytest.raises(Unreadable, match="another uuid lies inside"):
        sealing.open_envelope(sealed(letter(uuid=OTHER)), SERVER)


@pytest.mark.parametrize("place", [0, 5, -1])
def test_one_bit_changed_is_refused(place):
    envelope = sealed(letter(uuid=UUID_INSIDE))
    changed = bytearray(envelope.sealed)
    changed[place] ^= 1
    with pytest.raises(Unreadable, match="it does not open"):
        sealing.open_envelope(Envelope(**{**vars(envelope), "sealed": bytes(changed)}), SERVER)


@pytest.mark.parametrize("missing", sorted(as_sent(sealed(b""))))
def test_each_part_of_an_envelope_is_needed(missing):
    sent = as_sent(sealed(b""))
    del sent[missing]
    with pytest.raises(Unreadable, match=f"{missing}: it is no text"):
        sealing.parse(json.dumps(sent).encode())


@pytest.mark.parametrize(
    "written",
    [
        base64.b64encode(bytes([255] * 12)).decode(),  # + and / are of another alphabet
        text(bytes(11)),
        text(bytes(13)),
        "é",
        text(bytes(12)) + "\n",
        "",
    ],
)
def test_bytes_are_written_in_one_way(written):
    with pytest.raises(Unreadable, match=r"^iv: "):
        sealing.parse(json.dumps(as_sent(sealed(b"")) | {"iv": written}).encode())


@pytest.mark.parametrize("written", [f"{{{PERSON}}}", PERSON.hex, str(PERSON).upper() + "A", "A"])
def test_an_id_is_written_in_one_way(written):
    with pytest.raises(Unreadable, match=r"^uuid: "):
        sealing.parse(json.dumps(as_sent(sealed(b"")) | {"uuid": written}).encode())


@given(st.binary(max_size=300) | json_values.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=200, deadline=None)
def test_no_bytes_bring_the_parser_down(body):
    with pytest.raises(Unreadable):
        sealing.parse(body)


@given(st.sampled_from(sorted(as_sent(sealed(b"")))), json_values)
@settings(max_examples=200, deadline=None)
def test_no_part_brings_the_parser_down(name, value):
    body = json.dumps(as_sent(sealed(letter(uuid=UUID_INSIDE))) | {name: value}).encode()
    with contextlib.suppress(Unreadable):
        sealing.open_envelope(sealing.parse(body), SERVER)


@given(
    st.sampled_from(
        ["day", "entered_at", "fields", "kind", "salt", "utc_offset_minutes", "uuid", "v"]
    ),
    json_values | st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_no_letter_brings_the_opening_down(name, value):
    inside = json.loads(letter(uuid=UUID_INSIDE)) | {name: value}
    try:
        opened = sealing.open_envelope(sealed(json.dumps(inside).encode()), SERVER)
    except Unreadable:
        return
    assert opened.uuid == UUID_INSIDE
    for field, given_value in opened.fields:
        (field + given_value).encode()
