"""How many calls does the account have left, and may a sweep take one?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.zendesk.limits import AccountBudget, Allowance, read_allowances, shared_budget

NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

GENERATIONS = [
    ({"X-Rate-Limit": "700", "X-Rate-Limit-Remaining": "585"}, MINUTE),
    ({"Rate-Limit": "700", "Rate-Limit-Remaining": "585", "Rate-Limit-Reset": "9"}, timedelta(seconds=9)),
    ({"ratelimit-limit": "700", "ratelimit-remaining": "585", "ratelimit-reset": "9"}, timedelta(seconds=9)),
]


@pytest.mark.parametrize(("headers", "resets"), GENERATIONS)
def test_all_three_generations_of_headers_say_the_same(headers: dict[str, str], resets: timedelta) -> None:
    assert read_allowances(headers) == (Allowance("account", 700, 585, resets),)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("zendesk-rate-limit-tickets-update", "tickets-update"),  # 2023
        ("Zendesk-RateLimit-per-ticket-updates", "per-ticket-updates"),  # 2025
    ],
)
def test_limits_of_single_endpoints_are_read(header: str, name: str) -> None:
    told = read_allowances({header: "total=20; remaining=19; resets=59"})
    assert told == (Allowance(name, 20, 19, timedelta(seconds=59)),)


@pytest.mark.parametrize("junk", ["", "many", "-1", "nan", "inf", "1e999"])
def test_a_number_that_makes_no_sense_is_passed_over(junk: str) -> None:
    assert read_allowances({"ratelimit-remaining": junk, "zendesk-ratelimit-x": f"remaining={junk}"}) == ()


def budget(remaining: int, *, reserve: int = 20, resets: int = 30, total: int = 100) -> AccountBudget:
    made = AccountBudget(reserve)
    headers = {"ratelimit-limit": str(total), "ratelimit-remaining": str(remaining), "ratelimit-reset": str(resets)}
    made.observe(headers, NOW)
    return made


@pytest.mark.parametrize(
    ("remaining", "reserve", "closed"),
    [(21, 20, False), (20, 20, False), (19, 20, True), (0, 20, True), (1, 0, False), (0, 0, True), (99, 100, True)],
)
def test_sweeps_leave_the_reserve_to_people(remaining: int, reserve: int, closed: bool) -> None:
    until = budget(remaining, reserve=reserve).closed_until(NOW)
    assert until == (NOW + timedelta(seconds=30) if closed else None)


def test_a_sweep_goes_on_when_the_window_has_ended() -> None:
    assert budget(0).closed_until(NOW + timedelta(seconds=29)) is not None
    assert budget(0).closed_until(NOW + timedelta(seconds=30)) is None


def test_answers_of_two_threads_that_cross_do_not_raise_what_is_left() -> None:
    made = budget(5)
    made.observe({"ratelimit-limit": "100", "ratelimit-remaining": "90", "ratelimit-reset": "29"}, NOW)
    assert made.closed_until(NOW) is not None


def test_a_new_window_counts_anew() -> None:
    made = budget(5)
    later = NOW + timedelta(seconds=31)
    made.observe({"ratelimit-limit": "100", "ratelimit-remaining": "90", "ratelimit-reset": "59"}, later)
    assert made.closed_until(later) is None


def test_only_an_export_limit_that_is_used_up_stops_a_sweep() -> None:
    made = AccountBudget()
    made.observe({"zendesk-ratelimit-per-ticket-updates": "total=30; remaining=0; resets=9"}, NOW)
    assert made.closed_until(NOW) is None
    made.observe({"zendesk-ratelimit-incremental-exports": "total=10; remaining=0; resets=9"}, NOW)
    assert made.closed_until(NOW) == NOW + timedelta(seconds=9)


def test_what_is_left_can_be_shown() -> None:
    assert budget(7).left() == (Allowance("account", 100, 7, timedelta(seconds=30)),)


def test_two_helpdesks_of_one_account_share_its_budget_and_let_it_go_together() -> None:
    one, two = shared_budget("https://acme.example", 20), shared_budget("https://acme.example", 20)
    other = shared_budget("https://other.example", 20)
    one.observe({"x-rate-limit": "100", "x-rate-limit-remaining": "5"}, NOW)
    assert two.closed_until(NOW) is not None
    assert other.closed_until(NOW) is None
    del one, two
    assert shared_budget("https://acme.example", 20).closed_until(NOW) is None


def test_a_window_that_was_told_before_the_clock_was_set_back_closes_nothing() -> None:
    made, back = budget(5), NOW - timedelta(hours=1)
    assert made.closed_until(back) is None
    headers = {"ratelimit-limit": "100", "ratelimit-remaining": "90", "ratelimit-reset": "59"}
    made.observe(headers, back)
    assert made.left()[0].remaining == 90
