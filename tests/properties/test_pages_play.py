"""Does everybody hear of a rung once, whatever else happens meanwhile?

Promise: pages arrive one by one, in any order; people ask for the next page and for quiet at any time. Nothing is sent
twice, whoever asks gets a page at once, and in quiet hours nobody hears of what could wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.domain import Acknowledged, AnyEvent, Escalated, LadderFrozen, PageSent
from slabot.policy import LadderChanges, Policy, freeze, parse_destination, plan_of
from slabot.rules import Action, Decision, Kind, decide
from tests.properties.stories import FoundMessage, moments_of, told
from tests.properties.test_decide_play import done

EXAMPLES = 60
LOOKS = 30


def at(story: FoundMessage, events: Sequence[AnyEvent], now: datetime, rules: Policy | None = None) -> Decision:
    known = replace(story, events=tuple(events))
    return decide(story.ticket, known.timeline, rules or story.policy, now)


def pages(decision: Decision) -> list[Action]:
    return [action for action in decision.due_now if action.kind is Kind.PAGE]


def no_pages(story: FoundMessage) -> list[AnyEvent]:
    return [replace(event, observed_at=None) for event in story.events if not isinstance(event, PageSent)]


@settings(max_examples=EXAMPLES)
@given(st.data(), told(most=6))
def test_each_destination_hears_of_a_rung_once_however_the_pages_arrive(
    data: st.DataObject, story: FoundMessage
) -> None:
    events = no_pages(story)
    now = max([story.ticket.created_at, *(event.at for event in events)])
    sent: set[str] = set()
    for _ in range(LOOKS):
        decision = at(story, events, now)
        due = pages(decision)
        assert not {action.key for action in due} & sent
        one_arrives: bool = data.draw(st.sampled_from([True, True, True, False]))
        if due and one_arrives:
            action = data.draw(st.sampled_from(due))
            sent.add(action.key)
            events.append(done(action, now))
            left = {other.key for other in due} - {action.key}
            assert {other.key for other in pages(at(story, events, now))} == left
            continue
        happens = data.draw(st.sampled_from([None, None, None, Escalated, Acknowledged]))
        if happens is not None:
            events.append(happens(at=now, clock=None))
        elif decision.next_look is None:
            break
        else:
            now = decision.next_look
        # Two things that people do are never in the same second as what they do them about.
        now += timedelta(seconds=1 if happens is not None else 0)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_whoever_asks_for_the_next_page_gets_one_for_every_running_clock(
    data: st.DataObject, story: FoundMessage
) -> None:
    now = data.draw(moments_of(story))
    known = [event for event in no_pages(story) if event.at != now]  # nothing else is in the second of the wish
    listed = {step.fact("clock") for step in at(story, known, now).upcoming if step.kind is Kind.PAGE}
    events = [*known, Escalated(at=now, clock=None, by_id="U012AB3CD")]
    decision = at(story, events, now)
    asked = {action.fact("clock") for action in pages(decision)}
    if story.policy.start_from is None or story.ticket.created_at >= story.policy.start_from:
        assert listed <= asked
    events.extend(done(action, now) for action in pages(decision))
    again = at(story, events, now)
    assert [action for action in pages(again) if action.fact("asked_at")] == []


@settings(max_examples=EXAMPLES * 2)
@given(st.data(), told())
def test_in_quiet_hours_only_what_was_due_before_or_was_asked_for_is_sent(
    data: st.DataObject, story: FoundMessage
) -> None:
    now = data.draw(moments_of(story))
    for action in pages(at(story, list(story.events), now)):
        severity = action.fact("severity") or ""
        if story.policy.quiet_until(severity, now) is not None and action.fact("asked_at") is None:
            assert story.policy.quiet_until(severity, action.at) is None
            assert action.at <= now


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_a_change_of_the_ladders_moves_no_page_of_a_clock_that_they_were_frozen_into(
    data: st.DataObject, story: FoundMessage
) -> None:
    now = data.draw(moments_of(story))
    events: list[AnyEvent] = [event for event in story.events if not isinstance(event, LadderFrozen)]
    rules = story.policy.model_copy(update={"ladder_changes": LadderChanges.KEEP})
    before = at(story, events, now, rules)
    created = story.ticket.created_at
    for clock in before.clocks:
        plan = freeze(plan_of(rules, clock.name))
        events.append(LadderFrozen(at=created, clock=clock.label, plan=plan))
    changed = rules.model_copy(update={"escalate": (), "re_page_after": timedelta(hours=9)})
    under_change = replace(at(story, events, now, changed), kept_ladders=())  # which says that the file has others now
    assert under_change == at(story, events, now, rules) == before
    replanned = changed.model_copy(update={"ladder_changes": LadderChanges.REPLAN})
    assert pages(at(story, events, now, replanned)) == []


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_every_page_names_a_destination_that_can_be_read(data: st.DataObject, story: FoundMessage) -> None:
    for action in pages(at(story, list(story.events), data.draw(moments_of(story)))):
        to = action.fact("to") or ""
        assert to == "channel" or str(parse_destination(to)) == to
        assert action.key.endswith(f"/to/{to}") or "/to/" not in action.key
