"""Which walking aid keeps to which limit, and which of two limits is the stricter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions import limits
from conditions.enums import LoadLevel, WalkingAid
from conditions.limits import Limit

CHAIR, FRAME, ROLLATOR, CRUTCHES, CRUTCH, CANE, NONE = WalkingAid

aids = st.sampled_from(WalkingAid)


@st.composite
def limit(draw) -> Limit:
    level = draw(st.sampled_from(LoadLevel))
    percent = draw(st.integers(1, 99)) if level == LoadLevel.PWB else None
    fitting = sorted(limits.SATISFYING[level])
    chosen = draw(st.sets(st.sampled_from(fitting), min_size=1))
    return Limit(level, frozenset(chosen), percent)


@pytest.mark.parametrize(
    ("level", "satisfying"),
    [
        (LoadLevel.NWB, {CHAIR, FRAME, CRUTCHES}),
        (LoadLevel.TTWB, {CHAIR, FRAME, CRUTCHES}),
        (LoadLevel.PWB, {CHAIR, FRAME, CRUTCHES}),
        (LoadLevel.PROTECTED, {CHAIR, FRAME, ROLLATOR, CRUTCHES, CRUTCH, CANE}),
        (LoadLevel.WBAT, set(WalkingAid)),
        (LoadLevel.FWB, set(WalkingAid)),
    ],
)
def test_these_aids_and_no_others_satisfy_a_level(level, satisfying):
    assert limits.SATISFYING[level] == satisfying


@pytest.mark.parametrize("level", LoadLevel)
@pytest.mark.parametrize("aid", WalkingAid)
def test_an_aid_that_the_plan_names_is_always_allowed(level, aid):
    assert Limit(level, frozenset({aid})).allows(aid)


@pytest.mark.parametrize(
    ("level", "named", "allowed"),
    [
        (LoadLevel.NWB, {CRUTCHES}, {CHAIR, FRAME, CRUTCHES}),
        (LoadLevel.TTWB, {FRAME}, {CHAIR, FRAME}),
        (LoadLevel.PWB, {CRUTCHES}, {CHAIR, FRAME, CRUTCHES}),
        (LoadLevel.PWB, {CHAIR}, {CHAIR}),
        (LoadLevel.PROTECTED, {CRUTCH}, {CHAIR, FRAME, ROLLATOR, CRUTCHES, CRUTCH}),
        (LoadLevel.PROTECTED, {CANE}, set(WalkingAid) - {NONE}),
        (LoadLevel.WBAT, {CRUTCHES}, {CHAIR, FRAME, ROLLATOR, CRUTCHES}),
        (LoadLevel.WBAT, {CANE, NONE}, set(WalkingAid)),
        (LoadLevel.FWB, {NONE}, set(WalkingAid)),
        (LoadLevel.FWB, {CANE}, set(WalkingAid) - {NONE}),
    ],
)
def test_more_support_is_fine_and_less_is_not(level, named, allowed):
    asked = Limit(level, frozenset(named))
    assert {aid for aid in WalkingAid if asked.allows(aid)} == allowed


def test_a_rollator_does_not_take_the_weight_that_partial_load_forbids():
    asked = Limit(LoadLevel.PWB, frozenset({CRUTCHES}), percent=50)
    assert limits.SUPPORT[ROLLATOR] > limits.SUPPORT[CRUTCHES]
    assert not asked.allows(ROLLATOR)


@given(limit(), aids, aids)
def test_support_never_takes_an_allowance_away(asked, one, other):
    """What takes the weight and gives more support than something allowed, is allowed."""
    more, less = sorted((one, other), key=limits.SUPPORT.__getitem__, reverse=True)
    if asked.allows(less) and more in limits.SATISFYING[asked.level]:
        assert asked.allows(more)


@pytest.mark.parametrize(
    ("percent", "weight", "kilograms"),
    [(30, 72, 21), (50, 72.9, 36), (50, 73, 36), (25, 80, 20), (1, 60, 0), (100, 61.5, 61)],
)
def test_kilograms_are_rounded_down_to_stay_below_the_limit(percent, weight, kilograms):
    assert limits.kilograms(percent, weight) == kilograms


def test_levels_are_ranked_strictest_first():
    order = [*LoadLevel]
    assert order == [
        LoadLevel.NWB,
        LoadLevel.TTWB,
        LoadLevel.PWB,
        LoadLevel.PROTECTED,
        LoadLevel.WBAT,
        LoadLevel.FWB,
    ]
    assert sorted(order, key=limits.STRICTNESS.__getitem__) == order


@pytest.mark.parametrize(
    ("one", "other", "level", "percent", "named"),
    [
        # Two hips: the lower level wins, and both walk with what both allow.
        (
            Limit(LoadLevel.PWB, frozenset({CRUTCHES, FRAME}), 30, 21),
            Limit(LoadLevel.WBAT, frozenset({CRUTCH, CANE, NONE})),
            LoadLevel.PWB,
            30,
            {CHAIR, FRAME, CRUTCHES},
        ),
        # The same level: the lower share.
        (
            Limit(LoadLevel.PWB, frozenset({CRUTCHES}), 50, 36),
            Limit(LoadLevel.PWB, frozenset({CRUTCHES, FRAME}), 25, 18),
            LoadLevel.PWB,
            25,
            {CHAIR, FRAME, CRUTCHES},
        ),
        # Two free hips, of which one wants a cane.
        (
            Limit(LoadLevel.FWB, frozenset({NONE})),
            Limit(LoadLevel.PROTECTED, frozenset({CANE})),
            LoadLevel.PROTECTED,
            None,
            set(WalkingAid) - {NONE},
        ),
    ],
)
def test_of_two_hips_the_stricter_limit_holds(one, other, level, percent, named):
    for pair in ((one, other), (other, one)):
        found = limits.strictest(pair)
        assert (found.level, found.percent, found.aids) == (level, percent, named)
    assert limits.strictest([one, other]).kilograms in (one.kilograms, other.kilograms)


def test_one_hip_has_its_own_limit():
    own = Limit(LoadLevel.PWB, frozenset({CRUTCHES}), 30, 21)
    found = limits.strictest([own])
    assert (found.level, found.percent, found.kilograms) == (LoadLevel.PWB, 30, 21)
    assert CRUTCHES in found.aids


def test_without_a_limit_there_is_no_strictest():
    with pytest.raises(ValueError, match="no limit given"):
        limits.strictest([])


@given(st.lists(limit(), min_size=1, max_size=4), st.randoms())
def test_the_strictest_does_not_hang_on_the_order(asked, random):
    shuffled = [*asked]
    random.shuffle(shuffled)
    found, again = limits.strictest(asked), limits.strictest(shuffled)
    assert (found.level, found.percent) == (again.level, again.percent)


@given(st.lists(limit(), min_size=1, max_size=4), aids)
def test_what_the_strictest_names_keeps_to_every_limit(asked, aid):
    """As long as there is an aid that all hips allow; the chair is one, or nothing is."""
    found = limits.strictest(asked)
    everybody = [each for each in WalkingAid if all(one.allows(each) for one in asked)]
    if everybody:
        assert found.aids == frozenset(everybody)
    if everybody and aid in found.aids:
        assert all(one.allows(aid) for one in asked)
