"""Where everything in a pain chart stands: geometry, no colours and no words.

Pure: no Django, no database, no clock. A template turns the answer into SVG; the look of
the channels is in `css/charts.css`.

A missing day and a question that was not answered break a line. Nothing is ever drawn
through a gap, and 0 is a point like any other.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from conditions.enums import Channel

HIGHEST = 10
LABEL_HEIGHT = 16
LETTER_WIDTH = 7
DAY = timedelta(days=1)

Scores = Mapping[date, int | None]


@dataclass(frozen=True)
class Band:
    """A stretch of days with a name: a phase behind the lines, or an aid below them."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: a flag, a milestone, an entry beyond the plan."""

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
    """One channel: its unbroken stretches as SVG points, and its dots."""

    channel: Channel
    stretches: tuple[str, ...]
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
    x: float
    kind: str
    label: str
    day: date


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
    width: int = 360,
    height: int = 260,
) -> Chart:
    """The chart of one hip from `first` to and with `last`.

    `late` holds the days whose entry was made on a later day; their dots are hollow.
    `width` is 360 for a phone and about 960 for a desk.
    """
    frame = Frame(width, height)
    scale = Scale(first, last, frame)
    lines = [_line(channel, scores.get(channel, {}), late, scale) for channel in Channel]
    return Chart(
        frame=frame,
        first=first,
        last=last,
        lines=_spread_labels(lines, frame),
        bands=_drawn_bands(bands, scale),
        aids=_drawn_bands(aids, scale),
        events=tuple(
            DrawnEvent(scale.x(event.day), event.kind, event.label, event.day)
            for event in sorted(events, key=lambda event: (event.day, event.kind))
            if first <= event.day <= last
        ),
        rows=tuple(Tick(scale.y(score), score) for score in range(0, HIGHEST + 1, 2)),
        columns=_columns(scale),
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
    dots = tuple(
        Dot(scale.x(day), scale.y(score), day, score, day in late)
        for run in runs
        for day, score in run
    )
    return Line(
        channel=channel,
        stretches=tuple(
            _svg_points([(scale.x(day), scale.y(score)) for day, score in run])
            for run in runs
            if len(run) > 1
        ),
        dots=dots,
        label_x=scale.frame.inner_right + 8,
        label_y=dots[-1].y if dots else 0,
    )


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
