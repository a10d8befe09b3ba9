"""One push message to one device: what it says, where it may go, and what an answer means."""

import base64
import json
import socket
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from accounts import keys, push
from accounts.models import PushSubscription
from accounts.push import AddressRefused, Outcome, Pusher
from tests.factories import NOW
from tests.push_service import Device, PushService

HOUR = timedelta(hours=1)
PAYLOAD = {"web_push": 8030, "notification": {"title": "é"}}


@pytest.fixture
def pusher(db) -> Pusher:
    return Pusher(NOW)


def row(device: Device) -> PushSubscription:
    return PushSubscription(endpoint=device.endpoint, **device.keys)


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_only_the_device_can_read_what_is_sent(push_service: PushService, pusher):
    device, other = push_service.device(), push_service.device()
    assert pusher.send(row(device), PAYLOAD, lasts=HOUR) is Outcome.TAKEN
    (request,) = push_service.requests
    assert device.read(request.body) == PAYLOAD
    with pytest.raises(Exception, match="InvalidTag"):
        other.read(request.body)
    assert (request.headers["TTL"], request.headers["Content-Encoding"]) == ("3600", "aes128gcm")


def test_it_is_signed_as_this_installation(push_service: PushService, pusher, settings):
    settings.DEFAULT_FROM_EMAIL = "HipTrack <post@hiptrack.example>"
    pusher.send(row(push_service.device()), PAYLOAD, lasts=HOUR)
    scheme, _, rest = push_service.requests[0].headers["Authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed, _, signature = fields["t"].rpartition(".")
    claims = json.loads(decoded(signed.split(".")[1]))
    assert (scheme, fields["k"]) == ("vapid", keys.push_key(NOW).public)
    assert claims == {
        "aud": f"http://{push_service.netloc}",
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "mailto:post@hiptrack.example",
    }
    raw = decoded(signature)
    numbers = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(fields["k"]))
    public.verify(encode_dss_signature(*numbers), signed.encode(), ec.ECDSA(hashes.SHA256()))


def test_who_may_be_written_to_is_a_setting(settings):
    settings.PUSH_CONTACT = "operator@hiptrack.example"
    assert push.contact() == "mailto:operator@hiptrack.example"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("200", Outcome.TAKEN),
        ("201", Outcome.TAKEN),
        ("202", Outcome.TAKEN),
        ("404", Outcome.GONE),
        ("410", Outcome.GONE),
        ("301", Outcome.NOT_TAKEN),
        ("307", Outcome.NOT_TAKEN),
        ("400", Outcome.NOT_TAKEN),
        ("403", Outcome.NOT_TAKEN),
        ("413", Outcome.NOT_TAKEN),
        ("429", Outcome.NOT_TAKEN),
        ("500", Outcome.NOT_TAKEN),
        ("503", Outcome.NOT_TAKEN),
        ("drop", Outcome.UNCERTAIN),
        ("hang", Outcome.UNCERTAIN),
    ],
)
def test_what_an_answer_means(push_service: PushService, pusher, monkeypatch, answer, expected):
    monkeypatch.setattr(push, "TIMEOUT", (0.3, 0.3))
    assert pusher.send(row(push_service.device(answer)), PAYLOAD, lasts=HOUR) is expected
    # One request: no answer leads elsewhere, and nothing is tried twice.
    assert len(push_service.requests) == 1


