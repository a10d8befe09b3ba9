"""What the server does not take in stays on the phone, is shown with its reason, and is mended,
sent again or thrown away by the patient alone.
"""

import pytest

from accounts.models import ServerKey
from diary.models import EntryRevision
from tests.browser import phone
from tests.browser.phone import KEPT, QUEUE

REASON = {
    "en": "Ensure this value is less than or equal to 30.",
    "nl": "Zorg ervoor dat deze waarde hoogstens 30 is.",
}
TEXTS = {
    "en": ("was not taken in", "Mend it", "Throw away"),
    "nl": ("werd niet aangenomen", "Herstellen", "Weggooien"),
}
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


def keep_what_is_refused(page, language="en"):
    """One day that the server refuses, because the phone did not look at it, and one it takes."""
    phone.make_ready(page)
    phone.go_offline(page)
    page.locator("[name=painkillers]").evaluate("(field) => { delete field.dataset.highest; }")
    page.locator("[name=painkillers]").fill("99")
    phone.fill_in(page, 4, days_back=1, note="refused")
    phone.told(page, KEPT[language])
    phone.fill_in(page, 3, days_back=0, note="taken in")
    phone.told(page, KEPT[language])
    phone.go_online(page)
    phone.waits_for(page, 1)
    page.locator("#waiting li").wait_for()


@LANGUAGES
def test_it_is_shown_with_its_reason_and_holds_up_nothing(open_phone, language):
    person = phone.make_logging_patient(language)
    page = open_phone(person)
    keep_what_is_refused(page, language)
    words = page.locator("#waiting li").inner_text()
    assert TEXTS[language][0] in words
    assert REASON[language] in words
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 3, "taken in")]
    page.goto("/history/")
    page.locator("#waiting li").wait_for()
    assert len(page.evaluate(QUEUE)) == 1


@LANGUAGES
def test_it_is_mended_with_every_answer_still_there(open_phone, language):
    person = phone.make_logging_patient(language)
    page = open_phone(person)
    keep_what_is_refused(page, language)
    page.get_by_role("button", name=TEXTS[language][1]).click()
    page.wait_for_url("**/log/mend/")
    page.locator("#error-summary").wait_for()
    assert page.locator("[name=painkillers]").input_value() == "99"
    assert page.locator("[name=note]").input_value() == "refused"
    assert page.locator("[name=left_loading]:checked").get_attribute("value") == "4"
    page.locator("[name=painkillers]").fill("9")
    phone.save(page)
    page.wait_for_url("**/saved/")
    phone.waits_for(page, 0)
    yesterday = phone.today_of(person) - phone.timedelta(days=1)
    assert phone.entries_of(person)[0] == (yesterday, 1, 4, "refused")
    assert EntryRevision.objects.filter(patient=person).count() == 2


@pytest.mark.parametrize("is_sure", [True, False])
def test_it_is_thrown_away_after_asking(open_phone, person, is_sure):
    page = open_phone(person)
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if is_sure else dialog.dismiss()

    page.on("dialog", answer)
    keep_what_is_refused(page)
    page.get_by_role("button", name="Throw away").click()
    phone.waits_for(page, 0 if is_sure else 1)
    assert len(asked) == 1
    assert asked[0].startswith("Throw away what you filled in for ")


def test_it_is_sent_again_when_somebody_asks_for_it(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    refusal = {"status": 413, "content_type": "application/json", "body": '{"error": "too_long"}'}
    page.route("**/log/sync/", lambda route: route.fulfill(**refusal))
    phone.go_online(page)
    page.get_by_text("The server could not take it in.").wait_for()
    page.unroute("**/log/sync/")
    page.get_by_role("button", name="Send again").click()
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


def test_what_nobody_can_open_any_more_says_so_and_can_only_go(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    ServerKey.objects.all().delete()
    phone.go_online(page)
    page.get_by_text("the key it was sealed with is gone").wait_for()
    buttons = page.locator("#waiting li button:visible").all_inner_texts()
    assert buttons == ["Throw away"]
    assert (len(page.evaluate(QUEUE)), phone.entries_of(person)) == (1, [])


def test_with_a_connection_a_refusal_shows_the_form_as_the_server_does(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.locator("[name=painkillers]").evaluate("(field) => { delete field.dataset.highest; }")
    page.locator("[name=painkillers]").fill("99")
    phone.fill_in(page, 4, note="still here")
    page.locator("#error-summary").wait_for()
    assert REASON["en"] in page.locator("#error-summary").inner_text()
    assert page.locator("[name=note]").input_value() == "still here"
    assert (page.evaluate(QUEUE), phone.entries_of(person)) == ([], [])


def test_with_a_connection_a_key_that_is_gone_costs_nothing(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    ServerKey.objects.all().delete()
    phone.fill_in(page, 4, note="still here")
    page.wait_for_url("**/saved/")
    assert page.evaluate(QUEUE) == []
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "still here")]
