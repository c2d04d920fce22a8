"""What the sweep keeps, when it sweeps again, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from adapters.base import Changed, ReadingPace, SweepBatch
from adapters.errors import BadAnswer, RateLimited, Unreachable
from slabot.runtime.evaluation import take_in
from slabot.runtime.reading.sweeping import KEPT, Sweeper
from slabot.store import LedgerEvent, feeds, inbox, ledger, meta, unread

from .conftest import MONDAY, World

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class Feed:
    """A helpdesk that gives these pages, then raises."""

    name = "acme"

    def __init__(self, *pages: SweepBatch, error: Exception | None = None) -> None:
        self.pages, self.error, self.asked = pages, error, 0
        self.cursors: list[str | None] = []
        self.pace = ReadingPace(calls=1.5, a_minute=560)

    def reading_pace(self) -> ReadingPace:
        return self.pace

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        self.asked += 1
        self.cursors.append(cursor)
        yield from self.pages
        if self.error is not None:
            raise self.error


def row(
    number: int, version: str = "2026-01-12T09:00:00Z", *, status: str = "open", gone: str | None = None
) -> Changed:
    return Changed(str(number), version, status, gone, {})


def page(*rows: Changed, cursor: str = "c1", end: bool = True) -> SweepBatch:
    return SweepBatch(changed=rows, cursor=cursor, end=end)


def sweeper(world: World, feed: Feed) -> Sweeper:
    return Sweeper(world.parts, cast(Any, feed))


def hinted(world: World) -> list[str]:
    return [hint.ticket_id for hint in world.parts.store.read(lambda conn: unread.waiting(conn, 1000))]


def test_what_changed_is_hinted_and_the_cursor_is_kept_with_it(world: World) -> None:
    feed = Feed(page(row(1), row(2), end=False), page(row(2), row(3), cursor="c2"))
    assert sweeper(world, feed).drain()
    assert hinted(world) == ["1", "2", "3"]  # a ticket that two pages name is one
    assert world.parts.store.read(lambda conn: feeds.get(conn, "acme")).cursor == "c2"
    again = Sweeper(world.parts, cast(Any, feed))
    again.drain()
    assert feed.cursors == [None, "c2"]


def test_a_ticket_that_came_and_went_unseen_is_no_news(world: World) -> None:
    assert not sweeper(world, Feed(page(row(1, gone="deleted", status="deleted")))).drain()
    assert hinted(world) == []


@pytest.mark.parametrize(
    ("seen_after", "news"), [(timedelta(), True), (SECOND, True), (2 * SECOND, False), (MINUTE, False)]
)
def test_the_same_version_is_news_only_if_it_was_read_in_the_same_second(
    world: World, seen_after: timedelta, news: bool
) -> None:
    version = "2026-01-12T09:00:00Z"
    own = world.desk.has(1, MONDAY, version=version)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], MONDAY + seen_after))
    world.later(10 * MINUTE)
    assert sweeper(world, Feed(page(row(1, version)))).drain() is news


def test_a_deletion_of_a_known_ticket_is_news(world: World) -> None:
    own = world.desk.has(1, MONDAY)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], MONDAY))
    assert sweeper(world, Feed(page(row(1, "2026-01-12T10:00:00Z", gone="deleted")))).drain()


def test_a_helpdesk_that_is_down_is_tried_again_ever_more_rarely(world: World) -> None:
    feed = Feed(error=Unreachable("no answer", endpoint="GET /x"))
    swept = sweeper(world, feed)
    waits = []
    for _ in range(5):
        assert not swept.drain()
        waits.append((swept.next_instant() - world.parts.now()).total_seconds())
        assert not swept.drain()  # not before its time
        world.clock.elapse(swept.next_instant() - world.clock.now())
    assert waits == [10, 20, 40, 60, 60]
    assert feed.asked == 5
    feed.error = None
    swept.drain()
    assert swept.next_instant() == world.parts.now() + MINUTE
    assert world.parts.store.read(lambda conn: feeds.get(conn, "acme")).error is not None  # no page came, so no proof


def test_a_limit_is_waited_for_and_what_was_read_stands(world: World) -> None:
    until = MONDAY + 37 * SECOND
    feed = Feed(page(row(1), end=False), error=RateLimited(until, endpoint="GET /x"))
    swept = sweeper(world, feed)
    assert swept.drain()
    assert swept.next_instant() == until
    assert hinted(world) == ["1"]


def test_a_bad_answer_is_told_once_an_hour(world: World) -> None:
    swept = sweeper(world, Feed(error=BadAnswer("a page for people", endpoint="GET /x")))
    for _ in range(3):
        swept.drain()
        world.later(MINUTE)
    feed = world.parts.store.read(lambda conn: feeds.get(conn, "acme"))
    assert feed.error is not None
    assert "a page for people" in feed.error


def test_a_sweep_ends_between_two_pages_when_slabot_stops(world: World) -> None:
    class Stopping(Feed):
        def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
            yield page(row(1), cursor="c1", end=False)
            world.parts.stopping.set()
            yield page(row(2), cursor="c2", end=False)
            raise AssertionError("it went on")

    sweeper(world, Stopping()).drain()
    assert world.parts.store.read(lambda conn: feeds.get(conn, "acme")).cursor == "c2"
    assert hinted(world) == ["1", "2"]


def test_deliveries_are_forgotten_after_a_week(world: World) -> None:
    def old(conn: Any) -> None:
        inbox.accept(conn, "acme", "old", "1", MONDAY - KEPT - SECOND)
        inbox.accept(conn, "acme", "new", "1", MONDAY - KEPT)

    world.parts.write(old)
    sweeper(world, Feed(page())).drain()
    assert hinted(world) == ["1"]  # its ticket is still to be read
    assert world.parts.write(lambda conn: inbox.accept(conn, "acme", "old", "1", MONDAY))  # it is unknown again
    assert not world.parts.write(lambda conn: inbox.accept(conn, "acme", "new", "1", MONDAY))


def old(number: int, hours: float = 0, *, priority: str | None = None, ended: bool = False) -> Changed:
    """A ticket of so many hours before Monday morning."""
    found = row(number)
    found.created_at, found.priority, found.ended = MONDAY - timedelta(hours=hours), priority, ended
    return found


def test_what_a_row_says_tells_which_ticket_can_be_missed_soonest(world: World) -> None:
    unknown = row(5)
    sweeper(
        world,
        Feed(page(old(1), old(2, priority="urgent"), old(3, 1.5, priority="urgent"), old(4, ended=True), unknown)),
    ).drain()
    due = {hint.ticket_id: hint.due_by for hint in world.parts.store.read(lambda conn: unread.waiting(conn, 10))}
    assert due["2"] == MONDAY + timedelta(hours=2)
    assert due["3"] == MONDAY + timedelta(minutes=30)
    assert due["1"] is not None
    assert due["1"] > due["2"], "without a priority it is of the default severity"
    assert (due["4"], due["5"]) == (None, None)


def test_a_ticket_so_old_that_no_calendar_has_its_year_is_in_nobodys_way(world: World) -> None:
    ancient = old(1)
    ancient.created_at = datetime(1971, 1, 1, tzinfo=UTC)
    assert sweeper(world, Feed(page(ancient))).drain()


@pytest.mark.parametrize(
    ("pace", "takes"),
    [
        (
            ReadingPace(calls=1.5, a_minute=2),
            "about 5 calls, about 3 min at the 2 calls a minute that the account leaves",
        ),
        (ReadingPace(calls=1, a_minute=None), "about 3 calls. Those"),
    ],
)
def test_a_start_on_old_tickets_says_once_how_many_there_are_and_how_long_they_take(
    make: Callable[..., World], pace: ReadingPace, takes: str
) -> None:
    world = make(start_from="2026-01-01")
    world.parts.write(lambda conn: meta.installed_at(conn, MONDAY))
    feed = Feed(page(old(1, 2), old(2, 2), old(3, 2)))
    feed.pace = pace
    for _ in range(2):
        sweeper(world, feed).drain()
        feed.pages = (page(old(4, 2)),)
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    [told] = [row.text for row in rows if row.event is LedgerEvent.FEED_BACKLOG]
    assert told.startswith("3 of the tickets that acme had before slabot was installed must be read for the first time")
    assert takes in told


def test_a_start_from_the_day_of_installation_says_nothing_of_old_tickets(make: Callable[..., World]) -> None:
    world = make(start_from="2026-01-12")
    world.parts.write(lambda conn: meta.installed_at(conn, datetime(2026, 1, 11, tzinfo=UTC)))
    sweeper(world, Feed(page(old(1)))).drain()
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    assert [row for row in rows if row.event is LedgerEvent.FEED_BACKLOG] == []


@pytest.mark.parametrize("restarts", [False, True])
def test_old_tickets_are_told_of_though_the_limits_cut_their_list_short(
    make: Callable[..., World], restarts: bool
) -> None:
    world = make(start_from="2026-01-01")
    world.parts.write(lambda conn: meta.installed_at(conn, MONDAY))
    feed = Feed(page(old(1, 2), old(2, 2), end=False), error=RateLimited(MONDAY + 37 * SECOND, endpoint="GET /x"))
    swept = sweeper(world, feed)
    assert swept.drain()
    if restarts:
        swept = sweeper(world, feed)
        own = world.desk.has(1, MONDAY - timedelta(hours=2))
        world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], MONDAY))
    feed.pages, feed.error = (page(),), None
    swept.sweep()
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    [told] = [row.text for row in rows if row.event is LedgerEvent.FEED_BACKLOG]
    assert told.startswith("2 of the tickets that acme had")
