"""With JavaScript off a patient signs in, logs, reads back, and changes settings all the same."""

import pytest

from diary.models import Entry
from tests import factories
from tests.browser import phone


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


@pytest.fixture
def plain_page(open_page):
    return lambda person=None: open_page(person, java_script_enabled=False)


def test_somebody_signs_in_and_out(plain_page, person):
    page = plain_page()
    page.goto("/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/")
    page.locator("header form[action='/sign-out/'] button").click()
    page.wait_for_url("**/sign-in/")
    page.goto("/history/")
    page.wait_for_url("**/sign-in/?next=/history/")


def test_a_day_is_filled_in_and_changed(plain_page, person):
    page = plain_page(person)
    page.goto("/log/")
    phone.fill_in(page, 4, note="first")
    page.wait_for_url("**/saved/")
    page.goto("/log/")
    phone.fill_in(page, 5, note="second")
    page.wait_for_url("**/saved/")
    assert phone.entries_of(person) == [(phone.today_of(person), 2, 5, "second")]


def test_a_mistake_is_told_with_every_answer_kept(plain_page, person):
    page = plain_page(person)
    page.goto("/log/")
    page.locator("[name=note]").fill("what I typed")
    phone.save(page)
    page.locator("#error-summary").wait_for()
    assert page.locator("[name=note]").input_value() == "what I typed"
    assert Entry.objects.count() == 0


def test_the_diary_and_the_plan_are_read(plain_page, person):
    factories.log_day(person, phone.today_of(person), loading=7)
    page = plain_page(person)
    for address, words in (
        ("/", "36 kg"),
        ("/history/", "pain on loading 7"),
        ("/plan/", "protect"),
        ("/progress/", "7"),
    ):
        page.goto(address)
        assert words in page.locator("main").text_content()


def test_settings_are_changed(plain_page, person):
    page = plain_page(person)
    page.goto("/settings/")
    page.locator("input[name=name]").fill("Another Name")
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    person.refresh_from_db()
    assert person.name == "Another Name"


def test_nothing_is_promised_that_needs_a_script(plain_page, person):
    page = plain_page(person)
    for address in ("/", "/log/", "/settings/", "/sign-out/"):
        page.goto(address)
        for part in ("#waiting", "#install", "#full-queue"):
            assert (address, part, page.locator(f"{part}:visible").count()) == (address, part, 0)
    page.goto("/log/offline/")
    assert "This page works with JavaScript only." in page.locator("main").inner_text()
