"""Extra moments that waited on a phone: taken in as the page would take them, and receipted."""

import json
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts import keys
from diary import moments
from diary.models import Entry, Moment
from tests import sealing
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

FIRST = UUID("11111111-1111-4111-8111-111111111111")
HOUR = timedelta(hours=1)


def seal(patient, fields, **how) -> dict:
    sent_at = how.pop("sent_at", NOW)
    plain = sealing.letter(fields=fields, kind="moment", **how)
    return sealing.envelope(patient, keys.sealing_key(NOW), plain, sent_at=sent_at)


def send(phone: Client, envelope: dict):
    return phone.post(
        reverse("diary:sync"), json.dumps(envelope).encode(), content_type="application/json"
    )


def test_a_sealed_moment_is_kept_with_a_receipt_and_makes_no_entry(phone, patient):
    sent = seal(patient, {"score": "8", "activity": "walking", "note": "x"}, uuid=FIRST)
    answer = send(phone, sent)
    moment = Moment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "uuid": str(FIRST),
        "revision": 1,
        "hash": moment.sealed_hash,
        "day": "2026-11-23",
        "counts": True,
        "next": f"/log/2026-11-23/moments/?added={moment.uuid}",
    }
    assert (moment.score, moment.activity.slug, moment.note) == (8, "walking", "x")
    assert (moment.client_uuid, moment.is_queued, moment.at) == (FIRST, True, time(13))
    assert Entry.objects.count() == 0


def test_now_is_when_it_was_felt_and_not_when_it_came_in(phone, patient):
    entered = NOW - 2 * HOUR
    send(phone, seal(patient, {"score": "4"}, entered_at=entered))
    moment = Moment.objects.get()
    assert (moment.at, moment.entered_at, moment.received_at) == (time(11), entered, NOW)


def test_now_is_by_the_clock_of_where_the_phone_was(phone, patient):
    # At home it is half past midnight; for a traveller in the west still the day before.
    entered, day = NOW - timedelta(hours=12, minutes=30), TODAY - timedelta(days=1)
    sent = seal(patient, {"score": "4"}, day=day, entered_at=entered, utc_offset_minutes=-8 * 60)
    assert send(phone, sent).status_code == 201
    assert (Moment.objects.get().day, Moment.objects.get().at) == (day, time(15, 30))


def test_a_wrong_clock_is_set_right(phone, patient):
    wrong = timedelta(minutes=30)
    sent = seal(patient, {"score": "4"}, entered_at=NOW - HOUR - wrong, sent_at=NOW - wrong)
    send(phone, sent)
    assert Moment.objects.get().at == time(12)


def test_the_same_envelope_again_gets_the_same_receipt_also_when_it_was_taken_back(phone, patient):
    sent = seal(patient, {"score": "4"})
    first = send(phone, sent)
    moments.take_back_moment(moment=Moment.objects.get(), now=NOW)
    again = send(phone, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Moment.objects.count() == 1


def test_the_same_id_with_other_words_is_saved_otherwise(phone, patient):
    send(phone, seal(patient, {"score": "4"}, uuid=FIRST))
    for other in ({"score": "5"}, {"score": "11"}):
        answer = send(phone, seal(patient, other, uuid=FIRST))
        assert (answer.status_code, answer.json()["error"]) == (409, "saved_otherwise")
    assert Moment.objects.get().score == 4


@pytest.mark.parametrize(
    ("fields", "day", "reason"),
    [
        ({"at": "09:00"}, TODAY, "How bad was the pain: Say how bad it was"),
        ({"score": "3"}, TODAY - timedelta(days=2), "At what time: Fill in at what time it was."),
        ({"score": "3", "at": "09:00"}, TODAY - timedelta(days=20), "no longer be filled in"),
    ],
)
def test_what_the_page_refuses_is_refused_with_a_sentence(phone, patient, fields, day, reason):
    answer = send(phone, seal(patient, fields, day=day))
    assert (answer.status_code, answer.json()["error"]) == (422, "refused")
    assert reason in answer.json()["reasons"][0]
    assert Moment.objects.count() == 0


def test_what_was_refused_is_mended_on_the_page_under_the_same_id(phone, patient):
    day = TODAY - timedelta(days=2)
    sent = seal(patient, {"score": "3", "note": "kept"}, day=day, uuid=FIRST)
    page = phone.post(reverse("diary:mend"), {"envelope": json.dumps(sent)}).content.decode()
    assert "Fill in at what time it was." in page
    assert "kept</textarea>" in page
    assert f'value="{FIRST}"' in page
    address = reverse("diary:moments", args=[day])
    phone.post(address, {"client_uuid": FIRST, "score": "3", "note": "kept", "at": "09:00"})
    assert (Moment.objects.get().client_uuid, Moment.objects.get().day) == (FIRST, day)


def test_without_a_plan_there_is_nothing_to_add_to(patient, client):
    client.force_login(patient)
    answer = send(client, seal(patient, {"score": "3"}))
    assert answer.status_code == 422
    assert Moment.objects.count() == 0


def test_the_page_carries_the_key_and_its_limits(phone):
    html = phone.get(reverse("diary:moments", args=[TODAY])).content.decode()
    assert f'data-key-id="{keys.sealing_key(NOW).uuid}"' in html
    assert "Say how bad it was, what you were doing, or write a note." in html
