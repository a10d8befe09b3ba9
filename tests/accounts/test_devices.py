"""What a device is called: words from a list, and never what the browser sent."""

import pytest

from accounts.devices import device_name

CHROME = "Chrome/141.0.0.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {WEBKIT} {CHROME} Mobile Safari/537.36",
            "Chrome Mobile, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Mobile Safari, iOS",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} {CHROME} Safari/537.36 Edg/141.0",
            "Edge, Windows",
        ),
        ("", ""),
        ("something of one's own", ""),
        ("<script>alert(1)</script>", ""),
        ("\x00\ud800", ""),
    ],
)
def test_a_device_has_a_name_where_it_is_known(told, name):
    assert device_name(told) == name


@pytest.mark.parametrize("piece", ["<b>", "\u202e", "\x00", "x" * 400])
def test_what_a_browser_slips_in_is_not_taken_over(piece):
    for told in (f"{piece}bot/1.0", f"Mozilla/5.0 (compatible; {piece}Bot/1; +http://x)", piece):
        name = device_name(told)
        assert len(name) <= 60
        assert not set(name) & set("<>\u202e\x00")


def test_a_line_without_end_is_read_from_its_start_only():
    assert device_name("x" * 1_000_000 + " Firefox/140.0") == ""
