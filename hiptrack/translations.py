"""Translations made ready for gettext, without GNU gettext being installed."""

import os
import sys
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_all(folder: Path = LOCALE) -> list[Path]:
    """Write a .mo beside each .po that is newer; answer the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Another process may be reading: the new file appears whole.
        temporary = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(temporary))
        os.replace(temporary, target)
        written.append(target)
    return written


def incomplete(folder: Path = LOCALE) -> list[str]:
    """A sentence for each text without a translation, or with one nobody has confirmed."""
    return [
        f"{source}: {'unconfirmed' if entry.fuzzy else 'untranslated'}: {entry.msgid!r}"
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po"))
        for entry in polib.pofile(str(source))
        if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]


if __name__ == "__main__":
    found = incomplete()
    print("\n".join(found) or "Every text is translated.")  # noqa: T201
    sys.exit(bool(found))
