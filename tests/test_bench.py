"""What the benchmark makes of what it measured."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen

import pytest

from tests.bench import wire
from tests.bench.measures import Measure, median, table


@pytest.mark.parametrize(
    ("value", "budget", "at_least", "ok"),
    [
        (14, 14, False, True),
        (14.001, 14, False, False),
        (0.99, 0.99, True, True),
        (0.989, 0.99, True, False),
        (0, 0, False, True),
        (1e9, None, False, True),
    ],
)
def test_a_value_is_held_against_its_budget(value, budget, at_least, ok):
    assert Measure("page", value, "kB", budget, at_least).ok is ok


def test_a_measure_is_one_line_of_json():
    line = Measure("log page, HTML gz", 6.7, "kB", 14).line()
    assert "\n" not in line
    assert json.loads(line) == {
        "measure": "log page, HTML gz",
        "value": 6.7,
        "unit": "kB",
        "budget": 14,
        "ok": True,
    }


@pytest.mark.parametrize(
    ("values", "middle"), [([3, 1, 2], 2), ([1], 1), ([1, 2, 100, 3], 2.5), ([0.9, 1, 1], 1)]
)
def test_the_median_is_the_middle_one(values, middle):
    assert median(values) == middle


def test_the_table_marks_what_is_over_its_budget():
    measures = [
        Measure("log page", 19.496, "kB", 100),
        Measure("CLS", 0.02, "", 0),
        Measure("performance", 1, "of 1", 0.99, at_least=True),
        Measure("swipes", 3, "swipes"),
    ]
    assert table(measures).splitlines() == [
        "log page     19.496 kB      ≤ 100",
        "CLS            0.02         ≤ 0     OVER",
        "performance       1 of 1    ≥ 0.99",
        "swipes            3 swipes",
    ]
    assert table([]) == ""


class Answering(BaseHTTPRequestHandler):
    """Answers each request with ten bytes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, *_arguments: object) -> None:
        pass


ANSWER_BYTES = len(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


def test_every_byte_and_request_is_counted(server):
    with wire.relay(server) as line:
        for path in ("/log/", "/sw.js"):
            with urlopen(line.address + path) as answer:
                assert answer.read() == b"0123456789"
        assert (line.received, line.asked) == (2 * ANSWER_BYTES, ["/log/", "/sw.js"])
        line.clear()
        assert (line.received, line.asked) == (0, [])


def test_two_requests_on_one_connection_are_two(server):
    with wire.relay(server) as line:
        host, _, port = line.address.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port))) as browser:
            for path in (b"/a", b"/b"):
                browser.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = b""
                while len(answer) < ANSWER_BYTES:
                    answer += browser.recv(1000)
        assert (line.received, line.asked) == (2 * ANSWER_BYTES, ["/a", "/b"])
