"""`make run`: prepare the installation, then web server, worker and beat in the foreground.

The three run as children of this process. Ctrl-C or TERM ends them together; when one of
them ends by itself, the others end too and the last line names it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from hiptrack import environment

PATIENCE_SECONDS = 20
DEMO_SIGN_INS = ("patient", "physio", "editor", "editor2", "manager", "patient2", "physio2")
Command = list[str]


def main() -> int:
    """Run until told to stop; 0 after a stop somebody asked for, else 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hiptrack.settings")
    # A line appears when it is written, also through a pipe.
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    port = free_port()
    var = environment.var_directory()
    # What lies in the broker's folder are old calls to look; the database is the queue.
    shutil.rmtree(var / "broker", ignore_errors=True)
    prepared = subprocess.run([sys.executable, "-m", "hiptrack.prepare"])
    if prepared.returncode:
        return 1
    greet(port, var)
    return run_together(
        {
            "the web server": web_server(port),
            "the worker": celery("worker", "--loglevel=WARNING", *worker_options()),
            "beat": celery("beat", "--loglevel=WARNING", "--pidfile="),
        }
    )


def free_port() -> int:
    """The port of the web server; stops with a sentence when it cannot be had."""
    given = os.environ.get("PORT", "") or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        environment.stop("PORT", f"give a number from 1 to 65535, not {given!r}.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", int(given)))
        except OSError:
            environment.stop("PORT", f"{given} is in use; choose another, as in PORT=8001.")
    return int(given)


def greet(port: int, var: Path) -> None:
    lines = [f"HipTrack answers on http://127.0.0.1:{port}"]
    kept = var / "demo-password"
    if kept.exists():
        addresses = ", ".join(f"{name}@example.org" for name in DEMO_SIGN_INS)
        lines += [f"Demo sign-ins: {addresses}", f"Password of all of them: {kept.read_text()}"]
    lines.append("Ctrl-C stops it.")
    print("\n".join(lines), flush=True)  # noqa: T201


def web_server(port: int) -> Command:
    return [
        *(sys.executable, "-m", "gunicorn", "hiptrack.wsgi:application"),
        f"--bind=127.0.0.1:{port}",
        *("--worker-class=gthread", "--workers=2", "--threads=4", "--preload"),
        *("--no-control-socket", "--log-level=warning", "--graceful-timeout=10"),
    ]


def celery(*arguments: str) -> Command:
    return [sys.executable, "-m", "celery", "--app=hiptrack", "--quiet", *arguments]


def worker_options() -> Command:
    """Two processes where there is a Redis; at home one, without the talk between workers."""
    if environment.redis_url():
        return ["--concurrency=2"]
    return ["--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]


def run_together(commands: dict[str, Command]) -> int:
    """Start all, and end all as soon as one ends or this process is told to stop."""
    stop_asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: stop_asked.append(number))
    running = {name: subprocess.Popen(command) for name, command in commands.items()}
    while not stop_asked and all(child.poll() is None for child in running.values()):
        time.sleep(0.2)
    ended = [name for name, child in running.items() if child.poll() is not None]
    end_all(list(running.values()))
    if stop_asked:
        return 0
    print(f"Stopped, because {ended[0]} ended by itself.", file=sys.stderr)  # noqa: T201
    return 1


def end_all(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and make those end that do not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
