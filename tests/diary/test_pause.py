"""A pause from reminders: it holds up to and with its last day and ends by itself."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from accounts import notices
from accounts.enums import NoticeState
from accounts.models import Notice
from diary import reminders, reminding
from diary.models import Reminder
from diary.reminders import PauseRefused
from tests import factories
from tests.factories import NOW, TODAY

ONE_DAY = timedelta(days=1)
DUE = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 20:00 in Amsterdam


@pytest.fixture
def reminder(patient) -> Reminder:
    factories.make_episode(patient, started_on=TODAY)
    return factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")


def sweep(now: datetime) -> int:
    before = len(mail.outbox)
    reminding.queue_due(now)
    notices.send_due(now, hold=reminding.hold)
    return len(mail.outbox) - before


def pause_of(patient) -> tuple[date | None, date | None]:
    row = Reminder.objects.get(patient=patient)
    return row.paused_from, row.paused_until


def test_nothing_comes_up_to_and_with_its_last_day(patient, reminder):
    changed = reminders.pause(patient=patient, until=TODAY + ONE_DAY, now=NOW)
    assert changed.next_at == DUE + 2 * ONE_DAY
    assert [sweep(DUE + days * ONE_DAY) for days in range(4)] == [0, 0, 1, 1]


def test_what_is_owed_for_today_is_stopped(patient, reminder):
    reminding.queue_due(DUE)
    reminders.pause(patient=patient, until=TODAY, now=DUE)
    assert Notice.objects.get().state == NoticeState.CANCELLED


def test_what_was_claimed_before_the_pause_is_held(patient, reminder):
    reminding.queue_due(DUE)
    Reminder.objects.update(paused_from=TODAY, paused_until=TODAY)
    assert reminding.hold(Notice.objects.get()) is True
    Reminder.objects.update(paused_until=None, paused_from=None)
    assert reminding.hold(Notice.objects.get()) is False


@pytest.mark.parametrize("until", [TODAY - ONE_DAY, TODAY + 366 * ONE_DAY])
def test_a_pause_that_is_over_or_lasts_for_ever_is_refused(patient, reminder, until):
    with pytest.raises(PauseRefused):
        reminders.pause(patient=patient, until=until, now=NOW)
    assert pause_of(patient) == (None, None)


@pytest.mark.parametrize("until", [TODAY, TODAY + 365 * ONE_DAY])
def test_a_day_and_a_year_are_taken(patient, reminder, until):
    reminders.pause(patient=patient, until=until, now=NOW)
    assert pause_of(patient) == (TODAY, until)


def test_a_longer_pause_keeps_its_first_day_and_a_later_one_is_new(patient, reminder):
    reminders.pause(patient=patient, until=TODAY + ONE_DAY, now=NOW)
    reminders.pause(patient=patient, until=TODAY + 5 * ONE_DAY, now=NOW + ONE_DAY)
    assert pause_of(patient) == (TODAY, TODAY + 5 * ONE_DAY)
    reminders.pause(patient=patient, until=TODAY + 9 * ONE_DAY, now=NOW + 7 * ONE_DAY)
    assert pause_of(patient) == (TODAY + 7 * ONE_DAY, TODAY + 9 * ONE_DAY)


def test_resuming_ends_it_today(patient, reminder):
    reminders.pause(patient=patient, until=TODAY + 9 * ONE_DAY, now=NOW)
    assert reminders.resume(patient=patient, now=NOW + 2 * ONE_DAY) is True
    assert pause_of(patient) == (TODAY, TODAY + ONE_DAY)
    assert sweep(DUE + 2 * ONE_DAY) == 1
    assert reminders.resume(patient=patient, now=NOW + 2 * ONE_DAY) is False


def test_resuming_on_its_first_day_leaves_no_pause(patient, reminder):
    reminders.pause(patient=patient, until=TODAY + 9 * ONE_DAY, now=NOW)
    reminders.resume(patient=patient, now=NOW)
    assert pause_of(patient) == (None, None)
    assert sweep(DUE) == 1


def test_without_a_pause_there_is_nothing_to_resume(patient, foreign_patient, reminder):
    factories.make_reminder(foreign_patient, paused_from=TODAY, paused_until=TODAY)
    assert reminders.resume(patient=patient, now=NOW) is False
    assert pause_of(foreign_patient) == (TODAY, TODAY)


@pytest.mark.parametrize(
    "pause",
    [
        {"paused_from": TODAY},
        {"paused_until": TODAY},
        {"paused_from": TODAY, "paused_until": TODAY - ONE_DAY},
    ],
)
def test_the_database_refuses_half_a_pause(patient, reminder, pause):
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.update(**pause)
    Reminder.objects.update(paused_from=TODAY, paused_until=TODAY)


def test_the_database_refuses_two_times_for_one_weekday_and_an_eighth_day(reminder):
    for weekday in (0, 7):
        with pytest.raises(IntegrityError), transaction.atomic():
            reminder.times.create(weekday=weekday, at=time(9))
    reminder.times.filter(weekday=0).delete()
    reminder.times.create(weekday=0, at=time(9))
    assert reminder.times.count() == 7


@pytest.fixture
def at_the_phone(client, patient, reminder):
    client.force_login(patient)
    with time_machine.travel(NOW, tick=False):
        yield client


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ({"weeks": "1"}, date(2026, 11, 29)),
        ({"weeks": "2"}, date(2026, 12, 6)),
        ({"until": "2026-11-25"}, date(2026, 11, 25)),
    ],
)
def test_a_pause_is_one_tap_or_a_day(at_the_phone, patient, sent, until):
    answer = at_the_phone.post("/reminders/pause/", sent)
    assert (answer.status_code, answer.url) == (303, "/reminders/")
    assert pause_of(patient) == (TODAY, until)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose the last day of the pause."),
        ({"until": "2026-11-22"}, "This day is over. Choose today or a later day."),
        ({"until": "2027-11-24"}, "A pause lasts a year at most."),
        ({"until": "soon"}, "Enter a valid date."),
        ({"weeks": "3"}, "Select a valid choice."),
    ],
)
def test_a_pause_that_cannot_be_is_said_and_nothing_changes(at_the_phone, patient, sent, sentence):
    answer = at_the_phone.post("/reminders/pause/", sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert pause_of(patient) == (None, None)


@pytest.mark.parametrize("page", ["/reminders/", "/settings/"])
def test_the_pause_is_seen_and_can_be_ended_on_the_page(at_the_phone, patient, page):
    said = "You have paused your reminders up to and with Sun 29 Nov."
    assert said not in at_the_phone.get(page).content.decode()
    at_the_phone.post("/reminders/pause/", {"weeks": "1"})
    html = at_the_phone.get(page).content.decode()
    assert said in html
    assert 'action="/reminders/resume/"' in html
    assert "Mon 30 Nov 20:00 by e-mail" in html
    assert at_the_phone.post("/reminders/resume/").status_code == 303
    assert said not in at_the_phone.get(page).content.decode()
