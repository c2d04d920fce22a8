"""Bring several tickets with one call, before they are read one by one.

Promise: it saves calls and nothing else. It is bounded in time, and what goes wrong is passed over: each reading asks
for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Lock

from adapters.base import Adapter
from adapters.errors import AdapterError
from slabot.runtime.unexpected import log_unexpected

LOOK_AHEAD = 5.0  # seconds that bringing several tickets may take, in all


class LookAhead:
    """Tickets that were chosen together. The first that is read asks for all of them, the others wait for that."""

    def __init__(self, adapter: Adapter, ticket_ids: Sequence[str]) -> None:
        """Ask nothing yet; one alone is never asked for."""
        self._adapter, self._ids = adapter, tuple(ticket_ids)
        self._lock, self._is_owed = Lock(), len(ticket_ids) > 1

    def bring(self) -> None:
        """Ask, unless that was done."""
        if self._lock.acquire(timeout=LOOK_AHEAD):
            try:
                self._ask()
            finally:
                self._lock.release()

    def _ask(self) -> None:
        if not self._is_owed:
            return
        self._is_owed = False
        try:
            self._adapter.look_ahead(self._ids, timeout=LOOK_AHEAD)
        except AdapterError:
            return  # each reading says for itself what stands in its way
        except Exception as error:
            log_unexpected("look_ahead.broke", error, timedelta(0), helpdesk=self._adapter.name)
