"""Taking push messages on a device, giving it up, and trying it out, on the page."""

from datetime import timedelta

import pytest
import time_machine

from accounts import subscriptions
from accounts.models import PushSubscription
from tests import factories
from tests.factories import NOW
from tests.push_service import Device, PushService

ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def take(client, device: Device, **fields):
    return client.post("/push/", device.handed_out() | fields, HTTP_USER_AGENT=ANDROID)


def said(client, response) -> str:
    """The sentence on the page that follows."""
    assert (response.status_code, response.url) == (303, "/reminders/")
    page = client.get(response.url)
    return " ".join(str(message) for message in page.context["messages"])


def test_a_device_is_kept_with_its_name(client, patient, push_service: PushService):
    client.force_login(patient)
    device = push_service.device()
    answer = take(client, device)
    assert said(client, answer) == "Reminders now come as push messages on this device."
    row = PushSubscription.objects.get()
    assert (row.user, row.endpoint, row.created_at) == (patient, device.endpoint, NOW)
    assert {"p256dh": row.p256dh, "auth": row.auth} == device.keys
    assert (row.device, row.last_sent_at) == ("Chrome Mobile, Android", None)
    html = client.get("/reminders/").content.decode()
    assert "Chrome Mobile, Android <strong>this device</strong>" in html
    assert device.endpoint not in html


def test_the_same_device_twice_is_one(client, patient, push_service):
    client.force_login(patient)
    device = push_service.device()
    take(client, device)
    take(client, device)
    assert PushSubscription.objects.count() == 1


def test_a_device_that_somebody_else_takes_over_is_theirs_alone(
    client, patient, foreign_patient, push_service
):
    device = push_service.device()
    client.force_login(patient)
    take(client, device)
    client.force_login(foreign_patient)
    take(client, device)
    assert PushSubscription.objects.get().user == foreign_patient


def test_a_new_address_of_a_device_replaces_its_old_one(
    client, patient, foreign_patient, push_service
):
    old, foreign, new = (push_service.device() for _number in range(3))
    factories.make_push(patient, old)
    factories.make_push(foreign_patient, foreign)
    client.force_login(patient)
    take(client, new, old=old.endpoint)
    assert set(PushSubscription.objects.values_list("endpoint", flat=True)) == {
        new.endpoint,
        foreign.endpoint,
    }
    # Somebody else's cannot be given up in this way.
    take(client, new, old=foreign.endpoint)
    assert PushSubscription.objects.filter(user=foreign_patient).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://evil.example/push"},
        {"endpoint": "http://127.0.0.1:1/push"},
        {"endpoint": "x" * 1001},
        {"endpoint": ""},
        {"p256dh": ""},
        {"p256dh": "BAAA"},
        {"p256dh": "B" + "A" * 86},  # a point beside the curve
        {"p256dh": "ü"},
        {"auth": "AAAA"},
        {"auth": "not base64!"},
    ],
)
def test_what_is_no_device_is_refused_and_mail_stays(client, patient, push_service, wrong):
    client.force_login(patient)
    answer = take(client, push_service.device(), **wrong)
    assert said(client, answer) == "This browser cannot take push messages from us."
    assert PushSubscription.objects.count() == 0


def test_of_more_devices_than_five_the_oldest_makes_room(client, patient, push_service):
    kept = [
        factories.make_push(patient, push_service.device(), created_at=NOW - timedelta(days=days))
        for days in range(5, 0, -1)
    ]
    client.force_login(patient)
    new = push_service.device()
    take(client, new)
    endpoints = [row.endpoint for row in subscriptions.of(patient)]
    assert endpoints == [*(row.endpoint for row in kept[1:]), new.endpoint]


def test_signing_out_ends_the_device_of_this_session_and_no_other(
    client, patient, foreign_patient, push_service
):
    elsewhere = factories.make_push(patient, push_service.device())
    foreign = factories.make_push(foreign_patient, push_service.device())
    client.force_login(patient)
    take(client, push_service.device())
    client.post("/sign-out/")
    assert list(PushSubscription.objects.order_by("pk")) == [elsewhere, foreign]


def test_signing_out_leaves_a_device_that_is_somebody_elses_by_now(
    client, patient, foreign_patient, push_service
):
    client.force_login(patient)
    take(client, push_service.device())
    PushSubscription.objects.update(user=foreign_patient)
    client.post("/sign-out/")
    assert PushSubscription.objects.get().user == foreign_patient


def test_signing_out_without_a_device_ends_nothing(client, patient, push_service):
    factories.make_push(patient, push_service.device())
    client.force_login(patient)
    assert client.post("/sign-out/").status_code == 302
    assert PushSubscription.objects.count() == 1


def test_a_device_can_be_taken_off_the_list(client, patient, push_service):
    row = factories.make_push(patient, push_service.device())
    other = factories.make_push(patient, push_service.device())
    client.force_login(patient)
    answer = client.post(f"/push/{row.uuid}/remove/")
    assert said(client, answer) == "No push messages come on that device any more."
    assert PushSubscription.objects.get() == other


@pytest.mark.parametrize(
    ("answer", "sentence", "rows"),
    [
        ("201", "A test message is on its way to the device.", 1),
        ("410", "That device takes no messages any more. It is taken off the list.", 0),
        ("500", "The test message could not be sent now. Try again later.", 1),
    ],
)
def test_a_test_message_says_what_came_of_it(client, patient, push_service, answer, sentence, rows):
    device = push_service.device(answer)
    row = factories.make_push(patient, device)
    client.force_login(patient)
    assert said(client, client.post(f"/push/{row.uuid}/test/")) == sentence
    (request,) = push_service.requests
    assert device.read(request.body)["notification"]["title"] == "This is a test message"
    assert PushSubscription.objects.count() == rows


def test_a_second_tap_sends_no_second_test(client, patient, push_service):
    row = factories.make_push(patient, push_service.device())
    client.force_login(patient)
    client.post(f"/push/{row.uuid}/test/")
    again = client.post(f"/push/{row.uuid}/test/")
    assert said(client, again).endswith("sent to this device just now. Wait a moment.")
    assert len(push_service.requests) == 1


@pytest.mark.parametrize("what", ["remove", "test"])
def test_somebody_elses_device_is_not_there(client, patient, foreign_patient, push_service, what):
    row = factories.make_push(foreign_patient, push_service.device())
    client.force_login(patient)
    assert client.post(f"/push/{row.uuid}/{what}/").status_code == 404
    assert (PushSubscription.objects.count(), push_service.requests) == (1, [])
