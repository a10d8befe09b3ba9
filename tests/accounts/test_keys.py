"""The installation's own keys: one handed out at a time, kept shut, and forgotten in time."""

import base64
import threading
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts import keys
from accounts.enums import KeyPurpose
from accounts.models import ServerKey
from diary import tasks
from tests.factories import NOW

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)
OTHER_SECRET = "another secret key of fifty or more characters, made up here"

pytestmark = pytest.mark.django_db


def point_of(private: ec.EllipticCurvePrivateKey) -> str:
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def test_the_first_key_is_made_when_it_is_asked_for():
    key = keys.sealing_key(NOW)
    assert ServerKey.objects.get() == key
    assert (key.purpose, key.made_at, key.handed_out_until) == (KeyPurpose.SEAL, NOW, None)
    assert len(base64.urlsafe_b64decode(key.public + "=")) == 65


def test_the_private_part_fits_the_public_one():
    key = keys.sealing_key(NOW)
    assert point_of(keys.private_key(key.uuid)) == key.public


def test_the_private_part_does_not_stand_in_the_row():
    key = keys.sealing_key(NOW)
    scalar = keys.private_key(key.uuid).private_numbers().private_value.to_bytes(32)
    for spelt in (scalar.hex(), base64.b64encode(scalar).decode(), str(int.from_bytes(scalar))):
        assert spelt not in key.private


@pytest.mark.parametrize(("age", "is_same"), [(30 * DAY - MOMENT, True), (30 * DAY, False)])
def test_a_key_is_handed_out_for_thirty_days(age, is_same):
    first = keys.sealing_key(NOW)
    then = keys.sealing_key(NOW + age)
    assert (then == first) is is_same
    first.refresh_from_db()
    assert first.handed_out_until == (None if is_same else NOW + age)


def test_what_was_sealed_for_an_earlier_key_still_opens():
    first = keys.sealing_key(NOW)
    second = keys.sealing_key(NOW + 30 * DAY)
    assert point_of(keys.private_key(first.uuid)) == first.public != second.public


@pytest.mark.parametrize(("age", "forgotten"), [(60 * DAY - MOMENT, 0), (60 * DAY, 1)])
def test_a_private_part_is_forgotten_sixty_days_after_it_was_last_handed_out(age, forgotten):
    first = keys.sealing_key(NOW)
    stopped = NOW + 45 * DAY
    second = keys.sealing_key(stopped)
    assert keys.forget_old_keys(stopped + age) == forgotten
    assert keys.forget_old_keys(stopped + age) == 0
    assert (ServerKey.objects.get(pk=first.pk).private == "") is bool(forgotten)
    assert point_of(keys.private_key(second.uuid)) == second.public
    if forgotten:
        with pytest.raises(keys.KeyGone):
            keys.private_key(first.uuid)


def test_the_minute_task_forgets_too(monkeypatch):
    key = keys.sealing_key(NOW - 200 * DAY)
    keys.sealing_key(NOW - 100 * DAY)
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOW)
    tasks.send_due_notices()
    assert ServerKey.objects.get(pk=key.pk).private == ""


def test_the_key_of_push_stays():
    first = keys.push_key(NOW)
    assert keys.push_key(NOW + 1000 * DAY) == first
    assert keys.forget_old_keys(NOW + 1000 * DAY) == 0
    assert point_of(keys.private_key(first.uuid, KeyPurpose.PUSH)) == first.public


def test_a_key_of_one_purpose_opens_nothing_of_the_other():
    push = keys.push_key(NOW)
    assert keys.sealing_key(NOW) != push
    with pytest.raises(keys.KeyGone):
        keys.private_key(push.uuid)


def test_an_unknown_key_is_gone():
    with pytest.raises(keys.KeyGone):
        keys.private_key(ServerKey().uuid)


def test_a_replaced_secret_still_opens_while_it_is_named(settings):
    key = keys.sealing_key(NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = OTHER_SECRET
    assert keys.sealing_key(NOW) == key
    assert point_of(keys.private_key(key.uuid)) == key.public


def test_a_key_whose_secret_is_lost_is_handed_out_no_more(settings):
    seal, push = keys.sealing_key(NOW), keys.push_key(NOW)
    settings.SECRET_KEY = OTHER_SECRET
    with pytest.raises(keys.KeyGone):
        keys.private_key(seal.uuid)
    assert point_of(keys.private_key(keys.sealing_key(NOW).uuid)) != seal.public
    assert keys.push_key(NOW) != push


def test_two_keys_of_a_purpose_cannot_be_handed_out():
    keys.sealing_key(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServerKey.objects.create(purpose=KeyPurpose.SEAL, public="x", private="x", made_at=NOW)


def test_a_key_that_is_handed_out_cannot_be_forgotten():
    keys.sealing_key(NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServerKey.objects.update(private="")


def test_who_comes_second_takes_the_key_of_the_first(monkeypatch):
    replace = keys._replace

    def after_somebody_else(key, purpose, now):
        monkeypatch.setattr(keys, "_replace", replace)
        keys.sealing_key(now)
        return replace(key, purpose, now)

    first = keys.sealing_key(NOW)
    monkeypatch.setattr(keys, "_replace", after_somebody_else)
    second = keys.sealing_key(NOW + 31 * DAY)
    assert set(ServerKey.objects.all()) == {first, second}


def heard(found: list[ServerKey]) -> bool:
    try:
        found.append(keys.sealing_key(NOW))
    except OperationalError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_five_who_ask_at_once_get_the_same_key():
    found: list[ServerKey] = []

    def ask() -> None:
        # A database in memory does not wait for a lock, so each asks until it is heard.
        while not heard(found):
            time.sleep(0.01)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ServerKey.objects.get()] * 5
