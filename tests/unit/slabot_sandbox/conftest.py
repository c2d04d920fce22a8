"""What do the sandbox's tests have in common?

Promise: each test has a sandbox of its own on a stepped clock, reached over real HTTP, and every connection is closed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

SATURDAY = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(SATURDAY)


@pytest.fixture
def sandbox(clock: SteppedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as sandbox:
        yield sandbox


class Http:
    """A client of one stand-in, with short paths."""

    def __init__(self, base: str, auth: tuple[str, str] | None = None) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = auth

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}{path}", json=body, timeout=10, **more)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self("GET", path, params=query)

    def json(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def update(self, ticket: int, **fields: Any) -> requests.Response:
        return self("PUT", f"/tickets/{ticket}.json", {"ticket": fields})


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[Http]:
    """Zendesk's API, as the bot."""
    auth = (f"{sandbox.zendesk.email}/token", sandbox.zendesk.token)
    http = Http(f"{sandbox.zendesk.url}/api/v2", auth)
    yield http
    http.session.close()


@pytest.fixture
def fresh(sandbox: Sandbox) -> Iterator[Http]:
    """Freshdesk's API, as the bot."""
    fresh = Http(f"{sandbox.freshdesk.url}/api/v2", (sandbox.freshdesk.token, "X"))
    yield fresh
    fresh.session.close()


@pytest.fixture
def panel(sandbox: Sandbox) -> Iterator[Http]:
    """The control API."""
    panel = Http(f"{sandbox.zendesk.url}/_sandbox")
    yield panel
    panel.session.close()


@dataclass
class Product:
    """A stand-in for slabot: keeps what it is sent, and answers as it is told."""

    url: str = ""
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # then 200

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.got]


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            product.got.append((self.path, dict(self.headers), body))
            status, headers = product.answers.pop(0) if product.answers else (200, {})
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    product.url = f"http://127.0.0.1:{server.server_port}"
    yield product
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def recorded(shared_dir: Path) -> Callable[[str], Any]:
    """A recorded JSON file by its path below `recorded`."""

    def read(name: str) -> Any:
        return json.loads((shared_dir / "recorded" / name).read_text(encoding="utf-8"))

    return read
