"""What waited on a phone: taken in once, receipted, and never lost or given to another."""

import json
import threading
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import keys
from accounts.models import ServerKey
from conditions.enums import QuestionKind
from diary import queries
from diary.models import Entry, EntryAnswer, EntryRevision, Reading
from tests import factories, sealing
from tests.diary.asking import make_questions
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
FIRST = UUID("11111111-1111-4111-8111-111111111111")
PIXEL = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/141.0.0.0 Mobile Safari/537.36"
)
FIELDS = {"left_loading": "3", "aid": "two_crutches", "did_walking": "on", "minutes_walking": "20"}


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


@pytest.mark.parametrize("number", [1, 5])
def test_one_and_many_answers_need_the_same_queries(
    client, patient, django_assert_num_queries, number
):
    made = tuple(make_questions().values())[:number]
    factories.make_episode(patient, factories.make_plan(asks=made))
    client.force_login(patient)
    fields = FIELDS | {f"answer_{question.code}": "1" for question in made}
    sent = json.dumps(sealing.seal(patient, key(), fields=fields))
    # Two of them are the savepoint that stands for the transaction here.
    with django_assert_num_queries(17):
        client.post(reverse("diary:sync"), sent, content_type="application/json")
    assert EntryAnswer.objects.count() == number


def test_the_same_envelope_again_gets_the_same_receipt(phone, patient):
    sent = sealing.seal(patient, key(), fields=FIELDS)
    first = send(phone, sent)
    send(phone, sealing.seal(patient, key(), fields=FIELDS | {"left_loading": "5"}))
    again = send(phone, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert EntryRevision.objects.count() == 2


def test_the_same_receipt_comes_after_the_day_has_closed_and_the_entry_was_taken_back(
    phone, patient
):
    sent = sealing.seal(patient, key(), fields=FIELDS)
    first = send(phone, sent)
    phone.post(
        reverse("diary:undo", args=[TODAY]),
        {"number": "1"},
        headers={"X-CSRFToken": session(phone)["csrf"]},
    )
    with time_machine.travel(NOW + 40 * DAY, tick=False):
        phone.force_login(patient)
        again = send(phone, sent)
    assert (again.status_code, again.json()) == (200, first.json())
    assert Entry.objects.count() == 0
    assert EntryRevision.objects.count() == 1


def test_an_answer_that_got_lost_on_the_way_is_one_entry(phone, patient, client):
    """The page was saved online, nobody heard of it, and the phone sends the same form again."""
    client.force_login(patient)
    client.post(reverse("diary:log"), FIELDS | {"client_uuid": str(FIRST), "note": ""})
    answer = send(phone, sealing.seal(patient, key(), fields=FIELDS, uuid=FIRST))
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)
    assert EntryRevision.objects.get().is_queued is False


@pytest.mark.parametrize("changed", [{"left_loading": "9"}, {"left_loading": "eleven"}])
def test_another_saving_under_the_same_id_is_refused_and_the_first_stays(phone, patient, changed):
    send(phone, sealing.seal(patient, key(), fields=FIELDS, uuid=FIRST))
    answer = send(phone, sealing.seal(patient, key(), fields=FIELDS | changed, uuid=FIRST))
    assert answer.status_code == 409
    assert answer.json() == {"error": "saved_otherwise", "day": "2026-11-23"}
    assert Reading.objects.get().loading == 3


