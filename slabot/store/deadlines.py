"""List tickets with a running clock, by deadline and by person.

Promise: a list is answered from the clocks of the last decisions; what is shown of a ticket is decided afresh by
whoever asks. Every question is bounded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from slabot.store import schema

_CLOCK, _EVENT, _TICKET = schema.clock, schema.event, schema.ticket
_HOLDS = ("acknowledged", "claimed", "snoozed")
_RUNNING = _CLOCK.c.verdict == "running"

Reference = tuple[str, str]
"""A helpdesk's name in the policy, and the ticket's own number there."""


def nearest(conn: Connection, limit: int) -> list[Reference]:
    """Tickets with a running clock that has a due time, the nearest deadline first, passed ones before all."""
    due = func.min(_CLOCK.c.due_at)
    query = (
        select(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id)
        .where(_RUNNING, _CLOCK.c.due_at.is_not(None))
        .group_by(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id)
        .order_by(due, _CLOCK.c.helpdesk, _CLOCK.c.ticket_id)
        .limit(limit)
    )
    return [(row.helpdesk, row.ticket_id) for row in conn.execute(query)]


def count(conn: Connection) -> int:
    """How many tickets have a running clock that has a due time."""
    query = select(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id).where(_RUNNING, _CLOCK.c.due_at.is_not(None)).distinct()
    return conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def held(conn: Connection, limit: int) -> list[Reference]:
    """Tickets with a running clock that somebody acknowledged, claimed or snoozed at some time, the latest first."""
    return _with_events(conn, limit, types=_HOLDS)


def claimed(conn: Connection, user_id: str, limit: int) -> list[Reference]:
    """Tickets with a running clock that this person of Slack has claimed at some time, the latest first."""
    return _with_events(conn, limit, types=("claimed",), author=user_id)


def assigned(conn: Connection, agents: Mapping[str, str]) -> list[Reference]:
    """Tickets with a running clock that belong to one of these agents, by helpdesk.

    Who has a ticket stands in its facts and its latest event about that, so all with a running clock are looked at.
    """
    running = select(_CLOCK.c.helpdesk, _CLOCK.c.ticket_id).where(_RUNNING, _CLOCK.c.helpdesk.in_(agents)).distinct()
    clocks = running.subquery()
    facts = select(_TICKET.c.helpdesk, _TICKET.c.id, _TICKET.c.facts).join(
        clocks, (_TICKET.c.helpdesk == clocks.c.helpdesk) & (_TICKET.c.id == clocks.c.ticket_id)
    )
    has: dict[Reference, str | None] = {
        (row.helpdesk, row.id): json.loads(row.facts).get("assignee") for row in conn.execute(facts)
    }
    changes = (
        select(_EVENT.c.helpdesk, _EVENT.c.ticket_id, _EVENT.c.body)
        .join(clocks, (_EVENT.c.helpdesk == clocks.c.helpdesk) & (_EVENT.c.ticket_id == clocks.c.ticket_id))
        .where(_EVENT.c.type == "assignee")
        .order_by(_EVENT.c.at)
    )
    for row in conn.execute(changes):
        has[row.helpdesk, row.ticket_id] = json.loads(row.body).get("to")
    return [reference for reference, agent in has.items() if agent is not None and agent == agents[reference[0]]]


def helpdesks_with(conn: Connection, ticket_id: str) -> list[str]:
    """The helpdesks that have a ticket of this number."""
    query = select(_TICKET.c.helpdesk).where(_TICKET.c.id == ticket_id).order_by(_TICKET.c.helpdesk)
    return list(conn.execute(query).scalars())


def _with_events(conn: Connection, limit: int, *, types: tuple[str, ...], author: str | None = None) -> list[Reference]:
    last = func.max(_EVENT.c.at)
    query = (
        select(_EVENT.c.helpdesk, _EVENT.c.ticket_id)
        .join(_CLOCK, (_EVENT.c.helpdesk == _CLOCK.c.helpdesk) & (_EVENT.c.ticket_id == _CLOCK.c.ticket_id))
        .where(_RUNNING, _EVENT.c.type.in_(types))
    )
    if author is not None:
        query = query.where(_EVENT.c.author == author)
    grouped = query.group_by(_EVENT.c.helpdesk, _EVENT.c.ticket_id)
    rows = conn.execute(grouped.order_by(last.desc(), _EVENT.c.helpdesk, _EVENT.c.ticket_id).limit(limit))
    return [(row.helpdesk, row.ticket_id) for row in rows]
