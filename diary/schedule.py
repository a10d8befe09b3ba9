"""When somebody is reminded, and with what: pure, without a clock.

A day's moment is a local time in the person's own zone. There is none on a weekday without a
time, in a pause, on a day they want no more of, and in the quiet hours. The queue claims by
these functions and the page foretells by them, so that what the page says is what comes.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
# A pause is at most a year long; the weekday after it comes within a week.
HORIZON = timedelta(days=366 + 14)
LONGEST_PAUSE = timedelta(days=365)
# Convention, no figure from a study: two ordinary reminders, then a kind word that offers
# fewer of them, twice again with more room each time, and then rest until an entry comes.
REMINDED_DAYS = 2
NUDGED_DAYS = (3, 7, 14)


class Message(StrEnum):
    """What is sent; the names are those of the notices."""

    REMINDER = "reminder"
    SNOOZE = "snooze"
    NUDGE = "nudge"


@dataclass(frozen=True)
class Wishes:
    """What somebody wants. `times` by weekday, 0 is Monday; empty while reminders are off.

    Quiet hours run from `quiet_from` up to `quiet_to`, past midnight where that is earlier;
    the same time twice is none. `pause` is its first and its last day. `done_on` is the day on
    which they want nothing more. `snoozed_to` is the moment asked for once more.
    """

    times: Mapping[int, time] = field(default_factory=dict)
    quiet_from: time = time(0)
    quiet_to: time = time(0)
    pause: tuple[date, date] | None = None
    done_on: date | None = None
    snoozed_to: datetime | None = None


def moment_on(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, that a clock in the zone shows this time on this day.

    A time that the clock jumps over is moved forward by the jump (02:30 becomes 03:30); of a
    time that comes twice it is the first.
    """
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def is_quiet(at: time, quiet_from: time, quiet_to: time) -> bool:
    """Whether a local time lies in the quiet hours, which may run past midnight."""
    if quiet_from <= quiet_to:
        return quiet_from <= at < quiet_to
    return at >= quiet_from or at < quiet_to


def usual_time(times: Mapping[int, time]) -> time | None:
    """The time of most weekdays; of as many, that of the earlier weekday. None without any."""
    if not times:
        return None
    ordered = [times[weekday] for weekday in sorted(times)]
    return max(ordered, key=ordered.count)


def is_paused(wishes: Wishes, day: date) -> bool:
    return wishes.pause is not None and wishes.pause[0] <= day <= wishes.pause[1]


def is_wanted_on(wishes: Wishes, day: date) -> bool:
    """Whether this is a day on which somebody asked to be reminded at all."""
    return day.weekday() in wishes.times and not is_paused(wishes, day)


def moment_of(wishes: Wishes, zone: ZoneInfo, day: date) -> datetime | None:
    """The moment of a day's reminder; None where the day has none."""
    if not is_wanted_on(wishes, day) or wishes.done_on == day:
        return None
    moment = moment_on(day, wishes.times[day.weekday()], zone)
    local = moment.astimezone(zone)
    # A jump of the clock may move a time into the quiet hours, or into the next day.
    if local.date() != day or is_quiet(local.time(), wishes.quiet_from, wishes.quiet_to):
        return None
    return moment


def moments(wishes: Wishes, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """The moments of the days later than `after`, in order, as far ahead as a year."""
    if not wishes.times:
        return
    today = after.astimezone(zone).date()
    for ahead in range(HORIZON.days):
        moment = moment_of(wishes, zone, today + timedelta(days=ahead))
        if moment is not None and moment > after:
            yield moment


def next_moment(wishes: Wishes, zone: ZoneInfo, after: datetime) -> datetime | None:
    """The first moment later than `after`; None where nothing is wanted."""
    return next(moments(wishes, zone, after), None)


def too_late(wishes: Wishes, due_at: datetime, zone: ZoneInfo) -> datetime:
    """When a message that was held up is worth nothing: at night, and after midnight."""
    today = due_at.astimezone(zone).date()
    midnight = moment_on(today + ONE_DAY, time(0), zone)
    if wishes.quiet_from == wishes.quiet_to:
        return midnight
    quiet = moment_on(today, wishes.quiet_from, zone)
    return quiet if due_at < quiet < midnight else midnight


def may_be_sent_at(wishes: Wishes, zone: ZoneInfo, day: date, moment: datetime) -> bool:
    """Whether a message about a day may come at this moment: on that day, and not at night."""
    local = moment.astimezone(zone)
    is_at_night = is_quiet(local.time(), wishes.quiet_from, wishes.quiet_to)
    return local.date() == day and not is_at_night


def silent_days(wishes: Wishes, last_on: date, day: date) -> int:
    """How many days after `last_on`, `day` included, went by without the entry asked for.

    Only days on which somebody asked to be reminded count: who wants Mondays and Thursdays is
    not silent on a Tuesday. After a pause counting begins anew. It ends beyond the last nudge.
    """
    count = 0
    while day > last_on and count <= NUDGED_DAYS[-1] and not is_paused(wishes, day):
        count += is_wanted_on(wishes, day)
        day -= ONE_DAY
    return count


def message_after(silent: int) -> Message | None:
    """What comes on the nth silent day: a reminder, a nudge in its place, or nothing."""
    if silent <= REMINDED_DAYS:
        return Message.REMINDER
    return Message.NUDGE if silent in NUDGED_DAYS else None


def foretell(
    wishes: Wishes,
    zone: ZoneInfo,
    after: datetime,
    *,
    last_on: date,
    closed: Collection[date] = (),
    most: int = 3,
) -> tuple[tuple[datetime, Message], ...]:
    """The next messages as long as no entry comes, at most `most`.

    `last_on` is the day silence counts from; on `closed` days nothing comes any more, because
    they are filled in or their message has been sent.
    """
    return tuple(islice(_messages(wishes, zone, after, last_on, closed), most))


def _messages(
    wishes: Wishes, zone: ZoneInfo, after: datetime, last_on: date, closed: Collection[date]
) -> Iterator[tuple[datetime, Message]]:
    snoozed_to = wishes.snoozed_to
    if snoozed_to is not None and snoozed_to > after:
        # Nothing of its own day follows: a snoozed message is that day's message once more.
        yield snoozed_to, Message.SNOOZE
    for moment in moments(wishes, zone, after):
        day = moment.astimezone(zone).date()
        # After the last nudge comes nothing, but behind a pause counting begins anew.
        message = message_after(silent_days(wishes, last_on, day))
        if day not in closed and message is not None:
            yield moment, message