class TestClock:
    """When something was entered: by the phone's clock, mended by how wrong that is now."""

    @pytest.mark.parametrize("wrong_by", [timedelta(0), -3 * HOUR, 400 * DAY, -56 * 365 * DAY])
    def test_a_wrong_clock_is_mended(self, phone, patient, wrong_by):
        sent_at = NOW + wrong_by
        sent = sealing.seal(
            patient, key(), fields=FIELDS, entered_at=sent_at - 2 * HOUR, sent_at=sent_at
        )
        assert send(phone, sent).status_code == 201
        revision = EntryRevision.objects.get()
        assert (revision.entered_at, revision.received_at) == (NOW - 2 * HOUR, NOW)

    def test_nothing_is_entered_in_the_future(self, phone, patient):
        send(phone, sealing.seal(patient, key(), fields=FIELDS, entered_at=NOW + HOUR))
        assert EntryRevision.objects.get().entered_at == NOW

    def test_nothing_is_entered_longer_ago_than_a_key_is_kept(self, phone, patient):
        sent = sealing.seal(patient, key(), TODAY - 61 * DAY, FIELDS, entered_at=NOW - 900 * DAY)
        assert send(phone, sent).status_code == 201
        assert EntryRevision.objects.get().entered_at == NOW - 60 * DAY

    def test_an_entry_made_on_its_day_and_sent_later_is_not_late(self, phone, patient):
        send(phone, sealing.seal(patient, key(), TODAY - 2 * DAY, FIELDS, entered_at=NOW - 2 * DAY))
        send(phone, sealing.seal(patient, key(), TODAY - DAY, FIELDS))
        late = {entry.day: queries.was_late(entry, patient.zone) for entry in Entry.objects.all()}
        assert late == {TODAY - 2 * DAY: False, TODAY - DAY: True}

    @pytest.mark.parametrize(
        ("day", "entered_at", "status"),
        [
            (TODAY - 24 * DAY, NOW - 10 * DAY, 201),
            (TODAY - 25 * DAY, NOW - 10 * DAY, 422),
            (TODAY, NOW, 201),
            (TODAY + DAY, NOW, 201),  # a phone in Kiribati
            (TODAY + 2 * DAY, NOW, 422),
            (TODAY + DAY, NOW - 3 * HOUR, 422),  # and even there it was not tomorrow yet
        ],
    )
    def test_the_day_was_open_when_it_was_entered(self, phone, patient, day, entered_at, status):
        sent = sealing.seal(patient, key(), day, FIELDS, entered_at=entered_at)
        assert send(phone, sent).status_code == status
        assert Entry.objects.count() == (status == 201)


class TestEarlier:
    """Of two devices, the one that was filled in last counts, whichever comes in first."""

    def test_an_older_edit_is_kept_and_replaces_nothing(self, phone, patient):
        send(phone, sealing.seal(patient, key(), fields=FIELDS | {"left_loading": "5"}))
        older = sealing.seal(patient, key(), fields=FIELDS, entered_at=NOW - HOUR)
        answer = send(phone, older)
        assert (answer.status_code, answer.json()["counts"]) == (201, False)
        assert answer.json()["revision"] == 2
        entry = Entry.objects.get()
        assert (entry.revision, entry.updated_at, entry.created_at) == (1, NOW, NOW - HOUR)
        assert Reading.objects.get().loading == 5
        assert list(entry.revisions.values_list("number", "has_counted")) == [(1, True), (2, False)]
        assert send(phone, older).json() == answer.json()

    def test_a_newer_edit_counts_and_gets_the_next_number(self, phone, patient):
        send(phone, sealing.seal(patient, key(), fields=FIELDS, entered_at=NOW - HOUR))
        send(phone, sealing.seal(patient, key(), fields=FIELDS, entered_at=NOW - 2 * HOUR))
        answer = send(phone, sealing.seal(patient, key(), fields={"left_loading": "7"}))
        assert (answer.json()["revision"], answer.json()["counts"]) == (3, True)
        assert (Entry.objects.get().revision, Reading.objects.get().loading) == (3, 7)


