"""Queue what is to be sent, and keep what became of it.

Promise: work is put in once, whatever decides on it again; a row that was claimed is settled, held, or found after a
crash with its outcome unknown. Nothing is dropped.

    pending ── claim ──> sending ── settle ──> sent | superseded | failed
       ^                    │
       └────── hold ────────┘
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, union, update

from slabot.policy import Destination, DestinationError, DestinationKind, parse_destination
from slabot.store import outbox_questions, schema
from slabot.store.columns import not_earlier
from slabot.store.of_tickets import AT_ONCE, Name, OfTickets
from slabot.store.once import insert_once, insert_where_missing
from slabot.store.outbox_questions import ORDER, not_to, ready
from slabot.store.vocabulary import Lane, OutboxKind, OutboxState
from slabot.store.work import Page, Work, kind_of
from slabot.store.work_form import decode, encode

_OUTBOX = schema.outbox
_OPEN = (OutboxState.PENDING.value, OutboxState.SENDING.value)
_PLAIN = tuple(column.name for column in _OUTBOX.columns if column.name not in ("kind", "lane", "body", "words"))
_NOT_SENDING: Mapping[str, None] = {"sending_since": None, "begun_at": None}
_STATES = select(_OUTBOX.c.key, _OUTBOX.c.state).where(_OUTBOX.c.key.in_(bindparam("keys", expanding=True)))
_UPDATES = OfTickets(
    select(_OUTBOX).where(schema.OUTBOX_PENDING, _OUTBOX.c.lane == Lane.UPDATE.value),
    _OUTBOX.c.helpdesk,
    _OUTBOX.c.ticket_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One piece of work for the outside.

    Attributes:
        key: deterministic and unique; also what the outside is searched for.
        work: what to do; None once its texts are no longer kept (`slabot.store.privacy`).
        helpdesk, ticket_id: empty where it concerns no ticket.
        channel: the destination, as the policy writes it; None for a write to the helpdesk.
        rank: of the severity that it is about, the lower, the sooner it is claimed; 0 is the most severe.
        urgency: the earlier, the sooner it is claimed among those of one rank; the deadline that it is about.
        not_before: it is not claimed before; rounded up to a whole second.
        attempts: how often it was claimed.
        sending_since: when it was claimed, while it is being sent.
        begun_at: when the call that may have done it began, while it is being sent; only what must not be tried twice
            says so.
        reason: why it is held, or what became of it; a sentence for people.
        outcome: what the outside answered; JSON.
    """

    key: str
    work: Work | None
    helpdesk: str
    ticket_id: str
    urgency: datetime
    not_before: datetime
    created_at: datetime
    channel: str | None = None
    rank: int = 0
    attempts: int = 0
    state: OutboxState = OutboxState.PENDING
    sending_since: datetime | None = None
    begun_at: datetime | None = None
    reason: str | None = None
    outcome: Mapping[str, Any] | None = None

    @property
    def kind(self) -> OutboxKind:
        """What is to be sent."""
        return kind_of(self._owed)[0]

    @property
    def lane(self) -> Lane:
        """Who it queues behind."""
        return kind_of(self._owed)[1]

    @property
    def _owed(self) -> Work:
        assert self.work is not None, "asked of a row whose texts are no longer kept"
        return self.work

    @property
    def address(self) -> str:
        """Where it goes, as text: what goes to one address goes one after the other."""
        return self.helpdesk if self.lane is Lane.WRITE else self.channel or ""

    @property
    def planned_key(self) -> str:
        """The key by which the rules know it: of a page in the place of another one, that of the other."""
        return self.work.instead_of or self.key if isinstance(self.work, Page) else self.key

    @property
    def to(self) -> Destination:
        """The destination; a channel of Slack may be named without its #."""
        return destination_of(self.channel)


def destination_of(channel: str | None) -> Destination:
    """The destination that a row's channel names."""
    try:
        return parse_destination(channel or "")
    except DestinationError:
        return Destination(DestinationKind.CHANNEL, channel or "")


