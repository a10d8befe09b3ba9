"""The settings an operator may give, read once, with one clear sentence for each mistake.

Everything has a default that suits a computer at home: the program answers on 127.0.0.1
only, keeps its files in `var/`, and makes its own secret key there.
"""

import os
import secrets
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

env = environ.Env()


def stop(name: str, sentence: str) -> NoReturn:
    """End the start of the program with a sentence that names the setting."""
    raise SystemExit(f"{name}: {sentence}")


def boolean(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "1", "0", "true", "false", "on", "off", "yes", "no"):
        return value in ("1", "true", "on", "yes") if value else default
    stop(name, f"say on or off, not {value!r}.")


def base_url() -> str:
    """The address people use, without a slash at the end."""
    value = env.str("BASE_URL", "").rstrip("/") or f"http://127.0.0.1:{env.str('PORT', '8000')}"
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or parts.scheme not in ("http", "https") or not parts.hostname:
        stop("BASE_URL", f"give a full address such as https://hiptrack.example, not {value!r}.")
    if parts.path or parts.query:
        stop("BASE_URL", "give the address without a path: the program lives at its root.")
    return value


def is_local(url: str) -> bool:
    """Whether only people at this computer can reach the address."""
    return urlsplit(url).hostname in LOOPBACK


def var_directory() -> Path:
    """Where the embedded mode keeps its files; made when missing."""
    path = Path(env.str("VAR_DIR", str(ROOT / "var")))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop("VAR_DIR", f"the folder {path} cannot be made ({error.strerror}).")
    if not os.access(path, os.W_OK):
        stop("VAR_DIR", f"the folder {path} cannot be written to.")
    return path


def secret_key(var: Path, *, local: bool) -> str:
    """The key that signs sessions and invitations; at home it is made once and kept."""
    value: str = env.str("SECRET_KEY", "")
    if value:
        if len(value) < 50:
            stop("SECRET_KEY", "use at least 50 random characters.")
        return value
    if not local:
        stop("SECRET_KEY", "is missing; give 50 or more random characters.")
    path = var / "secret-key"
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()


def earlier_secret_keys() -> list[str]:
    """Keys that SECRET_KEY replaced: what they signed and closed still opens."""
    values: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
    if any(len(value) < 50 for value in values):
        stop("SECRET_KEY_FALLBACKS", "give the earlier keys whole, separated by commas.")
    return values


def database(var: Path) -> dict[str, Any]:
    """Django's DATABASES entry: SQLite in `var`, or the PostgreSQL of DATABASE_URL."""
    url = env.str("DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": var / "hiptrack.sqlite3",
            "OPTIONS": {
                # A transaction that will write takes its turn at once instead of failing
                # half-way; readers go on meanwhile.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        stop("DATABASE_URL", "give a postgres:// address, or leave it out to use SQLite.")
    try:
        config: dict[str, Any] = env.db_url_config(url)
    except (environ.ImproperlyConfigured, ValueError):
        stop("DATABASE_URL", "cannot be read; it looks like postgres://name:password@host:5432/db.")
    if not config.get("NAME"):
        stop("DATABASE_URL", "names no database; it ends in /database.")
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    config.setdefault("OPTIONS", {}).setdefault(
        "options", "-c lock_timeout=3s -c statement_timeout=15s"
    )
    return config


def redis_url() -> str:
    """The Redis of broker and cache, or nothing for the embedded mode."""
    value: str = env.str("REDIS_URL", "")
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        stop("REDIS_URL", "give a redis:// address, or leave it out to use files.")
    return value


def email() -> dict[str, Any]:
    """Django's EMAIL_ settings; without EMAIL_URL mail is printed on the console."""
    url = env.str("EMAIL_URL", "") or "consolemail://"
    try:
        config: dict[str, Any] = env.email_url_config(url)
    except (environ.ImproperlyConfigured, KeyError, ValueError):
        stop("EMAIL_URL", "give an address such as smtp+tls://name:password@mail.example:587.")
    return config
