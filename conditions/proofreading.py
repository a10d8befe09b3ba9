"""Words and values that no content may have.

Pure: no Django, no database, no clock. What does not fit together is the linter's.
"""

import re
from collections.abc import Set
from itertools import pairwise
from string import Formatter
from typing import Any, Final

# Words by which a text would promise a result, name an illness, or frighten, in both languages.
_CLAIMS = re.compile(
    r"\bdiagnos\w*|\bgenees(?:t|d)?\b|\bgene(?:zen|zing)\b|\bcur(?:e|es|ed|ing)\b|\bgarand\w*"
    r"|\bguarant\w*|\bvoorspel\w*|\bpredict\w*|\bvoorkomt\b|\bprevents?\b|\bbehandelt\b|\btreats\b"
    r"|\balarm\w*|\balert\w*|\bdeteriorat\w*|\bachteruitgang\b|\bmedisch hulpmiddel\b",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)
PLACEHOLDERS: Final = frozenset({"clinic", "clinic_phone"})  # of red flags


def claims(text: str) -> list[str]:
    """The words in a text that promise or claim too much."""
    return _CLAIMS.findall(text)


def is_web_address(address: str) -> bool:
    """Whether a link may lead there: a page on the web, and nothing that a browser would run."""
    return _WEB_ADDRESS.fullmatch(address) is not None


def are_points(points: list[Any]) -> bool:
    """Whether these are a pain curve: {day, mean}, days rising, means from 0 to 10."""

    def fits(point: Any) -> bool:
        return (
            isinstance(point, dict)
            and set(point) == {"day", "mean"}
            and type(point["day"]) is int
            and type(point["mean"]) in (int, float)
            and 0 <= point["mean"] <= 10
        )

    if not points or not all(map(fits, points)):
        return False
    return all(before["day"] < after["day"] for before, after in pairwise(points))


def placeholder_mistakes(text: str, known: Set[str] = PLACEHOLDERS) -> list[str]:
    """What in a text would be filled in by nobody; a brace that stands alone counts too."""
    try:
        names = {name for _text, name, *_more in Formatter().parse(text) if name is not None}
    except ValueError:
        return ["{"]
    return [f"{{{name}}}" for name in sorted(names - known)]
