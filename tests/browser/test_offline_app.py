"""The app on a phone: on the home screen, without a connection, and when a new version comes."""

import pytest
from django.http import HttpResponse

from diary import reading_views
from tests.browser import phone
from tests.browser.phone import KEPT, QUEUE

THREE_DAYS_MS = 3 * 24 * 3600 * 1000


@pytest.fixture
def person(db):
    return phone.make_logging_patient()


def test_chromium_finds_nothing_against_installing_it(
    browser_type, browser_type_launch_args, quiet_server, tmp_path, person
):
    """In a browser with a profile: nothing is installed from a private window."""
    context = browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args)
    try:
        page = context.pages[0]
        page.goto(f"{quiet_server}/sign-in/")
        page.locator("input[name=login]").fill(person.email)
        page.locator("input[name=password]").fill(phone.factories.PASSWORD)
        page.locator("main form button:not([type=button])").click()
        phone.until(page, phone.IS_READY)
        browser = context.new_cdp_session(page)
        assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        assert browser.send("Page.getAppManifest")["errors"] == []
    finally:
        context.close()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_a_connection_each_page_of_a_patient_is_the_kept_one(open_phone, language):
    page = open_phone(phone.make_logging_patient(language))
    phone.make_ready(page)
    page.context.set_offline(True)
    title = {"nl": "Geen verbinding · HipTrack", "en": "No connection · HipTrack"}[language]
    for address in ("/", "/log/", "/history/", "/plan/", "/settings/"):
        page.goto(address)
        assert (page.title(), page.locator("form[data-queue]").count()) == (title, 1)


@pytest.mark.parametrize(
    ("status", "is_kept"), [(502, True), (503, True), (504, True), (500, False), (404, False)]
)
def test_a_gateway_without_its_server_is_as_good_as_no_connection(
    open_phone, person, monkeypatch, status, is_kept
):
    page = open_phone(person)
    phone.make_ready(page)
    answer = HttpResponse("<title>of the gateway</title>", status=status)
    monkeypatch.setattr(reading_views, "render", lambda *_args, **_kwargs: answer)
    page.goto("/plan/")
    title = "No connection · HipTrack" if is_kept else "of the gateway"
    assert page.title() == title


