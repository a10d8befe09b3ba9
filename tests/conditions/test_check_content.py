"""`check_content`: what there is of each kind, or why it is not whole."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from conditions import library, linting
from tests.conditions.small_library import both, small, write


def test_a_whole_library_is_counted(tmp_path, capsys):
    call_command("check_content", write(tmp_path, small()))
    assert capsys.readouterr().out.splitlines() == [
        "conditions: 1",
        "stages: 1",
        "plans: 1",
        "phases: 2",
        "rules: 3",
        "milestones: 1",
        "red flags: 1",
        "questions: 1",
        "statements with source: 7",
        "statements without source: 13",
        "warnings: 7",
    ]


def test_each_warning_is_printed_where_asked(tmp_path, capsys):
    folder = write(tmp_path, small())
    call_command("check_content", folder, warnings=True)
    lines = capsys.readouterr().out.splitlines()[11:]
    assert len(lines) == len(linting.lint_library(library.read(folder))) == 7
    assert lines[0] == (
        "hip.yaml, line 49: Phase A: it has no criterion “to begin”. Say what must hold."
    )


def test_mistakes_end_it_with_a_sentence_each_in_english(tmp_path, capsys):
    files = small()
    files["hip"]["name"] = both("an alarm")
    with translation.override("nl"), pytest.raises(CommandError) as told:
        call_command("check_content", write(tmp_path, files))
    assert str(told.value).splitlines() == [
        f"hip.yaml, line {line}: The condition: the name says “alarm” in {language}, which "
        "promises or claims too much. Say it without that word."
        for language, line in (("Dutch", 10), ("English", 9))
    ]
    assert capsys.readouterr().out == ""


def test_the_library_that_ships_is_whole_and_has_no_warnings(capsys):
    call_command("check_content")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "conditions: 9"
    assert lines[-1] == "warnings: 0"
