"""Mail that cannot be sent, or of which nobody knows whether it was."""

import logging
import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from accounts import notices
from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice
from accounts.notices import Tally
from tests.accounts.test_notices import HOUR, MINUTE, owe, state_of
from tests.factories import NOW

GREYLISTED = smtplib.SMTPRecipientsRefused({"patient@example.org": (451, b"later")})
NO_ANSWER = TimeoutError("timed out")


def test_a_refused_mail_is_tried_again_after_one_five_and_fifteen_minutes(patient, mail_server):
    notice = owe(patient)
    mail_server.faults[patient.email] = GREYLISTED
    at = NOW
    for attempt, minutes in enumerate((1, 5, 15), start=1):
        assert notices.send_due(at) == Tally(waiting=1)
        assert (state_of(notice), notice.attempts) == (NoticeState.WAITING, attempt)
        assert notice.due_at == at + minutes * MINUTE
        assert notices.send_due(at) == Tally()
        at = notice.due_at

    mail_server.faults.clear()
    assert notices.send_due(at) == Tally(sent=1)
    assert len(mail.outbox) == 1
    # The server refused each time, so nothing came before.
    assert mail.outbox[0].subject == "You have a message in HipTrack"


def test_a_server_that_is_down_is_tried_again(patient, mail_server):
    notice = owe(patient, NoticeKind.REMINDER)
    mail_server.when_opened = ConnectionRefusedError()
    assert notices.send_due(NOW) == Tally(waiting=1)
    mail_server.when_opened = None
    assert notices.send_due(NOW + MINUTE) == Tally(sent=1)
    assert state_of(notice) == NoticeState.SENT


def test_after_eight_tries_a_notice_has_failed(patient, mail_server):
    notice = owe(patient)
    mail_server.faults[patient.email] = GREYLISTED
    at = NOW
    for _ in range(7):
        assert notices.send_due(at) == Tally(waiting=1)
        notice.refresh_from_db()
        at = notice.due_at
    assert notices.send_due(at) == Tally(failed=1)
    assert (state_of(notice), notice.attempts) == (NoticeState.FAILED, 8)
    mail_server.faults.clear()
    assert notices.send_due(at + 24 * HOUR) == Tally()
    assert mail.outbox == []


def test_a_reminder_that_cannot_be_sent_in_time_expires(patient, mail_server):
    notice = owe(patient, NoticeKind.REMINDER, expires_at=NOW + MINUTE)
    mail_server.faults[patient.email] = GREYLISTED
    notices.send_due(NOW)
    mail_server.faults.clear()
    assert notices.send_due(NOW + MINUTE) == Tally(expired=1)
    assert state_of(notice) == NoticeState.EXPIRED


def test_one_bad_address_does_not_delay_the_others(patient, physiotherapist, mail_server):
    bad, good = owe(patient, due_at=NOW - HOUR), owe(physiotherapist)
    mail_server.faults[patient.email] = GREYLISTED
    assert notices.send_due(NOW) == Tally(sent=1, waiting=1)
    assert (state_of(bad), state_of(good)) == (NoticeState.WAITING, NoticeState.SENT)


def test_a_notice_that_cannot_be_written_does_not_stop_the_others(patient, physiotherapist):
    poison, good = owe(patient, due_at=NOW - HOUR), owe(physiotherapist)
    Notice.objects.filter(pk=poison.pk).update(kind="unknown")
    assert notices.send_due(NOW) == Tally(sent=1, waiting=1)
    assert (state_of(poison), state_of(good)) == (NoticeState.WAITING, NoticeState.SENT)


def test_a_hold_that_breaks_does_not_stop_the_others(patient, physiotherapist):
    poison, good = owe(patient, due_at=NOW - HOUR), owe(physiotherapist)

    def hold(notice):
        if notice.recipient == patient:
            raise RuntimeError
        return False

    assert notices.send_due(NOW, hold=hold) == Tally(sent=1, waiting=1)
    assert (state_of(poison), state_of(good)) == (NoticeState.WAITING, NoticeState.SENT)


def die_while_sending(patient, kind: str) -> Notice:
    """A notice as a worker leaves it that is killed between claim and send."""
    notice = owe(patient, kind)
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENDING, lease_until=NOW + notices.LEASE, attempts=1
    )
    return notice


def test_a_flag_left_behind_goes_out_again_marked_as_a_repeat(patient):
    notice = die_while_sending(patient, NoticeKind.FLAG)
    assert notices.send_due(NOW + notices.LEASE - MINUTE) == Tally()
    assert mail.outbox == []

    assert notices.send_due(NOW + notices.LEASE) == Tally(sent=1)
    assert (state_of(notice), notice.attempts) == (NoticeState.SENT, 2)
    assert mail.outbox[0].subject == "Again: you have a message in HipTrack"
    assert "we do not know whether it reached you before" in mail.outbox[0].body
    assert notices.send_due(NOW + HOUR) == Tally()


def test_a_reminder_left_behind_is_not_sent_again(patient):
    notice = die_while_sending(patient, NoticeKind.REMINDER)
    assert notices.send_due(NOW + notices.LEASE - MINUTE) == Tally()
    assert state_of(notice) == NoticeState.SENDING

    assert notices.send_due(NOW + notices.LEASE) == Tally(uncertain=1)
    assert state_of(notice) == NoticeState.UNCERTAIN
    assert notices.send_due(NOW + HOUR) == Tally()
    assert mail.outbox == []


