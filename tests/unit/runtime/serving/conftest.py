"""A web server with a small application, and a client that sends bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest
from flask import Flask, request

from slabot.runtime.serving import Refusals, WebServer

PROXY = ip_network("127.0.0.1")


class Client:
    """Connections to a server, closed at the end."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: list[socket.socket] = []

    def connect(self, sent: bytes = b"") -> socket.socket:
        """A connection over which these bytes went, and that is left open."""
        made = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        self._open.append(made)
        made.sendall(sent)
        return made

    def ask(self, sent: bytes) -> bytes:
        """All that is answered until the server ends the connection."""
        return read(self.connect(sent))

    def is_healthy(self) -> bool:
        """True if the process says that it lives."""
        return b"alive" in self.ask(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        for each in self._open:
            each.close()


def read(connection: socket.socket) -> bytes:
    """What comes until the other side ends it."""
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


class Application(Flask):
    """Answers hooks with the length of the body, and waits where it is told to."""

    def __init__(self) -> None:
        super().__init__("test")
        self.gate = threading.Event()
        self.waiting = 0
        self.add_url_rule("/hooks/acme", "hook", self.hook, methods=["POST"])
        self.add_url_rule("/healthz", "health", lambda: "alive")
        self.add_url_rule("/waits", "waits", self.waits)
        self.add_url_rule("/hooks/waits", "waits", self.waits)
        self.add_url_rule("/large", "large", lambda: "x" * 8_000_000)

    def hook(self) -> str:
        return f"{len(request.get_data())} bytes"

    def waits(self) -> str:
        self.waiting += 1
        return str(self.gate.wait(60))


@pytest.fixture
def application() -> Iterator[Application]:
    made = Application()
    yield made
    made.gate.set()


@pytest.fixture
def refusals() -> Refusals:
    return Refusals()


Serve = Callable[..., Client]


@pytest.fixture
def serve(application: Application, refusals: Refusals) -> Iterator[Serve]:
    """Start a server, and make a client of it."""
    servers: list[WebServer] = []
    clients: list[Client] = []

    def start(*, proxied: bool = False) -> Client:
        server = WebServer(application, proxies=[PROXY] if proxied else [], refusals=refusals)
        server.start()
        servers.append(server)
        clients.append(Client(server.port))
        return clients[-1]

    yield start
    application.gate.set()
    for client in clients:
        client.close()
    for server in servers:
        server.stop()


@pytest.fixture
def client(serve: Serve) -> Client:
    return serve()
