"""How does every clock stand, as of the last decision?

Promise: the rows of a ticket are exactly the clocks of its last decision. They are for lists and reports; a single
ticket is always decided afresh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from slabot.domain import Severity
from slabot.rules import ClockState
from slabot.store import schema

_CLOCK = schema.clock
_OF_TICKET = (
    select(_CLOCK)
    .where(_CLOCK.c.helpdesk == bindparam("helpdesk"), _CLOCK.c.ticket_id == bindparam("ticket_id"))
    .order_by(_CLOCK.c.started_at, _CLOCK.c.label)
)


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
    rows = conn.execute(_OF_TICKET, {"helpdesk": helpdesk, "ticket_id": ticket_id}).mappings()
    return [ClockRow(**row) for row in rows]


def save(conn: Connection, helpdesk: str, ticket_id: str, states: Iterable[ClockState]) -> None:
    """Make the ticket's rows say this; writes nothing where they do."""
    wanted = {state.label: _row(helpdesk, ticket_id, state) for state in states}
    stored = {row.label: row for row in of_ticket(conn, helpdesk, ticket_id)}
    outdated = [label for label, row in stored.items() if wanted.get(label) != row]
    missing = [_columns(row) for label, row in wanted.items() if stored.get(label) != row]
    if outdated:
        where = (_CLOCK.c.helpdesk == helpdesk, _CLOCK.c.ticket_id == ticket_id, _CLOCK.c.label.in_(outdated))
        conn.execute(delete(_CLOCK).where(*where))
    if missing:
        conn.execute(insert(_CLOCK), missing)


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
