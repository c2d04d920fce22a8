"""Run all actors in one process, in real time.

Promise: each actor has a thread of its own, so that a slow sweep never holds up a page. A thread sleeps until its
actor's next instant, or until it is woken. Stopping waits for what is under way and loses nothing.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from slabot.domain import SlabotError
from slabot.rules.words import listed
from slabot.runtime.actors import Actors, RuntimeActor, make_actors
from slabot.runtime.delivery.summaries import SummaryPlanner
from slabot.runtime.ending import EndingThreads
from slabot.runtime.parts import LONGEST_SLEEP, Parts
from slabot.runtime.pools import EndingPool
from slabot.runtime.presence import Presence
from slabot.runtime.reading.sweeping import Sweeper
from slabot.runtime.store_loss import StoreLoss
from slabot.runtime.unexpected import log_unexpected
from slabot.store import LedgerEvent, ledger

THREADS = 8  # of one pool; they are made when they are needed
LAST = timedelta(seconds=1.5)  # for whoever waited for a helpdesk when it was closed
AFTER_ERROR = timedelta(seconds=5)  # before an actor goes on after something unexpected

log = structlog.get_logger("slabot.runtime")


class Wakers:
    """Wakes all threads at once; a thread that is woken for nothing reads an index and sleeps again."""

    def __init__(self) -> None:
        self._events: list[threading.Event] = []

    def new(self) -> threading.Event:
        """An event that is set at every wake-up."""
        event = threading.Event()
        self._events.append(event)
        return event

    def forget(self, event: threading.Event) -> None:
        """Whoever waited for it has ended."""
        self._events.remove(event)

    def wake(self) -> None:
        """Wake all threads."""
        for event in tuple(self._events):
            event.set()


class Embedded:
    """All actors of this process, each in its thread; sweeps, and when summaries are due, by APScheduler."""

    def __init__(self, parts: Parts, wakers: Wakers) -> None:
        self._parts, self._wakers = parts, wakers
        self._pools: list[EndingPool] = []
        self._actors: Actors = make_actors(parts, self._new_pool)
        self._threads: list[threading.Thread] = []
        self._booking = threading.Lock()  # while a sweep is booked, and while what is booked is taken back
        self._presence = Presence(parts.store, parts.clock, StoreLoss(parts).tell)
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}, timezone="UTC"
        )

    def start(self) -> None:
        """Begin; returns at once."""
        self._presence.start()
        self._actors.clock_watch.on_set_back = self._book_sweeps_again
        for name, actor in self._actors.everyone().items():
            if isinstance(actor, Sweeper | SummaryPlanner):
                self._sweep_at(self._parts.clock.now(), name, actor)
                continue
            thread = threading.Thread(target=self._work, args=(name, actor, self._wakers.new()), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._scheduler.start()

    def stop(self, patience: timedelta = timedelta(seconds=7)) -> None:
        """Let every actor finish what it is doing, then end.

        Args:
            patience: how long to wait for that in all. Then the helpdesks are closed, which ends whoever waits for one;
                what takes longer still is settled by the next start.
        """
        self._parts.stopping.set()
        if self._parts.model is not None:
            self._parts.model.close()  # nobody waits for its answer; it is asked once more after the next start
        self._wakers.wake()
        with (
            self._booking
        ):  # from here on no sweep books another; one that does waits for the scheduler, and that for it
            if self._scheduler.running:
                self._scheduler.remove_all_jobs()  # or it would stumble over one that is due while it shuts down
        ending = EndingThreads(
            (
                *(thread.join for thread in self._threads),
                lambda: self._scheduler.running and self._scheduler.shutdown(wait=True),
                *(partial(pool.shutdown, wait=True, cancel_futures=True) for pool in self._pools),
            )
        )
        ending.wait(patience)
        for adapter in self._parts.adapters.values():
            adapter.close()
        self._log_stopped(all_ended=ending.wait(LAST))
        self._presence.stop()

    def _log_stopped(self, *, all_ended: bool) -> None:
        """In the ledger, unless nothing was started; a store that takes no more rows keeps nobody from ending."""
        if not self._threads:
            return
        late = tuple(thread.name for thread in self._threads if thread.is_alive())
        text = "slabot was stopped, and what was under way is finished"
        if late or not all_ended:
            who = listed(late) or "everything"
            text = f"slabot was stopped before {who} had finished; the next start settles what was under way"
        now = self._parts.now()
        try:
            self._parts.write(lambda conn: ledger.write(conn, now, LedgerEvent.SLABOT_STOPPED, text, None, None))
        except SlabotError as error:
            log.warning("slabot.stopped", reason=str(error))

    def _new_pool(self, name: str) -> EndingPool:
        """Threads of one helpdesk or one kind of channel, so that a peer that hangs holds none of another's."""
        self._pools.append(EndingPool(THREADS, name))
        return self._pools[-1]

    def _book_sweeps_again(self) -> None:
        """Ask each sweeper now: the scheduler waits for what the wall clock showed before it was set back."""
        for job in self._scheduler.get_jobs():
            job.reschedule("date", run_date=self._parts.clock.now())

    def _sweep_at(self, instant: datetime, name: str, sweeper: Sweeper | SummaryPlanner) -> None:
        """Each sweep names the time of the next one: sooner than usual after an error.

        Each is a job of its own. The next run of the same job would be left out while this one is ending, and with it
        all that follow. Once slabot is stopping, none is booked.
        """
        with self._booking:
            if not self._parts.stopping.is_set():
                self._scheduler.add_job(self._sweep, "date", run_date=instant, args=[name, sweeper])

    def _sweep(self, name: str, sweeper: Sweeper | SummaryPlanner) -> None:
        clock = self._parts.clock
        following = clock.now()
        try:
            sweeper.drain()
            following = max(sweeper.next_instant(), clock.now())
        except Exception as error:
            following = clock.now() + AFTER_ERROR
            log.error("sweep.failed", actor=name, reason=log_unexpected("sweep.broke", error, AFTER_ERROR, actor=name))
        finally:
            self._sweep_at(following, name, sweeper)

    def _work(self, name: str, actor: RuntimeActor, waker: threading.Event) -> None:
        clock, stopping = self._parts.clock, self._parts.stopping
        while True:
            waker.clear()  # before looking whether to stop, and for work: a wake-up from now on is not missed
            if stopping.is_set():
                return
            try:
                if actor.drain():
                    continue
                following = actor.next_instant()
            except SlabotError as error:
                log.error("actor.failed", actor=name, reason=str(error))
                clock.sleep_until(clock.now() + AFTER_ERROR, stopping)
                continue
            except Exception as error:
                # A mistake of ours must not silence the pages of all others.
                log_unexpected("actor.broke", error, AFTER_ERROR, actor=name)
                clock.sleep_until(clock.now() + AFTER_ERROR, stopping)
                continue
            latest = clock.now() + LONGEST_SLEEP
            clock.sleep_until(latest if following is None else min(following, latest), waker)
