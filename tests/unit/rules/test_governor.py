"""Of all writes of one run, which go ahead?"""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from slabot.policy import Mode, RunLimits
from slabot.rules import Action, Brake, GovernedRun, Kind, Proposal, govern
from tests.fixtures.times import at

NOW = at("Mon 12 Jan 12:00")
WIDE = RunLimits(writes_per_run=1000, stop_above_tickets=1000, stop_above_percent=100)


def proposal(number: int, kind: Kind = Kind.AUTO_SOLVE, mode: Mode = Mode.ACT, approved: bool = False) -> Proposal:
    """An act on ticket ``number``; the lower the number, the later it became due."""
    action = Action(
        kind=kind,
        mode=mode,
        at=NOW - timedelta(minutes=number),
        key=f"acme/{number}/{kind}/{mode}",
        because="…",
    )
    return Proposal(f"acme/{number}", action, approved)


def run(
    proposals: list[Proposal], limits: RunLimits = WIDE, *, open_tickets: int = 1000, approved: tuple[str, ...] = ()
) -> GovernedRun:
    """One run at noon; the next follows in a minute."""
    return govern(proposals, limits, open_tickets=open_tickets, now=NOW, every=timedelta(minutes=1), approved=approved)


def numbers(proposals: tuple[Proposal, ...]) -> list[int]:
    return [int(p.ticket.removeprefix("acme/")) for p in proposals]


def limits(**given: float) -> RunLimits:
    return WIDE.model_copy(update=given)


@pytest.mark.parametrize(("budget", "allowed"), [(0, 0), (2, 2), (3, 3), (4, 3)])
def test_the_budget_lets_so_many_writes_through(budget: int, allowed: int) -> None:
    found = run([proposal(n) for n in (1, 2, 3)], limits(writes_per_run=budget))
    assert (len(found.allowed), len(found.held)) == (allowed, 3 - allowed)


def test_what_is_due_longest_goes_first_and_the_rest_says_when_it_is_tried_again() -> None:
    found = run([proposal(n) for n in (2, 3, 1)], limits(writes_per_run=2))
    assert numbers(found.allowed) == [3, 2]
    assert [(numbers((held.proposal,)), held.brake, held.retry_at) for held in found.held] == [
        ([1], Brake.BUDGET, at("Mon 12 Jan 12:01"))
    ]
    assert found.held[0].because == ("2 writes went out in this run, as many as limits.writes_per_run allows")


def test_acts_due_at_the_same_time_go_by_their_key() -> None:
    same = [
        Proposal(
            p.ticket, p.action.__class__(kind=p.action.kind, mode=p.action.mode, at=NOW, key=p.action.key, because="…")
        )
        for p in map(proposal, (3, 1, 2))
    ]
    assert numbers(run(same, limits(writes_per_run=2)).allowed) == [1, 2]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("mode", [Mode.ACT, Mode.OBSERVE])
def test_only_writes_that_are_really_done_are_braked(kind: Kind, mode: Mode) -> None:
    found = run([proposal(1, kind, mode)], limits(writes_per_run=0))
    braked = mode is Mode.ACT and kind not in (Kind.PAGE, Kind.NOTE, Kind.ASK)
    assert (len(found.held) == 1) is braked


@pytest.mark.parametrize(("stop", "tripped"), [(2, True), (3, False), (4, False)])
def test_the_breaker_trips_above_so_many_tickets(stop: int, tripped: bool) -> None:
    found = run([proposal(n) for n in (1, 2, 3)], limits(stop_above_tickets=stop))
    assert (found.tripped is not None) is tripped
    if tripped:
        assert found.allowed == ()
        assert [(held.brake, held.retry_at, held.because) for held in found.held] == [
            (Brake.BREAKER, None, found.tripped)
        ] * 3
        assert found.tripped == (
            "this run wants to write to 3 tickets, more than the 2 that limits.stop_above_tickets allows; nothing is "
            "written until a person approves it"
        )


