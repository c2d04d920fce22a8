"""Connect, send and receive within the limit of the calling thread.

Before each step a socket is given what is left of the time, so no step outlasts it, nor do all of them together; an
encrypted one likewise, with its handshake. Python bounds one step as a whole: a record of TLS that comes a byte at a
time is one read.

Promise: these sockets wait for nobody outside of a `Limit`, and another thread ends what they wait for by its signal.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from slabot.outside.limits import Limit, begin, end, left, received
from slabot.outside.names import addresses

T = TypeVar("T")


class _Limited(socket.socket):
    """What both kinds of socket do alike. `settimeout` sets how long the other side may be silent."""

    _silence: float | None = None

    def settimeout(self, value: float | None, /) -> None:
        self._silence = value
        super().settimeout(value)

    def gettimeout(self) -> float | None:
        return self._silence

    def connect(self, address: Any, /) -> None:
        self._step(super().connect, address)

    def recv(self, *given: Any) -> bytes:
        data: bytes = self._step(super().recv, *given)
        received(len(data))
        return data

    def recv_into(self, *given: Any) -> int:
        count: int = self._step(super().recv_into, *given)
        received(count)
        return count

    def send(self, *given: Any) -> int:
        return self._step(super().send, *given)

    def sendall(self, *given: Any) -> None:
        self._step(super().sendall, *given)

    def _step(self, work: Callable[..., T], *given: Any) -> T:
        seconds = begin(self._hang_up)
        try:
            socket.socket.settimeout(self, seconds if self._silence is None else min(seconds, self._silence))
            return work(*given)
        finally:
            end()

    def _hang_up(self) -> None:
        # Not ssl's own `shutdown`, which takes away what the other thread is reading with.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self, socket.SHUT_RDWR)


class LimitedSocket(_Limited):
    """A connection."""


class LimitedTlsSocket(_Limited, ssl.SSLSocket):
    """An encrypted connection."""

    def do_handshake(self, block: bool = False) -> None:
        """Within the limit, too."""
        self._step(super().do_handshake, block)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """By `send`, each step of which is limited."""
        ssl.SSLSocket.sendall(self, data, flags)


def keep_to_limits(context: ssl.SSLContext) -> ssl.SSLContext:
    """Let a context make sockets that keep to the limits; the context itself."""
    context.sslsocket_class = LimitedTlsSocket
    return context


def connect(
    host: str, port: int, *, seconds: float, options: Iterable[tuple[int, int, int | bytes]] = ()
) -> LimitedSocket:
    """Connect to a host, at the first of its addresses that answers.

    Args:
        host: its name or address.
        port: of it.
        seconds: for the look-up and all addresses together; each is given an equal share of what is left.
        options: of the socket.

    Raises:
        socket.gaierror: nobody knows the name.
        OSError: no address answers, NoTimeLeft (a TimeoutError) among them.
    """
    failed: OSError = OSError("the name has no address")
    with Limit(seconds):
        found = addresses(host, port)
        for number, (family, kind, protocol, address) in enumerate(found):
            made = LimitedSocket(family, kind, protocol)
            try:
                for option in options:
                    made.setsockopt(*option)
                with Limit(left() / (len(found) - number)):
                    made.connect(address)
            except OSError as error:
                made.close()
                failed = error
            else:
                return made
    try:
        raise failed
    finally:
        del failed  # or the error would hold its own frame
