"""Several processes on one store, each with its beats, on a clock that is moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from slabot.clock import SteppedClock
from slabot.runtime import leases as module
from slabot.runtime.leases import BEAT, DEAD, SURE, Leases
from slabot.store import LedgerEvent, Store, StoreUnavailable, ledger, policies, processes
from slabot.store.errors import Fault
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.times import NOON
from tests.fixtures.waits import until

WANTED = ("alarm", "pages", "writes", "audit")
IN_FORCE = 7


class Crew:
    """Processes that beat when they are told to."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, SteppedClock(NOON)
        facts = {policies.IN_FORCE: IN_FORCE}
        started = LedgerEvent.SLABOT_STARTED
        store.write(lambda conn: ledger.write(conn, NOON, started, "slabot started", None, None, facts=facts))

    def member(self, place: str, kind: ProcessKind = ProcessKind.WORKER, version: int = IN_FORCE) -> Leases:
        process = Process(
            name="", kind=kind, place=place, tables="0012", policy_version=version, started_at=self.clock.now()
        )
        made = Leases(self.store, self.clock, process)
        if kind is ProcessKind.WORKER:
            made.want(WANTED)
        return made

    def beats(self, *members: Leases, times: int = 1) -> None:
        for _ in range(times):
            self.clock.elapse(timedelta(seconds=BEAT))
            for member in members:
                member.beat()
                for lease in member.surplus:
                    member.give_back(lease)


def held(*members: Leases) -> list[set[str]]:
    return [{lease for lease in WANTED if member.holds(lease)} for member in members]


@pytest.fixture
def crew(store: Store) -> Crew:
    return Crew(store)


def test_a_worker_that_is_alone_holds_every_lease(crew: Crew) -> None:
    only = crew.member("a:1")
    assert held(only) == [set()]
    crew.beats(only)
    assert held(only) == [set(WANTED)]


def test_leases_are_shared_out_evenly_and_each_has_one_holder(crew: Crew) -> None:
    first, second = crew.member("a:1"), crew.member("b:1")
    crew.beats(first, times=2)
    for _ in range(5):
        crew.beats(first, second)
        assert not set.intersection(*held(first, second))
    of_first, of_second = held(first, second)
    assert [len(of_first), len(of_second)] == [2, 2]
    assert of_first | of_second == set(WANTED)
    assert "alarm" in of_first  # the most urgent stays where it is


def test_the_leases_of_one_who_died_are_taken_over_within_seconds_and_not_before(crew: Crew) -> None:
    dying, living = crew.member("a:1"), crew.member("b:1")
    crew.beats(dying, living, times=4)
    of_dying = held(dying)[0]
    died_at = crew.clock.monotonic()
    while held(living) != [set(WANTED)]:
        assert not of_dying & held(living)[0]
        crew.beats(living)
        assert crew.clock.monotonic() - died_at <= DEAD + 2 * BEAT
    assert held(dying) == [set()]  # it has known for longer that it must not rely on them
    (row,) = crew.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.PROCESS_LOST], 9))
    assert row.text == "the worker process a:1 has ended without a word; b:1 goes on with alarm and pages."


def test_one_who_cannot_beat_relies_on_nothing_before_another_one_may_take_over(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_off, living = crew.member("a:1"), crew.member("b:1")
    crew.beats(cut_off, living, times=4)
    before = held(living)[0]
    for _ in range(int(SURE / BEAT)):
        crew.beats(living)
    assert held(cut_off) == [set()]
    assert held(living) == [before]


def test_one_who_was_taken_for_dead_comes_back_as_another_one(crew: Crew) -> None:
    away, living = crew.member("a:1"), crew.member("b:1")
    crew.beats(away, living, times=4)
    crew.beats(living, times=6)
    assert held(living) == [set(WANTED)]
    crew.beats(away, living, times=4)
    of_away, of_living = held(away, living)
    assert (len(of_away), len(of_living)) == (2, 2)
    assert not of_away & of_living
    assert len(crew.store.read(processes.everyone)) == 2


def test_where_nobody_could_beat_for_a_while_nobody_is_taken_for_dead(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = crew.member("a:1"), crew.member("b:1")
    crew.beats(first, second, times=4)
    before = held(first, second)
    crew.clock.elapse(timedelta(seconds=60))  # the store was away
    crew.beats(first, second, times=2)
    assert held(first, second) == before
    assert crew.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.PROCESS_LOST], 9)) == []


