"""Who needs a look comes first: tables of groups and of order."""

from datetime import date

import pytest

from care.enums import Severity
from care.ranking import FlagState, Need, Standing, first_flag, need_of, rank

EARLIER, LATER = date(2026, 11, 10), date(2026, 11, 20)


def flag(severity, *, since=LATER, is_seen=False):
    return FlagState(severity, since, is_seen)


@pytest.mark.parametrize(
    ("standing", "need"),
    [
        (Standing("a"), Need.NOTHING_NEW),
        (Standing("a", silent_days=2), Need.NOTHING_NEW),
        (Standing("a", silent_days=3), Need.WATCH),
        (Standing("a", deviations=1), Need.WATCH),
        (Standing("a", [flag(Severity.NOTICE)]), Need.WATCH),
        (Standing("a", [flag(Severity.IMPORTANT)]), Need.NEEDS_YOU),
        (Standing("a", [flag(Severity.IMPORTANT, is_seen=True)]), Need.WATCH),
        (Standing("a", [flag(Severity.URGENT)]), Need.NEEDS_YOU),
        (Standing("a", [flag(Severity.URGENT, is_seen=True)]), Need.NEEDS_YOU),
    ],
)
def test_what_stands_open_makes_the_group(standing, need):
    assert need_of(standing) == need


def test_order_is_group_then_severity_then_age_then_deviations_then_name():
    standings = [
        Standing("calm b"),
        Standing("calm a"),
        Standing("silent", silent_days=4),
        Standing("deviations", deviations=3),
        Standing("noticed", [flag(Severity.NOTICE)]),
        Standing("important late", [flag(Severity.IMPORTANT)]),
        Standing("important early", [flag(Severity.IMPORTANT, since=EARLIER)]),
        Standing("urgent", [flag(Severity.URGENT)]),
    ]
    ordered = [standing.name for standing in sorted(standings, key=rank)]
    assert ordered == [
        "urgent",
        "important early",
        "important late",
        "noticed",
        "deviations",
        "silent",
        "calm a",
        "calm b",
    ]


def test_an_unseen_flag_says_why_before_a_seen_one_of_the_same_weight():
    seen = flag(Severity.IMPORTANT, since=EARLIER, is_seen=True)
    unseen = flag(Severity.IMPORTANT)
    assert first_flag([seen, unseen]) == unseen
    assert first_flag([]) is None
