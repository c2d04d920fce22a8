"""In which order do the pages for one channel leave?

Promise: the most severe first, then by deadline. Only among pages of one severity whose deadlines lie within five
minutes of each other do organisations take turns, and the requesters of one organisation among themselves, so that one
customer's flood keeps no other customer's page waiting; and there a page that fails by itself goes behind those that
do not. No page leaves after its own deadline because of a turn.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

ALIKE = timedelta(minutes=5)  # between deadlines of pages that take turns
PACE = timedelta(seconds=1)  # for one page; what Slack takes


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that waits.

    Attributes:
        rank: of its severity; 0 is the most severe.
        deadline: that it is about.
        organization, requester: whom it is for; empty where that is not known.
        fails: True if it could not be sent, again and again, although others could.
    """

    key: str
    rank: int
    deadline: datetime
    organization: str = ""
    requester: str = ""
    fails: bool = False

    @property
    def customer(self) -> tuple[str, str]:
        """Who takes turns with others: an organisation, or a requester without one."""
        return ("organization", self.organization) if self.organization else ("requester", self.requester)


class Turns:
    """Remembers who had the last turn in a channel, from one choice to the next."""

    def __init__(self) -> None:
        """Nobody had one yet."""
        self._had: dict[tuple[str, str], int] = {}
        self._number = 0

    def choose(self, pages: Iterable[WaitingPage], now: datetime, most: int) -> list[str]:
        """The keys of the pages that leave next, in their order.

        Args:
            pages: that wait for the channel.
            now: the present instant.
            most: how many.
        """
        left = sorted(pages, key=lambda page: (page.rank, page.deadline, page.key))
        self._forget({customer for page in left for customer in (page.customer, ("requester", page.requester))})
        chosen: list[str] = []
        while left and len(chosen) < most:
            page = self._next(left, now + PACE * len(chosen))
            left.remove(page)
            chosen.append(page.key)
            self._number += 1
            self._had[page.customer] = self._had["requester", page.requester] = self._number
        return chosen

    def _next(self, left: Sequence[WaitingPage], now: datetime) -> WaitingPage:
        """Who leaves now, of those in order of severity and deadline."""
        first = left[0]
        alike = [page for page in left if page.rank == first.rank and page.deadline - first.deadline <= ALIKE]
        for place, page in enumerate(alike):
            leaves = now + PACE * place
            if page.deadline - PACE < leaves <= page.deadline:
                alike = alike[: place + 1]  # behind one more, it would miss its deadline
                break
        return min(alike, key=self._turn)

    def _turn(self, page: WaitingPage) -> tuple[bool, int, int, datetime, str]:
        requester = ("requester", page.requester)
        return (page.fails, self._had.get(page.customer, 0), self._had.get(requester, 0), page.deadline, page.key)

    def _forget(self, waiting: set[tuple[str, str]]) -> None:
        """Whoever has nothing that waits begins anew; so a channel's memory is as long as its queue."""
        self._had = {customer: number for customer, number in self._had.items() if customer in waiting}


class ChannelTurns:
    """The turns of each channel."""

    def __init__(self) -> None:
        """None yet."""
        self._of: defaultdict[str, Turns] = defaultdict(Turns)

    def choose(self, waiting: Iterable[tuple[str, WaitingPage]], now: datetime, most: int) -> list[str]:
        """The keys of the pages that leave next, at most so many for each channel; the channels by turns."""
        by_channel: defaultdict[str, list[WaitingPage]] = defaultdict(list)
        for channel, page in waiting:
            by_channel[channel].append(page)
        queues = [deque(self._of[channel].choose(pages, now, most)) for channel, pages in by_channel.items()]
        chosen: list[str] = []
        while queues := [queue for queue in queues if queue]:
            chosen += [queue.popleft() for queue in queues]
        return chosen


class Failures:
    """Which pages fail by themselves: they failed, another one to the same channel was sent, and they failed again.

    Shared by the threads that send.
    """

    def __init__(self) -> None:
        """None yet."""
        self._lock = Lock()
        self._failed: defaultdict[str, set[str]] = defaultdict(set)  # since the last that was sent, by channel
        self._before: set[str] = set()  # failed before another was sent
        self._fails: set[str] = set()

    def sent(self, channel: str, key: str) -> None:
        """One could be sent."""
        with self._lock:
            self._before |= self._failed.pop(channel, set())
            self._before.discard(key)
            self._fails.discard(key)

    def failed(self, channel: str, key: str) -> None:
        """One could not be sent."""
        with self._lock:
            self._failed[channel].add(key)
            if key in self._before:
                self._fails.add(key)

    def among(self, waiting: Collection[str]) -> set[str]:
        """Those of the pages that wait; what waits no more is forgotten."""
        with self._lock:
            self._before &= set(waiting)
            self._fails &= set(waiting)
            return set(self._fails)
