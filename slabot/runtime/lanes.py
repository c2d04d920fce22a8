"""What waits in one lane of the outbox, and the fate of which acts is not known?

Promise: an act whose fate is unknown stays in doubt until somebody has looked what became of it; it is never taken
for one that was not tried. One that was claimed and surely not tried goes back into the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.runtime.parts import LEASE, Parts
from slabot.store import Lane, OutboxRow, outbox

ANY = timedelta(days=1)  # ahead of now; no doubt is put off for that long
LONGEST_PAUSE = timedelta(seconds=60)  # between two tries of the same act


def doubtful(parts: Parts, lane: Lane, now: datetime) -> list[OutboxRow]:
    """Acts that were claimed, and of which nothing was heard for longer than any call takes; most urgent first."""
    rows = parts.store.read(lambda conn: outbox.in_doubt(conn, now - LEASE))
    return [row for row in rows if row.lane is lane]


def next_instant(parts: Parts, lane: Lane, *, but_not_to: Collection[str] = ()) -> datetime | None:
    """When something may be done next, or a doubt can be settled; past if that is now."""
    now = parts.now()

    def ask(conn: Connection) -> list[datetime]:
        waiting = outbox.earliest(conn, lane, but_not_to=but_not_to)
        doubts = [row.sending_since for row in outbox.in_doubt(conn, now + ANY) if row.lane is lane]
        settled = [since + LEASE for since in doubts if since is not None]
        return settled if waiting is None else [*settled, waiting]

    return min(parts.store.read(ask), default=None)


def stays_in_doubt(conn: Connection, key: str, until: datetime) -> None:
    """Nobody knows yet what became of it; it is looked for at that instant."""
    outbox.renew(conn, key, until - LEASE)


def pause(row: OutboxRow, now: datetime) -> timedelta:
    """How long to leave it alone after a failure: a tenth of the time for which it has been failing, so that an outage
    of an hour does not end in a storm of calls.
    """
    return max(LEASE, min((now - row.created_at) / 10, LONGEST_PAUSE))


def put_back(parts: Parts, rows: Iterable[OutboxRow], why: str) -> None:
    """These were claimed and not tried: they may be claimed again at once."""
    keys, now = [row.key for row in rows], parts.now()

    def hold(conn: Connection) -> None:
        for key in keys:
            outbox.hold(conn, key, now, why)

    if keys:
        parts.write(hold)


def work_off(parts: Parts, lane: Lane, most: int, one: Callable[[OutboxRow, bool], None]) -> bool:
    """Settle the doubts of a lane, then try what may be tried now; True if there was anything.

    Args:
        parts: of the runtime.
        lane: whose rows come one after the other, and are watched over by nobody else.
        most: rows claimed together.
        one: does one act; it is told whether the act is in doubt, and deals with its own failures.
    """
    now = parts.now()
    in_doubt = doubtful(parts, lane, now)
    for row in in_doubt:
        if not parts.stopping.is_set():
            one(row, True)
    rows = parts.write(lambda conn: outbox.claim(conn, now, lane, most))
    for place, row in enumerate(rows):
        if parts.stopping.is_set():
            put_back(parts, rows[place:], "slabot was stopping")
            break
        one(row, False)
    return bool(in_doubt or rows)
