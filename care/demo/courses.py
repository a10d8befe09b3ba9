"""Believable pain diaries, drawn from a seeded generator.

Pure: no Django, no database, no clock. The spread and the gaps follow what daily pain
diaries of people with back pain show (205 people in three trials: a standard deviation of
about 1.1 within a person, neighbouring days alike, 5 to 15 % of days missing in short runs).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Course(StrEnum):
    RECOVERY = "recovery"
    PLATEAU = "plateau"
    FLARE = "flare"
    WORSENING = "worsening"
    CREEP = "creep"
    SILENT = "silent"


SPREAD = 0.9
LIKENESS = 0.35  # of a day to the day before
GAP_ENDS = 0.55  # chance that a gap of missing days ends: about 1.8 days on average
FLARE_DAYS = 3
WORSENING_DAYS = 9
SILENT_DAYS = 6


@dataclass(frozen=True)
class Pain:
    loading: int
    rest: int
    night: int | None


def pain_of_days(course: Course, days: int, *, level: float, random: Random) -> list[Pain]:
    """The pain of `days` days in a row, beginning around `level` on loading (0–10)."""
    drift = 0.0
    rows = []
    for mean in _means(course, days, level, random):
        drift = LIKENESS * drift + random.gauss(0, SPREAD * (1 - LIKENESS**2) ** 0.5)
        loading = _score(mean + drift)
        rest = _score(0.45 * (mean + drift) + random.gauss(-0.4, 0.6))
        # Now and then somebody skips the question about the night.
        night = None if random.random() < 0.06 else _score(0.4 * mean + random.gauss(-0.4, 0.8))
        rows.append(Pain(loading, rest, night))
    return rows


def missing_days(course: Course, days: int, *, rate: float, random: Random) -> frozenset[int]:
    """Which of the days 0…days-1 have no entry: short runs, and the end of a silent course."""
    begins = rate * GAP_ENDS / (1 - rate)
    missing = set()
    is_gap = False
    for day in range(days):
        is_gap = random.random() >= GAP_ENDS if is_gap else random.random() < begins
        if is_gap:
            missing.add(day)
    if course == Course.SILENT:
        missing.update(range(max(0, days - SILENT_DAYS), days))
    elif course == Course.WORSENING:
        missing.difference_update(range(max(0, days - WORSENING_DAYS), days))
    return frozenset(missing)


def _means(course: Course, days: int, level: float, random: Random) -> Iterator[float]:
    flare = random.randrange(days // 2, max(days // 2 + 1, days - 8))
    for day in range(days):
        share = day / max(days - 1, 1)
        mean = level
        if course in (Course.RECOVERY, Course.FLARE, Course.SILENT):
            mean = level * (1 - 0.75 * share) + 0.3
        elif course == Course.CREEP:
            mean = level + 2.6 * max(0.0, share - 0.4) / 0.6
        elif course == Course.WORSENING:
            mean = level * (1 - 0.35 * share)
            if day >= days - WORSENING_DAYS:
                mean += 3.2
        if course == Course.FLARE and flare <= day < flare + FLARE_DAYS:
            mean += 3
        yield mean


def _score(value: float) -> int:
    return min(10, max(0, round(value)))
