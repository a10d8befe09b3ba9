"""After days of silence: a kind word in a reminder's place, then less and less, then nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from accounts import notices
from accounts.models import Notice
from diary import reminders, reminding
from diary.models import Reminder
from tests import factories
from tests.factories import TODAY

ONE_DAY = timedelta(days=1)
DUE = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 20:00 in Amsterdam
NUDGE = "Your diary is there when you want it"
REMINDER = "Your diary for today is waiting"


def evening(number: int) -> datetime:
    """The moment of the reminder on the nth day, TODAY being the first."""
    return DUE + (number - 1) * ONE_DAY


def evenings(first: int, last: int) -> dict[int, str]:
    """One tick each evening: by the number of the day, the kind of what was sent."""
    sent = {}
    for number in range(first, last + 1):
        reminding.queue_due(evening(number))
        notices.send_due(evening(number), hold=reminding.hold)
        for notice in Notice.objects.filter(sent_at=evening(number)):
            sent[number] = notice.kind
    return sent


@pytest.fixture
def silent(patient):
    """Whose plan begins today, and who fills in nothing."""
    factories.make_episode(patient, started_on=TODAY)
    factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")
    return patient


def test_silence_is_counted_from_the_start_of_the_plan(silent):
    assert evenings(1, 24) == {
        1: "reminder",
        2: "reminder",
        3: "nudge",
        7: "nudge",
        14: "nudge",
    }
    assert [message.subject for message in mail.outbox] == [REMINDER, REMINDER, *3 * [NUDGE]]


def test_an_entry_ends_the_silence(silent):
    assert evenings(1, 5) == {1: "reminder", 2: "reminder", 3: "nudge"}
    factories.log_day(silent, TODAY + 5 * ONE_DAY)
    assert evenings(6, 12) == {7: "reminder", 8: "reminder", 9: "nudge"}


def test_so_does_a_new_plan(silent):
    evenings(1, 5)
    factories.make_episode(silent, side="right", started_on=TODAY + 5 * ONE_DAY)
    assert evenings(6, 9) == {6: "reminder", 7: "reminder", 8: "nudge"}


def test_who_wants_mondays_and_thursdays_is_not_silent_on_other_days(patient):
    factories.make_episode(patient, started_on=TODAY)
    reminder = factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")
    reminder.times.exclude(weekday__in=(0, 3)).delete()
    # The 1st and the 15th are Mondays; the 7th asked for is three weeks on.
    assert evenings(1, 28) == {1: "reminder", 4: "reminder", 8: "nudge", 22: "nudge"}


@pytest.mark.parametrize(
    ("weeks", "expected"), [(2, "reminder"), (3, "nudge"), (14, "nudge"), (15, None), (40, None)]
)
def test_who_wants_one_day_a_week_is_silent_for_weeks(patient, weeks, expected):
    factories.make_episode(patient, started_on=TODAY - 300 * ONE_DAY)
    reminder = factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")
    reminder.times.exclude(weekday=TODAY.weekday()).delete()
    factories.log_day(patient, TODAY - weeks * 7 * ONE_DAY)
    assert evenings(1, 1).get(1) == expected


def test_who_paused_is_not_nudged_and_begins_anew(silent):
    evenings(1, 2)
    reminders.pause(patient=silent, until=TODAY + 9 * ONE_DAY, now=evening(2) + ONE_DAY / 2)
    assert evenings(3, 14) == {11: "reminder", 12: "reminder", 13: "nudge"}


def test_choosing_times_anew_is_a_wish_to_be_reminded(silent):
    evenings(1, 20)
    reminders.remind_less(patient=silent, now=evening(20) + ONE_DAY / 2)
    # The 22nd is a Monday.
    assert evenings(21, 36) == {22: "reminder", 25: "reminder", 29: "nudge"}


def test_a_day_has_one_message_even_where_its_kind_would_change(silent, caplog):
    assert evenings(1, 3)[3] == "nudge"
    later = {weekday: datetime.min.time().replace(hour=21) for weekday in range(7)}
    kept = Reminder.objects.get()
    reminders.change_reminder(
        patient=silent,
        is_on=True,
        times=later,
        quiet_from=kept.quiet_from,
        quiet_to=kept.quiet_to,
        now=evening(3),
    )
    assert reminding.queue_due(evening(3) + timedelta(hours=1)) == 0
    assert Notice.objects.filter(key="2026-11-25").count() == 1
    assert "could not be queued" not in caplog.text


def test_the_database_refuses_a_nudge_beside_a_reminder(silent):
    evenings(1, 1)
    reminder = Notice.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        notices.owe_all([replace(owed_like(reminder), kind="nudge")])
    assert notices.owe_all([replace(owed_like(reminder), kind="snooze")]) == 1


def owed_like(notice: Notice) -> notices.Owed:
    moments = {"due_at": notice.due_at, "expires_at": notice.expires_at}
    return notices.Owed(notice.recipient, notice.kind, notice.key, **moments)


@pytest.fixture
def at_the_phone(client, silent):
    client.force_login(silent)
    with time_machine.travel(evening(3), tick=False):
        yield client


def test_the_page_behind_a_nudge_offers_fewer_in_one_tap(at_the_phone, silent):
    html = at_the_phone.get("/reminders/fewer/").content.decode()
    assert 'value="fewer"' in html
    assert 'value="stop"' in html
    answer = at_the_phone.post("/reminders/fewer/", {"choice": "fewer"})
    assert (answer.status_code, answer.url) == (303, "/reminders/")
    assert sorted(reminders.settings_of(silent).times) == [0, 3]
    assert Reminder.objects.get().next_at == evening(4)


def test_and_none_in_one_tap_with_the_times_kept(at_the_phone, silent):
    at_the_phone.post("/reminders/fewer/", {"choice": "stop"})
    kept = reminders.settings_of(silent)
    assert (kept.is_on, len(kept.times)) == (False, 7)
    assert Reminder.objects.get().next_at is None


def test_looking_at_the_page_changes_nothing(at_the_phone, silent):
    for answer in (at_the_phone.get("/reminders/fewer/"), at_the_phone.post("/reminders/fewer/")):
        assert answer.status_code == 200
    assert len(reminders.settings_of(silent).times) == 7
