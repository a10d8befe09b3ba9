"""The geometry of charts: gaps stay gaps, nought is a point, labels do not hide each other."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from conditions.enums import Channel
from diary import charts

FIRST = date(2026, 11, 1)
LAST = date(2026, 11, 28)


def days(*scores):
    return {FIRST + timedelta(days=number): score for number, score in enumerate(scores)}


def chart(scores, **options):
    return charts.build({Channel.LOADING: scores}, first=FIRST, last=LAST, **options)


def test_nought_stands_on_the_bottom_and_ten_at_the_top():
    drawn = chart(days(0, 10))
    dots = drawn.lines[0].dots
    assert [dot.y for dot in dots] == [drawn.frame.inner_bottom, drawn.frame.top]


def test_first_and_last_day_stand_at_the_edges():
    drawn = chart({FIRST: 3, LAST: 3})
    dots = drawn.lines[0].dots
    assert [dot.x for dot in dots] == [drawn.frame.left, drawn.frame.inner_right]


@pytest.mark.parametrize(
    ("scores", "runs"),
    [
        (days(1, 2, 3), [3]),
        (days(1, 2, None, 3, 4), [2, 2]),
        ({FIRST: 1, FIRST + timedelta(days=1): 2, FIRST + timedelta(days=3): 4}, [2]),
        (days(None, 0, None), []),
        ({}, []),
    ],
)
def test_a_gap_breaks_the_line(scores, runs):
    assert [len(points.split()) for points in chart(scores).lines[0].stretches] == runs


def test_a_lonely_day_is_a_dot_without_a_line():
    line = chart(days(None, 0, None)).lines[0]
    assert ([dot.score for dot in line.dots], line.stretches) == ([0], ())


def test_not_answered_and_no_entry_draw_nothing_at_all():
    assert chart(days(None, None)).is_empty
    assert chart({}).is_empty
    assert not chart(days(0)).is_empty


def test_days_outside_the_frame_are_left_out():
    outside = {FIRST - timedelta(days=1): 5, LAST + timedelta(days=1): 5}
    assert chart(outside).is_empty


def test_only_late_days_are_hollow():
    dots = chart(days(1, 2), late={FIRST}).lines[0].dots
    assert [dot.is_late for dot in dots] == [True, False]


def test_labels_of_equal_scores_stand_apart_inside_the_frame():
    drawn = charts.build({channel: {LAST: 0} for channel in Channel}, first=FIRST, last=LAST)
    places = sorted(line.label_y for line in drawn.lines)
    assert [after - before for before, after in pairwise(places)] == [
        charts.LABEL_HEIGHT,
        charts.LABEL_HEIGHT,
    ]
    assert places[-1] == drawn.frame.inner_bottom


def test_a_band_is_cut_to_the_frame_and_one_outside_is_left_out():
    bands = [
        charts.Band("before", FIRST - timedelta(days=20), FIRST - timedelta(days=10)),
        charts.Band("T1", FIRST - timedelta(days=9), LAST + timedelta(days=9)),
    ]
    drawn = chart({}, bands=bands)
    assert [(band.name, band.x, band.width) for band in drawn.bands] == [
        ("T1", drawn.frame.left, drawn.frame.inner_width)
    ]


def test_a_name_too_long_for_its_band_is_not_drawn():
    short = charts.Band("two crutches", FIRST, FIRST + timedelta(days=2))
    assert not chart({}, aids=[short]).aids[0].has_room
    assert chart({}, aids=[charts.Band("two crutches", FIRST, LAST)]).aids[0].has_room


def test_events_stand_in_order_and_only_inside_the_frame():
    events = [
        charts.Event(LAST, "flag", "b"),
        charts.Event(FIRST, "flag", "a"),
        charts.Event(LAST + timedelta(days=1), "flag", "c"),
    ]
    assert [event.label for event in chart({}, events=events).events] == ["a", "b"]


def test_the_last_day_always_has_its_date():
    columns = chart({}).columns
    assert columns[-1] == charts.Tick(charts.Frame(360, 260).inner_right, LAST)
    assert len(columns) <= 4


def test_a_sparkline_marks_the_last_day_and_keeps_single_days():
    line = charts.sparkline(days(5, None, 5, 5), first=FIRST, last=LAST)
    assert (len(line.stretches), len(line.singles)) == (1, 1)
    assert line.last == (13.8, 14.0)
    assert charts.sparkline({}, first=FIRST, last=LAST).last is None
