"""What is the stand-in for a receiver of slabot's webhooks?

Promise: it believes nothing that is not signed with its secret within the last five minutes, and remembers which pages
it has seen. The check is written from the documentation alone (docs/channels.md), so that it can prove the product's
signature.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from slabot.clock import Clock
from slabot_sandbox.journal import Did, Journal
from slabot_sandbox.receivers.answers import json_response

SERVICE = "receiver"
PATH = "/receiver"  # below the address that all receivers share
SECRET = "sandbox-webhook-secret"
WINDOW = timedelta(minutes=5)


class ReceiverStandIn:
    """A receiver of webhooks on the loopback address.

    Attributes:
        url: what the policy calls `url`; once started. A name may be added to it: `/pager`.
        secret: what requests are to be signed with.
        pages: the bodies that were accepted, in order; a page may come twice.
        answers: the status that comes next, one a request; empty: 200.
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        """Nothing has come yet."""
        self.url = ""
        self.secret = SECRET
        self.pages: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self._clock = clock
        self._journal = journal
        self.inner = Flask("webhook receiver stand-in", static_folder=None)
        self.inner.post("/<path:name>")(self._receive)

    def _receive(self, name: str) -> Response:
        why = self._doubt(request.get_data())
        if why is not None:
            self._journal.effect(Did.PAGE_REFUSED, SERVICE, who=name, why=why)
            return json_response({"error": why}, 401)
        status = self.answers.pop(0) if self.answers else 200
        if status >= 300:
            found = json_response({"error": "as it was told to"}, status)
            if 300 <= status < 400:
                found.headers["Location"] = self.url
            return found
        page = request.get_json(force=True, silent=True)
        if not isinstance(page, dict):
            return json_response({"error": "this is no JSON object"}, 400)
        self.pages.append(page)
        facts: dict[str, Any] = {about: page.get(about) for about in ("id", "type", "possible_repeat", "text")}
        self._journal.effect(Did.PAGE_RECEIVED, SERVICE, who=name, page=request.headers.get("X-Slabot-Page"), **facts)
        return Response(status=status)

    def _doubt(self, body: bytes) -> str | None:
        """Why this is not believed; None if it is."""
        timestamp = request.headers.get("X-Slabot-Timestamp", "")
        if not timestamp.isascii() or not timestamp.isdigit():
            return "no timestamp"
        expected = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Slabot-Signature", "")
        if not hmac.compare_digest(f"v1={expected}".encode(), given.encode("latin-1", "replace")):
            return "the signature does not fit"
        if abs(self._clock.now().timestamp() - int(timestamp)) > WINDOW.total_seconds():
            return "it was signed too long ago"
        return None


def endpoint_of(method: str, path: str) -> str:
    """A call by its method; what follows the address is a name."""
    return f"{method} /"
