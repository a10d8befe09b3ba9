"""`manage.py check_content`: whether the content library is complete and whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from conditions import library, lint_words, linting
from conditions.library import Library


class Command(BaseCommand):
    help = (
        "Check the files of the content library: prints what there is of each kind, or exits "
        "with 1 and a sentence for each mistake."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=library.HOME)
        parser.add_argument(
            "--warnings", action="store_true", help="also print what may be meant as it is"
        )

    @no_translations
    def handle(
        self, *args: object, folder: Path = library.HOME, warnings: bool = False, **options: object
    ) -> None:
        files = library.read(folder)
        if files.problems:
            raise CommandError("\n".join(files.problems))
        for name, number in counts(files).items():
            self.stdout.write(f"{name}: {number}")
        found = linting.lint_library(files)  # all of them warnings, or there were problems
        self.stdout.write(f"warnings: {len(found)}")
        if warnings:
            for each in found:
                self.stdout.write(lint_words.in_file(*each))


def counts(files: Library) -> dict[str, int]:
    """How many of each kind the library holds."""
    plans = [plan for condition in files.conditions for plan in condition["plans"]]
    phases = [phase for plan in plans for phase in plan["phases"]]
    marked = list(_statements([files.questions, files.red_flags, files.guides, files.conditions]))
    return {
        "conditions": len(files.conditions),
        "stages": sum(len(condition["stages"]) for condition in files.conditions),
        "plans": len(plans),
        "phases": len(phases),
        "rules": sum(len(phase["rules"]) for phase in phases),
        "milestones": sum(len(plan["milestones"]) for plan in plans),
        "red flags": len(files.red_flags),
        "questions": len(files.questions),
        "statements with source": sum(bool(each["sources"]) for each in marked),
        "statements without source": sum(not each["sources"] for each in marked),
    }


def _statements(item: Any) -> Iterator[dict[str, Any]]:
    """Every part, however deep, that has sources."""
    if isinstance(item, dict):
        if "sources" in item:
            yield item
        item = list(item.values())
    if isinstance(item, list):
        for each in item:
            yield from _statements(each)
