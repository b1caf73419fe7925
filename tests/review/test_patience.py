"""Whoever opens connections and does not say what he wants shuts nobody out for long."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from pipeline.review import serving
from pipeline.review.serving import Address, make_server
from tests.review.site import Site

MOST = 10


@pytest.fixture
def port(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The pages as `beian review` serves them, less patient and to fewer at once."""
    monkeypatch.setattr(serving, "_MOST_AT_ONCE", MOST)
    monkeypatch.setattr(serving, "_KEEP_ALIVE_SECONDS", 1)
    server = make_server(site.parts, Address(host="127.0.0.1", port=0))
    monkeypatch.setattr("pipeline.review.patience.PatientProtocol.head_seconds", 0.5)
    monkeypatch.setattr("pipeline.review.call.BODY_SECONDS", 0.5)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/login")
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("said", [b"", b"GET /login HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
def test_room_is_made_again(said: bytes, port: int) -> None:
    assert _status(port) == 200
    with ExitStack() as stack:
        for _ in range(MOST + 5):
            waiting = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            waiting.sendall(said)
        time.sleep(0.2)
        assert _status(port) == 503
        ends_at = time.monotonic() + 8
        while (status := _status(port)) == 503 and time.monotonic() < ends_at:
            time.sleep(0.2)
        assert status == 200


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"POST /login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 9\r\n\r\n", b"408"),
        (b"GET /static/base.css HTTP/1.1\r\nHost: x\r\n\r\nGET /static/base.css HT", b"200"),
    ],
    ids=["no body", "half of the next"],
)
def test_what_does_not_come_is_not_waited_for(said: bytes, answer: bytes, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=8) as asking:
        asking.sendall(said)
        told = b""
        while piece := asking.recv(65536):
            told += piece
    assert told.startswith(b"HTTP/1.1 " + answer)
