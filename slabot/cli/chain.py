"""Say which tickets come before and after one.

Promise: each is named with what became of it; a ticket that slabot does not know is named by those that know it.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from slabot.domain import Merged, StatusChanged
from slabot.reports.style import strong
from slabot.rules.words import local_time
from slabot.store import StoredTicket, chains, tickets


def chain_lines(conn: Connection, stored: StoredTicket, zone: ZoneInfo) -> list[str]:
    """Lines about the tickets before and after; none for a ticket that stands alone."""
    places = (("before", chains.before(conn, stored)), ("after", chains.after(conn, stored)))
    lines = [
        f"  {place:<7} {stored.ticket.helpdesk}/{number}: {_end(conn, stored.ticket.helpdesk, number, zone)}"
        for place, numbers in places
        for number in numbers
    ]
    return [strong("One chain with"), *lines] if lines else []


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
