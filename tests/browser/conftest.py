"""Headless Chromium on the real pages."""

import os
import shutil
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User

PHONES = {"small phone": (320, 568), "phone": (390, 844)}
DESK = (1280, 900)
PATIENCE_MS = 10_000

# Playwright's own event loop makes Django suspect an asynchronous caller.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Debian's Chromium; a sandbox cannot be had as root."""
    return browser_type_launch_args | {
        "executable_path": shutil.which("chromium") or "/usr/bin/chromium",
        "args": ["--no-sandbox"],
    }


@pytest.fixture
def open_page(browser: Browser, live_server) -> Callable[..., Page]:
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
        expected = "Failed to load resource" if may_lose_connection else "status of 4"
        context = browser.new_context(
            base_url=live_server.url,
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
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and expected not in message.text
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
