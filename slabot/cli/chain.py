"""Say which tickets come before and after one.

Promise: the whole chain is named, each ticket with what became of it; one that slabot does not know ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from slabot.domain import Merged, StatusChanged
from slabot.reports.style import strong
from slabot.rules.words import local_time
from slabot.store import StoredTicket, chains, tickets

LONGEST = 50  # tickets in one direction; a longer chain is a loop of machines


def chain_lines(conn: Connection, stored: StoredTicket, zone: ZoneInfo) -> list[str]:
    """Lines about the tickets before and after; none for a ticket that stands alone."""
    places = (("before", _all(conn, stored, chains.before)[::-1]), ("after", _all(conn, stored, chains.after)))
    lines = [
        f"  {place:<7} {stored.ticket.helpdesk}/{number}: {_end(conn, stored.ticket.helpdesk, number, zone)}"
        for place, numbers in places
        for number in numbers
    ]
    return [strong("One chain with"), *lines] if lines else []


def _all(conn: Connection, stored: StoredTicket, next_of: Callable[..., list[str]]) -> list[str]:
    """The tickets in one direction, the nearest first, each once."""
    helpdesk, found, to_ask = stored.ticket.helpdesk, list[str](), [stored]
    while to_ask and len(found) < LONGEST:
        new = [each for each in next_of(conn, to_ask.pop(0)) if each not in (stored.ticket.id, *found)]
        found += new
        to_ask += [known for each in new if (known := tickets.load(conn, helpdesk, each)) is not None]
    return found[:LONGEST]


def _end(conn: Connection, helpdesk: str, number: str, zone: ZoneInfo) -> str:
    """What became of a ticket that is stored."""
    found = tickets.load(conn, helpdesk, number)
    assert found is not None, "it was found a moment ago, in the same reading"
    last = next((event for event in reversed(found.timeline) if isinstance(event, StatusChanged | Merged)), None)
    match last:
        case Merged():
            into = "another ticket" if last.into is None else last.into
            return f"merged into {into}, {local_time(last.at, zone)}"
        case StatusChanged():
            return f"{last.to.words} since {local_time(last.at, zone)}"
        case None:
            return f"{found.ticket.status.words} since {local_time(found.ticket.created_at, zone)}"
