"""What comes of any story that is played?

Promise: a play does nothing twice, leaves nothing undone, and depends on what was told alone: played again from what it
left behind, without slabot's own acts, it is the same play.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings

from slabot.domain import PageSent, Timeline
from slabot.policy import Mode
from slabot.reports.play import as_told, is_own, left_behind, play
from slabot.rules import Kind, decide
from tests.properties.stories import FoundMessage, told

DAYS = timedelta(days=9)


def timeline_of(story: FoundMessage) -> Timeline:
    return as_told(Timeline.of(replace(event, observed_at=None) for event in story.events))


@settings(max_examples=60)
@given(told(most=8))
def test_a_play_does_nothing_twice_and_leaves_nothing_due(story: FoundMessage) -> None:
    until = story.ticket.created_at + DAYS
    found = play(story.ticket, timeline_of(story), story.policy, until)
    keys = [act.action.key for act in found.acts]
    assert len(keys) == len(set(keys))
    assert all(act.action.at <= act.at <= until for act in found.acts)
    left = {action.key for action in found.last.due_now if action.mode is Mode.ACT}
    assert not left - set(keys)
    assert found.last == decide(story.ticket, found.record.timeline, story.policy, until)


def played_look_by_look(story: FoundMessage, until: datetime) -> set[tuple[datetime, str]]:
    """What is done if the ticket is decided about at its every next look, with all that was done before."""
    timeline, now = timeline_of(story), story.ticket.created_at
    done: dict[str, datetime] = {}
    while True:
        decision = decide(story.ticket, timeline, story.policy, now)
        new = {action.key: action for action in decision.due_now if action.key not in done}
        if new:
            done |= dict.fromkeys(new, now)
            timeline = timeline.merged(event for action in new.values() for event in left_behind(action, now))
        elif decision.next_look is None or decision.next_look > until:
            return {(at, key) for key, at in done.items()}
        else:
            now = decision.next_look


@settings(max_examples=120)
@given(told(most=8))
def test_a_play_does_what_is_decided_at_every_next_look(story: FoundMessage) -> None:
    until = story.ticket.created_at + DAYS
    found = play(story.ticket, timeline_of(story), story.policy, until)
    assert {(act.at, act.action.key) for act in found.acts} == played_look_by_look(story, until)


@settings(max_examples=60)
@given(told(most=8))
def test_a_play_is_repeated_from_what_it_left_behind(story: FoundMessage) -> None:
    until = story.ticket.created_at + DAYS
    first = play(story.ticket, timeline_of(story), story.policy, until)
    again = play(story.ticket, as_told(first.record.timeline), story.policy, until)
    assert again == first
    assert [event for event in first.record.timeline if not is_own(event)] == list(timeline_of(story))


@settings(max_examples=60)
@given(told(most=8))
def test_every_page_of_a_play_stands_in_its_timeline_as_it_was_decided(story: FoundMessage) -> None:
    until = story.ticket.created_at + DAYS
    found = play(story.ticket, timeline_of(story), story.policy, until)
    pages = [act for act in found.acts if act.action.kind is Kind.PAGE]
    sent = [event for event in found.record.timeline if isinstance(event, PageSent)]
    assert sorted((act.at, act.action.fact("rung"), act.action.fact("to")) for act in pages) == sorted(
        (event.at, event.rung, event.to) for event in sent
    )
