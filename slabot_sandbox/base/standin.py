"""Define what every stand-in has, and what all of one sandbox share.

Promise: `Sandbox` and `Middleware` treat every service alike; they ask a stand-in and never its kind.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from slabot.clock import Clock
from slabot_sandbox.base.refusals import Refusals
from slabot_sandbox.faults import FaultBook
from slabot_sandbox.journal import Journal
from slabot_sandbox.scheduler import Scheduler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NUMBER = re.compile(r"/(?:\d+|[0-9A-HJKMNP-TV-Z]{26})(?=/|$)")  # an id, or a ULID


class Shared:
    """What all stand-ins of one sandbox share.

    Attributes:
        seed: the same seed gives the same ids.
        control: the application of the control API, once there is one.
    """

    def __init__(self, clock: Clock, *, seed: int = 1) -> None:
        """An empty journal, no faults, and nothing planned."""
        self.clock = clock
        self.seed = seed
        self.journal = Journal(clock)
        self.faults = FaultBook(clock)
        self.scheduler = Scheduler(clock)
        self.control: WSGIApplication = nothing_there


class StandIn:
    """One service on the loopback address. Usable over HTTP (`url`) and in-process (`inner`).

    Attributes:
        service: its name in the journal and in faults.
        refusals: how it refuses while a fault is switched on.
        url: its address; empty until it is started.
        inner: its WSGI application, without journal and faults.
        lock: held while it answers.
    """

    service: ClassVar[str]
    refusals: ClassVar[Refusals] = Refusals()
    url: str = ""
    inner: WSGIApplication
    lock: threading.RLock

    def endpoint(self, method: str, path: str) -> str:
        """A call's name in the journal: method and path without ids, `PUT /api/v2/tickets/{id}`."""
        return f"{method} {NUMBER.sub('/{id}', path.removesuffix('.json'))}"

    def close(self) -> None:
        """Close connections to others; the state stays readable."""


def nothing_there(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer 404 to everything."""
    start_response("404 Not Found", [("Content-Length", "0")])
    return [b""]
