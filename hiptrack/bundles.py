"""What a patient's page loads: one style sheet and one script, joined from small sources.

The sources in `static/` stay one file for one thing. `BundleFinder` shows the joined files to
Django as two more static files, so that collectstatic hashes and compresses them like all others.
Staff pages load the sources themselves: they change less often, on better lines, and need more.
"""

import os
import posixpath
import re
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.storage import FileSystemStorage

from hiptrack import pruning

STATIC = Path(settings.BASE_DIR) / "static"
BUILT = Path(settings.VAR_DIR) / "built"

# In the order in which they count. Each script runs in a function of its own; what one offers to
# another it hangs on the object `hiptrack`.
SOURCES = {
    "bundles/patient.css": (
        "vendor/bootstrap-5.3.9.min.css",
        "css/tokens.css",
        "css/app.css",
        "css/charts.css",
        "css/diary.css",
        "css/phone.css",
    ),
    "bundles/patient.js": (
        "js/keep-visible.js",
        "js/clear-answer.js",
        "js/number-chips.js",
        "js/the-same.js",
        "js/show-password.js",
        "js/print.js",
        "js/dates.js",
        "js/storage.js",
        "js/queue-store.js",
        "js/queue-seal.js",
        "js/queue-tell.js",
        "js/mistakes.js",
        "js/queue-check.js",
        "js/queue-ask.js",
        "js/queue-order.js",
        "js/queue-send.js",
        "js/refused.js",
        "js/waiting.js",
        "js/queue.js",
        "js/keep-form.js",
        "js/push.js",
        "js/offline.js",
        "js/offline-days.js",
        "js/sign-out.js",
        "js/install.js",
    ),
}
# Of these only the rules stay that a page can use.
PRUNED = {"vendor/bootstrap-5.3.9.min.css"}
# Where a class of a page may be named.
NAMED_IN = (
    (Path(settings.BASE_DIR), ("templates/**/*.html", "static/js/*.js")),
    *((Path(settings.BASE_DIR) / room, ("**/*.py",)) for room in settings.ROOMS),
)
# What crispy_forms wraps around our fields; its accordions and dialogs are not used.
NAMED_IN_PACKAGES = {
    "crispy_forms": ("templatetags/*.py",),
    "crispy_bootstrap5": (
        "templates/bootstrap5/field.html",
        "templates/bootstrap5/*uni_form.html",
        "templates/bootstrap5/errors.html",
        "templates/bootstrap5/layout/*error*.html",
        "templates/bootstrap5/layout/help_text.html",
        "templates/bootstrap5/layout/radio_checkbox_select.html",
    ),
}
_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( ?\*/)?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ADDRESS = re.compile(r"""url\((['"]?)(?!data:|https?:|[/#'"])([^'")]+)\1\)""")
_SCRIPT = """try {{
(function (hiptrack) {{
{source}
}})(window.hiptrack);
}} catch (error) {{ setTimeout(() => {{ throw error; }}); }}
"""


class BundleFinder(BaseFinder):
    """Finds the bundles, and makes them again when a source has changed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=BUILT)
        self._states: dict[str, object] = {}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [
            checks.Error(f"{source} of {name} is not in {STATIC}", id="hiptrack.bundles")
            for name, sources in SOURCES.items()
            for source in sources
            if not (STATIC / source).is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in SOURCES:
            return []
        found = str(self._built(path))
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for name in SOURCES:
            if not matches_patterns(name, ignore_patterns or []):
                self._built(name)
                yield name, self.storage

    def _built(self, name: str) -> Path:
        path = BUILT / name
        state = state_of(files_behind(name))
        if self._states.get(name) != state or not path.is_file():
            write(path, join(name))
            self._states[name] = state
        return path


def join(name: str) -> str:
    """The text of a bundle."""
    texts = [(source, (STATIC / source).read_text()) for source in SOURCES[name]]
    if name.endswith(".js"):
        scripts = (_SCRIPT.format(source=_MAP.sub("", text).strip()) for _source, text in texts)
        return "window.hiptrack = {};\n" + "".join(scripts)
    words = pruning.words_of(*(path.read_text() for path in named_in()))
    return "\n".join(
        pruning.prune(sheet, words) if source in PRUNED else sheet
        for source, sheet in ((source, _moved(text, source, name)) for source, text in texts)
    )


def _moved(sheet: str, source: str, name: str) -> str:
    """A style sheet without comments, its addresses right from where the bundle stands."""
    folder = posixpath.dirname(source)

    def from_bundle(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, found[2]))
        return f'url("{posixpath.relpath(target, posixpath.dirname(name))}")'

    return _ADDRESS.sub(from_bundle, _COMMENT.sub("", sheet)).strip()


def files_behind(name: str) -> list[Path]:
    """All files that a bundle is made from."""
    sources = [STATIC / source for source in SOURCES[name]]
    return sources if name.endswith(".js") else [*sources, *named_in()]


def named_in() -> list[Path]:
    """The files that may name a class of Bootstrap."""
    packages = (
        (Path(folder), patterns)
        for package, patterns in NAMED_IN_PACKAGES.items()
        for folder in (find_spec(package).submodule_search_locations or ())  # type: ignore[union-attr]
    )
    return sorted(
        path
        for folder, patterns in (*NAMED_IN, *packages)
        for pattern in patterns
        for path in folder.glob(pattern)
    )


def state_of(paths: Iterable[Path]) -> object:
    """Differs as soon as one of the files does."""
    return [(path, (facts := path.stat()).st_mtime_ns, facts.st_size) for path in paths]


def write(path: Path, text: str) -> None:
    """Put the text there whole: another process sees the old file or the new one, never a part."""
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)
