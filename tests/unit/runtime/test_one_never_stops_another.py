"""A mistake about one ticket, or a helpdesk that is down, stands in nobody else's way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection

from slabot.channels.slack.sender import Posted
from slabot.runtime import parts
from slabot.runtime.alarm import Alarm
from slabot.runtime.delivery import page_sender
from slabot.runtime.delivery.alerts import Alerts
from slabot.runtime.delivery.loop import RETRY, Delivery
from slabot.runtime.evaluation import take_in
from slabot.runtime.parts import DOWN
from slabot.runtime.reading.reader import SnapshotReader
from slabot.store import Lane, LedgerEvent, OutboxState, feeds, inbox, ledger, looks, outbox, tickets, unread
from slabot.store.work import Alert
from tests.fixtures.waits import comes

from .conftest import MONDAY, World, page_delivery, update_delivery, write_delivery

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def take(world: World, ticket: str) -> None:
    """Have it in the store."""
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[ticket], world.parts.now()))


def reader(world: World, helpdesk: str = "acme") -> SnapshotReader:
    return SnapshotReader(world.parts, world.parts.adapters[helpdesk])


def store_ticket(world: World, number: int, **more: Any) -> str:
    own = world.desk.has(number, world.parts.now(), **more)
    take(world, own)
    return own


def hint(world: World, ticket: str, helpdesk: str = "acme", name: str = "") -> None:
    world.parts.write(lambda conn: inbox.accept(conn, helpdesk, name or f"hint:{ticket}", ticket, world.parts.now()))


def break_decide(monkeypatch: pytest.MonkeyPatch, ticket: str, error: Exception) -> None:
    """Deciding about this ticket runs into a mistake."""
    real = vars(parts)["decide"]

    def decide(about: Any, *rest: Any, **more: Any) -> Any:
        if about.id == ticket:
            raise error
        return real(about, *rest, **more)

    monkeypatch.setattr(parts, "decide", decide)


def told(world: World, ticket: str, event: LedgerEvent) -> list[str]:
    rows = world.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", ticket))
    return [row.text for row in rows if row.event is event]


def state(world: World, part: str) -> list[OutboxState]:
    rows = world.parts.store.read(lambda conn: [r for n in "123" for r in outbox.of_ticket(conn, "acme", n)])
    return [row.state for row in rows if part in row.key]


def is_stored(world: World, ticket: str) -> bool:
    return world.parts.store.read(lambda conn: tickets.load(conn, "acme", ticket)) is not None


def test_the_alarm_goes_on_after_a_ticket_that_breaks_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        store_ticket(world, number)
    world.later(HOUR)
    break_decide(monkeypatch, "1", KeyError("what a customer wrote"))
    with structlog.testing.capture_logs() as logs:
        assert Alarm(world.parts).drain()
    assert state(world, "/page/") == [OutboxState.PENDING] * 2
    [words] = told(world, "1", LedgerEvent.TICKET_DECISION_FAILED)
    assert "an error in slabot (KeyError)" in words
    assert "is looked at again in 1 h" in words
    assert "please report it" in words
    # The log says where, and nothing of a customer's.
    assert logs[0]["error"] == "KeyError"
    assert any("decide" in frame for frame in logs[0]["where"])
    assert "what a customer wrote" not in json.dumps(logs) + words
    # It is looked at again later, not at once and not never.
    assert not Alarm(world.parts).drain()
    earliest = world.parts.store.read(looks.earliest)
    assert earliest is not None
    assert earliest > world.parts.now()


def test_reading_goes_on_after_a_ticket_that_breaks_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        hint(world, world.desk.has(number, MONDAY))
    break_decide(monkeypatch, "1", ZeroDivisionError())
    reads = reader(world)
    assert reads.drain()
    assert [is_stored(world, number) for number in "123"] == [False, True, True]
    assert not reads.drain()  # and it is not tried again at once
    assert reads.next_instant() == world.parts.now() + DOWN
    world.later(DOWN)
    monkeypatch.undo()
    assert reads.drain()
    assert not reads.drain()
    assert reads.next_instant() is None


def test_pages_go_on_after_one_that_breaks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2, 3):
        store_ticket(world, number)
    world.later(HOUR)
    Alarm(world.parts).drain()
    real = vars(page_sender)["view_of"]

    def view_of(parts: Any, stored: Any, *rest: Any, **more: Any) -> Any:
        if stored.ticket.id == "1":
            raise AssertionError("cannot be")
        return real(parts, stored, *rest, **more)

    monkeypatch.setattr(page_sender, "view_of", view_of)
    delivery = page_delivery(world.parts)
    assert delivery.drain()
    assert sorted(key.split("/")[1] for key, _, _ in world.slack.posted) == ["2", "3"]
    assert "an error in slabot (AssertionError)" in told(world, "1", LedgerEvent.PAGE_FAILED)[0]
    assert not delivery.drain()
    assert delivery.next_instant() == world.parts.now() + MINUTE
    monkeypatch.undo()
    world.later(MINUTE)
    assert delivery.drain()
    assert len(world.slack.posted) == 3  # it is sent in the end


def test_writes_and_updates_go_on_after_one_that_breaks(make: Callable[..., World]) -> None:
    from slabot.domain import Actor, Category, Message, StatusChanged

    world = make()
    for number in (1, 2):
        asked = Message(at=MONDAY, by=Actor.AGENT, by_id="a1", text="Which version?", id=f"a:{number}")
        moved = StatusChanged(at=MONDAY + timedelta(seconds=1), to=Category.WAITING_ON_CUSTOMER, id=f"s:{number}")
        own = world.desk.has(number, MONDAY - MINUTE, asked, moved, text="Cannot log in")
        take(world, own)
    world.later(timedelta(days=1, minutes=1))
    Alarm(world.parts).drain()
    world.parts.write(lambda conn: feeds.advance(conn, "acme", "c1", world.parts.now(), end=True))
    real = world.desk.send_public

    def send(ticket_id: str, *rest: Any, **more: Any) -> Any:
        if ticket_id == "1":
            raise RuntimeError("cannot be")
        return real(ticket_id, *rest, **more)

    world.desk.send_public = send  # type: ignore[method-assign]
    delivery = write_delivery(world.parts)
    delivery.drain()
    assert [ticket for ticket, _ in world.desk.written] == ["2"]
    assert not delivery.drain()
    world.desk.send_public = real  # type: ignore[method-assign]
    world.later(2 * MINUTE)
    reader(world).drain()  # what became of the other
    while delivery.drain():
        pass
    assert [ticket for ticket, _ in world.desk.written] == ["2", "1"]


def test_without_slack_pages_wait_and_nobody_spins(make: Callable[..., World]) -> None:
    world = make(slack=False)
    store_ticket(world, 1)
    world.later(HOUR)
    Alarm(world.parts).drain()
    pages, updates = page_delivery(world.parts), update_delivery(world.parts)
    assert pages.drain()
    assert state(world, "/page/") == [OutboxState.PENDING]
    assert "names no way to" in told(world, "1", LedgerEvent.PAGE_FAILED)[0]
    assert not pages.drain()
    assert pages.next_instant() == world.parts.now() + RETRY
    assert not updates.drain()
    assert updates.next_instant() is None


def test_a_store_that_cannot_be_written_is_no_fault_of_a_ticket(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from slabot.store import Fault, StoreUnavailable

    store_ticket(world, 1)
    world.later(HOUR)
    before = world.parts.store.read(looks.earliest)
    break_decide(monkeypatch, "1", StoreUnavailable("full", fault=Fault.FULL))
    with pytest.raises(StoreUnavailable):
        Alarm(world.parts).drain()
    assert world.parts.store.read(looks.earliest) == before
    assert told(world, "1", LedgerEvent.TICKET_DECISION_FAILED) == []


def test_what_is_claimed_when_slabot_stops_is_not_taken_for_sent(world: World) -> None:
    for number in (1, 2):
        store_ticket(world, number)
    world.later(HOUR)
    Alarm(world.parts).drain()
    world.parts.stopping.set()
    page_delivery(world.parts).drain()
    assert world.slack.posted == []
    assert state(world, "/page/") == [OutboxState.PENDING] * 2  # no doubt, so no repeat at the next start
    assert world.parts.store.read(lambda conn: outbox.earliest(conn, Lane.PAGE)) == world.parts.now()


def test_what_no_thread_had_begun_when_slabot_stops_is_not_taken_for_sent(world: World) -> None:
    names, now = {"#a": "first", "#b": "second"}, world.parts.now()
    for to, name in names.items():
        owe = partial(outbox.owe, work=Alert(name, "It is so."), key=name, to=to, now=now)
        world.parts.write(owe)
    begun, ends = threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> Posted:
        begun.set()
        ends.wait(60)
        return Posted("C1", "1.0")

    world.slack.post = hang  # type: ignore[method-assign]
    pool = ThreadPoolExecutor(1)
    Delivery(world.parts, Alerts(world.parts), lambda _: pool).drain()
    assert begun.wait(60)
    world.parts.stopping.set()
    pool.shutdown(wait=False, cancel_futures=True)
    ends.set()
    pool.shutdown(wait=True)
    rows = [world.parts.store.read(partial(outbox.get, key=name)) for name in names.values()]
    assert [row and row.state for row in rows] == [OutboxState.SENT, OutboxState.PENDING]


def test_everybody_ends_early_when_slabot_stops(world: World) -> None:
    for number in (1, 2, 3):
        hint(world, store_ticket(world, number))
    world.later(HOUR)
    world.parts.stopping.set()
    Alarm(world.parts).drain()
    reader(world).drain()
    assert state(world, "/page/") == []
    assert world.desk.read == []
    found: list[datetime] = [row.since for row in world.parts.store.read(lambda conn: unread.waiting(conn, 10))]
    assert len(found) == 3


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)  # where one writes at a time, nobody holds any
def test_a_ticket_that_somebody_else_holds_keeps_no_other_from_its_page(world: World) -> None:
    for number in (1, 2, 3):
        store_ticket(world, number)
    world.later(HOUR)
    held, done, free = threading.Event(), threading.Event(), threading.Event()

    def hold(conn: Connection) -> None:
        tickets.lock(conn, "acme", "2")
        held.set()
        assert free.wait(60)

    def look() -> None:
        Alarm(world.parts).drain()
        done.set()

    threads = [threading.Thread(target=world.parts.write, args=(hold,)), threading.Thread(target=look)]
    threads[0].start()
    assert held.wait(60)
    threads[1].start()
    try:
        comes(lambda: len(state(world, "/page/")) >= 2)
        assert [bool(pages_of(world, number)) for number in "123"] == [True, False, True]
        assert not done.is_set()
    finally:
        free.set()
        for thread in threads:
            thread.join(60)
    assert state(world, "/page/") == [OutboxState.PENDING] * 3


def pages_of(world: World, ticket: str) -> list[str]:
    rows = world.parts.store.read(lambda conn: outbox.of_ticket(conn, "acme", ticket))
    return [row.key for row in rows if "/page/" in row.key]
