"""Of the processes that do everything by themselves, one at a time works on a PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from slabot.clock import SteppedClock, Wake
from slabot.runtime.instance_lock import AlreadyRunning
from slabot.runtime.leases import BEAT, DEAD, WHOLE, Leases
from slabot.runtime.sole_run import SoleRun, refuse_second
from slabot.store import Store, StoreReplaced, open_store, processes
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.stores import postgres_url
from tests.fixtures.times import NOON
from tests.fixtures.waits import until

__all__ = ["postgres_url"]


class Steps(SteppedClock):
    """A clock on which waiting takes no time, and on which others live meanwhile."""

    def __init__(self) -> None:
        super().__init__(NOON)
        self.meanwhile: Callable[[], None] = lambda: None

    def sleep_until(self, instant: datetime, wake: Wake | None = None) -> bool:
        self.elapse(timedelta(seconds=BEAT))
        self.meanwhile()
        return False


@pytest.fixture
def clock() -> Steps:
    return Steps()


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with open_store(postgres_url) as opened:
        yield opened


Member = Callable[..., tuple[SoleRun, Leases]]


@pytest.fixture
def member(store: Store, clock: Steps, postgres_url: str) -> Iterator[Member]:
    """Makes a process with a connection of its own to the store."""
    made: list[SoleRun] = []

    def make(place: str, at: Store = store) -> tuple[SoleRun, Leases]:
        process = Process(
            name="", kind=ProcessKind.RUN, place=place, tables="0012", policy_version=1, started_at=clock.now()
        )
        leases = Leases(at, clock, process)
        made.append(SoleRun(at, clock, leases))
        return made[-1], leases

    yield make
    for each in made:
        each.stop()


def test_a_second_one_is_refused_with_who_runs_and_since_when(clock: Steps, member: Member, store: Store) -> None:
    (_, first), (second, of_second) = member("a:1"), member("b:1")
    first.beat()
    clock.meanwhile = first.beat
    with pytest.raises(
        AlreadyRunning,
        match=r"^another slabot run works on the PostgreSQL database .* already: a:1, since 2026-01-09 12:00",
    ) as refused:
        second.claim()
    assert "start slabot web and slabot worker" in refused.value.remedy
    assert [each.place for each in store.read(processes.everyone)] == ["a:1"]
    assert first.holds(WHOLE)
    assert not of_second.holds(WHOLE)


def test_one_that_was_killed_holds_the_next_one_up_for_its_heartbeat_and_no_longer(
    clock: Steps, member: Member
) -> None:
    (_, first), (second, of_second) = member("a:1"), member("b:1")
    first.beat()
    began = clock.monotonic()
    second.claim()
    assert of_second.holds(WHOLE)
    assert DEAD <= clock.monotonic() - began <= DEAD + BEAT


def test_where_nobody_runs_nobody_is_waited_for(clock: Steps, member: Member, postgres_url: str) -> None:
    refuse_second(postgres_url, lambda: pytest.fail("nobody is waited for"))
    only, leases = member("a:1")
    clock.meanwhile = lambda: pytest.fail("nobody is waited for")
    only.claim()
    assert leases.holds(WHOLE)


def test_it_is_found_out_before_anything_is_opened(member: Member, postgres_url: str, store: Store) -> None:
    _, first = member("a:1")
    first.beat()
    with pytest.raises(AlreadyRunning, match="a:1"):
        refuse_second(postgres_url, first.beat)
    refuse_second(postgres_url, lambda: None)  # it has died meanwhile
    assert store.read(processes.everyone) == []


def test_webs_and_workers_do_not_keep_it_from_starting(store: Store, postgres_url: str, member: Member) -> None:
    for kind in (ProcessKind.WEB, ProcessKind.WORKER):
        one = Process(name=kind, kind=kind, place="c:1", tables="0012", policy_version=1, started_at=NOON)
        store.write(partial(processes.enter, process=one))
    refuse_second(postgres_url, lambda: pytest.fail("nobody is waited for"))
    only, leases = member("a:1")
    only.claim()
    assert leases.holds(WHOLE)


def test_one_that_was_taken_for_dead_does_nothing_any_more(clock: Steps, member: Member, postgres_url: str) -> None:
    with open_store(postgres_url) as own:
        first, of_first = member("a:1", own)
        first.claim()
        first.stop()  # it hangs: no beat comes of it any more
        of_first.beat()
        second, of_second = member("b:1")
        second.claim()
        assert of_second.holds(WHOLE)
        clock.elapse(timedelta(seconds=DEAD))
        of_first.beat()  # it is back
        of_first.after_beat()
        with pytest.raises(StoreReplaced, match=r"is worked on by another slabot run \(b:1\).*end it"):
            own.read(processes.everyone)
        until(lambda: of_second.holds(WHOLE))


def test_it_says_which_policy_it_reads_once_that_is_known(member: Member, store: Store) -> None:
    only, _ = member("a:1")
    only.claim()
    only.read_policy(7)
    assert [each.policy_version for each in store.read(processes.everyone)] == [7]
