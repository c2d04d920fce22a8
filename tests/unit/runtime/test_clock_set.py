"""Somebody sets the machine's clock: deadlines follow it, waiting does not, and it is said once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from adapters.base import SweepBatch
from adapters.errors import RateLimited
from slabot import clock as clock_module
from slabot.channels.errors import SlackRetry
from slabot.clock import SystemClock
from slabot.rules import decide
from slabot.runtime import Embedded, Parts, Wakers
from slabot.runtime.alarm import Alarm
from slabot.runtime.audit.condition import audit_trouble
from slabot.runtime.clock_watch import ClockWatch, set_back_while_away
from slabot.runtime.delivery.pacing import Pacing
from slabot.runtime.evaluation import take_in
from slabot.runtime.reading.reader import SnapshotReader
from slabot.runtime.reading.sweeping import Sweeper
from slabot.store import Lane, LedgerEvent, audits, feeds, inbox, ledger, meta, outbox, tickets
from slabot.store.audits import AuditVerdict
from tests.fixtures.clocks import SettableClock
from tests.fixtures.waits import until

from .conftest import MONDAY, Desk, World, page_delivery

HOUR, SECONDS = timedelta(hours=1), timedelta(seconds=30)
STEP = timedelta(minutes=20)  # short of the next rung
TO = "#support-escalations"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(MONDAY)


@pytest.fixture
def parts(world: World, clock: SettableClock) -> Parts:
    return replace(world.parts, clock=clock)


def have_a_page(world: World, parts: Parts, clock: SettableClock) -> str:
    """A critical ticket whose first page is due now."""
    own = world.desk.has(1, parts.now())
    parts.write(lambda conn: take_in(conn, parts, world.desk.shows[own], parts.now()))
    clock.elapse(HOUR)
    assert Alarm(parts).drain()
    return own


def limited(parts: Parts) -> SlackRetry:
    return SlackRetry("limited", method="chat.postMessage", code="ratelimited", until=parts.now() + SECONDS)


def said(parts: Parts) -> list[str]:
    rows = parts.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.WALL_CLOCK_SET], 9))
    return [row.text for row in rows]


def test_a_channel_that_asked_for_a_pause_while_the_clock_was_ahead_is_not_silent_until_the_wall_catches_up(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    have_a_page(world, parts, clock)
    watch, pages = ClockWatch(parts), page_delivery(parts)
    clock.set(STEP)
    assert watch.drain()
    world.slack.raises.append(limited(parts))
    assert pages.drain()
    assert world.slack.posted == []
    clock.set(-STEP)
    assert watch.drain()
    assert not pages.drain(), "the pause that the channel asked for lasts, whatever the wall clock shows"
    clock.elapse(SECONDS)
    assert pages.drain()
    assert len(world.slack.posted) == 1
    following = pages.next_instant()
    assert following is None or following <= parts.now() + HOUR


def test_a_pause_lasts_although_the_clock_was_set_ahead(world: World, parts: Parts, clock: SettableClock) -> None:
    have_a_page(world, parts, clock)
    pages = page_delivery(parts)
    world.slack.raises.append(limited(parts))
    assert pages.drain()
    clock.set(STEP)
    pages.drain()
    assert world.slack.posted == []
    clock.elapse(SECONDS)
    assert pages.drain()
    assert len(world.slack.posted) == 1


def test_a_paced_address_takes_a_message_a_second_whatever_the_wall_clock_shows(clock: SettableClock) -> None:
    pacing, way = Pacing(clock), cast(Any, "slack")
    clock.set(STEP)
    pacing.asked_for_pause(TO, clock.now() + SECONDS)
    pacing.lost_an_answer(way, clock.now() + SECONDS)
    clock.set(-STEP)
    assert pacing.closed() == {TO: clock.now() + SECONDS}
    clock.elapse(SECONDS)
    assert pacing.closed() == {}
    pacing.posted(TO, way)
    assert pacing.closed() == {TO: clock.now() + timedelta(seconds=1)}
    assert pacing.silent() == {}
    assert pacing.is_paced
    clock.elapse(HOUR)
    assert not pacing.is_paced


def test_what_was_being_sent_when_the_clock_was_set_back_is_looked_up_in_seconds(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    have_a_page(world, parts, clock)
    watch = ClockWatch(parts)
    clock.set(STEP)
    assert watch.drain()
    assert len(parts.write(lambda conn: outbox.claim(conn, parts.now(), Lane.PAGE, 1))) == 1  # and its process died
    clock.set(-STEP)
    assert watch.drain()
    clock.elapse(timedelta(seconds=7))
    assert page_delivery(parts).drain()  # looked up, not found, sent
    assert len(world.slack.posted) == 1


def test_a_helpdesk_that_set_a_limit_while_the_clock_was_ahead_is_read_when_that_is_over(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    own, owed = world.desk.has(1, MONDAY), SnapshotReader(parts, parts.adapters["acme"])
    parts.write(lambda conn: inbox.accept(conn, "acme", "h", own, parts.now()))
    clock.set(HOUR)
    world.desk.raises["*"] = RateLimited(clock.now() + SECONDS, endpoint="GET /x")
    owed.drain()
    world.desk.raises.clear()
    clock.set(-HOUR)
    assert not owed.drain()
    clock.elapse(SECONDS)
    assert owed.drain()


def test_sweeps_go_on_at_their_interval_after_the_clock_was_set_back(parts: Parts, clock: SettableClock) -> None:
    swept: list[datetime] = []

    class Swept(Desk):
        def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
            swept.append(clock.now())
            yield SweepBatch(changed=(), cursor="c", end=True)

    sweeper = Sweeper(parts, cast(Any, Swept()))
    clock.set(HOUR)
    sweeper.drain()
    clock.set(-HOUR)
    assert sweeper.next_instant() == clock.now() + parts.sweep_every
    clock.elapse(parts.sweep_every)
    sweeper.drain()
    assert len(swept) == 2


def test_a_ticket_that_was_decided_while_the_clock_was_ahead_is_decided_again_and_its_verdict_is_that_of_today(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    own = world.desk.has(1, MONDAY)
    watch, alarm = ClockWatch(parts), Alarm(parts)
    parts.write(lambda conn: take_in(conn, parts, world.desk.shows[own], parts.now()))
    clock.set(100 * HOUR)
    assert watch.drain()
    while alarm.drain():
        pass
    clock.set(-100 * HOUR)
    assert watch.drain()
    assert alarm.drain()
    stored = parts.store.read(lambda conn: tickets.load(conn, "acme", own))
    assert stored is not None
    wanted = decide(stored.ticket, stored.timeline, parts.policy, parts.now())
    assert wanted.clocks[0].missed is None
    assert stored.next_look == wanted.next_look


def test_a_start_while_the_clock_was_ahead_hides_nothing_from_the_health_page(
    parts: Parts, clock: SettableClock
) -> None:
    clock.set(HOUR)
    ahead = replace(parts, started_at=parts.now())
    watch = ClockWatch(ahead)
    clock.set(-HOUR)
    assert watch.drain()
    clock.elapse(SECONDS)
    found = AuditVerdict(at=ahead.now(), findings=("late",), of_the_plan=("late",), looked_at=1, repaired=0)
    ahead.write(lambda conn: audits.keep_verdict(conn, found))
    assert ahead.store.read(lambda conn: audit_trouble(conn, ahead, ahead.now())) == ["late"]
    clock.elapse(HOUR / 2)
    [trouble] = ahead.store.read(lambda conn: audit_trouble(conn, ahead, ahead.now()))
    assert trouble.startswith("the auditor has not looked since")


def test_an_installation_while_the_clock_was_ahead_keeps_no_ticket_of_today_from_its_page(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    clock.set(24 * HOUR)
    installed = parts.write(lambda conn: meta.installed_at(conn, parts.now()))
    ahead = replace(parts, policy=parts.policy.model_copy(update={"start_from": installed}), started_at=installed)
    watch = ClockWatch(ahead)
    clock.set(-24 * HOUR)
    assert watch.drain()
    assert parts.store.read(meta.installed) == ahead.policy.start_from == MONDAY  # also for the next start
    have_a_page(world, ahead, clock)
    assert len(parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))) == 1


def test_a_day_that_the_file_names_stays(parts: Parts, clock: SettableClock) -> None:
    parts.write(lambda conn: meta.installed_at(conn, parts.now()))
    named = MONDAY + 24 * HOUR
    later = replace(parts, policy=parts.policy.model_copy(update={"start_from": named}))
    watch = ClockWatch(later)
    clock.set(-HOUR)
    assert watch.drain()
    assert later.policy.start_from == named


def test_each_step_is_said_once(parts: Parts, clock: SettableClock) -> None:
    watch = ClockWatch(parts)
    clock.elapse(HOUR)
    assert not watch.drain()
    clock.set(timedelta(seconds=1))  # as time servers do now and then
    assert not watch.drain()
    assert said(parts) == []
    clock.set(HOUR)
    assert watch.drain()
    assert not watch.drain()
    clock.set(-HOUR)
    assert watch.drain()
    assert not watch.drain()
    ahead, back = said(parts)
    assert "was set ahead by 1 h and shows Mon 12 Jan 2026" in ahead
    assert "was set back by 1 h and shows Mon 12 Jan 2026" in back
    assert "every open ticket is decided about again" in back


def test_a_store_that_was_written_while_the_clock_was_ahead_is_put_right_at_the_next_start(
    world: World, parts: Parts, clock: SettableClock
) -> None:
    clock.set(HOUR)
    have_a_page(world, parts, clock)
    parts.write(lambda conn: feeds.ok(conn, "acme", parts.now(), end=True))
    key = parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))[0].key
    parts.write(lambda conn: outbox.hold(conn, key, parts.now() + SECONDS, "limited"))
    clock.set(-2 * HOUR)
    parts.write(lambda conn: set_back_while_away(conn, parts.policy, parts.now()))
    assert len(said(parts)) == 1
    row = parts.store.read(lambda conn: outbox.get(conn, key))
    assert row is not None
    assert row.not_before == row.created_at == parts.now()
    assert parts.store.read(lambda conn: feeds.get(conn, "acme")).swept_at == parts.now()
    assert page_delivery(parts).drain()


def test_a_start_whose_clock_was_not_set_back_says_nothing(world: World, parts: Parts, clock: SettableClock) -> None:
    have_a_page(world, parts, clock)
    parts.write(lambda conn: set_back_while_away(conn, parts.policy, parts.now()))
    assert said(parts) == []


class MovedClock(SystemClock):
    """The real one, beside a wall that a test sets."""

    by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


def test_a_sleeper_is_woken_when_the_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "SLICE", 0.02)
    clock = MovedClock()
    threading.Timer(0.05, lambda: setattr(clock, "by", -HOUR)).start()
    began = time.monotonic()
    assert clock.sleep_until(clock.now() + timedelta(seconds=120)) is True
    assert time.monotonic() - began < 60


def test_the_threads_notice_it_themselves_and_sweeps_are_booked_anew(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_module, "SLICE", 0.02)
    swept: list[datetime] = []

    class Swept(Desk):
        def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
            swept.append(since)
            yield SweepBatch(changed=(), cursor="c", end=True)

    clock, wakers = MovedClock(), Wakers()
    world = make(desks={"acme": Swept()})
    parts = replace(world.parts, clock=clock, waker=wakers, sweep_every=timedelta(seconds=1))
    engine = Embedded(parts, wakers)
    engine.start()
    try:
        until(lambda: swept)
        clock.by = HOUR
        until(lambda: said(parts))
        far = SystemClock().now() + HOUR / 2
        until(lambda: any(job.next_run_time > far for job in engine._scheduler.get_jobs()))  # by the wall that was set
        clock.by = timedelta()
        until(lambda: len(said(parts)) == 2)
        before = len(swept)
        until(lambda: len(swept) > before)
    finally:
        engine.stop()
