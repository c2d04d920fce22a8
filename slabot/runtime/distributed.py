"""Run the actors of one of several workers, in real time.

Promise: what there is only one of is done by the worker that holds its lease, and by another one within seconds of its
end; of what is handed out each worker does a part. Whatever brings work wakes the process that has to do it. Stopping
finishes what is under way and gives the leases to the others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog

from slabot.domain import SlabotError
from slabot.runtime.actors import RuntimeActor
from slabot.runtime.alarm import SharedAlarm, SharedLooks
from slabot.runtime.asking.client import ModelClient
from slabot.runtime.asking.lane import ModelQuestions
from slabot.runtime.audit.auditor import Auditor
from slabot.runtime.clock_watch import ClockWatch
from slabot.runtime.delivery.alerts import Alerts
from slabot.runtime.delivery.loop import Delivery, LaneHandler
from slabot.runtime.delivery.pages import Pages
from slabot.runtime.delivery.summaries import Summaries, SummaryPlanner
from slabot.runtime.delivery.updates import Updates
from slabot.runtime.delivery.writes import Writes
from slabot.runtime.embedded import LAST, Wakers
from slabot.runtime.ending import EndingThreads
from slabot.runtime.engine import LOOKS, Engine, Follow, WorkHint, reads_of
from slabot.runtime.leases import DEAD, SURE, Leases
from slabot.runtime.parts import LEASE, Parts
from slabot.runtime.presence import Presence
from slabot.runtime.reading.reader import SnapshotReader
from slabot.runtime.reading.sweeping import Sweeper
from slabot.runtime.recording import Recording
from slabot.runtime.store_loss import StoreLoss
from slabot.runtime.terms import Duty, LeaseTerm, Pools
from slabot.runtime.upkeep import Upkeep
from slabot.store import LedgerEvent, ledger

HELPDESK = "helpdesk "  # how the lease of a helpdesk begins
SOCKETS = "slack socket"
# Whoever had a lane before has not relied on its lease for DEAD - SURE; what it began before that may last for LEASE.
STILL_SENDING = LEASE - timedelta(seconds=DEAD - SURE)
_LANES: Mapping[str, Callable[[Parts], LaneHandler[Any]]] = {
    "pages": partial(Pages, at_once=1),  # the others leave as soon as another worker has the lane
    "writes": Writes,
    "updates": Updates,
    "alerts": Alerts,
}

log = structlog.get_logger("slabot.runtime")


class Listener(Protocol):
    """Hears that another process has brought work."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self) -> None:
        """End."""


class Extra(Protocol):
    """Something else that one process at a time does."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop(self, patience: timedelta = ...) -> None:
        """End."""


def duties_of(parts: Parts) -> list[Duty]:
    """What one worker at a time does, the most urgent first."""
    lanes = [Duty(name, partial(_lane, name)) for name in _LANES]
    helpdesks = [Duty(f"{HELPDESK}{name}", partial(_helpdesk, name)) for name in parts.adapters]
    return [
        Duty("alarm", lambda parts, _: {"alarm": SharedAlarm(parts)}),
        *lanes[:1],
        *helpdesks,
        *lanes[1:],
        Duty("audit", lambda parts, _: {"auditor": Auditor(parts)}),
        Duty("summaries", _summaries),
        *([] if parts.model is None else [Duty("language model", partial(_questions, parts.model))]),
        Duty("upkeep", lambda parts, _: {"upkeep": Upkeep(parts), "recording": Recording(parts)}),
    ]


def _lane(name: str, parts: Parts, pools: Pools) -> Mapping[str, RuntimeActor]:
    return {name: Delivery(parts, _LANES[name](parts), pools, after_another=STILL_SENDING)}


def _summaries(parts: Parts, pools: Pools) -> Mapping[str, RuntimeActor]:
    sent = Delivery(parts, Summaries(parts), pools, after_another=STILL_SENDING)
    return {"summary planner": SummaryPlanner(parts), "summaries": sent}


def _questions(model: ModelClient, parts: Parts, pools: Pools) -> Mapping[str, RuntimeActor]:
    """All calls that a day allows are counted in the store, and one worker makes them."""
    return {"questions": Delivery(parts, ModelQuestions(parts, model), pools, after_another=STILL_SENDING)}


def _helpdesk(name: str, parts: Parts, pools: Pools) -> Mapping[str, RuntimeActor]:
    """All that is counted against the account's limits comes from one process, so that it is counted exactly."""
    adapter = parts.adapters[name]
    return {
        f"read {name}": SnapshotReader(parts, adapter, pools(f"read {name}")),
        f"sweep {name}": Sweeper(parts, adapter),
    }


