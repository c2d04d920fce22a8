"""How many calls does the plan leave, and may this one be made?

Promise: people and their other integrations keep their share, and so do slabot's own acts: sweeps and reading that
nobody waits for stop while less than the reserve is left, re-reads before an act and writes do not. A list of
tickets is counted apart, since a Growth plan allows 20 of them a minute.

Freshdesk tells the whole account's calls by the minute, as numbers or as text with a fraction, and no time of reset:

    X-RateLimit-Total: 400      X-RateLimit-Remaining: 385.0      X-RateLimit-Used-CurrentRequest: 3

It does not tell how many lists are left, so that is inferred from the plan, which shows in the total.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from adapters.base import RESERVE_PERCENT, RateBudget

WINDOW = timedelta(minutes=1)  # limits count by the minute
FEWEST_LISTS = 20  # a minute, on Growth; also taken where the plan is not known
LISTS = {400: 100, 700: 200}  # lists of tickets a minute, by the account's total: Pro, Enterprise
TOTAL, REMAINING = "x-ratelimit-total", "x-ratelimit-remaining"
MOST_CALLS = 1_000_000  # more than any plan; a larger number is a mistake


class Limits:
    """The budget of one account, shared by all threads that use it. A `RateBudget`."""

    def __init__(self, reserve_percent: int = RESERVE_PERCENT, shared: RateBudget | None = None) -> None:
        """Keep this share of the calls for people; `shared` is asked as well, where others know more."""
        self._reserve = min(max(reserve_percent, 0), 100)
        self._shared = shared
        self._lock = threading.Lock()
        self._total: int | None = None
        self._remaining: int | None = None
        self._told_at: datetime | None = None
        self._lists: deque[datetime] = deque()

    def observe(self, headers: Mapping[str, str], now: datetime) -> None:
        """Learn from an answer; values that make no sense are passed over."""
        if self._shared is not None:
            self._shared.observe(headers, now)
        lower = {name.lower(): value for name, value in headers.items()}
        total, remaining = _count(lower.get(TOTAL)), _count(lower.get(REMAINING))
        with self._lock:
            self._total = total or self._total
            if remaining is not None:
                self._remaining, self._told_at = remaining, now

    def closed_until(self, now: datetime) -> datetime | None:
        """Until when a list of tickets has to wait; None if it may be asked for."""
        return _latest(self.reading_closed_until(now), self._lists_closed_until(now))

    def reading_closed_until(self, now: datetime) -> datetime | None:
        """Until when reading that nobody waits for has to wait; None if it may go on."""
        shared = None if self._shared is None else self._shared.closed_until(now)
        with self._lock:
            share = math.ceil((self._total or 0) * self._reserve / 100)
        return _latest(shared, self.short_until(max(share, 1), now))

    def short_until(self, calls: int, now: datetime) -> datetime | None:
        """Until when so many calls are not to be had; None if they are, or nobody knows."""
        with self._lock:
            if self._remaining is None or self._told_at is None or self._remaining >= calls:
                return None
            until = self._told_at + WINDOW
        return until if now < until <= now + WINDOW else None  # beyond that, the clock was set back since

    def a_minute(self) -> int | None:
        """See `adapters.base.RateBudget`."""
        total = self.left()[1]
        return None if total is None else total * (100 - self._reserve) // 100

    def count_list(self, now: datetime) -> None:
        """A list of tickets is being asked for; failed ones count as well."""
        with self._lock:
            self._lists.append(now)

    def left(self) -> tuple[int | None, int | None]:
        """Calls left and calls in all, a minute, as last told."""
        with self._lock:
            return self._remaining, self._total

    @property
    def lists_a_minute(self) -> int:
        """How many lists of tickets the plan allows."""
        with self._lock:
            return LISTS.get(self._total or 0, FEWEST_LISTS)

    def _lists_closed_until(self, now: datetime) -> datetime | None:
        ours = max(1, self.lists_a_minute * (100 - self._reserve) // 100)
        with self._lock:
            while self._lists and not now < self._lists[0] + WINDOW <= now + WINDOW:  # over, or the clock was set back
                self._lists.popleft()
            return self._lists[-ours] + WINDOW if len(self._lists) >= ours else None


def _latest(*instants: datetime | None) -> datetime | None:
    return max((each for each in instants if each is not None), default=None)


def _count(value: str | None) -> int | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return int(number) if 0 <= number <= MOST_CALLS else None
