"""The ladder of aids by the limits of one or two plans: never less support than they allow."""

import pytest

from conditions.enums import LoadLevel, WalkingAid
from conditions.limits import Limit
from diary import taper
from diary.taper import Course, Opening

A = WalkingAid
HALF = Limit(LoadLevel.PWB, frozenset({A.TWO_CRUTCHES}), 50)
EASY = Limit(LoadLevel.WBAT, frozenset({A.ONE_CRUTCH, A.CANE}))
FULL = Limit(LoadLevel.FWB, frozenset({A.CANE, A.NONE}))


def states(courses):
    return {
        rung.aid: "now" if rung.is_allowed else "never" if rung.is_never else rung.openings
        for rung in taper.rungs(courses, None)
    }


def test_an_aid_opens_in_the_first_later_phase_that_allows_it():
    assert states([Course(HALF, (EASY, FULL))]) == {
        A.WHEELCHAIR: "now",
        A.WALKING_FRAME: "now",
        A.ROLLATOR: (Opening(0, 0),),
        A.TWO_CRUTCHES: "now",
        A.ONE_CRUTCH: (Opening(0, 0),),
        A.CANE: (Opening(0, 0),),
        A.NONE: (Opening(0, 1),),
    }


def test_what_no_phase_allows_is_never():
    found = states([Course(HALF, (EASY,))])
    assert (found[A.CANE], found[A.NONE]) == ((Opening(0, 0),), "never")


def test_with_two_plans_an_aid_waits_for_both():
    found = states([Course(EASY, (FULL,)), Course(HALF, (HALF, FULL))])
    assert found[A.CANE] == (Opening(1, 1),)
    assert found[A.NONE] == (Opening(0, 0), Opening(1, 1))
    assert found[A.TWO_CRUTCHES] == "now"


def test_without_a_limit_every_aid_is_allowed():
    assert set(states([Course(None, ())]).values()) == {"now"}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (A.NONE, (A.CANE, A.ONE_CRUTCH, A.TWO_CRUTCHES, A.ROLLATOR, A.WALKING_FRAME, A.WHEELCHAIR)),
        (A.WALKING_FRAME, (A.WHEELCHAIR,)),
        (A.WHEELCHAIR, ()),
    ],
)
def test_more_support_comes_nearest_first(own, expected):
    assert taper.more_support(own, taper.allowed_by(FULL)) == expected


def test_only_the_aid_one_has_is_ones_own():
    assert [rung.aid for rung in taper.rungs([], A.CANE) if rung.is_own] == [A.CANE]
    assert taper.least_support(EASY) == A.CANE
    assert taper.least_support(Limit(LoadLevel.FWB, frozenset())) is None
