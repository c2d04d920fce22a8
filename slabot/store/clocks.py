"""How does every clock stand, as of the last decision?

Promise: the rows of a ticket are exactly the clocks of its last decision. They are for lists and reports; a single
ticket is always decided afresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from slabot.domain import Severity
from slabot.rules import ClockState
from slabot.store import schema
from slabot.store.of_tickets import Name, OfTickets

_CLOCK = schema.clock
_CLOCKS = OfTickets(select(_CLOCK).order_by(_CLOCK.c.started_at, _CLOCK.c.label), _CLOCK.c.helpdesk, _CLOCK.c.ticket_id)
_AWAY = delete(_CLOCK).where(*(key == bindparam(f"of_{key.name}") for key in _CLOCK.primary_key))
_IN = insert(_CLOCK)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A clock as it stood. The meaning of each attribute is that of `slabot.rules.ClockState`.

    Attributes:
        verdict: as decided; a ``running`` one whose ``met_until`` has passed is to be shown as missed.
        missed_severity, missed_due_at, missed_met_until: the deadline that passed, if one did.
    """

    helpdesk: str
    ticket_id: str
    label: str
    name: str
    instance: int
    severity: Severity
    target: str
    calendar: str
    started_at: datetime
    due_at: datetime | None
    met_until: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    verdict: str
    missed_severity: Severity | None
    missed_due_at: datetime | None
    missed_met_until: datetime | None


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[ClockRow]:
    """The clocks of a ticket, in the order in which they started."""
    return of_tickets(conn, [(helpdesk, ticket_id)]).get((helpdesk, ticket_id), [])


def of_tickets(conn: Connection, names: Iterable[Name]) -> dict[Name, list[ClockRow]]:
    """The same for several; tickets without clocks are missing."""
    found: dict[Name, list[ClockRow]] = {}
    for row in _CLOCKS.rows(conn, names):
        found.setdefault((row["helpdesk"], row["ticket_id"]), []).append(ClockRow(**row))
    return found


def stopped_since(conn: Connection, instant: datetime) -> list[Name]:
    """(helpdesk, id) of the tickets with a clock that stopped then or later."""
    query = select(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id).where(_CLOCK.c.stopped_at >= instant).distinct()
    return [(row.helpdesk, row.ticket_id) for row in conn.execute(query)]


def changes(
    name: Name, states: Iterable[ClockState], stored: Iterable[ClockRow]
) -> tuple[list[ClockRow], list[ClockRow]]:
    """The rows of a ticket that are no longer true, and those that take their place."""
    wanted = {state.label: _row(*name, state) for state in states}
    kept = {row.label: row for row in stored}
    outdated = [row for label, row in kept.items() if wanted.get(label) != row]
    return outdated, [row for label, row in wanted.items() if kept.get(label) != row]


def save(conn: Connection, outdated: Sequence[ClockRow], missing: Sequence[ClockRow]) -> None:
    """Take rows away, and put others in."""
    if outdated:
        conn.execute(
            _AWAY, [{f"of_{key.name}": getattr(row, key.name) for key in _CLOCK.primary_key} for row in outdated]
        )
    if missing:
        conn.execute(_IN, [_columns(row) for row in missing])


def _row(helpdesk: str, ticket_id: str, state: ClockState) -> ClockRow:
    missed = state.missed
    return ClockRow(
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        label=state.label,
        name=state.name,
        instance=state.instance,
        severity=state.terms.severity,
        target=str(state.terms.target),
        calendar=state.terms.calendar.name,
        started_at=state.started_at,
        due_at=state.due_at,
        met_until=state.met_until,
        stopped_at=state.stopped_at,
        paused_since=state.paused_since,
        verdict=state.verdict.value,
        missed_severity=None if missed is None else missed.severity,
        missed_due_at=None if missed is None else missed.due_at,
        missed_met_until=None if missed is None else missed.met_until,
    )


def _columns(row: ClockRow) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in _CLOCK.columns}