def test_a_page_asked_for_one_day_begins_with_that_day(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    day = phone.today_of(person) - phone.timedelta(days=4)
    phone.go_offline(page, f"/log/{day}/")
    assert page.locator("[name=day]:checked").get_attribute("data-days-back") == "4"
    assert page.locator("[name=day]:checked").is_visible()
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    assert page.evaluate(QUEUE)[0]["day"] == str(day)


def test_pages_of_others_and_signing_in_are_left_to_the_network(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    page.context.set_offline(True)
    for address in ("/sign-in/", "/care/", "/content/", "/admin/", "/health/live"):
        with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
            page.goto(address)


def test_what_a_script_asks_for_is_left_to_the_network(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    page.context.set_offline(True)
    asked = "fetch('/log/session/').then(() => 'answered', () => 'no network')"
    assert page.evaluate(asked) == "no network"


def test_a_new_version_waits_until_a_half_filled_form_is_done(open_phone, person, settings):
    page = open_phone(person)
    phone.make_ready(page, "/log/")
    phone.choose(page, "left_loading", 4)
    page.locator("[name=note]").fill("half a thought")
    page.evaluate("window.isTheSamePage = true")
    settings.PATIENCE_MS += 1  # another worker
    page.evaluate("navigator.serviceWorker.getRegistration().then((each) => each.update())")
    phone.until(
        page, "navigator.serviceWorker.getRegistration().then((each) => Boolean(each.waiting))"
    )
    assert page.evaluate("window.isTheSamePage") is True
    assert page.locator("[name=note]").input_value() == "half a thought"
    assert page.locator("[name=left_loading]:checked").get_attribute("value") == "4"
    files = {name for name, _path, _text in page.evaluate(phone.CACHES) if "files" in name}
    assert len(files) == 2
    page.context.set_offline(True)
    phone.save(page)
    phone.told(page, KEPT["en"])
    phone.go_online(page)
    phone.waits_for(page, 0)
    assert phone.entries_of(person) == [(phone.today_of(person), 1, 4, "half a thought")]


def test_a_new_version_takes_over_when_the_pages_of_the_old_one_are_closed(
    open_phone, person, settings
):
    page = open_phone(person)
    phone.make_ready(page)
    settings.PATIENCE_MS += 1
    page.evaluate("navigator.serviceWorker.getRegistration().then((each) => each.update())")
    phone.until(
        page, "navigator.serviceWorker.getRegistration().then((each) => Boolean(each.waiting))"
    )
    # As when the app is closed: what shows the old version's pages is gone.
    context = page.context
    page.goto("about:blank")
    later = context.new_page()
    phone.make_ready(later)
    phone.until(
        later,
        "caches.keys().then((names) => names.filter((each) => /^files/.test(each)).length === 1)",
    )
    phone.go_offline(later)
    assert later.locator(".sticky-save .btn-primary").bounding_box()["height"] >= 56


def test_the_kept_page_is_fetched_anew_when_the_plan_asks_something_else(open_phone, person):
    page = open_phone(person)
    phone.make_ready(page)
    phone.factories.make_activity("swimming")
    page.goto("/log/")
    phone.until(
        page,
        f"({phone.CACHES})().then((all) => all.some((each) => each[2].includes('did_swimming')))",
    )


def test_leaving_a_filled_in_form_asks_first(open_phone, person):
    page = open_phone(person)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    phone.make_ready(page, "/log/")
    page.locator("[name=note]").fill("half a thought")
    page.locator(".brand").click()
    assert page.locator("[name=note]").input_value() == "half a thought"
    phone.fill_in(page, 4)
    page.wait_for_url("**/saved/")
    assert asked == ["beforeunload"]


def test_a_form_that_is_kept_can_be_left(open_phone, person):
    page = open_phone(person)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4, note="kept")
    phone.told(page, KEPT["en"])
    page.get_by_role("link", name="Try HipTrack again").click()
    page.wait_for_load_state()
    assert asked == []


@pytest.mark.parametrize(("age_ms", "is_told"), [(THREE_DAYS_MS + 1000, True), (1000, False)])
def test_what_waits_for_three_days_asks_for_a_connection(open_phone, person, age_ms, is_told):
    page = open_phone(person)
    phone.make_ready(page)
    phone.go_offline(page)
    phone.fill_in(page, 4)
    phone.told(page, KEPT["en"])
    page.evaluate(
        f"""() => new Promise((resolve) => {{
          const request = indexedDB.open("hiptrack");
          request.onsuccess = () => {{
            const queue = request.result.transaction("queue", "readwrite").objectStore("queue");
            queue.getAll().onsuccess = (event) => {{
              const [item] = event.target.result;
              queue.put({{ ...item, made_at: Date.now() - {age_ms} }}).onsuccess = () => {{
                request.result.close();
                resolve();
              }};
            }};
          }};
        }})"""
    )
    page.goto("/")
    page.locator("#waiting").wait_for()
    page.get_by_text("1 day waits for a connection.").wait_for()
    assert page.get_by_text("Open your connection").is_visible() == is_told


SAFARI = "Object.defineProperty(Navigator.prototype, 'standalone', { value: %s })"


def test_an_iphone_is_told_how_to_install_until_it_is_waved_away(open_phone, person):
    page = open_phone(person)
    page.context.add_init_script(SAFARI % "false")
    page.goto("/")
    page.get_by_text("tap Share").wait_for()
    page.get_by_role("button", name="Do not show this again").click()
    page.goto("/")
    assert page.locator("#install").is_hidden()
    page.goto("/settings/")
    page.get_by_text("tap Share").wait_for()


@pytest.mark.parametrize("script", [SAFARI % "true", "0"], ids=["installed", "not Safari"])
def test_nobody_else_is_told_so(open_phone, person, script):
    page = open_phone(person)
    page.context.add_init_script(script)
    for address in ("/", "/settings/"):
        page.goto(address)
        assert page.locator("#install").is_hidden()


def test_where_the_browser_offers_it_the_settings_have_a_button(open_phone, person):
    page = open_phone(person)
    offer = """() => {
      const event = new Event("beforeinstallprompt", { cancelable: true });
      event.prompt = async () => { window.isAsked = true; };
      dispatchEvent(event);
      return event.defaultPrevented;
    }"""
    page.goto("/")
    assert page.evaluate(offer) is True
    assert page.locator("#install").is_hidden()
    page.goto("/settings/")
    page.evaluate(offer)
    page.get_by_role("button", name="Put it on the home screen").click()
    assert page.evaluate("window.isAsked") is True
