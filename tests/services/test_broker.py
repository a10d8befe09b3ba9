"""The broker of files: whole messages, each taken once, broken ones set aside."""

import json
import threading

import pytest
from kombu import Connection, Queue

from hiptrack import broker

broker.register()


@pytest.fixture
def connect(tmp_path):
    """connect(): a connection of its own to the same folder, as another process has it."""
    opened = []

    def open_():
        connection = Connection("files://localhost", transport_options={"directory": str(tmp_path)})
        opened.append(connection)
        return connection

    yield open_
    for connection in opened:
        connection.release()


def put(connection, *bodies, queue="work"):
    with connection.SimpleQueue(queue) as waiting:
        for body in bodies:
            waiting.put(body)


def take_all(connection, queue="work"):
    taken = []
    with connection.SimpleQueue(queue) as waiting:
        while True:
            try:
                message = waiting.get(timeout=0.2)
            except waiting.Empty:
                return taken
            message.ack()
            taken.append(message.payload)


def test_messages_come_in_the_order_they_were_put(connect):
    put(connect(), 1, 2, 3)
    assert take_all(connect()) == [1, 2, 3]


def test_a_queue_has_only_its_own_messages(connect):
    put(connect(), "mine")
    put(connect(), "other", queue="else")
    assert take_all(connect()) == ["mine"]
    assert take_all(connect(), "else") == ["other"]


def test_consumers_at_the_same_time_take_each_message_once(connect):
    put(connect(), *range(60))
    taken = [[], [], []]

    def consume(number):
        taken[number].extend(take_all(connect()))

    threads = [threading.Thread(target=consume, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(sum(taken, [])) == list(range(60))  # noqa: RUF017


def test_a_message_that_is_still_being_written_is_not_seen(connect, tmp_path):
    put(connect(), "whole")
    whole = next(tmp_path.glob("*.work.msg"))
    (tmp_path / "1-half.part").write_text(whole.read_text()[:20])
    assert take_all(connect()) == ["whole"]


def test_a_broken_message_is_set_aside_and_the_next_one_comes(connect, tmp_path, caplog):
    (tmp_path / "1-broken.work.msg").write_text('{"half": ')
    put(connect(), "next")
    assert take_all(connect()) == ["next"]
    assert [path.name for path in tmp_path.glob("*.broken")] == ["1-broken.work.broken"]
    assert "cannot be read" in caplog.text


def test_nothing_is_left_of_a_message_that_was_taken(connect, tmp_path):
    put(connect(), "one")
    take_all(connect())
    assert [path.name for path in tmp_path.iterdir() if "exchange" not in path.name] == []


def test_a_purge_empties_one_queue_and_says_how_many(connect):
    put(connect(), 1, 2)
    put(connect(), 3, queue="else")
    with connect().channel() as channel:
        bound = Queue("work")(channel)
        bound.declare()
        assert bound.purge() == 2
    assert take_all(connect()) == []
    assert take_all(connect(), "else") == [3]


def test_the_table_of_queues_is_always_whole(connect, tmp_path):
    for name in ("a", "b", "a"):
        put(connect(), 1, queue=name)
    tables = {path.name: json.loads(path.read_text()) for path in tmp_path.glob("*.exchange")}
    assert tables == {"a.exchange": [["a", "", "a"]], "b.exchange": [["b", "", "b"]]}
