"""What is owed to people, and the sweep that sends it by push or mail. The table is the queue.

A notice is claimed with a conditional update and a lease, then checked again, then sent.
Where a lease runs out, whoever held it died, and whether the message left is unknown: flags
and invitations go out again, marked as a repeat; reminders do not (RFC 1047 describes the gap).
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet

from accounts import mail, push_words, subscriptions
from accounts.enums import NoticeKind, NoticeState, Way
from accounts.models import Invitation, Notice, User
from accounts.push import Outcome, Pusher

logger = logging.getLogger(__name__)

# Longer than a sweep can take: below, and a message that may last as long as push.TIMEOUT at
# each of a few devices and then EMAIL_TIMEOUT.
LEASE = timedelta(minutes=10)
SWEEP_SECONDS = 200
SWEEP_ROWS = 1000
# Greylisting wants a quick second try; an outage of a night ends before the last one.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
MOST_ATTEMPTS = len(BACK_OFF) + 1
AT_MOST_ONCE = (NoticeKind.REMINDER, NoticeKind.SNOOZE, NoticeKind.NUDGE)
UNDER_WAY = (NoticeState.WAITING, NoticeState.SENDING)
# After these answers of a mail server nothing was delivered; after any other fault of
# sending it may have been.
REFUSALS = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
)

Hold = Callable[[Notice], bool]


@dataclass(frozen=True)
class Tally:
    """How many notices a sweep brought to each state; `waiting` were put back for later."""

    sent: int = 0
    waiting: int = 0
    cancelled: int = 0
    expired: int = 0
    failed: int = 0
    uncertain: int = 0


@transaction.atomic
def owe(
    *, recipient: User, kind: str, key: str, due_at: datetime, expires_at: datetime
) -> Notice | None:
    """Owe somebody a message from `due_at` until `expires_at`.

    None when this person was owed a notice of this kind and key before, whatever came of it.
    """
    notice, is_new = Notice.objects.get_or_create(
        recipient=recipient,
        kind=kind,
        key=key,
        defaults={"due_at": due_at, "expires_at": expires_at},
    )
    return notice if is_new else None


@dataclass(frozen=True)
class Owed:
    """A notice about to be made: to whom, about what, from when and until when."""

    recipient: User
    kind: str
    key: str
    due_at: datetime
    expires_at: datetime


def owe_all(owed: Iterable[Owed]) -> int:
    """Owe many messages at once, none of which was owed before; how many these were.

    Raises IntegrityError, and owes none of them, where one of them was.
    """
    rows = [
        Notice(
            recipient=each.recipient,
            kind=each.kind,
            key=each.key,
            due_at=each.due_at,
            expires_at=each.expires_at,
        )
        for each in owed
    ]
    return len(Notice.objects.bulk_create(rows))


@transaction.atomic
def owe_invitation(invitation: Invitation) -> Notice:
    """Owe the mail with the link, from the invitation's making until it expires."""
    return Notice.objects.create(
        invitation=invitation,
        kind=NoticeKind.INVITATION,
        key=str(invitation.uuid),
        due_at=invitation.created_at,
        expires_at=invitation.expires_at,
    )


def cancel(*, recipient: User, kind: str, key: str) -> int:
    """Owe it no longer; answers how many notices (0 or 1) this stopped."""
    return _stop(Notice.objects.filter(recipient=recipient, kind=kind, key=key))


def cancel_day(*, recipient: User, kinds: Iterable[str], day: date) -> int:
    """Owe nothing of these kinds about a day any longer; how many notices this stopped."""
    return _stop(about_day(recipient, kinds, day))


def about_day(recipient: User | OuterRef, kinds: Iterable[str], day: date) -> QuerySet[Notice]:
    """What somebody was or is owed about a local day, in any state."""
    about = Notice.objects.filter(kind__in=kinds, key__startswith=day.isoformat())
    return about.filter(recipient=recipient)


