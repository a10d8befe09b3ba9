"""A reminder that came and does not suit: once more in a while, once for each wish."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail

from accounts import notices
from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice
from diary import reminders, reminding, snoozing
from diary.models import Reminder
from diary.snoozing import Answer, Offer, Snoozed
from tests import factories
from tests.factories import TODAY

DUE = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)  # 20:00 in Amsterdam
MINUTE = timedelta(minutes=1)
LATER = DUE + 5 * MINUTE
EVERY_DAY = dict.fromkeys(range(7), time(20))


@pytest.fixture
def reminder(patient) -> Reminder:
    """At 20:00, quiet from 22:00."""
    factories.make_episode(patient, started_on=TODAY)
    return factories.make_reminder(patient, next_at=DUE, zone="Europe/Amsterdam")


@pytest.fixture
def reminded(patient, reminder):
    """A patient who has just been reminded of today."""
    assert sweep(DUE) == 1
    return patient


def sweep(now: datetime) -> int:
    """One tick: how many mails left."""
    before = len(mail.outbox)
    reminding.queue_due(now)
    notices.send_due(now, hold=reminding.hold)
    return len(mail.outbox) - before


def snooze(
    patient, minutes: int = 30, *, now: datetime = LATER, day: date = TODAY, number: int = 0
):
    return snoozing.snooze(patient=patient, day=day, number=number, minutes=minutes, now=now)


def told(patient) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(recipient=patient).order_by("pk")
    return [(row.key, row.state) for row in rows]


@pytest.mark.parametrize("minutes", [30, 90])
def test_the_message_comes_once_more_after_the_time_chosen(reminded, minutes):
    moment = LATER + minutes * MINUTE
    assert snooze(reminded, minutes) == Snoozed(Answer.SET, moment)
    assert sweep(moment - MINUTE) == 0
    assert sweep(moment) == 1
    assert sweep(moment + MINUTE) == 0
    assert mail.outbox[-1].subject == "You asked us to remind you again"
    assert told(reminded) == [("2026-11-23", "sent"), ("2026-11-23.1", "sent")]
    assert sweep(DUE + timedelta(days=1)) == 1


def test_a_second_tap_changes_nothing(reminded):
    first = snooze(reminded)
    assert snooze(reminded, 90, now=LATER + MINUTE) == Snoozed(Answer.ALREADY, first.at)
    assert [row.due_at for row in Notice.objects.filter(kind=NoticeKind.SNOOZE)] == [first.at]


def test_an_answer_to_a_message_that_never_came_changes_nothing(reminded):
    assert snooze(reminded, number=1) == Snoozed(Answer.ALREADY, None)
    assert told(reminded) == [("2026-11-23", "sent")]


def test_a_tap_that_arrives_after_its_message_came_changes_nothing(reminded):
    moment = snooze(reminded).at
    sweep(moment)
    assert snooze(reminded, now=moment + MINUTE) == Snoozed(Answer.ALREADY, None)
    assert len(told(reminded)) == 2


def test_each_message_that_came_can_be_answered(reminded):
    moment = snooze(reminded).at
    sweep(moment)
    assert snoozing.offer(reminded, moment) == Offer(TODAY, 1, None)
    second = snooze(reminded, now=moment, number=1)
    assert second == Snoozed(Answer.SET, moment + 30 * MINUTE)
    assert sweep(second.at) == 1
    assert [key for key, _state in told(reminded)] == ["2026-11-23", "2026-11-23.1", "2026-11-23.2"]


@pytest.mark.parametrize(
    ("now", "minutes"),
    [
        (DUE + 90 * MINUTE, 30),  # 22:00, when the quiet hours begin
        (DUE + 5 * MINUTE, 120),
    ],
)
def test_a_moment_in_the_quiet_hours_is_refused(reminded, now, minutes):
    assert snooze(reminded, minutes, now=now) == Snoozed(Answer.AT_NIGHT, now + minutes * MINUTE)
    assert told(reminded) == [("2026-11-23", "sent")]


def test_a_moment_after_midnight_is_refused_where_there_are_no_quiet_hours(reminded):
    Reminder.objects.update(quiet_from=time(0), quiet_to=time(0))
    late = DUE + 3 * timedelta(hours=1)  # 23:00
    assert snooze(reminded, 60, now=late).answer is Answer.AT_NIGHT
    assert snooze(reminded, 59, now=late).answer is Answer.SET


def test_tomorrow_means_nothing_more_today(reminded):
    snooze(reminded)
    assert snoozing.until_tomorrow(patient=reminded, day=TODAY, now=LATER) == Snoozed(Answer.ENDED)
    assert told(reminded) == [("2026-11-23", "sent"), ("2026-11-23.1", "cancelled")]
    assert sweep(LATER + 30 * MINUTE) == 0
    assert snoozing.offer(reminded, LATER) is None
    # A later time on the same day brings nothing either.
    reminders.change_reminder(
        patient=reminded,
        is_on=True,
        times=dict.fromkeys(range(7), time(21)),
        quiet_from=time(22),
        quiet_to=time(8),
        now=LATER,
    )
    assert sweep(DUE + 60 * MINUTE) == 0
    assert sweep(DUE + timedelta(days=1, hours=1)) == 1


def test_an_entry_stops_what_was_asked_for(reminded):
    moment = snooze(reminded).at
    factories.log_day(reminded, TODAY)
    assert reminders.cancel_reminder(patient=reminded, day=TODAY) == 1
    assert sweep(moment) == 0
    assert told(reminded)[1] == ("2026-11-23.1", "cancelled")


def test_an_entry_of_another_day_stops_nothing(reminded):
    moment = snooze(reminded).at
    assert reminders.cancel_reminder(patient=reminded, day=TODAY - timedelta(days=1)) == 0
    assert sweep(moment) == 1


def test_a_wish_for_no_more_between_claim_and_sending_holds_it(reminded):
    snooze(reminded)
    notice = Notice.objects.get(kind=NoticeKind.SNOOZE)
    assert reminding.hold(notice) is False
    Reminder.objects.update(done_on=TODAY)
    assert reminding.hold(notice) is True


def test_an_entry_between_claim_and_sending_holds_it(reminded):
    moment = snooze(reminded).at
    factories.log_day(reminded, TODAY)
    assert sweep(moment) == 0


def test_what_is_filled_in_cannot_be_snoozed(reminded):
    factories.log_day(reminded, TODAY)
    assert snoozing.offer(reminded, LATER) is None
    assert snooze(reminded) == Snoozed(Answer.FILLED_IN)
    until = snoozing.until_tomorrow(patient=reminded, day=TODAY, now=LATER)
    assert until == Snoozed(Answer.FILLED_IN)


def test_without_a_message_there_is_nothing_to_snooze(patient, reminder):
    assert snoozing.offer(patient, DUE - MINUTE) is None
    assert snooze(patient, now=DUE - MINUTE) == Snoozed(Answer.NOTHING_CAME)
    reminding.queue_due(DUE)  # owed, and not sent yet
    assert snooze(patient) == Snoozed(Answer.NOTHING_CAME)
    assert told(patient) == [("2026-11-23", "waiting")]


@pytest.mark.parametrize("state", [NoticeState.SENDING, NoticeState.UNCERTAIN])
def test_who_answers_a_message_has_seen_it_whatever_we_know(patient, reminder, state):
    reminding.queue_due(DUE)
    Notice.objects.update(state=state)
    assert snooze(patient).answer is Answer.SET


def test_a_message_of_yesterday_cannot_be_snoozed(reminded):
    tomorrow = LATER + timedelta(days=1)
    assert snooze(reminded, now=tomorrow) == Snoozed(Answer.NOTHING_CAME)
    sweep(DUE + timedelta(days=1))
    assert snooze(reminded, now=tomorrow).answer is Answer.NOTHING_CAME
    assert snooze(reminded, now=tomorrow, day=TODAY + timedelta(days=1)).answer is Answer.SET


def test_nobody_elses_message_is_snoozed(reminded, foreign_patient):
    factories.make_episode(foreign_patient)
    factories.make_reminder(foreign_patient)
    assert snooze(foreign_patient) == Snoozed(Answer.NOTHING_CAME)


def test_switching_off_and_pausing_stop_what_was_asked_for(reminded):
    moment = snooze(reminded).at
    reminders.pause(patient=reminded, until=TODAY, now=LATER)
    assert sweep(moment) == 0
    assert told(reminded)[1] == ("2026-11-23.1", "cancelled")


def test_quiet_hours_that_are_moved_hold_for_what_was_asked_for(reminded):
    Reminder.objects.update(quiet_from=time(23))
    inside, before = snooze(reminded, 90).at, DUE + 60 * MINUTE
    reminders.change_reminder(
        patient=reminded,
        is_on=True,
        times=EVERY_DAY,
        quiet_from=time(21, 40),
        quiet_to=time(8),
        now=LATER,
    )
    notice = Notice.objects.get(kind=NoticeKind.SNOOZE)
    assert (notice.state, notice.expires_at) == ("waiting", DUE + 100 * MINUTE)
    reminders.change_reminder(
        patient=reminded,
        is_on=True,
        times=EVERY_DAY,
        quiet_from=time(21),
        quiet_to=time(8),
        now=LATER,
    )
    assert told(reminded)[1] == ("2026-11-23.1", "cancelled")
    assert (sweep(before), sweep(inside)) == (0, 0)


def test_what_is_owed_again_after_an_undo_keeps_to_quiet_hours_that_were_moved(reminded):
    inside = snooze(reminded, 90).at
    reminders.change_reminder(
        patient=reminded,
        is_on=True,
        times=EVERY_DAY,
        quiet_from=time(21),
        quiet_to=time(8),
        now=LATER,
    )
    assert reminders.owe_again(patient=reminded, day=TODAY, now=LATER) == 1
    assert sweep(inside) == 0


def test_in_a_zone_where_it_is_another_day_by_then_it_does_not_come(reminded):
    moment = snooze(reminded).at
    reminded.time_zone = "Asia/Tokyo"
    reminded.save()
    assert sweep(moment) == 0


@pytest.fixture
def at_the_phone(client, reminded):
    client.force_login(reminded)
    with time_machine.travel(LATER, tick=False):
        yield client


def post(client, wait: str, accept: str = "text/html", **fields):
    data = {"wait": wait, "day": "2026-11-23", "number": "0"} | fields
    return client.post("/reminders/snooze/", data, headers={"accept": accept})


@pytest.mark.parametrize(
    ("wait", "sentence"),
    [
        ("30", "We remind you again at 20:35."),
        (
            "120",
            "At 22:05 you are not disturbed, so nothing comes then. "
            "Your next reminder: Tue 24 Nov 20:00 by e-mail.",
        ),
        (
            "tomorrow",
            "Nothing more comes today. Your next reminder: Tue 24 Nov 20:00 by e-mail.",
        ),
    ],
)
def test_the_page_says_what_will_happen(at_the_phone, wait, sentence):
    answer = post(at_the_phone, wait)
    assert (answer.status_code, answer.url) == (303, "/")
    page = at_the_phone.get("/")
    assert [str(message) for message in page.context["messages"]] == [sentence]


def test_a_script_is_told_in_one_sentence(at_the_phone):
    answer = post(at_the_phone, "30", accept="application/json")
    assert answer.json() == {"said": "We remind you again at 20:35."}
    again = post(at_the_phone, "30", accept="application/json")
    assert again.json() == {"said": "You are reminded again at 20:35. That stays so."}


@pytest.mark.parametrize(
    "wrong", [{"wait": "45"}, {"day": "yesterday"}, {"number": "-1"}, {"number": ""}]
)
def test_what_no_button_sends_is_refused(at_the_phone, reminded, wrong):
    assert post(at_the_phone, **{"wait": "30"} | wrong).status_code == 422
    assert len(told(reminded)) == 1


def test_the_page_offers_it_only_where_a_message_came(at_the_phone, reminded):
    offered = 'name="wait" value="30"'
    assert offered in at_the_phone.get("/reminders/snooze/").content.decode()
    post(at_the_phone, "30")
    html = at_the_phone.get("/reminders/snooze/").content.decode()
    assert "We remind you again at 20:35." in html
    assert (offered in html, 'value="tomorrow"' in html) == (False, True)
    factories.log_day(reminded, TODAY)
    html = at_the_phone.get("/reminders/snooze/").content.decode()
    assert "There is no reminder of today to move." in html
    assert 'name="wait"' not in html
