"""Each page of a patient, in each state, against what holds for all of them.

A page is opened once for each state and language; then its width and colours change under it.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from accounts.models import User
from tests.browser import catalogue
from tests.browser.conftest import PHONES, overflow
from tests.browser.targets import small_targets

WIDTHS = (320, 390, 768, 1280)
LOOKS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What these rules look at changes with the colours; the others are asked once for each width.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_breaks_a_rule(open_page, language):
    people = catalogue.make_people(language)
    visits = catalogue.all_visits(people)
    assert catalogue.without_visit(visits) == set()
    pages: dict[User | None, Page] = {}
    wrong = []
    for visit in visits:
        if visit.person not in pages:
            pages[visit.person] = open_page(visit.person, locale=language, may_lose_connection=True)
        page = pages[visit.person]
        page.context.set_offline(False)
        width, height = PHONES["phone"]
        page.set_viewport_size({"width": width, "height": height})
        visit.pay(page)
        wrong += [f"{visit}: {complaint}" for complaint in complaints(page, language)]
    assert wrong == []


def complaints(page: Page, language: str) -> Iterator[str]:
    """What is wrong with a page as it stands, in words."""
    if page.locator("html").get_attribute("lang") != language:
        yield "another language"
    page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        _show_whole(page, width)
        for look, media in LOOKS.items():
            page.emulate_media(reduced_motion="reduce", **media)
            for rule, where in _broken_rules(page, is_first=look == "light"):
                yield f"{width} px, {look}: {rule} at {where}"
        if overflow(page):
            yield f"{width} px: {overflow(page)} px too wide"
        yield from (f"{width} px: small {target}" for target in small_targets(page))


def _show_whole(page: Page, width: int) -> None:
    """As high as the page: what a bar covers until one scrolls would count as too small."""
    page.set_viewport_size({"width": width, "height": 800})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": height + 200})


def _broken_rules(page: Page, *, is_first: bool) -> list[tuple[str, str]]:
    chosen = {"type": "tag", "values": TAGS} if is_first else {"type": "rule", "values": OF_COLOURS}
    rules = {"target-size": {"enabled": True}} if is_first else {}
    options = {"resultTypes": ["violations"], "runOnly": chosen, "rules": rules}
    results = page.evaluate("options => axe.run(document, options)", options)
    return [
        (violation["id"], " ".join(map(str, node["target"])))
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
