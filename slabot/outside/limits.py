"""Limit what the calls of a thread take: seconds, bytes, and until another thread ends them.

A time-out of a socket counts from one read to the next, so a peer that sends a byte at a time never meets it. A `Limit`
counts from its beginning: on the clock that only goes forward, for everything that the thread does inside of it.

Promise: limits nest, and the narrowest holds. Without a limit nothing is waited for at all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from types import TracebackType


class NoTimeLeft(TimeoutError):
    """The time of a call is over."""


class TooMuch(OSError):
    """A peer sent more bytes than a call takes in, counted as they came over the wire."""


class Aborted(ConnectionAbortedError):
    """Another thread ended the calls."""


class AbortSignal:
    """Ends the calls of one client at once, also from another thread; later ones end as they begin.

    For one client that is used by one thread at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupt: Callable[[], object] | None = None
        self.aborted = False

    def abort(self) -> None:
        """End what is waited for now, and whatever follows."""
        with self._lock:  # while it is held, the connection that is waited for cannot be closed, nor its number reused
            self.aborted = True
            if self._interrupt is not None:
                self._interrupt()

    def arm(self, interrupt: Callable[[], object]) -> None:
        """Let `abort` call this from now on.

        Raises:
            Aborted: the signal was given before.
        """
        with self._lock:
            if self.aborted:
                raise Aborted("its client was closed")
            self._interrupt = interrupt

    def disarm(self) -> None:
        """Nothing is waited for any more."""
        with self._lock:
            self._interrupt = None


class Limit:
    """What the calls of this thread may take, used as ``with Limit(5.0):``.

    Attributes:
        overrun: True once the peer sent more than `most_bytes`.
    """

    __slots__ = ("_bytes", "_outer", "_seconds", "_signal", "_until", "overrun")

    def __init__(self, seconds: float = inf, *, most_bytes: float = inf, signal: AbortSignal | None = None) -> None:
        """Limit nothing yet.

        Args:
            seconds: counted from the beginning of the block, all calls in it together.
            most_bytes: received in the block, as they come over the wire.
            signal: what ends the calls in it.
        """
        self._seconds, self._bytes, self._signal = seconds, most_bytes, signal
        self._until = inf
        self._outer: Limit | None = None
        self.overrun = False

    def __enter__(self) -> Limit:
        self._outer = outer = _here.limit
        self._until = time.monotonic() + self._seconds
        if outer is not None:
            self._until = min(self._until, outer._until)
            self._signal = self._signal or outer._signal
        _here.limit = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        _here.limit = self._outer


class _Here(threading.local):
    limit: Limit | None = None


_here = _Here()


def left() -> float:
    """Seconds that this thread may still take: none or fewer once they are over, `inf` outside of any limit."""
    limit = _here.limit
    return inf if limit is None else limit._until - time.monotonic()


def begin(interrupt: Callable[[], object]) -> float:
    """Begin to wait for something; the seconds that are left for it. Whoever begins calls `end` afterwards.

    Args:
        interrupt: ends the waiting at once; called by another thread.

    Raises:
        NoTimeLeft: the time is over, or none was given.
        Aborted: an `AbortSignal` was given.
    """
    limit = _here.limit
    if limit is None or limit._until == inf or (seconds := limit._until - time.monotonic()) <= 0:
        raise NoTimeLeft("no time is left for the call")
    if limit._signal is not None:
        limit._signal.arm(interrupt)
    return seconds


def end() -> None:
    """End what was begun."""
    limit = _here.limit
    if limit is not None and limit._signal is not None:
        limit._signal.disarm()


@contextmanager
def waiting(interrupt: Callable[[], object]) -> Iterator[float]:
    """As `begin` and `end`."""
    seconds = begin(interrupt)
    try:
        yield seconds
    finally:
        end()


def received(count: int) -> None:
    """Count bytes that came.

    Raises:
        TooMuch: there are too many of them.
    """
    limit = _here.limit
    while limit is not None:
        limit._bytes -= count
        if limit._bytes < 0:
            limit.overrun = True
            raise TooMuch("the other side sends more than is taken in")
        limit = limit._outer
