"""What do the tests of the adapters have in common?

Promise: real HTTP throughout. The Zendesk stand-in judges what a helpdesk would say; where its answers must be
hostile or its connections broken at an exact byte, a scripted server speaks instead.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from adapters.base import RateBudget
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import Sandbox

SATURDAY = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
STATUSES = {
    "new": Category.OPEN,
    "open": Category.PENDING,
    "pending": Category.WAITING_ON_CUSTOMER,
    "hold": Category.WAITING_ON_THIRD_PARTY,
    "solved": Category.SOLVED,
    "closed": Category.CLOSED,
}
ME = {"user": {"id": 900, "name": "slabot", "email": "bot@acme.example", "role": "admin"}}

Opens = Callable[..., ZendeskAdapter]


@dataclass
class Answer:
    """What the scripted server does with one request.

    Attributes:
        drop: True closes the connection without an answer, once the request has been read whole.
        drip: seconds between the bytes of the body.
        truncate: send so many bytes of the body only, then close.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    drip: float = 0
    truncate: int | None = None

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Scripted:
    """A server that answers by the book. An answer is used once, the last one of a place for ever."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _book: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)

    def on(self, method: str, path: str, *answers: Answer) -> None:
        """Set what happens at a place: ``("GET", "/users/me.json")``."""
        self.on_path(method, f"/api/v2{path}", *answers)

    def on_path(self, method: str, path: str, *answers: Answer) -> None:
        """The same for a place that is not of the API: ``("POST", "/oauth/tokens")``."""
        self._book[method, path] = list(answers)

    def take(self, method: str, path: str) -> Answer:
        left = self._book.get((method, path))
        if not left:
            return Answer(404, {"error": "RecordNotFound", "description": "Not found"})
        return left.pop(0) if len(left) > 1 else left[0]

    def of(self, method: str, path: str) -> list[Asked]:
        """The requests that arrived at a place."""
        return [asked for asked in self.asked if (asked.method, asked.path) == (method, f"/api/v2{path}")]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    book = Scripted()
    book.on("GET", "/users/me.json", Answer(body=ME))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path, _, query = self.path.partition("?")
            asked = Asked(self.command, path, query, dict(self.headers), json.loads(body) if body else None)
            book.asked.append(asked)
            answer = book.take(self.command, path)
            if answer.drop:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            content = answer.content
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content)), **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if answer.drip:
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(answer.drip)
            else:
                self.wfile.write(content[: answer.truncate])
            if answer.truncate is not None:
                self.close_connection = True

        do_GET = do_PUT = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """The client hung up on a drip: that is what the test is about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    book.url = f"http://127.0.0.1:{server.server_port}"
    yield book
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(SATURDAY)


@pytest.fixture
def sandbox(clock: SteppedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        yield sandbox


@pytest.fixture
def opened(clock: SteppedClock) -> Iterator[Opens]:
    """Makes adapters, and closes them."""
    made: list[ZendeskAdapter] = []

    def make(
        url: str,
        *,
        email: str = "bot@acme.example",
        token: str = "token",
        secret: str | None = "a webhook's own signing secret",
        statuses: Mapping[str, Category] = STATUSES,
        budget: RateBudget | None = None,
        reserve_percent: int = 20,
    ) -> ZendeskAdapter:
        adapter = ZendeskAdapter(
            name="acme",
            url=url,
            email=email,
            token=token,
            statuses=statuses,
            clock=clock,
            webhook_secrets=() if secret is None else [secret],
            budget=budget,
            reserve_percent=reserve_percent,
        )
        made.append(adapter)
        return adapter

    yield make
    for adapter in made:
        adapter.close()


@pytest.fixture
def acme(sandbox: Sandbox, opened: Opens) -> ZendeskAdapter:
    """The adapter on the stand-in."""
    return opened(sandbox.zendesk.url, email=sandbox.zendesk.email, token=sandbox.zendesk.token)


@pytest.fixture
def hostile(scripted: Scripted, opened: Opens) -> ZendeskAdapter:
    """The adapter on the scripted server."""
    return opened(scripted.url)


@pytest.fixture(scope="session")
def recorded(shared_dir: Path) -> Path:
    """The folder of recorded answers."""
    return shared_dir / "recorded"
