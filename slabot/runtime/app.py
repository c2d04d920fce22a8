"""Start and stop one slabot, in one order.

Promise: services stop in the reverse order of their start, and all of them stop, whatever error one raises. The web
server starts last and stops first, so no request is accepted that nothing works on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Embedded
from slabot.runtime.parts import Parts
from slabot.runtime.serving import WebServer

E = TypeVar("E", Embedded, Driven)


class Service(Protocol):
    """A part of slabot that runs by itself."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """Finish what is under way, and end. Harmless where it was never started."""


@dataclass(frozen=True, slots=True)
class App(Generic[E]):
    """One slabot in this process: the engine that does its work, and the services around it.

    Attributes:
        services: in the order in which they start.
    """

    parts: Parts
    engine: E
    web: WebServer
    services: Sequence[Service]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.web.url

    def start(self) -> None:
        """Start everything; if one part cannot be started, those before it are stopped again.

        Raises:
            SlabotError: one of them could not be started.
        """
        with contextlib.ExitStack() as undo:
            for service in self.services:
                undo.callback(service.stop)
                service.start()
            undo.pop_all()

    def stop(self) -> None:
        """Stop everything, the last one first. Harmless where it was never started."""
        with contextlib.ExitStack() as stops:
            for service in self.services:
                stops.callback(service.stop)
