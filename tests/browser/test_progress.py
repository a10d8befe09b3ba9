"""Progress, milestones and walking aids in a browser: paper, the table, the keyboard, a thumb."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diary.models import AidStep, Entry, MilestoneReached
from tests import factories
from tests.browser.conftest import PHONES, overflow
from tests.browser.targets import overlapping_targets, small_targets

SIZES = pytest.mark.parametrize("size", PHONES.values(), ids=PHONES.keys())
A4 = (673, 1001)  # less margins of 16 mm, at 96 to the inch


@pytest.fixture
def today(patient):
    return timezone.now().astimezone(patient.zone).date()


@pytest.fixture
def episode(patient, today):
    """A patient who may bear all weight, after weeks with two crutches."""
    episode = factories.make_episode(patient, started_on=today - timedelta(days=30))
    factories.log_days(patient, [4, 5, None, 4, 6] * 4, last=today, aid="cane")
    return episode


@pytest.fixture
def easier(episode, today):
    """Since five days in a phase that asks for a cane or nothing."""
    episode.phases.update(created_at=timezone.now() - timedelta(days=30))
    episode.phases.create(
        phase=episode.plan.phases.last(),
        from_on=today - timedelta(days=5),
        by=episode.created_by,
        created_at=timezone.now() - timedelta(days=5),
    )
    return episode


@SIZES
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_target_is_large_enough_and_nothing_scrolls_sideways(
    open_page, patient, easier, size, language
):
    patient.language = language
    patient.save()
    page = open_page(patient, size)
    for address in (
        "/",
        "/progress/",
        "/progress/numbers/",
        "/plan/aids/",
        f"/milestones/{easier.uuid}/outdoors/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        found = (small_targets(page), overlapping_targets(page), overflow(page))
        assert (address, found) == (address, ([], [], 0))


def test_the_table_opens_with_the_keyboard(open_page, patient, episode):
    page = open_page(patient)
    page.goto("/progress/")
    table = page.locator("table.numbers")
    assert not table.is_visible()
    page.locator("summary", has_text="The numbers in a table").focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert table.locator("thead th[scope=col]").count() == 4
    assert table.locator("tbody th[scope=row]").count() == 20


def test_on_paper_stand_the_chart_the_words_and_the_table_in_black(open_page, patient, episode):
    page = open_page(patient, A4, color_scheme="dark")
    page.goto("/progress/")
    page.emulate_media(media="print")
    for shown in (".pain-chart", ".page-lead", "table.numbers", ".aids-used", ".only-print"):
        assert (shown, page.locator(shown).first.is_visible()) == (shown, True)
    for hidden in (".ranges", ".bar", ".top", "[data-print]", ".marks"):
        assert (hidden, page.locator(hidden).first.is_visible()) == (hidden, False)
    ink = page.locator(".channel-loading .line").evaluate("line => getComputedStyle(line).stroke")
    assert ink == "rgb(0, 0, 0)"
    assert page.locator("body").evaluate("body => getComputedStyle(body).color") == "rgb(0, 0, 0)"
    assert 1 <= page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 2


def test_the_button_prints_and_is_not_there_without_a_script(open_page, patient, episode):
    page = open_page(patient)
    page.goto("/progress/")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    still = open_page(patient, java_script_enabled=False)
    still.goto("/progress/")
    assert not still.locator("[data-print]").is_visible()


def test_what_was_folded_is_folded_again_after_printing(open_page, patient, episode):
    page = open_page(patient)
    page.goto("/progress/")
    folded = page.locator("main details:not([open])").count()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not(.sources):not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details:not([open])").count() == folded


@pytest.mark.parametrize("script", [True, False])
def test_one_tap_goes_back_to_more_support_and_one_forward(open_page, patient, easier, script):
    page = open_page(patient, java_script_enabled=script)
    page.goto("/plan/aids/")
    page.get_by_role("button", name="Two crutches").click()
    assert "Good that you listen to your hip." in page.locator("main").inner_text()
    assert AidStep.objects.get().taken_back_at is None
    page.get_by_role("button", name="Back to your plan").click()
    assert "You are back at what your plan allows." in page.locator("main").inner_text()
    assert AidStep.objects.get().taken_back_at is not None


def test_a_milestone_is_marked_and_undone_with_the_keyboard(open_page, patient, episode):
    page = open_page(patient)
    page.goto("/progress/")
    page.get_by_role("link", name="I have reached this").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="I have reached this").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert MilestoneReached.objects.get().confirmed_at is None
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".message")
    assert MilestoneReached.objects.count() == 0


def test_two_years_are_drawn_with_few_elements(open_page, patient, today):
    factories.make_episode(patient, started_on=today - timedelta(days=729))
    factories.log_days(patient, [3, 5, 4, None, 6] * 146, last=today)
    page = open_page(patient)
    page.goto("/progress/?weeks=all")
    assert Entry.objects.count() == 584
    assert page.locator(".pain-chart *").count() < 60
    assert page.locator("*").count() < 250
