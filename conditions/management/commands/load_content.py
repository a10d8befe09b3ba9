"""`manage.py load_content`: the content library into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from conditions import library, services


class Command(BaseCommand):
    help = "Load the content library; new plans are published. A second time changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=library.HOME)

    def handle(self, *args: object, folder: Path = library.HOME, **options: object) -> None:
        try:
            loaded = services.load_library(folder, now=timezone.now())
        except services.LibraryIsWrong as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            new = ", ".join(loaded.new_plans) or "none"
            self.stdout.write(
                f"Content: {loaded.conditions} conditions, {loaded.plans} plans; new plans: {new}."
            )
