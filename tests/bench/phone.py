"""A phone of the middle class on a poor connection, as Chromium plays it."""

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from http.cookiejar import Cookie

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SCREEN = {"width": 390, "height": 844}
PATIENCE_MS = 15_000
# Lighthouse's "slow 4G" and its middle-class phone.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8}
CPU_SLOWDOWN = 4


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # A sandbox cannot be had as root.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def signed_in(
    browser: Browser, address: str, cookies: Iterable[Cookie]
) -> Iterator[BrowserContext]:
    """A new phone, with an empty cache, on which somebody has signed in."""
    context = browser.new_context(
        base_url=address, viewport=SCREEN, device_scale_factor=3, is_mobile=True, has_touch=True
    )
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies(
        [{"name": each.name, "value": str(each.value), "url": address} for each in cookies]
    )
    yield context
    context.close()


def slow_down(page: Page) -> None:
    """Let the page load and work as on the phone."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        SLOW_4G | {"uploadThroughput": SLOW_4G["downloadThroughput"] / 2},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
