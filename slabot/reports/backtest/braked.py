"""Play tickets side by side, and let the governor hold back what they want to write together.

Promise: the same `govern` as at run time, run by run. What the budget holds is asked for again in the next run; what
the circuit breaker holds, after a quarter of an hour, until a person has approved it or it is wanted no more.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from slabot.domain import Approved, TicketRecord
from slabot.policy import Mode, Policy
from slabot.reports.play import Play, Played, as_told
from slabot.rules import NO_PAST, Action, Brake, Proposal, govern

RUN = timedelta(seconds=60)  # as `slabot.runtime.parts.SWEEP_EVERY`
ASKED = timedelta(minutes=15)  # as `slabot.runtime.delivery.write_limits`: when a stopped run is looked at again
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class OpenCount:
    """How many tickets are open at an instant, of those that are played elsewhere; to the minute."""

    def __init__(self, moves: Mapping[int, int]) -> None:
        """Args: by minute since 1970 UTC, how many more tickets were open from then on."""
        self._minutes = sorted(moves)
        self._counts = list(accumulate(moves[minute] for minute in self._minutes))

    def at(self, minute: int) -> int:
        """The count in a minute since 1970 UTC, what happened in it included."""
        place = bisect_right(self._minutes, minute)
        return self._counts[place - 1] if place else 0


class Together:
    """Some tickets under one policy, each up to an instant of its own.

    Attributes:
        held: how many writes were held, by what held them.
    """

    def __init__(
        self, records: Sequence[TicketRecord], policy: Policy, untils: Sequence[datetime], others: OpenCount
    ) -> None:
        """Begin each at its creation.

        Args:
            records: the tickets.
            policy: the rules.
            untils: how far each is played.
            others: the open tickets beside these.
        """
        self._policy, self._untils, self._others = policy, untils, others
        self._tickets = [record.ticket.reference for record in records]
        self._plays = [
            Play(record.ticket, as_told(record.timeline), policy, begins=None, past=NO_PAST) for record in records
        ]
        self._approved = [
            {event.key: event.at for event in record.timeline if isinstance(event, Approved)} for record in records
        ]
        self._open: list[bool] = [False] * len(records)
        self._began: datetime | None = None
        self._open_then = 0
        self._went: list[Proposal] = []
        self.held: Counter[Brake] = Counter()

    def play(self) -> list[Played]:
        """All of them to their ends, in the order in which they were given."""
        waiting: list[tuple[datetime, int]] = []
        for place in range(len(self._plays)):
            self._queue(waiting, place)
        while waiting:
            now = waiting[0][0]
            places: list[int] = []
            while waiting and waiting[0][0] == now:
                places.append(heapq.heappop(waiting)[1])
            self._instant(places, now)
            for place in places:
                self._plays[place].go_on(self._untils[place])
                self._queue(waiting, place)
        return [life.played(until) for life, until in zip(self._plays, self._untils, strict=True)]

    def _queue(self, waiting: list[tuple[datetime, int]], place: int) -> None:
        at = self._plays[place].at
        if at is not None and at <= self._untils[place]:
            heapq.heappush(waiting, (at, place))

    def _instant(self, places: Sequence[int], now: datetime) -> None:
        """Everything that is due at one instant, until nothing more is."""
        going = list(places)
        while going:
            wanted: list[tuple[int, Action]] = []
            acted: dict[int, list[Action]] = {}
            for place in going:
                for action in self._plays[place].due():
                    if action.kind.writes and action.mode is Mode.ACT:
                        wanted.append((place, action))
                    else:
                        acted.setdefault(place, []).append(action)
            for place, action in self._let_through(wanted, now):
                acted.setdefault(place, []).append(action)
            for place, actions in acted.items():
                self._plays[place].do(actions)
            for place in going:
                self._open[place] = not self._plays[place].decision.category.ended
            going = [place for place in going if place in acted]

    def _let_through(self, wanted: Sequence[tuple[int, Action]], now: datetime) -> list[tuple[int, Action]]:
        if not wanted:
            return []
        if self._began is None or now - self._began >= RUN:
            self._began, self._went = now, []
            self._open_then = sum(self._open) + self._others.at(int(now.timestamp()) // 60)
        places = {action.key: place for place, action in wanted}
        proposals = [
            Proposal(self._tickets[place], action, self._is_approved(place, action, now)) for place, action in wanted
        ]
        run = govern([*self._went, *proposals], self._policy.limits, open_tickets=self._open_then, now=now, every=RUN)
        for held in run.held:
            action = held.proposal.action
            if action.key in places:
                self.held[held.brake] += 1
                self._plays[places[action.key]].hold(action, held.retry_at or now + ASKED)
        allowed = [each for each in run.allowed if each.action.key in places]
        # First in line whatever comes later, as it has gone.
        self._went += [replace(each, action=replace(each.action, at=_BEFORE_ALL)) for each in allowed]
        return [(places[each.action.key], each.action) for each in allowed]

    def _is_approved(self, place: int, action: Action, now: datetime) -> bool:
        at = self._approved[place].get(action.key)
        return at is not None and at <= now
