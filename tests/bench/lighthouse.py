"""Lighthouse's scores of the patient's pages, as it plays a phone."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench import phone, site
from tests.bench.measures import Measure, median
from tests.bench.people import FOUR_WEEKS, TWO_YEARS

VERSION = "12.8.2"  # the last that runs on Node 20
FOLDER = site.ROOT / "var/bench"
PROGRAM = FOLDER / "node_modules/.bin/lighthouse"
RUNS = 3
# Now and then a run ends without a trace; Lighthouse itself says to run it again.
TRIES = 3
CATEGORIES = {"performance": 0.99, "accessibility": 1.0, "best-practices": 1.0}
TIMES = {
    "largest-contentful-paint": ("LCP", 1.4, "s", 1000),
    "total-blocking-time": ("TBT", 20, "ms", 1),
    "cumulative-layout-shift": ("CLS", 0, "", 1),
}
PAGES = (
    ("sign-in", "/sign-in/", ""),
    ("today", "/", FOUR_WEEKS),
    ("log", "/log/", FOUR_WEEKS),
    ("progress, four weeks", "/progress/", FOUR_WEEKS),
    ("progress, two years", "/progress/?weeks=all", TWO_YEARS),
)


def install() -> bool:
    """Whether Lighthouse is there, fetched from npm when it was not."""
    known = FOLDER / "node_modules/lighthouse/package.json"
    if known.is_file() and json.loads(known.read_text())["version"] == VERSION:
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    options = ["--no-audit", "--no-fund", "--silent", "--prefix", str(FOLDER)]
    return not subprocess.run([npm, "install", *options, f"lighthouse@{VERSION}"]).returncode


def measures(address: str) -> Iterator[Measure]:
    """The median of three runs a page: scores of 0 to 1, and the times behind them."""
    for name, path, email in PAGES:
        cookies = site.sign_in(address, email) if email else []
        headers = {"Cookie": "; ".join(f"{each.name}={each.value}" for each in cookies)}
        reports = [report(address + path, headers if email else {}) for _run in range(RUNS)]
        for category, least in CATEGORIES.items():
            score = median(each["categories"][category]["score"] for each in reports)
            yield Measure(f"{name}: {category}", score, "of 1", least, at_least=True)
        for audit, (short, most, unit, parts) in TIMES.items():
            value = median(each["audits"][audit]["numericValue"] for each in reports) / parts
            yield Measure(f"{name}: {short}", value, unit, most)
        # Lighthouse's own measure of the machine: beside other work every page looks slow.
        speed = median(each["environment"]["benchmarkIndex"] for each in reports)
        yield Measure(f"{name}: speed of the machine meanwhile", speed, "points")


def report(address: str, headers: dict[str, str]) -> dict[str, Any]:
    """What Lighthouse says of a page that it opens with these headers."""
    with tempfile.TemporaryDirectory(prefix="hiptrack-lighthouse-") as folder:
        sent = Path(folder) / "headers.json"
        sent.write_text(json.dumps(headers))
        command = [
            *(str(PROGRAM), address, "--quiet", "--output=json", f"--extra-headers={sent}"),
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--no-sandbox --headless=new",
        ]
        for _try in range(TRIES):
            ended = subprocess.run(
                command,
                env=os.environ | {"CHROME_PATH": phone.CHROMIUM, "TMPDIR": folder},
                capture_output=True,
                text=True,
            )
            if ended.returncode == 0:
                told: dict[str, Any] = json.loads(ended.stdout)
                if "runtimeError" not in told:
                    return told
        raise SystemExit(f"Lighthouse measured nothing at {address}: {ended.stderr[-500:]}")
