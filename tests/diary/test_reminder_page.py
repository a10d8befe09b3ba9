"""Setting reminders on the page."""

import re
from datetime import time, timedelta

import pytest
from django.urls import reverse

from accounts import notices
from diary import reminding
from diary.models import Reminder
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.usefixtures("at_noon")

URL = "/reminders/"


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


def days_shown(html: str) -> dict[int, tuple[bool, str]]:
    """What the lines of the weekdays show: whether the day is on, and its own time."""
    boxes = dict(re.findall(r'<input type="checkbox" name="on_(\d)"([^>]*)>', html))
    times = dict(re.findall(r'<input type="time" name="at_(\d)"([^>]*)>', html))
    return {
        int(day): ("checked" in box, "".join(re.findall(r'value="([^"]*)"', times[day])))
        for day, box in boxes.items()
    }


def test_one_time_for_every_day_is_the_rule_and_the_days_are_folded_away(client, patient):
    factories.make_reminder(patient, at=time(9, 15))
    client.force_login(patient)
    html = client.get(URL).content.decode()
    assert days_shown(html) == dict.fromkeys(range(7), (True, ""))
    assert '<details class="weekdays">' in html


def test_days_that_differ_are_seen_unfolded(client, patient):
    factories.make_reminder(patient, times={0: time(20), 1: time(9), 2: time(9), 6: time(11, 30)})
    client.force_login(patient)
    html = client.get(URL).content.decode()
    assert 'name="at" value="09:00"' in html
    assert days_shown(html) == {
        0: (True, "20:00"),
        1: (True, ""),
        2: (True, ""),
        3: (False, ""),
        4: (False, ""),
        5: (False, ""),
        6: (True, "11:30"),
    }
    assert '<details class="weekdays" open>' in html


def test_a_day_can_have_its_own_time_or_none(client, patient):
    client.force_login(patient)
    fields = sent(at_1="08:00", at_6="11:00")
    del fields["on_5"], fields["on_6"]
    client.post(URL, fields)
    expected = every_day(time(19, 30)) | {1: time(8)}
    del expected[5], expected[6]  # a time on a day that is off counts for nothing
    assert times_of(Reminder.objects.get()) == expected


def test_what_is_shown_and_kept_again_changes_nothing(client, patient):
    times = {0: time(20), 1: time(9), 2: time(9), 6: time(11, 30)}
    factories.make_reminder(patient, times=times)
    client.force_login(patient)
    shown = client.get(URL).context["form"]
    data = {
        name: field.value().strftime("%H:%M") if isinstance(field.value(), time) else "on"
        for name, field in ((field.name, field) for field in shown)
        if field.value()
    }
    assert client.post(URL, data).status_code == 303
    assert times_of(Reminder.objects.get()) == times


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"at_3": "23:00"}, "at_3", "This time lies in your quiet hours, so it would never come."),
        ({"at_3": "soon"}, "at_3", "Enter a valid time."),
    ],
)
def test_a_wrong_time_of_one_day_is_said_beside_it(client, patient, wrong, field, sentence):
    client.force_login(patient)
    response = client.post(URL, sent(**wrong))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    html = response.content.decode()
    assert f'id="id_{field}_error">{sentence}' in html
    assert f'<a href="#id_{field}">Thursday: at: {sentence}</a>' in html
    assert '<details class="weekdays" open>' in html
    assert Reminder.objects.count() == 0


def test_a_time_that_no_day_uses_may_lie_in_the_quiet_hours(client, patient):
    client.force_login(patient)
    fields = sent(at="23:00") | {f"at_{weekday}": "20:00" for weekday in range(7)}
    assert client.post(URL, fields).status_code == 303
    assert times_of(Reminder.objects.get()) == every_day(time(20))


