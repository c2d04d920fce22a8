"""Which of the writes to come does the governor hold, and until when?"""

from __future__ import annotations

from datetime import datetime, timedelta

from slabot.policy import Mode, RunLimits
from slabot.reports.held_back import Governor, Held
from slabot.rules import Action, Brake, Kind, Proposal
from tests.fixtures.times import at

NOON = at("Mon 12 Jan 12:00")
MINUTE = timedelta(minutes=1)
Write = tuple[datetime, Proposal]


def limits(*, run: int = 50, tickets: int = 100, percent: float = 100) -> RunLimits:
    return RunLimits(writes_per_run=run, stop_above_tickets=tickets, stop_above_percent=percent)


def write(number: int, when: datetime = NOON, *, approved: bool = False, mode: Mode = Mode.ACT) -> Write:
    action = Action(kind=Kind.AUTO_SOLVE, mode=mode, at=when, key=f"solve/{number}", because="no answer")
    return when, Proposal(f"acme/{number}", action, approved)


def held(writes: list[Write], rules: RunLimits, *, open_tickets: int = 1000) -> dict[str, Held]:
    return dict(Governor(rules, open_tickets=open_tickets, every=MINUTE).held(writes))


def test_what_the_limits_allow_is_not_held() -> None:
    assert held([write(number) for number in range(3)], limits(run=3)) == {}


def test_what_is_over_the_budget_goes_in_a_later_run() -> None:
    found = held([write(number) for number in range(7)], limits(run=3))
    assert sorted(each.until for each in found.values() if each.until is not None) == [
        *[NOON + MINUTE] * 3,
        NOON + 2 * MINUTE,
    ]
    assert {each.brake for each in found.values()} == {Brake.BUDGET}


def test_writes_of_one_minute_are_one_run() -> None:
    writes = [write(1), write(2, NOON + timedelta(seconds=20)), write(3, NOON + timedelta(seconds=40))]
    found = held(writes, limits(run=2))
    assert list(found) == ["solve/3"]
    assert held([write(1), write(2), write(3, NOON + MINUTE)], limits(run=2)) == {}


def test_more_tickets_than_the_breaker_allows_wait_for_a_person() -> None:
    found = held([write(number) for number in range(4)], limits(tickets=3))
    assert len(found) == 4
    assert {(each.brake, each.until) for each in found.values()} == {(Brake.BREAKER, None)}
    assert all("limits.stop_above_tickets" in each.because for each in found.values())


def test_the_share_is_one_of_the_open_tickets() -> None:
    writes = [write(number) for number in range(3)]
    assert held(writes, limits(percent=20), open_tickets=15) == {}
    assert len(held(writes, limits(percent=20), open_tickets=14)) == 3


def test_what_went_in_a_run_counts_in_it_and_is_not_held_afterwards() -> None:
    writes = [write(1), write(2), write(3, NOON + timedelta(seconds=30))]
    assert list(held(writes, limits(tickets=2))) == ["solve/3"]


def test_what_was_approved_or_only_observes_is_never_held() -> None:
    writes = [write(1, approved=True), write(2, mode=Mode.OBSERVE), write(3), write(4)]
    assert held(writes, limits(run=3)) == {}
    assert list(held(writes, limits(run=2))) == ["solve/4"]