class TestWhatIsAsked:
    def test_the_form_of_the_page_refuses_in_sentences(self, phone, patient):
        wrong = {"aid": "two_crutches", "painkillers": "99"}
        answer = send(phone, sealing.seal(patient, key(), fields=wrong))
        assert answer.status_code == 422
        assert answer.json() == {
            "error": "refused",
            "day": "2026-11-23",
            "reasons": [
                "How many painkillers: Ensure this value is less than or equal to 30.",
                "Pain on loading: Choose at least one pain number for your left hip. 0 is no pain.",
            ],
        }
        assert Entry.objects.count() == 0

    def test_the_sentences_are_in_the_persons_language(self, phone, patient):
        patient.language = "nl"
        patient.save(update_fields=["language"])
        answer = send(phone, sealing.seal(patient, key(), fields={"aid": "cane"}))
        assert answer.json()["reasons"] == [
            "Pijn bij belasten: Kies minstens één pijncijfer voor uw linkerheup. 0 is geen pijn."
        ]

    def test_what_is_asked_no_longer_is_taken(self, phone, patient):
        factories.make_question("clicking", QuestionKind.YES_NO)
        fields = FIELDS | {"answer_clicking": "1", "right_rest": "4"}
        assert send(phone, sealing.seal(patient, key(), fields=fields)).status_code == 201
        assert EntryAnswer.objects.get().value == 1
        assert list(Reading.objects.order_by("side").values_list("side", "loading", "rest")) == [
            ("left", 3, None),
            ("right", None, 4),
        ]

    def test_what_nobody_knows_is_refused_and_not_dropped(self, phone, patient):
        for field in ("answer_unheard", "did_unheard", "minutes_unheard", "left_mood"):
            answer = send(phone, sealing.seal(patient, key(), fields=FIELDS | {field: "1"}))
            assert answer.status_code == 422
            assert answer.json()["reasons"] == [
                "One of your answers is about something that is asked no longer."
            ]
        assert Entry.objects.count() == 0

    def test_a_field_that_holds_no_answer_is_passed_over(self, phone, patient):
        fields = FIELDS | {"patient": "1", "by": "1"}
        assert send(phone, sealing.seal(patient, key(), fields=fields)).status_code == 201
        assert Entry.objects.get().patient == patient

    def test_without_a_plan_there_is_nothing_to_fill_in(self, client, patient):
        client.force_login(patient)
        answer = send(client, sealing.seal(patient, key(), fields=FIELDS))
        assert answer.status_code == 422
        assert answer.json()["reasons"] == [
            "You have no plan for this day, so there is nothing to fill in."
        ]


class TestWhoMay:
    def test_an_envelope_of_somebody_else_is_not_even_opened(
        self, phone, foreign_patient, monkeypatch
    ):
        monkeypatch.setattr(keys, "private_key", lambda *_: pytest.fail("opened"))
        answer = send(phone, sealing.seal(foreign_patient, key(), fields=FIELDS))
        assert (answer.status_code, answer.json()) == (409, {"error": "other_person"})
        assert Entry.objects.count() == 0

    def test_whose_it_is_cannot_be_changed_on_the_way(self, phone, patient, foreign_patient):
        sent = sealing.seal(foreign_patient, key(), fields=FIELDS)
        answer = send(phone, sent | {"person": str(patient.uuid)})
        assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})

    @pytest.mark.parametrize("is_active", [True, False])
    def test_who_is_signed_out_is_told_so(self, patient, is_active):
        client = Client()
        if not is_active:
            client.force_login(patient)
            patient.is_active = False
            patient.save(update_fields=["is_active"])
        sent = sealing.seal(patient, key(), fields=FIELDS)
        for answer in (client.get(reverse("diary:session")), send(client, sent)):
            assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})
            assert "no-store" in answer.headers["Cache-Control"]

    def test_who_is_signed_out_and_has_no_token_is_told_the_first(self, patient):
        client = Client(enforce_csrf_checks=True)
        answer = send(client, sealing.seal(patient, key(), fields=FIELDS))
        assert (answer.status_code, answer.json()) == (401, {"error": "signed_out"})

    @pytest.mark.parametrize("token", ["", "x" * 64, "é"])
    def test_a_stale_token_is_told_so(self, phone, patient, token):
        sent = sealing.seal(patient, key(), fields=FIELDS)
        answer = send(phone, sent, **{"X-CSRFToken": token})
        assert (answer.status_code, answer.json()) == (403, {"error": "csrf"})
        assert send(phone, sent).status_code == 201

    def test_a_page_of_people_still_gets_a_page(self, phone):
        answer = phone.post(reverse("diary:log"), FIELDS)
        assert answer.status_code == 403
        assert answer.headers["Content-Type"].startswith("text/html")

    @pytest.mark.parametrize("role", ["physiotherapist", "editor", "clinic_manager"])
    def test_another_role_finds_nothing(self, role, request, patient, client):
        client.force_login(request.getfixturevalue(role))
        assert client.get(reverse("diary:session")).status_code == 404
        sent = json.dumps(sealing.seal(patient, key(), fields=FIELDS))
        answer = client.post(reverse("diary:sync"), sent, content_type="application/json")
        assert answer.status_code == 404


