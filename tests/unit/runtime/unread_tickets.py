"""What do tests of tickets that must be read ask of the world?"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

from adapters.errors import BadAnswer, NotAllowed, RateLimited, Unreachable
from slabot.runtime.reading.reader import SnapshotReader
from slabot.store import LedgerEvent, inbox, ledger, tickets, unread
from slabot.store.unread import Unread

from .conftest import MONDAY, World

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FORBIDDEN = NotAllowed("a private group", endpoint="GET /x", remedy="let slabot's account see it")
BROKEN = Unreachable("it answered with an error of its own (500)", endpoint="GET /x")
ODD = BadAnswer("a page for people", endpoint="GET /x")
LIMITED = RateLimited(MONDAY + 30 * MINUTE, endpoint="GET /x")
SILENT = Unreachable("no answer came in time", endpoint="GET /x")


def hint(world: World, *names: str, helpdesk: str = "acme") -> None:
    now = world.parts.now()
    for name in names:
        own = f"{name}:{time.monotonic_ns()}"
        world.parts.write(partial(inbox.accept, helpdesk=helpdesk, delivery_id=own, ticket_id=name, at=now))


def has(world: World, *numbers: int) -> None:
    for number in numbers:
        hint(world, world.desk.has(number, MONDAY))


def waiting(world: World) -> dict[str, Unread]:
    return {row.ticket_id: row for row in world.parts.store.read(lambda conn: unread.waiting(conn, 9999))}


def is_stored(world: World, ticket: str) -> bool:
    return world.parts.store.read(lambda conn: tickets.load(conn, "acme", ticket)) is not None


def told(world: World, ticket: str | None, event: LedgerEvent) -> list[str]:
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    return [row.text for row in rows if row.event is event and row.ticket_id == ticket]


def reader(world: World) -> SnapshotReader:
    return SnapshotReader(world.parts, world.parts.adapters["acme"])