def owe(
    conn: Connection,
    work: Work,
    *,
    key: str,
    now: datetime,
    helpdesk: str = "",
    ticket_id: str = "",
    to: str | None = None,
    urgency: datetime | None = None,
    rank: int = 0,
) -> bool:
    """Put work in that may be done at once; False if its key is there already, and then nothing changes.

    Args:
        conn: of a `Store.write`.
        work: what to do.
        key: of it, unique.
        now: the present instant.
        helpdesk: of the ticket that it is about; empty where it concerns none.
        ticket_id: likewise.
        to: the destination, as the policy writes it.
        urgency: the deadline that it is about; now if it is about none.
        rank: of the severity that it is about.
    """
    row = OutboxRow(
        key=key,
        work=work,
        helpdesk=helpdesk,
        ticket_id=ticket_id,
        channel=to,
        rank=rank,
        urgency=urgency or now,
        not_before=now,
        created_at=now,
    )
    return put(conn, row)


def put(conn: Connection, row: OutboxRow) -> bool:
    """Put a row in; False if its key is there already, in whatever state, and then nothing changes."""
    return insert_once(conn, _OUTBOX, _columns(row))


def put_all(conn: Connection, rows: Iterable[OutboxRow]) -> None:
    """Put several rows in; one whose key is there already changes nothing."""
    if columns := [_columns(row) for row in rows]:
        insert_where_missing(conn, _OUTBOX, columns)


def states(conn: Connection, keys: Sequence[str]) -> dict[str, OutboxState]:
    """How far the rows of these keys have come; those that are not there are missing."""
    found: dict[str, OutboxState] = {}
    for start in range(0, len(keys), AT_ONCE):
        rows = conn.execute(_STATES, {"keys": keys[start : start + AT_ONCE]})
        found.update((key, OutboxState(state)) for key, state in rows)
    return found


def _columns(row: OutboxRow) -> dict[str, Any]:
    assert row.work is not None, "what is put in has something to do"
    kind, lane = kind_of(row.work)
    values = {name: getattr(row, name) for name in _PLAIN}
    values |= {"kind": kind.value, "lane": lane.value, "body": encode(row.work), "words": row.reason}
    return values | {"not_before": not_earlier(row.not_before), "state": OutboxState(row.state).value}


def get(conn: Connection, key: str) -> OutboxRow | None:
    """The row of that key."""
    row = conn.execute(select(_OUTBOX).where(_OUTBOX.c.key == key)).one_or_none()
    return None if row is None else _row(row)


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[OutboxRow]:
    """Everything that was to be sent about a ticket, oldest first."""
    where = (_OUTBOX.c.helpdesk == helpdesk, _OUTBOX.c.ticket_id == ticket_id)
    query = select(_OUTBOX).where(*where).order_by(_OUTBOX.c.created_at, _OUTBOX.c.key)
    return [_row(row) for row in conn.execute(query)]


def claim(
    conn: Connection, now: datetime, lane: Lane | str, limit: int, *, but_not_to: Collection[str] = ()
) -> list[OutboxRow]:
    """Take rows that may be sent now, the most severe and urgent first; they are ``sending`` from then on.

    Several processes get different rows.

    Args:
        conn: of a `Store.write`.
        now: the present instant.
        lane: of the rows.
        limit: rows at most.
        but_not_to: addresses that take nothing now; their rows are left where they are.
    """
    query = select(_OUTBOX).where(*ready(Lane(lane), now, but_not_to)).order_by(*ORDER).limit(limit)
    return _taken(conn, query, now)


def take(conn: Connection, keys: Collection[str], now: datetime) -> list[OutboxRow]:
    """Take these of the rows that may be sent now, as `claim` does; in the order of the keys."""
    if not keys:
        return []
    query = select(_OUTBOX).where(schema.OUTBOX_PENDING, _OUTBOX.c.not_before <= now, _OUTBOX.c.key.in_(keys))
    found = {row.key: row for row in _taken(conn, query, now)}
    return [found[key] for key in keys if key in found]


def _taken(conn: Connection, query: Select[*tuple[Any, ...]], now: datetime) -> list[OutboxRow]:
    taken = conn.execute(query.with_for_update(skip_locked=True)).all()
    if not taken:
        return []
    claimed = update(_OUTBOX).where(_OUTBOX.c.key.in_([row.key for row in taken]))
    changes = {"state": OutboxState.SENDING.value, "sending_since": now, "attempts": _OUTBOX.c.attempts + 1}
    conn.execute(claimed.values(**changes))
    since = now.replace(microsecond=0)
    return [_row(row, state=OutboxState.SENDING, sending_since=since, attempts=row.attempts + 1) for row in taken]


