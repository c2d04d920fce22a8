"""How many calls does the plan leave, and may this one be made?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from adapters.freshdesk.limits import Limits

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def told(total: str, remaining: str) -> dict[str, str]:
    return {"X-RateLimit-Total": total, "X-RateLimit-Remaining": remaining, "X-RateLimit-Used-CurrentRequest": "1"}


@pytest.mark.parametrize(
    ("total", "remaining", "waits"),
    [
        ("200", "40", False),
        ("200", "39", True),
        ("200.0", "39.0", True),  # they have come as text with a fraction
        ("400.0", "385.0", False),
        ("nan", "inf", False),
        ("x", "-1", False),
        ("", "", False),
        ("200", "0", True),
    ],
)
def test_a_share_is_kept_for_people(total: str, remaining: str, waits: bool) -> None:
    limits = Limits(20)
    limits.observe(told(total, remaining), NOW)
    assert limits.reading_closed_until(NOW) == (NOW + MINUTE if waits else None)
    assert limits.reading_closed_until(NOW + MINUTE) is None  # another minute, other calls


@pytest.mark.parametrize(
    ("total", "lists"), [("200", 20), ("400", 100), ("700", 200), ("50", 20), ("3000", 20), ("", 20)]
)
def test_the_lists_of_a_plan_show_in_its_total(total: str, lists: int) -> None:
    limits = Limits(20)
    limits.observe(told(total, total), NOW)
    assert limits.lists_a_minute == lists


def test_so_many_lists_in_any_minute_and_no_more() -> None:
    limits, now, made = Limits(20), NOW, []
    while now < NOW + 5 * MINUTE:
        until = limits.closed_until(now)
        if until is None:
            limits.count_list(now)
            made.append(now)
            now += timedelta(seconds=1)
        else:
            assert until > now
            now = until
    assert all(late - early >= MINUTE for early, late in zip(made, made[16:], strict=False))
    assert len(made) == 16 * 5
    assert all(early < late for early, late in pairwise(made))


def test_a_budget_that_others_share_is_asked_as_well() -> None:
    class Shared:
        seen = 0

        def observe(self, headers: object, now: datetime) -> None:
            self.seen += 1

        def closed_until(self, now: datetime) -> datetime | None:
            return NOW + 3 * MINUTE

        def a_minute(self) -> int | None:
            return None

    shared = Shared()
    limits = Limits(20, shared)
    limits.observe({}, NOW)
    assert (shared.seen, limits.closed_until(NOW), limits.short_until(3, NOW)) == (1, NOW + 3 * MINUTE, None)


def test_what_was_told_or_counted_before_the_clock_was_set_back_closes_nothing() -> None:
    limits, back = Limits(20), NOW - timedelta(hours=1)
    limits.observe(told("200", "0"), NOW)
    for _ in range(16):
        limits.count_list(NOW)
    assert limits.closed_until(NOW) is not None
    assert limits.closed_until(back) is None
