"""Changes to one patient's diary take turns, and each moves the patient's episodes on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, F, Value, When

from accounts.models import User
from diary.models import Episode


def take_turn(patient: User) -> None:
    """Wait until no other change to this patient's diary is under way; inside a transaction."""
    User.objects.select_for_update(no_key=True).get(pk=patient.pk)


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
