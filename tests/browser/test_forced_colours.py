"""With somebody's own few colours everything still tells what it told."""

import pytest
from django.utils import timezone

from tests import factories

STYLE = "(element, [part, name]) => getComputedStyle(element, part)[name]"


def style(locator, name, part=None):
    return locator.evaluate(STYLE, [part, name])


@pytest.fixture
def page(open_page, patient):
    today = timezone.now().astimezone(patient.zone).date()
    factories.make_episode(patient, factories.make_plan(), started_on=today, body_weight_kg=72)
    factories.log_days(patient, [3, 4, None, 5, 6], last=today)
    return open_page(patient, forced_colors="active", reduced_motion="reduce")


def system(page, name):
    """The colour that a name of the system stands for."""
    return page.evaluate(
        """name => {
          const mark = document.createElement("i");
          mark.style.cssText = `color: ${name}; forced-color-adjust: none`;
          document.body.append(mark);
          const colour = getComputedStyle(mark).color;
          mark.remove();
          return colour;
        }""",
        name,
    )


def test_a_chosen_number_looks_chosen(page):
    page.goto("/log/")
    radios = [page.locator(f"input[name=left_rest][value='{score}']") for score in (4, 5)]
    chosen, other = (page.locator(f"label[for='{radio.get_attribute('id')}']") for radio in radios)
    radios[0].evaluate("radio => radio.click()")
    assert style(chosen, "backgroundColor") == system(page, "Highlight")
    assert style(chosen, "color") == system(page, "HighlightText")
    assert style(other, "backgroundColor") != system(page, "Highlight")


def test_ticks_and_radio_buttons_are_the_systems_own(page):
    page.goto("/log/")
    assert style(page.locator("input[name=aid]").first, "appearance") == "auto"


@pytest.mark.parametrize("selector", ["textarea[name=note]", "input[name=aid]"])
def test_the_focus_is_seen(page, selector):
    page.goto("/log/")
    field = page.locator(selector).first
    assert style(field, "outlineStyle") == "none"
    page.keyboard.press("Tab")
    field.focus()
    assert (style(field, "outlineStyle"), style(field, "outlineWidth")) == ("solid", "3px")
    assert style(field, "outlineColor") == system(page, "Highlight")


def test_the_lines_of_the_chart_have_the_colour_of_text(page):
    page.goto("/progress/")
    text = system(page, "CanvasText")
    assert style(page.locator(".pain-chart .line").first, "stroke") == text
    assert style(page.locator(".pain-chart .dot").first, "fill") == text
    words = page.locator(".pain-chart text")
    assert {style(each, "fill") for each in words.all()} == {text}


def test_where_one_is_stays_marked(page):
    page.goto("/progress/")
    here = page.locator(".bar a[aria-current=page]")
    assert style(here, "textDecorationLine") == "underline"
    assert style(page.locator(".bar a:not([aria-current])").first, "textDecorationLine") == "none"
