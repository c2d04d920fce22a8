"""Write an internal note on a ticket that no rule asked for.

Promise: a note is written once; agents alone read it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from adapters.base import Adapter, Done
from slabot.runtime.parts import Parts, brings_work
from slabot.store import OutboxRow, outbox
from slabot.store.work import InternalNote


def owe_note(conn: Connection, helpdesk: str, ticket_id: str, key: str, text: str, now: datetime) -> None:
    """Put a note on a ticket into the outbox; of one key, once."""
    if outbox.owe(conn, InternalNote(text), key=key, helpdesk=helpdesk, ticket_id=ticket_id, now=now):
        brings_work(conn)


def write_note(parts: Parts, adapter: Adapter, row: OutboxRow, note: InternalNote) -> Done:
    """Write the note, unless it is there already.

    Raises:
        AdapterError: the helpdesk did not do it.
    """
    if (row.attempts > 1 or parts.absence is not None) and adapter.find_marker(row.ticket_id, row.key):
        return Done(words="the note was there already")
    return adapter.add_note(row.ticket_id, note.text, marker=row.key)
