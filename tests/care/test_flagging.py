"""What becomes a flag, held against the flags there are: a table of truth and its properties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care import findings, flagging
from care.enums import FlagOutcome, Reason, Severity
from care.findings import Finding
from care.flagging import Action, Decision, OpenFlag, Policy, ResolvedFlag
from diary.trends import Answer, Arm, Trend

TODAY = date(2026, 11, 23)
YESTERDAY = TODAY - timedelta(1)
NOTICE, IMPORTANT = Severity.NOTICE, Severity.IMPORTANT


def day(days_ago: int) -> date:
    return TODAY - timedelta(days_ago)


def finding(reason=Reason.LEVEL_SHIFT, severity=NOTICE, *, side="left", on=TODAY, **evidence):
    evidence = {"on": on.isoformat(), "channel": "loading", "also": []} | evidence
    return Finding(side, reason, severity, on - timedelta(4), evidence)


def open_flag(reason=Reason.LEVEL_SHIFT, severity=NOTICE, *, side="left", on=YESTERDAY, **fields):
    evidence = {"channel": "loading", "also": []} | fields.pop("evidence", {})
    return OpenFlag(side, reason, severity, on, evidence, **fields)


def resolved(
    closed_on, outcome=FlagOutcome.CALLED, severity=NOTICE, reason=Reason.LEVEL_SHIFT, side="left"
):
    return ResolvedFlag(side, reason, severity, outcome, closed_on)


def actions(found, opened=(), closed=(), **options):
    decisions = flagging.decide(found, opened, closed, today=TODAY, **options)
    return {(one.side, one.reason): one.action for one in decisions}


def action(found=None, flag=None, closed=(), **options):
    (only,) = actions([found] if found else [], [flag] if flag else [], closed, **options).values()
    return only


def test_nothing_found_and_nothing_open_decides_nothing():
    assert flagging.decide([], [], [resolved(day(3))], today=TODAY) == []


def test_a_new_finding_raises_a_flag_and_carries_its_evidence():
    found = finding()
    assert flagging.decide([found], [], [], today=TODAY) == [
        Decision(Action.RAISE, "left", Reason.LEVEL_SHIFT, found)
    ]


def test_sides_and_reasons_are_decided_on_their_own():
    found = [finding(), finding(side="right"), finding(Reason.SPIKE)]
    assert actions(found, [open_flag()]) == {
        ("left", Reason.LEVEL_SHIFT): Action.LEAVE,
        ("right", Reason.LEVEL_SHIFT): Action.RAISE,
        ("left", Reason.SPIKE): Action.RAISE,
    }


@pytest.mark.parametrize(
    ("found", "flag", "expected"),
    [
        pytest.param(finding(), open_flag(), Action.LEAVE, id="the same"),
        pytest.param(finding(severity=IMPORTANT), open_flag(), Action.RAISE_LEVEL, id="worse"),
        pytest.param(finding(), open_flag(severity=IMPORTANT), Action.LEAVE, id="milder"),
        pytest.param(finding(), open_flag(on=day(6)), Action.LEAVE, id="six days on"),
        pytest.param(finding(), open_flag(on=day(7)), Action.JOIN, id="a week on"),
        pytest.param(
            finding(), open_flag(severity=IMPORTANT, on=day(7)), Action.LEAVE, id="a week, milder"
        ),
        pytest.param(finding(also=["night"]), open_flag(), Action.JOIN, id="another channel"),
        pytest.param(
            finding(),
            open_flag(evidence={"also": ["night"]}),
            Action.LEAVE,
            id="a channel less",
        ),
        pytest.param(
            finding(channel="night", also=["loading"]),
            open_flag(evidence={"also": ["night"]}),
            Action.LEAVE,
            id="the same channels",
        ),
        pytest.param(
            finding(Reason.SILENT, side=""),
            open_flag(Reason.SILENT, side="", on=day(20)),
            Action.LEAVE,
            id="silence goes on",
        ),
        pytest.param(
            finding(severity=IMPORTANT), open_flag(on=day(-1)), Action.LEAVE, id="judged later"
        ),
    ],
)
def test_a_finding_with_an_open_flag(found, flag, expected):
    assert action(found, flag) == expected


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        pytest.param(open_flag(), Action.LEAVE, id="pain came down again"),
        pytest.param(open_flag(is_acknowledged=True), Action.LEAVE, id="came down, seen"),
        pytest.param(open_flag(still_holds=False), Action.WITHDRAW, id="edited away"),
        pytest.param(
            open_flag(still_holds=False, is_acknowledged=True),
            Action.LEAVE,
            id="edited away, seen",
        ),
        pytest.param(open_flag(still_holds=False, on=day(-1)), Action.LEAVE, id="judged later"),
        pytest.param(open_flag(Reason.SILENT, side=""), Action.WITHDRAW, id="an entry came"),
        pytest.param(
            open_flag(Reason.SILENT, side="", is_acknowledged=True),
            Action.WITHDRAW,
            id="an entry came, seen",
        ),
        pytest.param(
            open_flag(Reason.SILENT, side="", on=day(-1)), Action.LEAVE, id="silent later"
        ),
    ],
)
def test_an_open_flag_whose_finding_is_gone(flag, expected):
    assert action(None, flag) == expected


@pytest.mark.parametrize(
    ("closed", "found", "expected"),
    [
        pytest.param(resolved(day(13)), finding(), Action.LEAVE, id="13 days"),
        pytest.param(resolved(day(14)), finding(), Action.RAISE, id="14 days"),
        pytest.param(resolved(day(1)), finding(severity=IMPORTANT), Action.RAISE, id="worse"),
        pytest.param(
            resolved(day(1), severity=IMPORTANT), finding(), Action.LEAVE, id="milder now"
        ),
        pytest.param(resolved(day(27), FlagOutcome.EXPECTED), finding(), Action.LEAVE, id="27"),
        pytest.param(resolved(day(28), FlagOutcome.EXPECTED), finding(), Action.RAISE, id="28"),
        pytest.param(
            resolved(day(1), FlagOutcome.EXPECTED),
            finding(severity=IMPORTANT),
            Action.RAISE,
            id="expected, but worse",
        ),
        pytest.param(resolved(day(1), side="right"), finding(), Action.RAISE, id="other side"),
        pytest.param(
            resolved(day(1), reason=Reason.SPIKE), finding(), Action.RAISE, id="other reason"
        ),
    ],
)
def test_a_resolved_flag_keeps_the_same_finding_quiet(closed, found, expected):
    assert action(found, closed=[closed]) == expected


def test_the_milder_of_two_resolved_flags_does_not_break_the_quiet():
    closed = [resolved(day(10), severity=IMPORTANT), resolved(day(2))]
    assert action(finding(severity=IMPORTANT), closed=closed) == Action.LEAVE


def test_a_policy_of_its_own_sets_the_days():
    policy = Policy(quiet_days=3)
    assert action(finding(), closed=[resolved(day(3))], policy=policy) == Action.RAISE
    assert action(finding(), closed=[resolved(day(2))], policy=policy) == Action.LEAVE


def test_one_rise_is_one_flag():
    slow = finding(Reason.SLOW_RISE)
    assert actions([finding(), slow]) == {("left", Reason.LEVEL_SHIFT): Action.RAISE}
    assert actions([slow], [open_flag()]) == {("left", Reason.LEVEL_SHIFT): Action.LEAVE}
    assert actions([slow], [open_flag(side="right")]) == {
        ("left", Reason.SLOW_RISE): Action.RAISE,
        ("right", Reason.LEVEL_SHIFT): Action.LEAVE,
    }


def test_a_red_flag_is_none_of_its_business():
    assert actions([], [open_flag(Reason.RED_FLAG, side="", still_holds=False)]) == {}


reasons = st.sampled_from([reason for reason in Reason if reason != Reason.RED_FLAG])
found_lists = st.lists(
    st.builds(finding, reasons, st.sampled_from([NOTICE, IMPORTANT]), side=st.just("left")),
    max_size=6,
    unique_by=lambda one: one.key,
)


@settings(deadline=None)
@given(found_lists, st.randoms(use_true_random=False))
def test_the_order_of_findings_changes_nothing(found, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert actions(shuffled) == actions(found)


@settings(deadline=None)
@given(found_lists)
def test_deciding_again_after_doing_it_leaves_everything(found):
    first = flagging.decide(found, [], [], today=TODAY)
    opened = [
        OpenFlag(one.side, one.reason, one.finding.severity, TODAY, one.finding.evidence)
        for one in first
        if one.action == Action.RAISE
    ]
    again = flagging.decide(found, opened, [], today=TODAY)
    assert {one.action for one in again} <= {Action.LEAVE}


# --- findings --------------------------------------------------------------------------------


def trend(arm=Arm.LEVEL_SHIFT, answer=Answer.NOTICE) -> Trend:
    return Trend(
        arm, answer, since=day(3), until=TODAY, before=3.25, after=5.128, observed=3, missing=1,
        days=(day(3), day(0)),
    )  # fmt: skip


def test_a_finding_keeps_numbers_days_and_codes():
    assert findings.rises_of_side("left", {"loading": [trend()]}, today=TODAY) == [
        Finding(
            side="left",
            reason=Reason.LEVEL_SHIFT,
            severity=NOTICE,
            since_on=day(3),
            evidence={
                "on": "2026-11-23",
                "channel": "loading",
                "since": "2026-11-20",
                "until": "2026-11-23",
                "before": 3.25,
                "after": 5.13,
                "observed": 3,
                "missing": 1,
                "days": ["2026-11-20", "2026-11-23"],
                "also": [],
            },
        )
    ]


@pytest.mark.parametrize(
    ("loading", "night", "told", "also", "severity"),
    [
        (Answer.NOTICE, Answer.NOTHING, "loading", [], NOTICE),
        (Answer.NOTICE, Answer.NOTICE, "loading", ["night"], NOTICE),
        (Answer.NOTICE, Answer.IMPORTANT, "night", ["loading"], IMPORTANT),
        (Answer.TOO_FEW, Answer.NOTICE, "night", [], NOTICE),
    ],
)
def test_the_clearest_channel_is_told_and_the_others_are_named(
    loading, night, told, also, severity
):
    channels = {
        "loading": [replace(trend(), answer=loading)],
        "night": [replace(trend(), answer=night)],
    }
    (only,) = findings.rises_of_side("left", channels, today=TODAY)
    assert (only.evidence["channel"], only.evidence["also"]) == (told, also)
    assert only.severity == severity


def test_a_lesser_spike_asks_the_patient_and_is_no_finding():
    lesser, clear = trend(Arm.SPIKE), trend(Arm.SPIKE, Answer.IMPORTANT)
    assert findings.rises_of_side("left", {"loading": [lesser]}, today=TODAY) == []
    (only,) = findings.rises_of_side("left", {"loading": [clear]}, today=TODAY)
    assert (only.reason, only.severity) == (Reason.SPIKE, IMPORTANT)


@pytest.mark.parametrize("answer", [Answer.TOO_FEW, Answer.NOTHING])
def test_answers_without_a_trend_are_no_finding(answer):
    channels = {"loading": [Trend(arm, answer) for arm in Arm]}
    assert findings.rises_of_side("left", channels, today=TODAY) == []


@pytest.mark.parametrize(
    ("ago", "severity"),
    [
        pytest.param([0], None, id="one entry"),
        pytest.param([0, 6], NOTICE, id="two in the week"),
        pytest.param([0, 7], None, id="one of two is older"),
        pytest.param([-1, 0], None, id="one of two is later"),
        pytest.param([0, 1, 2], NOTICE, id="three"),
        pytest.param([0, 1, 2, 6], IMPORTANT, id="four"),
        pytest.param([0, 1, 2, 7], NOTICE, id="four, one older"),
    ],
)
def test_entries_beyond_the_plan_in_a_week(ago, severity):
    found = findings.beyond_plan([day(number) for number in ago], logged=6, today=TODAY)
    assert (found.severity if found else None) == severity


def test_beyond_the_plan_names_its_days():
    found = findings.beyond_plan([day(0), day(2), day(9)], logged=6, today=TODAY)
    assert found.since_on == day(2)
    assert found.evidence == {
        "on": "2026-11-23",
        "days": ["2026-11-21", "2026-11-23"],
        "observed": 6,
    }


def test_silence_is_about_the_whole_person():
    silent = Trend(Arm.SILENCE, Answer.NOTICE, since=day(5), until=day(1), missing=5)
    found = findings.silence_of_person(silent, last_on=day(6), after_rise=False, today=TODAY)
    assert (found.side, found.reason, found.severity) == ("", Reason.SILENT, NOTICE)
    assert found.evidence == {
        "on": "2026-11-23",
        "since": "2026-11-18",
        "last_on": "2026-11-17",
        "days": 5,
        "after_rise": False,
    }
    calm = Trend(Arm.SILENCE, Answer.NOTHING)
    assert findings.silence_of_person(calm, last_on=None, after_rise=True, today=TODAY) is None
