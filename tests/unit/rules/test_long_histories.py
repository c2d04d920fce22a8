"""A ticket on which two machines write to one another for a night is decided about in no time all the same."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from slabot.domain import Actor, AnyEvent, StatusChanged, Timeline
from slabot.rules import decide
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, WAITING_ACTS, policy, with_clocks
from tests.fixtures.tickets import AGENT, CUSTOMER, PENDING, WAITING, a_ticket, message
from tests.fixtures.times import after

WRITTEN = 5_000  # messages, each with a change of status
SECONDS = 8.0  # of the processor; it takes about one, where each message looked at all others it would be a minute


@pytest.mark.parametrize("judged", [False, True])
def test_five_thousand_messages_are_decided_about_in_seconds(judged: bool) -> None:
    events: list[AnyEvent] = []
    for number in range(WRITTEN):
        by: Actor = AGENT if number % 2 else CUSTOMER
        at = after(minutes=number)
        events.append(message(at, by, f"your message {number} was received", id=f"m{number}"))
        events.append(StatusChanged(at=at, by=by, id=f"s{number}", to=WAITING if number % 2 else PENDING))
    by_words = {"classify.reader": {"mode": "act"}, "replies": {"mode": "act"}} if judged else {}
    rules = policy(with_clocks(NEXT_RESPONSE, RESOLUTION), WAITING_ACTS, by_words)
    timeline = Timeline.of(events)
    began = time.process_time()
    decision = decide(a_ticket(), timeline, rules, after(minutes=WRITTEN) + timedelta(days=1))
    assert time.process_time() - began < SECONDS
    # First response and each later question's; and the resolution, unless it is judged low, for which there is none.
    assert len(decision.clocks) == WRITTEN // 2 + (not judged)
