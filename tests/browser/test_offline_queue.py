"""Saving without a connection: nothing that was told as kept is lost, and nothing comes twice."""

import random
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from diary.models import EntryRevision
from tests.browser import phone
from tests.browser.phone import KEPT, QUEUE

LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])
WAITS = {"nl": "3 dagen wachten op verbinding.", "en": "3 days wait for a connection."}
ONE_WAITS = {"nl": "1 dag wacht op verbinding.", "en": "1 day waits for a connection."}


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


@pytest.fixture
def impatient(settings):
    """A phone that does not wait long for the server."""
    settings.PATIENCE_MS = phone.QUICK_MS


@LANGUAGES
def test_three_days_and_an_edit_of_each_arrive_as_they_were_made(open_phone, language):
    person = phone.make_logging_patient(language)
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    for days_back in (2, 1, 0):
        for score, note in ((3, "first"), (5, "second")):
            phone.fill_in(page, score, days_back=days_back, note=note)
            phone.told(page, KEPT[language])
            assert page.locator("[name=note]").input_value() == ""
    assert page.locator("#waiting [role=status]").inner_text() == WAITS[language]
    assert phone.entries_of(person) == []
    phone.go_online(page)
    phone.waits_for(page, 0)
    today = phone.today_of(person)
    assert phone.entries_of(person) == [
        (today - timedelta(days=back), 2, 5, "second") for back in (2, 1, 0)
    ]


@LANGUAGES
def test_one_day_waits_in_the_singular(open_phone, language):
    page = open_phone(phone.make_logging_patient(language))
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4)
    phone.told(page, KEPT[language])
    assert page.locator("#waiting [role=status]").inner_text() == ONE_WAITS[language]
    # This page has no bar at its foot: the button stands at the very edge.
    save = page.locator(".sticky-save").bounding_box()
    assert save["y"] + save["height"] == page.viewport_size["height"]
    diary = page.locator("#waiting a[href='/history/']")
    assert not diary.is_visible()
    phone.go_online(page)
    phone.waits_for(page, 0)
    diary.wait_for()


def test_it_is_said_within_two_seconds_that_a_day_is_kept(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.choose(page, "left_loading", 4)
    before = page.evaluate("performance.now()")
    phone.save(page)
    phone.told(page, KEPT["en"])
    assert page.evaluate("performance.now()") - before < 2000


def test_a_day_that_was_open_when_the_connection_went_is_kept_too(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.context.set_offline(True)
    phone.fill_in(page, 6, note="on the page of the day")
    phone.told(page, KEPT["en"])
    assert not page.locator("[name=note]").is_visible()
    phone.go_online(page)
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [
        (phone.today_of(person), 1, 6, "on the page of the day"),
    ]


def test_with_a_connection_saving_goes_on_to_what_the_plan_says(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    phone.fill_in(page, 4)
    page.wait_for_url("**/saved/")
    assert page.evaluate(QUEUE) == []
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


def test_two_taps_without_a_connection_keep_one(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.choose(page, "left_loading", 4)
    page.locator(".sticky-save .btn-primary").dblclick()
    phone.told(page, KEPT["en"])
    assert len(page.evaluate(QUEUE)) == 1


def test_an_answer_that_is_lost_after_the_server_saved_makes_one_entry(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    lost = []

    def lose(route):
        route.fetch()
        lost.append(route.request.url)
        route.abort()

    page.route("**/log/sync/", lose, times=1)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert len(lost) == 1
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]
    page.reload()
    phone.waits_for(page, 0)
    assert EntryRevision.objects.filter(patient=person).count() == 1


def test_a_network_that_never_answers_keeps_the_day_in_time(open_phone, person, impatient):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.route("**/log/sync/", lambda route: None)
    before = time.monotonic()
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert time.monotonic() - before < 4
    page.unroute("**/log/sync/")
    page.evaluate("dispatchEvent(new Event('online'))")
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


def test_a_page_that_never_comes_makes_room_for_the_kept_one(open_phone, person, impatient):
    page = open_phone(person)
    phone.make_ready(page)
    page.context.route("**/history/", lambda route: None)
    page.goto("/history/")
    page.locator("[data-days-back='0']").wait_for()
    assert page.title() == "No connection · HipTrack"


@LANGUAGES
def test_who_was_signed_out_keeps_the_day_and_sends_it_after_signing_in(open_phone, language):
    person = phone.make_logging_patient(language)
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    Session.objects.all().delete()
    phone.fill_in(page, 4, note="kept")
    phone.told(page, {"en": "Sign in to send it.", "nl": "Log in om het te versturen."}[language])
    assert phone.entries_of(person) == []
    page.locator(".queue-told a[href^='/sign-in/']").click()
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(phone.factories.PASSWORD)
    page.locator("main form button:not([type=button])").click()
    page.wait_for_url("**/")
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "kept")]


def test_a_token_that_is_not_good_any_more_is_fetched_anew(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.context.clear_cookies(name="csrf")
    statuses = []
    page.on(
        "response",
        lambda answer: statuses.append(answer.status) if "/log/sync/" in answer.url else None,
    )
    phone.fill_in(page, 4)
    page.wait_for_url("**/saved/")
    assert statuses == [403, 201]
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_server_in_trouble_is_asked_again_later(open_phone, person, impatient, status):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.route("**/log/sync/", lambda route: route.fulfill(status=status, json={}), times=1)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    (item,) = page.evaluate(QUEUE)
    assert (item["state"], item["tries"]) == ("waits", 1)
    phone.until(page, f"Date.now() > {item['due']}")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "content_type": "text/html", "body": "<p>Welcome to the train</p>"},
        {"status": 302, "headers": {"Location": "/sign-in/"}},
        {"status": 200, "content_type": "application/json", "body": '{"uuid": "1", "hash": "2"}'},
    ],
    ids=["a page", "a redirect", "a receipt of something else"],
)
def test_only_a_receipt_for_the_same_bytes_lets_go_of_an_item(open_phone, person, answer):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.route("**/log/sync/", lambda route: route.fulfill(**answer))
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert len(page.evaluate(QUEUE)) == 1


