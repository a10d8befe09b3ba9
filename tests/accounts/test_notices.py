"""What is owed is sent when it is due: once, and to somebody who should have it."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts import notices, services, tokens
from accounts.enums import NoticeKind, NoticeState
from accounts.models import Notice
from accounts.notices import Tally
from tests.factories import NOW, PASSWORD

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def owe(recipient, kind=NoticeKind.FLAG, key="key", due_at=NOW, expires_at=NOW + 48 * HOUR):
    return notices.owe(
        recipient=recipient, kind=kind, key=key, due_at=due_at, expires_at=expires_at
    )


def state_of(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_due_notice_is_sent_to_its_recipient(patient):
    notice = owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert [message.to for message in mail.outbox] == [[patient.email]]
    assert state_of(notice) == NoticeState.SENT
    assert (notice.sent_at, notice.attempts, notice.lease_until) == (NOW, 1, None)


def test_a_notice_waits_until_it_is_due(patient):
    notice = owe(patient, due_at=NOW + MINUTE)
    assert notices.send_due(NOW) == Tally()
    assert state_of(notice) == NoticeState.WAITING
    assert notices.send_due(NOW + MINUTE) == Tally(sent=1)


def test_two_sweeps_send_one_mail(patient):
    owe(patient)
    assert notices.send_due(NOW) == Tally(sent=1)
    assert notices.send_due(NOW + HOUR) == Tally()
    assert len(mail.outbox) == 1


def test_nobody_is_owed_the_same_twice(patient):
    notice = owe(patient)
    assert owe(patient) is None
    notices.send_due(NOW)
    assert owe(patient) is None
    assert list(Notice.objects.all()) == [notice]


def test_another_key_kind_or_person_is_another_notice(patient, physiotherapist):
    owe(patient)
    assert owe(patient, key="other") is not None
    assert owe(patient, kind=NoticeKind.REMINDER) is not None
    assert owe(physiotherapist) is not None
    assert notices.send_due(NOW) == Tally(sent=4)


def test_a_cancelled_notice_is_not_sent(patient):
    notice = owe(patient)
    assert notices.cancel(recipient=patient, kind=NoticeKind.FLAG, key="key") == 1
    assert notices.cancel(recipient=patient, kind=NoticeKind.FLAG, key="key") == 0
    assert notices.send_due(NOW) == Tally()
    assert state_of(notice) == NoticeState.CANCELLED
    assert mail.outbox == []


def test_cancelling_does_not_unsend(patient, physiotherapist):
    notice, other = owe(patient), owe(physiotherapist, due_at=NOW + HOUR)
    notices.send_due(NOW)
    assert notices.cancel(recipient=patient, kind=NoticeKind.FLAG, key="key") == 0
    assert (state_of(notice), state_of(other)) == (NoticeState.SENT, NoticeState.WAITING)


def test_a_sweep_that_comes_while_another_sends_finds_nothing(patient):
    """Two claims of one notice at the same moment: the second meets a row that is taken."""
    owe(patient)
    second = []

    def meanwhile(notice):
        second.append(notices.send_due(NOW))
        return False

    assert notices.send_due(NOW, hold=meanwhile) == Tally(sent=1)
    assert second == [Tally()]
    assert len(mail.outbox) == 1


def test_a_row_that_another_sweep_took_since_the_list_was_made_is_left_alone(patient, monkeypatch):
    notice = owe(patient)
    claim = notices._claim

    def be_late(due, pk, now):
        Notice.objects.filter(pk=pk).update(
            state=NoticeState.SENDING, lease_until=now + notices.LEASE, attempts=1
        )
        return claim(due, pk, now)

    monkeypatch.setattr(notices, "_claim", be_late)
    assert notices.send_due(NOW) == Tally()
    assert (state_of(notice), notice.attempts) == (NoticeState.SENDING, 1)
    assert mail.outbox == []


def test_hold_cancels_and_is_asked_about_each_claimed_notice(patient, physiotherapist):
    held, sent = owe(patient), owe(physiotherapist)
    asked = []

    def hold(notice):
        asked.append((notice.pk, notice.state))
        return notice.recipient == patient

    assert notices.send_due(NOW, hold=hold) == Tally(sent=1, cancelled=1)
    assert asked == [(held.pk, NoticeState.SENDING), (sent.pk, NoticeState.SENDING)]
    assert (state_of(held), state_of(sent)) == (NoticeState.CANCELLED, NoticeState.SENT)
    assert [message.to for message in mail.outbox] == [[physiotherapist.email]]


def test_a_notice_that_comes_too_late_expires(patient):
    notice = owe(patient, expires_at=NOW + HOUR)
    assert notices.send_due(NOW + HOUR) == Tally(expired=1)
    assert state_of(notice) == NoticeState.EXPIRED
    assert mail.outbox == []


def test_after_an_outage_of_three_days_only_today_is_sent(patient):
    for days in range(4):
        due_at = NOW - timedelta(days=days)
        owe(patient, NoticeKind.REMINDER, f"day {days}", due_at, due_at + 4 * HOUR)
    assert notices.send_due(NOW) == Tally(sent=1, expired=3)
    assert [message.subject for message in mail.outbox] == ["Your diary for today is waiting"]


@pytest.mark.parametrize("kind", [NoticeKind.FLAG, NoticeKind.REMINDER])
def test_somebody_deactivated_gets_nothing(patient, kind):
    notice = owe(patient, kind)
    patient.is_active = False
    patient.save(update_fields=["is_active"])
    assert notices.send_due(NOW) == Tally(cancelled=1)
    assert state_of(notice) == NoticeState.CANCELLED
    assert mail.outbox == []


def test_an_invitation_is_mailed_to_the_invited_address(physiotherapist):
    invitation = services.invite(
        by=physiotherapist, email="a@example.org", name="A", role="patient", language="en", now=NOW
    )
    assert notices.send_due(NOW) == Tally(sent=1)
    assert mail.outbox[0].to == ["a@example.org"]
    assert state_of(Notice.objects.get(invitation=invitation)) == NoticeState.SENT


def test_an_invitation_that_closed_meanwhile_is_not_mailed(physiotherapist):
    invitations = [
        services.invite(
            by=physiotherapist,
            email=f"{number}@example.org",
            name="A",
            role="patient",
            language="en",
            now=NOW,
        )
        for number in range(3)
    ]
    services.withdraw_invitation(invitation=invitations[0], now=NOW)
    services.accept_invitation(
        token=tokens.make(invitations[1].nonce),
        password=PASSWORD,
        consented=True,
        language="en",
        channel="web",
        now=NOW,
    )
    assert notices.send_due(NOW) == Tally(sent=1, cancelled=1)
    assert [message.to for message in mail.outbox] == [["2@example.org"]]


def test_an_invitation_of_somebody_deactivated_is_not_mailed(physiotherapist):
    services.invite(
        by=physiotherapist, email="a@example.org", name="A", role="patient", language="en", now=NOW
    )
    physiotherapist.is_active = False
    physiotherapist.save(update_fields=["is_active"])
    assert notices.send_due(NOW) == Tally(cancelled=1)
    assert mail.outbox == []


def test_a_sweep_ends_when_its_time_is_over_and_the_next_goes_on(patient, monkeypatch):
    for number in range(3):
        owe(patient, key=str(number))
    clock = iter([0, 1, notices.SWEEP_SECONDS + 1])
    monkeypatch.setattr(notices, "monotonic", lambda: next(clock))
    assert notices.send_due(NOW) == Tally(sent=1)
    monkeypatch.undo()
    assert notices.send_due(NOW) == Tally(sent=2)


def test_the_lease_outlasts_a_sweep():
    longest_mail_seconds = 60
    assert notices.SWEEP_SECONDS + longest_mail_seconds < notices.LEASE.total_seconds()


def test_the_oldest_is_sent_first(patient, physiotherapist):
    owe(patient, due_at=NOW - MINUTE)
    owe(physiotherapist, due_at=NOW - HOUR)
    notices.send_due(NOW)
    assert [message.to[0] for message in mail.outbox] == [physiotherapist.email, patient.email]
