"""Headless Chromium on the real pages."""

import os
import shutil
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User

PHONES = {"small phone": (320, 568), "phone": (390, 844)}
DESK = (1280, 900)
# How pages look, which no database changes: looked at once, with SQLite.
LOOKS = {
    "test_editor.py",
    "test_every_page.py",
    "test_forced_colours.py",
    "test_reach.py",
    "test_targets.py",
}
# What the browser itself says in its console, and is no fault of a page.
OF_REFUSALS = ("status of 4",)
OF_NO_CONNECTION = ("Failed to load resource", "error occurred when fetching the script")
PATIENCE_MS = 10_000

# Playwright's own event loop makes Django suspect an asynchronous caller.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            # Two groups, so that two processors share them; one browser each.
            is_look = item.path.name in LOOKS
            item.add_marker(pytest.mark.xdist_group("looks" if is_look else "browser"))
            if is_look:
                item.add_marker(pytest.mark.looks)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium; a sandbox cannot be had as root."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
        "args": ["--no-sandbox"],
    }


@pytest.fixture
def quiet_server(live_server) -> Iterator[str]:
    """The server's address. Its database is emptied only when no request is under way.

    Pages fetch by themselves what they keep for later, also while a test ends.
    """
    under_way: list[object] = []

    def begin(**_kwargs: object) -> None:
        under_way.append(None)

    def end(**_kwargs: object) -> None:
        if under_way:
            under_way.pop()

    request_started.connect(begin)
    request_finished.connect(end)
    yield live_server.url
    give_up_at = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < give_up_at:
        time.sleep(0.05)  # a request that was sent just now has not begun yet
        if not under_way:
            break
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def open_page(browser: Browser, quiet_server) -> Callable[..., Page]:
    """open_page(person, size=(390, 844), …): a page of a browser in which they signed in.

    Any error in a script, and anything the content policy blocks, fails the test; with
    `may_lose_connection` the browser may say that it could not load something.
    """
    contexts = []
    complaints: list[str] = []

    def open_(
        person: User | None = None,
        size: tuple[int, int] = PHONES["phone"],
        may_lose_connection: bool = False,
        **options,
    ):
        expected = OF_NO_CONNECTION if may_lose_connection else OF_REFUSALS
        context = browser.new_context(
            base_url=quiet_server,
            viewport={"width": size[0], "height": size[1]},
            **{"locale": "en-GB"} | options,
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        if person is not None:
            client = Client()
            client.force_login(person)
            context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": quiet_server}
                    for name, morsel in client.cookies.items()
                ]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and not any(each in message.text for each in expected)
                else None
            ),
        )
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def overflow(page: Page) -> int:
    """How many pixels the page can be scrolled sideways; a good page answers 0."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.fixture
def open_phone(open_page):
    """Open a page that may lose its connection, in the zone of the people of tests."""

    def open_(person, **options):
        options = {"timezone_id": "Europe/Amsterdam", "may_lose_connection": True} | options
        return open_page(person, **options)

    return open_
