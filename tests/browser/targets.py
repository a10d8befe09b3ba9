"""How large what can be touched is, by its box on the page."""

from pathlib import Path

from playwright.sync_api import Page

LEAST_PX = 44
LEAST_PRIMARY_PX = 56

_MEASURE = (Path(__file__).parent / "targets.js").read_text()


def small_targets(page: Page) -> list[str]:
    """What is under 44 × 44 px, or as a primary button under 56 px high: "name: width × height".

    All that can be folded out is folded out first.
    """
    small, _overlapping = page.evaluate(_MEASURE, [LEAST_PX, LEAST_PRIMARY_PX])
    return list(small)


def overlapping_targets(page: Page) -> list[str]:
    """Which two targets share a place; what floats over the page is held against its like only."""
    _small, overlapping = page.evaluate(_MEASURE, [LEAST_PX, LEAST_PRIMARY_PX])
    return list(overlapping)