@pytest.mark.parametrize(
    ("percent", "open_tickets", "tripped"),
    [
        (30, 10, False),
        (29.9, 10, True),
        (30, 9, True),
        (30, 11, False),
        (100, 3, False),
        (100, 2, True),
        (100, 1, True),
    ],
)
def test_the_breaker_trips_above_such_a_share_of_the_open_tickets(
    percent: float, open_tickets: int, tripped: bool
) -> None:
    found = run([proposal(n) for n in (1, 2, 3)], limits(stop_above_percent=percent), open_tickets=open_tickets)
    assert (found.tripped is not None) is tripped
    if tripped:
        assert found.tripped == (
            f"this run wants to write to 3 of {open_tickets} open tickets, more than the {percent:g}% that "
            "limits.stop_above_percent allows; nothing is written until a person approves it"
        )


def test_the_breaker_counts_tickets_not_writes() -> None:
    twice = [proposal(1), proposal(1, Kind.SET_SEVERITY), proposal(2)]
    assert run(twice, limits(stop_above_tickets=2)).tripped is None
    assert len(run(twice, limits(stop_above_tickets=2)).allowed) == 3


def test_one_ticket_alone_never_trips_the_share() -> None:
    assert run([proposal(1)], limits(stop_above_percent=1), open_tickets=3).tripped is None
    assert run([proposal(1), proposal(2)], limits(stop_above_percent=1), open_tickets=3).tripped is not None


def test_without_open_tickets_there_is_no_share_to_exceed() -> None:
    assert run([proposal(n) for n in (1, 2, 3)], limits(stop_above_percent=1), open_tickets=0).tripped is None


def test_observing_and_telling_people_is_not_counted_and_never_stopped() -> None:
    seen = [proposal(n, mode=Mode.OBSERVE) for n in range(10)] + [proposal(10, Kind.PAGE), proposal(11, Kind.NOTE)]
    found = run([*seen, proposal(12), proposal(13)], limits(stop_above_tickets=2, writes_per_run=1))
    assert found.tripped is None
    assert numbers(found.allowed) == [*range(12), 13]
    assert numbers(tuple(held.proposal for held in found.held)) == [12]
    tripped = run([*seen, proposal(12), proposal(13), proposal(14)], limits(stop_above_tickets=2))
    assert numbers(tripped.allowed) == list(range(12))


def test_what_a_person_approved_goes_ahead_and_uses_the_budget() -> None:
    by_flag, by_key = proposal(1, approved=True), proposal(2)
    found = run([by_flag, by_key, proposal(3), proposal(4)], limits(writes_per_run=3), approved=(by_key.action.key,))
    assert numbers(found.allowed) == [1, 2, 4]
    assert numbers(tuple(held.proposal for held in found.held)) == [3]
    none_left = run([by_flag, by_key, proposal(3)], limits(writes_per_run=1), approved=(by_key.action.key,))
    assert numbers(none_left.allowed) == [1, 2]


def test_what_a_person_approved_does_not_trip_the_breaker_and_is_not_stopped_by_it() -> None:
    found = run([proposal(1, approved=True), proposal(2), proposal(3)], limits(stop_above_tickets=2))
    assert found.tripped is None
    found = run([proposal(1, approved=True), proposal(2), proposal(3)], limits(stop_above_tickets=1))
    assert numbers(found.allowed) == [1]
    assert len(found.held) == 2


@pytest.mark.parametrize("budget", [0, 1, 2, 3])
def test_approved_writes_beyond_the_budget_leave_no_room_for_others(budget: int) -> None:
    proposals = [proposal(number, approved=number <= 3) for number in range(1, 7)]
    found = run(proposals, limits(writes_per_run=budget))
    assert sorted(numbers(found.allowed)) == [1, 2, 3]
    assert len(found.held) == 3


def test_the_order_of_the_proposals_does_not_matter() -> None:
    five = [proposal(1), proposal(2, mode=Mode.OBSERVE), proposal(3, approved=True), proposal(4), proposal(5)]
    outcomes = {
        (frozenset(found.allowed), frozenset(held.proposal for held in found.held), found.tripped)
        for order in itertools.permutations(five)
        for found in (run(list(order), limits(writes_per_run=2)),)
    }
    assert len(outcomes) == 1


def test_a_run_without_wishes_does_nothing() -> None:
    assert run([], limits(stop_above_tickets=0, writes_per_run=0)) == GovernedRun((), (), None)
