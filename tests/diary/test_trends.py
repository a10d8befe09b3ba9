"""What the arms answer on known series, and what never changes their answer."""

import random
import subprocess
import sys
from datetime import date, timedelta
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diary import trends
from diary.trends import Answer, Arm, Trend

TODAY = date(2026, 11, 23)


def series(*scores: int | None, last: date = TODAY) -> dict[date, int | None]:
    """One score a day up to and with `last`; None is a question not answered."""
    first = last - timedelta(len(scores) - 1)
    return {first + timedelta(number): score for number, score in enumerate(scores)}


def day(days_ago: int) -> date:
    return TODAY - timedelta(days_ago)


CALM = (3, 3, 2, 3, 4, 3, 3, 2, 3, 3, 4, 3, 3, 3, 2, 3, 3, 4, 3, 3)  # mean 3.0
CREEP = tuple(2 + number % 2 + round(1.5 * number / 27) for number in range(28))


def test_a_lasting_step_is_a_level_shift_that_names_its_days_and_means():
    trend = trends.level_shift(series(*CALM, 5, 6, 5, 3, 6), today=TODAY)
    assert trend == Trend(
        arm=Arm.LEVEL_SHIFT,
        answer=Answer.IMPORTANT,
        since=day(4),
        until=TODAY,
        before=3.0,
        after=5.0,
        observed=5,
        missing=0,
        days=(day(4), day(3), day(2), day(0)),
    )


@pytest.mark.parametrize(
    ("scores", "answer", "since"),
    [
        pytest.param(CALM, Answer.NOTHING, None, id="calm"),
        pytest.param((*CALM, 9), Answer.NOTHING, None, id="one bad day is not a trend"),
        pytest.param((*CALM, 6, 6), Answer.NOTHING, None, id="nor are two"),
        pytest.param((*CALM, 6, 6, 6, 6), Answer.IMPORTANT, day(3), id="four are"),
        pytest.param((*CALM, 4, 5, 4, 5, 4, 5), Answer.NOTICE, day(5), id="a smaller step"),
        pytest.param((*CALM, 4, 3, 4, 3, 4, 3), Answer.NOTHING, None, id="half a point"),
        pytest.param((*CALM, 1, 0, 1, 0, 1, 0), Answer.NOTHING, None, id="a fall"),
        pytest.param((*CALM, 6, 7, 6, 3, 3, 3, 3, 3), Answer.NOTHING, None, id="flare gone by"),
        pytest.param((*CALM, 10, 3, 10, 3), Answer.NOTHING, None, id="two outliers count less"),
        pytest.param((0,) * 20 + (2,) * 5, Answer.IMPORTANT, day(4), id="from nought"),
        pytest.param((10,) * 30, Answer.NOTHING, None, id="always ten"),
        pytest.param((3,) * 8 + (9,), Answer.TOO_FEW, None, id="nine days"),
        pytest.param((), Answer.TOO_FEW, None, id="no day"),
        pytest.param((None,) * 40, Answer.TOO_FEW, None, id="never answered"),
    ],
)
def test_level_shift(scores, answer, since):
    trend = trends.level_shift(series(*scores), today=TODAY)
    assert (trend.answer, trend.since) == (answer, since)


def test_missing_days_are_counted_and_never_filled_in():
    scores = series(*CALM, 6, None, 6, 7, None, 6)
    del scores[day(1)]
    trend = trends.level_shift(scores, today=TODAY)
    assert (trend.since, trend.observed, trend.missing) == (day(5), 4, 2)
    assert (trend.before, trend.after) == (fmean(CALM), 6.25)


def test_nought_is_a_score_and_not_a_missing_day():
    with_noughts = series(*(0, 1) * 10, 3, 3, 3, 3)
    without = {when: score or None for when, score in with_noughts.items()}
    assert trends.level_shift(with_noughts, today=TODAY).before == 0.5
    assert trends.level_shift(without, today=TODAY).before == 1.0


def test_a_further_channel_needs_a_clearer_shift():
    scores = series(*CALM, 4, 5, 4, 5, 4, 5)
    assert trends.level_shift(scores, today=TODAY).answer == Answer.NOTICE
    assert trends.level_shift(scores, today=TODAY, strict=True).answer == Answer.NOTHING
    clear = series(*CALM, 7, 7, 7, 7, 7)
    assert trends.level_shift(clear, today=TODAY, strict=True).answer == Answer.IMPORTANT


