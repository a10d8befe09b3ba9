"""A notice goes to the devices of its recipient, and by mail where none of them takes it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError

from accounts import notices, push, push_words, subscriptions
from accounts.enums import NoticeKind, NoticeState, Way
from accounts.models import Notice, PushSubscription
from accounts.notices import Tally
from tests import factories, neutral_words
from tests.accounts.test_mail_text import KEYS, KINDS
from tests.factories import NOW

HOUR = timedelta(hours=1)
KEY = "2026-11-23"


@pytest.fixture(autouse=True)
def _short_of_patience(monkeypatch):
    monkeypatch.setattr(push, "TIMEOUT", (0.3, 0.3))


def owe(recipient, kind=NoticeKind.REMINDER, key=KEY) -> Notice:
    return notices.owe(
        recipient=recipient, kind=kind, key=key, due_at=NOW, expires_at=NOW + 2 * HOUR
    )


def mailed() -> list[list[str]]:
    return [message.to for message in mail.outbox]


def state_of(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.state, notice.channel


def test_a_push_takes_the_place_of_the_mail(patient, push_service):
    device = push_service.device()
    subscription = factories.make_push(patient, device)
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.PUSH)
    assert mailed() == []
    (request,) = push_service.requests
    assert device.read(request.body) == push_words.of_notice(notice, patient)
    # What is not shown by then would come at night.
    assert request.headers["TTL"] == "7200"
    subscription.refresh_from_db()
    assert subscription.last_sent_at == NOW


def test_without_a_device_it_is_mailed(patient, foreign_patient, push_service):
    factories.make_push(foreign_patient, push_service.device())
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.EMAIL)
    assert (mailed(), push_service.requests) == ([[patient.email]], [])


def test_every_device_gets_it(patient, push_service):
    devices = [push_service.device() for _number in range(3)]
    for device in devices:
        factories.make_push(patient, device)
    owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert [request.path for request in push_service.requests] == [
        device.endpoint.removeprefix(f"http://{push_service.netloc}") for device in devices
    ]
    assert mailed() == []


@pytest.mark.parametrize("answer", ["404", "410"])
def test_a_device_that_is_gone_is_removed_and_the_mail_comes_in_the_same_sweep(
    patient, push_service, answer
):
    factories.make_push(patient, push_service.device(answer))
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.EMAIL)
    assert (mailed(), PushSubscription.objects.count()) == ([[patient.email]], 0)


@pytest.mark.parametrize("answer", ["302", "403", "429", "500"])
def test_where_a_device_does_not_take_it_the_next_is_tried_then_mail(patient, push_service, answer):
    factories.make_push(patient, push_service.device(answer))
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.EMAIL)
    assert (mailed(), PushSubscription.objects.count()) == ([[patient.email]], 1)
    factories.make_push(patient, push_service.device())
    other = owe(patient, key="2026-11-24")
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(other) == (NoticeState.SENT, Way.PUSH)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("answer", ["hang", "drop"])
@pytest.mark.parametrize("kind", [NoticeKind.REMINDER, NoticeKind.SNOOZE, NoticeKind.NUDGE])
def test_a_reminder_that_may_have_left_by_push_is_not_mailed_as_well(
    patient, push_service, answer, kind
):
    factories.make_push(patient, push_service.device(answer))
    notice = owe(patient, kind)
    assert notices.send_due(NOW) == Tally(uncertain=1)
    assert state_of(notice) == (NoticeState.UNCERTAIN, Way.PUSH)
    assert notices.send_due(NOW + HOUR) == Tally()
    assert (mailed(), len(push_service.requests)) == ([], 1)


def test_another_device_can_take_what_is_uncertain_at_one(patient, push_service, settings):
    factories.make_push(patient, push_service.device("drop"))
    other = push_service.device()
    other.endpoint = other.endpoint.replace("127.0.0.1", "localhost")
    settings.PUSH_HOSTS = [
        push_service.netloc,
        push_service.netloc.replace("127.0.0.1", "localhost"),
    ]
    factories.make_push(patient, other)
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.PUSH)
    assert mailed() == []


def test_what_must_arrive_is_mailed_where_the_push_is_uncertain(patient, push_service):
    factories.make_push(patient, push_service.device("hang"))
    notice = owe(patient, NoticeKind.FLAG)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.EMAIL)
    assert mailed() == [[patient.email]]


def test_a_service_that_hangs_costs_one_reminder_and_the_others_are_mailed(clinic, push_service):
    people = [factories.make_patient(clinic) for _number in range(3)]
    for person in people:
        factories.make_push(person, push_service.device("hang"))
        owe(person)
    assert notices.send_due(NOW) == Tally(sent=2, uncertain=1)
    assert mailed() == [[person.email] for person in people[1:]]
    assert len(push_service.requests) == 1


def test_two_sweeps_at_the_same_moment_push_once(patient, push_service):
    factories.make_push(patient, push_service.device())
    owe(patient)
    second = []

    def meanwhile(notice):
        second.append(notices.send_due(NOW))
        return False

    assert notices.send_due(NOW, hold=meanwhile) == Tally(sent=1)
    assert second == [Tally()]
    assert (len(push_service.requests), mailed()) == (1, [])


def test_what_nobody_wants_any_more_is_not_pushed(patient, push_service):
    factories.make_push(patient, push_service.device())
    owe(patient)
    assert notices.send_due(NOW, hold=lambda notice: True) == Tally(cancelled=1)
    assert push_service.requests == []


def test_what_has_left_is_not_sent_again_because_it_could_not_be_written_down(
    patient, push_service, monkeypatch
):
    factories.make_push(patient, push_service.device())

    def fail(*_args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(subscriptions, "_write_down", fail)
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.PUSH)


def test_where_mail_is_down_too_the_next_try_begins_with_push(patient, push_service, monkeypatch):
    subscription = factories.make_push(patient, push_service.device("500"))
    notice = owe(patient)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmailBackend, "open", lambda backend: 1 / 0)
        assert notices.send_due(NOW) == Tally(waiting=1)
    PushSubscription.objects.filter(pk=subscription.pk).update(
        endpoint=push_service.device().endpoint
    )
    assert notices.send_due(NOW + HOUR) == Tally(sent=1)
    assert state_of(notice) == (NoticeState.SENT, Way.PUSH)


@pytest.mark.parametrize("people", [1, 3])
def test_each_notice_costs_the_same_few_queries(
    clinic, push_service, django_assert_num_queries, people
):
    for _number in range(people):
        person = factories.make_patient(clinic)
        factories.make_push(person, push_service.device())
        owe(person)
    notices.send_due(NOW - HOUR)  # nothing is due: it makes the key that signs
    push.Pusher(NOW).signer  # noqa: B018
    # Closing what is overdue and the list; the key twice; and for each of them: claim, row,
    # devices, last sent, settle.
    with django_assert_num_queries(6 + 5 * people):
        assert notices.send_due(NOW) == Tally(sent=people)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", [*KINDS, push_words.TEST])
def test_a_push_says_nothing_of_health_or_people(clinic, settings, language, kind):
    settings.BASE_URL = "https://hiptrack.example"
    clinic.name = "Heupkliniek Canary"
    person = factories.make_patient(clinic, language=language, name="Canary Person")
    if kind == push_words.TEST:
        payload = push_words.of_test(person)
    else:
        payload = push_words.of_notice(owe(person, kind, KEYS.get(kind, KEY)), person)
    assert neutral_words.told_in(str(payload), "Canary") == set()
    told = payload["notification"]
    assert payload["web_push"] == 8030
    assert (told["lang"], told["dir"]) == (language, "ltr")
    assert told["title"]
    assert told["body"]
    pages = [told["navigate"], *(action["navigate"] for action in told["actions"])]
    assert all(page.startswith("https://hiptrack.example/") for page in pages)


def test_a_push_about_a_day_says_which_so_that_it_can_be_answered(patient):
    notice = owe(patient, NoticeKind.SNOOZE, "2026-11-23.2")
    told = push_words.of_notice(notice, patient)["notification"]
    assert told["tag"] == "diary"
    assert [action["action"] for action in told["actions"]] == ["snooze-30", "snooze-120"]
    assert (told["data"]["day"], told["data"]["number"]) == ("2026-11-23", 2)
    assert told["data"]["snooze"] == "/reminders/snooze/"


def test_a_nudge_offers_fewer_messages(patient, settings):
    told = push_words.of_notice(owe(patient, NoticeKind.NUDGE), patient)["notification"]
    (action,) = told["actions"]
    assert action["navigate"] == f"{settings.BASE_URL}/reminders/fewer/"
