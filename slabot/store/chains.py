"""Which tickets does a ticket go on from, and in which does it go on?

Promise: a follow-up ticket, the closed one that it follows, and what was merged are one chain; each direction is one
question.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, select

from slabot.domain import Merged
from slabot.store import schema
from slabot.store.columns import to_json
from slabot.store.tickets import StoredTicket

_TICKET, _EVENT = schema.ticket, schema.event


def before(conn: Connection, stored: StoredTicket) -> list[str]:
    """The numbers of the tickets that it follows, or that were merged into it, by their creation."""
    ticket = stored.ticket
    into = f'"into":{to_json(ticket.id)}'
    merged = select(_EVENT.c.ticket_id).where(
        _EVENT.c.helpdesk == ticket.helpdesk, _EVENT.c.type == "merged", _EVENT.c.body.contains(into, autoescape=True)
    )
    return _numbers(conn, stored, _TICKET.c.id.in_(merged) | (_TICKET.c.id == (ticket.follows or "")))


def after(conn: Connection, stored: StoredTicket) -> list[str]:
    """The numbers of the tickets that follow it, or that it was merged into, by their creation."""
    follows = f'"follows": {to_json(stored.ticket.id)}'
    into = _merged_into(stored)
    return _numbers(conn, stored, _TICKET.c.facts.contains(follows, autoescape=True) | _TICKET.c.id.in_(into))


def _merged_into(stored: StoredTicket) -> Sequence[str]:
    return [event.into for event in stored.timeline if isinstance(event, Merged) and event.into is not None]


def _numbers(conn: Connection, stored: StoredTicket, which: ColumnElement[bool]) -> list[str]:
    others = (_TICKET.c.helpdesk == stored.ticket.helpdesk, _TICKET.c.id != stored.ticket.id, which)
    query = select(_TICKET.c.id).where(*others).order_by(_TICKET.c.created_at, _TICKET.c.id)
    return list(conn.execute(query).scalars())
