"""Start and stop one slabot, in one order.

Promise: services stop in the reverse order of their start, and all of them stop, whatever error one raises, within the
time that they share. The web server starts last and stops first, so no request is accepted that nothing works on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from slabot.runtime.distributed import Distributed
from slabot.runtime.driven import Driven
from slabot.runtime.embedded import Embedded
from slabot.runtime.parts import Parts
from slabot.runtime.receiving import Receiving
from slabot.runtime.serving import WebServer

PATIENCE = timedelta(seconds=7)  # for what is under way when slabot is to end: the longest is a page on its way out

E = TypeVar("E", Embedded, Driven, Distributed, Receiving)


class Service(Protocol):
    """A part of slabot that runs by itself."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self, patience: timedelta = ...) -> None:
        """Finish what is under way, so long at most, and end. Harmless where it was never started."""


@dataclass(frozen=True, slots=True)
class App(Generic[E]):
    """One slabot in this process: the engine that does its work, and the services around it.

    Attributes:
        web: that answers over HTTP; None where another process does.
        services: in the order in which they start.
    """

    parts: Parts
    engine: E
    web: WebServer | None
    services: Sequence[Service]

    @property
    def url(self) -> str:
        """Where it listens; empty where it does not."""
        return "" if self.web is None else self.web.url

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

    def stop(self, patience: timedelta = PATIENCE) -> None:
        """Stop everything, the last one first. Harmless where it was never started.

        Args:
            patience: for what is under way, in all. Nothing new is begun meanwhile.
        """
        clock = self.parts.clock
        end = clock.monotonic() + patience.total_seconds()
        self.parts.stopping.set()
        self.parts.waker.wake()

        def stop(service: Service) -> None:
            service.stop(timedelta(seconds=max(0.0, end - clock.monotonic())))

        with contextlib.ExitStack() as stops:
            for service in self.services:
                stops.callback(stop, service)
