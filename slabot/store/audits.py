"""Select what the auditor looks at, and keep its verdict.

Promise: each question reads a few hundred rows of an index, however many tickets there are; asked again and again with
the place where it stopped, `running` comes by every running clock.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, tuple_

from slabot.domain import parse_instant
from slabot.store import meta, schema
from slabot.store.vocabulary import Lane, OutboxState

_CLOCK = schema.clock
_TICKET = schema.ticket
_OUTBOX = schema.outbox
_RUNNING = _CLOCK.c.verdict == "running"
_NAMES = (_CLOCK.c.helpdesk, _CLOCK.c.ticket_id)
_VERDICT = "audit"

Named = tuple[str, str]
"""(helpdesk, id) of a ticket."""


@dataclass(frozen=True, slots=True)
class AuditPosition:
    """The position of a round over the running clocks.

    Attributes:
        met_until: of the last clock; None among the paused ones, which come last.
    """

    met_until: datetime | None
    helpdesk: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """What the auditor found last.

    Attributes:
        at: when; UTC.
        findings: what did not agree, as text; empty if everything did.
        of_the_plan: those of them that the auditor alone can find; the others can be looked up at any time.
        looked_at: tickets that were decided about once more.
        repaired: tickets among them that were repaired.
        heartbeat: None where the policy names none or it was withheld; else whether it was received.
        differs_since: when something first did not agree; None while everything does.
    """

    at: datetime
    findings: tuple[str, ...] = ()
    of_the_plan: tuple[str, ...] = ()
    looked_at: int = 0
    repaired: int = 0
    heartbeat: bool | None = None
    differs_since: datetime | None = None

    @property
    def agrees(self) -> bool:
        """True if plan and store are the same."""
        return not self.findings


def running(conn: Connection, after: AuditPosition | None, limit: int) -> tuple[list[Named], AuditPosition | None]:
    """Tickets with running clocks, those due soonest first, and where to go on; None once it is to begin anew."""
    rows: list[Any] = []
    if after is None or after.met_until is not None:
        due = [_RUNNING, _CLOCK.c.met_until.is_not(None), *_beyond(after)]
        query = select(_CLOCK.c.met_until, *_NAMES).where(*due).order_by(_CLOCK.c.met_until, *_NAMES).limit(limit)
        rows.extend(conn.execute(query))
        after = None
    if len(rows) < limit:
        paused = [_RUNNING, _CLOCK.c.met_until.is_(None)]
        if after is not None:
            paused.append(tuple_(*_NAMES) > tuple_(after.helpdesk, after.ticket_id))
        query = select(_CLOCK.c.met_until, *_NAMES).where(*paused).order_by(*_NAMES).limit(limit - len(rows))
        rows.extend(conn.execute(query))
    named = list(dict.fromkeys((row.helpdesk, row.ticket_id) for row in rows))
    if len(rows) < limit:
        return named, None
    last = rows[-1]
    return named, AuditPosition(last.met_until, last.helpdesk, last.ticket_id)


def due_next(conn: Connection, now: datetime, limit: int) -> list[Named]:
    """Tickets with running clocks that are due next."""
    query = select(*_NAMES).where(_RUNNING, _CLOCK.c.met_until >= now).order_by(_CLOCK.c.met_until).limit(limit)
    return list(dict.fromkeys((row.helpdesk, row.ticket_id) for row in conn.execute(query)))


def late_looks(conn: Connection, before: datetime, helpdesks: Sequence[str], limit: int) -> tuple[int, list[Named]]:
    """How many tickets of these helpdesks should have been looked at by then, and which, the longest overdue first."""
    late = (_TICKET.c.next_look <= before, _TICKET.c.helpdesk.in_(helpdesks))
    number = conn.execute(select(func.count()).select_from(_TICKET).where(*late)).scalar_one()
    query = select(_TICKET.c.helpdesk, _TICKET.c.id).where(*late).order_by(_TICKET.c.next_look).limit(limit)
    return number, [(row.helpdesk, row.id) for row in conn.execute(query)] if number else []


def failed_since(conn: Connection, lane: Lane, at: datetime) -> int:
    """How many rows of a lane that were put in since then have failed."""
    where = (_OUTBOX.c.lane == lane.value, _OUTBOX.c.state == OutboxState.FAILED.value, _OUTBOX.c.created_at >= at)
    return conn.execute(select(func.count()).select_from(_OUTBOX).where(schema.OUTBOX_SETTLED, *where)).scalar_one()


def under_way_since(conn: Connection, lane: Lane) -> datetime | None:
    """When the oldest row of a lane that is being sent, or whose outcome is unknown, might have been sent.

    One that was tried before counts from when it was put in: each try gives it a new instant.
    """
    since = case((_OUTBOX.c.attempts > 1, _OUTBOX.c.created_at), else_=_OUTBOX.c.not_before)
    query = select(func.min(since)).where(schema.OUTBOX_SENDING, _OUTBOX.c.lane == lane.value)
    return conn.execute(query).scalar()


def alerted_since(conn: Connection, at: datetime) -> bool:
    """True if people were alerted about anything found since then."""
    where = (_OUTBOX.c.lane == Lane.ALERT.value, _OUTBOX.c.state == OutboxState.SENT.value, _OUTBOX.c.created_at >= at)
    return conn.execute(select(_OUTBOX.c.key).where(schema.OUTBOX_SETTLED, *where).limit(1)).first() is not None


def keep_verdict(conn: Connection, verdict: AuditVerdict) -> None:
    """Make this the last verdict."""
    since = None if verdict.differs_since is None else verdict.differs_since.isoformat()
    meta.put(conn, _VERDICT, json.dumps(asdict(verdict) | {"at": verdict.at.isoformat(), "differs_since": since}))


def last_verdict(conn: Connection) -> AuditVerdict | None:
    """The last verdict; None before the first."""
    text = meta.get(conn, _VERDICT)
    if text is None:
        return None
    values = json.loads(text)
    for name in ("at", "differs_since"):
        values[name] = None if values[name] is None else parse_instant(values[name])
    for name in ("findings", "of_the_plan"):
        values[name] = tuple(values[name])
    return AuditVerdict(**values)


def _beyond(after: AuditPosition | None) -> list[ColumnElement[bool]]:
    if after is None or after.met_until is None:
        return []
    further = tuple_(*_NAMES) > tuple_(after.helpdesk, after.ticket_id)
    same = and_(_CLOCK.c.met_until == after.met_until, further)
    return [_CLOCK.c.met_until >= after.met_until, or_(_CLOCK.c.met_until > after.met_until, same)]