class TestKeys:
    def test_a_key_that_is_forgotten_is_gone(self, phone, patient):
        old = keys.sealing_key(NOW - 200 * DAY)
        keys.sealing_key(NOW - 100 * DAY)
        keys.forget_old_keys(NOW)
        answer = send(phone, sealing.seal(patient, old, fields=FIELDS))
        assert (answer.status_code, answer.json()) == (410, {"error": "key_gone"})

    def test_an_unknown_key_is_gone(self, phone, patient):
        sent = sealing.seal(patient, key(), fields=FIELDS) | {"key": str(uuid4())}
        assert send(phone, sent).status_code == 410

    def test_an_earlier_key_still_opens(self, phone, patient):
        old = keys.sealing_key(NOW - 31 * DAY)
        assert session(phone)["key"]["id"] != str(old.uuid)
        assert send(phone, sealing.seal(patient, old, fields=FIELDS)).status_code == 201


class TestNonsense:
    @pytest.mark.parametrize(
        "changed",
        [
            {"uuid": str(FIRST)},
            {"iv": sealing.text(bytes(12))},
            {"ephemeral": sealing.text(b"\x04" + bytes(64))},
            {"ephemeral": sealing.text(bytes(65))},
            {"sealed": ""},
            {"sealed": sealing.text(bytes(400))},
            {"sent_at": "yesterday"},
            {"sent_at": "2026-11-23T12:00:00"},
            {"key": None},
            {"person": 1},
        ],
    )
    def test_what_was_changed_on_the_way_is_unreadable(self, phone, patient, changed):
        sent = sealing.seal(patient, key(), fields=FIELDS) | changed
        answer = send(phone, sent)
        assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})
        assert Entry.objects.count() == 0

    @pytest.mark.parametrize(
        "changed",
        [
            {"v": 2},
            {"v": True},
            {"uuid": str(FIRST)},
            {"kind": "letter"},
            {"kind": ["entry"]},
            {"day": "2026-13-01"},
            {"day": "20261123"},
            {"entered_at": "2026-11-23"},
            {"utc_offset_minutes": 1e9},
            {"utc_offset_minutes": -721},
            {"utc_offset_minutes": 841},
            {"utc_offset_minutes": "60"},
            {"fields": {"left_loading": "3"}},
            {"fields": [["left_loading"]]},
            {"fields": [["left_loading", 3]]},
            {"fields": [["note", "\ud800"]]},
        ],
    )
    def test_a_letter_that_says_nonsense_is_unreadable(self, phone, patient, changed):
        plain = sealing.letter(fields=FIELDS)
        sent = sealing.envelope(patient, key(), plain)
        inside = json.loads(plain) | changed
        nonsense = sealing.envelope(patient, key(), json.dumps(inside).encode())
        answer = send(phone, nonsense | {"uuid": sent["uuid"]})
        assert (answer.status_code, answer.json()) == (400, {"error": "unreadable"})

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 60_000, b'{"uuid": NaN}']
    )
    def test_what_is_no_envelope_is_unreadable(self, phone, body):
        assert send(phone, body).status_code == 400

    @pytest.mark.parametrize(("size", "status"), [(64, 400), (65, 413), (300, 413)])
    def test_what_is_too_long_is_not_read(self, phone, size, status):
        assert send(phone, b" " * (size * 1024)).status_code == status


@pytest.mark.django_db(transaction=True)
def test_the_same_envelope_twice_at_once_is_one_entry():
    patient = factories.make_patient()
    factories.make_episode(patient)
    sent = json.dumps(sealing.seal(patient, key(), fields=FIELDS))
    phones = [Client(raise_request_exception=False) for _ in range(4)]
    for phone in phones:
        phone.force_login(patient)
    answers = []

    def post(phone: Client) -> None:
        answer = None
        # A database in memory does not wait for a lock, so a phone tries until it is heard.
        while answer is None or answer.status_code == 500:
            answer = phone.post(reverse("diary:sync"), sent, content_type="application/json")
            time.sleep(0.01)
        answers.append((answer.status_code, answer.json()["revision"]))
        connection.close()

    threads = [threading.Thread(target=post, args=[phone]) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, 1)] * 3 + [(201, 1)]
    assert (Entry.objects.count(), EntryRevision.objects.count()) == (1, 1)
