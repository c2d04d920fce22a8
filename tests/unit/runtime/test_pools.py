"""Threads that begin nothing more."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from datetime import timedelta

from slabot.runtime.alarm import Alarm
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.pages import Pages
from slabot.runtime.evaluation import take_in
from slabot.runtime.pools import EndingPool
from slabot.store import Lane, OutboxState, outbox
from tests.unit.runtime.conftest import MONDAY, World


def test_what_is_handed_in_after_the_end_is_cancelled_as_what_waited_is() -> None:
    pool, goes_on = EndingPool(1, "test"), threading.Event()
    under_way = pool.submit(goes_on.wait, 30)
    waits: Future[str] = pool.submit(str, "waits")
    pool.shutdown(wait=False, cancel_futures=True)
    late: Future[str] = pool.submit(str, "late")
    called: list[Future[str]] = []
    late.add_done_callback(called.append)
    goes_on.set()
    assert under_way.result(30) is True
    assert waits.cancelled()
    assert late.cancelled()
    assert called == [late]
    pool.shutdown()


def test_a_page_that_was_claimed_when_its_lease_ended_is_put_back_and_not_left_as_on_its_way(world: World) -> None:
    pool = EndingPool(1, "test")
    pages = Delivery(world.parts, Pages(world.parts), lambda name: pool)
    own = world.desk.has(1, MONDAY)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], MONDAY))
    world.later(timedelta(hours=1))
    assert Alarm(world.parts).drain()
    pool.shutdown(wait=False, cancel_futures=True)
    assert pages.drain(), "it claims the page, and has no thread for it any more"
    states = world.parts.store.read(outbox.counts)
    assert states == {(Lane.PAGE, OutboxState.PENDING): 1}
    assert world.slack.posted == []
