"""Keep which processes work on a store together, and which of them holds which lease.

Promise: a lease has one holder. It passes on when its holder gives it back, or when the holder's row is gone: a
process that is found dead is taken out in the transaction in which its leases are taken over, and its next beat finds
no row. No clock is compared with another one: a process lives as long as its number of beats rises.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, inspect, select, update

from slabot.store import schema
from slabot.store.once import insert_once

_PROCESS, _LEASE = schema.process, schema.lease


class ProcessKind(StrEnum):
    """What a process does."""

    RUN = "run"
    WEB = "web"
    WORKER = "worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process that works on the store.

    Attributes:
        name: unlike that of any other.
        place: the machine and the number of the process, for people.
        tables: the last migration that its slabot knows.
        beats: rises while it lives.
    """

    name: str
    kind: ProcessKind
    place: str
    tables: str
    policy_version: int
    started_at: datetime
    beats: int = 0


def enter(conn: Connection, process: Process) -> None:
    """Take a process in."""
    values = {name: getattr(process, name) for name in _PROCESS.columns.keys()}  # noqa: SIM118  # no mapping
    conn.execute(insert(_PROCESS).values(**values))


def beat(conn: Connection, name: str) -> bool:
    """One more beat; False if the process was taken out, so that it holds nothing any more."""
    raised = update(_PROCESS).where(_PROCESS.c.name == name).values(beats=_PROCESS.c.beats + 1)
    return conn.execute(raised).rowcount == 1


def read_policy(conn: Connection, name: str, version: int) -> None:
    """A process has found out which policy it reads."""
    conn.execute(update(_PROCESS).where(_PROCESS.c.name == name).values(policy_version=version))


def leave(conn: Connection, name: str) -> None:
    """Take a process out that ends; its leases are free."""
    conn.execute(delete(_PROCESS).where(_PROCESS.c.name == name))
    conn.execute(delete(_LEASE).where(_LEASE.c.holder == name))


def take_out(conn: Connection, dead: Process) -> bool:
    """Take a process out that seems dead; False if it has shown a beat since it was read, or is about to.

    Nobody is waited for: a process that was stopped in the middle of its beat keeps its row locked.
    """
    this = select(_PROCESS.c.name).where(_PROCESS.c.name == dead.name, _PROCESS.c.beats == dead.beats)
    if conn.execute(this.with_for_update(skip_locked=True)).first() is None:
        return False
    conn.execute(delete(_PROCESS).where(_PROCESS.c.name == dead.name))
    return True


def everyone(conn: Connection) -> list[Process]:
    """The processes that were taken in and not taken out, the longest running first."""
    rows = conn.execute(select(_PROCESS).order_by(_PROCESS.c.started_at, _PROCESS.c.name)).mappings()
    return [Process(**{**row, "kind": ProcessKind(row["kind"])}) for row in rows]


def if_any(conn: Connection) -> list[Process]:
    """The same, of tables that may be those of an older slabot."""
    return everyone(conn) if inspect(conn).has_table(_PROCESS.name) else []


def holders(conn: Connection) -> Mapping[str, str]:
    """The holder of each lease, by the lease's name; it may have died."""
    return {row.name: row.holder for row in conn.execute(select(_LEASE))}


def take(conn: Connection, lease: str, holder: str, *, of: str | None) -> bool:
    """Take a lease that was last held by `of`, nobody if that is None; False if somebody else was quicker."""
    if of is None:
        return insert_once(conn, _LEASE, {"name": lease, "holder": holder})
    this = select(_LEASE.c.name).where(_LEASE.c.name == lease, _LEASE.c.holder == of)
    if conn.execute(this.with_for_update(skip_locked=True)).first() is None:
        return False
    conn.execute(update(_LEASE).where(_LEASE.c.name == lease).values(holder=holder))
    return True


def give_back(conn: Connection, leases: Collection[str], holder: str) -> None:
    """Leases that are held no longer; what somebody else holds by now stays his."""
    conn.execute(delete(_LEASE).where(_LEASE.c.name.in_(leases), _LEASE.c.holder == holder))


def knowing_less(conn: Connection, tables: str) -> Sequence[str]:
    """Where those processes run that do not know a migration yet."""
    if not inspect(conn).has_table(_PROCESS.name):
        return ()
    older = select(_PROCESS.c.place).where(_PROCESS.c.tables < tables).order_by(_PROCESS.c.place)
    return conn.execute(older).scalars().all()
