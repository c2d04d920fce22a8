"""Does an error concern one ticket, or all that is asked of this helpdesk?

Promise: what concerns one ticket holds up one ticket. Whether the account itself is well is asked of the helpdesk,
once a minute at most; while it is not, nothing is read there. Where tickets are read although the account was said not
to be well, what it says is not believed. Durations are measured on the clock that never goes back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from adapters.base import Adapter
from adapters.errors import AdapterError, CallsKept, CannotSignIn, NotAllowed, ScopeTooNarrow
from slabot.clock import Clock
from slabot.runtime.parts import DOWN

ASK_EVERY = timedelta(minutes=1)  # at most
TRUSTED = timedelta(seconds=10)  # for which its answer is good, where a ticket is said to be gone
ASK_FOR = 5.0  # seconds that the question may take
IN_A_ROW = 8  # errors about tickets, with none that could be read between them, after which reading pauses as well
LONGEST = timedelta(minutes=10)  # for which slabot itself keeps the account's calls for people
REFUSED = timedelta(minutes=1)  # before an account that may not read is asked again

_OF_THE_ACCOUNT = (CallsKept, CannotSignIn, ScopeTooNarrow)


class Reachability:
    """Whether one helpdesk can be read. Shared by the threads that read there."""

    def __init__(self, adapter: Adapter, clock: Clock) -> None:
        """Nothing stands against it yet."""
        self._adapter, self._clock = adapter, clock
        self._lock = Lock()
        self._closed_until = self._answered = -1.0  # seconds of the monotonic clock
        self._asked: float | None = None
        self._failures = 0  # in a row
        self._is_down = False
        self._is_believed = True  # the account, when it is not well

    def closed_for(self) -> timedelta:
        """How long nothing is read here; zero if it may be."""
        return timedelta(seconds=max(0.0, self._closed_until - self._clock.monotonic()))

    def answered(self) -> None:
        """A ticket was read, or is surely not there."""
        with self._lock:
            self._is_believed = self._is_believed and not self._is_down
            self._answered, self._failures, self._is_down = self._clock.monotonic(), 0, False

    def concerns_all(
        self,
        error: AdapterError,
        began: float,
        now: datetime,
        *,
        ask_for: float | None = None,
        in_a_row: int = IN_A_ROW,
        is_first: bool = True,
    ) -> bool:
        """True if the error is not about the ticket alone; nothing is read here for a while then.

        Args:
            error: why a ticket could not be read.
            began: when that was begun, in seconds of the monotonic clock.
            now: the present instant.
            ask_for: seconds that the question may take, if not `ASK_FOR`; where there are none, it is not asked.
            in_a_row: errors about tickets after which it is taken to concern all of them.
            is_first: False for a ticket that could not be read the last time either, from which nothing follows.
        """
        with self._lock:
            if isinstance(error, _OF_THE_ACCOUNT):
                return self._close(error, now)
            if self._answered > began:
                return False  # others could be read meanwhile
            self._failures += is_first
            asked_lately = self._asked is not None and self._clock.monotonic() - self._asked < ASK_EVERY.total_seconds()
            seconds = ASK_FOR if ask_for is None else ask_for
            if not asked_lately and seconds > 0:
                refusal = self._ask(seconds)
                if refusal is None:
                    return False
                if self._is_believed:
                    self._is_down = True
                    return self._close(refusal, now)
            return (self._is_down or self._failures >= in_a_row) and self._close(None, now)

    def confirms_gone(self, began: float, now: datetime, *, ask_for: float | None = None) -> bool:
        """True if a helpdesk that has no such ticket answers as it should otherwise; nothing is read there else.

        A proxy in between, or maintenance, says 404 to everything; and a ticket that is believed to be gone has no
        clock, so this is asked first.
        """
        with self._lock:
            monotonic = self._clock.monotonic()
            if self._answered > began:
                return True
            if not self._is_believed:  # then by the tickets that can be read
                return monotonic - self._answered < ASK_EVERY.total_seconds() or not self._close(None, now)
            if self._asked is not None and monotonic - self._asked < TRUSTED.total_seconds():
                return not (self._is_down and self._close(None, now))
            refusal = self._ask(ASK_FOR if ask_for is None else ask_for)
            if refusal is not None:
                self._is_down = True
                self._close(refusal, now)
            return refusal is None

    def _ask(self, ask_for: float) -> AdapterError | None:
        """Ask the account; why it is not well, None if it is."""
        self._asked = self._clock.monotonic()
        try:
            self._adapter.whoami(timeout=ask_for)
        except AdapterError as error:
            return error
        self._failures, self._is_down, self._is_believed = 0, False, True
        return None

    def _close(self, error: AdapterError | None, now: datetime) -> bool:
        """Read nothing for a while, as long as the account's error asks for."""
        until: datetime | None = getattr(error, "until", None)
        pause = REFUSED if isinstance(error, NotAllowed) else DOWN
        if until is not None:
            longest = LONGEST if isinstance(error, CallsKept) else ASK_EVERY
            pause = min(max(until - now, timedelta(seconds=1)), longest)
        self._closed_until = self._clock.monotonic() + pause.total_seconds()
        self._failures = 0
        return True
