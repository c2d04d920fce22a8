"""Stand in for a service that listens for a heartbeat: note each beat, and when the last one was."""

from __future__ import annotations

import threading
from datetime import datetime

from flask import Flask
from werkzeug.wrappers import Response

from slabot_sandbox.base.standin import Shared, StandIn
from slabot_sandbox.journal import Did

SERVICE = "heartbeat"


class HeartbeatStandIn(StandIn):
    """Listens on the loopback address.

    Attributes:
        url: what `heartbeat.url_env` is to hold; once started.
        beats: when it was asked for.
    """

    service = SERVICE

    def __init__(self, shared: Shared) -> None:
        """No beat yet."""
        self.beats: list[datetime] = []
        self.lock = threading.RLock()
        self._clock = shared.clock
        self._journal = shared.journal
        app = Flask("heartbeat stand-in", static_folder=None)
        app.add_url_rule("/<path:name>", "beat", self._beat, methods=["GET", "POST"])
        self.inner = app

    @property
    def last(self) -> datetime | None:
        """When the last beat was."""
        return self.beats[-1] if self.beats else None

    def endpoint(self, method: str, path: str) -> str:
        """A call by its method; what follows the address is a name."""
        return f"{method} /"

    def _beat(self, name: str) -> Response:
        self.beats.append(self._clock.now())
        self._journal.effect(Did.HEARTBEAT, SERVICE, who=name)
        return Response("OK\n", content_type="text/plain")
