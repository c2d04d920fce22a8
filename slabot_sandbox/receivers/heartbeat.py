"""What is the stand-in for a service that listens for a heartbeat?

Promise: it notes each beat and knows when the last one was; that is all that such a service does.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from werkzeug.wrappers import Response

from slabot.clock import Clock
from slabot_sandbox.journal import Did, Journal

SERVICE = "heartbeat"
PATH = "/heartbeat"  # below the address that all receivers share


class HeartbeatStandIn:
    """Listens on the loopback address.

    Attributes:
        url: what `heartbeat.url_env` is to hold; once started.
        beats: when it was asked for.
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        """No beat yet."""
        self.url = ""
        self.beats: list[datetime] = []
        self._clock = clock
        self._journal = journal
        self.inner = Flask("heartbeat stand-in", static_folder=None)
        self.inner.add_url_rule("/<path:name>", "beat", self._beat, methods=["GET", "POST"])

    @property
    def last(self) -> datetime | None:
        """When the last beat was."""
        return self.beats[-1] if self.beats else None

    def _beat(self, name: str) -> Response:
        self.beats.append(self._clock.now())
        self._journal.effect(Did.HEARTBEAT, SERVICE, who=name)
        return Response("OK\n", content_type="text/plain")


def endpoint_of(method: str, path: str) -> str:
    """A call by its method; what follows the address is a name."""
    return f"{method} /"
