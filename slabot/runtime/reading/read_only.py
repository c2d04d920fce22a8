"""Read helpdesks by something that cannot write.

Promise: whoever is handed a `TicketReader` has no method that writes, and `ReadOnly` holds none: not the adapter, but
its two ways of reading. A type checker refuses a write, and at run time there is nothing to call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol

from adapters.base import Adapter, Snapshot, SweepBatch


class TicketReader(Protocol):
    """A helpdesk, as far as reading goes; see `adapters.base.Adapter`."""

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """What changed."""

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """One ticket with its history."""


class ReadOnly:
    """A helpdesk that is only read."""

    __slots__ = ("_fetch", "_sweep")

    def __init__(self, adapter: Adapter) -> None:
        """Keep what reads of an adapter, and nothing else."""
        self._sweep: Callable[..., Iterator[SweepBatch]] = adapter.sweep
        self._fetch: Callable[..., Snapshot] = adapter.fetch

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """See `adapters.base.Adapter.sweep`."""
        return self._sweep(cursor, since=since)

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        """See `adapters.base.Adapter.fetch`."""
        return self._fetch(ticket_id, timeout=timeout)
