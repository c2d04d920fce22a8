"""A thousand tickets are due at one instant, and deliveries take nothing from deciding about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slabot.runtime import looking
from slabot.runtime.alarm import Alarm
from slabot.runtime.delivery.bundles import Bundles
from slabot.runtime.delivery.fallbacks import Overdue
from slabot.runtime.evaluation import take_in
from slabot.runtime.parts import LATE
from slabot.store import Lane, OutboxRow, looks, outbox
from tests.fixtures.stored import a_page, a_row

from .conftest import MONDAY, World, page_delivery

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def due(world: World, count: int) -> None:
    """So many tickets reach their first rung in this second."""
    for number in range(count):
        own = world.desk.has(number, MONDAY)
        world.parts.write(lambda conn, own=own: take_in(conn, world.parts, world.desk.shows[own], MONDAY))  # type: ignore[misc]
    world.later(HOUR)


def pages(world: World, *keys: str) -> None:
    now = world.parts.now()
    times = {"urgency": now, "not_before": now, "created_at": now}
    for key in keys:
        page = a_page(key)
        row = a_row(key, channel="#a", work=replace(page, action=replace(page.action, at=now)), **times)
        world.parts.write(lambda conn, row=row: outbox.put(conn, row))  # type: ignore[misc]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tickets the alarm has looked at in each transaction."""
    seen: list[int] = []
    real = vars(looking)["evaluate_each"]

    def evaluate_each(conn: Any, parts: Any, names: Sequence[Any], **more: Any) -> Any:
        seen.append(len(names))
        return real(conn, parts, names, **more)

    monkeypatch.setattr(looking, "evaluate_each", evaluate_each)
    return seen


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For which channel what waits was read and decoded; empty for all of them."""
    seen: list[str] = []
    real = outbox.waiting

    def waiting(conn: Any, lane: Any, *, channel: str | None = None) -> list[OutboxRow]:
        seen.append(channel or "")
        return real(conn, lane, channel=channel)

    monkeypatch.setattr(outbox, "waiting", waiting)
    return seen


def test_what_the_alarm_waits_for_takes_no_tickets_from_its_next_transaction(
    world: World, together: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    due(world, 75)
    real = world.parts.store.write

    def behind_others(fn: Callable[[Any], Any]) -> Any:
        world.clock.elapse(SECOND)
        return real(fn)

    monkeypatch.setattr(world.parts.store, "write", behind_others)
    assert Alarm(world.parts).drain()
    assert together == [10, 20, 40, 5]


def test_a_transaction_that_takes_long_itself_makes_the_next_one_smaller(
    world: World, together: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    due(world, 18)
    real = type(world.parts).decide

    def slow(self: Any, stored: Any, now: Any) -> Any:
        world.clock.elapse(SECOND / 10)
        return real(self, stored, now)

    monkeypatch.setattr(type(world.parts), "decide", slow)
    assert Alarm(world.parts).drain()
    assert together == [10, 5, 2, 1]


def test_while_many_are_due_no_page_leaves_and_none_is_bundled(world: World, decoded: list[str]) -> None:
    due(world, 100)
    pages(world, "1", "2")
    delivery = page_delivery(world.parts)
    assert not delivery.drain()
    assert (decoded, world.slack.posted) == ([], [])
    Alarm(world.parts).drain()
    assert delivery.drain()
    assert world.slack.posted


def test_what_was_not_bundled_because_many_were_due_does_not_leave_in_the_same_turn(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make(storm={"above": 1})
    for number in (1, 2, 3):
        own = world.desk.has(number, MONDAY)
        world.parts.write(lambda conn, own=own: take_in(conn, world.parts, world.desk.shows[own], MONDAY))  # type: ignore[misc]
    world.later(HOUR)
    Alarm(world.parts).drain()
    answers = [True]  # once; then the last of them was decided
    monkeypatch.setattr(looks, "are_due", lambda *_: bool(answers and answers.pop()))
    delivery = page_delivery(world.parts)
    delivery.drain()
    assert world.slack.posted == []
    delivery.drain()
    assert world.slack.posted[0][0].startswith("bundle/")


def test_pages_that_stay_apart_are_decoded_once_and_again_when_one_comes_or_is_late(
    make: Callable[..., World], decoded: list[str]
) -> None:
    world = make(storm={"above": 3})
    pages(world, "1", "2", "3")
    bundles = Bundles(world.parts)
    for _ in range(3):
        assert not bundles.gather(world.parts.now())
    assert decoded == ["#a"]
    world.parts.write(lambda conn: outbox.claim(conn, world.parts.now(), Lane.PAGE, 1))
    assert not bundles.gather(world.parts.now())
    assert decoded == ["#a"]  # one has left, and what is left stays apart
    pages(world, "4")
    assert not bundles.gather(world.parts.now())
    assert decoded == ["#a"] * 2
    world.later(LATE)
    assert not bundles.gather(world.parts.now())
    assert decoded == ["#a"] * 2
    world.later(SECOND)
    assert bundles.gather(world.parts.now())  # late, they come together
    assert decoded == ["#a"] * 3


def test_nothing_that_waits_is_decoded_before_the_oldest_has_waited_for_too_long(
    make: Callable[..., World], decoded: list[str]
) -> None:
    world = make(fallback={"after": "2m", "to": ["#elsewhere"]})
    overdue = Overdue(world.parts, Lane.PAGE)
    assert overdue.next_instant() is None
    pages(world, "1")
    world.later(MINUTE)
    pages(world, "2")
    assert overdue.next_instant() == MONDAY + 2 * MINUTE
    assert not overdue.drain()
    assert decoded == []
    world.later(MINUTE)
    assert overdue.next_instant() == MONDAY + 2 * MINUTE
    assert overdue.drain()
    assert overdue.next_instant() == MONDAY + 3 * MINUTE  # of the other one
