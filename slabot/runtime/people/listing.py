"""List the tickets with a running clock, as decided this instant.

Promise: a list shows what is true now, not what was decided last; it is read in one transaction and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from slabot.messages.view import PageView
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import view_of
from slabot.store import deadlines, tickets

_NEVER = datetime.max.replace(tzinfo=UTC)


def views(conn: Connection, parts: Parts, references: Iterable[deadlines.Reference]) -> list[PageView]:
    """One view for each running clock of these tickets, the nearest deadline first; paused ones come last."""
    found: list[PageView] = []
    for helpdesk, ticket_id in references:
        stored = tickets.load(conn, helpdesk, ticket_id)
        if stored is None or helpdesk not in parts.adapters:
            continue
        decision = parts.decide(stored, parts.now())
        found.extend(view_of(parts, stored, decision, clock) for clock in decision.clocks if clock.running)
    return sorted(found, key=lambda view: (view.due_at or _NEVER, view.helpdesk, view.ticket, view.clock))
