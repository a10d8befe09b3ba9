"""`manage.py export_content FOLDER`: the stored content as files of the library."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from conditions import export


class Command(BaseCommand):
    help = "Write all content as files that load_content reads; of each plan its newest version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        written = export.write(folder)
        self.stdout.write(f"Content: {len(written)} files written to {folder}.")
