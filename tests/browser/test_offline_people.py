"""Several people on one phone, signing out, and what can be found in its storage."""

import json

import pytest
from django.test import Client

from diary.models import Entry
from tests import factories
from tests.browser import phone
from tests.browser.phone import CACHES, KEPT, QUEUE

SECRET = "what nobody else may read"


@pytest.fixture
def person(db):
    return phone.make_logging_patient(name="Ada First")


@pytest.fixture
def other(db):
    return phone.make_logging_patient(name="Ben Second")


def keep_one(page):
    """One day in the queue of a phone that is online again, and not sent yet."""
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4, note=SECRET)
    phone.told(page, KEPT["en"])


def sign_in(page, person):
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(factories.PASSWORD)
    page.locator("main form button:not([type=button])").click()
    page.wait_for_url("**/")


def storage_of(page):
    """Everything that the phone keeps, as one text."""
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    return json.dumps([page.evaluate(QUEUE), page.evaluate(CACHES)]) + stored


def caches_of(page):
    return {(name.split("-")[0], path) for name, path, _text in page.evaluate(CACHES)}


def test_what_waits_is_sealed(open_phone, person):
    page = open_phone(person)
    keep_one(page)
    found = storage_of(page)
    assert (SECRET in found, person.name in found, person.email in found) == (False,) * 3
    (item,) = page.evaluate(QUEUE)
    assert sorted(item) == [
        "day",
        "due",
        "envelope",
        "format",
        "hash",
        "key",
        "kind",
        "made_at",
        "person",
        "seq",
        "state",
        "tries",
        "uuid",
    ]
    assert sorted(item["envelope"]) == ["ephemeral", "iv", "sealed"]


