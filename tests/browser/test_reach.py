"""Each main page of a patient can be read and used by keyboard, with large text and wide letters.

A page keeps its place while somebody tabs through it, and nothing is cut off or pushed aside by
text at 200 %, by the spacing of WCAG 1.4.12 or by a zoom of 400 %.
"""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from tests import factories
from tests.browser.conftest import PHONES, overflow

SIZES = pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())
MOST_STOPS = 250
LARGE_TEXT = ":root { font-size: 200% !important; }"
# The values of success criterion 1.4.12.
SPACED_TEXT = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""

# Where the focus is: its words, its place down the page, and what is wrong with it.
STOP = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  // A radio or box under a label of ours is seen as that label.
  const label = at.matches(".btn-check") ? at.nextElementSibling : at;
  const box = label.getBoundingClientRect();
  // Of an element of more lines the first one: the middle of the whole may lie between words.
  const line = label.getClientRects()[0] || box;
  const x = line.x + line.width / 2, y = line.y + Math.min(line.height / 2, innerHeight / 2);
  const hit = document.elementFromPoint(x, y);
  const style = getComputedStyle(label);
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
  const wrong = [];
  if (!hit || !(label.contains(hit) || hit.contains(label) && hit.matches("label"))) {
    wrong.push(`hidden by ${hit ? hit.tagName + "." + hit.className : "the edge"}`);
  }
  if (ring < 2) wrong.push(`ring of ${ring} px`);
  const text = (at.getAttribute("aria-label") || label.textContent || at.name || "").trim();
  const isFixed = Boolean(at.closest(".bar, .sticky-save, .skip"));
  const others = [...document.querySelectorAll("*")];
  return { name: text.replace(/\\s+/g, " ").slice(0, 40), wrong, isFixed,
           top: Math.round(box.top + scrollY), place: others.indexOf(at) };
}"""

# Words that do not fit where they stand and cannot be scrolled to.
CUT_OFF = """() => {
  const found = [];
  for (const each of document.querySelectorAll("main *, .top *, .bar *")) {
    const style = getComputedStyle(each);
    const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
    const isUnseen = each.closest(".visually-hidden, svg, [hidden]") || style.clipPath !== "none";
    if (!hides || isUnseen || !each.clientWidth || !each.innerText) continue;
    if (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1) {
      found.push(`${each.className || each.tagName}: ${each.innerText.slice(0, 30)}`);
    }
  }
  const width = document.documentElement.clientWidth;
  for (const each of document.querySelectorAll("main, main *, .top *, .bar *")) {
    if (each.closest(".visually-hidden, svg, .table-responsive")) continue;
    const box = each.getBoundingClientRect();
    if (box.width > 1 && box.right > width + 1) {
      found.push(`beside the page: ${(each.innerText || each.tagName).slice(0, 30)}`);
    }
  }
  return found;
}"""


@pytest.fixture
def patient_of_weeks(patient) -> User:
    """A patient of two weeks with a diary, a moment, reminders, and a day that went beyond."""
    today = timezone.now().astimezone(patient.zone).date()
    plan = factories.make_plan(
        red_flags=(factories.make_red_flag(),), asks=(factories.make_question("limp"),)
    )
    factories.make_episode(patient, plan, started_on=today - timedelta(days=14), body_weight_kg=72)
    factories.log_days(patient, [3, None, 4, 5, 4, 6], last=today)
    factories.make_moment(patient, today)
    factories.make_reminder(patient)
    return patient


def addresses(person: User) -> tuple[str, ...]:
    today = timezone.now().astimezone(person.zone).date()
    return (
        "/",
        "/log/",
        f"/log/{today - timedelta(days=1)}/",
        f"/log/{today}/saved/",
        f"/log/{today}/moments/",
        "/history/",
        "/plan/",
        "/plan/aids/",
        "/progress/",
        "/reminders/",
        "/settings/",
        "/red-flags/",
    )


def unfold(page: Page) -> None:
    """Open whatever can be opened: it has to fit too."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def stops(page: Page) -> list[dict]:
    """Each place that Tab comes to, from the top of the page until it leaves it."""
    found: list[dict] = []
    for _number in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (found and stop["place"] == found[0]["place"]):
            return found
        found.append(stop)
    raise AssertionError(f"a trap: {found[-1]}")


