"""Accept webhooks, and store which tickets they name.

Promise: the signature is checked on the raw body, the delivery is stored, and only then is it answered. Nothing is
fetched before the answer; a delivery that came before is answered the same and does nothing.

Deliveries that come while others are being written are stored together, in one statement and one commit: a helpdesk
that changes many tickets at once sends them by the hundred. A store that is slow is waited for only by the deliveries
that it is writing just then: helpdesks give up after ten seconds and most of them send no second time, but they do
after a refusal that asks for it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import Event, Lock

from sqlalchemy import Connection

from adapters.errors import BadHook, BadSignature
from slabot.domain import utc
from slabot.runtime.engine import HintKind, WorkHint
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.reading.backlog import due_by_of_new
from slabot.store import Fault, StoreUnavailable, inbox
from slabot.store.inbox import HookDelivery

SLOW = 3.0  # seconds of real time; a store that has not taken deliveries in by then is slow
_SLOW = f"the store has not taken what came before within {SLOW:.0f} seconds"

__all__ = ["BadHook", "BadSignature", "Intake", "UnknownHelpdesk"]


class UnknownHelpdesk(LookupError):
    """No helpdesk of that name is in the policy."""


class _Batch:
    """Deliveries that are stored together, and what became of them."""

    __slots__ = ("deliveries", "done", "fault", "fresh", "why")

    def __init__(self) -> None:
        self.deliveries: list[HookDelivery] = []
        self.done = Event()
        self.fresh: list[bool] = []
        self.fault: Fault | None = None
        self.why = ""


class Intake:
    """Takes deliveries in. Safe to be used by many threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = Lock()
        self._next = _Batch()
        self._turn = Lock()  # one batch is written at a time; meanwhile the next one grows
        self._writing_since: float | None = None

    def accept(self, helpdesk: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Take a delivery in; False if it came before.

        Raises:
            UnknownHelpdesk: the policy names no such helpdesk.
            BadSignature, BadHook: it is not believed, or of no use.
            StoreUnavailable: it could not be stored, or not in time; the helpdesk should send it again.
        """
        adapter = self._parts.adapters.get(helpdesk)
        if adapter is None:
            raise UnknownHelpdesk(helpdesk)
        now = self._parts.clock.now()
        hint = adapter.read_hint(headers, body, now)
        delivery = HookDelivery(
            helpdesk=helpdesk,
            id=hint.delivery_id,
            ticket_id=hint.ticket_id,
            accepted_at=utc(now),
            due_by=due_by_of_new(self._parts.policy, utc(now)),
        )
        if self._is_stuck():
            raise _slow()
        with self._lock:
            batch, place = self._next, len(self._next.deliveries)
            batch.deliveries.append(delivery)
        if place == 0:
            self._store_in_turn(batch)
        elif not batch.done.wait(SLOW):
            raise _slow()
        if batch.fault is not None:
            # One object each: threads that raise the same one would mix up its tracebacks.
            raise StoreUnavailable(batch.why, fault=batch.fault)
        return batch.fresh[place]

    def _is_stuck(self) -> bool:
        since = self._writing_since
        return since is not None and time.monotonic() - since > SLOW

    def _store_in_turn(self, batch: _Batch) -> None:
        """Store a batch once the one before it is stored."""
        if not self._turn.acquire(timeout=SLOW):
            self._close(batch)
            batch.why, batch.fault = _SLOW, Fault.SLOW
            batch.done.set()
            return
        try:
            self._writing_since = time.monotonic()
            self._store(batch)
        finally:
            self._writing_since = None
            self._turn.release()

    def _store(self, batch: _Batch) -> None:
        """Store a batch in one statement, and wake the threads that wait for it."""

        def keep(conn: Connection) -> list[bool]:
            self._close(batch)
            fresh = inbox.accept_all(conn, batch.deliveries)
            hints = [
                WorkHint(HintKind.READ, each.helpdesk, each.ticket_id)
                for each, is_new in zip(batch.deliveries, fresh, strict=True)
                if is_new
            ]
            if hints and not self._parts.hints.put(conn, hints):
                brings_work(conn)
            return fresh

        try:
            batch.fresh = self._parts.write(keep)
        except BaseException as error:
            self._close(batch)
            batch.why, batch.fault = str(error), error.fault if isinstance(error, StoreUnavailable) else Fault.LOST
            if not isinstance(error, StoreUnavailable):
                raise
        finally:
            batch.done.set()

    def _close(self, batch: _Batch) -> None:
        """Let nobody join it any more."""
        with self._lock:
            if self._next is batch:
                self._next = _Batch()


def _slow() -> StoreUnavailable:
    return StoreUnavailable(_SLOW, fault=Fault.SLOW)