def test_after_a_walk_the_caches_hold_files_and_offline_pages_alone(open_phone, person):
    factories.log_days(person, [3, 4, 5], last=phone.today_of(person), note=SECRET)
    page = open_phone(person)
    phone.make_ready(page)
    for address in (
        "/log/",
        f"/log/{phone.today_of(person)}/",
        "/history/",
        "/plan/",
        "/progress/",
        "/settings/",
        "/reminders/",
        "/red-flags/",
        "/log/session/",
        "/sign-out/",
        "/",
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert caches_of(page) == {
        ("files", "/offline/"),
        ("files", "/static/bundles/patient.css"),
        ("files", "/static/bundles/patient.js"),
        ("person", "/log/offline/"),
    }
    text = storage_of(page)
    for secret in (SECRET, person.name, person.email, 'name="csrfmiddlewaretoken"', '"csrf"'):
        assert secret not in text
    shells = [text for _name, path, text in page.evaluate(phone.CACHES) if path == "/offline/"]
    assert ["data-person" in shell for shell in shells] == [False]  # the same for everybody


def test_another_person_sees_that_something_waits_and_sends_none_of_it(open_phone, person, other):
    page = open_phone(person)
    keep_one(page)
    page.context.clear_cookies()
    phone.go_online(page)
    sent = []
    page.on("request", lambda request: sent.append(1) if "/log/sync/" in request.url else None)
    sign_in(page, other)
    page.locator("[data-others]:visible").wait_for()
    assert "Entries of somebody else wait on this phone." in page.locator("#waiting").inner_text()
    phone.until(page, phone.IS_READY)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_load_state("networkidle")
    kept = storage_of(page)
    assert (sent, Entry.objects.count(), len(page.evaluate(QUEUE))) == ([], 0, 1)
    assert (f"person-{person.uuid}" in kept, f"person-{other.uuid}" in kept) == (False, True)
    phone.go_offline(page)
    assert f'data-person="{other.uuid}"' in page.content()
    phone.go_online(page)
    page.context.clear_cookies()
    sign_in(page, person)
    phone.waits_for(page, 0)
    assert [entry.patient for entry in Entry.objects.all()] == [person]


def test_what_another_person_is_answered_is_not_kept_as_ones_own(open_phone, person, other):
    """Somebody else signed in, in another tab, between a page and what it fetches for later."""
    client = Client()
    client.force_login(other)
    of_other = client.get("/log/offline/").content.decode()
    page = open_phone(person)
    page.route("**/log/offline/", lambda route: route.fulfill(body=of_other))
    with page.expect_response("**/log/offline/"):
        page.goto("/")
    phone.until(page, "async () => Boolean(await navigator.serviceWorker.ready)")
    page.wait_for_timeout(phone.QUICK_MS)
    kept = [text for _name, path, text in page.evaluate(CACHES) if path == "/log/offline/"]
    assert kept == []
    page.unroute("**/log/offline/")
    phone.make_ready(page)
    kept = [text for _name, path, text in page.evaluate(CACHES) if path == "/log/offline/"]
    assert [str(person.uuid) in text for text in kept] == [True]


def test_an_open_page_of_somebody_sends_nothing_as_another_person(open_phone, person, other):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    page.context.clear_cookies()
    sign_in(page.context.new_page(), other)
    sent = []
    page.on("request", lambda request: sent.append(1) if "/log/sync/" in request.url else None)
    phone.fill_in(page, 4, note=SECRET)
    phone.told(page, "Sign in to send it.")
    assert sent == [1]  # with the token of this page, which is good no longer
    assert (Entry.objects.count(), len(page.evaluate(QUEUE))) == (0, 1)


def ask_to_sign_out(page):
    """With the connection back, but nothing can be sent yet."""
    page.route("**/log/sync/", lambda route: route.abort())
    phone.go_online(page)
    page.goto("/settings/")
    page.locator("header form[action='/sign-out/'] button").click()
    page.wait_for_url("**/sign-out/")
    page.locator("#full-queue").wait_for()


def is_signed_out(page):
    page.wait_for_url("**/sign-in/")
    return page.locator("input[name=login]").is_visible()


def test_signing_out_with_a_full_queue_can_keep_it_sealed(open_phone, person):
    page = open_phone(person)
    keep_one(page)
    ask_to_sign_out(page)
    page.get_by_role("button", name="Keep them sealed").click()
    assert is_signed_out(page)
    assert (len(page.evaluate(QUEUE)), Entry.objects.count()) == (1, 0)
    assert "person" not in {name for name, _path in caches_of(page)}
    page.unroute("**/log/sync/")
    sign_in(page, person)
    phone.waits_for(page, 0)
    assert Entry.objects.get().note == SECRET


def test_signing_out_with_a_full_queue_can_send_it_first(open_phone, person):
    page = open_phone(person)
    keep_one(page)
    ask_to_sign_out(page)
    page.get_by_role("button", name="Send them now").click()
    page.get_by_text("Not everything could be sent.").wait_for()
    page.unroute("**/log/sync/")
    page.get_by_role("button", name="Send them now").click()
    assert is_signed_out(page)
    assert (page.evaluate(QUEUE), Entry.objects.get().note) == ([], SECRET)


@pytest.mark.parametrize("is_sure", [True, False])
def test_signing_out_with_a_full_queue_can_throw_it_away_after_asking(open_phone, person, is_sure):
    page = open_phone(person)
    asked = []

    def answer(dialog):
        asked.append(dialog.message)
        dialog.accept() if is_sure else dialog.dismiss()

    page.on("dialog", answer)
    keep_one(page)
    ask_to_sign_out(page)
    page.get_by_role("button", name="Throw them away").click()
    if is_sure:
        assert is_signed_out(page)
    assert asked == [
        "Throw away everything that waits on this phone? It is kept nowhere else.",
    ]
    assert (len(page.evaluate(QUEUE)), Entry.objects.count()) == (0 if is_sure else 1, 0)


def test_signing_out_with_an_empty_queue_asks_nothing_and_forgets_the_page(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    page.locator("header form[action='/sign-out/'] button").click()
    assert is_signed_out(page)
    assert {name for name, _path in caches_of(page)} == {"files"}
    page.context.set_offline(True)
    page.goto("/")
    assert page.locator("h1").inner_text() == "No connection"
    assert page.locator("form").count() == 0


def test_without_a_connection_nobody_is_told_that_they_are_signed_out(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    page.context.set_offline(True)
    page.locator("header form[action='/sign-out/'] button").click()
    page.get_by_text("you cannot be signed out now").wait_for()
    assert page.evaluate(phone.IS_READY) is True


def test_the_kept_page_of_a_patient_is_for_no_physiotherapist(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    page.context.clear_cookies()
    sign_in(page, factories.make_physiotherapist(person.clinic))
    page.wait_for_url("**/care/")
    phone.until(page, "caches.keys().then((names) => !names.join().includes('person-'))")
