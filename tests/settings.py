"""The program's settings, quick and quiet for tests."""

import os
import tempfile

# Tests leave the files of a running program alone.
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="hiptrack-tests-"))

from hiptrack.settings import *  # noqa: F403

# The slow hash protects people; in tests it only makes each person slow to make.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