class Distributed:
    """The actors of one worker."""

    def __init__(
        self,
        parts: Parts,
        wakers: Wakers,
        *,
        leases: Leases,
        engine: Engine,
        listener: Listener,
        extras: Mapping[str, Callable[[], Extra]],
    ) -> None:
        """Nothing runs yet.

        Args:
            parts: of the runtime.
            wakers: of its threads.
            leases: of this process, which is to hold those of its duties and extras.
            engine: that hands out hints.
            listener: that wakes the threads when another process brings work.
            extras: what else one process at a time does, by the lease's name.
        """
        self._parts, self._wakers, self._leases, self._engine = parts, wakers, leases, engine
        self._listener, self._extras = listener, extras
        self._duties = {duty.lease: duty for duty in duties_of(parts)}
        leases.want((*self._duties, *extras))
        self._terms: dict[str, LeaseTerm] = {}
        self._begun: dict[str, Extra] = {}
        self._looks = SharedLooks(parts)
        self._served: tuple[str, ...] = ()
        self._presence = Presence(parts.store, parts.clock, StoreLoss(parts).tell)
        self._clock_watch = ClockWatch(parts)
        self._turns = threading.Lock()  # while terms begin or end
        self._runs = False

    def start(self) -> None:
        """Begin; returns at once."""
        self._runs = True
        self._presence.start()
        self._engine.start()
        self._listener.start()
        self._clock_watch.on_set_back = self._begin_anew
        self._leases.after_beat = self._follow_leases
        self._leases.start()

    def stop(self, patience: timedelta = timedelta(seconds=7)) -> None:
        """Let everything under way finish, then give the leases to the others. Harmless where it was never started.

        Args:
            patience: how long to wait for that in all.
        """
        self._parts.stopping.set()
        if self._parts.model is not None:
            self._parts.model.close()  # nobody waits for its answer; another worker asks once more
        runs, self._runs = self._runs, False
        if not runs:
            self._engine.stop(patience)
            return
        self._wakers.wake()
        self._listener.stop()
        with self._turns:
            terms, begun = list(self._terms.values()), list(self._begun.values())
        for term in terms:
            term.end()
        ending = EndingThreads(
            (
                *(each.stop for each in begun),
                *(wait for term in terms for wait in term.waits()),
                partial(self._engine.stop, patience),
            )
        )
        all_ended = ending.wait(patience)
        for adapter in self._parts.adapters.values():
            adapter.close()
        all_ended = ending.wait(LAST) or all_ended
        if all_ended:
            self._leases.stop()
        self._log_stopped(all_ended=all_ended)
        self._presence.stop()

    # -- terms --------------------------------------------------------------------------------------------------------

    def _follow_leases(self) -> None:
        """After each beat: begin what this process has to do now, and end what it has not."""
        with self._turns:
            if self._parts.stopping.is_set():
                return
            for lease in self._leases.surplus:
                self._hand_over(lease)
            for lease, duty in self._duties.items():
                self._turn(lease, duty)
            for lease, make in self._extras.items():
                self._turn_extra(lease, make)
            self._serve()
        self._clock_watch.drain()

    def _turn(self, lease: str, duty: Duty) -> None:
        term = self._terms.get(lease)
        if term is not None and term.is_over:
            term.end()
            if not term.has_ended:
                return  # a new one begins when nothing of this one is under way
            del self._terms[lease]
            term = None
        if term is None and self._leases.holds(lease) and lease not in self._leases.surplus:
            log.info("lease.taken", lease=lease)
            self._terms[lease] = LeaseTerm(duty, self._parts, self._wakers, partial(self._leases.holds, lease))

    def _turn_extra(self, lease: str, make: Callable[[], Extra]) -> None:
        begun, holds = self._begun.get(lease), self._leases.holds(lease) and lease not in self._leases.surplus
        if holds and begun is None:
            self._begun[lease] = extra = make()
            extra.start()
        elif begun is not None and not holds:
            del self._begun[lease]
            begun.stop()

    def _hand_over(self, lease: str) -> None:
        """End what a lease stands for; it is given back once nothing of it is under way."""
        if (begun := self._begun.pop(lease, None)) is not None:
            begun.stop()
        term = self._terms.get(lease)
        if term is not None:
            term.end()
            if not term.has_ended:
                return
            del self._terms[lease]
        self._leases.give_back(lease)

    def _begin_anew(self) -> None:
        """End all terms; the next beats begin new ones, which know what the clock shows now."""
        with self._turns:
            for term in self._terms.values():
                term.end()

    # -- hints --------------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        """Follow the hints that concern this process now."""
        if self._leases.stands_back:
            queues = dict[str, Follow]()
        else:
            queues = {LOOKS: self._looks.follow}
            read_here = (name for name in self._parts.adapters if f"{HELPDESK}{name}" in self._terms)
            queues |= {reads_of(name): self._read for name in read_here}
        if tuple(queues) != self._served:
            self._served = tuple(queues)
            self._engine.serve(queues)

    def _read(self, hint: WorkHint) -> None:
        """The helpdesk's reader knows in which order; it may be asleep."""
        if (term := self._terms.get(f"{HELPDESK}{hint.helpdesk}")) is not None:
            term.wake()

    def _log_stopped(self, *, all_ended: bool) -> None:
        """In the ledger; a store that takes no more rows keeps nobody from ending."""
        text = "a worker was stopped, and what was under way is finished"
        if not all_ended:
            text = "a worker was stopped before everything had finished; another one settles what was under way"
        now = self._parts.now()
        try:
            self._parts.write(lambda conn: ledger.write(conn, now, LedgerEvent.SLABOT_STOPPED, text, None, None))
        except SlabotError as error:
            log.warning("slabot.stopped", reason=str(error))
