"""Clients that are slow, many, or both shut nobody else out."""

from __future__ import annotations

import contextlib
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slabot.runtime.serving import Refusals, TurnedAway, connections, server
from tests.fixtures.waits import comes
from tests.unit.runtime.serving.conftest import Application, Client, Serve, read

HALF = b"POST /hooks/acme HTTP/1.1\r\nX-Half: "
WHOLE = b"POST /hooks/acme HTTP/1.1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bounds, sooner."""
    for name in ("RECEIVING", "SENDING", "LINGERING"):
        monkeypatch.setattr(connections, name, 0.3)
    monkeypatch.setattr(server, "TENDED_EVERY", 0.05)


@pytest.fixture
def room_for_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "most_connections", lambda: 8)


def read_to(connection: socket.socket, end: bytes) -> None:
    found = b""
    while not found.endswith(end):
        data = connection.recv(65536)
        assert data, f"it was closed after {found!r}"
        found += data


def test_hundreds_of_dripping_connections_shut_neither_health_nor_hooks(client: Client) -> None:
    for _ in range(300):
        client.connect(HALF)
    assert client.is_healthy()
    assert b"5 bytes" in client.ask(WHOLE)


def test_a_request_that_drips_is_ended_however_often_a_byte_comes(
    hurried: None, client: Client, refusals: Refusals
) -> None:
    dripping = client.connect(HALF)
    for _ in range(100):
        dripping.sendall(b"x")
        time.sleep(0.01)
        if refusals.totals()[TurnedAway.TOO_SLOW]:
            break
    assert read(dripping).startswith(b"HTTP/1.0 408 Request Timeout")
    assert refusals.totals()[TurnedAway.TOO_SLOW] == 1


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 100000\r\n\r\n" + b"x" * 50,
        b"Transfer-Encoding: chunked\r\n\r\nffff\r\nxx",
        b"Transfer-Encoding: chunked\r\n\r\n1",
        b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x",
        b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    ],
)
def test_a_body_that_never_ends_is_ended(hurried: None, client: Client, rest: bytes) -> None:
    answer = client.ask(b"POST /hooks/acme HTTP/1.1\r\n" + rest)
    assert b"HTTP/1.1 408 Request Timeout" in answer
    assert answer.endswith(b'{"message": "the request took too long to arrive"}\n')


def test_a_connection_that_says_nothing_is_closed_without_a_word(
    hurried: None, client: Client, refusals: Refusals
) -> None:
    assert client.ask(b"") == b""
    assert client.ask(b"\r\n\r\n") == b""
    assert refusals.totals()[TurnedAway.TOO_SLOW] == 2


def test_an_answer_that_nobody_fetches_is_given_up(
    hurried: None, client: Client, refusals: Refusals, application: Application
) -> None:
    lazy = client.connect(b"GET /large HTTP/1.1\r\n\r\n")
    assert comes(lambda: refusals.totals()[TurnedAway.TOO_SLOW] == 1)
    found = 0
    with contextlib.suppress(ConnectionResetError):
        while data := lazy.recv(65536):
            found += len(data)
    assert found < 8_000_000


def test_between_two_requests_a_connection_may_rest_for_longer(hurried: None, client: Client) -> None:
    kept = client.connect(b"GET /healthz HTTP/1.1\r\n\r\n")
    read_to(kept, b"alive")
    time.sleep(0.6)
    kept.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
    read_to(kept, b"alive")


def test_where_there_is_no_room_whoever_waited_longest_makes_some(
    room_for_eight: None, client: Client, refusals: Refusals
) -> None:
    first = client.connect(HALF)
    others = [client.connect(HALF) for _ in range(7)]
    assert client.is_healthy()
    assert read(first) == b""
    others[-1].sendall(b"x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert b"0 bytes" in read(others[-1])
    assert refusals.totals()[TurnedAway.CROWDED_OUT] == 1


def test_a_request_that_is_being_answered_is_never_ended_for_another(
    room_for_eight: None, serve: Serve, application: Application, refusals: Refusals
) -> None:
    client = serve()
    busy = [client.connect(b"GET /hooks/waits HTTP/1.1\r\nConnection: close\r\n\r\n") for _ in range(8)]
    assert comes(lambda: application.waiting == 8)
    assert client.ask(b"") == b""  # the ninth
    assert refusals.totals()[TurnedAway.CROWDED_OUT] == 1
    application.gate.set()
    assert all(read(each).endswith(b"True") for each in busy)


def test_one_address_has_a_share_where_proxies_are_named(room_for_eight: None, serve: Serve) -> None:
    """A quarter of eight are two; this client is a proxy, so it counts for whom it asks."""
    client = serve(proxied=True)
    asks = b"GET /hooks/waits HTTP/1.1\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.%d\r\n\r\n"
    for _ in range(2):
        client.connect(asks % 7)
    crowded = client.ask(asks % 7)
    assert crowded.startswith(b"HTTP/1.1 503 Service Unavailable")
    assert b"Retry-After: 10" in crowded
    another = client.connect(asks % 8)
    another.settimeout(0.2)
    with pytest.raises(TimeoutError):  # it waits for the application, as it should
        another.recv(1)
    assert client.is_healthy()


def test_a_share_is_given_back_after_the_answer(room_for_eight: None, serve: Serve) -> None:
    client = serve(proxied=True)
    for _ in range(10):
        assert b"5 bytes" in client.ask(WHOLE.replace(b"\r\n", b"\r\nX-Forwarded-For: 198.51.100.7\r\n", 1))


_FEW_HANDLES = """
import os, resource, socket, sys, time
from flask import Flask
from slabot.runtime.serving import connections, server, TurnedAway, Refusals, WebServer
server.most_connections = lambda: 200  # so that the handles end first
app, refusals = Flask("test"), Refusals()
app.add_url_rule("/healthz", view_func=lambda: "alive")
web = WebServer(app, refusals=refusals)
web.start()
if not (child := os.fork()):
    held = []
    for _ in range(150):
        held.append(socket.create_connection(("127.0.0.1", web.port), timeout=10))
        held[-1].sendall(b"GET /half HTTP/1.1\\r\\nX")
    last = socket.create_connection(("127.0.0.1", web.port), timeout=10)
    last.sendall(b"GET /healthz HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n")
    answer = b""
    while data := last.recv(1000):
        answer += data
    os._exit(0 if b"alive" in answer else 1)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), refusals.totals()[TurnedAway.NO_FILE_HANDLE] > 0)
web.stop()
"""


def test_without_file_handles_it_goes_on_and_says_so_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FEW_HANDLES], capture_output=True, text=True, timeout=60, cwd=Path.cwd(), check=False
    )
    assert done.stdout.split() == ["0", "True"], done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines() + done.stdout.splitlines()) <= 3


def test_a_quarter_of_the_file_handles_is_for_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for soft in (8, 64, 1024, 1_000_000, resource.RLIM_INFINITY):
        monkeypatch.setattr(resource, "getrlimit", lambda _, soft=soft: (soft, soft))
        found.append(connections.most_connections())
    assert found == [4, 16, 256, 256, 256]