def reopen_day(*, recipient: User, kinds: Iterable[str], day: date, now: datetime) -> int:
    """Owe again what was cancelled about a day before anybody tried to send it; how many."""
    cancelled = about_day(recipient, kinds, day).filter(state=NoticeState.CANCELLED, attempts=0)
    return cancelled.filter(expires_at__gt=now).update(state=NoticeState.WAITING)


@transaction.atomic
def cancel_invitation(invitation: Invitation) -> int:
    return _stop(Notice.objects.filter(invitation=invitation))


def _stop(notices: QuerySet[Notice]) -> int:
    return notices.filter(state__in=UNDER_WAY).update(state=NoticeState.CANCELLED, lease_until=None)


def send_due(now: datetime, *, hold: Hold | None = None) -> Tally:
    """One sweep: close what came too late, then claim and send each due notice.

    `hold(notice)` is asked after the claim, right before sending; True cancels the notice.
    It is not asked about invitations, whose recipients are nobody yet.
    Run it outside a transaction: a claim counts only once others can see it.
    """
    tally = _close_overdue(now)
    waiting, lapsed = _due(now)
    due = (waiting | lapsed).order_by("due_at", "pk").values_list("pk", flat=True)
    stop_at = monotonic() + SWEEP_SECONDS
    pusher = Pusher(now)
    for pk in list(due[:SWEEP_ROWS]):
        if monotonic() > stop_at:
            break
        outcome = _send_one(pk, now, hold, pusher)
        if outcome:
            tally[outcome] += 1
    return Tally(**tally)


def _due(now: datetime) -> tuple[QuerySet[Notice], QuerySet[Notice]]:
    """What waits for its first or next try, and what was left behind by a sweep that died."""
    wanted = Notice.objects.filter(expires_at__gt=now, attempts__lt=MOST_ATTEMPTS)
    waiting = wanted.filter(state=NoticeState.WAITING, due_at__lte=now)
    lapsed = wanted.filter(state=NoticeState.SENDING, lease_until__lte=now).exclude(
        kind__in=AT_MOST_ONCE
    )
    return waiting, lapsed


def _close_overdue(now: datetime) -> Counter[str]:
    """Close what will not be sent any more, a reminder that may have left among it."""
    waiting = Q(state=NoticeState.WAITING, due_at__lte=now)
    lapsed = Q(state=NoticeState.SENDING, lease_until__lte=now)
    closings = (
        (lapsed & Q(kind__in=AT_MOST_ONCE), NoticeState.UNCERTAIN),
        ((waiting | lapsed) & Q(attempts__gte=MOST_ATTEMPTS), NoticeState.FAILED),
        ((waiting | lapsed) & Q(expires_at__lte=now), NoticeState.EXPIRED),
    )
    return Counter(
        {
            state.value: Notice.objects.filter(which).update(state=state, lease_until=None)
            for which, state in closings
        }
    )


def _send_one(pk: int, now: datetime, hold: Hold | None, pusher: Pusher) -> str | None:
    """Claim and deliver; None when somebody else has it."""
    waiting, lapsed = _due(now)
    is_repeat = False
    if not _claim(waiting, pk, now):
        is_repeat = _claim(lapsed, pk, now)
        if not is_repeat:
            return None
    notice = Notice.objects.select_related("recipient", "invitation__invited_by").get(pk=pk)
    return _deliver(notice, is_repeat=is_repeat, now=now, hold=hold, pusher=pusher)


