"""Do the clocks beside the first response count as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.rules import Kind
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, RESOLUTION, UPDATES, policy, with_clocks
from tests.fixtures.tickets import AGENT, PENDING, THIRD_PARTY, clock, due, only, ticket
from tests.fixtures.times import at


def test_while_a_third_party_is_waited_for_updates_are_owed_to_the_customer() -> None:
    """Waiting on Third Party: may involve others; updates are provided to the customer (§5)."""
    story = ticket().answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    update = clock(story.decide("Mon 12 Jan 11:00"), UPDATES["name"])
    assert (update.started_at, update.due_at) == (at("Mon 12 Jan 11:00"), at("Wed 14 Jan 11:00"))
    assert story.decide("Mon 12 Jan 11:00").due_now == ()


def test_delays_of_the_customer_extend_the_resolution() -> None:
    """delays extend resolution times (so `resolution` clocks pause there)."""
    rules = policy(with_clocks(RESOLUTION), NO_RULES)
    story = ticket("Mon 12 Jan 09:00", priority="high").waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 13:00", "Version 7")
    story = story.becomes("Mon 12 Jan 13:00", PENDING)
    waiting = clock(story.decide("Mon 12 Jan 12:00", rules), "resolution")
    assert (waiting.due_at, waiting.paused_since) == (None, at("Mon 12 Jan 10:00"))
    found = clock(story.decide("Mon 12 Jan 13:00", rules), "resolution")
    assert found.due_at == at("Tue 13 Jan 12:00")  # 24 h from 09:00, and the 3 h of waiting
    assert found.elapsed == timedelta(hours=1)


def test_the_same_engine_offers_further_clocks() -> None:
    """the same engine offers `next_response`, `resolution` and `periodic_update`

    start, stop and pause conditions over the timeline.
    """
    rules = policy(with_clocks(NEXT_RESPONSE, RESOLUTION, UPDATES))
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    story = story.becomes("Mon 12 Jan 11:30", THIRD_PARTY)
    decision = story.decide("Mon 12 Jan 12:00", rules)
    assert [(found.name, found.started_at, found.stopped_at) for found in decision.clocks] == [
        ("first_response", at("Mon 12 Jan 09:00"), at("Mon 12 Jan 10:00")),
        ("next_response", at("Mon 12 Jan 11:00"), None),
        ("resolution", at("Mon 12 Jan 09:00"), None),
        ("third_party_update", at("Mon 12 Jan 11:30"), None),
    ]


def test_the_assignee_is_nudged_after_two_business_days_without_a_public_update() -> None:
    """(the default policy uses the last for Waiting on Third Party: "updates will be provided", a nudge to the assignee
    after 2 business days without a public update):
    """
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    story = story.says("Tue 13 Jan 11:00", AGENT, "They look into it", public=False)  # no update to the customer
    assert due(story.decide("Wed 14 Jan 10:59:59"), Kind.NUDGE) == []
    assert only(story.decide("Wed 14 Jan 11:00"), Kind.NUDGE).mode.value == "act"
    updated = story.answers("Tue 13 Jan 15:00", "They look into it")
    assert due(updated.decide("Thu 15 Jan 14:59:59"), Kind.NUDGE) == []
    assert due(updated.decide("Thu 15 Jan 15:00"), Kind.NUDGE) != []