def test_where_nobody_listens_nothing_has_left(pusher, settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        netloc = f"127.0.0.1:{taken.getsockname()[1]}"
        settings.PUSH_HOSTS = [netloc]
        device = Device(f"http://{netloc}/201/1")
        assert pusher.send(row(device), PAYLOAD, lasts=HOUR) is Outcome.NOT_TAKEN


def test_a_fault_nobody_thought_of_while_sending_leaves_it_uncertain(
    push_service: PushService, pusher, monkeypatch
):
    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(pusher.session, "post", fails)
    assert pusher.send(row(push_service.device()), PAYLOAD, lasts=HOUR) is Outcome.UNCERTAIN


def test_a_service_that_is_silent_once_is_left_alone_for_the_sweep(
    push_service: PushService, pusher, monkeypatch
):
    monkeypatch.setattr(push, "TIMEOUT", (0.3, 0.3))
    assert pusher.send(row(push_service.device("hang")), PAYLOAD, lasts=HOUR) is Outcome.UNCERTAIN
    assert pusher.send(row(push_service.device()), PAYLOAD, lasts=HOUR) is Outcome.NOT_TAKEN
    assert len(push_service.requests) == 1
    assert Pusher(NOW).send(row(push_service.device()), PAYLOAD, lasts=HOUR) is Outcome.TAKEN


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:443/fcm/send/abc",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://db5p.notify.windows.com/w/?token=abc",
        "https://web.push.apple.com/abc",
        "https://api.push.apple.com/abc",
        "https://push.hospital.example/abc",
        "http://127.0.0.1:9999/abc",
    ],
)
def test_the_push_services_of_browsers_and_those_added_are_taken(settings, endpoint):
    settings.PUSH_HOSTS = ["push.hospital.example", "127.0.0.1:9999"]
    assert push.check_address(endpoint).geturl() == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "no address",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com:8443/fcm/send/abc",
        "https://fcm.googleapis.com@127.0.0.1/abc",
        "https://name:word@fcm.googleapis.com/abc",
        "https://fcm.googleapis.com.evil.example/abc",
        "https://evilnotify.windows.com/abc",
        "https://push.apple.com.evil.example/abc",
        "https://127.0.0.1/abc",
        "https://[::1]/abc",
        "https://169.254.169.254/latest/meta-data/",
        "https://fcm.googleapis.com:port/abc",
        "https://127.0.0.1\\.push.apple.com/abc",
        "https://fcm.google\napis.com/abc",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com./abc",
        "http://127.0.0.1:9998/abc",
        "http://localhost/abc",
        "https://127.0.0.1:9999/abc",
        "file:///etc/passwd",
    ],
)
def test_any_other_address_is_refused(settings, pusher, endpoint):
    settings.PUSH_HOSTS = ["127.0.0.1:9999"]
    with pytest.raises(AddressRefused):
        push.check_address(endpoint)
    device = Device(endpoint)
    assert pusher.send(row(device), PAYLOAD, lasts=HOUR) is Outcome.NOT_TAKEN


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "127.0.0.1", "169.254.1.1", "::1"])
def test_a_name_that_leads_into_a_private_network_is_not_followed(pusher, monkeypatch, address):
    def found(*_args: object, **_kwargs: object):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("142.250.1.1", 443)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)),
        ]

    def never(*_args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    monkeypatch.setattr(Pusher, "_post", never)
    device = Device("https://fcm.googleapis.com/fcm/send/abc")
    assert pusher.send(row(device), PAYLOAD, lasts=HOUR) is Outcome.NOT_TAKEN


def test_a_device_with_keys_that_are_none_does_not_stop_the_sweep(push_service, pusher):
    broken = PushSubscription(endpoint=push_service.device().endpoint, p256dh="x", auth="y")
    assert pusher.send(broken, PAYLOAD, lasts=HOUR) is Outcome.NOT_TAKEN
    assert push_service.requests == []


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], Outcome.NOT_TAKEN),
        ([Outcome.NOT_TAKEN, Outcome.GONE], Outcome.NOT_TAKEN),
        ([Outcome.GONE, Outcome.UNCERTAIN], Outcome.UNCERTAIN),
        ([Outcome.UNCERTAIN, Outcome.TAKEN], Outcome.TAKEN),
    ],
)
def test_several_devices_come_to_the_best_of_them(outcomes, expected):
    assert push.join(outcomes) is expected
