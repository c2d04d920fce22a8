"""A store of before facts were kept as they were first read (migration 0007).

Promise: after the upgrade each ticket that is not closed is read once anew, and that reading is the first: who wrote,
for whom and for which requester is what it says. Closed tickets stay as they are, and a further start reads nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, create_engine, insert, table

from slabot.domain import Actor, Message, TicketRecord, Timeline, write_ticket
from slabot.store import StoredTicket, feeds, tickets, unread
from slabot.store.address import read_address
from slabot.store.event_rows import event_row
from slabot.store.feeds import Feed
from slabot.store.migrate import upgrade
from tests.fixtures.stores import empty_postgres_url, empty_store_url
from tests.promises.scene import MINUTE, Make, Scene

__all__ = ["empty_postgres_url", "empty_store_url"]

Row = dict[str, Any]
TICKET = ("helpdesk", "id", "facts", "version", "created_at", "requester_id", "seen_at", "generation", "category")
EVENT = ("helpdesk", "ticket_id", "id", "at", "type", "author", "body", "text", "version")
FEED = ("helpdesk", "cursor", "since", "swept_at", "ok_at")


def before(url: str, known: dict[str, StoredTicket], categories: dict[str, str], feed: Feed) -> None:
    """A store as that version wrote it, in which whoever answered has become an end user since."""
    ticket_rows, event_rows = list[Row](), list[Row]()
    for number, stored in known.items():
        ticket = stored.ticket
        ticket_rows.append(
            {
                "helpdesk": "acme",
                "id": number,
                "facts": write_ticket(TicketRecord(ticket, Timeline())),
                "version": stored.version,
                "created_at": int(ticket.created_at.timestamp()),
                "requester_id": None if ticket.requester is None else ticket.requester.id,
                "seen_at": int(stored.seen_at.timestamp()),
                "generation": stored.generation,
                "category": categories[number],
            }
        )
        for event in stored.timeline:
            if not isinstance(event, Message):
                continue
            then = Message(
                at=event.at, id=event.id, seq=event.seq, by=Actor.CUSTOMER, by_id=event.by_id, text=event.text
            )
            row = event_row(then, stored.version)
            at = int(row.at.timestamp())
            told = {"id": row.id, "at": at, "type": row.type, "author": row.author, "body": row.body, "text": row.text}
            event_rows.append({"helpdesk": "acme", "ticket_id": number, **told, "version": row.version})
    at = int((feed.swept_at or feed.since or next(iter(known.values())).seen_at).timestamp())
    read = {"helpdesk": "acme", "cursor": feed.cursor, "since": at, "swept_at": at, "ok_at": at}
    engine = create_engine(read_address(url).url)
    with engine.begin() as conn:
        upgrade(conn, "0006")
        conn.execute(insert(table("ticket", *map(column, TICKET))), ticket_rows)
        conn.execute(insert(table("event", *map(column, EVENT))), event_rows)
        conn.execute(insert(table("feed", *map(column, FEED))), [read])
    engine.dispose()


def reads(scene: Scene) -> int:
    """How often a ticket's history was asked for."""
    return sum(n for name, n in scene.sandbox.journal.counts(service="zendesk").items() if "audits" in name)


@pytest.fixture
def upgraded(stage: Make, empty_store_url: str, tmp_path: Path) -> Scene:
    """An open ticket, a solved one and a closed one, known to the older version; slabot was started on them."""
    scene = stage(f"sqlite:///{tmp_path / 'scratch.db'}", waiting={"mode": "off"}, solved={"mode": "off"})
    scene.sweep_every = MINUTE
    scene.start()
    for number in (scene.ask() for _ in range(3)):
        scene.answer(number)
    scene.run_for(5 * MINUTE)
    known = {number: stored for number in "123" if (stored := scene.stored(number)) is not None}
    feed = scene.parts.store.read(lambda conn: feeds.get(conn, "acme"))
    scene.stop()
    before(empty_store_url, known, {"1": "pending", "2": "solved", "3": "closed"}, feed)
    scene.store_url = empty_store_url
    former = reads(scene)
    scene.start()
    scene.run_for(3 * MINUTE)
    assert reads(scene) - former == 2
    return scene


def authors(scene: Scene, number: str) -> list[Actor]:
    stored = scene.stored(number)
    assert stored is not None
    return [event.by for event in stored.timeline if isinstance(event, Message)]


def test_what_is_not_closed_is_read_once_anew_and_that_reading_is_the_first(upgraded: Scene) -> None:
    assert authors(upgraded, "1") == authors(upgraded, "2") == [Actor.CUSTOMER, Actor.AGENT]
    assert authors(upgraded, "3") == [Actor.CUSTOMER, Actor.CUSTOMER]
    assert upgraded.parts.store.read(lambda conn: unread.waiting(conn, 10)) == []
    versions = upgraded.parts.store.read(lambda conn: tickets.seen(conn, "acme", ["1", "2", "3"]))
    assert [versions[number][0] == tickets.BEFORE for number in "123"] == [False, False, True]


def test_a_further_start_reads_nothing(upgraded: Scene) -> None:
    before = reads(upgraded)
    upgraded.restart()
    upgraded.run_for(3 * MINUTE)
    assert reads(upgraded) == before
