"""manage.py send_notices [--at ISO]: one sweep of due notices, in the foreground."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts import notices
from diary import reminding


def moment(text: str) -> datetime:
    """An ISO moment; one without an offset is in the installation's own time zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a moment like 2026-11-23T20:00+01:00") from error
    return timezone.make_aware(found) if timezone.is_naive(found) else found


class Command(BaseCommand):
    help = "Queue the reminders that are due and send what is owed to anybody, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=moment, help="as if it were this moment (ISO)")

    def handle(self, *args: Any, at: datetime | None = None, **options: Any) -> None:
        now = at or timezone.now()
        queued = reminding.queue_due(now)
        tally = notices.send_due(now, hold=reminding.hold)
        self.stdout.write(
            f"{queued} reminders queued; {tally.sent} sent, {tally.waiting} put back, "
            f"{tally.cancelled} cancelled, {tally.expired} expired, {tally.failed} failed, "
            f"{tally.uncertain} uncertain"
        )
