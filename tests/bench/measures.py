"""One measure, its budget, and how both are told. Pure: no clock, no files, no program."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A value with its unit; within its budget when it is at most that, or at least that.

    Without a budget a measure is told and never judged.
    """

    measure: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool:
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def line(self) -> str:
        """The measure as one line of JSON."""
        told = {name: getattr(self, name) for name in ("measure", "value", "unit", "budget", "ok")}
        return json.dumps(told, ensure_ascii=False)


def median(values: Iterable[float]) -> float:
    """The middle one, or the mean of the two in the middle."""
    return statistics.median(values)


def table(measures: Sequence[Measure]) -> str:
    """The measures in columns: name, value, unit, budget, and a word where one is broken."""
    rows = [
        (each.measure, number(each.value), each.unit, _bound(each), "" if each.ok else "OVER")
        for each in measures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return "\n".join(
        f"{name:<{widths[0]}}  {value:>{widths[1]}} {unit:<{widths[2]}}"
        f"  {bound:<{widths[3]}}  {word}".rstrip()
        for name, value, unit, bound, word in rows
    )


def number(value: float) -> str:
    """At most three decimals, and none where there are none."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _bound(measure: Measure) -> str:
    if measure.budget is None:
        return ""
    return f"{'≥' if measure.at_least else '≤'} {number(measure.budget)}"
