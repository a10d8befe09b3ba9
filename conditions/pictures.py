"""The drawings in static/pictures, put into a page so that they take its colours."""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
ROOT = re.compile(r"<svg\b[^>]*>")


def svg(name: str, text: str = "") -> SafeString:
    """A drawing, with the text that stands for it where it cannot be seen.

    Without a text it is an ornament, for a picture whose words stand beside it. Nothing where
    there is no such drawing, so that a page stands without.
    """
    drawing = _drawing(name)
    root = ROOT.search(drawing)
    if root is None:
        return SafeString()
    said = format_html('role="img" aria-label="{}"', text) if text else 'aria-hidden="true"'
    opening = f'{root[0][:-1]} class="picture" focusable="false" {said}>'
    # Our own file, and a text that was escaped.
    return mark_safe(opening + drawing[root.end() :])  # noqa: S308


@lru_cache(maxsize=100)
def _drawing(name: str) -> str:
    path = finders.find(f"pictures/{name}.svg") if NAME.fullmatch(name) else None
    return Path(path).read_text(encoding="utf-8").strip() if path else ""
