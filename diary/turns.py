"""Changes to one patient's diary take turns, and each moves the patient's episodes on."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Value, When

from accounts.models import User
from diary.models import Episode


def take_turn(patient: User, **asked: Any) -> Any:
    """Wait until no other change to this patient's diary is under way; inside a transaction.

    Answers with the patient's row and what is `asked` besides, as expressions. These see what
    there was before the wait: fit for a hint, not for what a change rests on.
    """
    return User.objects.select_for_update(no_key=True).annotate(**asked).get(pk=patient.pk)


def mark_open_changed(patient: User, now: datetime) -> None:
    """`mark_changed` for the open episodes of a patient, in one query."""
    a_moment_later = F("changed_at") + timedelta(microseconds=1)
    Episode.objects.filter(patient=patient, ended_on__isnull=True).update(
        changed_at=Case(When(changed_at__lt=now, then=Value(now)), default=a_moment_later)
    )


def mark_changed(episodes: Iterable[Episode], now: datetime) -> None:
    """Move the moment of change on, so that the review sees each change as a later one."""
    for episode in episodes:
        last = Episode.objects.values_list("changed_at", flat=True).get(pk=episode.pk)
        episode.changed_at = max(now, last + timedelta(microseconds=1))
        episode.save(update_fields=["changed_at"])
