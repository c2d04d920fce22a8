"""Agree with the other processes on one store on who does what there is only one of.

Promise: what a lease stands for is done by one process at a time. A process relies on its leases for `SURE` seconds
after the beginning of its last beat; the others find it dead after `DEAD` seconds without one, as they themselves have
watched it. So a process that died, hangs, or has lost the store has stopped before another one begins, and no machine's
clock is compared with another's. Leases are shared out evenly; who holds too many gives some back.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from slabot.clock import Clock
from slabot.domain.sentences import clause
from slabot.rules.words import listed
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, Store, StoreError, ledger, policies, processes
from slabot.store.processes import Process, ProcessKind

BEAT = 0.5  # seconds of real time between two beats
DEAD = 3.0  # seconds without a beat after which a process is taken for dead
WHOLE = "everything"  # the lease of a process that does everything by itself: there is only one of these
SURE = 2.0  # seconds for which a process relies on its leases without a beat; less than DEAD by what a clock may drift

log = structlog.get_logger("slabot.runtime")


@dataclass(frozen=True, slots=True)
class LivingProcesses:
    """What a beat has shown of all processes.

    Attributes:
        living: with this one.
        in_force: the version of the policy that was put in force last.
    """

    living: Sequence[Process] = ()
    in_force: int | None = None

    def workers(self) -> list[Process]:
        """Those that share the leases, by the policy that they read: where several are at work, one is newer."""
        workers = [each for each in self.living if each.kind is ProcessKind.WORKER]
        newest = [each for each in workers if each.policy_version == self.in_force]
        return newest or workers  # with no worker of the newest policy alive, the others do better than nobody

    def whole(self, *, but: str = "") -> Process | None:
        """A process that does everything by itself, other than the one of that name."""
        return next((each for each in self.living if each.kind is ProcessKind.RUN and each.name != but), None)


class Leases:
    """The beats of this process, and the leases that it holds."""

    def __init__(self, store: Store, clock: Clock, process: Process) -> None:
        """Nothing is held yet.

        Args:
            store: that the processes share.
            clock: of which only durations are read.
            process: this one, without a name.
        """
        self._store, self._clock = store, clock
        self._wanted: tuple[str, ...] = ()
        self._process = replace(process, name=_name())
        self._held: frozenset[str] = frozenset()
        self._sure_until = float("-inf")
        self._watched: dict[str, tuple[int, float]] = {}  # beats of the others, and since when they are so many
        self._looked_at = float("-inf")
        self._entered = False
        self._stands_back = ""
        self.company = LivingProcesses()
        """As the last beat has shown it."""
        self.surplus: tuple[str, ...] = ()
        """Leases to be given back, once what they stand for has ended: others hold fewer."""
        self.after_beat: Callable[[], None] = lambda: None
        """Called after each beat, and after each that could not be made."""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep_beating, name="leases", daemon=True)

    def want(self, leases: Sequence[str]) -> None:
        """Hold these, as many as are this process's share; the most urgent first."""
        self._wanted = tuple(leases)

    def read_policy(self, version: int) -> None:
        """Say which policy this process reads, where that was not known at its first beat."""
        self._process = replace(self._process, policy_version=version)
        self._store.write(lambda conn: processes.read_policy(conn, self._process.name, version))

    def findings(self) -> Sequence[str]:
        """What is not in order between the processes; see `slabot.runtime.company`."""
        living, found = self.company.living, list[str]()
        if not living:
            return ()  # nothing is known yet
        if all(each.kind is ProcessKind.WEB for each in living):
            found.append("no worker runs, so nothing is read, decided or sent; start one with slabot worker")
        if self._stands_back:
            found.append(f"this worker stands back: {clause(self._stands_back)}")
        in_force = self.company.in_force
        found += (
            f"the {each.kind.value} process {each.place} reads policy version {each.policy_version}, and version "
            f"{in_force} is in force; restart it with the same file as the others"
            for each in living
            if in_force not in (None, each.policy_version)
        )
        return found

    def is_overruled(self) -> bool:
        """True if a worker that lives reads the policy in force, and this process another one."""
        in_force = self.company.in_force
        return in_force not in (None, self._process.policy_version) and any(
            each.policy_version == in_force for each in self.company.workers()
        )

    def start(self) -> None:
        """Show that this process lives, from now on."""
        self._thread.start()

    def stop(self, patience: timedelta = timedelta(seconds=1)) -> None:
        """Leave, so that the others need not wait. Harmless where it was never started."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join(patience.total_seconds())
        self.leave()

    def leave(self) -> None:
        """Give every lease back and be gone."""
        self._held, self._sure_until = frozenset(), float("-inf")
        if not self._entered:
            return
        self._entered = False
        try:
            self._store.write(lambda conn: processes.leave(conn, self._process.name))
        except StoreError as error:  # the others find out by themselves
            log.warning("process.left_unsaid", reason=str(error))

    def holds(self, lease: str) -> bool:
        """True while this process may do what the lease stands for."""
        return lease in self._held and self._clock.monotonic() < self._sure_until

    def other_whole(self) -> Process | None:
        """Another process that does everything, and has the lease for it; None where there is none."""
        if WHOLE in self._held:
            return None
        return self.company.whole(but=self._process.name)

    @property
    def stands_back(self) -> str:
        """Why this process holds no lease; empty if nothing keeps it from holding some."""
        return self._stands_back

    def give_back(self, lease: str) -> None:
        """What it stands for has ended here."""
        self._held -= {lease}
        self.surplus = tuple(each for each in self.surplus if each != lease)
        self._store.write(lambda conn: processes.give_back(conn, [lease], self._process.name))

    def beat(self) -> None:
        """Show once that this process lives, take out the dead, and take what is free.

        Raises:
            StoreError: nothing is changed; the leases are good for a while yet.
        """
        began = self._clock.monotonic()
        if began - self._looked_at > DEAD / 2:
            self._watched.clear()  # this process itself was away: who beat meanwhile was not seen
        company, held = self._store.write(lambda conn: self._beat(conn, began))
        self._looked_at = began
        self._entered = True
        self._held, self._sure_until, self.company = held, began + SURE, company
        self._say_standing_back(self._reason(company))
        share = self._share(company)
        self.surplus = tuple(lease for lease in self._wanted if lease in held)[share:]

    # -- one beat -----------------------------------------------------------------------------------------------------

    def _beat(self, conn: Connection, began: float) -> tuple[LivingProcesses, frozenset[str]]:
        if not (self._entered and processes.beat(conn, self._process.name)):
            # The others took it for dead, so whatever it held is theirs: it comes back as another one.
            self._process = replace(self._process, name=_name())
            processes.enter(conn, self._process)
        everyone = processes.everyone(conn)
        holders = dict(processes.holders(conn))
        dead = [each for each in everyone if self._is_dead(each, began) and processes.take_out(conn, each)]
        living = [each for each in everyone if each not in dead]
        company = LivingProcesses(living, policies.in_force(conn))
        mine = {lease for lease, holder in holders.items() if holder == self._process.name}
        taken = self._take(conn, company, holders, mine)
        for each in dead:
            self._tell_of_dead(conn, each, [lease for lease in taken if holders.get(lease) == each.name])
        self._watched = {name: seen for name, seen in self._watched.items() if name in {each.name for each in living}}
        return company, frozenset(mine | set(taken))

    def _is_dead(self, other: Process, now: float) -> bool:
        if other.name == self._process.name:
            return False
        beats, since = self._watched.get(other.name, (-1, now))
        if beats != other.beats:
            self._watched[other.name] = (other.beats, now)
            return False
        return now - since >= DEAD

    def _take(self, conn: Connection, company: LivingProcesses, holders: dict[str, str], mine: set[str]) -> list[str]:
        """Take of the free leases as many as are this process's share."""
        names = {each.name for each in company.living}
        free = [lease for lease in self._wanted if holders.get(lease) not in names]
        room = max(0, self._share(company) - len(mine))
        return [
            lease for lease in free[:room] if processes.take(conn, lease, self._process.name, of=holders.get(lease))
        ]

    def _share(self, company: LivingProcesses) -> int:
        """How many leases this process should hold."""
        if self._reason(company):
            return 0
        return -(-len(self._wanted) // max(1, len(company.workers())))

    def _reason(self, company: LivingProcesses) -> str:
        """Why this process should hold none."""
        if self._process.kind is not ProcessKind.WORKER:
            return ""
        whole = company.whole()
        if whole is not None:
            return (
                f"a slabot run ({whole.place}) works on the store and does everything by itself. End it, or end the "
                "workers: they take over within seconds"
            )
        if all(each.name != self._process.name for each in company.workers()):
            return (
                f"it reads policy version {self._process.policy_version}, and other workers have put version "
                f"{company.in_force} in force. Restart it with the same file as theirs"
            )
        return ""

    def _say_standing_back(self, why: str) -> None:
        if why and why != self._stands_back:
            log.warning("process.stands_back", reason=why)
            text = f"the worker {self._process.place} stands back: {why}"
            key = f"{self._process.name}/{self.company.in_force}"
            now = self._clock.now()
            event = LedgerEvent.PROCESS_STANDS_BACK
            self._store.write(lambda conn: ledger.write(conn, now, event, text, None, None, key))
        elif self._stands_back and not why:
            log.info("process.works_again")
        self._stands_back = why

    def _tell_of_dead(self, conn: Connection, dead: Process, taken: Sequence[str]) -> None:
        text = f"the {dead.kind.value} process {dead.place} has ended without a word"
        if taken:
            text += f"; {self._process.place} goes on with {listed(tuple(sorted(taken)))}"
        log.warning("process.lost", reason=clause(text))
        now = self._clock.now()
        ledger.write(conn, now, LedgerEvent.PROCESS_LOST, text, None, None, dead.name, facts={"took": sorted(taken)})

    def _keep_beating(self) -> None:
        while True:
            for act in (self.beat, self.after_beat):
                try:
                    act()
                except StoreError:
                    pass  # it is said by whoever needs the store; the leases run out by themselves
                except Exception as error:  # whatever it is, the next beat may succeed
                    log_unexpected("leases.broke", error, timedelta(seconds=BEAT))
            if self._ending.wait(BEAT):
                return


def _name() -> str:
    return uuid.uuid4().hex[:12]
