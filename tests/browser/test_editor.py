"""An editor at a desk and on a tablet: editing in place, the live preview, two at one text."""

import pytest
from django.urls import reverse

from conditions.models import ActivityRule
from tests.browser.conftest import overflow
from tests.conditions.editing import make_draft, make_editor

SIZES = {"phone": (390, 844), "small": (320, 640), "tablet": (768, 1024), "desk": (1440, 900)}


@pytest.fixture
def draft(tmp_path, editor):
    return make_draft(tmp_path, editor)


@pytest.fixture
def rule(draft):
    return ActivityRule.objects.get(phase__plan=draft, minutes=20)


def address(plan):
    return reverse("conditions:plan", args=[plan.uuid])


def edit(page, draft, rule):
    """Open the rule's form in its own place, and answer the form."""
    page.goto(address(draft))
    page.locator(f"#rule-{rule.pk}").get_by_role("link", name="Edit").click()
    form = page.locator(f"#rule-{rule.pk}.line-editing")
    form.wait_for()
    return form


def test_a_rule_is_edited_where_it_stands(open_page, editor, draft, rule):
    page = open_page(editor, SIZES["desk"])
    form = edit(page, draft, rule)
    assert page.url.endswith(address(draft))
    form.locator("textarea[name=reason_en]").fill("because it is so")
    form.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**#rule-{rule.pk}")
    assert "because it is so" in page.locator(f"#rule-{rule.pk}").inner_text()


def test_what_is_written_is_shown_as_readers_see_it(open_page, editor, draft, rule):
    form = edit(open_page(editor, SIZES["desk"]), draft, rule)
    form.locator("textarea[name=reason_nl]").press_sequentially(" **sterk**")
    strong = form.locator(".preview strong")
    strong.wait_for()
    assert strong.inner_text() == "sterk"


def test_the_second_editor_sees_both_texts(open_page, editor, draft, rule):
    mine, theirs = open_page(editor, SIZES["desk"]), open_page(make_editor("Other"), SIZES["desk"])
    my_form, their_form = edit(mine, draft, rule), edit(theirs, draft, rule)
    for form, text in ((my_form, "my text"), (their_form, "their text")):
        form.locator("textarea[name=reason_en]").fill(text)
    their_form.get_by_role("button", name="Save").click()
    theirs.wait_for_url(f"**#rule-{rule.pk}")
    my_form.get_by_role("button", name="Save").click()
    mine.get_by_role("heading", name="Somebody else changed this").wait_for()
    told = mine.locator("main").inner_text()
    assert ("my text" in told, "their text" in told) == (True, True)
    mine.get_by_role("button", name="Save this").click()
    mine.wait_for_url(f"**#rule-{rule.pk}")
    rule.refresh_from_db()
    assert rule.reason_en == "my text"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_no_page_of_an_editor_scrolls_sideways(open_page, editor, draft, rule, size):
    page = open_page(editor, size)
    for where in (
        "/content/",
        "/content/conditions/hip/",
        "/content/lists/red-flag/",
        "/content/things/fact/add/?condition=hip",
        address(draft),
        reverse("conditions:part", args=[draft.uuid, "rule", rule.pk]),
        reverse("conditions:remove_part", args=[draft.uuid, "rule", rule.pk]),
    ):
        page.goto(where)
        assert (where, overflow(page)) == (where, 0)


def focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


def test_the_focus_goes_into_the_form_and_comes_back(open_page, editor, draft, rule):
    page = open_page(editor, SIZES["desk"])
    form = edit(page, draft, rule)
    page.wait_for_function("document.activeElement.name === 'reason_nl'")
    form.get_by_role("link", name="Leave it as it was").click()
    form.wait_for(state="detached")
    page.wait_for_function("document.activeElement.closest('.line-actions')")
    assert focused(page).startswith("Edit")


def test_leaving_asks_first_when_a_text_is_not_saved(open_page, editor, draft, rule):
    page = open_page(editor, SIZES["desk"])
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    form = edit(page, draft, rule)
    form.locator("textarea[name=reason_en]").fill("half a thought")
    page.locator(".brand").click()
    assert form.locator("textarea[name=reason_en]").input_value() == "half a thought"
    form.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**#rule-{rule.pk}")
    assert asked == ["beforeunload"]
