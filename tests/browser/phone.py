"""What the tests of the phone share: a phone with a plan, saving without a connection, looking
into its storage.
"""

from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from diary.models import Entry
from tests import factories
from tests.browser.conftest import PATIENCE_MS

KEPT = {
    "en": "Saved on this phone. It is sent when there is a connection.",
    "nl": "Opgeslagen op deze telefoon. Het wordt verstuurd als er verbinding is.",
}
QUICK_MS = 700  # our patience with a server in tests that wait for its end

# A page that has its offline log page, and a worker that answers for the server.
IS_READY = """async () => {
  const name = `person-${document.body.dataset.person}`;
  const page = await (await caches.open(name)).match("/log/offline/", { ignoreVary: true });
  return Boolean(page && navigator.serviceWorker.controller);
}"""
QUEUE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("hiptrack");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const database = request.result;
    const all = database.transaction("queue").objectStore("queue").getAll();
    all.onsuccess = () => { database.close(); resolve(all.result); };
  };
})"""
CACHES = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const text = await (await cache.match(request, { ignoreVary: true })).text();
      found.push([name, new URL(request.url).pathname, text]);
    }
  }
  return found;
}"""


def make_logging_patient(language: str = "en", **fields) -> User:
    """A patient with a plan for the left hip, begun three weeks ago."""
    person = factories.make_patient(
        factories.make_clinic(), language=language, **{"name": "Own Patient"} | fields
    )
    plan = factories.make_plan(red_flags=(factories.make_red_flag(f"calf-{person.pk}"),))
    started_on = today_of(person) - timedelta(days=21)
    factories.make_episode(person, plan, started_on=started_on, body_weight_kg=72)
    return person


def today_of(person: User) -> date:
    return timezone.now().astimezone(person.zone).date()


def until(page: Page, script: str) -> None:
    """Wait until a script's promise answers with something true."""
    for _ in range(PATIENCE_MS // 50):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def make_ready(page: Page, address: str = "/") -> None:
    """Open a page, and wait until the phone can do without the server."""
    page.goto(address)
    until(page, IS_READY)


def go_offline(page: Page, address: str = "/") -> None:
    """Lose the connection and open the app: what comes is the page that was kept."""
    page.context.set_offline(True)
    page.goto(address)
    page.locator("[data-days-back='0']").wait_for()


def go_online(page: Page) -> None:
    page.context.set_offline(False)


def choose(page: Page, field: str, value: object) -> None:
    """Tap a radio by its label, as a thumb does."""
    radio = page.locator(f'input[name="{field}"][value="{value}"]')
    page.locator(f'label[for="{radio.get_attribute("id")}"]').click()


def choose_day(page: Page, days_back: int) -> None:
    choice = page.locator(f"[data-days-back='{days_back}']")
    if not choice.is_visible():
        page.locator(".offline-days summary").click()
    choice.check()


def save(page: Page) -> None:
    page.locator(".sticky-save .btn-primary").click()


def fill_in(page: Page, score: int, *, days_back: int | None = None, note: str = "") -> None:
    """Answer the form with one number and a note, and save it."""
    if days_back is not None:
        choose_day(page, days_back)
    choose(page, "left_loading", score)
    page.locator("[name=note]").fill(note)
    save(page)


def told(page: Page, words: str) -> None:
    """Wait until the page says so beside the button."""
    page.locator(".queue-told", has_text=words).wait_for()


def waits_for(page: Page, count: int) -> None:
    """Wait until so many items are in the queue."""
    until(page, f"({QUEUE})().then((items) => items.length === {count})")


def entries_of(person: User) -> list[tuple[date, int, int | None, str]]:
    """(day, revision, pain on loading, note) of each entry, by day."""
    return [
        (entry.day, entry.revision, entry.readings.get().loading, entry.note)
        for entry in Entry.objects.filter(patient=person).order_by("day")
    ]
