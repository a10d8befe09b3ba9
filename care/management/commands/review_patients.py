"""The review of all open episodes, in the foreground."""

from datetime import date
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from care import reviews


class Command(BaseCommand):
    help = "Reviews every open episode as the background task does, and says what came of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--day",
            type=date.fromisoformat,
            help="the local day to judge (YYYY-MM-DD), seen with nothing later than that day;"
            " each patient's own today when left out",
        )

    def handle(self, *args: Any, day: date | None, **options: Any) -> None:
        begun = monotonic()
        tally = reviews.review_all(day=day, now=timezone.now())
        self.stdout.write(
            f"{tally.patients} patients, {tally.raised} flags raised,"
            f" {monotonic() - begun:.2f} seconds"
        )
        if tally.failed:
            raise CommandError(f"{tally.failed} episodes could not be reviewed; see the log.")
