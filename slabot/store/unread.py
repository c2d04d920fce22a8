"""Keep which tickets must be read, because somebody said that they changed.

Promise: one row for each ticket, however many webhooks and sweeps name it. It stays until the ticket was read after the
last of them came, also over a crash. A ticket that cannot be read stands behind all others, with a backoff of its own.
Of those that were never read the first is the one whose deadline can be missed soonest, by an estimate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    not_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from slabot.store import schema
from slabot.store.columns import not_earlier
from slabot.store.of_tickets import Name
from slabot.store.once import insert_or, run_for_each
from slabot.store.vocabulary import LedgerEvent

_UNREAD = schema.unread
_CLOCK = schema.clock
_TICKET = schema.ticket
_THIS = and_(_UNREAD.c.helpdesk == bindparam("of"), _UNREAD.c.ticket_id == bindparam("ticket"))
_SAME_CLOCK = and_(_CLOCK.c.helpdesk == _UNREAD.c.helpdesk, _CLOCK.c.ticket_id == _UNREAD.c.ticket_id)
_SAME_TICKET = and_(_TICKET.c.helpdesk == _UNREAD.c.helpdesk, _TICKET.c.id == _UNREAD.c.ticket_id)


class Turn(Enum):
    """Which tickets take turns to be read; the first kind gets the most of them."""

    DUE_SOON = auto()
    NEVER_READ = auto()
    OTHER = auto()
    FAILED = auto()
    """Could not be read before, and may be tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A ticket that must be read.

    Attributes:
        hints: how many came; one that comes while the ticket is being read keeps the row.
        since: when the oldest of them came.
        attempts: how often reading it failed, one time after the other; 0 for a ticket that nothing is known against.
        failing_since: when it failed for the first time.
        not_before: not to be tried again before.
        reason: why it could not be read, as text.
        told_at: when people were told; None if they were not.
        due_by: an estimate of the earliest deadline of a ticket that was never read; None where nothing can be missed.
    """

    helpdesk: str
    ticket_id: str
    hints: int
    since: datetime
    attempts: int = 0
    failing_since: datetime | None = None
    not_before: datetime | None = None
    reason: str | None = None
    told_at: datetime | None = None
    due_by: datetime | None = None


def add(
    conn: Connection, names: Iterable[Name], at: datetime, due_by: Mapping[Name, datetime | None] | None = None
) -> None:
    """These must be read.

    Args:
        conn: of a `Store.write`.
        names: of the tickets.
        at: when that was said.
        due_by: their earliest deadlines, estimated; the earlier one stays where a ticket is named again.
    """
    due = due_by or {}
    rows = [
        {"helpdesk": name[0], "ticket_id": name[1], "hints": 1, "since": at, "attempts": 0, "due_by": due.get(name)}
        for name in sorted(names)  # in one order, so that two who write do not wait for each other
    ]
    if rows:
        run_for_each(conn, _ADD[conn.dialect.name], rows)


def next_of(
    conn: Connection, helpdesk: str, turn: Turn, now: datetime, limit: int, *, soon: timedelta = timedelta(0)
) -> list[Unread]:
    """The first of those that take their turns together; one due soon is among the others as well.

    Args:
        conn: of either kind.
        helpdesk: whose.
        turn: which.
        now: the present instant.
        limit: how many at most.
        soon: which deadlines count as soon, ahead of now; as long as that they still count after they have passed.
    """
    given = {"of": helpdesk, "now": now, "from": now - soon, "until": now + soon, "limit": limit}
    found: list[Unread] = []
    for query in _NEXT[turn]:
        if len(found) < limit:
            found += (Unread(**row) for row in conn.execute(query, given | {"limit": limit - len(found)}).mappings())
    return found


def done(conn: Connection, row: Unread, at: datetime) -> None:
    """It was read, beginning at that instant; a hint that came after `row` was taken still has to be followed."""
    this = {"of": row.helpdesk, "ticket": row.ticket_id, "taken": row.hints}
    if conn.execute(_DONE, this).rowcount == 0:
        conn.execute(_DONE_BUT, this | {"at": at})


def failed(conn: Connection, row: Unread, reason: str, at: datetime, not_before: datetime) -> None:
    """It could not be read."""
    values = {
        "attempts": row.attempts + 1,
        "failing_since": row.failing_since or at,
        "not_before": not_earlier(not_before),
        "reason": reason,
    }
    where = (_UNREAD.c.helpdesk == row.helpdesk, _UNREAD.c.ticket_id == row.ticket_id)
    conn.execute(update(_UNREAD).where(*where).values(**values))


def next_try(conn: Connection, helpdesk: str, *, but_not: Collection[str] = ()) -> tuple[bool, datetime | None]:
    """True if there is one that never failed; and when the first of those that failed may be tried again.

    Args:
        conn: of either kind.
        helpdesk: whose.
        but_not: tickets that are not asked about.
    """
    others = (_UNREAD.c.ticket_id.not_in(but_not),) if but_not else ()
    query = _next_try(*others) if but_not else _NEXT_TRY
    good, again = conn.execute(query, {"of": helpdesk}).one()
    return good is not None, again


def count_never_read(conn: Connection, helpdesk: str) -> int:
    """How many tickets of a helpdesk must be read that never were."""
    return conn.execute(_COUNT_NEW, {"of": helpdesk}).scalar_one()


def oldest(conn: Connection, helpdesk: str) -> tuple[int, int, datetime | None]:
    """How many wait that nobody was told of, how many of them failed, and since when the first waits; None if none."""
    number, failing, since = conn.execute(_OLDEST, {"of": helpdesk}).one()
    return number, failing, since


def untold(conn: Connection, helpdesk: str, before: datetime) -> list[Unread]:
    """Those that failed for the first time at or before an instant and that nobody was told of, the oldest first."""
    where = (_UNREAD.c.helpdesk == helpdesk, _UNREAD.c.failing_since <= before, _UNREAD.c.told_at.is_(None))
    query = select(_UNREAD).where(*where).order_by(_UNREAD.c.failing_since, _UNREAD.c.ticket_id)
    return [Unread(**row) for row in conn.execute(query).mappings()]


def told(conn: Connection, rows: Sequence[Unread], at: datetime) -> None:
    """People were told of these."""
    for row in rows:
        where = (_UNREAD.c.helpdesk == row.helpdesk, _UNREAD.c.ticket_id == row.ticket_id)
        conn.execute(update(_UNREAD).where(*where).values(told_at=at))


def failing(conn: Connection) -> list[Unread]:
    """Those that could not be read, by helpdesk and number."""
    query = select(_UNREAD).where(_UNREAD.c.attempts > 0).order_by(_UNREAD.c.helpdesk, _UNREAD.c.ticket_id)
    return [Unread(**row) for row in conn.execute(query).mappings()]


def is_failing(conn: Connection, helpdesk: str, ticket_id: str) -> bool:
    """True while a ticket that had to be read could not be."""
    where = (_UNREAD.c.helpdesk == helpdesk, _UNREAD.c.ticket_id == ticket_id, _UNREAD.c.attempts > 0)
    return conn.execute(select(_UNREAD.c.hints).where(*where)).first() is not None


def waiting(conn: Connection, limit: int) -> list[Unread]:
    """All of them, in the order in which they came."""
    query = select(_UNREAD).order_by(_UNREAD.c.since, _UNREAD.c.helpdesk, _UNREAD.c.ticket_id).limit(limit)
    return [Unread(**row) for row in conn.execute(query).mappings()]


def count(conn: Connection, helpdesk: str, *, after: datetime, until: datetime) -> int:
    """How many tickets of a helpdesk must still be read because of what first came in between two instants.

    Tickets that could not be decided about before are not counted, nor those of which people were told that they cannot
    be read: nobody knows when they can.
    """
    came = (_UNREAD.c.since > after, _UNREAD.c.since <= until, _UNREAD.c.told_at.is_(None))
    where = (_UNREAD.c.helpdesk == helpdesk, _UNREAD.c.ticket_id.not_in(_UNDECIDED), *came)
    return conn.execute(select(func.count()).select_from(_UNREAD).where(*where), {"of": helpdesk}).scalar_one()


def _next(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    mine = (_UNREAD.c.helpdesk == bindparam("of"), *where)
    return select(_UNREAD).where(*mine).order_by(_UNREAD.c.since, _UNREAD.c.ticket_id).limit(bindparam("limit"))


def _in_order(query: Select[*tuple[Any, ...]], *order: Any) -> Select[*tuple[Any, ...]]:
    return query.order_by(None).order_by(*order)


_UNDECIDED = select(schema.ledger.c.ticket_id).where(
    schema.ledger.c.event == LedgerEvent.TICKET_DECISION_FAILED.value,
    schema.ledger.c.helpdesk == bindparam("of"),
    schema.ledger.c.ticket_id.is_not(None),
)
_GOOD = _UNREAD.c.attempts == 0
_STORED = exists().where(_SAME_TICKET)
_RUNNING = (_CLOCK.c.verdict == "running", _CLOCK.c.met_until.between(bindparam("from"), bindparam("until")))
_SOON = (
    select(_UNREAD)
    .join(_CLOCK, _SAME_CLOCK)
    .where(_UNREAD.c.helpdesk == bindparam("of"), _GOOD, *_RUNNING)
    .order_by(_CLOCK.c.met_until, _UNREAD.c.ticket_id)
    .limit(bindparam("limit"))
)
_NEW = (_GOOD, not_(_STORED))
_COUNT_NEW = select(func.count()).select_from(_UNREAD).where(_UNREAD.c.helpdesk == bindparam("of"), not_(_STORED))
_FAILED = _next(_UNREAD.c.attempts > 0, _UNREAD.c.not_before <= bindparam("now"))
_NEXT: Mapping[Turn, tuple[Select[*tuple[Any, ...]], ...]] = {
    Turn.DUE_SOON: (_SOON,),
    Turn.NEVER_READ: (
        _in_order(_next(*_NEW, _UNREAD.c.due_by >= bindparam("now")), _UNREAD.c.due_by, _UNREAD.c.ticket_id),
        # Past by the estimate: the later, the likelier that an agreement or a holiday still leaves some time.
        _in_order(_next(*_NEW, _UNREAD.c.due_by < bindparam("now")), _UNREAD.c.due_by.desc(), _UNREAD.c.ticket_id),
        _next(*_NEW, _UNREAD.c.due_by.is_(None)),
    ),
    Turn.OTHER: (_next(_GOOD, _STORED),),
    Turn.FAILED: (_in_order(_FAILED, _UNREAD.c.not_before, _UNREAD.c.ticket_id),),
}


def _add(dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Insert a row, or count one more hint; of two estimates the earlier one stays."""
    known = _UNREAD.c.due_by
    told: ColumnElement[Any] = literal_column("excluded.due_by")
    earlier = case((told < known, told), else_=func.coalesce(known, told))
    return insert_or(_UNREAD, dialect, hints=_UNREAD.c.hints + literal_column("1"), due_by=earlier)


_ADD = {dialect: _add(dialect) for dialect in ("sqlite", "postgresql")}


def _next_try(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    mine = (_UNREAD.c.helpdesk == bindparam("of"), *where)
    good = select(_UNREAD.c.hints).where(*mine, _GOOD).limit(1)
    again = select(func.min(_UNREAD.c.not_before)).where(*mine, _UNREAD.c.attempts > 0)
    return select(good.scalar_subquery(), again.scalar_subquery())


_NEXT_TRY = _next_try()
_DONE = delete(_UNREAD).where(_THIS, _UNREAD.c.hints == bindparam("taken"))
_DONE_BUT = (
    update(_UNREAD)
    .where(_THIS)
    .values(
        hints=_UNREAD.c.hints - bindparam("taken"),
        since=bindparam("at"),
        attempts=0,
        failing_since=None,
        not_before=None,
        reason=None,
        told_at=None,
    )
)
_OLDEST = select(func.count(), func.count(_UNREAD.c.failing_since), func.min(_UNREAD.c.since)).where(
    _UNREAD.c.helpdesk == bindparam("of"), _UNREAD.c.told_at.is_(None)
)
