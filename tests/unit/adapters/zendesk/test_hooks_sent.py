"""Believe the webhooks that the stand-in sends, and only those."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adapters.errors import (
    BadSignature,
)
from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

from ..conftest import Opens
from .conftest import ANA


@pytest.fixture
def received() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """An address that takes deliveries, and what it took."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/acme", got
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("trigger", [False, True])
def test_what_zendesk_sends_is_believed_and_only_if_it_is_zendesk(
    sandbox: Sandbox,
    opened: Opens,
    clock: SteppedClock,
    received: tuple[str, list[tuple[dict[str, str], bytes]]],
    trigger: bool,
) -> None:
    url, got = received
    secret = sandbox.zendesk.webhook_secret
    sandbox.zendesk.webhooks.subscribe(url, secret=secret, trigger=trigger)
    number = sandbox.zendesk.people.create_ticket(ANA, "Help", "It is down")
    sandbox.scheduler.run_due()
    assert got
    ours = opened(sandbox.zendesk.url, secret=secret)
    others = opened(sandbox.zendesk.url, secret="another webhook's secret")
    for headers, body in got:
        hint = ours.read_hint(headers, body, clock.now())
        assert (hint.ticket_id, bool(hint.delivery_id)) == (str(number), True)
        with pytest.raises(BadSignature):
            others.read_hint(headers, body, clock.now())
        with pytest.raises(BadSignature):
            ours.read_hint(headers, body + b" ", clock.now())
        with pytest.raises(BadSignature):
            ours.read_hint(headers, body, clock.now() + timedelta(minutes=6))
