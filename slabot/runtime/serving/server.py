"""Serve the Flask application inside a process.

Promise: the address is taken before anything else is opened, so that a second slabot touches nothing; it is answered
only once everything is there. What clients may take is bounded. The port is given back at the end.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask

from slabot.runtime.serving.addresses import Addresses, Network
from slabot.runtime.serving.connections import BoundedServer, most_connections
from slabot.runtime.serving.refusals import OnceAMinute, Refusals
from slabot.runtime.serving.requests import LARGEST_REQUEST

__all__ = ["LARGEST_REQUEST", "WebServer", "take_address"]

PATIENCE = timedelta(seconds=2)  # that requests under way may take at the end
LAST = 0.5  # seconds for the threads that answer, after that
TENDED_EVERY = 0.5  # seconds between two looks at connections that wait too long
SHARE = 4  # one address may hold a quarter of the connections

logging.getLogger("waitress").addFilter(OnceAMinute())
# It warns of each request that waits for a thread, which is a line for each webhook of a burst.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def take_address(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """Take an address, and answer nobody yet; port 0 takes a free one.

    Raises:
        OSError: the port is taken, or the host is not this machine's.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen()
    except OSError:
        taken.close()
        raise
    return taken


class WebServer:
    """Waitress in a thread of its own."""

    def __init__(
        self,
        app: Flask,
        host: str = "127.0.0.1",
        port: int = 0,
        taken: socket.socket | None = None,
        *,
        proxies: Sequence[Network] = (),
        refusals: Refusals | None = None,
    ) -> None:
        """Take the address; nobody is answered before `start`.

        Args:
            app: the application.
            host: where to listen.
            port: likewise; 0 for any free one.
            taken: by `take_address`, for whoever had to have it first.
            proxies: that are believed when they say for whom they ask.
            refusals: count what is refused; None for counts of its own.

        Raises:
            OSError: the port is taken.
        """
        listening = taken if taken is not None else take_address(host, port)
        limit = most_connections()
        self._refusals = refusals or Refusals()
        self._server = BoundedServer(app, listening, self._refusals, Addresses(proxies, limit // SHARE), limit)
        self.port: int = listening.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self._stopping = threading.Event()
        self._patience = 0.0
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self, patience: timedelta = PATIENCE) -> None:
        """Answer what has been asked, take no more, and give the port back."""
        self._patience = min(patience, PATIENCE).total_seconds()
        self._stopping.set()
        if self._thread.ident is None:
            self._server.close()
            return
        with contextlib.suppress(OSError):  # the loop woke by itself just now, and has closed the trigger
            self._server.pull_trigger()
        self._thread.join(self._patience + 2 * LAST)

    def _serve(self) -> None:
        """Waitress's own loop, but for its end: closing it from outside would cut off requests that are under way."""
        server, loop = self._server, self._server.asyncore
        tended = time.monotonic()
        while not self._stopping.is_set():
            loop.loop(timeout=TENDED_EVERY, map=server._map, count=1, use_poll=True)
            if (now := time.monotonic()) - tended >= TENDED_EVERY:
                tended = now
                server.end_late(now)
                self._refusals.tell(now)
        loop.dispatcher.close(server)  # the listening socket alone
        end = time.monotonic() + self._patience
        while self._is_busy() and time.monotonic() < end:
            loop.loop(timeout=0.1, map=server._map, count=1, use_poll=True)
        server.task_dispatcher.shutdown(timeout=LAST)
        loop.close_all(server._map)

    def _is_busy(self) -> bool:
        """True while a request that has come is not answered to its end."""
        return any(channel.requests or channel.total_outbufs_len for channel in self._server.active_channels.values())
