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
    stretches = chart(scores).lines[0].path.split("M")[1:]
    assert [len(points.split()) // 2 for points in stretches] == runs


def test_a_lonely_day_is_a_dot_without_a_line():
    line = chart(days(None, 0, None)).lines[0]
    assert ([dot.score for dot in line.dots], line.path) == ([0], "")
    assert line.marks.count("M") == 1


def test_not_answered_and_no_entry_draw_nothing_at_all():
    assert chart(days(None, None)).is_empty
    assert chart({}).is_empty
    assert not chart(days(0)).is_empty


def test_days_outside_the_frame_are_left_out():
    outside = {FIRST - timedelta(days=1): 5, LAST + timedelta(days=1): 5}
    assert chart(outside).is_empty


def test_only_late_days_are_hollow():
    line = chart(days(1, 2, 3), late={FIRST}).lines[0]
    assert [dot.is_late for dot in line.dots] == [True, False, False]
    assert (line.marks.count("M"), line.late_marks.count("M")) == (2, 1)
    assert chart(days(1, 2)).lines[0].late_marks == ""


def long_chart(scores, last=119, **options):
    """From the first day to day `last` of the diary."""
    drawn = {Channel.LOADING: scores}
    return charts.build(drawn, first=FIRST, last=FIRST + timedelta(days=last), **options)


def test_beyond_120_days_the_dots_go_and_the_line_keeps_every_day():
    scores = days(*([1, 5] * 60))
    short, long = long_chart(scores), long_chart(scores, 120)
    assert (short.has_dots, long.has_dots) == (True, False)
    assert (short.lines[0].marks.count("M"), long.lines[0].marks) == (120, "")
    assert len(long.lines[0].path.split()) == 2 * 120


def test_a_lonely_day_keeps_its_dot_in_a_long_chart():
    scores = days(1, 2, None, 7, None, 3, 4)
    line = long_chart(scores, 200, late=set(scores)).lines[0]
    assert (line.marks.count("M"), line.late_marks) == (1, "")
    assert line.marks.startswith("M25.1 86.8a")


def test_in_a_long_chart_each_channel_has_a_panel_of_nought_to_ten():
    scores = {Channel.LOADING: days(10, 0), Channel.NIGHT: days(10, 0), Channel.REST: {}}
    short, long = (
        charts.build(scores, first=FIRST, last=FIRST + timedelta(days=last)) for last in (60, 200)
    )
    assert [line.channel for line in long.lines] == [Channel.LOADING, Channel.NIGHT]
    assert [[dot.y for dot in line.dots] for line in long.lines] == [[34, 118], [134, 218]]
    assert [(tick.value, tick.at) for tick in long.rows] == [
        (0, 118),
        (5, 76),
        (10, 34),
        (0, 218),
        (5, 176),
        (10, 134),
    ]
    assert (long.frame.top, long.frame.inner_bottom, long.frame.height) == (34, 218, 268)
    assert [dot.y for line in short.lines for dot in line.dots] == [34, 210, 34, 210]


def test_a_desk_has_room_for_dots_of_more_days():
    assert charts.build({}, first=FIRST, last=FIRST + timedelta(days=300), width=960).has_dots


def test_days_on_a_level_are_drawn_as_one_stroke():
    assert chart(days(2, 2, 2, 2, 3)).lines[0].path == "M24 174.8 52.9 174.8 62.5 157.2"


def test_each_channel_has_its_own_mark():
    drawn = charts.build({channel: {LAST: 0} for channel in Channel}, first=FIRST, last=LAST)
    assert ["a2.8" in line.marks for line in drawn.lines] == [True, False, False]
    assert ["h5v5" in line.marks for line in drawn.lines] == [False, True, False]
    assert ["l3.4" in line.marks for line in drawn.lines] == [False, False, True]


def test_marks_of_a_kind_that_would_cover_each_other_are_one():
    events = [
        charts.Event(FIRST, "beyond", "a"),
        charts.Event(FIRST + timedelta(days=1), "beyond", "a"),
        charts.Event(FIRST + timedelta(days=1), "milestone", "b"),
        charts.Event(LAST, "beyond", "a"),
    ]
    found = [
        (event.kind, event.day, event.last, event.number)
        for event in long_chart({}, 100, events=events).events
    ]
    assert found == [
        ("beyond", FIRST, FIRST + timedelta(days=1), 2),
        ("milestone", FIRST + timedelta(days=1), FIRST + timedelta(days=1), 1),
        ("beyond", LAST, LAST, 1),
    ]


def test_marks_of_different_kinds_stand_beside_each_other():
    events = [charts.Event(FIRST, kind, kind) for kind in ("beyond", "marked")]
    drawn = chart({}, events=[*events, charts.Event(LAST, "flag", "c")]).events
    assert [(event.x, event.mark_x) for event in drawn] == [(24, 24), (24, 34), (284, 284)]


def test_a_mark_stays_near_its_day_however_many_there_are():
    kinds = ("beyond", "flag", "marked", "milestone", "moment")
    drawn = chart({}, events=[charts.Event(FIRST, kind, kind) for kind in kinds]).events
    assert max(event.mark_x - event.x for event in drawn) == 16


def test_a_curve_is_cut_to_the_frame():
    points = [(FIRST - timedelta(days=2), 4), (FIRST + timedelta(days=2), 2)]
    [curve] = chart({}, curves=[(Channel.LOADING, points)]).curves
    assert curve.path == "M24 157.2 43.3 174.8"
    assert (curve.label_x, curve.is_label_before) == (43.3, False)


@pytest.mark.parametrize("shift", [-40, 40])
def test_a_curve_outside_the_frame_is_not_drawn(shift):
    points = [(FIRST + timedelta(days=shift + day), 3) for day in (0, 5)]
    assert chart({}, curves=[(Channel.LOADING, points)]).curves == ()


def test_a_date_has_its_year_where_the_days_need_one():
    assert [long_chart({}, last).names_years for last in (298, 299)] == [False, True]


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
