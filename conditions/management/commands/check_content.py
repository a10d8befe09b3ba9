"""`manage.py check_content`: whether the content library is complete and whole."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conditions import library, proofreading


class Command(BaseCommand):
    help = "Check the files of the content library; exits with 1 and a sentence for each mistake."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=library.HOME)

    def handle(self, *args: object, folder: Path = library.HOME, **options: object) -> None:
        files = library.read(folder)
        problems = files.problems or list(proofreading.thin_phases(files.conditions))
        if problems:
            raise CommandError("\n".join(problems))
        plans = sum(len(condition["plans"]) for condition in files.conditions)
        self.stdout.write(
            f"Content: {len(files.conditions)} conditions, {plans} plans, nothing missing."
        )
