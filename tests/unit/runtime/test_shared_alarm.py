"""The alarm of several processes, on PostgreSQL, where rows can be locked."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from slabot.runtime.alarm import SHARES, TAKEN, SharedAlarm, SharedLooks
from slabot.runtime.company import Alone
from slabot.runtime.engine import LOOKS, HintKind, WorkHint, reads_of
from slabot.runtime.engines.in_memory import InMemory
from slabot.runtime.evaluation import evaluate, take_in
from slabot.runtime.looking import TOGETHER
from slabot.runtime.parts import Parts
from slabot.runtime.reading.intake import Intake
from slabot.store import looks, tickets
from tests.fixtures.waits import until
from tests.promises.scene import HOUR
from tests.unit.runtime.conftest import MONDAY, World

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@pytest.fixture
def engine() -> InMemory:
    return InMemory()


@pytest.fixture
def parts(world: World, engine: InMemory) -> Parts:
    return replace(world.parts, hints=engine)


def due(world: World, count: int) -> None:
    """So many tickets reach their first rung in this second."""
    for number in range(count):
        own = world.desk.has(number, MONDAY)
        world.parts.write(lambda conn, own=own: take_in(conn, world.parts, world.desk.shows[own], MONDAY))  # type: ignore[misc]
    world.later(HOUR)


def are_due(world: World) -> int:
    return len(world.parts.store.read(lambda conn: looks.due(conn, world.parts.now(), 1000)))


def waiting(world: World, engine: InMemory) -> int:
    return world.parts.store.read(lambda conn: engine.waiting(conn, LOOKS))


def test_few_tickets_are_looked_at_by_the_alarm_itself(world: World, parts: Parts, engine: InMemory) -> None:
    due(world, 3)
    alarm = SharedAlarm(parts)
    while alarm.drain():
        pass
    assert are_due(world) == 0
    assert waiting(world, engine) == 0


def test_of_many_shares_are_handed_out_and_each_ticket_is_looked_at_once(
    world: World, parts: Parts, engine: InMemory
) -> None:
    due(world, 3 * TOGETHER)
    alarm = SharedAlarm(parts)
    assert alarm.drain()
    assert waiting(world, engine) == 2
    assert 0 < are_due(world) < 3 * TOGETHER

    engine.start()
    engine.serve({LOOKS: SharedLooks(parts).follow})
    until(lambda: are_due(world) == 0 and waiting(world, engine) == 0)
    engine.stop(timedelta(seconds=30))
    generations = {
        stored.generation
        for number in range(3 * TOGETHER)
        if (stored := parts.store.read(lambda conn, number=number: tickets.load(conn, "acme", str(number))))  # type: ignore[misc]
    }
    assert len(generations) == 1


def test_no_more_shares_wait_than_are_of_use(
    world: World, parts: Parts, engine: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slabot.runtime.alarm.TOGETHER", 2)
    due(world, 40)
    alarm = SharedAlarm(parts)
    for _ in range(2):
        alarm.drain()
        assert waiting(world, engine) <= SHARES


def test_what_others_look_at_is_asked_about_again_soon_and_not_at_once(
    world: World, parts: Parts, engine: InMemory
) -> None:
    due(world, 2)
    locked, done = threading.Event(), threading.Event()

    def hold(conn: Connection) -> None:
        assert len(looks.take_due(conn, parts.now(), 9)) == 2
        locked.set()
        done.wait(30)

    other = threading.Thread(target=lambda: world.parts.store.write(hold))
    other.start()
    assert locked.wait(30)
    alarm = SharedAlarm(parts)
    assert not alarm.drain()
    assert alarm.next_instant() == parts.clock.now() + TAKEN
    done.set()
    other.join()
    assert alarm.drain()
    assert are_due(world) == 0


def test_a_ticket_that_cannot_be_decided_keeps_no_other_of_its_share_from_its_look(
    world: World, parts: Parts, engine: InMemory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    due(world, 3)
    real = Parts.decide

    def decide(self: Parts, stored: tickets.StoredTicket, now: object) -> object:
        if stored.ticket.id == "1":
            raise RuntimeError("a mistake")
        return real(self, stored, now)  # type: ignore[arg-type]

    monkeypatch.setattr(Parts, "decide", decide)
    while SharedAlarm(parts).drain():
        pass
    assert are_due(world) == 0
    assert "ticket.broke" in capsys.readouterr().out


class Overruled(Alone):
    """A process with another policy than the one in force."""

    def is_overruled(self) -> bool:
        return True


def test_what_is_decided_by_another_policy_than_the_one_in_force_is_due_at_once(world: World, parts: Parts) -> None:
    own = world.desk.has(1, MONDAY)
    parts.write(lambda conn: take_in(conn, parts, world.desk.shows[own], MONDAY))
    assert are_due(world) == 0
    overruled = replace(parts, company=Overruled())
    overruled.write(lambda conn: evaluate(conn, overruled, "acme", own, now=overruled.now()))
    assert are_due(world) == 1


def test_a_webhook_leaves_a_hint_for_whoever_reads_the_helpdesk(
    world: World, parts: Parts, engine: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[WorkHint] = []
    engine.start()
    engine.serve({reads_of("acme"): followed.append})
    hint = type("Given", (), {"delivery_id": "d1", "ticket_id": "7"})
    monkeypatch.setattr(type(world.desk), "read_hint", lambda *_: hint, raising=False)
    assert Intake(parts).accept("acme", {}, b"")
    until(lambda: followed == [WorkHint(HintKind.READ, "acme", "7")])
    assert not Intake(parts).accept("acme", {}, b"")  # it came before
    engine.stop(timedelta(seconds=30))
    assert len(followed) == 1
