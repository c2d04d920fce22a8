"""A worker among others: what it does follows its leases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from slabot.clock import SystemClock
from slabot.runtime.distributed import SOCKETS, Distributed, duties_of
from slabot.runtime.embedded import Wakers
from slabot.runtime.engines.in_memory import InMemory
from slabot.runtime.leases import Leases
from slabot.runtime.parts import Parts
from slabot.store import LedgerEvent, ledger, processes
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.waits import until
from tests.unit.runtime.conftest import World

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@dataclass
class Deaf:
    """Hears nothing of other processes."""

    heard: int = 0

    def start(self) -> None:
        self.heard += 1

    def stop(self) -> None:
        self.heard -= 1


@dataclass
class Connections:
    """Counts the connections that are open at a time."""

    open: int = 0
    most: int = 0
    made: list[Connection] = field(default_factory=list)

    def new(self) -> Connection:
        self.made.append(Connection(self))
        return self.made[-1]


@dataclass
class Connection:
    of: Connections

    def start(self) -> None:
        self.of.open += 1
        self.of.most = max(self.of.most, self.of.open)

    def stop(self, patience: timedelta = timedelta()) -> None:
        self.of.open -= 1


class Office:
    """Workers in this process, each with parts of its own, on one store."""

    def __init__(self, parts: Parts) -> None:
        self.parts = replace(parts, adapters={}, clock=SystemClock())
        self.connections = Connections()
        self.workers: list[Distributed] = []
        self.listener = Deaf()

    def worker(self) -> tuple[Distributed, Leases]:
        process = Process(
            name="",
            kind=ProcessKind.WORKER,
            place=f"a:{len(self.workers)}",
            tables="0012",
            policy_version=1,
            started_at=self.parts.now(),
        )
        import threading

        parts = replace(self.parts, stopping=threading.Event())
        leases = Leases(parts.store, parts.clock, process)
        made = Distributed(
            parts,
            Wakers(),
            leases=leases,
            engine=InMemory(),
            listener=self.listener,
            extras={SOCKETS: self.connections.new},
        )
        self.workers.append(made)
        made.start()
        return made, leases

    def everything(self) -> set[str]:
        return {*(duty.lease for duty in duties_of(self.parts)), SOCKETS}

    def held(self) -> list[int]:
        held = self.parts.store.read(processes.holders)
        names = [each.name for each in self.parts.store.read(processes.everyone)]
        return sorted(sum(holder == name for holder in held.values()) for name in names)


@pytest.fixture
def office(world: World) -> Iterator[Office]:
    made = Office(world.parts)
    yield made
    for worker in made.workers:
        worker.stop(timedelta(seconds=30))


def test_a_worker_alone_does_everything_and_a_second_one_takes_its_share(office: Office) -> None:
    whole = len(office.everything())
    first, leases = office.worker()
    until(lambda: office.held() == [whole])
    until(lambda: office.connections.open == 1)
    assert all(leases.holds(lease) for lease in office.everything())
    office.worker()
    until(lambda: office.held() == [whole // 2, whole - whole // 2])
    until(lambda: office.connections.open == 1)
    assert office.connections.most == 1  # never two at a time
    first.stop(timedelta(seconds=30))
    until(lambda: office.held() == [whole])
    until(lambda: office.connections.open == 1)
    assert office.connections.most == 1


def test_a_worker_that_is_stopped_says_so_and_leaves_nothing_behind(office: Office) -> None:
    only, _ = office.worker()
    until(lambda: office.connections.open == 1)
    only.stop(timedelta(seconds=30))
    assert office.connections.open == 0
    assert office.listener.heard == 0
    assert office.held() == []
    assert office.parts.store.read(processes.holders) == {}
    (row,) = office.parts.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.SLABOT_STOPPED], 9))
    assert row.text == "a worker was stopped, and what was under way is finished."


def test_a_worker_that_never_started_ends_without_a_word(office: Office) -> None:
    parts = office.parts
    process = Process(
        name="", kind=ProcessKind.WORKER, place="a:1", tables="0012", policy_version=1, started_at=parts.now()
    )
    never = Distributed(
        parts,
        Wakers(),
        leases=Leases(parts.store, parts.clock, process),
        engine=InMemory(),
        listener=Deaf(heard=1),
        extras={},
    )
    never.stop(timedelta(seconds=1))
    assert parts.store.read(lambda conn: ledger.latest(conn, [LedgerEvent.SLABOT_STOPPED], 9)) == []
