"""How does slabot write an internal note on a ticket that no rule asked for?

Promise: a note is written once; agents alone read it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done
from slabot.runtime.parts import Parts, brings_work
from slabot.store import Lane, OutboxKind, OutboxRow, outbox

NOTE = "internal_note"


def owe_note(conn: Connection, helpdesk: str, ticket_id: str, key: str, text: str, now: datetime) -> None:
    """Have a note written on a ticket; of one key, once."""
    row = OutboxRow(
        key=key,
        kind=OutboxKind.WRITE,
        lane=Lane.WRITE,
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        body={NOTE: text},
        urgency=now,
        not_before=now,
        created_at=now,
    )
    if outbox.put(conn, row):
        brings_work(conn)


def is_note(row: OutboxRow) -> bool:
    """True for a row that ``owe_note`` made."""
    return NOTE in row.body


def write_note(parts: Parts, adapter: Adapter, row: OutboxRow) -> Done:
    """Write the note, unless it is there already.

    Raises:
        AdapterError: the helpdesk did not do it.
    """
    if (row.attempts > 1 or parts.absence is not None) and adapter.find_marker(row.ticket_id, row.key):
        return Done(words="the note was there already")
    return adapter.add_note(row.ticket_id, str(row.body[NOTE]), marker=row.key)
