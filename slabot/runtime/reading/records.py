"""Read tickets from the helpdesks, without the store.

Promise: one ticket after the other, so that however many there are, little is held in memory. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from adapters.errors import Gone
from slabot.domain import TicketRecord, Timeline
from slabot.runtime.reading.read_only import TicketReader


def read_records(
    adapters: Mapping[str, TicketReader],
    named: Sequence[tuple[str, str]],
    since: datetime | None,
    *,
    only_open: bool = False,
) -> Iterator[TicketRecord]:
    """Read the named tickets, (helpdesk, number) each; where none is named, those that changed since an instant.

    Args:
        adapters: by the helpdesk's name in the policy.
        named: tickets.
        since: aware; needed where none is named.
        only_open: of those that changed, none that is solved or closed.

    Raises:
        AdapterError: one could not be read; what was yielded stands.
    """
    for helpdesk, ticket_id in named or _changed(adapters, since, only_open=only_open):
        try:
            snapshot = adapters[helpdesk].fetch(ticket_id)
        except Gone:
            if named:
                raise
            continue  # deleted since it was listed
        yield TicketRecord(snapshot.ticket, Timeline.of(snapshot.events))


def _changed(
    adapters: Mapping[str, TicketReader], since: datetime | None, *, only_open: bool
) -> Iterator[tuple[str, str]]:
    assert since is not None, "a helpdesk is asked for named tickets, or for those of a time"
    for name, adapter in adapters.items():
        seen: dict[str, None] = {}
        for batch in adapter.sweep(None, since=since):
            for row in batch.changed:  # the last word about a ticket counts
                seen.pop(row.id, None)
                if row.gone is None and not (only_open and row.ended):
                    seen[row.id] = None
            if batch.end:
                break
        yield from ((name, ticket_id) for ticket_id in seen)
