"""What the log page costs a phone, the first time and each time after."""

import gzip
from collections.abc import Iterator
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext

from tests.bench import phone, site, wire
from tests.bench.measures import Measure
from tests.bench.people import FOUR_WEEKS

# Later requests of a worker or a manifest come some time after the page is there.
QUIET_MS = 3000


def measures(browser: Browser, address: str) -> Iterator[Measure]:
    """Bytes and requests of the log page in a browser that never saw the program."""
    cookies = site.sign_in(address, FOUR_WEEKS)
    with wire.relay(address) as line, phone.signed_in(browser, line.address, cookies) as context:
        _visit(context, "/log/")
        yield Measure("log page, first visit", line.received / 1000, "kB", 100)
        yield Measure("log page, first visit, requests", len(line.asked), "requests", 8)
        asked = list(line.asked)
        line.clear()
        _visit(context, "/log/")
        yield Measure("log page, repeat visit", line.received / 1000, "kB", 15)
        yield Measure("log page, repeat visit, requests", len(line.asked), "requests")
    sent = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in cookies)}
    yield Measure("log page, HTML gz", _packed(address, ["/log/"], sent), "kB", 14)
    scripts = [path for path in asked if path.partition("?")[0].endswith(".js")]
    yield Measure("log page, JS gz", _packed(address, scripts, sent), "kB", 35)


def _visit(context: BrowserContext, path: str) -> None:
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("networkidle")
    # A phone reads the manifest and a picture, to offer installing; a headless one when asked.
    session = context.new_cdp_session(page)
    session.send("Page.getAppManifest")
    session.send("Page.getInstallabilityErrors")
    page.wait_for_timeout(QUIET_MS)
    page.close()


def _packed(address: str, paths: list[str], headers: dict[str, str]) -> float:
    """Kilobytes of these files together, as gzip packs them."""
    contents = (urlopen(Request(address + path, headers=headers)).read() for path in paths)
    return sum(len(gzip.compress(each, 6)) for each in contents) / 1000
