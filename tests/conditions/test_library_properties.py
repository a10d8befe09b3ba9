"""Over the whole library that ships: every day of every plan has one phase, limit and aid."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions import library, queries
from conditions.enums import GuideTopic, LoadLevel, WalkingAid
from conditions.limits import SATISFYING, Limit, strictest

SHIPPED = library.read()
PLANS = [plan for condition in SHIPPED.conditions for plan in condition["plans"]]
DAYS = range(-100, 1001)


def phase_on(plan, day):
    """The phase on a day, by the rule of the program."""
    phases = [SimpleNamespace(from_day=each["from_day"], said=each) for each in plan["phases"]]
    return queries.phase_on(phases, day).said


def limit_of(phase) -> Limit:
    limit = phase["limit"]
    aids = frozenset(map(WalkingAid, limit["aids"]))
    return Limit(LoadLevel(limit["level"]), aids, limit["percent"])


def test_the_library_has_plans_to_look_at():
    assert len(PLANS) == 20


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan["code"])
def test_every_day_falls_in_one_window_and_that_is_its_phase(plan):
    first = plan["phases"][0]["from_day"]
    for day in DAYS:
        windows = [
            phase
            for phase in plan["phases"]
            if phase["from_day"] <= day and (phase["to_day"] is None or day <= phase["to_day"])
        ]
        assert windows == ([phase_on(plan, day)] if day >= first else [])
        assert phase_on(plan, day) in plan["phases"]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan["code"])
def test_the_last_phase_stays_open(plan):
    assert [phase["to_day"] is None for phase in plan["phases"]] == [
        *[False] * (len(plan["phases"]) - 1),
        True,
    ]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan["code"])
def test_every_day_has_one_limit_and_aids_that_satisfy_it(plan):
    for day in DAYS:
        limit = limit_of(phase_on(plan, day))
        assert limit.aids
        assert limit.aids <= SATISFYING[limit.level]
        assert (limit.percent is not None) == (limit.level == LoadLevel.PWB)
        assert all(limit.allows(aid) for aid in limit.aids)


MOMENTS = st.tuples(st.sampled_from(PLANS), st.integers(DAYS.start, DAYS.stop))


@given(st.lists(MOMENTS, min_size=1, max_size=3))
def test_two_hips_on_any_days_have_one_limit_with_an_aid_that_satisfies_it(moments):
    limits = [limit_of(phase_on(plan, day)) for plan, day in moments]
    binding = strictest(limits)
    assert (binding.level, binding.percent) in {(each.level, each.percent) for each in limits}
    assert binding.aids
    assert binding.aids <= SATISFYING[binding.level]


@given(MOMENTS, st.sampled_from(WalkingAid))
def test_an_aid_is_allowed_only_where_it_satisfies_the_level(moment, aid):
    limit = limit_of(phase_on(*moment))
    assert not limit.allows(aid) or aid in SATISFYING[limit.level]


@pytest.mark.parametrize("level", LoadLevel)
def test_every_level_has_one_guide_that_names_an_aid_for_it(level):
    [guide] = [
        guide
        for guide in SHIPPED.guides
        if (guide["topic"], guide["subject"]) == (GuideTopic.LEVEL, level)
    ]
    assert guide["aids"]
    assert set(guide["aids"]) <= SATISFYING[level]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan["code"])
def test_no_milestone_is_over_before_its_phase_begins(plan):
    begins = {phase["code"]: phase["from_day"] for phase in plan["phases"]}
    for milestone in plan["milestones"]:
        if milestone["phase"] is not None:
            assert milestone["late_day"] >= begins[milestone["phase"]]
