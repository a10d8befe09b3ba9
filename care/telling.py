"""The notices that physiotherapists are owed about a flag."""

from datetime import datetime, timedelta

from accounts import notices
from accounts import services as people
from accounts.enums import NoticeKind
from accounts.models import Notice
from care.enums import FlagEventKind, Reason
from care.models import Flag

# A mail about a flag of a week ago helps nobody; the caseload shows the flag itself.
NOTICE_LASTS = timedelta(days=7)
# What is worth a mail. A new red-flag report that joins an open flag is worth one too.
WORTH_TELLING = (FlagEventKind.RAISED, FlagEventKind.LEVEL_RAISED)


def tell_physiotherapists(flag: Flag, *, now: datetime) -> int:
    """Owe each active physiotherapist of the patient a notice; how many were owed anew.

    Call it after the event that is worth telling is stored, in the same transaction. Each
    such event has a key of its own, so that it is told once to each however often this runs.
    A patient without a relation has nobody to tell; the flag stands all the same.
    """
    key = _key(flag)
    owed = [
        notices.owe(
            recipient=physiotherapist,
            kind=NoticeKind.FLAG,
            key=key,
            due_at=now,
            expires_at=now + NOTICE_LASTS,
        )
        for physiotherapist in people.physiotherapists_of(flag.patient, now)
    ]
    return len([notice for notice in owed if notice is not None])


def stop_telling(flag: Flag) -> None:
    """Owe nobody a notice about a flag that is closed."""
    owed = Notice.objects.filter(kind=NoticeKind.FLAG, key__startswith=str(flag.uuid))
    for notice in owed.select_related("recipient"):
        if notice.recipient is not None:
            notices.cancel(recipient=notice.recipient, kind=notice.kind, key=notice.key)


def _key(flag: Flag) -> str:
    """The flag's public id, and from the second telling on which telling it is."""
    kinds = [*WORTH_TELLING]
    if flag.reason == Reason.RED_FLAG:
        kinds.append(FlagEventKind.JOINED)
    number = flag.events.filter(kind__in=kinds).count()
    return str(flag.uuid) if number <= 1 else f"{flag.uuid}:{number}"
