"""Bound what connections may take: how many there are, for how long each waits, and how much one address holds.

Promise: a request has to arrive whole within ten seconds, however its bytes are dealt out, and its answer has to be
fetched within thirty. When there is no room, the connection that has waited longest makes some, so a request that
comes at once always gets in. Without file handles it waits a moment and goes on.
"""

from __future__ import annotations

import contextlib
import errno
import resource
import socket
import time
from collections.abc import Callable
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from slabot.runtime.serving.addresses import Addresses
from slabot.runtime.serving.lanes import Lanes
from slabot.runtime.serving.refusals import Refusals, TurnedAway
from slabot.runtime.serving.requests import (
    LARGEST_HEADERS,
    LARGEST_REQUEST,
    AnswerTask,
    RefusedTask,
    RequestError,
    StrictParser,
)

# Seconds of real time: a connection is a thing of the network, which knows no stepped clock.
RECEIVING = 10.0  # for a request to arrive, from its first byte on; helpdesks give up after about as long
SENDING = 30.0  # for an answer to be fetched
LINGERING = 2.0  # for the rest of a refused request to come in, lest its sender miss the refusal
IDLE = 75.0  # between two requests; longer than the sixty seconds after which proxies close theirs
PAUSE = 0.2  # before the next try, when there was no file handle for a connection, and none could be given back

HANDLES = 8  # connections that are ended when there is no file handle for another

MOST_CONNECTIONS = 256
_EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def most_connections() -> int:
    """How many connections there may be: a quarter of the file handles, for the store and helpdesks need some too."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(4, min(MOST_CONNECTIONS, soft // 4))


class Connection(HTTPChannel):  # type: ignore[misc, no-any-unimported]  # Waitress publishes no types
    """One connection, and since when it waits for what it waits for."""

    request: Any  # that has begun to arrive; None between two
    parser_class = StrictParser
    task_class = AnswerTask
    error_task_class = RefusedTask

    def __init__(self, server: Any, *args: Any, **named: Any) -> None:
        self.since = time.monotonic()
        self._fresh = True  # nothing has been answered yet
        self._whose: str | None = None  # the address to whose share its request counts
        self.lingers = False  # a refusal ends it, and its sender may still be sending
        self._discards = False  # the refusal is sent; what comes now is thrown away
        super().__init__(server, *args, **named)

    def received(self, data: bytes) -> bool:
        """Take bytes in, and note when a request begins."""
        if self.request is None and not self._fresh:
            self.since = time.monotonic()
        return bool(super().received(data))

    def admit(self) -> None:
        """Count its first request to the share of whoever asks, or refuse it."""
        request = self.requests[0]
        if request.error is None:
            whose = self.server.addresses.of_request(self.addr[0], request.headers.get("X_FORWARDED_FOR", ""))
            if self.server.addresses.take(whose):
                self._whose = whose
            else:
                request.error = RequestError(503, "Service Unavailable")

    def service(self) -> None:
        """Answer a request, in a thread of its lane."""
        whose, self._whose = self._whose, None
        try:
            super().service()
        finally:
            self.server.addresses.give(whose)
            self._fresh, self.since = False, time.monotonic()

    def is_late(self, now: float) -> bool:
        """True if what it waits for has taken too long."""
        if self._discards:
            return now - self.since > LINGERING
        if self.requests:
            return False  # it waits for us
        if self.total_outbufs_len:
            return now - self.since > SENDING
        return now - self.since > (RECEIVING if self._fresh or self.request is not None else IDLE)

    def end_late(self) -> None:
        """Say that the request took too long, if one has begun; else close without a word."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is not None and not self.total_outbufs_len:
                request.error = RequestError(408, "Request Timeout")
                self.requests.append(request)
                self.server.add_task(self)
                return
        if (self._fresh or self.total_outbufs_len) and not self._discards:
            self.server.refusals.add(TurnedAway.TOO_SLOW)
        self.end()

    def end(self) -> None:
        """Close at once; only while no request of it is being answered."""
        self.lingers = False
        self.handle_close()

    def handle_error(self) -> None:
        """Close after an error of ours."""
        self.logger.warning("an error ended a connection", exc_info=True)
        self.handle_close()

    def readable(self) -> bool:
        """True while it is read from."""
        return self._discards or bool(super().readable())

    def writable(self) -> bool:
        """True while something is to be sent or closed.

        Not while an answer is being written, for that thread sends it, until so much is left unsent that it waits:
        the loop would turn without a pause meanwhile, and take that thread's time.
        """
        if self.requests and not self.will_close and self.total_outbufs_len <= self.adj.outbuf_high_watermark:
            return False
        return bool(super().writable())

    def handle_read(self) -> None:
        """Read, or throw away what is left of a refused request."""
        if not self._discards:
            super().handle_read()
        elif not self.recv(self.adj.recv_bytes):
            self.end()

    def handle_close(self) -> None:
        """Close it, but let a refusal arrive first; may be called again.

        Closing with bytes unread would reset the connection, and the sender would see that in place of the answer.
        """
        if self.lingers and self.connected and not self._discards:
            self.will_close, self._discards, self.since = False, True, time.monotonic()
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
            return
        if self._fileno is not None:
            self.server.addresses.give(self.server.addresses.of_connection(self.addr[0]))
        super().handle_close()


