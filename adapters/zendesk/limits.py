"""How many calls does the account have left, and may a sweep take one?

Promise: people and their other integrations keep their share. Sweeps wait while less than the reserve is left;
single tickets and writes, which somebody is waiting for, do not.

Zendesk has said it in three ways over the years, and one account may use two of them in one answer:

    x-rate-limit: 700            x-rate-limit-remaining: 585
    rate-limit: 700              rate-limit-remaining: 585       rate-limit-reset: 9
    ratelimit-limit: 700         ratelimit-remaining: 585        ratelimit-reset: 9

and for single endpoints, `zendesk-rate-limit-NAME` or `zendesk-ratelimit-NAME`: `total=20; remaining=19;
resets=59`.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from adapters.base import RESERVE_PERCENT

WINDOW = timedelta(minutes=1)  # limits count by the minute; used where no reset is told
ACCOUNT = "account"
_ACCOUNT_HEADERS = (  # newest first: (limit, remaining, reset)
    ("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
    ("rate-limit", "rate-limit-remaining", "rate-limit-reset"),
    ("x-rate-limit", "x-rate-limit-remaining", None),
)
_ENDPOINT = re.compile(r"zendesk-rate-?limit-(?P<name>[\w-]+)")
_PART = re.compile(r"(\w+)\s*=\s*([^;\s]+)")
_SWEEPS = ("incremental", "export", "cursor")  # parts of the names of limits that sweeps run into


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an answer says about one limit.

    Attributes:
        name: ``account``, or the endpoint's as Zendesk names it: ``tickets-index``.
        total: calls in a window; None if not told.
        remaining: calls left in this window.
        resets_in: until the window ends.
    """

    name: str
    total: int | None
    remaining: int
    resets_in: timedelta


def read_allowances(headers: Mapping[str, str]) -> tuple[Allowance, ...]:
    """What the headers of an answer say about limits; values that make no sense are passed over."""
    lower = {name.lower(): value for name, value in headers.items()}
    found: list[Allowance] = []
    for limit, remaining, reset in _ACCOUNT_HEADERS:
        left = _count(lower.get(remaining))
        if left is not None:
            found.append(Allowance(ACCOUNT, _count(lower.get(limit)), left, _seconds(lower.get(reset or ""))))
            break
    for header, value in lower.items():
        if (named := _ENDPOINT.fullmatch(header)) is not None:
            parts = {key.lower(): number for key, number in _PART.findall(value)}
            left = _count(parts.get("remaining"))
            if left is not None:
                found.append(Allowance(named["name"], _count(parts.get("total")), left, _seconds(parts.get("resets"))))
    return tuple(found)


def shared_budget(account: str, reserve_percent: int) -> AccountBudget:
    """The budget of an account (its address), the same one for every adapter in this process that speaks with it."""
    with _sharing:
        key = (account, reserve_percent)
        budget = _shared.get(key)
        if budget is None:
            budget = _shared[key] = AccountBudget(reserve_percent)
        return budget


class AccountBudget:
    """The budget of one account, shared by all threads that use it. A `RateBudget`."""

    def __init__(self, reserve_percent: int = RESERVE_PERCENT) -> None:
        """Keep this share of the account's calls for people."""
        self._reserve = min(max(reserve_percent, 0), 100)
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Allowance, datetime]] = {}

    def observe(self, headers: Mapping[str, str], now: datetime) -> None:
        """Learn from an answer. Where answers of several threads cross in one window, the smaller number counts."""
        with self._lock:
            for told in read_allowances(headers):
                until = now + told.resets_in
                before = self._known.get(told.name)
                if before is not None and _lasts(*before, now) and _told_out_of_order(told, until, before):
                    continue
                self._known[told.name] = (told, until)

    def closed_until(self, now: datetime) -> datetime | None:
        """The end of the window, if a sweep has to wait for it; None if it may go on."""
        with self._lock:
            closed = [
                until for told, until in self._known.values() if _lasts(told, until, now) and self._is_used_up(told)
            ]
        return max(closed, default=None)

    def a_minute(self) -> int | None:
        """See `adapters.base.RateBudget`."""
        total = next((told.total for told in self.left() if told.name == ACCOUNT), None)
        return None if total is None else total * (100 - self._reserve) // 100

    def left(self) -> tuple[Allowance, ...]:
        """What was last told about each limit, for people who ask."""
        with self._lock:
            return tuple(told for told, _ in self._known.values())

    def _is_used_up(self, told: Allowance) -> bool:
        if told.name == ACCOUNT:
            reserve = math.ceil((told.total or 0) * self._reserve / 100)
            return told.remaining <= 0 or told.remaining < reserve
        return told.remaining <= 0 and _concerns_sweeps(told.name)


_sharing = threading.Lock()
_shared: WeakValueDictionary[tuple[str, int], AccountBudget] = WeakValueDictionary()  # as long as an adapter has it


def _lasts(told: Allowance, until: datetime, now: datetime) -> bool:
    """True while its window lasts; one that would be longer than was told is over: the clock was set back since."""
    return now < until <= now + told.resets_in


def _told_out_of_order(told: Allowance, until: datetime, before: tuple[Allowance, datetime]) -> bool:
    """True if an answer of the same window says that more is left than an earlier one did."""
    return before[0].remaining < told.remaining and until - before[1] < WINDOW / 2


def _concerns_sweeps(name: str, parts: Iterable[str] = _SWEEPS) -> bool:
    return any(part in name for part in parts)


def _count(value: str | None) -> int | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return int(number) if math.isfinite(number) and number >= 0 else None


def _seconds(value: str | None) -> timedelta:
    count = _count(value)
    return WINDOW if count is None else timedelta(seconds=min(count, 3600))
