"""Which days are open to fill in, and when something was entered by a clock that is right."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

DAYS_BACK = 14
# Nowhere is it later than there: Kiribati, and Samoa until 2021, keep UTC+14.
FURTHEST_AHEAD = timedelta(hours=14)
# As long as the private part of the key that it was sealed for is kept (accounts/keys.py).
LONGEST_WAIT = timedelta(days=60)


@dataclass(frozen=True)
class OpenDays:
    """From the first to and with the last day that can be filled in."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def open_on(today: date) -> OpenDays:
    """Today and the fourteen days before it."""
    return OpenDays(today - timedelta(days=DAYS_BACK), today)


def open_when_entered(entered_at: datetime, offset_minutes: int, zone: tzinfo) -> OpenDays:
    """What was open when an entry was made without a connection, wherever the phone was.

    A traveller's phone may show another day than the zone at home: the earlier of the two
    counts for the first day, and what is today anywhere on earth is no day of the future.
    """
    at_home = entered_at.astimezone(zone).date()
    on_phone = (entered_at.astimezone(UTC) + timedelta(minutes=offset_minutes)).date()
    ahead = (entered_at.astimezone(UTC) + FURTHEST_AHEAD).date()
    return OpenDays(open_on(min(at_home, on_phone)).first, ahead)


def corrected(entered_at: datetime, *, sent_at: datetime, now: datetime) -> datetime:
    """When something was entered, by our clock: the phone's own may be wrong by hours or years.

    `sent_at` is what the phone's clock showed at `now`. The answer lies in the past, and no
    longer ago than anything waits.
    """
    return min(max(entered_at + (now - sent_at), now - LONGEST_WAIT), now)
