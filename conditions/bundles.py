"""Files of the library as an editor sends and gets them: one YAML file, or many in a zip.

What comes from outside is measured before it is read: how many files, how large, how deep, and
how much a few names for repeated things would unfold to. Every refusal is a sentence in the
active language, with the file and where possible the line.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

MOST_FILES: Final = 100
MOST_BYTES: Final = 5_000_000  # of all files, unpacked
MOST_BYTES_OF_A_FILE: Final = 1_000_000
MOST_NAMES: Final = 1000  # used again, as *name
MOST_THINGS: Final = 50_000  # of a file with what such names stand for; ours have some 10 000
MOST_LEVELS: Final = 40

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.yaml")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class UploadRefused(Exception):
    """The files cannot be read safely; `problems` has a sentence for each reason."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files: the same bytes for the same files, whenever it is made."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # not that of the computer that happens to make it
            archive.writestr(entry, files[name])
    return target.getvalue()


def unpack(name: str, content: bytes) -> dict[str, bytes]:
    """The files of an upload by their names. Raises UploadRefused."""
    if zipfile.is_zipfile(BytesIO(content)):
        files = _unzipped(content)
    elif _NAME.fullmatch(name):
        files = {name: content}
    else:
        raise UploadRefused([_("Send a file whose name ends in .yaml, or a zip of such files.")])
    problems = [problem for each in sorted(files) for problem in _dangers(each, files[each])]
    if not files:
        problems = [_("There is no file in the zip.")]
    if problems:
        raise UploadRefused(problems)
    return files


def _unzipped(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _entries(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # The last two: a compression that is not known here, and a zip with a password.
        raise UploadRefused([_("The zip cannot be unpacked: %s.") % error]) from error


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise UploadRefused([_("The zip has more than %s files.") % MOST_FILES])
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        if not _NAME.fullmatch(entry.filename):
            words = {"file": entry.filename}
            told = _("%(file)s: only .yaml files can be in the zip, and no folders.")
            raise UploadRefused([told % words])
        if entry.filename in files:
            raise UploadRefused([_("%(file)s stands twice in the zip.") % {"file": entry.filename}])
        with archive.open(entry) as packed:
            # What a zip says of its sizes need not be true.
            files[entry.filename] = packed.read(left + 1)
        left -= len(files[entry.filename])
        if left < 0:
            raise UploadRefused([_("The files are larger than %s MB.") % (MOST_BYTES // 10**6)])
    return files


def _dangers(name: str, content: bytes) -> Iterator[str]:
    """A sentence when reading a file would take too much, or hide what it says."""
    if len(content) > MOST_BYTES_OF_A_FILE:
        words = {"file": name, "most": MOST_BYTES_OF_A_FILE // 10**6}
        yield _("%(file)s: is larger than %(most)s MB.") % words
        return
    measure = _Measure()
    events: Iterator[Any] = yaml.parse(content, yaml.CSafeLoader)
    try:
        for event in events:
            danger = measure.danger(event)
            if danger:
                words = {"file": name, "line": event.start_mark.line + 1, "danger": danger}
                yield _("%(file)s, line %(line)s: %(danger)s") % words
                return
    except (yaml.YAMLError, UnicodeDecodeError):
        return  # the library says it better, with all else that is wrong


class _Measure:
    """Counts, event by event, what a YAML file would become."""

    def __init__(self) -> None:
        self.names_used = 0
        self.open: list[tuple[str | None, int]] = []  # anchor, and things before it
        self.things = 0
        self.sizes: dict[str, int] = {}

    def danger(self, event: Any) -> str | None:
        """What is wrong with going on, or None."""
        if isinstance(event, yaml.CollectionEndEvent):
            self._close()
            return None
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor)) or self._too_much()
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return self._thing(event) or self._too_much()
        return None

    def _close(self) -> None:
        anchor, before = self.open.pop()
        if anchor:
            self.sizes[anchor] = self.things - before

    def _thing(self, event: Any) -> str | None:
        is_open = isinstance(event, yaml.CollectionStartEvent)
        if is_open:
            self.open.append((event.anchor, self.things))
        elif event.anchor:
            self.sizes[event.anchor] = 1
        self.things += 1
        if event.tag is not None:
            return _("types (!) are not allowed.")
        if len(self.open) > MOST_LEVELS:
            return _("is nested too deep.")
        if not is_open and "\0" in event.value:
            return _("has a character that no text can have.")
        return None

    def _alias(self, anchor: str) -> str | None:
        self.names_used += 1
        if anchor not in self.sizes:  # unknown, or it would stand in itself
            return _("uses a name (*) that is not known there.")
        self.things += self.sizes[anchor]
        return _("uses too many names (*).") if self.names_used > MOST_NAMES else None

    def _too_much(self) -> str | None:
        return _("says too much for one file.") if self.things > MOST_THINGS else None
