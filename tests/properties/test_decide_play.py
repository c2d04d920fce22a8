"""What happens if slabot does all that is due, at every next look?

Promise: every act becomes an event of the timeline, as at run time. Nothing is done twice, nothing that was done
stays due, and the play comes to its end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.domain import (
    Actor,
    AnyEvent,
    Category,
    Message,
    Noted,
    Nudged,
    PageSent,
    PriorityChanged,
    StatusChanged,
    Would,
    parse_instant,
)
from slabot.policy import Mode
from slabot.rules import Action, Kind, decide
from tests.properties.stories import FoundMessage, told

LATEST = 99  # place within a second; stories draw smaller ones
LOOKS = 120  # a ladder without an end is cut here
WRITES = {Kind.FOLLOW_UP, Kind.AUTO_SOLVE, Kind.AUTO_CLOSE, Kind.REOPEN, Kind.SET_CATEGORY, Kind.SET_BACK}


def done(action: Action, now: datetime) -> AnyEvent:
    """What the act leaves behind on the timeline, after all else that happened in the same second."""
    return replace(_left_behind(action, now), seq=LATEST)


def _left_behind(action: Action, now: datetime) -> AnyEvent:
    if action.mode is Mode.OBSERVE:
        return Would(at=now, key=action.key)
    match action.kind:
        case Kind.PAGE:
            return PageSent(
                at=now,
                clock=action.fact("clock") or "",
                rung=action.fact("rung") or "",
                severity=action.fact("severity"),
                repetition=int(action.fact("repetition") or 0),
                to=action.fact("to"),
                asked_at=None if (asked := action.fact("asked_at")) is None else parse_instant(asked),
            )
        case Kind.FOLLOW_UP:
            return Message(at=now, by=Actor.SLABOT, text="still waiting")
        case Kind.AUTO_SOLVE | Kind.AUTO_CLOSE | Kind.REOPEN | Kind.SET_CATEGORY | Kind.SET_BACK:
            return StatusChanged(at=now, by=Actor.SLABOT, to=Category(action.fact("to") or ""))
        case Kind.SET_SEVERITY:
            return PriorityChanged(at=now, by=Actor.SLABOT, to=action.fact("priority"))
        case Kind.NUDGE:
            return Nudged(at=now, key=action.key)
        case Kind.NOTE | Kind.ASK:
            return Noted(at=now, key=action.key)


@settings(max_examples=60)
@given(told(most=8), st.integers(0, 7_200))
def test_nothing_is_done_twice_and_what_was_done_is_not_due_any_more(story: FoundMessage, late: int) -> None:
    # Acts are done up to two hours late, as after an outage. What is known of the future is kept out of the way.
    events = [replace(event, observed_at=None) for event in story.events]
    now: datetime | None = max([story.ticket.created_at, *(event.at for event in events)])
    sent: set[str] = set()
    followed_up: dict[str, int] = {}
    for _ in range(LOOKS):
        assert now is not None
        known = FoundMessage(story.setting, story.ticket, tuple(events))
        decision = decide(story.ticket, known.timeline, story.policy, now)
        acts = [action for action in decision.due_now if action.key not in sent]
        for action in acts:
            sent.add(action.key)
            events.append(done(action, now))
            if action.kind is Kind.FOLLOW_UP:
                round_key = action.key.rpartition("/")[0]
                followed_up[round_key] = followed_up.get(round_key, 0) + 1
                assert followed_up[round_key] <= story.policy.waiting.follow_ups
        again = decide(
            story.ticket, FoundMessage(story.setting, story.ticket, tuple(events)).timeline, story.policy, now
        )
        if acts:
            repeated = {action.key for action in again.due_now if action.mode is Mode.ACT} & sent
            assert not repeated
        else:
            assert again == decision
        now = again.next_look
        if now is None or now > story.ticket.created_at + timedelta(days=80):
            break
        now += timedelta(seconds=late)


@settings(max_examples=60)
@given(told(most=8))
def test_a_play_left_alone_ends_with_nothing_but_pages(story: FoundMessage) -> None:
    events = [replace(event, observed_at=None) for event in story.events]
    now = max([story.ticket.created_at, *(event.at for event in events)])
    for _ in range(LOOKS):
        known = FoundMessage(story.setting, story.ticket, tuple(events))
        decision = decide(story.ticket, known.timeline, story.policy, now)
        acts = [a for a in decision.due_now if a.mode is Mode.ACT and a.kind in WRITES]
        if acts:
            events.append(done(acts[0], now))
            continue
        look = min((action.at for action in decision.upcoming if action.kind in WRITES), default=None)
        if look is None:
            break
        now = look
    else:
        raise AssertionError("slabot writes to this ticket again and again")
