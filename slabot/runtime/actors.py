"""The actors of the runtime: who does which work, and in which order.

Promise: every actor can be asked to do what can be done now, and when to ask it again. Whatever drives them, threads
or a test, needs nothing else; so the embedded runtime and a run in time lapse execute the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from slabot.runtime.alarm import Alarm
from slabot.runtime.asking.lane import ModelQuestions
from slabot.runtime.audit.auditor import Auditor
from slabot.runtime.clock_watch import ClockWatch
from slabot.runtime.delivery.alerts import Alerts
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.pages import Pages
from slabot.runtime.delivery.summaries import Summaries, SummaryPlanner
from slabot.runtime.delivery.updates import Updates
from slabot.runtime.delivery.writes import Writes
from slabot.runtime.parts import Parts
from slabot.runtime.reading.reader import SnapshotReader
from slabot.runtime.reading.sweeping import Sweeper
from slabot.runtime.recording import Recording
from slabot.runtime.upkeep import Upkeep


class RuntimeActor(Protocol):
    """An actor: work of one kind."""

    def drain(self) -> bool:
        """Do some of the work that can be done now; True if there was any."""

    def next_instant(self) -> datetime | None:
        """When there may be something to do; in the past if there is now, None if only an event brings work."""


@dataclass(frozen=True, slots=True)
class Actors:
    """All actors of one process."""

    sweepers: Sequence[Sweeper]
    readers: Sequence[SnapshotReader]
    alarm: Alarm
    pages: Delivery[Any]
    updates: Delivery[Any]
    writes: Delivery[Any]
    upkeep: Upkeep
    recording: Recording
    alerts: Delivery[Any]
    summary_planner: SummaryPlanner
    summaries: Delivery[Any]
    questions: Delivery[Any] | None
    auditor: Auditor
    clock_watch: ClockWatch

    def everyone(self) -> dict[str, RuntimeActor]:
        """All actors by name; pages before writes before updates, so that the urgent comes first where one thread
        drives them.
        """
        return {
            "clock watch": self.clock_watch,
            "alarm": self.alarm,
            "pages": self.pages,
            **{f"read {reader.helpdesk}": reader for reader in self.readers},
            "writes": self.writes,
            "updates": self.updates,
            "upkeep": self.upkeep,
            "recording": self.recording,
            "alerts": self.alerts,
            "summary planner": self.summary_planner,
            "summaries": self.summaries,
            **({} if self.questions is None else {"questions": self.questions}),
            "auditor": self.auditor,
            **{f"sweep {number}": sweeper for number, sweeper in enumerate(self.sweepers)},
        }

    def drain(self) -> bool:
        """Let every actor do what can be done now, once; True if any did something."""
        did = False
        for actor in self.everyone().values():
            did = actor.drain() or did
        return did

    def next_instant(self) -> datetime | None:
        """The earliest instant at which an actor wants to be asked again."""
        instants = (actor.next_instant() for actor in self.everyone().values())
        return min((instant for instant in instants if instant is not None), default=None)


def make_actors(parts: Parts, pools: Callable[[str], Executor] | None = None) -> Actors:
    """The actors for these parts.

    Args:
        parts: of the runtime.
        pools: makes threads that do several things of one kind at a time, one pool for each helpdesk and each channel;
            None for one after the other.
    """
    return Actors(
        sweepers=[Sweeper(parts, adapter) for adapter in parts.adapters.values()],
        readers=[
            SnapshotReader(parts, adapter, pools and pools(f"read {name}")) for name, adapter in parts.adapters.items()
        ],
        alarm=Alarm(parts),
        pages=Delivery(parts, Pages(parts), pools),
        updates=Delivery(parts, Updates(parts), pools),
        writes=Delivery(parts, Writes(parts), pools),
        upkeep=Upkeep(parts),
        recording=Recording(parts),
        alerts=Delivery(parts, Alerts(parts), pools),
        summary_planner=SummaryPlanner(parts),
        summaries=Delivery(parts, Summaries(parts), pools),
        questions=None if parts.model is None else Delivery(parts, ModelQuestions(parts, parts.model), pools),
        auditor=Auditor(parts),
        clock_watch=ClockWatch(parts),
    )
