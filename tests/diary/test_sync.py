"""What waited on a phone: taken in once, receipted, and never lost or given to another."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import keys
from accounts.models import ServerKey
from diary.models import Entry, EntryRevision
from tests import factories, sealing
from tests.factories import NOW, TODAY

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FIRST = UUID("11111111-1111-4111-8111-111111111111")
PIXEL = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Mobile Safari/537.36"
)
FIELDS = {"left_loading": "3", "aid": "two_crutches", "did_walking": "on", "minutes_walking": "20"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def phone(patient) -> Client:
    """The browser of a patient with one open episode."""
    factories.make_episode(patient)
    client = Client(enforce_csrf_checks=True)
    client.force_login(patient)
    return client


def session(phone: Client) -> dict:
    return phone.get(reverse("diary:session")).json()


def send(phone: Client, sent: dict | bytes, **headers):
    """What the phone's own program does: a fresh token, then one envelope."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return phone.post(
        reverse("diary:sync"),
        body,
        content_type="application/json",
        headers={"X-CSRFToken": session(phone).get("csrf", ""), "User-Agent": PIXEL} | headers,
    )


def key() -> ServerKey:
    return keys.sealing_key(NOW)


def test_a_session_says_who_with_what_token_and_for_which_key(phone, patient):
    answer = phone.get(reverse("diary:session"))
    assert answer.status_code == 200
    told = answer.json()
    assert told.pop("csrf")
    assert told == {
        "person": str(patient.uuid),
        "key": {"id": str(key().uuid), "public": key().public},
    }
    assert "no-store" in answer.headers["Cache-Control"]
    assert "csrf" in answer.cookies


def test_a_sealed_day_becomes_an_entry_with_a_receipt(phone, patient):
    plain = sealing.letter(fields=FIELDS, uuid=FIRST)
    answer = send(phone, sealing.envelope(patient, key(), plain))
    assert answer.status_code == 201
    assert answer.json() == {
        "uuid": str(FIRST),
        "revision": 1,
        "hash": sealing.hash_of(plain),
        "day": "2026-11-23",
        "counts": True,
        "next": "/log/2026-11-23/saved/",
    }
    entry = Entry.objects.get()
    assert (entry.patient, entry.day, entry.aid) == (patient, TODAY, "two_crutches")
    revision = entry.revisions.get()
    assert (revision.client_uuid, revision.sealed_hash) == (FIRST, sealing.hash_of(plain))
    assert (revision.is_queued, revision.device) == (True, "Chrome Mobile, Android")
    assert (revision.entered_at, revision.received_at) == (NOW, NOW)
    assert (revision.by, revision.utc_offset_minutes) == (patient, 60)


def test_the_same_envelope_again_gets_the_same_receipt(phone, patient):
    sent = sealing.seal(patient, key(), fields=FIELDS)
    first = send(phone, sent)
    send(phone, sealing.seal(patient, key(), fields=FIELDS | {"left_loading": "5"}))
    again = send(phone, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert EntryRevision.objects.count() == 2