def _claim(due: QuerySet[Notice], pk: int, now: datetime) -> bool:
    """Take a notice, which only one of two at the same moment can do."""
    return bool(
        due.filter(pk=pk).update(
            state=NoticeState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    )


def _deliver(
    notice: Notice, *, is_repeat: bool, now: datetime, hold: Hold | None, pusher: Pusher
) -> str:
    """By push where a device takes it, else by mail, in the same sweep.

    Where a push may or may not have left, a reminder stays at that, as it does with mail: it
    comes at most once, whichever the way. Anything else is mailed too.
    """
    try:
        if _is_unwanted(notice, hold):
            return _settle(notice, NoticeState.CANCELLED)
        pushed = _push(notice, pusher)
    except Exception as error:  # whatever is wrong with this one, the others are sent
        return _try_again(notice, now, error)
    if pushed is Outcome.TAKEN:
        return _settle(notice, NoticeState.SENT, sent_at=now, channel=Way.PUSH)
    if pushed is Outcome.UNCERTAIN and notice.kind in AT_MOST_ONCE:
        return _settle(notice, NoticeState.UNCERTAIN, channel=Way.PUSH)
    return _mail(notice, is_repeat=is_repeat, now=now)


def _push(notice: Notice, pusher: Pusher) -> Outcome:
    """What the devices of the recipient came to; not taken where there are none."""
    recipient = notice.recipient
    devices = subscriptions.devices(recipient) if recipient else []
    if recipient is None or not devices:
        return Outcome.NOT_TAKEN
    payload = push_words.of_notice(notice, recipient)
    lasts = notice.expires_at - pusher.now
    return subscriptions.push_to_all(devices, payload, lasts=lasts, pusher=pusher)


def _mail(notice: Notice, *, is_repeat: bool, now: datetime) -> str:
    with _connection() as connection:
        try:
            message = mail.message_of(notice, is_repeat=is_repeat)
            connection.open()
        except Exception as error:
            return _try_again(notice, now, error)
        try:
            connection.send_messages([message])
        except REFUSALS as error:
            return _try_again(notice, now, error)
        except Exception as error:
            return _leave_uncertain(notice, now, error)
    return _settle(notice, NoticeState.SENT, sent_at=now, channel=Way.EMAIL)


@contextmanager
def _connection() -> Iterator[BaseEmailBackend]:
    """A connection for one mail.

    One that a server closes half-way through a run would leave it unknown which mails left.
    """
    connection = get_connection()
    try:
        yield connection
    finally:
        with suppress(Exception):
            connection.close()


def _is_unwanted(notice: Notice, hold: Hold | None) -> bool:
    if notice.state != NoticeState.SENDING:
        return True  # cancelled since the claim
    if invitation := notice.invitation:
        is_closed = invitation.accepted_at or invitation.revoked_at
        return bool(is_closed) or not invitation.invited_by.is_active
    if notice.recipient is None or not notice.recipient.is_active:
        return True
    return hold is not None and hold(notice)


def _try_again(notice: Notice, now: datetime, error: Exception) -> str:
    """It did not leave: put it back for later, until there were too many tries."""
    _log(notice, error, "was not sent")
    if notice.attempts >= MOST_ATTEMPTS:
        return _settle(notice, NoticeState.FAILED)
    later = now + BACK_OFF[notice.attempts - 1]
    return _settle(notice, NoticeState.WAITING, due_at=later)


def _leave_uncertain(notice: Notice, now: datetime, error: Exception) -> str:
    """It may have left: a reminder stays at that, anything else is repeated later."""
    _log(notice, error, "may have been sent")
    if notice.kind in AT_MOST_ONCE:
        return _settle(notice, NoticeState.UNCERTAIN, channel=Way.EMAIL)
    if notice.attempts >= MOST_ATTEMPTS:
        return _settle(notice, NoticeState.FAILED)
    # The lease that runs out is what marks the next try as a repeat.
    later = now + BACK_OFF[notice.attempts - 1]
    _settle(notice, NoticeState.SENDING, lease_until=later)
    return NoticeState.WAITING.value


def _settle(notice: Notice, state: str, **fields) -> str:
    """Write down what came of a claim, unless a later claim has taken over.

    A notice cancelled meanwhile stays cancelled, except where its mail did leave.
    """
    mine = Notice.objects.filter(pk=notice.pk, attempts=notice.attempts)
    if state != NoticeState.SENT:
        mine = mine.filter(state=NoticeState.SENDING)
    mine.update(**{"state": state, "lease_until": None, **fields})
    return NoticeState(state).value


def _log(notice: Notice, error: Exception, what: str) -> None:
    # The text of an error of smtplib names the address, so only its kind is written down.
    logger.warning("Notice %s %s: %s", notice.uuid, what, type(error).__name__)
