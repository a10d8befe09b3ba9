"""docs/offline.md names a test for each promise; each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"^def (test_\w+)", re.MULTILINE)


def test_each_test_that_the_document_names_exists():
    named = set(NAMED.findall((ROOT / "docs" / "offline.md").read_text()))
    files = (ROOT / "tests").rglob("test_*.py")
    defined = {name for path in files for name in DEFINED.findall(path.read_text())}
    assert len(named) > 25
    assert named - defined == set()
