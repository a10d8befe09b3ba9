"""The linter over a whole library, where a finding stands, and what it says."""

from copy import deepcopy
from functools import cache

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from conditions import library, lint_words, linting
from conditions.findings import WARNINGS
from conditions.linting import Code
from tests.conditions.linting import CALM, lint, read_small, spoilt
from tests.conditions.small_library import both, small, write


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(tmp_path) -> library.Library:
    return read_small(tmp_path)


@pytest.fixture
def plan(files):
    return deepcopy(files.conditions[0]["plans"][0])


def library_codes(files):
    return {each.code for _file, _line, each in linting.lint_library(files)} - CALM


def test_a_symptom_whose_question_no_plan_asks_is_a_warning(files):
    files.conditions[0]["plans"][0]["asks"] = []
    assert library_codes(files) == {Code.SYMPTOM_NOT_ASKED}
    files.conditions[0]["symptoms"][1]["question"] = None
    assert library_codes(files) == set()


def test_a_red_flag_that_no_condition_asks_is_a_warning(files):
    files.red_flags.append({**files.red_flags[0], "code": "other"})
    assert library_codes(files) == {Code.RED_FLAG_UNUSED}


def test_a_condition_asks_at_least_one_red_flag(files):
    files.conditions[0]["red_flags"] = []
    assert library_codes(files) == {Code.NO_RED_FLAG, Code.RED_FLAG_UNUSED}


def test_a_question_that_does_not_exist_is_named(files):
    files.conditions[0]["plans"][0]["asks"].append("limp")
    assert library_codes(files) == {Code.UNKNOWN}


def test_a_finding_knows_its_file_and_line(tmp_path):
    write(tmp_path, small())
    text = (tmp_path / "hip.yaml").read_text()
    lines = text.splitlines()
    number = next(i for i, line in enumerate(lines) if line.strip() == "en: en not with rules")
    lines[number] = lines[number].replace("en not with rules", "en not, this cures")
    (tmp_path / "hip.yaml").write_text("\n".join(lines))
    [problem] = library.read(tmp_path).problems
    assert problem == (
        f"hip.yaml, line {number + 1}: Phase A, en walking (only with “en rules”): the reason says "
        "“cures” in English, which promises or claims too much. Say it without that word."
    )


def test_content_that_is_in_no_file_has_no_line(files):
    bare = {"code": "x", "order": 0, "urgency": "same_day", "provenance": "cited", "sources": []}
    files.red_flags.append(bare | {"question": both("x"), "action": both("x")})
    found = [each for each in linting.lint_library(files) if each[2].code == Code.NO_SOURCE]
    assert [(file, line) for file, line, _finding in found] == [("red_flags.yaml", 0)]


def test_every_finding_has_a_sentence_in_both_languages():
    assert set(lint_words.WORDS) == set(Code)
    for words in lint_words.WORDS.values():
        with translation.override("nl"):
            dutch = str(words)
        assert dutch != str(words)


def test_a_sentence_is_in_the_language_of_the_reader(files, plan):
    [finding] = [
        each for each in lint(files, spoilt(plan, "stages", [])) if each.code == Code.NO_STAGE
    ]
    with translation.override("nl"):
        assert (
            lint_words.sentence(finding) == "Het plan: noemt geen stadium. Kies er ten minste één."
        )


def test_only_what_may_be_meant_as_it_is_blocks_nothing():
    blocking = {code for code in Code if linting.Finding(code, ()).is_blocking}
    assert blocking == set(Code) - WARNINGS
    assert Code.GAP in blocking
    assert Code.STRICTER_LATER not in blocking


@cache
def shipped() -> library.Library:
    return library.read()


@settings(deadline=None)
@given(st.data())
def test_no_plan_of_the_library_with_a_part_gone_makes_the_linter_fail(data):
    plans = [plan for condition in shipped().conditions for plan in condition["plans"]]
    plan = deepcopy(data.draw(st.sampled_from(plans)))
    key = data.draw(st.sampled_from(["switches", "phases", "milestones", "limit", "pain_limits"]))
    if key in plan:
        plan[key] = []
    else:
        data.draw(st.sampled_from(plan["phases"]))[key] = None
    for finding in lint(shipped(), plan):
        assert lint_words.sentence(finding)
