"""Find the tickets that bear a mark, or have borne one, by their tags and fields.

Promise: no ticket is left out that has ever shown one of these tags or fields, as far as the store knows; some may be
found that have not. What they say is read in parts, so that memory stays flat however many there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from sqlalchemy import ColumnElement, Connection, func, or_, select, union

from slabot.store import schema, tickets
from slabot.store.of_tickets import AT_ONCE, Name, OfTickets
from slabot.store.tickets import StoredTicket

_TICKET, _EVENT = schema.ticket, schema.event
_SAID = ("tags", "field")  # events that put a mark on or take it off
_BESIDE = ("status", "organization", "group", "brand", "form", "requester", "merged", "deleted", "spam", "restored")
_EVENTS = OfTickets(select(_EVENT).where(_EVENT.c.type.in_((*_SAID, *_BESIDE))), _EVENT.c.helpdesk, _EVENT.c.ticket_id)


def find(conn: Connection, words: Collection[str]) -> list[Name]:
    """(helpdesk, id) of the tickets whose tags or fields have shown one of these words, in any case.

    Args:
        conn: of a `Store.read`.
        words: tags, and names of fields; none finds nothing.
    """
    if not words:
        return []
    at_creation = select(_TICKET.c.helpdesk, _TICKET.c.id).where(_names(_TICKET.c.facts, words))
    later = select(_EVENT.c.helpdesk, _EVENT.c.ticket_id).where(_EVENT.c.type.in_(_SAID), _names(_EVENT.c.body, words))
    return sorted((row[0], row[1]) for row in conn.execute(union(at_creation, later)))


def load(conn: Connection, names: Collection[Name]) -> Iterator[StoredTicket]:
    """These tickets with what a mark rests on: no messages, no pages."""
    left = iter(names)
    while some := list(islice(left, AT_ONCE)):
        yield from tickets.load_several(conn, some, _EVENTS).values()


def _names(column: ColumnElement[str], words: Collection[str]) -> ColumnElement[bool]:
    """True where one of the words stands in a JSON text; where one is not plain ASCII, always.

    The engines fold other letters differently, and JSON may write them as escapes.
    """
    if any(not word.isascii() or '"' in word or "\\" in word for word in words):
        return column.is_not(None)
    return or_(*(func.lower(column).contains(f'"{word.lower()}"', autoescape=True) for word in words))
