"""Every byte between a browser and a server, whoever in the browser asked for it.

A browser's own account leaves out what a service worker, a manifest or a mark costs. A relay
between the two does not: it counts what passes.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_REQUEST = re.compile(rb"^(?:GET|POST|HEAD) (\S+) HTTP/1\.1\r$", re.MULTILINE)
_CHUNK = 65536


@dataclass
class Wire:
    """What has passed since `clear`: bytes to the browser, headers and all, and what was asked."""

    address: str
    received: int = 0
    asked: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.received, self.asked = 0, []


@contextlib.contextmanager
def relay(server: str) -> Iterator[Wire]:
    """A second address of the server, at which what passes is counted."""
    host, _, port = server.removeprefix("http://").partition(":")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}")
        accepting = threading.Thread(
            target=_accept, args=(listener, (host, int(port)), wire), daemon=True
        )
        accepting.start()
        yield wire
        # Closing alone does not wake who waits for a connection.
        listener.shutdown(socket.SHUT_RDWR)
        accepting.join()


def _accept(listener: socket.socket, server: tuple[str, int], wire: Wire) -> None:
    while True:
        try:
            browser, _ = listener.accept()
        except OSError:
            return
        upstream = socket.create_connection(server)
        for source, target, is_answer in ((browser, upstream, False), (upstream, browser, True)):
            threading.Thread(
                target=_pass_on, args=(source, target, wire, is_answer), daemon=True
            ).start()


def _pass_on(source: socket.socket, target: socket.socket, wire: Wire, is_answer: bool) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            if is_answer:
                wire.received += len(data)
            else:
                wire.asked += [found.decode() for found in _REQUEST.findall(data)]
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
