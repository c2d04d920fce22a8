"""What is broken in a campaign: one thing after the other, drawn from a seed.

Promise: each fault says what it did, how long it lasted, and what it excuses; nothing is left broken.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import psycopg

from slabot_sandbox import Sandbox
from tests.campaign.cluster import Cluster, works
from tests.campaign.databases import OwnPostgres
from tests.campaign.evidence import Fault
from tests.fixtures.several import Running
from tests.fixtures.waits import comes
from tests.promises.matrix import CELLS, TEN_DAYS, Cell, Peer, Scope

LOOKED_UP = timedelta(seconds=16)  # one process: a page on its way at its death is looked up after so long
TRIED_AGAIN = timedelta(seconds=65)  # what a peer refuses is tried again once a minute
RECONNECTED = timedelta(seconds=5)


class FaultKind(StrEnum):
    """What can be broken; the values are what the command line takes."""

    KILL_WORKER = "kill-worker"
    KILL_WEB = "kill-web"
    STOP = "stop"
    RESTART = "restart-store"
    CUT = "cut-connections"
    FULL = "disk-full"
    CLOCK = "clock"
    PEER = "peer"


ON_SQLITE = (FaultKind.KILL_WEB, FaultKind.STOP, FaultKind.FULL, FaultKind.CLOCK, FaultKind.PEER)
PEERS = (Peer.ZENDESK, Peer.SLACK)
SCOPES = (Scope.ALL, Scope.SENDING, Scope.SWEEP, Scope.HISTORY)


@dataclass(slots=True)
class Breaker:
    """Breaks one thing at a time.

    Attributes:
        faults: what was broken, in order.
        taken_over: seconds from a worker's death until others held its leases.
        restarted: seconds from the death of a process that listens until it worked again.
        ended: processes that ended by themselves, which none should.
    """

    cluster: Cluster
    sandbox: Sandbox
    chance: random.Random
    kinds: tuple[FaultKind, ...]
    faults: list[Fault] = field(default_factory=list)
    taken_over: list[float] = field(default_factory=list)
    restarted: list[float] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def strike(self) -> Fault:
        """Break something, mend it, and say what it was."""
        kind = self.chance.choice(self.kinds)
        since = datetime.now(UTC)
        fault = self._ways[kind](since)
        self.faults.append(fault)
        self.ended += self.cluster.revive()
        return fault

    @property
    def _ways(self) -> Mapping[FaultKind, Callable[[datetime], Fault]]:
        return {
            FaultKind.KILL_WORKER: self._kill_worker,
            FaultKind.KILL_WEB: self._kill_web,
            FaultKind.STOP: self._stop,
            FaultKind.RESTART: self._restart,
            FaultKind.CUT: self._cut,
            FaultKind.FULL: self._fill,
            FaultKind.CLOCK: self._set_clock,
            FaultKind.PEER: self._peer,
        }

    def _kill_worker(self, since: datetime) -> Fault:
        workers = self.cluster.workers
        # Where a machine is so busy that a start takes longer than the pause between two kills, nobody would be left.
        comes(lambda: sum(map(works, workers)) > 1)
        who, seconds = self.cluster.kill_worker(self.chance.randrange(len(workers)))
        self.taken_over.append(seconds)
        return Fault(f"worker {who} killed, taken over after {seconds:.1f} s", since, since, hinders=False)

    def _kill_web(self, since: datetime) -> Fault:
        cluster = self.cluster
        if cluster.is_one:
            began = time.monotonic()
            self._watch(cluster.kill_web(0), began)
            took = time.monotonic() - began
            return Fault(f"slabot run killed, works again after {took:.1f} s", since, _now(), grace=LOOKED_UP)
        alive = [number for number, web in enumerate(cluster.webs) if works(web)]
        if len(alive) < 2:  # whoever runs two webs wants one of them to be there
            return self._kill_worker(since)
        began, started = time.monotonic(), cluster.kill_web(self.chance.choice(alive))
        threading.Thread(target=self._watch, args=(started, began), daemon=True).start()
        return Fault("a web killed", since, since, hinders=False)

    def _watch(self, started: Running, began: float) -> None:
        """Note how long it takes until a process works again."""
        if comes(lambda: started.process.poll() is not None or works(started)) and works(started):
            self.restarted.append(time.monotonic() - began)

    def _stop(self, since: datetime) -> Fault:
        one = self.cluster.is_one
        victim = self.chance.choice(self.cluster.webs if one else self.cluster.workers)
        self.cluster.pause(victim, self.chance.uniform(1, 9))
        return Fault(f"process {victim.place} stopped in its tracks", since, _now(), hinders=one, stops=True)

    def _restart(self, since: datetime) -> Fault:
        database = self._postgres()
        mode = self.chance.choice(("fast", "immediate"))
        database.stop(mode)
        time.sleep(self.chance.uniform(0, 4))
        database.start()
        return Fault(f"PostgreSQL restarted ({mode})", since, _now(), grace=RECONNECTED)

    def _cut(self, since: datetime) -> Fault:
        ended = self._postgres().cut(self.chance.uniform(0.3, 1))
        return Fault(f"{ended} connections to PostgreSQL cut", since, since, hinders=False)

    def _fill(self, since: datetime) -> Fault:
        database = self.cluster.database
        database.disk.fill()
        time.sleep(self.chance.uniform(2, 8))
        database.disk.free()
        fault = Fault("the store's disk full", since, _now(), grace=RECONNECTED)
        if isinstance(database, OwnPostgres):
            fault = replace(fault, until=self._up_again(database))
        return fault

    def _up_again(self, database: OwnPostgres) -> datetime:
        """PostgreSQL gives up where it cannot write its log; a supervisor starts it again."""
        for _ in range(50):
            try:
                database.start()
                with psycopg.connect(database.url, connect_timeout=2) as connection:
                    connection.execute("SELECT 1")
                return _now()
            except (psycopg.Error, OSError):
                time.sleep(0.3)
        return _now()

    def _set_clock(self, since: datetime) -> Fault:
        by = timedelta(seconds=self.chance.choice((-1, 1)) * self.chance.randrange(4, 60))
        self.cluster.set_clock(by)
        time.sleep(self.chance.uniform(2, 8))
        self.cluster.set_clock(timedelta())
        way = "ahead" if by > timedelta() else "back"
        seconds = abs(by).total_seconds()
        return Fault(f"the clock set {way} by {seconds:.0f} s and right again", since, _now(), ahead=by)

    def _peer(self, since: datetime) -> Fault:
        cell = self.chance.choice([cell for cell in CELLS if _bears(cell)])
        for rule in cell.rules((), pace=1.0):
            self.sandbox.misbehave(replace(rule, lets_go=True))
        time.sleep(self.chance.uniform(2, 8))
        assert self.sandbox.proxy is not None
        self.sandbox.proxy.rules.clear()
        return Fault(cell.name, since, _now(), grace=TRIED_AGAIN)

    def _postgres(self) -> OwnPostgres:
        assert isinstance(self.cluster.database, OwnPostgres)
        return self.cluster.database


def _bears(cell: Cell) -> bool:
    """True for what is over when it is over: who asks for a pause of ten days, or names a date, gets it."""
    asks = cell.fault.more.get("retry_after")
    return cell.peer in PEERS and cell.scope in SCOPES and asks != TEN_DAYS and cell.believed_until is None


def _now() -> datetime:
    return datetime.now(UTC)
