"""Push messages in Chromium: chosen after a tap, shown, answered, and over with the entry."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts import push_words
from accounts.enums import NoticeState
from accounts.models import Notice, PushSubscription
from tests import factories
from tests.browser import phone
from tests.browser.test_reminders import has_been_reminded, make_person
from tests.push_service import PushService

# A browser that has never been asked, and a push service that is not the browser's maker.
FAKE = """(device) => {
  window.asked = 0;
  let answer = "default";
  Object.defineProperty(Notification, "permission", { get: () => answer });
  Notification.requestPermission = async () => {
    window.asked += 1;
    answer = device.answer;
    return answer;
  };
  let held = null;
  const subscription = {
    toJSON: () => ({ endpoint: device.endpoint, keys: device.keys }),
    unsubscribe: async () => { localStorage.setItem("unsubscribed", "yes"); return true; },
  };
  PushManager.prototype.subscribe = async (options) => {
    localStorage.setItem("pushKey", options.applicationServerKey);
    held = subscription;
    localStorage.setItem("held", "yes");
    return held;
  };
  PushManager.prototype.getSubscription = async () =>
    held || (localStorage.getItem("held") ? subscription : null);
}"""
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(({ title, body, lang, tag, data, actions }) =>
    ({ title, body, lang, tag, data, actions: actions.map((each) => each.title) }));
}"""


def fake(page, device, answer: str = "granted") -> None:
    told = {"endpoint": device.endpoint, "keys": device.keys, "answer": answer}
    page.add_init_script(f"({FAKE})({json.dumps(told)})")


@pytest.mark.parametrize(
    ("language", "button", "done"),
    [
        (
            "nl",
            "Pushberichten op dit apparaat",
            "Herinneringen komen nu als pushbericht op dit apparaat.",
        ),
        (
            "en",
            "Push messages on this device",
            "Reminders now come as push messages on this device.",
        ),
    ],
)
def test_a_device_is_taken_after_a_tap_and_given_up_at_signing_out(
    open_page, push_service: PushService, language, button, done
):
    person = make_person(language)
    page = open_page(person)
    fake(page, push_service.device())
    phone.make_ready(page, "/reminders/")
    assert page.evaluate("asked") == 0
    page.get_by_role("button", name=button).click()
    page.get_by_text(done).wait_for()
    subscription = PushSubscription.objects.get()
    assert subscription.user == person
    handed_out = page.locator("[data-push]").get_attribute("data-push")
    assert page.evaluate("localStorage.pushKey") == handed_out
    assert page.get_by_role("button", name=button).count() == 0
    page.locator("form[action='/sign-out/'] button").first.click()
    page.wait_for_url("**/sign-in/")
    assert PushSubscription.objects.count() == 0
    assert page.evaluate("localStorage.unsubscribed") == "yes"


@pytest.mark.parametrize("is_another", [True, False])
def test_who_signs_in_after_somebody_else_ends_their_messages(
    open_page, push_service: PushService, is_another
):
    """A session that ran out: nobody signed out, and the phone changes hands."""
    first = make_person("en")
    page = open_page(first)
    fake(page, push_service.device())
    phone.make_ready(page, "/reminders/")
    page.evaluate("localStorage.setItem('held', 'yes')")
    page.context.clear_cookies()
    second = factories.make_patient(first.clinic) if is_another else first
    client = Client()
    client.force_login(second)
    address = page.evaluate("location.origin")
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": address}
            for name, morsel in client.cookies.items()
        ]
    )
    page.goto("/settings/")
    page.wait_for_timeout(phone.QUICK_MS)
    given_up = page.evaluate("localStorage.unsubscribed || 'no'")
    assert given_up == ("yes" if is_another else "no")


def test_who_says_no_is_told_how_to_change_it(open_page, push_service):
    page = open_page(make_person())
    fake(page, push_service.device(), answer="denied")
    phone.make_ready(page, "/reminders/")
    page.get_by_role("button", name="Push messages on this device").click()
    page.get_by_text("This browser does not let messages of HipTrack through.").wait_for()
    assert PushSubscription.objects.count() == 0


def test_a_browser_without_push_is_offered_nothing(open_page):
    page = open_page(make_person())
    page.add_init_script("delete window.PushManager")
    page.goto("/reminders/")
    page.get_by_text("Reminders come by e-mail.").wait_for()
    assert page.get_by_role("button", name="Push messages on this device").count() == 0
    assert page.get_by_text("On an iPhone or iPad").count() == 1
    assert not page.get_by_text("On an iPhone or iPad").is_visible()