@pytest.mark.parametrize("other", ["uuid", "hash"])
def test_a_receipt_that_differs_in_one_thing_lets_go_of_nothing(open_phone, person, other):
    page = open_phone(person)
    phone.make_ready(page, "/log/")

    def differ(route):
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {other: "another"})

    page.route("**/log/sync/", differ)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert len(page.evaluate(QUEUE)) == 1


def test_one_day_in_trouble_holds_up_no_other(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    for days_back, note in ((2, "troubled"), (2, "after it"), (1, "other day")):
        phone.fill_in(page, 4, days_back=days_back, note=note)
        phone.told(page, KEPT["en"])
    troubled = page.evaluate(QUEUE)
    first = min(troubled, key=lambda item: item["seq"])["uuid"]

    def trouble(route):
        if first in (route.request.post_data or ""):
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    page.route("**/log/sync/", trouble)
    phone.go_online(page)
    phone.waits_for(page, 2)
    assert [note for _day, _revision, _score, note in phone.entries_of(person)] == ["other day"]


def test_two_tabs_that_send_at_once_send_each_day_once(open_phone, person):
    one = open_phone(person)
    phone.make_ready(one)
    other = one.context.new_page()
    phone.make_ready(other)
    phone.go_offline(one)
    for days_back in (2, 1, 0):
        phone.fill_in(one, 4, days_back=days_back)
        phone.told(one, KEPT["en"])
    sent = []
    one.context.on(
        "request", lambda request: sent.append(1) if "/log/sync/" in request.url else None
    )
    phone.go_online(one)
    phone.waits_for(one, 0)
    phone.waits_for(other, 0)
    assert (len(sent), EntryRevision.objects.filter(patient=person).count()) == (3, 3)


def test_a_browser_without_locks_sends_each_day_once_too(open_phone, person):
    page = open_phone(person)
    page.context.add_init_script("delete Navigator.prototype.locks")
    phone.make_ready(page)
    phone.go_offline(page)
    for days_back in (1, 0):
        phone.fill_in(page, 4, days_back=days_back)
        phone.told(page, KEPT["en"])
    phone.go_online(page)
    page.evaluate("for (const _ of '123') dispatchEvent(new Event('online'))")
    phone.waits_for(page, 0)
    assert EntryRevision.objects.filter(patient=person).count() == 2


NO_STORAGE = {
    "storage that refuses": "IDBFactory.prototype.open = () => { throw new Error('refused') }",
    "no storage at all": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "no way to seal": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
}
REFUSALS = pytest.mark.parametrize("refusal", NO_STORAGE.values(), ids=NO_STORAGE.keys())
NOT_KEPT = "Not saved: there is no connection"


@REFUSALS
def test_where_nothing_can_be_kept_the_form_says_so_and_stays_filled_in(
    open_phone, person, refusal
):
    page = open_phone(person)
    page.context.add_init_script(refusal)
    page.goto("/log/")
    page.context.set_offline(True)
    phone.fill_in(page, 4, note="do not lose me")
    phone.told(page, NOT_KEPT)
    assert page.locator("[name=note]").input_value() == "do not lose me"
    phone.go_online(page)
    phone.save(page)
    page.wait_for_url("**/saved/")
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "do not lose me")]


