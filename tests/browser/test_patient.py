"""A patient's day on a phone: signing in, logging, mistakes, red flags."""

import pytest
from django.utils import timezone

from diary.models import Entry
from tests import factories
from tests.browser.conftest import PHONES, overflow

SIZES = pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())


@pytest.fixture
def logging_patient(patient):
    """A patient with a plan, and red-flag questions that can be asked."""
    today = timezone.now().astimezone(patient.zone).date()
    plan = factories.make_plan(red_flags=(factories.make_red_flag(),))
    factories.make_episode(patient, plan, started_on=today, body_weight_kg=72)
    return patient


def choose(page, field, value):
    """Tap a radio by its label, as a thumb does."""
    radio = page.locator(f'input[name="{field}"][value="{value}"]')
    page.locator(f'label[for="{radio.get_attribute("id")}"]').click()


@SIZES
def test_somebody_signs_in_and_lands_on_today(open_page, logging_patient, size):
    page = open_page(size=size)
    page.goto("/")
    page.locator("input[name=login]").fill(logging_patient.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
    assert "36 kg" in page.locator(".limit-card").inner_text()


@SIZES
def test_a_day_is_logged_and_answered(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/")
    page.get_by_role("link", name="Fill in today").click()
    assert page.locator("input[type=radio]:checked").count() == 0
    for field, value in (
        ("left_loading", 4),
        ("left_rest", 0),
        ("aid", "one_crutch"),
    ):
        choose(page, field, value)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/saved/")
    assert "Something went beyond your plan" in page.locator("main").inner_text()
    entry = Entry.objects.get()
    reading = entry.readings.get()
    assert (entry.aid, reading.loading, reading.rest, reading.night) == ("one_crutch", 4, 0, None)


@SIZES
def test_a_mistake_takes_the_focus_and_keeps_every_answer(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/log/")
    choose(page, "aid", "cane")
    page.locator("textarea[name=note]").fill("what I typed")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#error-summary")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.locator("textarea[name=note]").input_value() == "what I typed"
    assert page.locator("input[name=aid]:checked").get_attribute("value") == "cane"
    page.locator("#error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_left_loading"
    assert Entry.objects.count() == 0


@SIZES
def test_the_save_button_hides_no_field_that_has_the_focus(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/log/")
    note, button = page.locator("textarea[name=note]"), page.get_by_role("button", name="Save")
    note.focus()
    note, button = note.bounding_box(), button.bounding_box()
    assert button["height"] >= 56
    assert note["y"] + note["height"] <= button["y"] or note["y"] >= button["y"] + button["height"]


@SIZES
def test_a_tap_on_a_grid_half_behind_the_button_counts(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/log/")
    for score in range(11):
        choose(page, "left_rest", score)
        assert page.locator("input[name=left_rest]:checked").get_attribute("value") == str(score)


@SIZES
def test_a_red_flag_shows_at_once_whom_to_call(open_page, logging_patient, size):
    page = open_page(logging_patient, size)
    page.goto("/log/")
    page.get_by_role("link", name="Is there something that cannot wait?").click()
    page.wait_for_url("**/red-flags/")
    page.get_by_text("Yes", exact=True).first.click()
    page.locator("main form button:not([type=button])").last.click()
    page.wait_for_url("**/red-flags/*/")
    assert page.locator("a[href='tel:112']").first.is_visible()
    assert "en call about calf" in page.locator("main").inner_text()


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(open_page, logging_patient, size, scheme):
    today = timezone.now().astimezone(logging_patient.zone).date()
    factories.log_days(logging_patient, [3, 4, None, 5], last=today, note="x" * 300)
    page = open_page(logging_patient, size, color_scheme=scheme)
    for address in (
        "/",
        "/log/",
        "/history/",
        f"/log/{today}/",
        "/plan/",
        "/progress/",
        "/red-flags/",
        "/settings/",
        "/reminders/",
    ):
        page.goto(address)
        assert (address, overflow(page)) == (address, 0)


def test_the_page_speaks_the_language_of_the_browser_until_somebody_signs_in(
    open_page, logging_patient
):
    logging_patient.language = "nl"
    logging_patient.save()
    page = open_page(locale="en-GB")
    page.goto("/sign-in/")
    assert page.locator("html").get_attribute("lang") == "en"
    page = open_page(logging_patient, locale="en-GB")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "nl"


def test_a_double_tap_saves_once(open_page, logging_patient):
    page = open_page(logging_patient)
    page.goto("/log/")
    choose(page, "left_loading", 2)
    page.get_by_role("button", name="Save").dblclick()
    page.wait_for_url("**/saved/")
    assert Entry.objects.get().revision == 1
