"""`make run` for real: web server, worker and beat, from nothing to a reminder and a flag."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PREPARED_WITHIN = 120
SEEN_WITHIN = 130  # the promise is two minutes; the rest is the clock of this test
ENDS_WITHIN = 25

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("launcher")]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_for(is_there: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_there():
            return True
        time.sleep(0.5)
    return False


@pytest.fixture(scope="module")
def own_database() -> Iterator[dict[str, str]]:
    """A PostgreSQL database and a Redis of the program's own, where the suite runs on those."""
    url = os.environ.get("DATABASE_URL", "")
    settings = {"REDIS_URL": os.environ.get("REDIS_URL", "").replace("/0", "/1")}
    if not url:
        yield settings
        return
    name = f"launcher_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield settings | {"DATABASE_URL": url.rpartition("/")[0] + f"/{name}"}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Running:
    process: subprocess.Popen
    output: Path
    address: str

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def started(self) -> bool:
        """Wait until the program answers; False when it ends before that, or takes too long."""
        wait_for(lambda: self.process.poll() is not None or self.answers(), PREPARED_WITHIN)
        return self.process.poll() is None and self.answers()

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]


def launch(folder: Path, **settings: str) -> Running:
    port = settings.pop("PORT", None) or str(free_port())
    output = folder / "output"
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "hiptrack.launcher"],
            cwd=ROOT,
            env=bare
            | {"DJANGO_SETTINGS_MODULE": "hiptrack.settings"}
            | {"VAR_DIR": str(folder / "var"), "PORT": port}
            | {name: value for name, value in settings.items() if value},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Running(process, output, f"http://127.0.0.1:{port}")


def end(running: Running) -> None:
    """Whatever a test left behind ends with it."""
    if running.process.poll() is None:
        running.process.terminate()
        try:
            running.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()


@pytest.fixture(scope="module")
def program(tmp_path_factory, own_database) -> Iterator[Running]:
    running = launch(tmp_path_factory.mktemp("program"), **own_database)
    try:
        assert running.started(), running.said()
        yield running
    finally:
        end(running)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_a_demo_patient_signs_in_with_the_printed_password(program):
    password = re.search(r"Password of all of them: (\S+)", program.said())[1]
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{program.address}/sign-in/", timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    answers = {"csrfmiddlewaretoken": token, "password": password}
    sent = urlencode(answers | {"login": "patient@example.org"}).encode()
    landed = browser.open(f"{program.address}/sign-in/", sent, timeout=10)
    assert landed.url == f"{program.address}/"
    assert "limit-card" in landed.read().decode()


def test_the_worker_sends_a_reminder_and_raises_a_flag_by_itself(program):
    def both_are_seen() -> bool:
        said = program.said()
        reminded = re.search(r"Message-ID:\s+<reminder\.", said) is not None
        return reminded and re.search(r"Message-ID:\s+<flag\.", said) is not None

    assert wait_for(both_are_seen, SEEN_WITHIN), program.said()
    assert "To: patient@example.org" in program.said()


def test_everything_together_stays_within_its_memory(program):
    def shared_fairly(pid: int) -> int:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1])

    pids = [program.process.pid]
    for pid in pids:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        pids += [int(child) for child in children]
    assert sum(shared_fairly(pid) for pid in pids) < 600_000


def test_term_ends_all_of_it_cleanly(program):
    children = program.children()
    assert len(children) == 3
    program.process.terminate()
    assert program.process.wait(ENDS_WITHIN) == 0
    assert [pid for pid in children if is_alive(pid)] == []
    assert "Traceback" not in program.said()


def test_when_the_worker_dies_the_rest_stops_and_says_so(tmp_path, own_database):
    running = launch(tmp_path, **own_database)
    try:
        assert running.started(), running.said()
        children = running.children()
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children}
        worker = next(pid for pid, command in commands.items() if "worker\0" in command)
        os.kill(worker, signal.SIGKILL)
        assert running.process.wait(ENDS_WITHIN) == 1
        assert running.said().splitlines()[-1] == "Stopped, because the worker ended by itself."
        assert [pid for pid in children if is_alive(pid)] == []
    finally:
        end(running)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://nobody:nothing@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1/0"),
    ],
)
def test_a_server_that_does_not_answer_is_named(tmp_path, name, value):
    running = launch(tmp_path, **{name: value})
    try:
        assert running.process.wait(60) == 1
        assert running.said().startswith(f"{name}: ")
        assert "Traceback" not in running.said()
    finally:
        end(running)


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = launch(tmp_path, PORT=str(port))
        try:
            assert running.process.wait(30) == 1
            assert running.said() == f"PORT: {port} is in use; choose another, as in PORT=8001.\n"
        finally:
            end(running)
