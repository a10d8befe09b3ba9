"""Where everything in a pain chart stands: geometry, no colours and no words.

Pure: no Django, no database, no clock. A template turns the answer into SVG; the look of
the channels is in `css/charts.css`.

A missing day and a question that was not answered break a line. Nothing is ever drawn
through a gap, nothing is averaged, and 0 is a point like any other. In a long stretch of days
the points themselves are left out and each channel has a panel of its own, 0–10 like the whole;
the lines keep every day.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from conditions.enums import Channel

HIGHEST = 10
LABEL_HEIGHT = 16
LETTER_WIDTH = 7
MARK_WIDTH = 10
WIDER_MARK = 16  # a tick in brackets
# In less room the points of neighbouring days cover each other: on a phone beyond 120 days.
ROOM_FOR_A_DOT = 260 / 120
PANEL_HEIGHT = 84
PANEL_GAP = 16
# From here on a date needs its year.
DAYS_WITH_YEAR = 300
DAY = timedelta(days=1)

Scores = Mapping[date, int | None]
Point = tuple[float, float]
Days = Sequence[tuple[date, float]]


@dataclass(frozen=True)
class Band:
    """A stretch of days with a name: a phase behind the lines, or an aid below them."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: a flag, a milestone, an entry beyond the plan.

    Kinds: flag, beyond, milestone (confirmed), marked (by the patient), aid_step, moment.
    """

    day: date
    kind: str
    label: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    day: date
    score: int
    is_late: bool


@dataclass(frozen=True)
class Line:
    """One channel: all its unbroken stretches as one SVG path, and its dots as two more.

    `marks` draws the dots of entries made in time, `late_marks` those made on a later day;
    in a long stretch of days `marks` has only days that stand alone, and `late_marks` none.
    """

    channel: Channel
    path: str
    marks: str
    late_marks: str
    dots: tuple[Dot, ...]
    label_x: float
    label_y: float


@dataclass(frozen=True)
class DrawnBand:
    name: str
    x: float
    width: float
    is_odd: bool
    has_room: bool


@dataclass(frozen=True)
class DrawnEvent:
    """One mark: of several events of a kind, where theirs would cover each other.

    The mark stands at `mark_x`, which is beside `x` where another mark stands there already.
    """

    x: float
    mark_x: float
    kind: str
    label: str
    day: date
    last: date
    number: int


@dataclass(frozen=True)
class Curve:
    """What others reported on average; its name stands at its end, inside the frame."""

    path: str
    label_x: float
    label_y: float
    is_label_before: bool


@dataclass(frozen=True)
class Tick:
    at: float
    value: int | date


@dataclass(frozen=True)
class Frame:
    """The drawing area inside the picture, in user units."""

    width: int
    height: int
    left: int = 24
    right: int = 76
    top: int = 34
    bottom: int = 50

    @property
    def inner_right(self) -> int:
        return self.width - self.right

    @property
    def inner_bottom(self) -> int:
        return self.height - self.bottom

    @property
    def inner_width(self) -> int:
        return self.inner_right - self.left

    @property
    def inner_height(self) -> int:
        return self.inner_bottom - self.top

    @property
    def column_label(self) -> int:
        return self.inner_bottom + 18

    @property
    def aid_top(self) -> int:
        return self.inner_bottom + 28


@dataclass(frozen=True)
class Chart:
    frame: Frame
    first: date
    last: date
    lines: tuple[Line, ...]
    bands: tuple[DrawnBand, ...]
    aids: tuple[DrawnBand, ...]
    events: tuple[DrawnEvent, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    curves: tuple[Curve, ...] = ()

    @property
    def has_dots(self) -> bool:
        return Scale(self.first, self.last, self.frame).has_room_for_dots

    @property
    def names_years(self) -> bool:
        return _days(self.first, self.last) >= DAYS_WITH_YEAR

    @property
    def is_empty(self) -> bool:
        return not any(line.dots for line in self.lines)


@dataclass(frozen=True)
class Sparkline:
    """A small line of one channel; `last` is where its last dot stands."""

    width: int
    height: int
    stretches: tuple[str, ...] = ()
    singles: tuple[tuple[float, float], ...] = ()
    last: tuple[float, float] | None = None


@dataclass(frozen=True)
class Scale:
    """From days and scores to places in a frame."""

    first: date
    last: date
    frame: Frame

    def x(self, day: date) -> float:
        days = max((self.last - self.first).days, 1)
        return round(self.frame.left + self.frame.inner_width * (day - self.first).days / days, 1)

    @property
    def has_room_for_dots(self) -> bool:
        return self.frame.inner_width / _days(self.first, self.last) >= ROOM_FOR_A_DOT

    def y(self, score: float) -> float:
        return round(self.frame.inner_bottom - self.frame.inner_height * score / HIGHEST, 1)


def build(
    scores: Mapping[Channel, Scores],
    *,
    first: date,
    last: date,
    bands: Sequence[Band] = (),
    aids: Sequence[Band] = (),
    events: Sequence[Event] = (),
    late: Set[date] = frozenset(),
    curves: Sequence[tuple[Channel, Days]] = (),
    width: int = 360,
    height: int = 260,
) -> Chart:
    """The chart of one hip from `first` to and with `last`.

    `late` holds the days whose entry was made on a later day; their dots are hollow. `curves`
    are what others reported of a channel: points of day and mean, 0–10. `height` is that of a
    chart in one piece; panels take what they need.
    `width` is 360 for a phone and about 960 for a desk.
    """
    panels = _panels(scores, first, last, Frame(width, height))
    frame = _around(panels)
    scale = Scale(first, last, frame)
    lines = [
        _line(channel, scores.get(channel, {}), late, panel) for channel, panel in panels.items()
    ]
    places = {panel.frame: panel for panel in panels.values()}
    return Chart(
        frame=frame,
        first=first,
        last=last,
        lines=_spread_labels(lines, frame) if len(places) == 1 else tuple(lines),
        bands=_drawn_bands(bands, scale),
        aids=_drawn_bands(aids, scale),
        events=_drawn_events(events, scale),
        rows=tuple(
            Tick(panel.y(score), score)
            for panel in places.values()
            for score in range(0, HIGHEST + 1, 2 if len(places) == 1 else 5)
        ),
        columns=_columns(scale),
        curves=tuple(
            drawn
            for channel, points in curves
            if channel in panels and (drawn := _curve(points, panels[channel]))
        ),
    )


def sparkline(
    scores: Scores,
    *,
    first: date,
    last: date,
    width: int = 112,
    height: int = 28,
) -> Sparkline:
    """One channel over the days from `first` to and with `last`, 0–10 from bottom to top."""
    frame = Frame(width, height, left=2, right=4, top=3, bottom=3)
    scale = Scale(first, last, frame)
    stretches = _stretches(scores, first, last)
    points = [[(scale.x(day), scale.y(score)) for day, score in part] for part in stretches]
    return Sparkline(
        width=width,
        height=height,
        stretches=tuple(_svg_points(part) for part in points if len(part) > 1),
        singles=tuple(part[0] for part in points if len(part) == 1),
        last=points[-1][-1] if points else None,
    )


def _stretches(scores: Scores, first: date, last: date) -> list[list[tuple[date, int]]]:
    """The observed days in runs without a gap."""
    runs: list[list[tuple[date, int]]] = []
    for day in sorted(scores):
        score = scores[day]
        if score is None or not first <= day <= last:
            continue
        if runs and runs[-1][-1][0] + DAY == day:
            runs[-1].append((day, score))
        else:
            runs.append([(day, score)])
    return runs


def _svg_points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _line(channel: Channel, scores: Scores, late: Set[date], scale: Scale) -> Line:
    runs = _stretches(scores, scale.first, scale.last)
    has_dots = scale.has_room_for_dots
    dots = tuple(
        Dot(scale.x(day), scale.y(score), day, score, day in late)
        for run in runs
        for day, score in run
    )
    return Line(
        channel=channel,
        path="".join(
            _svg_path([(scale.x(day), scale.y(score)) for day, score in run])
            for run in runs
            if len(run) > 1
        ),
        marks="".join(
            _mark(channel, dot.x, dot.y)
            for dot in (dots if has_dots else _alone(runs, dots))
            if not (has_dots and dot.is_late)
        ),
        late_marks="".join(
            _mark(channel, dot.x, dot.y) for dot in dots if has_dots and dot.is_late
        ),
        dots=dots,
        label_x=scale.frame.inner_right + 8,
        label_y=dots[-1].y if dots else 0,
    )


def _panels(
    scores: Mapping[Channel, Scores], first: date, last: date, frame: Frame
) -> dict[Channel, Scale]:
    """Where each channel is drawn: all in one frame, or one below the other where it is crowded."""
    whole = Scale(first, last, frame)
    given = [channel for channel in Channel if _stretches(scores.get(channel, {}), first, last)]
    if whole.has_room_for_dots or len(given) < 2:
        return dict.fromkeys(Channel, whole)
    height = frame.top + frame.bottom + len(given) * (PANEL_HEIGHT + PANEL_GAP) - PANEL_GAP
    panels = {}
    for number, channel in enumerate(given):
        top = frame.top + number * (PANEL_HEIGHT + PANEL_GAP)
        bottom = height - top - PANEL_HEIGHT
        panels[channel] = Scale(first, last, replace(frame, height=height, top=top, bottom=bottom))
    return panels


def _around(panels: Mapping[Channel, Scale]) -> Frame:
    """The frame that holds all panels."""
    frames = [panel.frame for panel in panels.values()]
    return replace(frames[-1], top=frames[0].top)


def _days(first: date, last: date) -> int:
    return (last - first).days + 1


def _alone(runs: Sequence[Sequence[object]], dots: Sequence[Dot]) -> list[Dot]:
    """The dots of days without a neighbour, which no line shows."""
    found, place = [], 0
    for run in runs:
        if len(run) == 1:
            found.append(dots[place])
        place += len(run)
    return found


def _svg_path(points: Sequence[Point]) -> str:
    """A line through all points, without those that lie on a level between their neighbours."""
    kept = [
        point
        for number, point in enumerate(points)
        if not 0 < number < len(points) - 1
        or not points[number - 1][1] == point[1] == points[number + 1][1]
    ]
    return "M" + " ".join(f"{x:g} {y:g}" for x, y in kept)


def _mark(channel: Channel, x: float, y: float) -> str:
    """A disc, a square or a triangle around a point, as a piece of an SVG path."""
    if channel == Channel.REST:
        return f"M{x - 2.5:g} {y - 2.5:g}h5v5h-5z"
    if channel == Channel.NIGHT:
        return f"M{x:g} {y - 3.5:g}l3.4 6.1h-6.8z"
    return f"M{x - 2.8:g} {y:g}a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0-5.6 0"


def _drawn_events(events: Sequence[Event], scale: Scale) -> tuple[DrawnEvent, ...]:
    """In order of day, those outside the frame left out, and close ones of a kind as one."""
    groups: list[list[Event]] = []
    newest: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.day, event.kind)):
        if not scale.first <= event.day <= scale.last:
            continue
        group = newest.get(event.kind)
        if group and scale.x(event.day) - scale.x(group[0].day) < MARK_WIDTH:
            if (event.day, event.label) != (group[-1].day, group[-1].label):
                group.append(event)
        else:
            newest[event.kind] = [event]
            groups.append(newest[event.kind])
    places: list[float] = []
    free = 0.0
    for group in groups:
        x = scale.x(group[0].day)
        # Never far from its day: rather one over another than a sign beside the wrong day.
        places.append(min(max(x, free), x + WIDER_MARK))
        free = places[-1] + (WIDER_MARK if group[0].kind == "marked" else MARK_WIDTH)
    return tuple(
        DrawnEvent(
            x=scale.x(group[0].day),
            mark_x=round(place, 1),
            kind=group[0].kind,
            label=", ".join(dict.fromkeys(event.label for event in group)),
            day=group[0].day,
            last=group[-1].day,
            number=len(group),
        )
        for group, place in zip(groups, places, strict=True)
    )


def _curve(points: Days, scale: Scale) -> Curve | None:
    """The part of a curve that lies in the frame; None where none does."""
    found: list[tuple[date, float]] = []
    ordered = sorted(points)
    for (start, low), (end, high) in pairwise(ordered):
        for day in (max(start, scale.first), min(end, scale.last)):
            if start <= day <= end and scale.first <= day <= scale.last:
                share = (day - start).days / max((end - start).days, 1)
                found.append((day, low + (high - low) * share))
    drawn = [(scale.x(day), scale.y(mean)) for day, mean in dict(found).items()]
    if len(drawn) < 2:
        return None
    x, y = drawn[-1]
    is_before = x > scale.frame.left + scale.frame.inner_width / 2
    return Curve("M" + " ".join(f"{x:g} {y:g}" for x, y in drawn), x, y - 6, is_before)


def _spread_labels(lines: Sequence[Line], frame: Frame) -> tuple[Line, ...]:
    """Move labels at the lines' ends apart, so that equal scores do not hide each other."""
    placed: dict[Channel, float] = {}
    lowest = float(-LABEL_HEIGHT)
    for line in sorted((line for line in lines if line.dots), key=lambda line: line.label_y):
        lowest = max(line.label_y, lowest + LABEL_HEIGHT)
        placed[line.channel] = lowest
    overflow = max(0.0, lowest - frame.inner_bottom)
    return tuple(
        replace(line, label_y=round(placed[line.channel] - overflow, 1))
        if line.channel in placed
        else line
        for line in lines
    )


def _drawn_bands(bands: Sequence[Band], scale: Scale) -> tuple[DrawnBand, ...]:
    drawn = []
    for number, band in enumerate(bands):
        if band.last < scale.first or band.first > scale.last:
            continue
        x = scale.x(max(band.first, scale.first))
        width = round(scale.x(min(band.last, scale.last)) - x, 1)
        has_room = width >= LETTER_WIDTH * len(band.name) + 8
        drawn.append(DrawnBand(band.name, x, width, number % 2 == 1, has_room))
    return tuple(drawn)


def _columns(scale: Scale) -> tuple[Tick, ...]:
    """Dates under the chart: at most one every 72 units, the last day always among them."""
    room = max(1, scale.frame.inner_width // 72)
    days = (scale.last - scale.first).days
    step = max(1, -(-days // room))
    chosen = [scale.last - timedelta(days=back) for back in range(0, days + 1, step)]
    return tuple(Tick(scale.x(day), day) for day in reversed(chosen))
