"""When somebody is reminded, and with what: known nights, and what holds for all of them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary import schedule
from diary.schedule import Message, Wishes

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ONE_DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
NIGHT = (time(22), time(8))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def daily(at: str = "20:00", **fields) -> Wishes:
    return Wishes(times=dict.fromkeys(range(7), time.fromisoformat(at)), **fields)


def locally(moments, zone=AMSTERDAM) -> list[str]:
    return [f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in moments]


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        ("Europe/Amsterdam", "20:00", "2026-11-23T19:59:59+01:00", "2026-11-23T20:00+01:00"),
        ("Europe/Amsterdam", "20:00", "2026-11-23T20:00:00+01:00", "2026-11-24T20:00+01:00"),
        # The clock goes back at 03:00 on 25 October: 02:30 comes twice, the first counts.
        ("Europe/Amsterdam", "02:30", "2026-10-24T12:00+02:00", "2026-10-25T02:30+02:00"),
        ("Europe/Amsterdam", "02:30", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
        ("Europe/Amsterdam", "20:00", "2026-10-24T20:00+02:00", "2026-10-25T20:00+01:00"),
        # The clock goes forward at 02:00 on 28 March: 02:30 is not there and becomes 03:30.
        ("Europe/Amsterdam", "02:30", "2027-03-27T12:00+01:00", "2027-03-28T03:30+02:00"),
        ("Europe/Amsterdam", "02:30", "2027-03-28T03:30+02:00", "2027-03-29T02:30+02:00"),
        ("Europe/Amsterdam", "20:00", "2027-03-27T20:00+01:00", "2027-03-28T20:00+02:00"),
        ("Europe/Amsterdam", "20:00", "2028-02-28T20:00+01:00", "2028-02-29T20:00+01:00"),
        ("Europe/Amsterdam", "20:00", "2026-12-31T20:00+01:00", "2027-01-01T20:00+01:00"),
        ("America/New_York", "20:00", "2026-11-24T00:30+00:00", "2026-11-24T01:00+00:00"),
        ("Pacific/Auckland", "20:00", "2026-11-23T06:00+00:00", "2026-11-23T07:00+00:00"),
        # Samoa left out 30 December 2011: the day after the 29th is the 31st.
        ("Pacific/Apia", "20:00", "2011-12-29T20:00-10:00", "2011-12-31T20:00+14:00"),
    ],
)
def test_the_next_moment_is_a_time_on_the_patients_own_clock(zone, at, after, expected):
    assert schedule.next_moment(daily(at), ZoneInfo(zone), moment(after)) == moment(expected)


def test_a_day_that_a_country_leaves_out_has_no_moment():
    apia = ZoneInfo("Pacific/Apia")  # 30 December 2011
    found = schedule.moments(daily(), apia, moment("2011-12-29T12:00-10:00"))
    assert locally(islice(found, 3), apia) == [
        "2011-12-29 20:00",
        "2011-12-31 20:00",
        "2012-01-01 20:00",
    ]


def test_each_weekday_has_its_own_time_or_none():
    wishes = Wishes(times={0: time(20), 1: time(9, 15), 5: time(11)})
    found = schedule.moments(wishes, AMSTERDAM, moment("2026-11-23T20:00+01:00"))
    assert locally(islice(found, 4)) == [
        "2026-11-24 09:15",
        "2026-11-28 11:00",
        "2026-11-30 20:00",
        "2026-12-01 09:15",
    ]


def test_who_wants_no_reminders_has_no_next_moment():
    assert schedule.next_moment(Wishes(), AMSTERDAM, moment("2026-11-23T12:00+01:00")) is None


@pytest.mark.parametrize(
    ("pause", "expected"),
    [
        (None, "2026-11-23 20:00"),
        ((MONDAY, MONDAY), "2026-11-24 20:00"),
        ((MONDAY, date(2026, 11, 29)), "2026-11-30 20:00"),
        ((date(2026, 11, 24), date(2026, 11, 29)), "2026-11-23 20:00"),
        ((date(2026, 11, 10), date(2026, 11, 22)), "2026-11-23 20:00"),
        ((MONDAY, MONDAY + schedule.LONGEST_PAUSE), "2027-11-24 20:00"),
    ],
)
def test_a_pause_holds_up_to_and_with_its_last_day(pause, expected):
    found = schedule.next_moment(daily(pause=pause), AMSTERDAM, moment("2026-11-23T12:00+01:00"))
    assert locally([found]) == [expected]


def test_a_day_that_is_done_has_no_more():
    after = moment("2026-11-23T12:00+01:00")
    found = schedule.next_moment(daily(done_on=MONDAY), AMSTERDAM, after)
    assert locally([found]) == ["2026-11-24 20:00"]


def test_a_time_that_the_clock_moves_into_the_quiet_hours_is_left_out_that_night():
    wishes = daily("02:30", quiet_from=time(3), quiet_to=time(9))
    found = schedule.moments(wishes, AMSTERDAM, moment("2027-03-27T02:30+01:00"))
    assert locally(islice(found, 1)) == ["2027-03-29 02:30"]


@pytest.mark.parametrize(
    ("at", "quiet_from", "quiet_to", "expected"),
    [
        ("21:59", "22:00", "08:00", False),
        ("22:00", "22:00", "08:00", True),
        ("00:00", "22:00", "08:00", True),
        ("07:59", "22:00", "08:00", True),
        ("08:00", "22:00", "08:00", False),
        ("13:00", "12:00", "14:00", True),
        ("14:00", "12:00", "14:00", False),
        ("13:00", "12:00", "12:00", False),
    ],
)
def test_quiet_hours_may_run_past_midnight(at, quiet_from, quiet_to, expected):
    times = (time.fromisoformat(text) for text in (at, quiet_from, quiet_to))
    assert schedule.is_quiet(*times) is expected


@pytest.mark.parametrize(
    ("quiet", "due", "expected"),
    [
        (NIGHT, "2026-11-23T20:00+01:00", "2026-11-23T22:00+01:00"),
        (NIGHT, "2026-11-23T09:00+01:00", "2026-11-23T22:00+01:00"),
        ((time(1), time(7)), "2026-11-23T20:00+01:00", "2026-11-24T00:00+01:00"),
        ((time(0), time(0)), "2026-11-23T20:00+01:00", "2026-11-24T00:00+01:00"),
        # The day of 25 hours lasts until its own midnight.
        ((time(0), time(0)), "2026-10-25T01:00+02:00", "2026-10-26T00:00+01:00"),
    ],
)
def test_a_message_is_too_late_at_night_and_after_midnight(quiet, due, expected):
    wishes = daily(quiet_from=quiet[0], quiet_to=quiet[1])
    assert schedule.too_late(wishes, moment(due), AMSTERDAM) == moment(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T21:59+01:00", True),
        ("2026-11-23T22:00+01:00", False),
        ("2026-11-24T09:00+01:00", False),
        ("2026-11-23T07:59+01:00", False),
    ],
)
def test_a_message_about_a_day_comes_on_that_day_and_not_at_night(at, expected):
    wishes = daily(quiet_from=NIGHT[0], quiet_to=NIGHT[1])
    assert schedule.may_be_sent_at(wishes, AMSTERDAM, MONDAY, moment(at)) is expected


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (0, Message.REMINDER),
        (1, Message.REMINDER),
        (2, Message.REMINDER),
        (3, Message.NUDGE),
        (4, None),
        (6, None),
        (7, Message.NUDGE),
        (8, None),
        (13, None),
        (14, Message.NUDGE),
        (15, None),
        (400, None),
    ],
)
def test_after_two_reminders_a_nudge_comes_and_then_less_and_less(silent, expected):
    assert schedule.message_after(silent) == expected


@pytest.mark.parametrize(
    ("wishes", "last_on", "expected"),
    [
        (daily(), MONDAY, 0),
        (daily(), MONDAY + ONE_DAY, 0),
        (daily(), MONDAY - ONE_DAY, 1),
        (daily(), MONDAY - 5 * ONE_DAY, 5),
        # Mondays and Thursdays: the 23rd and the 19th.
        (Wishes(times={0: time(20), 3: time(20)}), MONDAY - 5 * ONE_DAY, 2),
        (daily(pause=(MONDAY - 4 * ONE_DAY, MONDAY - 2 * ONE_DAY)), MONDAY - 5 * ONE_DAY, 2),
        (daily(pause=(MONDAY - 2 * ONE_DAY, MONDAY - 2 * ONE_DAY)), MONDAY - 5 * ONE_DAY, 2),
        (daily(pause=(MONDAY - 9 * ONE_DAY, MONDAY - 6 * ONE_DAY)), MONDAY - 5 * ONE_DAY, 5),
        (daily(pause=(MONDAY - 30 * ONE_DAY, MONDAY)), MONDAY - 5 * ONE_DAY, 0),
        (Wishes(), MONDAY - 5 * ONE_DAY, 0),
        (daily(), date.min, 15),
    ],
)
def test_silent_is_a_day_with_a_reminder_and_without_an_entry(wishes, last_on, expected):
    assert schedule.silent_days(wishes, last_on, MONDAY) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({}, None),
        ({6: time(9)}, time(9)),
        ({0: time(20), 1: time(9), 2: time(9)}, time(9)),
        ({3: time(20), 1: time(9)}, time(9)),
    ],
)
def test_the_usual_time_is_that_of_most_weekdays(times, expected):
    assert schedule.usual_time(times) == expected


def foretold(wishes: Wishes, after: str, last_on: date, closed=()) -> list[tuple[str, str]]:
    found = schedule.foretell(wishes, AMSTERDAM, moment(after), last_on=last_on, closed=closed)
    return [(f"{each.astimezone(AMSTERDAM):%d %H:%M}", message) for each, message in found]


def test_behind_a_pause_they_begin_anew_though_the_last_nudge_has_been():
    wishes = daily(pause=(date(2026, 11, 27), date(2026, 11, 29)))
    assert foretold(wishes, "2026-11-24T12:00+01:00", MONDAY - 30 * ONE_DAY) == [
        ("30 20:00", "reminder"),
        ("01 20:00", "reminder"),
        ("02 20:00", "nudge"),
    ]


def test_the_next_three_are_told_as_if_no_entry_came():
    assert foretold(daily(), "2026-11-23T12:00+01:00", MONDAY - ONE_DAY) == [
        ("23 20:00", "reminder"),
        ("24 20:00", "reminder"),
        ("25 20:00", "nudge"),
    ]


def test_a_day_that_is_filled_in_or_told_is_not_foretold():
    assert foretold(daily(), "2026-11-23T12:00+01:00", MONDAY, closed={MONDAY}) == [
        ("24 20:00", "reminder"),
        ("25 20:00", "reminder"),
        ("26 20:00", "nudge"),
    ]


def test_after_long_silence_there_are_fewer_than_three():
    assert foretold(daily(), "2026-11-23T12:00+01:00", MONDAY - 5 * ONE_DAY) == [
        ("25 20:00", "nudge"),
        ("02 20:00", "nudge"),
    ]
    assert foretold(daily(), "2026-11-23T12:00+01:00", MONDAY - 15 * ONE_DAY) == []


def test_after_a_pause_that_is_to_come_messages_are_foretold_again():
    pause = (MONDAY + 2 * ONE_DAY, MONDAY + 3 * ONE_DAY)
    told = foretold(daily(pause=pause), "2026-11-23T21:00+01:00", MONDAY - 30 * ONE_DAY)
    assert told == [("27 20:00", "reminder"), ("28 20:00", "reminder"), ("29 20:00", "nudge")]


def test_a_snoozed_message_comes_first_and_one_that_is_over_is_not_told():
    wishes = daily(snoozed_to=moment("2026-11-23T21:30+01:00"))
    assert foretold(wishes, "2026-11-23T21:00+01:00", MONDAY - ONE_DAY, closed={MONDAY})[0] == (
        "23 21:30",
        "snooze",
    )
    assert foretold(wishes, "2026-11-23T21:30+01:00", MONDAY - ONE_DAY, closed={MONDAY})[0] == (
        "24 20:00",
        "reminder",
    )


zones = st.sampled_from(
    "Europe/Amsterdam America/New_York Pacific/Apia Pacific/Auckland Australia/Lord_Howe "
    "Africa/Casablanca America/Havana Asia/Kathmandu UTC".split()
).map(ZoneInfo)
times_of_day = st.times().map(lambda at: at.replace(microsecond=0))
days = st.dates(date(2010, 1, 1), date(2030, 1, 1))
pauses = st.none() | st.tuples(days, st.integers(0, 365)).map(
    lambda pause: (pause[0], pause[0] + timedelta(days=pause[1]))
)
some_wishes = st.builds(
    Wishes,
    times=st.dictionaries(st.integers(0, 6), times_of_day),
    quiet_from=times_of_day,
    quiet_to=times_of_day,
    pause=pauses,
    done_on=st.none() | days,
)
afters = st.timedeltas(timedelta(), timedelta(days=7300)).map(
    lambda later: datetime(2010, 1, 1, tzinfo=UTC) + later
)


@given(some_wishes, zones, afters)
def test_moments_rise_one_a_local_day_and_keep_every_wish(wishes, zone, after):
    found = list(islice(schedule.moments(wishes, zone, after), 20))
    assert all(before < later for before, later in zip([after, *found], found, strict=False))
    locals_ = [each.astimezone(zone) for each in found]
    assert len({each.date() for each in locals_}) == len(found)
    for local in locals_:
        assert local.weekday() in wishes.times
        assert not schedule.is_quiet(local.time(), wishes.quiet_from, wishes.quiet_to)
        assert not schedule.is_paused(wishes, local.date())
        assert local.date() != wishes.done_on


@given(some_wishes, zones, afters)
def test_no_day_that_could_have_a_moment_is_left_out(wishes, zone, after):
    found = list(islice(schedule.moments(wishes, zone, after), 5))
    first = after.astimezone(zone).date()
    last = found[-1].astimezone(zone).date() if found else first + timedelta(days=30)
    expected = []
    for ahead in range((last - first).days + 1):
        moment_of_day = schedule.moment_of(wishes, zone, first + timedelta(days=ahead))
        if moment_of_day is not None and moment_of_day > after:
            expected.append(moment_of_day)
    assert found == expected


@given(some_wishes, zones, afters, st.integers(-3, 40))
def test_what_is_foretold_is_what_the_queue_would_send(wishes, zone, after, ago):
    """The queue asks each day anew; told beforehand, the days are the same."""
    last_on = after.astimezone(zone).date() - timedelta(days=ago)
    sent = []
    for each in schedule.moments(wishes, zone, after):
        day = each.astimezone(zone).date()
        message = schedule.message_after(schedule.silent_days(wishes, last_on, day))
        if message:
            sent.append((each, message))
    assert list(schedule.foretell(wishes, zone, after, last_on=last_on)) == sent[:3]
