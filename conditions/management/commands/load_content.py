"""`manage.py load_content`: the content library into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.utils import timezone

from conditions import library, services


class Command(BaseCommand):
    help = (
        "Load the content library: what is not stored yet is stored, and new plans are "
        "published. What editors changed in the program is kept. A second time changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=library.HOME)
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="bring conditions, facts, red flags, activities and sources to what the files "
            "say, also where they were changed in the program; published plans never change",
        )

    @no_translations
    def handle(
        self,
        *args: object,
        folder: Path = library.HOME,
        take_over: bool = False,
        **options: object,
    ) -> None:
        try:
            loaded = services.load_library(folder, now=timezone.now(), take_over=take_over)
        except services.LibraryIsWrong as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            new = ", ".join(loaded.new_plans) or "none"
            self.stdout.write(
                f"Content: {loaded.conditions} conditions, {loaded.plans} plans; new plans: {new}."
            )
            if loaded.kept:
                self.stdout.write(
                    f"Kept as stored, though the files say otherwise: {', '.join(loaded.kept)}. "
                    "load_content --take-over takes what the files say."
                )