@pytest.mark.parametrize(
    ("scores", "brisk", "answer"),
    [
        pytest.param((*CALM, 5, 5, 5), False, Answer.NOTHING, id="three days elsewhere"),
        pytest.param((*CALM, 5, 5, 5), True, Answer.IMPORTANT, id="three days, brisk"),
        pytest.param((*CALM, 5, None, 5, 5), True, Answer.IMPORTANT, id="three logged days"),
        pytest.param((*CALM, 5, 5), True, Answer.NOTHING, id="two days"),
        pytest.param((*CALM, 5, 4, 5), True, Answer.NOTHING, id="not each of them"),
        pytest.param((3,) * 7 + (6, 6, 6), True, Answer.NOTHING, id="a week before is too little"),
    ],
)
def test_brisk_plans_take_three_logged_days_of_two_points(scores, brisk, answer):
    assert trends.level_shift(series(*scores), today=TODAY, brisk=brisk).answer == answer


@pytest.mark.parametrize(
    ("scores", "answer"),
    [
        pytest.param((1, 2) * 4 + (2, 3) * 4 + (3, 4) * 6, Answer.IMPORTANT, id="two points"),
        pytest.param(CREEP, Answer.NOTICE, id="one and a half"),
        pytest.param((3, 4) * 14, Answer.NOTHING, id="to and fro"),
        pytest.param((3,) * 28, Answer.NOTHING, id="all equal"),
        pytest.param((4,) * 14 + (2,) * 14, Answer.NOTHING, id="falling"),
        pytest.param((2,) * 27 + (9,), Answer.NOTHING, id="one bad day"),
        pytest.param((1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9), Answer.TOO_FEW, id="eleven days"),
    ],
)
def test_slow_rise(scores, answer):
    assert trends.slow_rise(series(*scores), today=TODAY).answer == answer


def test_a_slow_rise_compares_its_first_week_with_its_last():
    trend = trends.slow_rise(series(*((1, 2) * 4 + (2, 3) * 4 + (3, 4) * 6)), today=TODAY)
    assert (trend.since, trend.until) == (day(27), TODAY)
    assert (trend.before, trend.after) == (fmean((1, 2, 1, 2, 1, 2, 1)), fmean((4, 3) * 3 + (4,)))


def test_a_slow_rise_looks_at_four_weeks_only():
    scores = (9,) * 28 + CREEP
    assert trends.slow_rise(series(*scores), today=TODAY).answer == Answer.NOTICE


def test_ties_count_for_nothing_in_the_mann_kendall_z():
    # Without ties: all 66 pairs rise; (66 - 1) / sqrt(12 * 11 * 29 / 18).
    assert trends._kendall(range(12)) == pytest.approx(65 / (12 * 11 * 29 / 18) ** 0.5)
    # Two groups of six: 36 pairs rise, each group takes 6 * 5 * 17 from the variance.
    variance = (12 * 11 * 29 - 2 * 6 * 5 * 17) / 18
    assert trends._kendall([1] * 6 + [2] * 6) == pytest.approx(35 / variance**0.5)
    assert trends._kendall([2] * 6 + [1] * 6) == pytest.approx(-35 / variance**0.5)


@pytest.mark.parametrize(
    ("scores", "answer"),
    [
        pytest.param((*CALM, 8, 8), Answer.IMPORTANT, id="5 or less to 8"),
        pytest.param((*CALM, 6, 7), Answer.NOTICE, id="three points"),
        pytest.param((6,) * 14 + (9, 9), Answer.NOTICE, id="three points from high"),
        pytest.param((*CALM, 9), Answer.NOTHING, id="one day"),
        pytest.param((*CALM, 6, 5), Answer.NOTHING, id="two points"),
        pytest.param((*CALM, 8, None, 8), Answer.IMPORTANT, id="a day between"),
        pytest.param((*CALM, 8, None, None, 8), Answer.NOTHING, id="two days between"),
        pytest.param((3, 3, 3, 3, 8, 8), Answer.TOO_FEW, id="four days before"),
        pytest.param((8,), Answer.TOO_FEW, id="the first day"),
    ],
)
def test_spike(scores, answer):
    assert trends.spike(series(*scores), today=TODAY).answer == answer


