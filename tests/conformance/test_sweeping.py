"""Does a sweep skip nothing, whatever happens to it?"""

from __future__ import annotations

import itertools

import pytest

from adapters.base import Adapter, SweepBatch
from adapters.errors import AdapterError
from slabot_sandbox import FaultKind
from tests.conformance.house import MINUTE, START, House, ids, to_the_end

TICKETS = 11


def fill(house: House, count: int = TICKETS) -> set[str]:
    """Tickets a second apart, all of them ready to be swept."""
    made = set()
    for number in range(count):
        made.add(house.create(f"Request {number}"))
        house.clock.elapse(MINUTE / 60)
    house.clock.elapse(house.withheld)
    return made


def full_read(house: House) -> set[tuple[str, str]]:
    """Every ticket with its version, by one undisturbed sweep from the beginning."""
    return {(row.id, row.version) for page in to_the_end(house, house.open(), None) for row in page.changed}


def test_from_an_instant_it_names_everything_that_changed_since(house: House, adapter: Adapter) -> None:
    made = fill(house)
    pages = list(adapter.sweep(None, since=START))
    assert ids(pages) == made
    assert [page.end for page in pages] == [False] * (len(pages) - 1) + [True]
    assert not any(page.unreadable or page.restarted for page in pages)


def test_what_changed_before_the_instant_may_be_left_out_and_what_came_later_may_not(
    house: House, adapter: Adapter
) -> None:
    fill(house)
    house.clock.elapse(60 * MINUTE)
    later = house.clock.now()
    wanted = fill(house, 3)
    assert wanted <= ids(list(adapter.sweep(None, since=later)))


def test_an_instant_of_just_now_is_no_error(house: House, adapter: Adapter) -> None:
    assert [page.end for page in adapter.sweep(None, since=house.clock.now())] == [True]


def test_it_makes_no_call_per_ticket(house: House, adapter: Adapter) -> None:
    fill(house, 40)
    before = house.calls()
    pages = list(adapter.sweep(None, since=START))
    assert house.calls() - before <= len(pages) + house.sweep_calls


def test_from_its_last_cursor_it_brings_only_what_is_new(house: House, adapter: Adapter) -> None:
    made = sorted(fill(house), key=int)
    cursor = list(adapter.sweep(None, since=START))[-1].cursor
    house.customer_writes(made[0], "and another thing")
    house.clock.elapse(house.withheld)
    again = ids(list(adapter.sweep(cursor, since=START)))
    assert made[0] in again
    assert len(again) <= 2  # one ticket may overlap


def test_where_nothing_happened_the_cursor_stays_good(house: House, adapter: Adapter) -> None:
    made = fill(house)
    cursor = list(adapter.sweep(None, since=START))[-1].cursor
    for _ in range(3):
        cursor = list(adapter.sweep(cursor, since=START))[-1].cursor or cursor
    house.customer_writes(min(made), "still here")
    house.clock.elapse(house.withheld)
    assert min(made) in ids(list(adapter.sweep(cursor, since=START)))


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_killed_after_any_page_and_resumed_from_its_cursor_it_skips_nothing(house: House, size: int) -> None:
    fill(house)
    with house.pages_of(size):
        whole = full_read(house)
        for killed_after in itertools.count(1):
            kept: set[tuple[str, str]] = set()
            cursor, finished = None, False
            for page in itertools.islice(to_the_end(house, house.open(), None), killed_after):
                kept |= {(row.id, row.version) for row in page.changed}
                cursor, finished = page.cursor or cursor, page.end
            # The process is gone; only what was stored is left, and another one goes on from there.
            for page in to_the_end(house, house.open(), cursor):
                kept |= {(row.id, row.version) for row in page.changed}
            assert kept == whole
            if finished:
                return


@pytest.mark.parametrize("size", [2, 3, 5])
def test_tickets_that_share_a_second_are_not_skipped_where_they_fill_more_than_a_page(house: House, size: int) -> None:
    house.create("before")
    house.clock.elapse(MINUTE)
    for number in range(7):
        house.create(f"at once {number}")
    house.clock.elapse(MINUTE)
    house.create("after")
    house.clock.elapse(MINUTE + house.withheld)
    whole = full_read(house)
    assert len(whole) == 9
    with house.pages_of(size):
        for killed_after in (1, 2, 3):
            kept: set[tuple[str, str]] = set()
            cursor = None
            for page in itertools.islice(to_the_end(house, house.open(), None), killed_after):
                kept |= {(row.id, row.version) for row in page.changed}
                cursor = page.cursor or cursor
            for page in to_the_end(house, house.open(), cursor):
                kept |= {(row.id, row.version) for row in page.changed}
            assert kept == whole


