"""What a physiotherapist does with a flag: see it, and resolve it with an outcome."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from care import telling
from care.enums import FlagEventKind, FlagOutcome
from care.models import Flag, FlagEvent


@transaction.atomic
def acknowledge_flag(*, flag: Flag, note: str, by: User, now: datetime) -> bool:
    """Mark an open flag as seen; False where somebody saw or closed it before."""
    seen = Flag.objects.filter(
        pk=flag.pk, closed_at__isnull=True, acknowledged_at__isnull=True
    ).update(acknowledged_at=now, acknowledged_by=by)
    if seen:
        _write(flag, FlagEventKind.ACKNOWLEDGED, note, by, now)
    return bool(seen)


@transaction.atomic
def resolve_flag(*, flag: Flag, outcome: FlagOutcome, note: str, by: User, now: datetime) -> bool:
    """Close an open flag with what came of it; False where it was closed before."""
    closed = Flag.objects.filter(pk=flag.pk, closed_at__isnull=True).update(
        closed_at=now, closed_by=by, outcome=outcome
    )
    if closed:
        _write(flag, FlagEventKind.RESOLVED, note, by, now)
        telling.stop_telling(flag)
    return bool(closed)


def _write(flag: Flag, kind: FlagEventKind, note: str, by: User, now: datetime) -> None:
    FlagEvent.objects.create(flag=flag, kind=kind, at=now, by=by, note=note)
    flag.refresh_from_db()
