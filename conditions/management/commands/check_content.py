"""`manage.py check_content`: whether the content library is complete and whole."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conditions import library


class Command(BaseCommand):
    help = "Check the files of the content library; exits with 1 and a sentence for each mistake."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=library.HOME)

    def handle(self, *args: object, folder: Path = library.HOME, **options: object) -> None:
        files = library.read(folder)
        problems = files.problems + library.thin_plans(files)
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"Content: {len(files.conditions)} conditions, nothing missing.")
