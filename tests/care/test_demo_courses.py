"""Demo diaries follow their course, and come out the same for the same seed."""

from random import Random
from statistics import mean

import pytest

from care.demo import courses
from care.demo.courses import Course

DAYS = 60


def draw(course, seed=1, level=5.0):
    random = Random(seed)
    return (
        courses.pain_of_days(course, DAYS, level=level, random=random),
        courses.missing_days(course, DAYS, rate=0.12, random=random),
    )


@pytest.mark.parametrize("course", Course)
def test_the_same_seed_gives_the_same_diary_and_another_seed_another(course):
    assert draw(course) == draw(course)
    assert draw(course) != draw(course, seed=2)


@pytest.mark.parametrize("course", Course)
@pytest.mark.parametrize("level", [0.0, 10.0])
def test_scores_stay_on_the_scale(course, level):
    pain, _ = draw(course, level=level)
    scores = {score for row in pain for score in (row.loading, row.rest, row.night)}
    assert scores - {None} <= set(range(11))


def average(course, days):
    """Over many seeds: one person says little."""
    return mean(mean(draw(course, seed)[0][day].loading for day in days) for seed in range(40))


def test_a_recovery_ends_lower_and_a_plateau_does_not():
    first, last = range(10), range(DAYS - 10, DAYS)
    assert average(Course.RECOVERY, last) < average(Course.RECOVERY, first) - 2
    assert abs(average(Course.PLATEAU, last) - average(Course.PLATEAU, first)) < 0.5


def test_a_worsening_ends_higher_than_the_weeks_before():
    before = range(DAYS - 28, DAYS - courses.WORSENING_DAYS)
    last = range(DAYS - courses.WORSENING_DAYS, DAYS)
    assert average(Course.WORSENING, last) > average(Course.WORSENING, before) + 2


def test_a_silent_person_ends_without_entries_and_another_does_not():
    tail = set(range(DAYS - courses.SILENT_DAYS, DAYS))
    assert all(tail <= draw(Course.SILENT, seed)[1] for seed in range(20))
    assert not any(tail <= draw(Course.RECOVERY, seed)[1] for seed in range(20))


def test_about_the_asked_share_of_days_is_missing():
    shares = [len(draw(Course.PLATEAU, seed)[1]) / DAYS for seed in range(200)]
    assert 0.08 < mean(shares) < 0.16