def test_a_spike_tells_the_usual_score_and_its_two_days():
    trend = trends.spike(series(*CALM, 8, 9), today=TODAY)
    assert (trend.before, trend.after, trend.days) == (3.0, 8.5, (day(1), day(0)))


@pytest.mark.parametrize(
    ("scores", "is_sudden"),
    [
        pytest.param((*CALM, 8), True, id="8 where 3 is usual"),
        pytest.param((*CALM, 7), False, id="7 for a day"),
        pytest.param((*CALM, 7, 7), True, id="7 for two days"),
        pytest.param((6,) * 14 + (9,), False, id="9 where 6 is usual"),
        pytest.param((8,), False, id="nothing is usual yet"),
        pytest.param((*CALM, 8, 8, None), False, id="not answered today"),
        pytest.param(CALM, False, id="calm"),
    ],
)
def test_a_sudden_score_asks_the_patient(scores, is_sudden):
    assert trends.is_sudden(series(*scores), today=TODAY) is is_sudden


@pytest.mark.parametrize(
    ("last_entry", "after_rise", "answer", "missing"),
    [
        pytest.param(0, False, Answer.NOTHING, 0, id="logged today"),
        pytest.param(1, False, Answer.NOTHING, 0, id="today is not over"),
        pytest.param(5, False, Answer.NOTHING, 4, id="four days"),
        pytest.param(6, False, Answer.NOTICE, 5, id="five days"),
        pytest.param(4, True, Answer.NOTHING, 3, id="three days after a rise"),
        pytest.param(5, True, Answer.IMPORTANT, 4, id="four days after a rise"),
    ],
)
def test_silence(last_entry, after_rise, answer, missing):
    days = {day(last_entry), day(last_entry + 1)}
    trend = trends.silence(days, started_on=day(60), today=TODAY, after_rise=after_rise)
    assert (trend.answer, trend.missing) == (answer, missing)


def test_silence_begins_the_day_after_the_last_entry():
    trend = trends.silence([day(6)], started_on=day(60), today=TODAY)
    assert (trend.since, trend.until) == (day(5), day(1))


@pytest.mark.parametrize(("started", "missing"), [(5, 5), (4, 0)])
def test_somebody_who_never_logged_is_silent_from_the_first_day(started, missing):
    trend = trends.silence([], started_on=day(started), today=TODAY)
    assert trend.is_found is bool(missing)
    assert trend.since == (day(started) if missing else None)


def test_an_entry_from_before_the_episode_does_not_make_it_silent():
    trend = trends.silence([day(90)], started_on=day(2), today=TODAY)
    assert (trend.answer, trend.missing) == (Answer.NOTHING, 2)


def test_nothing_later_than_the_day_is_seen():
    scores = series(*CALM, 7, 7, 7, 7)
    for arm in (trends.level_shift, trends.slow_rise, trends.spike):
        assert arm(scores, today=day(4)) == arm(series(*CALM, last=day(4)), today=day(4))
    assert trends.silence([TODAY], started_on=day(60), today=day(1)).is_found


def test_a_series_that_ended_a_week_ago_is_judged_and_an_older_one_is_too_few():
    scores = series(*CALM, 7, 7, 7, 7, last=day(7))
    assert trends.level_shift(scores, today=TODAY).answer == Answer.IMPORTANT
    for trend in trends.judge(scores, today=TODAY + timedelta(1)):
        assert (trend.answer, trend.is_found) == (Answer.TOO_FEW, False)


def test_judging_gives_the_three_arms_of_a_channel():
    scores = series(*CALM, 8, 8, 8, 8)
    assert trends.judge(scores, today=TODAY) == (
        trends.level_shift(scores, today=TODAY),
        trends.slow_rise(scores, today=TODAY),
        trends.spike(scores, today=TODAY),
    )


