"""The web server: taken first, answering last, ending without cutting anybody off."""

from __future__ import annotations

import http.client
import threading
import time

import pytest
from flask import Flask

from slabot.runtime.serving import LARGEST_REQUEST, WebServer, take_address


def application() -> Flask:
    app = Flask("test")

    @app.get("/")
    def root() -> str:
        return "here"

    @app.post("/slow")
    def slow() -> str:
        time.sleep(0.5)
        return "done"

    return app


def connection(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=10)


def test_an_address_that_is_taken_cannot_be_taken_again() -> None:
    taken = take_address()
    with pytest.raises(OSError, match="in use"):
        take_address(port=taken.getsockname()[1])
    taken.close()


def test_a_host_that_is_not_this_machine_is_an_error() -> None:
    with pytest.raises(OSError, match=r".+"):
        take_address("192.0.2.1", 0)


def test_who_comes_before_it_answers_waits_and_is_answered() -> None:
    taken = take_address()
    early = connection(taken.getsockname()[1])
    early.request("GET", "/")
    server = WebServer(application(), taken=taken)
    server.start()
    assert early.getresponse().read() == b"here"
    early.close()
    server.stop()


def test_stopping_answers_what_is_under_way_and_waits_for_no_idle_connection() -> None:
    server = WebServer(application())
    server.start()
    idle, busy = connection(server.port), connection(server.port)
    idle.request("GET", "/")
    idle.getresponse().read()
    said: list[bytes] = []

    def ask() -> None:
        busy.request("POST", "/slow", b"x")
        said.append(busy.getresponse().read())

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 20  # an idle connection is kept for longer
    thread.join(60)
    assert said == [b"done"]
    with pytest.raises(ConnectionRefusedError):
        connection(server.port).request("GET", "/")
    take_address(port=server.port).close()  # the port is free again
    idle.close()
    busy.close()


def test_a_body_beyond_measure_is_refused_before_it_is_taken_in() -> None:
    server = WebServer(application())
    server.start()
    client = connection(server.port)
    client.putrequest("POST", "/slow")
    client.putheader("Content-Length", str(LARGEST_REQUEST + 1))
    client.endheaders()
    client.send(b"x" * 1000)
    assert client.getresponse().status == 413
    client.close()
    server.stop()
