"""Reminders: the patient's own time in the patient's own zone, at most once a local day."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from accounts import notices
from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice
from diary import reminders, reminding, schedule, tasks
from diary.models import Reminder
from diary.reminders import ReminderInQuietHours
from tests import factories
from tests.factories import TODAY

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUE = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 20:00 in Amsterdam


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def reminder(patient) -> Reminder:
    """At 20:00, next due today, for a patient with an open episode and yesterday's entry."""
    factories.make_episode(patient)
    factories.log_day(patient, TODAY - timedelta(days=1))
    return factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")


def sweep(now: datetime) -> tuple[int, int]:
    """One tick: how many reminders were queued, and how many mails left."""
    before = len(mail.outbox)
    queued = reminding.queue_due(now)
    notices.send_due(now, hold=reminding.hold)
    return queued, len(mail.outbox) - before


def test_a_missing_entry_is_reminded_of_once(patient, reminder):
    assert sweep(DUE - timedelta(seconds=1)) == (0, 0)
    assert sweep(DUE) == (1, 1)
    assert sweep(DUE) == (0, 0)
    assert sweep(DUE + timedelta(minutes=1)) == (0, 0)
    assert mail.outbox[0].to == [patient.email]
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.key) == (patient, "reminder", "2026-11-23")
    assert (notice.state, notice.due_at) == (NoticeState.SENT, DUE)
    reminder.refresh_from_db()
    assert reminder.next_at == DUE + timedelta(days=1)


def test_an_entry_one_second_before_the_moment_is_enough(patient, reminder):
    entry = factories.log_day(patient, TODAY)
    entry.created_at = DUE - timedelta(seconds=1)
    entry.save()
    assert sweep(DUE) == (0, 0)
    reminder.refresh_from_db()
    assert reminder.next_at == DUE + timedelta(days=1)


def test_yesterdays_entry_is_not_todays(patient, reminder):
    assert sweep(DUE) == (1, 1)


def test_an_entry_between_claim_and_sending_holds_the_mail(patient, reminder):
    assert reminding.queue_due(DUE) == 1
    factories.log_day(patient, TODAY)
    tally = notices.send_due(DUE, hold=reminding.hold)
    assert (tally.sent, tally.cancelled, len(mail.outbox)) == (0, 1, 0)


@pytest.mark.parametrize(
    ("now", "queued"),
    [
        ("2026-11-23T21:59:59+01:00", 1),
        ("2026-11-23T22:00:00+01:00", 0),
        ("2026-11-24T07:59:00+01:00", 0),
        ("2026-11-24T10:00:00+01:00", 0),
    ],
)
def test_after_an_outage_nothing_is_sent_in_quiet_hours_or_for_yesterday(reminder, now, queued):
    assert sweep(moment(now)) == (queued, queued)
    reminder.refresh_from_db()
    assert reminder.next_at > moment(now)


def test_after_an_outage_of_a_day_only_todays_reminder_is_sent(reminder):
    assert sweep(DUE + timedelta(days=1, minutes=30)) == (1, 1)
    assert list(Notice.objects.values_list("key", flat=True)) == ["2026-11-24"]


def test_a_mail_that_is_held_up_is_not_sent_at_night(reminder):
    assert reminding.queue_due(DUE) == 1
    assert Notice.objects.get().expires_at == moment("2026-11-23T22:00+01:00")
    notices.send_due(moment("2026-11-23T22:00+01:00"), hold=reminding.hold)
    assert (Notice.objects.get().state, len(mail.outbox)) == (NoticeState.EXPIRED, 0)


