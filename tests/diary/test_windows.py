"""Which days were open when something was entered, wherever the phone was."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from diary import windows

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# At home it is the 23rd already, half past midnight.
LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("offset_minutes", "first"),
    [
        (60, date(2026, 11, 9)),
        (-8 * 60, date(2026, 11, 8)),  # to the west it is the 22nd still
        (14 * 60, date(2026, 11, 9)),  # to the east nothing closes earlier than at home
    ],
)
def test_the_earlier_of_two_clocks_says_which_day_is_the_first(offset_minutes, first):
    found = windows.open_when_entered(LATE, offset_minutes, AMSTERDAM)
    assert (found.first in found, found.first - DAY in found) == (True, False)
    assert found.first == first


def test_the_last_is_today_anywhere_on_earth():
    found = windows.open_when_entered(LATE, 60, AMSTERDAM)
    assert found.last == date(2026, 11, 23)
    assert windows.open_when_entered(LATE - 14 * timedelta(hours=1), 60, AMSTERDAM).last == date(
        2026, 11, 22
    )


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.mark.parametrize("wrong", [timedelta(), YEAR, -YEAR, timedelta(hours=5)])
def test_a_clock_that_is_wrong_all_the_time_is_set_right(wrong):
    entered = NOW - 3 * DAY
    assert windows.corrected(entered + wrong, sent_at=NOW + wrong, now=NOW) == entered


@pytest.mark.parametrize(
    ("entered_at", "expected"),
    [
        (NOW + YEAR, NOW),
        (NOW - YEAR, NOW - timedelta(days=60)),
        (NOW - timedelta(days=60), NOW - timedelta(days=60)),
    ],
)
def test_a_clock_that_was_set_right_meanwhile_leads_no_further_than_anything_waits(
    entered_at, expected
):
    assert windows.corrected(entered_at, sent_at=NOW, now=NOW) == expected
