"""Editors' Markdown: what becomes HTML, and what never does."""

from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from conditions import markdown

ALLOWED = {
    "a": {"href", "rel"},
    "ol": {"start"},
    **{tag: set() for tag in ("br", "em", "li", "p", "strong", "ul")},
}
TRICKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><math><mtext></mtext></math>",
    "<p onclick=alert(1) style='position:fixed'>**bold**</p>",
    "<!-- <a> --><![CDATA[<script>]]><?php x ?>",
    "<iframe src='https://evil.example'></iframe><form action=/x><input></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x73;cript:alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](vbscript:x) [x](data:text/html;base64,PHNjcmlwdD4=) [x](file:///etc/passwd)",
    "[x](//evil.example) [x](/content/) [x](?a=1) [x](#top) [x](mailto:a@b.example)",
    "[x](https:/evil.example) [x](https://) [x](https:javascript)",
    '[x](https://a.example" onmouseover="alert(1))',
    '[x](https://a.example "t\\" onmouseover=alert(1)")',
    "[x](https://a.example/'onclick='alert(1))",
    "[<script>alert(1)</script>](https://a.example)",
    "[![x](javascript:alert(1))](https://a.example)",
    "![x](https://a.example/x.png) ![x](javascript:alert(1)) ![x][y]\n\n[y]: javascript:alert(1)",
    "<https://a.example> <javascript:alert(1)> https://a.example",
    "# heading\n\nunder\n=====\n\n---\n\n> quote\n\n    code\n\n```html\n<b>\n```\n\n`<i>`",
    "| a | b |\n|---|---|\n| <script> | c |",
    "- <details open ontoggle=alert(1)>\n  1. <b onfocus=alert(1) autofocus>",
    "**<b onclick=alert(1)>**_<style>*{display:none}</style>_",
    "\x00<scr\x00ipt>",
    "[a](https://a.example/<script>)",
    "[" * 400 + "x" + "](javascript:1)" * 400,
]


class Tags(HTMLParser):
    """Every tag and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    handle_pi = unknown_decl = handle_comment = handle_decl


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("to_html", [markdown.to_html, markdown.to_inline_html])
def test_no_trick_gets_a_tag_or_an_address_past_it(to_html, trick):
    for tag, attributes in Tags(to_html(trick)).seen:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        if tag == "a":
            assert attributes["href"].startswith("https://")
            assert attributes["rel"] == "nofollow noreferrer"


@pytest.mark.parametrize("trick", TRICKS)
def test_the_cleaner_alone_stops_a_parser_that_lets_html_through(monkeypatch, trick):
    careless = markdown.MarkdownIt("commonmark", {"html": True})
    careless.validateLink = lambda url: True
    monkeypatch.setattr(markdown, "_parser", careless)
    for tag, attributes in Tags(markdown.to_html(trick)).seen:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
        assert attributes.get("href", "https://").startswith(("https://", "https:"))


def test_html_is_shown_as_it_was_typed():
    assert markdown.to_html("<b>a</b> & b < 5") == "<p>&lt;b&gt;a&lt;/b&gt; &amp; b &lt; 5</p>"


def test_a_link_of_another_kind_is_shown_as_it_was_typed():
    assert markdown.to_html("[x](javascript:alert(1))") == "<p>[x](javascript:alert(1))</p>"
    assert markdown.to_html("[x](/content/)") == "<p>[x](/content/)</p>"


def test_paragraphs_lists_and_emphasis_become_html():
    text = "Walk **slowly** and *often*.\n\n- a\n- b\n\n3. c\n4. d"
    assert markdown.to_html(text) == (
        "<p>Walk <strong>slowly</strong> and <em>often</em>.</p>\n"
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'
    )


def test_a_link_to_a_web_page_tells_that_page_nothing():
    assert markdown.to_html("[NVO](https://a.example/?a=1&b=2)") == (
        '<p><a href="https://a.example/?a=1&amp;b=2" rel="nofollow noreferrer">NVO</a></p>'
    )


def test_a_picture_is_a_link():
    assert markdown.to_inline_html("![x](https://a.example/x.png)") == (
        '!<a href="https://a.example/x.png" rel="nofollow noreferrer">x</a>'
    )


def test_within_a_line_there_are_no_blocks():
    assert markdown.to_inline_html("a **b**\n\n- c") == "a <strong>b</strong>\n\n- c"


def test_a_heading_of_an_editor_does_not_break_the_outline_of_a_page():
    assert markdown.to_html("# Title") == "<p># Title</p>"


def test_nothing_gives_nothing():
    assert markdown.to_html("") == ""
    assert markdown.to_inline_html("") == ""


def test_templates_have_both_as_filters():
    template = Template("{% load markdown %}{{ text|markdown }}{{ text|inline_markdown }}")
    assert template.render(Context({"text": "*a* <"})) == "<p><em>a</em> &lt;</p><em>a</em> &lt;"
