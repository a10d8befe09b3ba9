"""Editors' Markdown as HTML that is safe on a page.

Paragraphs, lists, emphasis and links to web pages; nothing else becomes HTML. What an editor
writes beyond that (a heading, HTML, another kind of link) is shown as it was typed, and a
picture is a link to it.
"""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

INLINE_TAGS = {"a", "br", "em", "strong"}
TAGS = INLINE_TAGS | {"li", "ol", "p", "ul"}
RULES = ["emphasis", "entity", "escape", "link", "list", "newline"]
WEB = re.compile(r"https?://[^/]", re.IGNORECASE)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return WEB.match(url) is not None


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    # The parser lets nothing else through; this holds where the parser would err.
    return nh3.Cleaner(
        tags=tags,
        attributes={"*": set(), "a": {"href"}} | ({"ol": {"start"}} if "ol" in tags else {}),
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel="nofollow noreferrer",
    )


_parser = _Parser("zero", {"html": False}).enable(RULES)
_cleaners = {True: _cleaner(INLINE_TAGS), False: _cleaner(TAGS)}


def to_html(text: str) -> SafeString:
    """A text of one or more paragraphs, with lists."""
    return mark_safe(_cleaners[False].clean(_parser.render(text)).strip())  # noqa: S308


def to_inline_html(text: str) -> SafeString:
    """A text within a line: emphasis and links, no paragraphs of its own."""
    return mark_safe(_cleaners[True].clean(_parser.renderInline(text)))  # noqa: S308
