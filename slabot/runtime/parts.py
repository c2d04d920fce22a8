"""The parts of the running bot, which its actors share.

Promise: every part is handed in; nothing here opens, reads or starts anything by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from adapters.base import Adapter
from slabot.channels.base import Channel
from slabot.channels.slack.sender import SlackSender
from slabot.clock import Clock
from slabot.domain import utc
from slabot.policy import Policy, Way
from slabot.rules import NO_PAST, Decision, PastPolicies, decide
from slabot.runtime.agent_names import AgentNames
from slabot.runtime.asking.client import ModelClient
from slabot.runtime.audit.heartbeat import Heartbeat
from slabot.runtime.company import ALONE, Company
from slabot.runtime.engine import Hints, NoHints
from slabot.runtime.serving.refusals import Refusals
from slabot.store import Store, StoredTicket
from slabot.store.absences import Absence

RECHECK = 2.0  # seconds that a page may wait for the helpdesk before it goes out unchecked
# After this, work that was being sent has an unknown outcome; longer than every HTTP time-out of ours.
LEASE = timedelta(seconds=6)
SWEEP_EVERY = timedelta(seconds=60)  # helpdesks withhold the last minute; sweeping sooner finds nothing more
LATE = timedelta(seconds=60)  # a page that leaves later than this after its time says how late it is
DOWN = timedelta(seconds=10)  # before a helpdesk that did not answer is asked again
LONGEST_SLEEP = timedelta(seconds=30)  # an actor looks at least this often, should a wake-up ever be missed

_WORK = "slabot.runtime: this transaction brings work"

T = TypeVar("T")


class Waker(Protocol):
    """Wakes threads that sleep until a later instant, because work came sooner."""

    def wake(self) -> None:
        """There is work now."""


class NoWaker:
    """Wakes nobody, for a runtime that is driven."""

    def wake(self) -> None:
        """Nothing to wake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that the actors of the runtime share.

    Attributes:
        policy: with ``start_from`` filled in.
        policy_version: its number in the store.
        past: the policies of before, by which clocks that have stopped are judged.
        adapters: by the helpdesk's name in the file.
        sender: to people in Slack: dialogs, answers, the directory; None where the policy names no Slack.
        started_at: when this process began; a page planned before it is late because slabot was not running.
        channels: by the kind of destination.
        heartbeat: sent as long as the audit finds nothing wrong; None where the policy names none.
        absence: the time before this start that the store knows nothing of; None after a mere restart.
        agent_names: the names of agents, as far as they were read.
        refusals: of requests to the web server, counted.
        model: the language model that is asked beside the reader; None where the policy names none.
        stopping: set once the process is to end: nothing new is begun, what is under way is finished.
        hints: where work for other processes is put.
        announce: tells other processes, within a transaction, that it brings work.
        company: the processes that share the store.
    """

    store: Store
    policy: Policy
    policy_version: int
    adapters: Mapping[str, Adapter]
    sender: SlackSender | None
    clock: Clock
    started_at: datetime
    waker: Waker = field(default_factory=NoWaker)
    sweep_every: timedelta = SWEEP_EVERY
    channels: Mapping[Way, Channel] = field(default_factory=dict)
    heartbeat: Heartbeat | None = None
    absence: Absence | None = None
    agent_names: AgentNames = field(default_factory=AgentNames)
    refusals: Refusals = field(default_factory=Refusals)
    stopping: threading.Event = field(default_factory=threading.Event)
    past: PastPolicies = NO_PAST
    model: ModelClient | None = None
    hints: Hints = field(default_factory=NoHints)
    announce: Callable[[Connection], None] = lambda _: None
    company: Company = ALONE

    def decide(self, stored: StoredTicket, now: datetime) -> Decision:
        """Decide about a stored ticket; see `slabot.rules.decide`."""
        return decide(stored.ticket, stored.timeline, self.policy, now, past=self.past)

    def write(self, fn: Callable[[Connection], T]) -> T:
        """Write to the store; threads that get work by it are woken after the commit, when they can see it.

        Raises:
            StoreUnavailable: nothing was written.
        """
        brings_work = False

        def watched(conn: Connection) -> T:
            nonlocal brings_work
            conn.info.pop(_WORK, None)  # of a transaction that failed
            result = fn(conn)
            brings_work = conn.info.pop(_WORK, False)
            if brings_work:
                self.announce(conn)
            return result

        result = self.store.write(watched)
        if brings_work:
            self.waker.wake()
        return result

    def may_be_forgotten(self, at: datetime) -> bool:
        """True if an action that was due then may have been done before the store was replaced by an older one."""
        return self.absence is not None and at < self.absence.until

    def started_by(self, now: datetime) -> None:
        """The wall clock was set back to ``now``: this process did not begin later than that."""
        object.__setattr__(self, "started_at", min(self.started_at, now))

    def begin_with(self, start_from: datetime) -> None:
        """Page about tickets from that instant on: the day of installation was noted by a clock that was ahead."""
        object.__setattr__(self, "policy", self.policy.model_copy(update={"start_from": start_from}))

    def now(self) -> datetime:
        """The present second."""
        return utc(self.clock.now())


def brings_work(conn: Connection) -> None:
    """Say that somebody may have work once this transaction is committed; see `Parts.write`."""
    conn.info[_WORK] = True
