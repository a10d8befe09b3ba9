"""Whether a series of pain scores is rising: four arms that look from different sides.

Pure: no Django, no database, no clock. A series is one channel of one side, as a mapping from
local day to score (0–10). A day that is not in it had no entry; None means that the question
was not answered. Neither is ever filled in: windows run over the calendar, and everything in
them is counted over the days that have a score. The order of the mapping does not matter.

Each arm looks back from the last day that has a score, so that days without a score never
move an answer. When that day is more than `STALE_DAYS` before `today` the series is too old
to judge, and the silence arm speaks instead. No arm says that somebody is doing well: an
answer is a reason to look, or none.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate
from math import sqrt
from statistics import fmean, median

VERSION = "trends-1"

Scores = Mapping[date, int | None]
Series = Sequence[tuple[date, int]]  # the days that have a score, earliest first

WINDOW_DAYS = 56
STALE_DAYS = 7
# All that any arm reads: the window, seen from a last score that may be STALE_DAYS old.
HISTORY_DAYS = WINDOW_DAYS + STALE_DAYS

# --- level shift -----------------------------------------------------------------------------
# A generalised likelihood ratio over windows: for each a, the last a days against the days
# before them (Willsky and Jones 1976, IEEE Transactions on Automatic Control 21:108–112; Lai
# 1995, Journal of the Royal Statistical Society B 57:613–658).
SHORTEST_SHIFT_DAYS = 4
LONGEST_SHIFT_DAYS = 28
FEWEST_AFTER = 3
FEWEST_BEFORE = 8
FEWEST_OBSERVED = 10
# Weekly means of daily scores were 0.67 higher in flares that people with rheumatoid arthritis
# reported (Gandrup et al. 2024, JMIR Formative Research 8:e50679): less is hardly worth a look.
SMALLEST_SHIFT = 0.8
# Two points of eleven are a clinically important change (Farrar et al. 2001, Pain 94:149–158).
# Their 30 % is left out: from a low level it is less than one point.
IMPORTANT_SHIFT = 2.0
# Spread of daily scores around their own trend: median 1.1 to 1.3 in the diaries of 205 people
# with back pain (github.com/siddharth-r-tiwari/numerical-nature-of-pain-relief). A person's own
# spread is drawn towards it as if ten days of it had been seen, so that it is never below 0.5.
USUAL_SPREAD = 1.15
USUAL_SPREAD_WEIGHT = 10
MOST_RESIDUALS = 40
CLIP = 3.0  # a score counts for at most so many spreads from where the series was: typos, shocks
MEMORY = 0.3  # of the moving average that residuals are taken from
# Neighbouring days are alike: (1 + r) / (1 - r) with an autocorrelation r of 0.25.
LIKENESS = 1.67
WANDER = 0.10  # slow coming and going of the level, as a share of the variance
# Set so that chance flags stay within one in ten patient-months, a convention. On simulated
# diaries (spread 0.4 to 2.6, likeness up to 0.45, 5 to 40 % of days missing; stable, improving
# and with a flare of 2 to 4 days) 2.4 gives 0.08 a patient-month and finds 90 % of steps of +2
# within 28 days, half of those within 6; 2.2 gives 0.12. A step of +1 is found half the time,
# and no setting within this budget does much better.
THRESHOLD = 2.4
# For the further channels of a side, so that three channels keep to the budget together: 0.02.
STRICT_THRESHOLD = 3.0
# In plans where time matters, a clear rise over three logged days is enough.
BRISK_DAYS = 3

# --- slow rise -------------------------------------------------------------------------------
# Mann (1945), Kendall (1975); the correction for ties is essential with whole numbers. The
# slope is the median of all pairs (Sen 1968, JASA 63:1379–1389).
RISE_DAYS = 28
FEWEST_IN_RISE = 12
# Nominally 1 in 1000. Likeness of neighbouring days makes it commoner: 2.6 gave twice as many
# flags on public diaries.
RISE_THRESHOLD = 3.1
STRICT_RISE_THRESHOLD = 3.9  # for the further channels of a side
SMALLEST_RISE = 0.8  # in 28 days
IMPORTANT_RISE = 2.0

# --- spike: convention -----------------------------------------------------------------------
# Two days in a row at least so far above the median of the fortnight before ask the patient
# the red-flag questions. People whose pain varies widely have one every few months.
SPIKE_RISE = 3
SPIKE_LOOK_BACK_DAYS = 14
FEWEST_BEFORE_SPIKE = 5
SPIKE_WITHIN_DAYS = 3  # its two days and what lies between them
# From this or less to that or more is important: 0.03 by chance a patient-month, as above.
SUDDEN_FROM, SUDDEN_TO = 5, 8

# --- silence: convention ---------------------------------------------------------------------
SILENT_DAYS = 5
SILENT_DAYS_AFTER_RISE = 4  # people may stop because they are worse


class Arm(StrEnum):
    LEVEL_SHIFT = "level_shift"
    SLOW_RISE = "slow_rise"
    SPIKE = "spike"
    SILENCE = "silence"


class Answer(StrEnum):
    """What an arm says, mildest first; too few readings is an answer of its own."""

    TOO_FEW = "too_few"
    NOTHING = "nothing"
    NOTICE = "notice"
    IMPORTANT = "important"


@dataclass(frozen=True)
class Trend:
    """The answer of one arm, with the numbers that a person can check.

    `before` and `after` are means of the scores as given (for a spike: the median before and
    the mean of its two days). `observed` and `missing` count the days from `since` to `until`
    with and without a score. `days` are the days that carry the answer: those on or after
    `since` with a score above `before`. For silence, `observed` is 0, `missing` counts the
    silent days and `since` is the first of them. Without a finding only the arm, the answer
    and the counts are filled.
    """

    arm: Arm
    answer: Answer
    since: date | None = None
    until: date | None = None
    before: float | None = None
    after: float | None = None
    observed: int = 0
    missing: int = 0
    days: tuple[date, ...] = ()

    @property
    def is_found(self) -> bool:
        return self.answer in (Answer.NOTICE, Answer.IMPORTANT)


def judge(
    scores: Scores, *, today: date, brisk: bool = False, strict: bool = False
) -> tuple[Trend, ...]:
    """The three arms that read scores, in one go: level shift, slow rise, spike."""
    series = recent(scores, today=today)
    return (
        _level_shift(series, brisk=brisk, strict=strict),
        _slow_rise(series, strict=strict),
        _spike(series),
    )


def level_shift(scores: Scores, *, today: date, brisk: bool = False, strict: bool = False) -> Trend:
    """Whether the level of the last days lies above that of the days before them.

    With `brisk`, three logged days in a row that each lie two points above the mean before
    them are an important shift too. `strict` is for a further channel of the same side.
    """
    return _level_shift(recent(scores, today=today), brisk=brisk, strict=strict)


def slow_rise(scores: Scores, *, today: date, strict: bool = False) -> Trend:
    """Whether scores crept up over four weeks."""
    return _slow_rise(recent(scores, today=today), strict=strict)


def spike(scores: Scores, *, today: date) -> Trend:
    """Whether the last two scores both lie far above the fortnight before them.

    A notice is reason to ask the patient; important where 5 or less became 8 or more.
    """
    return _spike(recent(scores, today=today))


def is_sudden(scores: Scores, *, today: date) -> bool:
    """Whether today's score is reason to ask the patient the red-flag questions at once.

    True for the second day of a spike, and for a first day of 8 or more where 5 or less was
    usual. One such day asks the patient; it is not yet a trend.
    """
    if scores.get(today) is None:
        return False
    series = recent(scores, today=today)
    before = _scores_before(series, series[-1][0], SPIKE_LOOK_BACK_DAYS)
    jumps = len(before) >= FEWEST_BEFORE_SPIKE and (
        median(before) <= SUDDEN_FROM and series[-1][1] >= SUDDEN_TO
    )
    return jumps or _spike(series).is_found


def silence(
    entry_days: Collection[date], *, started_on: date, today: date, after_rise: bool = False
) -> Trend:
    """Whether entries stopped. Today is not over, so it does not count as silent.

    Give the days of all entries, also of those without a score. A person who never logged is
    silent from `started_on` on.
    """
    last = max((day for day in entry_days if day <= today), default=None)
    first_silent = max(started_on, last + timedelta(1)) if last else started_on
    silent = max(0, (today - first_silent).days)
    if silent < (SILENT_DAYS_AFTER_RISE if after_rise else SILENT_DAYS):
        return Trend(Arm.SILENCE, Answer.NOTHING, missing=silent)
    return Trend(
        Arm.SILENCE,
        Answer.IMPORTANT if after_rise else Answer.NOTICE,
        since=first_silent,
        until=today - timedelta(1),
        missing=silent,
    )


def recent(scores: Scores, *, today: date) -> Series:
    """The scores of the window, earliest first; none when the last one is too old."""
    answered = [(day, score) for day, score in scores.items() if score is not None and day <= today]
    if not answered:
        return []
    last = max(answered)[0]
    if (today - last).days > STALE_DAYS:
        return []
    first = last - timedelta(WINDOW_DAYS - 1)
    return sorted(item for item in answered if item[0] >= first)


def _level_shift(series: Series, *, brisk: bool, strict: bool) -> Trend:
    if len(series) < FEWEST_OBSERVED:
        return Trend(Arm.LEVEL_SHIFT, Answer.TOO_FEW, observed=len(series))
    sums = _sums(score for _, score in series)
    cut = _likeliest_cut(series, sums, STRICT_THRESHOLD if strict else THRESHOLD)
    if brisk and (cut is None or _rise(sums, cut) < IMPORTANT_SHIFT):
        cut = _brisk_cut(series, sums) or cut
    if cut is None:
        return Trend(Arm.LEVEL_SHIFT, Answer.NOTHING, observed=len(series))
    is_important = _rise(sums, cut) >= IMPORTANT_SHIFT
    answer = Answer.IMPORTANT if is_important else Answer.NOTICE
    return _found(Arm.LEVEL_SHIFT, answer, series[cut:], before=sums[cut] / cut)


def _likeliest_cut(series: Series, sums: list[float], threshold: float) -> int | None:
    """Where in the series a higher level most clearly begins; None below the threshold."""
    cuts = [cut for cut in _cuts(series) if _rise(sums, cut) >= SMALLEST_SHIFT]
    if not cuts:
        return None
    clipped, spread = _clipped(series)
    clipped_sums = _sums(clipped)
    best, best_cut = threshold, None
    for cut in cuts:
        rise = _rise(clipped_sums, cut)
        chances = 1 / (len(series) - cut) + 1 / cut
        clearness = round(rise / (spread * sqrt(LIKENESS * chances + WANDER)), 9)
        if rise >= SMALLEST_SHIFT and clearness >= best:
            best, best_cut = clearness, cut
    return best_cut


def _brisk_cut(series: Series, sums: list[float]) -> int | None:
    cut = len(series) - BRISK_DAYS
    if cut < FEWEST_BEFORE:
        return None
    least = sums[cut] / cut + IMPORTANT_SHIFT
    return cut if all(score >= least for _, score in series[cut:]) else None


def _cuts(series: Series) -> list[int]:
    """Where "the last days" may begin, as an index: enough days with a score on both sides."""
    last = series[-1][0]
    return [
        cut
        for cut in range(FEWEST_BEFORE, len(series) - FEWEST_AFTER + 1)
        if (last - series[cut][0]).days < LONGEST_SHIFT_DAYS
        and (last - series[cut - 1][0]).days >= SHORTEST_SHIFT_DAYS
    ]


def _clipped(series: Series) -> tuple[list[float], float]:
    """Scores with their outliers drawn in, and the person's own day-to-day spread.

    Both come from the residuals to a moving average: one day ahead, so that a mean that
    moves is not mistaken for spread. The square of such a residual is 2 / (2 - MEMORY) times
    the variance on average, which is divided out.
    """
    level = float(series[0][1])
    clipped = [level]
    squares = []
    for _, score in series[1:]:
        residual = min(CLIP * USUAL_SPREAD, max(-CLIP * USUAL_SPREAD, score - level))
        clipped.append(level + residual)
        squares.append(residual**2 * (2 - MEMORY) / 2)
        level += MEMORY * residual
    squares = squares[-MOST_RESIDUALS:]
    variance = (USUAL_SPREAD_WEIGHT * USUAL_SPREAD**2 + sum(squares)) / (
        USUAL_SPREAD_WEIGHT + len(squares)
    )
    return clipped, sqrt(variance)


def _slow_rise(series: Series, *, strict: bool) -> Trend:
    if series:
        first = series[-1][0] - timedelta(RISE_DAYS - 1)
        series = [item for item in series if item[0] >= first]
    if len(series) < FEWEST_IN_RISE:
        return Trend(Arm.SLOW_RISE, Answer.TOO_FEW, observed=len(series))
    threshold = STRICT_RISE_THRESHOLD if strict else RISE_THRESHOLD
    if _kendall([score for _, score in series]) < threshold:
        return Trend(Arm.SLOW_RISE, Answer.NOTHING, observed=len(series))
    slope = RISE_DAYS * median(
        (score - earlier_score) / (day - earlier).days
        for place, (day, score) in enumerate(series)
        for earlier, earlier_score in series[:place]
    )
    if slope < SMALLEST_RISE:
        return Trend(Arm.SLOW_RISE, Answer.NOTHING, observed=len(series))
    week = timedelta(6)
    before = fmean(score for day, score in series if day <= series[0][0] + week)
    answer = Answer.IMPORTANT if slope >= IMPORTANT_RISE else Answer.NOTICE
    return _found(
        Arm.SLOW_RISE,
        answer,
        series,
        before=before,
        after=fmean(score for day, score in series if day >= series[-1][0] - week),
    )


def _kendall(scores: Sequence[int]) -> float:
    """The Mann-Kendall Z of scores in order, corrected for ties; 0 where all are equal."""
    count: Counter[int] = Counter()
    rises = 0
    for score in scores:
        rises += sum(
            seen if earlier < score else -seen
            for earlier, seen in count.items()
            if earlier != score
        )
        count[score] += 1
    n = len(scores)
    ties = sum(seen * (seen - 1) * (2 * seen + 5) for seen in count.values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    if variance == 0 or rises == 0:
        return 0.0
    return (rises - (1 if rises > 0 else -1)) / sqrt(variance)


def _spike(series: Series) -> Trend:
    if len(series) < 2:
        return Trend(Arm.SPIKE, Answer.TOO_FEW, observed=len(series))
    (first, first_score), (last, last_score) = series[-2:]
    before = _scores_before(series, first, SPIKE_LOOK_BACK_DAYS)
    if len(before) < FEWEST_BEFORE_SPIKE:
        return Trend(Arm.SPIKE, Answer.TOO_FEW, observed=len(before))
    usual = float(median(before))
    is_close = (last - first).days < SPIKE_WITHIN_DAYS
    if not is_close or min(first_score, last_score) < usual + SPIKE_RISE:
        return Trend(Arm.SPIKE, Answer.NOTHING, observed=len(before))
    is_sudden_rise = usual <= SUDDEN_FROM and min(first_score, last_score) >= SUDDEN_TO
    answer = Answer.IMPORTANT if is_sudden_rise else Answer.NOTICE
    return _found(Arm.SPIKE, answer, series[-2:], before=usual)


def _scores_before(series: Series, day: date, days: int) -> list[int]:
    return [score for when, score in series if day - timedelta(days) <= when < day]


def _found(
    arm: Arm, answer: Answer, series: Series, *, before: float, after: float | None = None
) -> Trend:
    since, until = series[0][0], series[-1][0]
    return Trend(
        arm,
        answer,
        since=since,
        until=until,
        before=before,
        after=fmean(score for _, score in series) if after is None else after,
        observed=len(series),
        missing=(until - since).days + 1 - len(series),
        days=tuple(day for day, score in series if score > before),
    )


def _sums(numbers: Iterable[float]) -> list[float]:
    """Sums of the first 0, 1, 2 … numbers."""
    return list(accumulate(numbers, initial=0.0))


def _rise(sums: list[float], cut: int) -> float:
    """The mean from a cut on less the mean before it, rounded so that 2 is never 1.999…"""
    last = len(sums) - 1
    return round((sums[last] - sums[cut]) / (last - cut) - sums[cut] / cut, 9)