def faults(found: list[dict]) -> list[str]:
    """What is wrong with these stops, in words."""
    told = [f"{stop['name']}: {', '.join(stop['wrong'])}" for stop in found if stop["wrong"]]
    flowing = [stop for stop in found if not stop["isFixed"]]
    for before, after in pairwise(flowing):
        # Neighbours in a row differ by a few pixels.
        if after["place"] < before["place"] or after["top"] < before["top"] - 60:
            told.append(f"{after['name']}: comes after {before['name']}, and stands above it")
    return told


@SIZES
def test_tab_goes_down_each_page_and_is_always_seen(open_page, patient_of_weeks, size):
    page = open_page(patient_of_weeks, size)
    for address in addresses(patient_of_weeks):
        page.goto(address)
        found = stops(page)
        assert (address, faults(found)) == (address, [])
        assert len(found) > 6, address


@SIZES
@pytest.mark.parametrize("language", ["nl", "en"])
def test_large_and_spaced_text_fits(open_page, patient_of_weeks, size, language):
    patient_of_weeks.language = language
    patient_of_weeks.save()
    page = open_page(patient_of_weeks, size, bypass_csp=True, service_workers="block")
    wrong = []
    for address in addresses(patient_of_weeks):
        for kind, css in (("large", LARGE_TEXT), ("spaced", SPACED_TEXT)):
            page.goto(address)
            page.add_style_tag(content=css)
            unfold(page)
            wrong += [(address, kind, each) for each in page.evaluate(CUT_OFF)]
            if overflow(page):
                wrong.append((address, kind, f"{overflow(page)} px too wide"))
    assert wrong == []


@SIZES
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_top_of_a_page_is_one_row(open_page, patient_of_weeks, size, language):
    patient_of_weeks.language = language
    patient_of_weeks.save()
    page = open_page(patient_of_weeks, size)
    for address in ("/", "/settings/"):
        page.goto(address)
        height = page.locator(".top").bounding_box()["height"]
        assert (address, height <= 44 + 16 + 1) == (address, True)


def test_no_page_scrolls_sideways_at_400_percent(open_page, patient_of_weeks):
    page = open_page(patient_of_weeks, (320, 256), device_scale_factor=4)
    wrong = []
    for address in addresses(patient_of_weeks):
        page.goto(address)
        unfold(page)
        wrong += [(address, each) for each in page.evaluate(CUT_OFF)]
        if overflow(page):
            wrong.append((address, f"{overflow(page)} px too wide"))
    assert wrong == []


def test_the_keyboard_is_seen_at_400_percent(open_page, patient_of_weeks):
    page = open_page(patient_of_weeks, (320, 256), device_scale_factor=4)
    for address in ("/", "/log/", "/reminders/"):
        page.goto(address)
        assert (address, faults(stops(page))) == (address, [])


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<button>One</button><button>Two</button>", []),
        ("<button style='outline: 0'>One</button>", ["One: ring of 0 px"]),
        (
            "<button>One</button><div class='over' style='position: fixed; inset: 0'></div>",
            ["One: hidden by DIV.over"],
        ),
        (
            "<button style='margin-top: 300px; display: block'>One</button>"
            "<button style='position: absolute; top: 0'>Two</button>",
            ["Two: comes after One, and stands above it"],
        ),
    ],
)
def test_the_walk_finds_what_it_should(open_page, html, told):
    page = open_page()
    page.set_content(f"<!doctype html><style>:focus {{ outline: 3px solid }}</style>{html}")
    assert faults(stops(page)) == told
