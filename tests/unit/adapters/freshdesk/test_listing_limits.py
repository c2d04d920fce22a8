"""List tickets within the limits of the plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.errors import NotAllowed, RateLimited
from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.clock import SteppedClock
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import SATURDAY, Answer, Scripted
from .conftest import MINUTE, SECOND, SINCE, fill, ids, swept


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("limits", [FreshdeskLimits.of(Plan.GROWTH)])
def test_a_growth_plans_twenty_lists_a_minute_are_kept_and_what_waits_is_said(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 150)
    clock.elapse(MINUTE)
    found, waits = patiently(partners, clock)
    assert (set(found), len(waits)) == (set(made), 2)
    assert all("20 lists of tickets a minute" in words for words in waits)
    assert not [call for call in sandbox.journal.calls() if call.status == 429]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("limits", [FreshdeskLimits.of(Plan.GROWTH)])
def test_a_second_of_more_pages_than_a_minute_allows_comes_to_its_end(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = fill(desk, clock, 150, apart=timedelta(0))
    clock.elapse(MINUTE)
    found, waits = patiently(partners, clock)
    assert set(found) == set(made)
    assert 3 <= len(waits) <= 5  # read twice: once for what it holds, once for what moved meanwhile


def patiently(adapter: FreshdeskAdapter, clock: SteppedClock) -> tuple[list[str], list[str]]:
    """All of a sweep that has to wait, resumed from its cursors; what it said at each wait."""
    found: list[str] = []
    waits: list[str] = []
    cursor: str | None = None
    for _ in range(20):
        try:
            for page in adapter.sweep(cursor, since=SINCE):
                found += ids([page])
                cursor = page.cursor
            break
        except RateLimited as error:
            waits.append(str(error))
            clock.elapse(error.until - clock.now())
    return found, waits


def test_a_limit_that_freshdesk_states_is_waited_for(
    partners: FreshdeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    sandbox.faults.add(FaultKind.RATE_LIMIT, seconds=37, times=1)
    with pytest.raises(RateLimited) as caught:
        swept(partners)
    assert caught.value.until == clock.now() + 37 * SECOND


def test_an_account_that_may_not_list_is_told_why(book: Scripted, hostile: FreshdeskAdapter) -> None:
    book.on("GET", "/tickets", Answer(403, {"code": "access_denied", "message": "You are not authorized"}))
    with pytest.raises(NotAllowed, match="administrator with the scope of all tickets"):
        swept(hostile)


def test_the_search_that_ends_after_300_results_is_never_asked(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    made = {str(desk.people.create_ticket("ana@customer.example", f"Help {turn}", "down")) for turn in range(310)}
    clock.elapse(timedelta(minutes=1))
    found = {changed.id for page in partners.sweep(None, since=SATURDAY) for changed in page.changed}
    assert found == made
    partners.fetch(min(made))
    assert not [call for call in sandbox.journal.calls() if "search" in call.path]
