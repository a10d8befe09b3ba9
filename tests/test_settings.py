"""A setting that cannot be used stops the start with one sentence that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hiptrack import environment, launcher

ROOT = Path(__file__).resolve().parent.parent
LONG_KEY = "k" * 50


@pytest.fixture
def given(monkeypatch, tmp_path):
    """given(NAME=value): exactly these settings, and a folder of one's own."""
    for name in ("BASE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))

    def set_(**settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return set_


def sentence(read):
    """What the program says when it stops there."""
    with pytest.raises(SystemExit) as stopped:
        read()
    return str(stopped.value)


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("DATABASE_URL", "mysql://host/db", lambda: environment.database(Path())),
        ("DATABASE_URL", "postgres://host:5432/", lambda: environment.database(Path())),
        ("DATABASE_URL", "postgres://host:port/db", lambda: environment.database(Path())),
        ("REDIS_URL", "http://localhost", environment.redis_url),
        ("EMAIL_URL", "pigeon://loft", environment.email),
        ("BASE_URL", "hiptrack.example", environment.base_url),
        ("BASE_URL", "ftp://hiptrack.example", environment.base_url),
        ("BASE_URL", "https://hiptrack.example/app", environment.base_url),
        ("BASE_URL", "https://hiptrack.example:no", environment.base_url),
        ("DEBUG", "perhaps", lambda: environment.boolean("DEBUG", False)),
        ("SECRET_KEY", "short", lambda: environment.secret_key(Path(), local=True)),
        ("SECRET_KEY_FALLBACKS", f"{LONG_KEY},short", environment.earlier_secret_keys),
        ("VAR_DIR", "/proc/nowhere", environment.var_directory),
        ("PORT", "eighty", launcher.free_port),
        ("PORT", "70000", launcher.free_port),
    ],
)
def test_a_broken_setting_is_named(given, name, value, read):
    given(**{name: value})
    told = sentence(read)
    assert told.startswith(f"{name}: ")
    assert told.endswith(".")
    assert "\n" not in told


def test_a_missing_key_is_named_where_others_can_reach_the_program(given, tmp_path):
    told = sentence(lambda: environment.secret_key(tmp_path, local=False))
    assert told == "SECRET_KEY: is missing; give 50 or more random characters."


@pytest.mark.parametrize(
    ("given_keys", "read"),
    [("", []), (f"{LONG_KEY},{LONG_KEY[::-1]}x", [LONG_KEY, LONG_KEY + "x"])],
)
def test_earlier_keys_are_read_in_their_order(given, given_keys, read):
    given(SECRET_KEY_FALLBACKS=given_keys)
    assert environment.earlier_secret_keys() == read


def test_at_home_a_key_is_made_once_and_kept_from_others(given, tmp_path):
    first = environment.secret_key(tmp_path, local=True)
    assert environment.secret_key(tmp_path, local=True) == first
    assert len(first) >= 50
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600


def test_good_settings_are_taken(given, tmp_path):
    given(
        DATABASE_URL="postgres://name:word@db.example:5433/hiptrack",
        REDIS_URL="redis://127.0.0.1:6379/1",
        EMAIL_URL="smtp+tls://name:word@mail.example:587",
        BASE_URL="https://hiptrack.example/",
        SECRET_KEY=LONG_KEY,
        DEBUG="on",
    )
    database = environment.database(tmp_path)
    assert (database["NAME"], database["HOST"], database["PORT"]) == (
        "hiptrack",
        "db.example",
        5433,
    )
    assert environment.redis_url() == "redis://127.0.0.1:6379/1"
    assert environment.email()["EMAIL_HOST"] == "mail.example"
    assert environment.base_url() == "https://hiptrack.example"
    assert environment.secret_key(tmp_path, local=False) == LONG_KEY
    assert environment.boolean("DEBUG", False)


def test_without_settings_the_program_keeps_to_this_computer(given, tmp_path):
    assert environment.base_url() == "http://127.0.0.1:8000"
    assert environment.is_local(environment.base_url())
    assert environment.database(tmp_path)["ENGINE"].endswith("sqlite3")
    assert environment.redis_url() == ""
    assert environment.email()["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert not environment.boolean("DEBUG", False)


def start(**settings):
    """`manage.py check` as an operator runs it, with the settings given."""
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=bare | {"DJANGO_SETTINGS_MODULE": "hiptrack.settings"} | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_start_ends_with_the_sentence_and_nothing_else(tmp_path):
    ended = start(VAR_DIR=str(tmp_path), DATABASE_URL="mysql://host/db")
    assert ended.returncode == 1
    assert ended.stderr == (
        "DATABASE_URL: give a postgres:// address, or leave it out to use SQLite.\n"
    )


@pytest.mark.parametrize(("url", "is_strict"), [("https://h.example", True), ("", False)])
def test_an_https_address_makes_cookies_and_transport_strict(tmp_path, url, is_strict):
    program = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0,"
        " s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_NAME.startswith('__Host-'))"
    )
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=bare
        | {"DJANGO_SETTINGS_MODULE": "hiptrack.settings", "VAR_DIR": str(tmp_path)}
        | {"BASE_URL": url, "SECRET_KEY": LONG_KEY},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.stdout.split() == [str(is_strict)] * 5
