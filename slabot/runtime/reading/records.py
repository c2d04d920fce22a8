"""Read tickets from the helpdesks, without the store.

Promise: one ticket after the other, so that however many there are, little is held in memory. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from adapters.base import Adapter
from adapters.errors import Gone
from slabot.domain import TicketRecord, Timeline


def read_records(
    adapters: Mapping[str, Adapter], named: Sequence[tuple[str, str]], since: datetime | None
) -> Iterator[TicketRecord]:
    """Read the named tickets, (helpdesk, number) each; where none is named, those that changed since an instant.

    Raises:
        AdapterError: one could not be read; what was yielded stands.
    """
    for helpdesk, ticket_id in named or _changed(adapters, since):
        try:
            snapshot = adapters[helpdesk].fetch(ticket_id)
        except Gone:
            if named:
                raise
            continue  # deleted since it was listed
        yield TicketRecord(snapshot.ticket, Timeline.of(snapshot.events))


def _changed(adapters: Mapping[str, Adapter], since: datetime | None) -> Iterator[tuple[str, str]]:
    assert since is not None, "a helpdesk is asked for named tickets, or for those of a time"
    for name, adapter in adapters.items():
        seen: dict[str, None] = {}
        for batch in adapter.sweep(None, since=since):
            seen.update((row.id, None) for row in batch.changed if row.gone is None)
            if batch.end:
                break
        yield from ((name, ticket_id) for ticket_id in seen)
