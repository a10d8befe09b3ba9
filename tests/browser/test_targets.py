"""What a thumb has to hit is large enough, and nothing lies over it."""

import pytest
from django.utils import timezone

from tests import factories
from tests.browser.conftest import PHONES, overflow
from tests.browser.targets import overlapping_targets, small_targets

SIZES = pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())


@pytest.fixture
def logging_patient(patient):
    """A patient with a plan, a question, a red flag and four days behind them."""
    today = timezone.now().astimezone(patient.zone).date()
    plan = factories.make_plan(
        red_flags=(factories.make_red_flag(),), asks=(factories.make_question("limp"),)
    )
    factories.make_episode(patient, plan, started_on=today, body_weight_kg=72)
    factories.log_days(patient, [3, None, 4, 5, None], last=today)
    return patient


def faults(page):
    return {"small": small_targets(page), "overlapping": overlapping_targets(page)}


NONE = {"small": [], "overlapping": []}


@SIZES
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_target_is_large_enough(open_page, logging_patient, size, language):
    logging_patient.language = language
    logging_patient.save()
    page = open_page(logging_patient, size)
    today = timezone.now().astimezone(logging_patient.zone).date()
    for address in (
        "/",
        "/log/",
        f"/log/{today}/",
        "/history/",
        "/plan/",
        "/plan/guide/",
        "/progress/",
        "/red-flags/",
        "/settings/",
        "/reminders/",
        "/password/change/",
        "/nowhere/",
    ):
        page.goto(address)
        assert (address, faults(page), overflow(page)) == (address, NONE, 0)


@SIZES
def test_also_where_something_is_wrong_and_where_it_is_saved(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/log/")
    page.locator("textarea[name=note]").fill("x")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#error-summary")
    assert faults(page) == NONE
    for channel in ("loading", "rest", "night"):
        page.locator(f"input[name$=_{channel}][value='4']").evaluate("radio => radio.click()")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/saved/")
    assert faults(page) == NONE


@SIZES
def test_also_before_signing_in(open_page, db, size):
    page = open_page(size=size)
    for address in ("/sign-in/", "/password/reset/"):
        page.goto(address)
        assert (address, faults(page)) == (address, NONE)


@pytest.mark.parametrize(
    ("html", "small", "overlapping"),
    [
        ('<a href="/" style="display:block;height:44px">Forty-four</a>', [], []),
        ('<a href="/" style="display:block;height:43px;width:80px">Low</a>', ["Low: 80 × 43"], []),
        ('<p>Read <a href="/">this</a> first.</p>', [], []),
        (
            '<p><a href="/" style="display:inline;font:20px monospace">Word</a></p>',
            ["Word: 48 × 24"],
            [],
        ),
        (
            '<p><a href="/" style="display:inline;font:20px monospace">Word</a> ·</p>',
            ["Word: 48 × 24"],
            [],
        ),
        (
            '<button class="btn-primary" style="height:50px;width:90px">Go</button>',
            ["Go: 90 × 50"],
            [],
        ),
        ('<button disabled style="height:9px">Off</button>', [], []),
        ('<button hidden style="height:9px">Gone</button>', [], []),
        (
            '<input id="a" type="radio" style="float:left"><label for="a"'
            ' style="display:block;height:44px">Yes</label>',
            [],
            [],
        ),
        (
            '<details><summary style="height:44px">More</summary>'
            '<button style="height:10px;width:60px">In</button></details>',
            ["In: 60 × 10"],
            [],
        ),
        (
            '<button style="height:50px;width:60px;display:block">One</button>'
            '<button style="height:50px;width:60px;margin-top:-9px">Two</button>',
            [],
            ["One over Two"],
        ),
        (
            '<button style="height:50px;width:60px">One</button>'
            '<button style="height:50px;width:60px;position:fixed;top:0;left:0">Two</button>',
            [],
            [],
        ),
    ],
)
def test_the_measure_finds_what_it_should(open_page, html, small, overlapping):
    page = open_page()
    page.set_content(f"<!doctype html><body style='margin:0'>{html}")
    assert (small_targets(page), overlapping_targets(page)) == (small, overlapping)
