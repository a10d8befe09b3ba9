"""An entry held against its phases: tables first, then what holds for any entry."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditions.enums import Channel, LoadLevel, Rule, Side, WalkingAid
from conditions.limits import SATISFYING, Limit
from diary import verdicts
from diary.enums import Outcome
from diary.verdicts import ActivityLine, Code, DayAnswers, Finding, PhaseRules, Subject, Verdict

CRUTCHES = frozenset({WalkingAid.TWO_CRUTCHES})
PARTIAL = Limit(LoadLevel.PWB, CRUTCHES, percent=50, kilograms=36)
FREE = Limit(LoadLevel.FWB, frozenset({WalkingAid.CANE, WalkingAid.NONE}))
LINES = (
    ActivityLine("walking", Rule.DO, 30, reason=1),
    ActivityLine("stairs", Rule.CAUTION, None, reason=2),
    ActivityLine("running", Rule.DONT, None, reason=3),
    ActivityLine("standing", Rule.CAUTION, 20, reason=4),
)


def left(**fields) -> PhaseRules:
    fields = {"limit": PARTIAL, "pain": {Channel.LOADING: 5}, "rules": LINES} | fields
    return PhaseRules(episode="a", side=Side.LEFT, key=10, code="T2", **fields)


def right(**fields) -> PhaseRules:
    fields = {"limit": FREE, "pain": {Channel.LOADING: 3}, "rules": ()} | fields
    return PhaseRules(episode="b", side=Side.RIGHT, key=20, code="P3", **fields)


def codes(verdict: Verdict) -> list[Code]:
    return [finding.code for finding in verdict.findings]


def params(verdict: Verdict, code: Code) -> dict:
    return dict(next(found.params for found in verdict.findings if found.code == code))


@pytest.mark.parametrize(
    ("aid", "limit", "outcome", "code"),
    [
        (WalkingAid.TWO_CRUTCHES, PARTIAL, Outcome.WITHIN, Code.AID_KEEPS),
        (WalkingAid.WHEELCHAIR, PARTIAL, Outcome.WITHIN, Code.AID_KEEPS),
        (WalkingAid.ROLLATOR, PARTIAL, Outcome.BEYOND, Code.AID_BEYOND),
        (WalkingAid.ONE_CRUTCH, PARTIAL, Outcome.BEYOND, Code.AID_BEYOND),
        (WalkingAid.NONE, PARTIAL, Outcome.BEYOND, Code.AID_BEYOND),
        (WalkingAid.NONE, FREE, Outcome.WITHIN, Code.AID_KEEPS),
        (WalkingAid.TWO_CRUTCHES, FREE, Outcome.WITHIN, Code.AID_KEEPS),
        (None, PARTIAL, None, Code.AID_NOT_ANSWERED),
    ],
)
def test_the_aid_is_held_against_the_limit(aid, limit, outcome, code):
    verdict = verdicts.judge(DayAnswers(aid=aid), [left(limit=limit)])
    assert (verdict.outcome, codes(verdict)) == (outcome, [code])
    assert verdict.deviations == (code == Code.AID_BEYOND)
    assert verdict.judged == ((Subject.AID,) if aid else ())


def test_a_finding_about_the_aid_carries_the_limit():
    verdict = verdicts.judge(DayAnswers(aid=WalkingAid.CANE), [left()])
    assert params(verdict, Code.AID_BEYOND) == {
        "side": "left",
        "phase": 10,
        "phase_code": "T2",
        "level": "pwb",
        "percent": 50,
        "kilograms": 36,
        "aids": ["two_crutches"],
        "aid": "cane",
    }


@pytest.mark.parametrize(
    ("activity", "minutes", "outcome", "expected"),
    [
        ("walking", 30, Outcome.WITHIN, []),
        ("walking", 31, Outcome.BEYOND, [Code.ACTIVITY_OVER]),
        ("walking", None, Outcome.WITHIN, [Code.ACTIVITY_MINUTES_UNKNOWN]),
        ("walking", 0, Outcome.WITHIN, []),
        ("stairs", None, Outcome.WITHIN, [Code.ACTIVITY_CAUTION]),
        ("stairs", 0, Outcome.WITHIN, []),
        ("running", None, Outcome.BEYOND, [Code.ACTIVITY_DONT]),
        ("running", 1, Outcome.BEYOND, [Code.ACTIVITY_DONT]),
        ("running", 0, Outcome.WITHIN, []),
        ("standing", 20, Outcome.WITHIN, [Code.ACTIVITY_KEPT]),
        ("standing", 25, Outcome.BEYOND, [Code.ACTIVITY_OVER]),
        (
            "standing",
            None,
            Outcome.WITHIN,
            [Code.ACTIVITY_CAUTION, Code.ACTIVITY_MINUTES_UNKNOWN],
        ),
        ("juggling", 10, None, [Code.ACTIVITY_NOT_IN_PLAN]),
        ("juggling", 0, None, []),
    ],
)
def test_activities_are_held_against_the_rules(activity, minutes, outcome, expected):
    verdict = verdicts.judge(DayAnswers(activities={activity: minutes}), [left(limit=None)])
    assert (verdict.outcome, codes(verdict)) == (outcome, expected)


def test_over_the_minutes_says_by_how_much_and_why():
    verdict = verdicts.judge(DayAnswers(activities={"walking": 45}), [left()])
    assert params(verdict, Code.ACTIVITY_OVER) == {
        "activity": "walking",
        "reason": 1,
        "minutes": 45,
        "most": 30,
        "over": 15,
    }


@pytest.mark.parametrize(
    ("score", "outcome", "deviations", "judged"),
    [
        (5, Outcome.WITHIN, 0, (Subject.PAIN,)),
        (6, Outcome.CAREFUL, 1, (Subject.PAIN,)),
        (0, Outcome.WITHIN, 0, (Subject.PAIN,)),
        (None, None, 0, ()),
    ],
)
def test_pain_above_the_phase_asks_for_care_and_counts(score, outcome, deviations, judged):
    day = DayAnswers(readings={Side.LEFT: {Channel.LOADING: score}})
    verdict = verdicts.judge(day, [left(limit=None)])
    assert (verdict.outcome, verdict.deviations, verdict.judged) == (outcome, deviations, judged)


def test_pain_of_a_channel_without_a_limit_is_not_judged():
    day = DayAnswers(readings={Side.LEFT: {Channel.NIGHT: 10}})
    assert verdicts.judge(day, [left(limit=None)]) == Verdict(None, (), ())


def test_each_side_is_held_against_its_own_pain_limit():
    day = DayAnswers(readings={Side.LEFT: {Channel.LOADING: 4}, Side.RIGHT: {Channel.LOADING: 4}})
    verdict = verdicts.judge(day, [left(limit=None), right(limit=None)])
    assert codes(verdict) == [Code.PAIN_OVER]
    assert params(verdict, Code.PAIN_OVER)["side"] == "right"


def test_without_a_phase_nothing_is_judged():
    day = DayAnswers(
        aid=WalkingAid.NONE,
        activities={"running": 60},
        readings={Side.LEFT: {Channel.LOADING: 10}},
    )
    assert verdicts.judge(day, []) == Verdict(None, (Finding(Code.NO_PHASE),), ())


def test_a_day_without_answers_is_not_a_day_within_the_plan():
    verdict = verdicts.judge(DayAnswers(), [left()])
    assert (verdict.outcome, verdict.judged) == (None, ())
    assert codes(verdict) == [Code.AID_NOT_ANSWERED]


@pytest.mark.parametrize(
    ("aid", "outcome", "code"),
    [
        (WalkingAid.CANE, Outcome.BEYOND, Code.AID_BEYOND),
        (WalkingAid.TWO_CRUTCHES, Outcome.WITHIN, Code.AID_KEEPS),
    ],
)
def test_with_two_hips_the_stricter_limit_wins_and_says_so(aid, outcome, code):
    verdict = verdicts.judge(DayAnswers(aid=aid), [right(), left()])
    assert verdict.outcome == outcome
    assert set(codes(verdict)) == {code, Code.STRICTER_LIMIT}
    assert params(verdict, Code.STRICTER_LIMIT)["side"] == "left"
    assert params(verdict, code)["percent"] == 50


def test_two_equal_limits_need_no_word_about_the_stricter_one():
    verdict = verdicts.judge(
        DayAnswers(aid=WalkingAid.TWO_CRUTCHES), [left(), right(limit=PARTIAL)]
    )
    assert codes(verdict) == [Code.AID_KEEPS]


def test_with_two_hips_the_stricter_rule_and_the_shorter_time_win():
    other = (
        ActivityLine("walking", Rule.CAUTION, 60, reason=7),
        ActivityLine("stairs", Rule.DONT, None, reason=8),
    )
    phases = [left(limit=None), right(limit=None, rules=other)]
    day = DayAnswers(activities={"walking": 40, "stairs": None})
    verdict = verdicts.judge(day, phases)
    assert params(verdict, Code.ACTIVITY_OVER)["most"] == 30
    assert params(verdict, Code.ACTIVITY_DONT) == {"activity": "stairs", "reason": 8}
    assert verdict.deviations == 2


def test_two_lines_of_one_phase_count_as_the_stricter_one():
    lines = (*LINES, ActivityLine("walking", Rule.DONT, None, reason=9))
    verdict = verdicts.judge(DayAnswers(activities={"walking": 5}), [left(limit=None, rules=lines)])
    assert params(verdict, Code.ACTIVITY_DONT) == {"activity": "walking", "reason": 9}


def test_findings_come_worst_first():
    day = DayAnswers(
        aid=WalkingAid.NONE,
        activities={"juggling": 5, "stairs": None, "walking": 31},
        readings={Side.LEFT: {Channel.LOADING: 9}},
    )
    assert codes(verdicts.judge(day, [left()])) == [
        Code.AID_BEYOND,
        Code.ACTIVITY_OVER,
        Code.PAIN_OVER,
        Code.ACTIVITY_NOT_IN_PLAN,
        Code.ACTIVITY_CAUTION,
    ]


def test_an_entry_that_was_never_judged_reads_as_an_empty_verdict():
    assert verdicts.from_json({}) == Verdict(None, (), (), version="")


def test_the_module_needs_no_django():
    code = "import sys, diary.verdicts; print('django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"


scores = st.none() | st.integers(0, 10)
minutes = st.none() | st.integers(0, 300)
activities = st.sampled_from(["walking", "stairs", "running", "bike"])
limit_strategy = st.sampled_from(LoadLevel).flatmap(
    lambda level: st.builds(
        Limit,
        level=st.just(level),
        aids=st.frozensets(st.sampled_from(sorted(SATISFYING[level])), min_size=1),
        percent=st.integers(1, 100) if level == LoadLevel.PWB else st.none(),
    )
)
line_strategy = st.builds(
    ActivityLine,
    activity=activities,
    rule=st.sampled_from(Rule),
    minutes=st.none() | st.integers(1, 120),
    reason=st.integers(1, 99),
)
phase_strategy = st.builds(
    PhaseRules,
    episode=st.uuids().map(str),
    side=st.sampled_from(Side),
    key=st.integers(1, 999),
    code=st.just("X"),
    limit=st.none() | limit_strategy,
    pain=st.dictionaries(st.sampled_from(Channel), scores),
    rules=st.lists(line_strategy, max_size=6).map(tuple),
)
day_strategy = st.builds(
    DayAnswers,
    aid=st.none() | st.sampled_from(WalkingAid),
    readings=st.dictionaries(
        st.sampled_from(Side), st.dictionaries(st.sampled_from(Channel), scores)
    ),
    activities=st.dictionaries(activities, minutes),
)
phases_strategy = st.lists(phase_strategy, max_size=3, unique_by=lambda phase: phase.episode)


def rank(verdict: Verdict) -> int:
    return -1 if verdict.outcome is None else list(Outcome).index(verdict.outcome)


@given(day_strategy, phases_strategy, st.randoms(use_true_random=False))
def test_the_order_of_anything_does_not_matter(day, phases, random):
    shuffled = random.sample(phases, len(phases))
    items = list(day.activities.items())
    other_day = replace(day, activities=dict(random.sample(items, len(items))))
    assert verdicts.judge(day, phases) == verdicts.judge(other_day, shuffled)


@given(day_strategy, phases_strategy, phase_strategy)
def test_another_phase_never_makes_a_verdict_milder(day, phases, another):
    before, after = verdicts.judge(day, phases), verdicts.judge(day, [*phases, another])
    assert rank(after) >= rank(before)
    assert after.deviations >= before.deviations


@given(day_strategy, phases_strategy)
def test_what_was_not_answered_is_never_a_deviation(day, phases):
    silent = DayAnswers(
        readings={side: dict.fromkeys(channels) for side, channels in day.readings.items()}
    )
    verdict = verdicts.judge(silent, phases)
    assert (verdict.outcome, verdict.deviations, verdict.judged) == (None, 0, ())


@given(st.integers(0, 10), st.sampled_from(Channel))
def test_no_answer_and_a_score_of_nought_are_told_apart(highest, channel):
    phase = PhaseRules("a", Side.LEFT, 1, "X", pain={channel: highest})
    nought, nothing = (
        verdicts.judge(DayAnswers(readings={Side.LEFT: {channel: score}}), [phase])
        for score in (0, None)
    )
    assert (nought.outcome, nought.judged) == (Outcome.WITHIN, (Subject.PAIN,))
    assert (nothing.outcome, nothing.judged) == (None, ())


@given(day_strategy, phases_strategy)
def test_a_verdict_survives_being_stored(day, phases):
    verdict = verdicts.judge(day, phases)
    assert verdicts.from_json(json.loads(json.dumps(verdicts.as_json(verdict)))) == verdict
