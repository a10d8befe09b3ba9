"""The program's settings, quick and quiet for tests."""

import os
import tempfile

# Tests leave the files of a running program alone.
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="hiptrack-tests-"))

from hiptrack.settings import *  # noqa: F403

# The slow hash protects people; in tests it only makes each person slow to make.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in the program: the connections of a database in memory do not wait for each
    # other, and a page that writes while another reads is refused. Nothing of it has to last.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"]["init_command"] = (  # noqa: F405
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