def test_reminders_without_a_day_are_refused_and_off_they_may_be(client, patient):
    client.force_login(patient)
    fields = {name: value for name, value in sent().items() if not name.startswith("on_")}
    response = client.post(URL, fields)
    assert response.status_code == 422
    assert "No day is chosen." in response.content.decode()
    del fields["is_on"]
    assert client.post(URL, fields).status_code == 303
    assert (Reminder.objects.get().is_on, times_of(Reminder.objects.get())) == (False, {})


def next_three(client, page: str) -> list[str]:
    html = client.get(page).content.decode()
    section = html.split("Your next three reminders")[1].split("</ul>")[0]
    return re.findall(r"<li>([^<]+)</li>", section)


@pytest.mark.parametrize("page", [URL, "/settings/"])
def test_the_next_three_are_told_with_their_way(client, patient, page, push_service):
    factories.make_episode(patient)
    factories.log_day(patient, TODAY - timedelta(days=1))
    factories.make_reminder(patient, times={0: time(20), 1: time(9), 3: time(9)})
    client.force_login(patient)
    assert next_three(client, page) == [
        "Mon 23 Nov 20:00 by e-mail",
        "Tue 24 Nov 09:00 by e-mail",
        "Thu 26 Nov 09:00 by e-mail",
    ]
    factories.make_push(patient, push_service.device())
    factories.make_push(patient, push_service.device(), device="Firefox, Windows")
    factories.log_day(patient, TODAY)
    assert next_three(client, page) == [
        "Tue 24 Nov 09:00 by push on Chrome, Android and Firefox, Windows",
        "Thu 26 Nov 09:00 by push on Chrome, Android and Firefox, Windows",
        "Mon 30 Nov 20:00 by push on Chrome, Android and Firefox, Windows",
    ]


def test_what_is_told_is_what_comes(client, patient):
    """The lines of the page beside the notices of the sweeps that follow."""
    factories.make_episode(patient, started_on=TODAY)
    factories.make_reminder(patient, times={0: time(20), 1: time(9), 3: time(9)})
    client.force_login(patient)
    told = next_three(client, URL)
    sent_at = []
    for hours in range(24 * 4):
        now = NOW + timedelta(hours=hours)
        if reminding.queue_due(now):
            sent_at.append(f"{now.astimezone(patient.zone):%a %d %b %H:%M} by e-mail")
    assert sent_at == told


@pytest.mark.parametrize(
    ("last_ago", "count", "sentence"),
    [
        (1, 3, ""),
        (5, 2, "After these nothing more comes until you fill in a day."),
        (20, 0, "Nothing comes until you fill in a day."),
    ],
)
def test_after_silence_the_page_says_that_less_comes(client, patient, last_ago, count, sentence):
    factories.make_episode(patient, started_on=TODAY - timedelta(days=50))
    factories.log_day(patient, TODAY - timedelta(days=last_ago))
    factories.make_reminder(patient)
    client.force_login(patient)
    html = client.get(URL).content.decode()
    assert len(re.findall(r"<li>[^<]+ by e-mail</li>", html)) == count
    assert sentence in html
    assert ("until you fill in a day" in html) is bool(sentence)


def test_a_snoozed_message_is_told_first(client, patient):
    factories.make_episode(patient, started_on=TODAY)
    factories.make_reminder(patient)
    notices.owe(
        recipient=patient,
        kind="snooze",
        key="2026-11-23.1",
        due_at=NOW + timedelta(minutes=30),
        expires_at=NOW + timedelta(hours=5),
    )
    client.force_login(patient)
    assert next_three(client, URL)[0] == "Mon 23 Nov 13:30 by e-mail, as you asked"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (None, "Reminders are off."),
        ({"is_on": False}, "Reminders are off."),
        ({}, "You have no plan now, so no reminders come."),
    ],
)
def test_where_none_comes_the_page_says_why(client, patient, fields, sentence):
    if fields is not None:
        factories.make_reminder(patient, **fields)
    client.force_login(patient)
    assert sentence in client.get(URL).content.decode()


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
