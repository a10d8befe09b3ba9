"""Setting reminders on the page."""

from datetime import time

import pytest
import time_machine
from django.urls import reverse

from diary.models import Reminder
from tests import factories
from tests.factories import NOW

URL = "/reminders/"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


EVERY_DAY = {f"on_{weekday}": "on" for weekday in range(7)}


def sent(**fields) -> dict[str, str]:
    usual = {"is_on": "on", "at": "19:30", "quiet_from": "22:00", "quiet_to": "07:00"}
    return usual | EVERY_DAY | fields


def times_of(reminder: Reminder) -> dict[int, time]:
    return dict(reminder.times.values_list("weekday", "at"))


def every_day(at: time) -> dict[int, time]:
    return dict.fromkeys(range(7), at)


def test_a_time_is_kept_with_the_next_moment(client, patient):
    client.force_login(patient)
    response = client.post(reverse("diary:reminders"), sent())
    assert (response.status_code, response.url) == (303, URL)
    reminder = Reminder.objects.get()
    assert (reminder.patient, reminder.is_on) == (patient, True)
    assert times_of(reminder) == every_day(time(19, 30))
    assert (reminder.quiet_from, reminder.quiet_to) == (time(22), time(7))
    assert reminder.next_at.isoformat() == "2026-11-23T18:30:00+00:00"


def test_reminders_can_be_switched_off(client, patient):
    factories.make_reminder(patient)
    client.force_login(patient)
    client.post(URL, {name: value for name, value in sent().items() if name != "is_on"})
    reminder = Reminder.objects.get()
    assert (reminder.is_on, reminder.next_at) == (False, None)


def test_the_page_shows_what_is_set(client, patient):
    factories.make_reminder(patient, at=time(9, 15))
    client.force_login(patient)
    html = client.get(URL).content.decode()
    assert 'value="09:15"' in html
    assert "Times are those of Europe/Amsterdam." in html


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"at": "23:00"}, "at", "This time lies in your quiet hours, so it would never come."),
        ({"at": "25:00"}, "at", "Enter a valid time."),
        ({"quiet_to": ""}, "quiet_to", "This field is required."),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_changes(
    client, patient, wrong, field, sentence
):
    factories.make_reminder(patient)
    client.force_login(patient)
    response = client.post(URL, sent(**wrong))
    assert response.status_code == 422
    html = response.content.decode()
    assert list(response.context["form"].errors) == [field]
    assert sentence in html
    assert 'value="22:00"' in html
    assert times_of(Reminder.objects.get()) == every_day(time(20))


def test_nobody_elses_reminder_is_touched(client, patient, foreign_patient):
    factories.make_reminder(foreign_patient)
    client.force_login(patient)
    client.post(URL, sent())
    assert times_of(Reminder.objects.get(patient=foreign_patient)) == every_day(time(20))
