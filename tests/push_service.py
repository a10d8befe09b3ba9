"""A push service on this computer, and a device that can read what is sent to it.

The first part of an address says how the service answers: /201/…, /410/…, /hang/…, /drop/….
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_numbers = count(1)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Device:
    """What a browser would hand out, and the private part that it keeps."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        point = self.private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {"p256dh": encoded(point), "auth": encoded(self.secret)}

    def handed_out(self) -> dict[str, str]:
        return {"endpoint": self.endpoint} | self.keys

    def read(self, body: bytes) -> dict[str, Any]:
        text = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret)
        return json.loads(text)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.released = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.netloc = f"127.0.0.1:{self.server.server_address[1]}"

    def device(self, answer: str = "201") -> Device:
        return Device(f"http://{self.netloc}/{answer}/{next(_numbers)}")

    def _handler(service) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.requests.append(Request(self.path, dict(self.headers), body))
                answer = self.path.split("/")[1]
                if answer == "hang":
                    service.released.wait(10)
                if answer in ("hang", "drop"):
                    self.close_connection = True
                    return
                self.send_response(int(answer))
                if answer.startswith("3"):
                    self.send_header("Location", f"http://{service.netloc}/201/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Nothing on the screen of whoever runs the tests."""

        return Handler


@contextmanager
def running() -> Iterator[PushService]:
    service = PushService()
    thread = threading.Thread(target=service.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield service
    finally:
        service.released.set()
        service.server.shutdown()
        thread.join()
        service.server.server_close()