def begin(conn: Connection, key: str, now: datetime) -> bool:
    """It is about to leave; False if it is not being sent, or somebody began it.

    For work that must not be tried twice: what was claimed and not begun is known not to have left.
    """
    where = (_OUTBOX.c.key == key, schema.OUTBOX_SENDING, _OUTBOX.c.begun_at.is_(None))
    return conn.execute(update(_OUTBOX).where(*where).values(begun_at=now)).rowcount == 1


def settle(
    conn: Connection,
    key: str,
    state: OutboxState | str,
    reason: str | None = None,
    outcome: Mapping[str, Any] | None = None,
) -> bool:
    """Say what became of it; False if it was settled before, and then the first word stands.

    Args:
        conn: of a `Store.write`.
        key: of the row.
        state: sent, superseded or failed.
        reason: why, for people.
        outcome: what the outside answered.
    """
    if not OutboxState(state).settled:
        raise ValueError(f'"{state}" is not the end of a row; use hold() to try it again')
    where = (_OUTBOX.c.key == key, _OUTBOX.c.state.in_(_OPEN))
    changes = {
        "state": OutboxState(state).value,
        "words": reason,
        "outcome": None if outcome is None else dict(outcome),
        **_NOT_SENDING,
    }
    return conn.execute(update(_OUTBOX).where(*where).values(**changes)).rowcount == 1


def forget_outcome(conn: Connection, key: str) -> None:
    """What it led to is not there any more."""
    conn.execute(update(_OUTBOX).where(_OUTBOX.c.key == key).values(outcome=None))


def hold(conn: Connection, key: str, not_before: datetime, why: str) -> bool:
    """Put it back until an instant; False if it was settled before."""
    where = (_OUTBOX.c.key == key, _OUTBOX.c.state.in_(_OPEN))
    changes = {
        "state": OutboxState.PENDING.value,
        "not_before": not_earlier(not_before),
        "words": why,
        **_NOT_SENDING,
    }
    return conn.execute(update(_OUTBOX).where(*where).values(**changes)).rowcount == 1


def renew(conn: Connection, key: str, since: datetime) -> bool:
    """Keep the outcome unknown after a look-up in vain, as if claimed then; False if it is not being sent any more."""
    where = (_OUTBOX.c.key == key, schema.OUTBOX_SENDING)
    return conn.execute(update(_OUTBOX).where(*where).values(sending_since=not_earlier(since))).rowcount == 1


def revive(conn: Connection, row: OutboxRow) -> bool:
    """Put a row in again that was dropped because it was not wanted then; False if it was not dropped.

    What was sent or has failed stays as it is.
    """
    assert row.work is not None, "what is put in has something to do"
    where = (_OUTBOX.c.key == row.key, _OUTBOX.c.state == OutboxState.SUPERSEDED.value)
    changes = {
        "state": OutboxState.PENDING.value,
        "channel": row.channel,
        "body": encode(row.work),
        "urgency": row.urgency,
        "not_before": not_earlier(row.not_before),
        "created_at": row.created_at,
        "words": None,
    }
    return conn.execute(update(_OUTBOX).where(*where).values(**changes)).rowcount == 1


def unknown(conn: Connection, before: datetime, lane: Lane | None = None) -> list[OutboxRow]:
    """Rows claimed at or before an instant and never settled: whoever claimed them may have died.

    At the start, before anything is claimed, ask with the present instant: all of them are of a former life. Later,
    leave a second more than the longest time a call to the outside may take: stored instants are whole seconds.
    """
    query = outbox_questions.UNKNOWN if lane is None else outbox_questions.UNKNOWN_OF_LANE
    return [_row(row) for row in conn.execute(query, {"before": before, "lane": lane and lane.value})]


def waiting_updates(conn: Connection, names: Iterable[Name]) -> list[Work | None]:
    """What waits to be sent so that messages about these tickets show how things are."""
    return [decode(OutboxKind(row["kind"]), row["key"], row["body"]) for row in _UPDATES.rows(conn, names)]


def channels(conn: Connection, lane: Lane | str) -> list[str]:
    """For which channels anything of a lane waits, or is being sent."""
    mine = (_OUTBOX.c.lane == Lane(lane).value, _OUTBOX.c.channel.is_not(None))
    each = (select(_OUTBOX.c.channel).where(part, *mine) for part in (schema.OUTBOX_PENDING, schema.OUTBOX_SENDING))
    return list(conn.execute(union(*each)).scalars())


