"""The program as it runs for people, for as long as a benchmark lasts."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.cookiejar import Cookie, CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from hiptrack import launcher

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a long enough pass phrase"
STARTS_WITHIN_SECONDS = 60
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The address of a server of its own: the launcher's gunicorn, DEBUG off, its own folder."""
    with tempfile.TemporaryDirectory(prefix="hiptrack-bench-") as folder:
        port = free_port()
        surroundings = _surroundings(Path(folder), port)
        made = [sys.executable, "-m", "tests.bench.people"]
        subprocess.run(made, cwd=ROOT, env=surroundings, check=True, stdout=sys.stderr)
        with (Path(folder) / "server.log").open("wb") as log:
            server = subprocess.Popen(
                launcher.web_server(port), cwd=ROOT, env=surroundings, stdout=log, stderr=log
            )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(server, address)
            yield address
        finally:
            launcher.end_all([server])


def _surroundings(folder: Path, port: int) -> dict[str, str]:
    """What the environment says, without settings of another installation."""
    own = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "SECRET_KEY", "DEBUG"}
    return {name: value for name, value in os.environ.items() if name not in own} | {
        "DJANGO_SETTINGS_MODULE": "hiptrack.settings",
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "DEMO_PASSWORD": PASSWORD,
    }


def _wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"{address}/health/ready", timeout=2):
            return
        time.sleep(0.2)
    raise SystemExit("The server of the benchmark does not answer.")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def sign_in(address: str, email: str) -> list[Cookie]:
    """The cookies of a person who has just signed in, on the page itself."""
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    form = opener.open(f"{address}/sign-in/").read().decode()
    token = _TOKEN.search(form)
    if token is None:
        raise SystemExit("The sign-in page has no form.")
    answers = {"csrfmiddlewaretoken": token[1], "login": email, "password": PASSWORD}
    opener.open(Request(f"{address}/sign-in/", urlencode(answers).encode()))
    return list(jar)
