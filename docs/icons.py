"""Draw the icons of the home screen from `static/icons/hiptrack.svg`: `make icons`."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parent.parent / "static" / "icons"
# A maskable icon is cut to any shape: what counts lies within 80 % of its width.
MASKABLE_VIEW = "-4 -4 40 40"
# name: size in pixels, corners of the mark's own, view of the drawing
SIZES = {
    "icon-192.png": (192, True, None),
    "icon-512.png": (512, True, None),
    "icon-maskable-512.png": (512, False, MASKABLE_VIEW),
    "apple-touch-icon.png": (180, False, None),  # iOS rounds it by itself
}


def drawing(size: int, is_rounded: bool, view: str | None) -> str:
    svg = (ICONS / "hiptrack.svg").read_text()
    if not is_rounded:
        svg = svg.replace('rx="7"', "")
    if view:
        svg = svg.replace('viewBox="0 0 32 32"', f'viewBox="{view}"')
        x, y, width, height = view.split()
        svg = svg.replace(
            '<rect width="32" height="32"',
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}"',
        )
    return svg.replace("<svg ", f'<svg width="{size}" height="{size}" style="display:block" ')


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name, (size, is_rounded, view) in SIZES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0;background:transparent}}</style>"
                f"{drawing(size, is_rounded, view)}"
            )
            page.screenshot(path=ICONS / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
