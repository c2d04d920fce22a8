"""How does a receiver say that it will not answer now, and how is it put behind the gate?

Promise: the same for all receivers: JSON, with Retry-After where the real ones give it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from slabot.clock import Clock
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.gate import Gate
from slabot_sandbox.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class PlainRefusals:
    """Answers of a service that is not well."""

    def rate_limited(self, retry_after: int, *, text: bool) -> Response:
        """429 with Retry-After."""
        body = b"Too many requests\n"
        found = Response(body, 429, content_type="text/plain") if text else json_response({"status": "throttled"}, 429)
        found.headers["Retry-After"] = str(retry_after)
        return found

    def unavailable(self, retry_after: int) -> Response:
        """503 with Retry-After."""
        found = json_response({"status": "unavailable"}, 503)
        found.headers["Retry-After"] = str(retry_after)
        return found

    def broken(self) -> Response:
        """500."""
        return json_response({"status": "internal error"}, 500)


def json_response(body: Any, status: int = 200) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(body), status, content_type="application/json")


def gated(
    app: WSGIApplication,
    *,
    service: str,
    endpoint: Callable[[str, str], str],
    clock: Clock,
    journal: Journal,
    faults: FaultBook,
    control: WSGIApplication,
) -> Gate:
    """The application that the world sees."""
    return Gate(
        app,
        service=service,
        endpoint=endpoint,
        refusals=PlainRefusals(),
        clock=clock,
        journal=journal,
        faults=faults,
        lock=threading.RLock(),
        control=control,
    )
