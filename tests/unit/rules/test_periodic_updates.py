"""How often are updates owed while a third party is waited for, and when is the assignee reminded?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import SECOND
from slabot.policy import PolicyError
from slabot.rules import Decision, Kind, Verdict
from tests.fixtures.policies import UPDATES, policy, with_clocks
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    PENDING,
    SOLVED,
    THIRD_PARTY,
    Story,
    clock,
    due,
    only,
    planned,
    ticket,
)
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
HIGH = ticket(START, priority="high")
NUDGING = policy(with_clocks(UPDATES))
HELD = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
LATER = "Mon 12 Jan 20:00"


def instances(decision: Decision, name: str) -> list[tuple[Any, ...]]:
    return [
        (found.instance, found.started_at, found.stopped_at, found.verdict)
        for found in decision.clocks
        if found.name == name
    ]


ENTERED, LEFT = "Mon 12 Jan 10:00", "Mon 12 Jan 12:00"


def updated(*updates: str) -> list[tuple[Any, ...]]:
    story: Story = ticket(START).becomes(ENTERED, THIRD_PARTY)
    for update in updates:
        story = story.answers(f"Mon 12 Jan {update}")
    decision = story.becomes(LEFT, PENDING).decide(LATER, policy(with_clocks(UPDATES)))
    return [(start, stop, verdict) for _, start, stop, verdict in instances(decision, "third_party_update")]


def test_each_public_update_starts_the_next_one() -> None:
    story = HELD.answers("Tue 13 Jan 11:00").answers("Thu 15 Jan 11:00:01").becomes("Fri 16 Jan 11:00", PENDING)
    found = [c for c in story.decide("Mon 19 Jan 11:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.stopped_at, c.verdict) for c in found] == [
        (at("Mon 12 Jan 11:00"), at("Tue 13 Jan 11:00"), Verdict.MET),
        (at("Tue 13 Jan 11:00"), at("Thu 15 Jan 11:00:01"), Verdict.MISSED),
        (at("Thu 15 Jan 11:00:01"), at("Fri 16 Jan 11:00"), Verdict.MET),
    ]


def test_what_the_customer_cannot_read_is_no_update() -> None:
    story = HELD.says("Tue 13 Jan 11:00", AGENT, "a note", public=False).says("Tue 13 Jan 12:00", AUTOMATION, "…")
    story = story.asks("Tue 13 Jan 13:00").assigned("Tue 13 Jan 14:00")
    assert clock(story.decide("Tue 13 Jan 15:00", NUDGING), "third_party_update").started_at == at("Mon 12 Jan 11:00")


def test_an_update_with_the_entry_is_of_the_time_before() -> None:
    story = HIGH.answers("Mon 12 Jan 11:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    found = [c for c in story.decide("Mon 12 Jan 12:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.running) for c in found] == [(at("Mon 12 Jan 11:00"), True)]


def test_an_update_in_the_second_of_leaving_is_the_last() -> None:
    story = HELD.answers("Tue 13 Jan 11:00").becomes("Tue 13 Jan 11:00", PENDING)
    found = [c for c in story.decide("Wed 14 Jan 11:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.stopped_at) for c in found] == [(at("Mon 12 Jan 11:00"), at("Tue 13 Jan 11:00"))]


def test_an_update_counts_from_the_second_after_the_entry_to_the_second_before_the_end() -> None:
    entered, left = at(ENTERED), at(LEFT)
    assert updated() == [(entered, left, Verdict.MET)]
    assert updated("10:00") == [(entered, left, Verdict.MET)]
    after_one = entered + SECOND
    assert updated("10:00:01") == [(entered, after_one, Verdict.MET), (after_one, left, Verdict.MET)]
    before_end = left - SECOND
    assert updated("11:59:59") == [(entered, before_end, Verdict.MET), (before_end, left, Verdict.MET)]
    assert updated("12:00") == [(entered, left, Verdict.MET)]
    assert updated("12:00:01") == [(entered, left, Verdict.MET)]


def test_time_in_which_the_ticket_was_deleted_makes_no_update_late() -> None:
    story = ticket(START).becomes(ENTERED, THIRD_PARTY).deleted("Mon 12 Jan 11:00").restored("Fri 16 Jan 11:00")
    decision = story.becomes("Fri 16 Jan 12:00", PENDING).decide("Fri 16 Jan 13:00", policy(with_clocks(UPDATES)))
    found = clock(decision, "third_party_update")
    assert (found.verdict, found.elapsed) == (Verdict.MET, timedelta(hours=2))


def test_a_wait_for_a_third_party_of_one_second_has_its_clock() -> None:
    story = ticket(START).becomes(ENTERED, THIRD_PARTY).becomes("Mon 12 Jan 10:00:01", PENDING)
    decision = story.decide(LATER, policy(with_clocks(UPDATES)))
    assert [found[1:] for found in instances(decision, "third_party_update")] == [
        (at(ENTERED), at(ENTERED) + SECOND, Verdict.MET)
    ]


def test_reminders_come_again_and_again_and_only_the_newest_is_due() -> None:
    assert planned(HELD.decide("Mon 12 Jan 11:00", NUDGING), Kind.NUDGE) == [at("Wed 14 Jan 11:00")]
    first = only(HELD.decide("Wed 14 Jan 11:00", NUDGING), Kind.NUDGE)
    assert (first.fact("number"), first.fact("clock")) == ("1", "third_party_update")
    assert first.because == "no public update since Mon 12 Jan 2026 11:00 +05:30; one is owed every 2 business days"
    assert planned(HELD.decide("Wed 14 Jan 11:00", NUDGING), Kind.NUDGE) == [at("Fri 16 Jan 11:00")]
    nudged = HELD.nudged("Wed 14 Jan 11:00", first.key)
    assert due(nudged.decide("Fri 16 Jan 10:59:59", NUDGING), Kind.NUDGE) == []
    assert only(nudged.decide("Fri 16 Jan 11:00", NUDGING), Kind.NUDGE).fact("number") == "2"
    assert only(HELD.decide("Wed 21 Jan 12:00", NUDGING), Kind.NUDGE).fact("number") == "3"  # Tuesday 20 Jan 11:00
    assert only(HELD.decide("Wed 21 Jan 12:00", NUDGING), Kind.NUDGE).at == at("Tue 20 Jan 11:00")


def test_a_reminder_is_due_in_its_second_and_announced_under_the_key_that_it_will_have() -> None:
    story = ticket(START).answers("Mon 12 Jan 09:30").becomes("Mon 12 Jan 10:00", THIRD_PARTY)
    keys = []
    for number, day in enumerate(("Wed 14 Jan", "Fri 16 Jan", "Tue 20 Jan"), 1):
        before = story.decide(f"{day} 09:59:59")
        assert [action for action in before.due_now if action.key.endswith(f"/{number}")] == []
        (foretold,) = [action for action in before.upcoming if action.kind is Kind.NUDGE]
        assert foretold.at == at(f"{day} 10:00")
        assert foretold.key.endswith(f"/{number}")
        found = only(story.decide(f"{day} 10:00"), Kind.NUDGE)
        assert found == foretold
        assert found.fact("number") == str(number)
        keys.append(found.key)
        story = story.nudged(f"{day} 10:00", found.key)
    assert len(set(keys)) == 3


def test_a_clock_that_gives_no_time_at_all_is_refused() -> None:
    with pytest.raises(PolicyError, match="no time at all"):
        policy(with_clocks({**UPDATES, "within": "0m"}))


def test_no_reminder_outside_the_categories_that_owe_updates() -> None:
    back = HELD.becomes("Tue 13 Jan 11:00", PENDING)
    assert due(back.decide("Fri 16 Jan 11:00", NUDGING), Kind.NUDGE) == []
    rules = policy(with_clocks({**UPDATES, "during": ["pending", "waiting_on_third_party"]}))
    assert only(back.decide("Thu 15 Jan 11:00", rules), Kind.NUDGE).at == at("Thu 15 Jan 11:00")
    assert back.decide("Thu 15 Jan 11:00", NUDGING).clock("third_party_update") is not None


def test_a_solve_while_others_are_waited_for_ends_the_wait() -> None:
    story = HELD.becomes("Tue 13 Jan 11:00", SOLVED)
    found = clock(story.decide("Fri 16 Jan 11:00", NUDGING), "third_party_update")
    assert (found.verdict, found.stopped_at) == (Verdict.MET, at("Tue 13 Jan 11:00"))
    gone = HELD.merged("Tue 13 Jan 11:00")
    assert clock(gone.decide("Fri 16 Jan 11:00", NUDGING), "third_party_update").verdict is Verdict.VOID