def test_a_ticket_of_long_ago_is_swept_like_any_other(house: House, adapter: Adapter) -> None:
    old = house.create("forty days old")
    house.clock.elapse(40 * 24 * 60 * MINUTE)
    new = house.create("new")
    house.clock.elapse(MINUTE + house.withheld)
    assert ids(list(to_the_end(house, adapter, None))) == {old, new}
    since = house.clock.now() - 60 * MINUTE
    house.customer_writes(old, "it is back")
    house.clock.elapse(MINUTE + house.withheld)
    assert old in ids(list(to_the_end(house, house.open(), None, since=since)))


def test_killed_after_every_single_page_it_still_skips_nothing(house: House) -> None:
    fill(house)
    with house.pages_of(2):
        whole, kept, cursor = full_read(house), set(), None
        for _ in range(100):
            page: SweepBatch = next(iter(house.open().sweep(cursor, since=START)))
            kept |= {(row.id, row.version) for row in page.changed}
            cursor = page.cursor or cursor
            if page.end:
                break
        assert kept == whole


def test_what_changes_while_it_runs_is_in_it_or_in_the_next(house: House, adapter: Adapter) -> None:
    made = sorted(fill(house), key=int)
    seen: dict[str, str] = {}
    cursor = None
    with house.pages_of(3):
        for turn, page in enumerate(adapter.sweep(None, since=START)):
            seen |= {row.id: row.version for row in page.changed}
            cursor = page.cursor or cursor
            if turn < 3:
                house.customer_writes(made[turn], f"change {turn}")  # of a ticket that was handed out already
                house.clock.elapse(MINUTE / 60)
        house.clock.elapse(house.withheld)
        for page in to_the_end(house, adapter, cursor):
            seen |= {row.id: row.version for row in page.changed}
    assert seen.items() == dict(full_read(house)).items()


def test_a_lost_cursor_means_all_of_it_again(house: House, adapter: Adapter) -> None:
    made = fill(house)
    list(adapter.sweep(None, since=START))
    assert ids(list(house.open().sweep(None, since=START))) == made


def test_an_expired_cursor_begins_anew_and_says_so(house: House, adapter: Adapter) -> None:
    made = fill(house)
    cursor = list(adapter.sweep(None, since=START))[-1].cursor
    house.clock.elapse(60 * MINUTE)
    if not house.expire_cursors():
        pytest.skip(f"cursors of {house.kind} never expire")
    pages = list(itertools.islice(adapter.sweep(cursor, since=START), 1))
    assert pages[0].restarted
    assert ids(pages) == made


def test_a_deleted_ticket_that_a_sweep_names_is_marked_as_gone(house: House, adapter: Adapter) -> None:
    made = fill(house, 2)
    house.delete(min(made))
    house.clock.elapse(house.withheld + MINUTE)
    rows = {row.id: row for page in adapter.sweep(None, since=START) for row in page.changed}
    assert min(made) not in rows or rows[min(made)].gone in ("deleted", "scrubbed")
    assert rows[max(made)].gone is None


def test_versions_agree_with_those_of_a_fetch_and_grow(house: House, adapter: Adapter) -> None:
    own = fill(house, 1).pop()
    (first,) = [row for page in adapter.sweep(None, since=START) for row in page.changed]
    assert first.version == adapter.fetch(own).version
    house.customer_writes(own, "more")
    house.clock.elapse(house.withheld)
    later = [row for page in adapter.sweep(None, since=START) for row in page.changed][-1]
    assert later.version > first.version
    assert later.version == adapter.fetch(own).version


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind not in (FaultKind.DELAY,)])
def test_broken_between_two_pages_it_goes_on_from_the_last_cursor(house: House, kind: FaultKind) -> None:
    fill(house)
    with house.pages_of(2):
        whole = full_read(house)
        kept: set[tuple[str, str]] = set()
        cursor = None
        for page in itertools.islice(house.open().sweep(None, since=START), 2):
            kept |= {(row.id, row.version) for row in page.changed}
            cursor = page.cursor or cursor
        house.disturb(kind, writes=False)
        pages = house.open().sweep(cursor, since=START)
        with pytest.raises(AdapterError) as caught:
            list(pages)
        assert caught.value.endpoint
        house.calm()
        house.clock.elapse(MINUTE)
        for page in to_the_end(house, house.open(), cursor):
            kept |= {(row.id, row.version) for row in page.changed}
    assert kept == whole
