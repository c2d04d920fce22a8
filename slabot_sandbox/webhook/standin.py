"""Stand in for a receiver of slabot's webhooks.

Promise: it refuses what is not signed with its secret within the last five minutes, and remembers which pages
it has seen. The check is written from the documentation alone, so that it can prove the product's signature.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from datetime import timedelta
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from slabot_sandbox.base.auth import same_secret
from slabot_sandbox.base.refusals import json_response
from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.journal import Did

SERVICE = "receiver"
SECRET = "sandbox-webhook-secret"
WINDOW = timedelta(minutes=5)


class WebhookStandIn(StandIn):
    """A receiver of webhooks on the loopback address.

    Attributes:
        url: what the policy calls `url`; once started. A name may be added to it: `/pager`.
        secret: what requests are to be signed with.
        pages: the bodies that were accepted, in order; a page may come twice.
        answers: the status that comes next, one a request; empty: 200.
    """

    service = SERVICE

    def __init__(self, shared: Shared) -> None:
        """Nothing has come yet."""
        self.secret = SECRET
        self.pages: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.lock = threading.RLock()
        self._clock = shared.clock
        self._journal = shared.journal
        app = Flask("webhook receiver stand-in", static_folder=None)
        app.post("/<path:name>")(self._receive)
        self.inner = app

    def endpoint(self, method: str, path: str) -> str:
        """A call by its method; what follows the address is a name."""
        return f"{method} /"

    def _receive(self, name: str) -> Response:
        why = self._reason_to_refuse(request.get_data())
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

    def _reason_to_refuse(self, body: bytes) -> str | None:
        """Why the signature is not accepted; None if it is."""
        timestamp = request.headers.get("X-Slabot-Timestamp", "")
        if not timestamp.isascii() or not timestamp.isdigit():
            return "no timestamp"
        expected = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Slabot-Signature", "")
        if not same_secret(given, f"v1={expected}"):
            return "the signature does not fit"
        if abs(self._clock.now().timestamp() - int(timestamp)) > WINDOW.total_seconds():
            return "it was signed too long ago"
        return None
