"""Foresee which of the writes to come the governor holds back.

Promise: the same `govern` as at run time, run by run, over all tickets. A write that the budget holds is asked again in
the next run, until it goes; one that the circuit breaker holds waits for a person, and nobody acts in a forecast.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from slabot.policy import RunLimits
from slabot.rules import Brake, HeldBack, Proposal, govern

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """What becomes of a write that is held.

    Attributes:
        because: in the governor's words.
        until: when it goes after all; None where a person must approve it first.
    """

    brake: Brake
    because: str
    until: datetime | None


class Governor:
    """Runs of the governor to come."""

    def __init__(self, limits: RunLimits, *, open_tickets: int, every: timedelta) -> None:
        """Take the limits; a run begins with the first write and lasts for `every`."""
        self._limits, self._open, self._every = limits, open_tickets, every
        self._began: datetime | None = None
        self._went: list[Proposal] = []

    def held(self, writes: Iterable[tuple[datetime, Proposal]]) -> Mapping[str, Held]:
        """What is held, by the key of the act.

        Args:
            writes: when each is due, in any order.
        """
        found: dict[str, Held] = {}
        waiting = [(at, place, proposal) for place, (at, proposal) in enumerate(writes)]
        heapq.heapify(waiting)
        while waiting:
            now, due = waiting[0][0], list[tuple[int, Proposal]]()
            while waiting and waiting[0][0] == now:
                _, place, proposal = heapq.heappop(waiting)
                due.append((place, proposal))
            places = {proposal.action.key: place for place, proposal in due}
            for each in self._run([proposal for _, proposal in due], now):
                key = each.proposal.action.key
                found[key] = Held(each.brake, each.because, each.retry_at)
                if each.retry_at is not None:
                    heapq.heappush(waiting, (each.retry_at, places[key], each.proposal))
        return found

    def _run(self, proposals: Sequence[Proposal], now: datetime) -> Sequence[HeldBack]:
        """What is held of the writes that come at an instant; those that went in the same run count."""
        if self._began is None or now - self._began >= self._every:
            self._began, self._went = now, []
        run = govern([*self._went, *proposals], self._limits, open_tickets=self._open, now=now, every=self._every)
        coming = {proposal.action.key for proposal in proposals}
        # First in line whatever comes later, as it has gone.
        self._went += [
            replace(each, action=replace(each.action, at=_BEFORE_ALL))
            for each in run.allowed
            if each.action.key in coming
        ]
        return [each for each in run.held if each.proposal.action.key in coming]
