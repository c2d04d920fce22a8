"""Which ladder does a clock have, and when is the page of each rung due?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import Person
from slabot.rules import Kind
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, RESOLUTION, Edits, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import PENDING, SOLVED, WAITING, Story, clock, due, planned, rung, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, START, page

# ── Rungs and boundaries ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "name", "repetition"),
    [
        ("Mon 12 Jan 09:59:59", None, None),
        ("Mon 12 Jan 10:00", "50% used", "0"),
        ("Mon 12 Jan 10:29:59", "50% used", "0"),
        ("Mon 12 Jan 10:30", "75% used", "0"),
        ("Mon 12 Jan 10:44:59", "75% used", "0"),
        ("Mon 12 Jan 10:45", "15m before", "0"),
        ("Mon 12 Jan 10:59:59", "15m before", "0"),
        ("Mon 12 Jan 11:00", "breach", "0"),
        ("Mon 12 Jan 11:29:59", "breach", "0"),
        ("Mon 12 Jan 11:30", EVERY, "0"),
        ("Mon 12 Jan 11:59:59", EVERY, "0"),
        ("Mon 12 Jan 12:00", EVERY, "1"),
        ("Mon 12 Jan 12:30", EVERY, "2"),
        ("Tue 13 Jan 11:29:59", EVERY, "47"),
    ],
)
def test_the_newest_rung_that_has_passed_is_due(now: str, name: str | None, repetition: str | None) -> None:
    decision = CRITICAL.decide(now)
    assert rung(decision) == name
    if name is not None:
        found = page(decision)
        assert found.fact("repetition") == repetition
        assert found.key == f"acme/4711/page/first_response/critical/{name}/{repetition}"
        assert (found.fact("clock"), found.fact("severity")) == ("first_response", "critical")


def test_rungs_say_why_in_words() -> None:
    rules = policy(ladders(ladder("50% used", "15m before", "breach", "90m after")))
    found = [action.because for action in CRITICAL.decide(START, rules).upcoming if action.kind is Kind.PAGE]
    assert found == [
        "50% of 2h used",
        "15 min before it is due at Mon 12 Jan 2026 11:00 +05:30",
        "the deadline of Mon 12 Jan 2026 11:00 +05:30 passes",
        "1 h 30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30",
    ]
    promised = ticket("Sat 10 Jan 15:00", priority="low").decide("Sat 10 Jan 15:00", rules)
    assert promised.upcoming[0].because == "50% of the time until the end of the next working day used"


def test_an_act_is_due_since_its_rung_not_since_it_was_seen() -> None:
    assert page(CRITICAL.decide("Mon 12 Jan 10:20")).at == at("Mon 12 Jan 10:00")


def test_shares_are_rounded_up_to_the_second_in_which_they_were_reached() -> None:
    rules = policy({"severities.critical.respond_within": "10s"}, ladders(ladder("33% used")))
    assert planned(CRITICAL.decide(START, rules), Kind.PAGE) == [at("Mon 12 Jan 09:00:04")]


def test_a_share_of_a_target_without_any_working_time_is_used_when_the_target_is_over() -> None:
    rules = policy(
        {"severities.medium.respond_within": "1d", "severities.medium.received_when_closed": "as_usual"},
        ladders(ladder("50% used")),
    )
    decision = ticket("Sat 10 Jan 09:00").decide("Sat 10 Jan 09:00", rules)
    assert clock(decision).due_at == at("Sun 11 Jan 09:00")
    assert planned(decision, Kind.PAGE) == [at("Sun 11 Jan 09:00")]


def test_a_rung_before_the_start_is_due_at_the_start() -> None:
    rules = policy(ladders(ladder("3h before", "breach")))
    found = page(CRITICAL.decide(START, rules))
    assert (found.fact("rung"), found.at) == ("3h before", at(START))


def test_rungs_at_the_same_instant_go_by_their_order_in_the_file() -> None:
    rules = policy(ladders(ladder("50% used", "60m before")))  # both at 10:00; written 1h
    decision = CRITICAL.decide("Mon 12 Jan 10:00", rules)
    assert rung(decision) == "1h before"
    assert page(decision).because.endswith("passed before it without a page: 50% used")


def test_upcoming_lists_the_next_five() -> None:
    assert planned(CRITICAL.decide("Mon 12 Jan 10:50"), Kind.PAGE) == [
        at("Mon 12 Jan 11:00"),
        at("Mon 12 Jan 11:30"),
        at("Mon 12 Jan 12:00"),
        at("Mon 12 Jan 12:30"),
        at("Mon 12 Jan 13:00"),
    ]


# ── Which ladder ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("selectors", "facts", "fits"),
    [
        ({}, {}, True),
        ({"severity": ["critical"]}, {}, True),
        ({"severity": "high"}, {}, False),
        ({"helpdesk": ["acme"]}, {}, True),
        ({"helpdesk": ["partners"]}, {}, False),
        ({"organization": ["Customer Ltd"]}, {}, True),
        ({"organization": ["Another"]}, {}, False),
        ({"organization": ["Customer Ltd"]}, {"requester": None}, False),
        ({"organization": ["Customer Ltd"]}, {"requester": Person("r1")}, False),
        ({"tag": ["vip"]}, {"tags": ("a", "vip")}, True),
        ({"tag": ["vip"]}, {"tags": ("a",)}, False),
        ({"clock": ["first_response", "resolution"]}, {}, True),
        ({"clock": ["resolution"]}, {}, False),
        ({"severity": "critical", "tag": "vip"}, {}, False),
    ],
)
def test_the_first_ladder_that_fits_is_used(selectors: dict[str, Any], facts: dict[str, Any], fits: bool) -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder("10% used", **selectors), ladder("20% used")))
    story = ticket(START, priority="urgent", **facts)
    assert rung(story.decide("Mon 12 Jan 10:00", rules)) == ("10% used" if fits else "20% used")


def test_a_tag_that_is_added_later_brings_its_own_ladder() -> None:
    rules = policy(ladders(ladder("10% used", tag=["vip"]), ladder("90% used")))
    story = CRITICAL.tagged("Mon 12 Jan 09:30", "vip")
    assert due(story.decide("Mon 12 Jan 09:29:59", rules), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 09:30", rules)) == "10% used"


def test_without_a_ladder_nobody_is_paged_and_the_clock_runs_all_the_same() -> None:
    decision = CRITICAL.decide("Mon 12 Jan 12:00", policy({"escalate": []}))
    assert (decision.due_now, decision.upcoming) == ((), ())
    assert clock(decision).missed is not None


def test_each_clock_that_runs_again_has_pages_of_its_own() -> None:
    rules = policy(with_clocks(NEXT_RESPONSE), ladders(ladder("breach", clock=["next_response"])))
    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00")
    story = story.paged("Mon 12 Jan 12:00", "breach", clock="next_response", severity="critical", repetition=0)
    assert due(story.decide("Mon 12 Jan 12:30", rules), Kind.PAGE) == []
    again = story.answers("Mon 12 Jan 13:00").asks("Mon 12 Jan 14:00")
    found = page(again.decide("Mon 12 Jan 16:00", rules))
    assert found.key == "acme/4711/page/next_response#2/critical/breach/0"


def _resolving(category: Any) -> Story:
    return CRITICAL.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 10:00", category)


def test_a_paused_clock_plans_nothing_that_it_cannot_reach() -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder("10% used", "50% used", "breach", clock="resolution")))
    story = _resolving(WAITING)  # 8 h from 09:00; 10 % at 09:48, 50 % not before the pause
    decision = story.decide("Mon 12 Jan 14:00", rules)
    assert rung(decision, "resolution") == "10% used"
    assert planned(decision, Kind.PAGE) == []
    resumed = story.asks("Mon 12 Jan 15:00").becomes("Mon 12 Jan 15:00", PENDING)
    assert planned(resumed.decide("Mon 12 Jan 15:00", rules), Kind.PAGE) == [
        at("Mon 12 Jan 18:00"),  # 5 h of pause later than 13:00
        at("Mon 12 Jan 22:00"),
    ]


PAUSED: tuple[Edits, ...] = (
    with_clocks(RESOLUTION),
    ladders(ladder("50% used", "breach", EVERY, clock=["resolution"])),
    NO_RULES,
)


def test_a_clock_in_a_pause_without_an_end_has_no_pages_to_come() -> None:
    rules = policy(*PAUSED)  # critical: 8 hours
    story = CRITICAL.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 12:00", WAITING)
    decision = story.decide("Tue 13 Jan 12:00", rules)
    assert clock(decision, "resolution").due_at is None
    assert [action for action in decision.upcoming if action.fact("clock") == "resolution"] == []
    assert [action for action in due(decision, Kind.PAGE) if action.fact("clock") == "resolution"] == []


@pytest.mark.parametrize(("rungs", "place"), [(("breach", EVERY), 1), (("50% used", "breach", EVERY), 2)])
def test_a_repeat_that_a_late_pause_hides_does_not_bring_the_earlier_ones_again(
    rungs: tuple[str, ...], place: int
) -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder(*rungs, clock=["resolution"])), NO_RULES)
    story = CRITICAL.answers("Mon 12 Jan 10:00")  # resolution is due at 17:00
    for when, number in [("17:30", 0), ("18:00", 1), ("18:30", 2)]:
        story = story.paged(f"Mon 12 Jan {when}", EVERY, clock="resolution", repetition=number)
    assert due(story.decide("Mon 12 Jan 18:59", rules), Kind.PAGE) == []
    # It was learnt late that support has waited for the customer since 18:10: the second repeat was none.
    paused = story.becomes("Mon 12 Jan 18:10", WAITING)
    assert due(paused.decide("Mon 12 Jan 18:59", rules), Kind.PAGE) == []


def test_nobody_is_paged_about_a_ticket_that_is_solved() -> None:
    story = ticket(START, priority="urgent").becomes("Mon 12 Jan 10:40", SOLVED)
    assert due(story.decide("Mon 12 Jan 12:00"), Kind.PAGE) == []
