"""Bring several tickets with one call, before they are read one by one.

Promise: it saves calls and nothing else. It is bounded in time, what goes wrong is passed over (each reading asks for
itself), and no ticket is taken for newer than the call that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from adapters.base import Adapter
from adapters.errors import AdapterError
from slabot.runtime.unexpected import log_unexpected

LOOK_AHEAD = 5.0  # seconds that bringing several tickets may take, in all


class LookAhead:
    """Tickets that were chosen together. The first that is read asks for all of them, the others wait for that."""

    def __init__(self, adapter: Adapter, ticket_ids: Sequence[str], chosen_at: datetime, *, forget: bool) -> None:
        """Ask nothing yet.

        Args:
            adapter: of their helpdesk.
            ticket_ids: one alone is not asked for.
            chosen_at: an instant before anybody asks.
            forget: an earlier call may have brought tickets that were not read since; the adapter must not use them.
        """
        several = tuple(ticket_ids) if len(ticket_ids) > 1 else ()
        self._adapter, self._ids, self._chosen_at = adapter, several, chosen_at
        self._lock, self._forget, self._owed = Lock(), forget, bool(several) or forget
        self._left = set(several)

    @property
    def leaves(self) -> bool:
        """True if something may have been brought that was not read."""
        return self._forget if self._owed else bool(self._left)

    def bring(self, ticket_id: str, now: datetime) -> datetime:
        """Ask once; returns the instant from which on a change may be missing in the ticket, which is read next.

        Args:
            ticket_id: of those that were chosen.
            now: the present instant.
        """
        self._left.discard(ticket_id)
        if self._lock.acquire(timeout=LOOK_AHEAD):
            try:
                self._ask()
            finally:
                self._lock.release()
        return min(now, self._chosen_at) if self._ids else now

    def _ask(self) -> None:
        if not self._owed:
            return
        self._owed = False
        try:
            self._adapter.look_ahead(self._ids, timeout=LOOK_AHEAD)
        except AdapterError:
            return  # each reading says for itself what stands in its way
        except Exception as error:
            log_unexpected("look_ahead.broke", error, timedelta(0), helpdesk=self._adapter.name)
