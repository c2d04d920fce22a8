"""A proxy before a small peer that says what it was asked."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from slabot.clock import SystemClock
from slabot_sandbox.proxy import Asked, FaultyProxy, InForce, Misbehaviour, Rule, RuleBook

PATIENCE = 0.3  # seconds; longer than an answer of this machine takes


@dataclass
class Peer:
    """What stands behind the proxy, and the client before it.

    Attributes:
        asked: what reached the peer.
        told: what the proxy said that it hit.
    """

    proxy: FaultyProxy
    session: requests.Session
    port: int = 0
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    told: list[tuple[str, Asked]] = field(default_factory=list)

    @property
    def rules(self) -> RuleBook:
        return self.proxy.rules

    def add(self, kind: Misbehaviour, **more: Any) -> InForce:
        return self.rules.add(Rule(kind=kind, **more))

    def get(self, path: str = "/things/7", **more: Any) -> requests.Response:
        more = {"timeout": PATIENCE, "allow_redirects": False} | more
        return self.session.get(f"http://127.0.0.1:{self.port}{path}", **more)

    def post(self, path: str, body: bytes) -> requests.Response:
        return self.session.post(f"http://127.0.0.1:{self.port}{path}", data=body, timeout=PATIENCE)

    def raw(self, request: bytes = b"GET /things/7 HTTP/1.1\r\nHost: h\r\n\r\n") -> socket.socket:
        """A connection on which this was sent."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        client.sendall(request)
        return client


@pytest.fixture
def peer() -> Iterator[Peer]:
    told: list[tuple[str, Asked]] = []
    proxy = FaultyProxy(RuleBook(SystemClock()), lambda rule, asked: told.append((rule.name, asked)))
    with requests.Session() as session:
        session.trust_env = False
        peer = Peer(proxy, session, told=told)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                peer.asked.append((self.command, self.path, body))
                raw = json.dumps({"host": self.headers["Host"], "path": self.path, "text": "grün"}).encode()
                self.send_response(201)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = _answer  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with proxy:
            peer.port = proxy.stand_before("things", ("127.0.0.1", server.server_port))
            yield peer
        server.shutdown()
        thread.join()
        server.server_close()