def test_a_flag_that_kills_each_worker_fails_in_the_end(patient):
    notice = die_while_sending(patient, NoticeKind.FLAG)
    Notice.objects.filter(pk=notice.pk).update(attempts=notices.MOST_ATTEMPTS)
    assert notices.send_due(NOW + notices.LEASE) == Tally(failed=1)
    assert state_of(notice) == NoticeState.FAILED


@pytest.mark.parametrize("fault", [NO_ANSWER, smtplib.SMTPServerDisconnected("gone")])
def test_a_reminder_whose_sending_broke_off_is_uncertain(patient, mail_server, fault):
    notice = owe(patient, NoticeKind.REMINDER)
    mail_server.faults[patient.email] = fault
    assert notices.send_due(NOW) == Tally(uncertain=1)
    mail_server.faults.clear()
    assert notices.send_due(NOW + HOUR) == Tally()
    assert state_of(notice) == NoticeState.UNCERTAIN
    assert mail.outbox == []


def test_a_flag_whose_sending_broke_off_is_repeated(patient, mail_server):
    notice = owe(patient)
    mail_server.faults[patient.email] = NO_ANSWER
    assert notices.send_due(NOW) == Tally(waiting=1)
    mail_server.faults.clear()
    assert notices.send_due(NOW + timedelta(seconds=59)) == Tally()
    assert notices.send_due(NOW + MINUTE) == Tally(sent=1)
    assert state_of(notice) == NoticeState.SENT
    assert mail.outbox[0].subject == "Again: you have a message in HipTrack"


def test_a_flag_whose_sending_breaks_off_eight_times_has_failed(patient, mail_server):
    notice = owe(patient)
    mail_server.faults[patient.email] = NO_ANSWER
    at = NOW
    for _ in range(7):
        assert notices.send_due(at) == Tally(waiting=1)
        notice.refresh_from_db()
        at = notice.lease_until
    assert notices.send_due(at) == Tally(failed=1)
    assert state_of(notice) == NoticeState.FAILED


def test_cancelling_stops_a_repeat(patient, mail_server):
    owe(patient)
    mail_server.faults[patient.email] = NO_ANSWER
    notices.send_due(NOW)
    assert notices.cancel(recipient=patient, kind=NoticeKind.FLAG, key="key") == 1
    mail_server.faults.clear()
    assert notices.send_due(NOW + HOUR) == Tally()
    assert mail.outbox == []


def test_a_notice_cancelled_while_it_is_being_sent_is_not_brought_back(patient, mail_server):
    notice = owe(patient)
    mail_server.faults[patient.email] = GREYLISTED

    def hold(claimed):
        notices.cancel(recipient=patient, kind=NoticeKind.FLAG, key="key")
        return False

    notices.send_due(NOW, hold=hold)
    assert state_of(notice) == NoticeState.CANCELLED


def test_a_sweep_that_lost_its_lease_does_not_overwrite_the_later_one(patient):
    notice = owe(patient)

    def hold(claimed):
        if claimed.attempts == 1:
            assert notices.send_due(NOW + notices.LEASE) == Tally(sent=1)
            return True
        return False

    notices.send_due(NOW, hold=hold)
    assert (state_of(notice), notice.sent_at) == (NoticeState.SENT, NOW + notices.LEASE)


def test_a_sweep_that_lost_its_lease_leaves_the_notice_to_whoever_has_it(patient):
    notice = owe(patient)

    def hold(claimed):
        Notice.objects.filter(pk=notice.pk).update(attempts=2, lease_until=NOW + 2 * notices.LEASE)
        return True

    notices.send_due(NOW, hold=hold)
    assert (state_of(notice), notice.lease_until) == (
        NoticeState.SENDING,
        NOW + 2 * notices.LEASE,
    )


def test_a_claim_itself_refuses_what_must_not_be_sent(patient):
    """Also where a row comes into this state after the sweep has closed what is overdue."""
    reminder = die_while_sending(patient, NoticeKind.REMINDER)
    late = owe(patient, key="late", expires_at=NOW)
    tired = owe(patient, key="tired")
    Notice.objects.filter(pk=tired.pk).update(attempts=notices.MOST_ATTEMPTS)
    good = owe(patient, key="good")
    waiting, lapsed = notices._due(NOW + notices.LEASE)
    assert list(waiting) == [good]
    assert list(lapsed) == []
    assert not notices._claim(lapsed, reminder.pk, NOW)
    assert not notices._claim(waiting, late.pk, NOW)


def test_the_log_names_no_address(patient, mail_server, caplog):
    notice = owe(patient)
    mail_server.faults[patient.email] = smtplib.SMTPRecipientsRefused(
        {patient.email: (550, b"no such user")}
    )
    with caplog.at_level(logging.DEBUG):
        notices.send_due(NOW)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("acc")] == [
        f"Notice {notice.uuid} was not sent: SMTPRecipientsRefused"
    ]
    assert patient.email not in caplog.text
