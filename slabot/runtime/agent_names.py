"""Cache the names of the helpdesks' agents.

Promise: a caller never waits longer for a name than its time-out, and a helpdesk that does not answer is not asked
again for a while. A name that was read once is used until a newer one is read.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from adapters.base import READ_BEFORE_ACTING, Adapter
from adapters.errors import AdapterError

FRESH = timedelta(hours=1)  # before an agent is asked for again
AGAIN = timedelta(minutes=5)  # the same, for one who could not be named
DOWN = timedelta(seconds=10)  # before a helpdesk that did not answer is asked again


class AgentNames:
    """Names by helpdesk and id. Shared by all threads."""

    def __init__(self) -> None:
        """Know nobody."""
        self._lock = threading.Lock()
        self._names: dict[str, dict[str, str]] = {}
        self._ask_after: dict[tuple[str, str], datetime] = {}
        self._down_until: dict[str, datetime] = {}

    def known(self, helpdesk: str) -> Mapping[str, str]:
        """The names that are known of a helpdesk's agents, by its ids. Asks nobody."""
        with self._lock:
            return dict(self._names.get(helpdesk, {}))

    def read(
        self, adapter: Adapter, ids: Collection[str], now: datetime, *, timeout: float = READ_BEFORE_ACTING
    ) -> Mapping[str, str]:
        """The names that are known once the helpdesk was asked for those of these agents that are not.

        Args:
            adapter: of the helpdesk.
            ids: of agents.
            now: the present instant.
            timeout: seconds that this may take, in all; nobody is asked where there are none left.
        """
        helpdesk = adapter.name
        with self._lock:
            # What would last longer than ever was set is over: the clock was set back since.
            missing = [own for own in ids if not now < self._ask_after.get((helpdesk, own), now) <= now + FRESH]
            closed = timeout <= 0 or now < self._down_until.get(helpdesk, now) <= now + DOWN
        if missing and not closed:
            self._ask(adapter, missing, now, timeout)
        return self.known(helpdesk)

    def _ask(self, adapter: Adapter, ids: Collection[str], now: datetime, timeout: float) -> None:
        helpdesk = adapter.name
        try:
            found = adapter.agent_names(ids, timeout=timeout)
        except AdapterError:
            with self._lock:
                self._down_until[helpdesk] = now + DOWN
            return
        with self._lock:
            self._names.setdefault(helpdesk, {}).update(found)
            self._ask_after |= {(helpdesk, own): now + (FRESH if own in found else AGAIN) for own in ids}