class BoundedServer(TcpWSGIServer):  # type: ignore[misc, no-any-unimported]
    """Waitress's server with bounds of its own."""

    channel_class = Connection

    def __init__(
        self, app: Callable[..., Any], listening: socket.socket, refusals: Refusals, addresses: Addresses, limit: int
    ) -> None:
        self.refusals, self.addresses, self._limit = refusals, addresses, limit
        self._resumes = 0.0
        super().__init__(
            app,
            map={},
            _sock=listening,
            dispatcher=Lanes(),
            adj=Adjustments(
                sockets=[listening],
                ident="slabot",
                max_request_header_size=LARGEST_HEADERS,
                # It refuses what is as large as that; the whole body stays in memory, for files need handles.
                max_request_body_size=LARGEST_REQUEST + 1,
                inbuf_overflow=2 * LARGEST_REQUEST,
                log_socket_errors=False,
            ),
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )

    def readable(self) -> bool:
        """True while connections are accepted."""
        return bool(self.accepting) and time.monotonic() >= self._resumes

    def handle_accept(self) -> None:
        """Take a connection in, and make room for it if there is none."""
        try:
            accepted = self.accept()
        except OSError as error:
            if error.errno in _EXHAUSTED:
                self.refusals.add(TurnedAway.NO_FILE_HANDLE)
                if not self._make_room(HANDLES):  # the store and the helpdesks need some as well
                    self._resumes = time.monotonic() + PAUSE
            return
        if accepted is None:
            return
        connection, address = accepted
        full = len(self.active_channels) >= self._limit and not self._make_room()
        whose = self.addresses.of_connection(address[0])
        if full or not self.addresses.take(whose):
            self.refusals.add(TurnedAway.CROWDED_OUT)
            connection.close()
            return
        try:
            self.set_socket_options(connection)
            self.channel_class(self, connection, address, self.adj, map=self._map)
        except OSError:  # it has gone already
            self.addresses.give(whose)
            connection.close()

    def add_task(self, connection: Connection) -> None:
        """Let a connection's first request be answered."""
        connection.admit()
        super().add_task(connection)

    def end_late(self, now: float) -> None:
        """End the connections that have waited too long. Called by the thread that serves, now and then."""
        for connection in [each for each in self.active_channels.values() if each.is_late(now)]:
            connection.end_late()

    def _make_room(self, number: int = 1) -> bool:
        """End the connections that have waited longest; False if all are being answered."""
        waiting = [each for each in self.active_channels.values() if not each.requests]
        for connection in sorted(waiting, key=lambda each: float(each.since))[:number]:
            self.refusals.add(TurnedAway.CROWDED_OUT)
            connection.end()
        return bool(waiting)
