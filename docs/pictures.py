"""Make the pictures of the README from a running demo: `make run` in one terminal, then
`make pictures` in another.
"""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
ADDRESS = os.environ.get("BASE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")


def password() -> str:
    """The demo's password: as given, or as the demo kept it."""
    given = os.environ.get("DEMO_PASSWORD")
    kept = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "demo-password"
    return given or kept.read_text().strip()


def take(browser: Browser, email: str, size: tuple[int, int], file: str) -> None:
    context = browser.new_context(
        base_url=ADDRESS,
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=2 if size[0] < 600 else 1,
        locale="en-GB",
        color_scheme="light",
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password())
    page.locator("main form button:not([type=button])").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / file)
    context.close()


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        take(browser, "patient@example.org", (390, 844), "phone.png")
        take(browser, "physio@example.org", (1280, 900), "caseload.png")
        browser.close()


if __name__ == "__main__":
    main()
