"""Stream the rows that reports read.

Promise: rows come one after the other in batches, so that what is held in memory does not grow with the store. Instants
are whole seconds, as the engines keep them: turning them into datetimes would take longer than the report.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from slabot.domain import Category
from slabot.store import schema
from slabot.store.columns import Instant

BATCH = 2000  # rows that are fetched at once

_CLOCK, _SUMMARY, _STRETCH = schema.clock_record, schema.ticket_summary, schema.open_stretch
_AGENT, _TICKET, _EVENT = schema.agent, schema.ticket, schema.event
_ENDED = (Category.SOLVED.value, Category.CLOSED.value)

Row = tuple[Any, ...]


def _plain(column: Any) -> ColumnElement[Any]:
    """Seconds as they are kept."""
    return type_coerce(column, BigInteger).label(column.name) if isinstance(column.type, Instant) else column


def _named(table: Any, agent: Any) -> Any:
    """A table with the names of its agents."""
    return table.outerjoin(_AGENT, and_(_AGENT.c.helpdesk == table.c.helpdesk, _AGENT.c.id == agent))


_CLOCKS = select(
    *(
        _plain(_CLOCK.c[name])
        for name in (
            *("helpdesk", "ticket_id", "label", "name", "agreement", "severity", "organization", "group", "channel"),
            *("language", "answered", "answered_by"),
        )
    ),
    _AGENT.c.name.label("agent_name"),
    *(
        _plain(_CLOCK.c[name])
        for name in (
            *("started_at", "due_at", "met_until", "stopped_at", "judged_at", "worked_seconds", "margin_seconds"),
            *(
                "verdict",
                "certain",
                "no_promise",
                "excused_verdict",
                "excused_met_until",
                "excused_seconds",
                "reason",
                "policy_version",
            ),
            *("pages", "first_paged_at", "acknowledged_at"),
        )
    ),
).select_from(_named(_CLOCK, _CLOCK.c.answered_by))

_TICKETS = select(
    _SUMMARY.c.helpdesk,
    _SUMMARY.c.ticket_id,
    _plain(_TICKET.c.created_at),
    *(_SUMMARY.c[name] for name in ("organization", "group", "channel", "language", "assignee")),
    _AGENT.c.name.label("agent_name"),
    _SUMMARY.c.agreement,
    _SUMMARY.c.category,
    _plain(_SUMMARY.c.since),
    *(_SUMMARY.c[name] for name in ("severity", "severity_source", "proposed_severity", "proposed_source")),
    *(_SUMMARY.c[name] for name in ("confirmed", "read_severity", "read_or_else", "claimed_severity")),
    _plain(_SUMMARY.c.customer_spoke_at),
    _plain(_SUMMARY.c.support_spoke_at),
    _SUMMARY.c.clocks_running,
    _SUMMARY.c.follows,
).select_from(
    _named(_SUMMARY, _SUMMARY.c.assignee).join(
        _TICKET, and_(_TICKET.c.helpdesk == _SUMMARY.c.helpdesk, _TICKET.c.id == _SUMMARY.c.ticket_id)
    )
)


def clocks(conn: Connection, since: int | None, until: int | None, *, started: bool) -> Iterator[Row]:
    """Records of clocks, in the order of `slabot.reports.rows.CountedClock`.

    Args:
        conn: of a `Store.read`.
        since: seconds since 1970 UTC; None for an open side.
        until: the same; not in it.
        started: by their start; False for those that were judged in the period, and all that still run.
    """
    at = _plain(_CLOCK.c.started_at if started else _CLOCK.c.judged_at)
    within = _within(at, since, until)
    query = _CLOCKS
    if within:
        query = query.where(and_(*within) if started else or_(and_(*within), _CLOCK.c.judged_at.is_(None)))
    return _stream(conn, query)


def clock_names(conn: Connection) -> list[str]:
    """The names of the clocks of which there is a record."""
    return sorted(conn.execute(select(_CLOCK.c.name).distinct()).scalars())


def count_later(conn: Connection, now: int) -> int:
    """How many clocks began or stopped after an instant."""
    later = or_(_plain(_CLOCK.c.started_at) > now, _plain(_CLOCK.c.stopped_at) > now)
    return conn.execute(select(func.count()).select_from(_CLOCK).where(later)).scalar_one()


def running(conn: Connection) -> Iterator[Row]:
    """Records of clocks that have not stopped."""
    return _stream(conn, _CLOCKS.where(schema.RECORD_RUNS))


def open_tickets(conn: Connection) -> Iterator[Row]:
    """Tickets with a stretch that has not ended, in the order of `slabot.reports.rows.TicketRow`."""
    still = and_(
        _STRETCH.c.helpdesk == _SUMMARY.c.helpdesk,
        _STRETCH.c.ticket_id == _SUMMARY.c.ticket_id,
        _STRETCH.c.ended_at.is_(None),
    )
    return _stream(conn, _TICKETS.where(select(literal(1)).where(still).exists()))


def tickets(conn: Connection, since: int | None, until: int | None) -> Iterator[Row]:
    """Tickets that were created in a period."""
    return _stream(conn, _TICKETS.where(*_within(_plain(_TICKET.c.created_at), since, until)))


def stretches(conn: Connection, since: int | None, until: int | None) -> Iterator[Row]:
    """Stretches of which any part lies in a period, in the order of `slabot.reports.rows.StretchRow` without its
    ticket, and then the columns of the ticket.
    """
    own = [
        _plain(_STRETCH.c[name])
        for name in ("number", "opened_at", "ended_at", "ended_as", "ended_by", "wrote_again_at")
    ]
    same = and_(_STRETCH.c.helpdesk == _SUMMARY.c.helpdesk, _STRETCH.c.ticket_id == _SUMMARY.c.ticket_id)
    query = _TICKETS.join(_STRETCH, same)
    query = query.with_only_columns(*own, *_TICKETS.selected_columns, maintain_column_froms=True)
    if until is not None:
        query = query.where(_plain(_STRETCH.c.opened_at) < until)
    if since is not None:
        query = query.where(or_(_STRETCH.c.ended_at.is_(None), _plain(_STRETCH.c.ended_at) >= since))
    return _stream(conn, query)


def pages(conn: Connection, since: int | None, until: int | None) -> Iterator[Row]:
    """Pages of a period, in the order of `slabot.reports.rows.PageRow`."""
    at = _plain(_EVENT.c.at)
    query = select(_EVENT.c.helpdesk, _EVENT.c.ticket_id, at, _EVENT.c.type, _EVENT.c.body).where(
        schema.EVENT_OF_PAGES, *_within(at, since, None)
    )
    query = query.order_by(_EVENT.c.helpdesk, _EVENT.c.ticket_id, _EVENT.c.at.desc())
    ticket, seen = None, list[tuple[int, str | None]]()  # acknowledgements of the ticket, the latest first
    for helpdesk, ticket_id, when, kind, body in _stream(conn, query):
        if ticket != (helpdesk, ticket_id):
            ticket, seen = (helpdesk, ticket_id), []
        told = json.loads(body)
        if kind != "page":
            seen.append((when, told.get("clock")))
        elif until is None or when < until:
            clock = told["clock"]
            first = next((each for each, about in reversed(seen) if about in (None, clock)), None)
            yield helpdesk, ticket_id, when, clock, told["rung"], told.get("to"), told.get("severity"), first


def _within(at: Any, since: int | None, until: int | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(at >= since)
    if until is not None:
        found.append(at < until)
    return found


def _stream(conn: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Row]:
    for part in conn.execution_options(yield_per=BATCH).execute(query).partitions():
        yield from part
