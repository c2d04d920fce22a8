"""slabot as people run it: one process on SQLite, webs and workers on PostgreSQL.

Promise: the real commands, each a process that can be killed or stopped, and is started again as a supervisor would.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg

from tests.campaign.databases import OwnPostgres, OwnSqlite
from tests.campaign.set_clock import set_ahead
from tests.fixtures.several import Running, Several

GIVE_UP = 60.0  # seconds; then a lease is taken for one that nobody takes over
LOOKS = 0.05  # seconds between two looks at the leases


def works(one: Running) -> bool:
    """True once it has started whole, and until it ends."""
    return one.process.poll() is None and "Ctrl-C ends it" in one.logged()


@dataclass(slots=True)
class Cluster:
    """The processes of a campaign.

    Attributes:
        database: where the store is.
        folder: for the policy file, the logs and the clock.
        environment: what the processes find.
    """

    database: OwnSqlite | OwnPostgres
    folder: Path
    environment: Mapping[str, str]
    webs: list[Running] = field(default_factory=list)
    workers: list[Running] = field(default_factory=list)
    _several: Several = field(init=False)

    def __post_init__(self) -> None:
        """Nothing is started yet."""
        self.set_clock(timedelta())
        program = ("-m", "tests.campaign.set_clock", str(self._clock))
        checkout = str(Path(__file__).parents[2])
        self._several = Several(self.folder, {**self.environment, "PYTHONPATH": checkout}, program)

    @property
    def is_one(self) -> bool:
        """True where one process does everything."""
        return isinstance(self.database, OwnSqlite)

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"

    def start(self, policy: str, webs: int, workers: int) -> list[str]:
        """Start everything, and wait until it works; the addresses that listen."""
        self._several.policy(policy)
        if self.is_one:
            self.webs = [self._several.start("run")]
        else:
            self.webs = [self._several.start("web") for _ in range(webs)]
            self.workers = [self._several.start("worker") for _ in range(workers)]
        for each in (*self.webs, *self.workers):
            self._several.wait(each)
        return [web.url for web in self.webs]

    def set_clock(self, ahead: timedelta) -> None:
        """Set the clock of all processes."""
        set_ahead(self._clock, ahead)

    def kill_worker(self, number: int) -> tuple[str, float]:
        """Kill a worker and start another one; its place, and seconds until others held all its leases."""
        held, victim = self._holders(), self.workers[number]
        mine = {name for name, (place, _) in held.items() if place.endswith(victim.place)}
        dead = {holder for place, holder in held.values() if place.endswith(victim.place)}
        victim.kill()
        began = time.monotonic()
        self.workers[number] = self._several.start("worker")

        def is_taken_over() -> bool:
            now = self._holders()
            return all(now.get(name, ("", ""))[0] and now[name][1] not in dead for name in mine)

        while not is_taken_over() and time.monotonic() - began < GIVE_UP:
            time.sleep(LOOKS)
        return f"{victim.place} with {len(mine)} leases", time.monotonic() - began

    def kill_web(self, number: int) -> Running:
        """Kill a process that listens and start it again on its port; it may take a moment until it works."""
        victim = self.webs[number]
        victim.kill()
        command = "run" if self.is_one else "web"
        self.webs[number] = self._several.start(command, port=int(victim.url.rpartition(":")[2]))
        return self.webs[number]

    def revive(self) -> list[str]:
        """Start again whatever ended by itself; which, with the end of what it logged."""
        ended = []
        for kind, processes in (("web", self.webs), ("worker", self.workers)):
            for number, each in enumerate(processes):
                if each.process.poll() is not None:
                    code = each.process.poll()
                    ended.append(f"{each.log.name} ended by itself with {code}: {each.logged()[-500:]}")
                    command = "run" if self.is_one else kind
                    port = int(each.url.rpartition(":")[2]) if each.url else None
                    processes[number] = self._several.start(command, port=port)
        return ended

    def pause(self, one: Running, seconds: float) -> None:
        """Stop a process in its tracks, and let it go on."""
        one.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        one.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End everything."""
        self._several.stop()

    def logs(self) -> str:
        """Errors that were logged, with the file's name."""
        lines = []
        for each in self._several.running:
            wrong = [line for line in each.logged().splitlines() if "broke" in line or "Traceback" in line]
            lines += [f"{each.log.name}: {line}" for line in wrong]
        return "\n".join(lines)

    def _holders(self) -> dict[str, tuple[str, str]]:
        """Place and name of the holder of each lease; empty where it is gone."""
        with psycopg.connect(self.database.url) as connection:
            rows = connection.execute(
                "SELECT lease.name, coalesce(process.place, ''), lease.holder FROM lease "
                "LEFT JOIN process ON process.name = lease.holder"
            )
            return {name: (place, holder) for name, place, holder in rows}
