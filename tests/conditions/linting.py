"""Helpers of the tests of the linter: the small library, linted and spoilt."""

from copy import deepcopy
from pathlib import Path

from conditions import library, linting
from conditions.linting import Code
from tests.conditions.small_library import small, write

CALM = {Code.TOO_FEW, Code.NO_CRITERION}  # what the small library has too little of


def read_small(folder: Path) -> library.Library:
    """The small library in its full form, free of findings but for `CALM`."""
    read = library.read(write(folder, small()))
    assert {each.code for _file, _line, each in linting.lint_library(read)} == CALM
    return read


def lint(files, plan):
    activities = {each["slug"]: each for each in files.activities}
    return linting.lint_plan(plan, activities=activities)


def codes(files, plan) -> set[Code]:
    return {finding.code for finding in lint(files, plan)} - CALM


def spoilt(plan, *path_and_value):
    """A copy of the plan that says something else at a path."""
    *way, last, value = path_and_value
    new = deepcopy(plan)
    holder = new
    for key in way:
        holder = holder[key]
    holder[last] = value
    return new