def test_an_iphone_is_told_to_put_it_on_the_home_screen_first(open_page):
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"
    page = open_page(make_person(), user_agent=agent)
    page.add_init_script("delete window.PushManager")
    page.goto("/reminders/")
    page.get_by_text("On an iPhone or iPad").wait_for()


class Worker:
    """The service worker of a page, reached as the browser's push service reaches it."""

    def __init__(self, page) -> None:
        self.page = page
        self.origin = page.evaluate("location.origin")
        self.cdp = page.context.new_cdp_session(page)
        versions = []
        self.cdp.on(
            "ServiceWorker.workerVersionUpdated", lambda event: versions.extend(event["versions"])
        )
        self.cdp.send("ServiceWorker.enable")
        for _ in range(100):
            if versions:
                break
            page.wait_for_timeout(50)
        self.registration = versions[0]["registrationId"]

    def deliver(self, data: str) -> None:
        self.cdp.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": self.registration, "data": data},
        )

    def evaluate(self, script: str, argument=None):
        (worker,) = self.page.context.service_workers
        return worker.evaluate(script, argument)


@pytest.fixture
def reminded(open_page):
    """A page of somebody who allows notifications, and the notice of today."""
    person = make_person()
    page = open_page(person, permissions=["notifications"])
    phone.make_ready(page)
    has_been_reminded(person)
    return person, page, Worker(page)


def shown(page, count: int) -> list[dict]:
    phone.until(page, f"({SHOWN})().then((all) => all.length === {count})")
    return page.evaluate(SHOWN)


def test_a_message_is_shown_as_it_was_sent(reminded):
    person, page, worker = reminded
    notice = Notice.objects.get()
    worker.deliver(json.dumps(push_words.of_notice(notice, person)))
    (told,) = shown(page, 1)
    assert (told["title"], told["body"]) == (
        "Your diary for today is waiting",
        "Filling it in takes about a minute.",
    )
    assert (told["lang"], told["tag"]) == ("en", "diary")
    assert told["actions"] == ["In 30 minutes", "In 2 hours"]
    assert told["data"]["day"] == notice.key
    # A later one takes its place.
    notice.kind, notice.key = "snooze", f"{notice.key}.1"
    worker.deliver(json.dumps(push_words.of_notice(notice, person)))
    phone.until(page, f"({SHOWN})().then((all) => all[0].title.startsWith('You asked'))")
    assert len(page.evaluate(SHOWN)) == 1


@pytest.mark.parametrize("data", ["", "no json", "[]", "{}"])
def test_what_is_no_message_of_ours_shows_nothing(reminded, data):
    _person, page, worker = reminded
    worker.deliver(data)
    page.wait_for_timeout(300)
    assert page.evaluate(SHOWN) == []


def test_it_is_put_off_from_the_message_itself(reminded):
    person, page, worker = reminded
    data = push_words.of_notice(Notice.objects.get(), person)["notification"]
    about = data["data"] | {"title": data["title"], "tag": "diary", "lang": "en"}
    worker.evaluate("(data) => snooze(data, '30')", about)
    (told,) = shown(page, 1)
    snoozed = Notice.objects.filter(kind="snooze")
    if timezone.now().astimezone(person.zone).hour < 23:
        assert told["body"].startswith("We remind you again at ")
        assert [notice.state for notice in snoozed] == [NoticeState.WAITING]
    page.context.clear_cookies()
    worker.evaluate("(data) => snooze(data, '30')", about)
    phone.until(page, f"({SHOWN})().then((all) => all[0].body.startsWith('That did not work'))")
    assert snoozed.count() <= 1


def test_the_entry_takes_the_message_off_the_screen_and_another_days_leaves_it(reminded):
    person, page, worker = reminded
    worker.deliver(json.dumps(push_words.of_notice(Notice.objects.get(), person)))
    shown(page, 1)
    today = phone.today_of(person)
    page.goto(f"/log/{today - timedelta(days=1)}/saved/")
    page.wait_for_timeout(300)
    assert len(page.evaluate(SHOWN)) == 1
    factories.log_day(person, today)
    page.goto(f"/log/{today}/saved/")
    shown(page, 0)


def test_a_device_whose_address_changes_tells_the_new_one(reminded, push_service):
    person, _page, worker = reminded
    old, new = push_service.device(), push_service.device()
    factories.make_push(person, old)
    change = {
        "oldSubscription": {"endpoint": old.endpoint},
        "fresh": {"endpoint": new.endpoint, "keys": new.keys},
    }
    worker.evaluate(
        "(told) => subscribeAgain({ ...told, newSubscription: { toJSON: () => told.fresh } })",
        change,
    )
    assert [row.endpoint for row in PushSubscription.objects.all()] == [new.endpoint]