@REFUSALS
def test_where_nothing_can_be_kept_a_form_is_sent_as_any_form(open_phone, person, refusal):
    page = open_phone(person)
    page.context.add_init_script(refusal)
    page.goto("/log/")
    phone.fill_in(page, 4)
    page.wait_for_url("**/saved/")
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "")]


WRITES_AND_DOES_NOT_SAY_SO = """
if (location.pathname === "/log/") {
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(done) { if (this.mode === "readonly") this.addEventListener("complete", done); },
  });
}
"""


def test_a_storage_that_wrote_without_an_answer_makes_no_second_saving(open_phone, person):
    page = open_phone(person)
    page.context.add_init_script(WRITES_AND_DOES_NOT_SAY_SO)
    page.goto("/log/")
    phone.fill_in(page, 4)
    page.wait_for_url("**/saved/")
    phone.waits_for(page, 0)
    assert EntryRevision.objects.filter(patient=person).count() == 1


def test_the_kept_page_sends_without_keeping_where_storage_refuses(open_phone, person):
    page = open_phone(person)
    page.context.add_init_script(NO_STORAGE["storage that refuses"])
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4, note="do not lose me")
    phone.told(page, NOT_KEPT)
    assert page.locator("[name=note]").input_value() == "do not lose me"
    phone.go_online(page)
    phone.save(page)
    page.wait_for_url("**/saved/")
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "do not lose me")]


CLOSES = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...names) {
  const request = open.apply(this, names);
  request.addEventListener("success", () => { window.database = request.result; });
  return request;
};
"""


def test_a_storage_connection_that_was_closed_is_opened_anew(open_phone, person):
    page = open_phone(person)
    page.context.add_init_script(CLOSES)
    phone.make_ready(page)
    phone.go_offline(page)
    for note in ("one", "two"):
        phone.until(page, "Boolean(window.database)")
        page.evaluate("window.database.close()")
        phone.fill_in(page, 4, note=note)
        phone.told(page, KEPT["en"])
    page.evaluate("window.database.close()")
    phone.go_online(page)
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 2, 4, "two")]


def test_a_network_that_drops_a_third_of_all_loses_nothing(open_phone, person, impatient):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    for days_back in range(6):
        phone.fill_in(page, days_back, days_back=days_back)
        phone.told(page, KEPT["en"])
    chance = random.Random(4)

    def drop(route):
        before, after = chance.random() < 0.15, chance.random() < 0.15
        if before:
            return route.abort()
        answer = route.fetch()
        return route.abort() if after else route.fulfill(response=answer)

    page.route("**/log/s*/", drop)
    phone.go_online(page)
    page.evaluate(
        "setInterval(() => dispatchEvent(new Event('online')), 300)",
    )
    phone.waits_for(page, 0)
    page.unroute("**/log/s*/")
    today = phone.today_of(person)
    assert phone.entries_of(person) == [
        (today - timedelta(days=back), 1, back, "") for back in reversed(range(6))
    ]


def test_a_mistake_is_told_without_a_connection(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    page.locator("[name=painkillers]").fill("many")
    phone.save(page)
    page.wait_for_selector("#error-summary")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.locator("#error-summary li").all_inner_texts() == [
        "Pain on loading: Choose at least one pain number for your left hip. 0 is no pain.",
        "How many painkillers: Enter a whole number.",
    ]
    assert page.title() == "Error: No connection · HipTrack"
    page.locator("#error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_left_loading"
    assert page.evaluate(QUEUE) == []
    page.locator("[name=painkillers]").fill("2")
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert len(page.evaluate(QUEUE)) == 1


def test_an_extra_moment_waits_too(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page, f"/log/{phone.today_of(person)}/moments/")
    page.context.set_offline(True)
    page.locator("[name=note]").fill("a bad hour")
    phone.save(page)
    phone.told(page, KEPT["en"])
    phone.go_online(page)
    phone.waits_for(page, 0)
    assert list(person.moments.values_list("note", flat=True)) == ["a bad hour"]
