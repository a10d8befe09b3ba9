"""Somebody with a phone in one hand: how many taps and seconds until the day is saved."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page

from tests.bench import phone, site
from tests.bench.measures import Measure
from tests.bench.people import FOUR_WEEKS, TWO_YEARS

# Conventions, not measurements: to find a thing, decide and touch it; to move the page on.
# The keystroke-level model gives 1.1 s to point at a thing (Card, Moran and Newell, 1980).
SECONDS_A_TAP = 1.0
SECONDS_A_SWIPE = 0.5
# A swipe of a thumb moves a page by about half a screen.
SWIPE_PIXELS = 420


@dataclass
class Walker:
    """Taps what is in sight and swipes to what is not; counts both."""

    page: Page
    taps: int = 0
    swipes: int = 0

    def tap(self, target: Locator) -> None:
        while (away := self._distance(target)) != 0:
            step = max(-SWIPE_PIXELS, min(SWIPE_PIXELS, away))
            before = self.page.evaluate("scrollY")
            self.page.evaluate("step => scrollBy(0, step)", step)
            if self.page.evaluate("scrollY") == before:
                break
            self.swipes += 1
        target.tap()
        self.taps += 1

    def _distance(self, target: Locator) -> int:
        """Pixels to scroll until the target can be touched: 0 when nothing covers its middle."""
        return int(
            target.evaluate(
                """element => {
                  const box = element.getBoundingClientRect();
                  const middle = box.top + box.height / 2;
                  const hit = document.elementFromPoint(box.left + box.width / 2, middle);
                  if (hit && (element.contains(hit) || hit.contains(element))) return 0;
                  return Math.round(middle - innerHeight / 2) || 1;
                }"""
            )
        )

    @property
    def human_seconds(self) -> float:
        return self.taps * SECONDS_A_TAP + self.swipes * SECONDS_A_SWIPE


def measures(browser: Browser, address: str) -> Iterator[Measure]:
    """The walk of the issue, and a day like the day before."""
    for name, email, walk, seconds in (
        ("pain 4, two crutches, 20 minutes walking", FOUR_WEEKS, _fill_in, 15),
        ("a normal day like yesterday", TWO_YEARS, _the_same, 10),
    ):
        with phone.signed_in(browser, address, site.sign_in(address, email)) as context:
            page = context.new_page()
            phone.slow_down(page)
            walker = Walker(page)
            began = time.monotonic()
            page.goto("/")
            walker.tap(page.locator("main a.btn-primary[href^='/log/']"))
            page.wait_for_url("**/log/**")
            walk(walker)
            walker.tap(page.locator(".sticky-save button"))
            page.wait_for_url("**/saved/")
            machine = time.monotonic() - began
        yield Measure(f"{name}: taps", walker.taps, "taps", 6)
        yield Measure(f"{name}: swipes", walker.swipes, "swipes")
        yield Measure(f"{name}: machine", machine, "s", 4)
        yield Measure(f"{name}: in all", machine + walker.human_seconds, "s", seconds)


def _fill_in(walker: Walker) -> None:
    page = walker.page
    walker.tap(_label(page, "input[name$=_loading][value='4']"))
    walker.tap(_label(page, "input[name=aid][value=two_crutches]"))
    walker.tap(_label(page, "input[name^=did_walking]"))
    walker.tap(page.locator(".activity:has([name^=did_walking]) .chip", has_text="20"))


def _the_same(walker: Walker) -> None:
    page = walker.page
    for channel in ("loading", "rest", "night"):
        walker.tap(_label(page, f"input[name$=_{channel}][value='2']"))
    walker.tap(_label(page, "#the-same"))


def _label(page: Page, selector: str) -> Locator:
    """What a thumb touches to choose a radio button or tick a box."""
    control = page.locator(selector).first
    return page.locator(f"label[for='{control.get_attribute('id')}']")
