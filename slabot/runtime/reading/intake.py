"""Accept webhooks, and store which tickets they name.

Promise: the signature is checked on the raw body, the delivery is stored, and only then is it answered. Nothing is
fetched before the answer; a delivery that came before is answered the same and does nothing.

Deliveries that come while others are being written are stored together, in one statement: a helpdesk that changes many
tickets at once sends them by the hundred.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from threading import Lock

from sqlalchemy import Connection

from adapters.errors import BadHook, BadSignature
from slabot.runtime.parts import Parts, brings_work
from slabot.store import Fault, StoreUnavailable, inbox
from slabot.store.inbox import Delivery

__all__ = ["BadHook", "BadSignature", "Intake", "UnknownHelpdesk"]


class UnknownHelpdesk(LookupError):
    """No helpdesk of that name is in the policy."""


class Intake:
    """Takes deliveries in. Safe to be used by many threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = Lock()
        self._waiting: list[tuple[Delivery, Future[bool]]] = []

    def accept(self, helpdesk: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Take a delivery in; False if it came before.

        Raises:
            UnknownHelpdesk: the policy names no such helpdesk.
            BadSignature, BadHook: it is not believed, or of no use.
            StoreUnavailable: it could not be stored; the helpdesk should send it again.
        """
        adapter = self._parts.adapters.get(helpdesk)
        if adapter is None:
            raise UnknownHelpdesk(helpdesk)
        hint = adapter.read_hint(headers, body, self._parts.clock.now())
        delivery = Delivery(
            helpdesk=helpdesk, id=hint.delivery_id, ticket_id=hint.ticket_id, accepted_at=self._parts.now()
        )
        stored: Future[bool] = Future()
        with self._lock:
            self._waiting.append((delivery, stored))
            first = len(self._waiting) == 1
        if first:
            self._store_waiting()
        return stored.result()

    def _store_waiting(self) -> None:
        """Store all waiting deliveries in one statement, and wake the threads that wait for them."""
        together: list[tuple[Delivery, Future[bool]]] = []

        def keep(conn: Connection) -> list[bool]:
            together.extend(self._take())
            fresh = inbox.accept_all(conn, [delivery for delivery, _ in together])
            if any(fresh):
                brings_work(conn)
            return fresh

        try:
            fresh = self._parts.write(keep)
        except BaseException as error:
            fault = error.fault if isinstance(error, StoreUnavailable) else Fault.LOST
            for _, stored in together or self._take():
                # One object each: threads that raise the same one would mix up its tracebacks.
                stored.set_exception(StoreUnavailable(str(error), fault=fault))
            if not isinstance(error, StoreUnavailable):
                raise
        else:
            for (_, stored), is_fresh in zip(together, fresh, strict=True):
                stored.set_result(is_fresh)

    def _take(self) -> list[tuple[Delivery, Future[bool]]]:
        with self._lock:
            taken, self._waiting = self._waiting, []
        return taken
