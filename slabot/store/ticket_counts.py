"""How many tickets are stored, and of which kind?

Promise: each answer is one question to the store, whatever it holds.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from slabot.domain import Category, utc
from slabot.store import schema

_GAPS = '"gaps": ['  # in the facts of a ticket that has some; within a text the quotation mark would be escaped

_TICKET = schema.ticket


def has_older(conn: Connection, helpdesk: str, instant: datetime) -> bool:
    """True if a ticket of the helpdesk was created before an instant."""
    query = select(_TICKET.c.id).where(_TICKET.c.helpdesk == helpdesk, _TICKET.c.created_at < utc(instant)).limit(1)
    return conn.execute(query).first() is not None


def count_of(conn: Connection, helpdesk: str) -> int:
    """How many tickets of a helpdesk are stored."""
    return conn.execute(select(func.count()).where(_TICKET.c.helpdesk == helpdesk)).scalar_one()


def count_open(conn: Connection) -> int:
    """How many tickets are neither solved nor closed; the circuit breaker's whole."""
    ended = [category.value for category in Category if category.ended]
    query = select(func.count()).where(_TICKET.c.category.is_not(None), _TICKET.c.category.not_in(ended))
    return conn.execute(query).scalar_one()


def count_with_gaps(conn: Connection) -> int:
    """How many tickets that are neither solved nor closed have gaps in what slabot can see of their history."""
    ended = [category.value for category in Category if category.ended]
    with_gaps = _TICKET.c.facts.contains(_GAPS, autoescape=True)
    query = select(func.count()).where(with_gaps, or_(_TICKET.c.category.is_(None), _TICKET.c.category.not_in(ended)))
    return conn.execute(query).scalar_one()