def test_without_quiet_hours_a_reminder_lasts_until_midnight(patient):
    factories.make_episode(patient, started_on=TODAY)
    factories.make_reminder(
        patient, quiet_from=time(0), quiet_to=time(0), next_at=DUE, zone="Europe/Amsterdam"
    )
    reminding.queue_due(DUE)
    assert Notice.objects.get().expires_at == moment("2026-11-24T00:00+01:00")


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
@pytest.mark.parametrize("at", [time(2, 30), time(20)])
def test_days_of_23_and_25_hours_have_one_reminder(patient, day, at):
    factories.make_episode(patient, started_on=day)
    start = schedule.moment_on(day, time(0), AMSTERDAM)
    reminder = factories.make_reminder(patient, at=at, quiet_from=time(0), quiet_to=time(0))
    wishes = reminders.wishes_of(reminder)
    reminder.next_at = schedule.next_moment(wishes, AMSTERDAM, start - timedelta(seconds=1))
    reminder.zone = "Europe/Amsterdam"
    reminder.save()
    end = schedule.moment_on(day + timedelta(days=1), time(0), AMSTERDAM)
    ticks = [start + timedelta(minutes=5 * number) for number in range(26 * 12)]
    queued = sum(reminding.queue_due(tick) for tick in ticks if tick < end)
    assert (queued, Notice.objects.get().key) == (1, day.isoformat())


def test_after_a_change_of_zone_in_the_evening_the_day_has_one_reminder(patient, reminder):
    assert sweep(DUE) == (1, 1)
    patient.time_zone = "America/New_York"
    patient.save()
    evening = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 20:00 on the 23rd in New York
    assert sweep(DUE + timedelta(minutes=1)) == (0, 0)
    reminder.refresh_from_db()
    assert (reminder.next_at, reminder.zone) == (evening, "America/New_York")
    assert sweep(evening) == (0, 0)
    assert sweep(evening + timedelta(days=1)) == (1, 1)


def test_after_a_change_of_zone_the_reminder_comes_at_the_new_local_time(patient, reminder):
    patient.time_zone = "Asia/Tokyo"
    patient.save()
    morning = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert sweep(morning) == (0, 0)
    assert sweep(datetime(2026, 11, 23, 11, 0, tzinfo=UTC)) == (1, 1)  # 20:00 in Tokyo
    assert sweep(DUE) == (0, 0)


def test_a_later_time_on_the_same_day_brings_no_second_reminder(patient, reminder):
    assert sweep(DUE) == (1, 1)
    changed = reminders.change_reminder(
        patient=patient,
        is_on=True,
        times=dict.fromkeys(range(7), time(21)),
        quiet_from=time(22),
        quiet_to=time(8),
        now=DUE + timedelta(minutes=10),
    )
    assert changed.next_at == DUE + timedelta(hours=1)
    assert sweep(DUE + timedelta(hours=1)) == (0, 0)


def test_switching_off_stops_what_is_owed_and_what_would_come(patient, reminder):
    reminding.queue_due(DUE)
    reminders.change_reminder(
        patient=patient,
        is_on=False,
        times=dict.fromkeys(range(7), time(20)),
        quiet_from=time(22),
        quiet_to=time(8),
        now=DUE,
    )
    assert Notice.objects.get().state == NoticeState.CANCELLED
    assert Reminder.objects.get().next_at is None
    assert sweep(DUE + timedelta(days=1)) == (0, 0)


def test_a_reminder_in_the_quiet_hours_is_refused(patient, reminder):
    with pytest.raises(ReminderInQuietHours):
        reminders.change_reminder(
            patient=patient,
            is_on=True,
            times={0: time(20), 3: time(23)},
            quiet_from=time(22),
            quiet_to=time(8),
            now=DUE,
        )
    assert reminders.settings_of(patient).times == dict.fromkeys(range(7), time(20))


def test_without_an_open_episode_nobody_is_reminded(patient):
    factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")
    assert sweep(DUE) == (0, 0)
    factories.make_episode(patient, ended_on=TODAY)
    factories.make_episode(patient, side="right", started_on=TODAY + timedelta(days=2))
    assert sweep(DUE + timedelta(days=1)) == (0, 0)
    assert sweep(DUE + timedelta(days=2)) == (1, 1)


def test_somebody_who_may_not_sign_in_any_more_is_not_reminded(patient, reminder):
    patient.is_active = False
    patient.save()
    assert sweep(DUE) == (0, 0)