def test_a_lease_whose_beat_fails_is_good_for_seconds_and_no_longer(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = crew.member("a:1")
    crew.beats(only)

    def fails(_: object) -> None:
        raise StoreUnavailable("it is away", fault=Fault.LOST)

    monkeypatch.setattr(crew.store, "write", fails)
    crew.clock.elapse(timedelta(seconds=SURE - 0.5))
    with pytest.raises(StoreUnavailable):
        only.beat()
    assert held(only) == [set(WANTED)]
    crew.clock.elapse(timedelta(seconds=1))
    assert held(only) == [set()]


def test_who_leaves_is_succeeded_at_the_next_beat(crew: Crew) -> None:
    leaving, staying = crew.member("a:1"), crew.member("b:1")
    crew.beats(leaving, staying, times=4)
    leaving.leave()
    crew.beats(staying)
    assert held(leaving, staying) == [set(), set(WANTED)]


def test_a_worker_with_an_older_policy_stands_back_while_one_with_the_newest_lives(crew: Crew) -> None:
    old, new = crew.member("a:1", version=IN_FORCE - 1), crew.member("b:1")
    crew.beats(old, times=2)
    assert held(old) == [set(WANTED)]  # better than nobody
    crew.beats(old, new, times=3)
    assert held(old, new) == [set(), set(WANTED)]
    assert "reads policy version 6, and other workers have put version 7 in force" in old.stands_back
    assert any("version 6" in finding for finding in new.findings())
    (row,) = crew.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.PROCESS_STANDS_BACK], 9))
    assert row.text.startswith("the worker a:1 stands back: it reads policy version 6")
    crew.beats(old, times=7)  # the other one has died
    assert held(old) == [set(WANTED)]
    assert old.stands_back == ""


def test_workers_stand_back_while_one_process_does_everything(crew: Crew) -> None:
    worker, whole = crew.member("a:1"), crew.member("b:1", ProcessKind.RUN)
    crew.beats(worker, times=2)
    crew.beats(whole, worker, times=2)
    assert held(worker, whole) == [set(), set()]
    assert "a slabot run (b:1) works on the store" in worker.stands_back
    whole.leave()
    crew.beats(worker)
    assert held(worker) == [set(WANTED)]


def test_a_web_without_workers_says_that_nothing_is_done(crew: Crew) -> None:
    web, worker = crew.member("a:1", ProcessKind.WEB), crew.member("b:1")
    assert web.findings() == ()
    crew.beats(web)
    assert web.findings() == ["no worker runs, so nothing is read, decided or sent; start one with slabot worker"]
    crew.beats(web, worker)
    crew.beats(web)
    assert web.findings() == []
    crew.beats(web, times=6)
    assert len(web.findings()) == 1


@pytest.fixture
def beating(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Leases]]:
    monkeypatch.setattr(module, "BEAT", 0.01)
    made: list[Leases] = []

    def start() -> Leases:
        made.append(crew.member("a:1"))
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.stop(timedelta(seconds=30))


def test_an_error_after_a_beat_ends_no_beats(crew: Crew, beating: Callable[[], Leases]) -> None:
    member = beating()
    times = 0

    def breaks() -> None:
        nonlocal times
        times += 1
        raise RuntimeError("a mistake")

    member.after_beat = breaks
    until(lambda: times > 3)
    assert member.holds("alarm")
