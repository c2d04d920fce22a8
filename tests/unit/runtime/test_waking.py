"""Whoever sleeps is woken when there is work, and not before it can be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.runtime.alarm import Alarm
from slabot.runtime.evaluation import take_in
from slabot.runtime.parts import LONGEST_SLEEP, brings_work
from slabot.store import Lane, looks, outbox

from .conftest import MONDAY, World

HOUR = timedelta(hours=1)


def keep(world: World, number: int = 1) -> None:
    own = world.desk.has(number, MONDAY)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], world.parts.now()))


def test_the_bell_rings_after_the_commit(world: World) -> None:
    keep(world)
    world.later(HOUR)
    world.waker.seen.clear()
    world.waker.look = lambda: world.parts.store.read(lambda conn: outbox.earliest(conn, Lane.PAGE))
    Alarm(world.parts).drain()
    assert world.waker.seen == [world.parts.now()]  # another connection sees the page at the moment of the ring


def test_a_look_that_comes_sooner_than_the_alarm_wakes_rings_too(world: World) -> None:
    world.waker.look = lambda: world.parts.store.read(looks.earliest)
    world.later(HOUR - timedelta(seconds=20))
    keep(world)
    assert world.waker.seen == [MONDAY + HOUR]


def test_a_look_that_is_far_off_rings_nobody(world: World) -> None:
    world.later(HOUR - LONGEST_SLEEP - timedelta(seconds=1))
    keep(world)
    assert world.waker.seen == []


def test_a_transaction_that_failed_rings_nobody_and_leaves_no_ring_behind(world: World) -> None:
    def fails(conn: object) -> None:
        brings_work(conn)  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        world.parts.write(fails)
    world.parts.write(lambda conn: None)
    assert world.waker.seen == []


def test_an_evaluation_that_adds_nothing_rings_nobody(world: World) -> None:
    keep(world)
    world.later(HOUR)
    Alarm(world.parts).drain()
    rung = len(world.waker.seen)
    world.later(timedelta(seconds=1))
    keep(world)
    assert len(world.waker.seen) == rung
