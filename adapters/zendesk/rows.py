"""Is there a ticket at hand that a list brought a moment ago, so that it need not be asked for again?

Promise: a row is used once, and not once it is older than `FRESH`; the newest version of a ticket is kept, and none
that has been read already. Rows are only a beginning: the history is read after them, and one that turns out to be
newer than the row has the ticket asked for anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Changed
from adapters.zendesk.fields import Raw

FRESH = timedelta(minutes=3)
KEPT = 1_000  # rows: one page of the export; beyond this the oldest is forgotten
READ = 10_000  # versions that were read; beyond this the oldest is forgotten
# What the reader looks at. The rest, descriptions above all, is not kept in memory.
_FIELDS = (
    "id",
    "subject",
    "status",
    "custom_status_id",
    "priority",
    "type",
    "created_at",
    "updated_at",
    "requester_id",
    "submitter_id",
    "assignee_id",
    "organization_id",
    "group_id",
    "brand_id",
    "ticket_form_id",
    "collaborator_ids",
    "email_cc_ids",
    "follower_ids",
    "tags",
    "custom_fields",
    "via",
    "from_messaging_channel",
)


class Rows:
    """Tickets that lists brought lately. Shared by all threads."""

    def __init__(self) -> None:
        """Know none."""
        self._lock = threading.Lock()
        self._rows: OrderedDict[str, tuple[str, datetime, dict[str, Any]]] = OrderedDict()
        self._read: OrderedDict[str, str] = OrderedDict()

    def remember(self, rows: Iterable[Changed], now: datetime) -> None:
        """Keep what a list brought."""
        with self._lock:
            for row in rows:
                self._keep(row, now)
            while len(self._rows) > KEPT:
                self._rows.popitem(last=False)

    def take(self, ticket_id: str, now: datetime) -> Raw | None:
        """The ticket as it came, for the one who asks first; None where it is not there or too old."""
        with self._lock:
            found = self._rows.pop(ticket_id, None)
        # An age of less than nothing: the clock was set back since.
        return found[2] if found is not None and timedelta() <= now - found[1] <= FRESH else None

    def has(self, ticket_id: str, now: datetime) -> bool:
        """True if `take` would give it."""
        with self._lock:
            found = self._rows.get(ticket_id)
        return found is not None and timedelta() <= now - found[1] <= FRESH

    def was_read(self, ticket_id: str, read: str) -> None:
        """This version of the ticket was read with its history: a list that brings it brings nothing new."""
        with self._lock:
            self._read.pop(ticket_id, None)
            self._read[ticket_id] = read
            while len(self._read) > READ:
                self._read.popitem(last=False)
            found = self._rows.get(ticket_id)
            if found is not None and found[0] <= read:
                del self._rows[ticket_id]

    def _keep(self, row: Changed, now: datetime) -> None:
        former = self._rows.get(row.id)
        if row.gone is not None:
            self._rows.pop(row.id, None)
        elif row.version > self._read.get(row.id, "") and (former is None or row.version >= former[0]):
            self._rows.pop(row.id, None)
            self._rows[row.id] = (row.version, now, {name: row.raw[name] for name in _FIELDS if name in row.raw})