def test_each_patient_is_reminded_for_themselves(patient, foreign_patient, reminder):
    factories.make_episode(foreign_patient)
    factories.make_reminder(foreign_patient, next_at=DUE, zone="Europe/Amsterdam")
    factories.log_day(foreign_patient, TODAY)
    assert sweep(DUE) == (1, 1)
    assert [message.to for message in mail.outbox] == [[patient.email]]


def test_a_reminder_that_was_never_given_a_moment_gets_one(patient):
    factories.make_episode(patient, started_on=TODAY)
    reminder = factories.make_reminder(patient)
    assert sweep(DUE - timedelta(hours=2)) == (0, 0)
    reminder.refresh_from_db()
    assert (reminder.next_at, reminder.zone) == (DUE, "Europe/Amsterdam")


def test_one_row_that_fails_does_not_keep_others_from_their_reminder(
    patient, foreign_patient, reminder, monkeypatch, caplog
):
    factories.make_episode(foreign_patient, started_on=TODAY)
    factories.make_reminder(foreign_patient, next_at=DUE, zone="Europe/Amsterdam")
    owe_all = notices.owe_all

    def fail_once(owed):
        if any(each.recipient == patient for each in owed):
            raise RuntimeError
        return owe_all(owed)

    monkeypatch.setattr(notices, "owe_all", fail_once)
    assert reminding.queue_due(DUE) == 1
    assert "could not be queued" in caplog.text
    reminder.refresh_from_db()
    assert reminder.next_at == DUE
    monkeypatch.setattr(notices, "owe_all", owe_all)
    assert reminding.queue_due(DUE) == 1


def test_a_reminder_that_another_sweep_has_claimed_is_left_to_it(
    patient, foreign_patient, reminder, monkeypatch, caplog
):
    factories.make_episode(foreign_patient, started_on=TODAY)
    factories.make_reminder(foreign_patient, next_at=DUE, zone="Europe/Amsterdam")
    next_moment = schedule.next_moment

    def claimed_meanwhile(wishes, zone, after):
        moment = next_moment(wishes, zone, after)
        Reminder.objects.filter(pk=reminder.pk).update(next_at=moment)
        return moment

    monkeypatch.setattr(schedule, "next_moment", claimed_meanwhile)
    assert reminding.queue_due(DUE) == 1
    assert [notice.recipient for notice in Notice.objects.all()] == [foreign_patient]
    assert caplog.text == ""


def test_what_a_sweep_asks_the_database_does_not_grow_with_the_reminders_due(
    clinic, reminder, django_assert_num_queries
):
    """Two lists, and for all that is due together: claim, what is known, what is owed."""
    with django_assert_num_queries(12):
        assert reminding.queue_due(DUE) == 1
    for _number in range(3):
        person = factories.make_patient(clinic)
        factories.make_episode(person, started_on=TODAY + timedelta(days=1))
        factories.make_reminder(person, next_at=DUE, zone="Europe/Amsterdam")
    with django_assert_num_queries(12):
        assert reminding.queue_due(DUE + timedelta(days=1)) == 4


def test_nobody_due_costs_two_queries(reminder, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert reminding.queue_due(DUE - timedelta(minutes=1)) == 0


def test_notices_of_other_kinds_are_never_held(patient):
    assert reminding.hold(Notice(recipient=patient, kind=NoticeKind.FLAG, key="x")) is False


@time_machine.travel(DUE, tick=False)
def test_the_task_run_twice_sends_one_mail(reminder):
    tasks.send_due_notices()
    tasks.send_due_notices()
    assert len(mail.outbox) == 1


def test_the_command_sweeps_once_at_the_moment_given(reminder):
    out = StringIO()
    call_command("send_notices", "--at", "2026-11-23T20:00", stdout=out)
    call_command("send_notices", "--at", "2026-11-23T20:00+01:00", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first.startswith("1 reminders queued; 1 sent,")
    assert second.startswith("0 reminders queued; 0 sent,")
    assert len(mail.outbox) == 1


def test_the_command_says_which_moment_it_cannot_read(db):
    with pytest.raises(CommandError, match="'tomorrow' is not a moment"):
        call_command("send_notices", "--at", "tomorrow")