relaxed = settings(deadline=None)
days_ago = st.integers(0, 70)
diaries = st.dictionaries(days_ago, st.none() | st.integers(0, 10), max_size=60).map(
    lambda scores: {day(ago): score for ago, score in scores.items()}
)
low_diaries = st.dictionaries(days_ago, st.none() | st.integers(0, 9), max_size=60).map(
    lambda scores: {day(ago): score for ago, score in scores.items()}
)


@relaxed
@given(diaries, st.randoms(use_true_random=False))
def test_the_order_of_the_days_changes_nothing(scores, chance):
    items = list(scores.items())
    chance.shuffle(items)
    assert trends.judge(dict(items), today=TODAY) == trends.judge(scores, today=TODAY)


@relaxed
@given(diaries)
def test_days_without_an_answer_are_the_same_as_days_without_an_entry(scores):
    every_day = {day(ago): None for ago in range(80)} | scores
    answered = {when: score for when, score in scores.items() if score is not None}
    assert trends.judge(every_day, today=TODAY) == trends.judge(answered, today=TODAY)


@relaxed
@given(diaries, st.integers(1, 10))
def test_days_without_entries_at_the_end_never_invent_a_finding(scores, later):
    now, then = (trends.judge(scores, today=when) for when in (TODAY, TODAY + timedelta(later)))
    for first, second in zip(now, then, strict=True):
        assert second == first or second.answer == Answer.TOO_FEW


@relaxed
@given(st.integers(0, 10), st.sets(days_ago))
def test_a_constant_series_is_never_a_finding(score, days):
    found = trends.judge({day(ago): score for ago in days}, today=TODAY, brisk=True)
    assert not any(trend.is_found for trend in found)


@relaxed
@given(low_diaries, st.booleans())
def test_one_point_more_on_every_day_leaves_the_shift_as_it_is(scores, brisk):
    higher = {when: None if score is None else score + 1 for when, score in scores.items()}
    low = trends.level_shift(scores, today=TODAY, brisk=brisk)
    high = trends.level_shift(higher, today=TODAY, brisk=brisk)
    assert (high.answer, high.since, high.days) == (low.answer, low.since, low.days)
    if low.is_found:
        assert high.after - high.before == pytest.approx(low.after - low.before)


@relaxed
@given(diaries)
def test_what_lies_before_the_history_is_not_read(scores):
    older = {day(trends.HISTORY_DAYS + number): 10 for number in range(40)}
    within = {when: score for when, score in scores.items() if (TODAY - when).days < 56}
    if any(score is not None for score in within.values()):
        with_older = trends.judge(within | older, today=TODAY)
        assert with_older == trends.judge(within, today=TODAY) or max(
            when for when, score in within.items() if score is not None
        ) < day(trends.STALE_DAYS)


def _wander(chance, level, days, step_at=None, step=0):
    drift, scores = 0.0, {}
    for number in range(days):
        drift = 0.25 * drift + chance.gauss(0, 1.1)
        mean = level + (step if step_at is not None and number >= step_at else 0)
        if chance.random() > 0.1:
            scores[day(days - 1 - number)] = min(10, max(0, round(mean + drift)))
    return scores


def test_on_simulated_diaries_a_step_of_three_is_found_within_days():
    chance = random.Random(11)
    delays = []
    for _ in range(60):
        scores = _wander(chance, chance.uniform(2, 5), 80, step_at=60, step=3)
        delays.append(
            next(
                after
                for after in range(20)
                if trends.level_shift(scores, today=day(19 - after)).is_found
            )
        )
    assert sorted(delays)[30] <= 5
    assert sorted(delays)[57] <= 10


def test_on_simulated_stable_diaries_chance_findings_are_rare():
    chance = random.Random(12)
    flags = 0
    for _ in range(40):
        scores = _wander(chance, chance.uniform(2, 6), 114)
        quiet_until = 90
        for ago in range(90, -1, -1):
            if ago <= quiet_until and trends.level_shift(scores, today=day(ago)).is_found:
                flags += 1
                quiet_until = ago - 14
    assert flags / (40 * 3) <= 0.1  # a patient-month


def test_the_module_needs_neither_django_nor_a_clock():
    code = "import sys, diary.trends; print('django' in sys.modules, 'time' in vars(diary.trends))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "False"]