def waiting(conn: Connection, lane: Lane | str, *, channel: str | None = None) -> list[OutboxRow]:
    """Rows of a lane that are not being sent, the most urgent first; those for one channel, if it is named."""
    query = select(_OUTBOX).where(schema.OUTBOX_PENDING, _OUTBOX.c.lane == Lane(lane).value)
    if channel is not None:
        query = query.where(_OUTBOX.c.channel == channel)
    return [_row(row) for row in conn.execute(query.order_by(*ORDER))]


def amend(conn: Connection, key: str, work: Work) -> bool:
    """Give a row that waits other work; False if it does not wait any more."""
    where = (_OUTBOX.c.key == key, schema.OUTBOX_PENDING)
    return conn.execute(update(_OUTBOX).where(*where).values(body=encode(work))).rowcount == 1


def earliest(conn: Connection, lane: Lane | str, *, but_not_to: Collection[str] = ()) -> datetime | None:
    """When the next row of a lane may be claimed, past or future; None if none waits."""
    lane = Lane(lane)
    query = outbox_questions.EARLIEST.where(*not_to(lane, but_not_to)) if but_not_to else outbox_questions.EARLIEST
    return conn.execute(query, {"lane": lane.value}).scalar()


def held(conn: Connection, lane: Lane | str, now: datetime) -> list[OutboxRow]:
    """What waits with a reason, the most urgent first: held back, put off, or refused for the time being."""
    where = (schema.OUTBOX_PENDING, _OUTBOX.c.lane == Lane(lane).value, _OUTBOX.c.words.is_not(None))
    query = select(_OUTBOX).where(*where, _OUTBOX.c.not_before > now).order_by(*ORDER)
    return [_row(row) for row in conn.execute(query)]


def release(conn: Connection, lane: Lane | str, now: datetime) -> int:
    """Let everything of a lane be tried at once; returns how much. For a start under a changed policy."""
    where = (schema.OUTBOX_PENDING, _OUTBOX.c.lane == Lane(lane).value, _OUTBOX.c.not_before > now)
    return conn.execute(update(_OUTBOX).where(*where).values(not_before=not_earlier(now))).rowcount


def drop_lane(conn: Connection, lane: Lane | str, why: str) -> int:
    """Drop what is open in a lane that nobody works off any more; returns how much."""
    where = (_OUTBOX.c.lane == Lane(lane).value, _OUTBOX.c.state.in_(_OPEN))
    changes = {"state": OutboxState.SUPERSEDED.value, "words": why, **_NOT_SENDING}
    return conn.execute(update(_OUTBOX).where(*where).values(**changes)).rowcount


def counts(conn: Connection) -> dict[tuple[Lane, OutboxState], int]:
    """How many rows there are by lane and state; what is not there is missing."""
    found: dict[tuple[Lane, OutboxState], int] = {}
    for part in (schema.OUTBOX_PENDING, schema.OUTBOX_SENDING, schema.OUTBOX_SETTLED):  # each has an index of its own
        query = select(_OUTBOX.c.lane, _OUTBOX.c.state, func.count()).where(part)
        rows = conn.execute(query.group_by(_OUTBOX.c.lane, _OUTBOX.c.state))
        found.update(((Lane(lane), OutboxState(state)), number) for lane, state, number in rows)
    return found


def oldest_pending(conn: Connection, lane: Lane | str | None = None) -> datetime | None:
    """When the row was put in that has waited longest to be sent; of one lane, if it is named."""
    query = select(func.min(_OUTBOX.c.created_at)).where(schema.OUTBOX_PENDING)
    if lane is not None:
        query = query.where(_OUTBOX.c.lane == Lane(lane).value)
    return conn.execute(query).scalar()


def _row(row: Row[*tuple[Any, ...]], **changed: Any) -> OutboxRow:
    values = {**row._mapping, **changed}
    values["reason"] = values.pop("words")  # as the column is called
    kind, body = OutboxKind(values.pop("kind")), values.pop("body")
    del values["lane"]  # follows from the work
    return OutboxRow(**values | {"state": OutboxState(values["state"]), "work": decode(kind, row.key, body)})
