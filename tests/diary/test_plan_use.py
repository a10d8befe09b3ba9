"""What editors are told of how much a version is in use: never a number below five."""

import pytest
from django.template import Context, Template
from django.utils import translation

from tests import factories
from tests.factories import TODAY


@pytest.fixture
def plan(db):
    return factories.make_plan(code="counted")


def put_on(plan, number, **fields) -> None:
    for _ in range(number):
        factories.make_episode(factories.make_patient(), plan, **fields)


def told(tag, plan) -> str:
    page = Template(f"{{% load plan_use %}}{{% {tag} plan %}}")
    return page.render(Context({"plan": plan}))


@pytest.mark.parametrize(
    ("number", "words"), [(0, "fewer than five"), (4, "fewer than five"), (5, "5"), (6, "6")]
)
def test_a_number_is_told_from_five_on(plan, number, words):
    put_on(plan, number)
    assert told("episodes_on", plan) == words
    newer = factories.make_version(plan)
    assert told("episodes_behind", newer) == words


def test_ended_episodes_and_other_plans_are_not_counted(plan):
    put_on(plan, 4)
    put_on(plan, 3, ended_on=TODAY)
    put_on(factories.make_plan(), 5)
    assert told("episodes_on", plan) == "fewer than five"
    newer = factories.make_version(plan)
    put_on(newer, 5)
    assert told("episodes_on", plan) == "fewer than five"
    assert told("episodes_behind", newer) == "fewer than five"
    assert told("episodes_on", newer) == "5"


def test_nobody_is_behind_the_first_version_or_on_a_later_one(plan):
    newer = factories.make_version(plan)
    put_on(newer, 6)
    assert told("episodes_behind", plan) == "fewer than five"
    assert told("episodes_behind", newer) == "fewer than five"


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (5, 6, "11"),
        # With "5" told for the one version, a whole of 7 or of 5 would tell the other.
        (5, 2, "at least 5"),
        (5, 0, "at least 5"),
        (0, 6, "at least 6"),
        # A whole of 8 would tell that there are four on each.
        (4, 4, "fewer than five on each version"),
        (0, 0, "fewer than five on each version"),
    ],
)
def test_the_whole_does_not_tell_what_a_version_hides(plan, first, second, words):
    put_on(plan, first)
    newer = factories.make_version(plan)
    put_on(newer, second)
    assert told("episodes_behind", factories.make_version(newer)) == words


def test_the_words_are_dutch_for_a_dutch_reader(plan):
    with translation.override("nl"):
        assert told("episodes_on", plan) == "minder dan vijf"
