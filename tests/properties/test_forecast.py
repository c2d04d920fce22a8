"""Is what is foreseen the same as deciding at every next look?

Promise: the forecast passes over looks at which nothing but a page that it has foretold comes about. This holds it
against a play that passes over none.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.policy import Mode
from slabot.reports.forecast import Passing, foresee
from slabot.rules import Kind, decide
from tests.properties.stories import FoundMessage, told
from tests.properties.test_decide_play import done

Seen = set[tuple[datetime, str, str]]
LOOKS = 400


def _step(clock: str | None, rung: str | None) -> str:
    return f"{clock}: {rung}"


def played(story: FoundMessage, now: datetime, until: datetime) -> tuple[Seen, bool]:
    """What comes about at each look, as at run time but for the people; and whether the play came to its end."""
    seen, acted, at = Seen(), set[str](), now
    events = list(story.events)
    for _ in range(LOOKS):
        timeline = FoundMessage(story.setting, story.ticket, tuple(events)).timeline
        decision = decide(story.ticket, timeline, story.policy, at)
        acts = [action for action in decision.due_now if action.key not in acted]
        acted.update(action.key for action in acts)
        for action in acts:
            name = _step(action.fact("clock"), action.fact("rung")) if action.kind is Kind.PAGE else action.key
            seen.add((at, action.kind.value, name))
            if action.mode is Mode.ACT or action.kind in (Kind.NOTE, Kind.ASK):
                events.append(done(replace(action, mode=Mode.ACT), at))
            else:
                events.append(done(action, at))
        if any(action.kind is not Kind.PAGE for action in acts):
            continue
        following = min(decision.next_look or until, until)
        for clock in decision.clocks:
            if clock.running and not clock.no_promise and clock.met_until and at <= clock.met_until < following:
                seen.add((clock.met_until, "breach", clock.label))
        if following == until:
            return seen, True
        at = following
    return seen, False


@settings(max_examples=20)
@given(told(most=8), st.integers(0, 12 * 24), st.integers(1, 20 * 24))
def test_it_is_what_a_play_that_passes_over_nothing_comes_to(story: FoundMessage, start: int, hours: int) -> None:
    events = tuple(replace(event, observed_at=None) for event in story.events)
    story = replace(story, events=tuple(event for event in events))
    now = max([story.ticket.created_at, *(event.at for event in events)]) + timedelta(hours=start)
    until = now + timedelta(hours=hours)
    expected, ended = played(story, now, until)
    found = list(foresee(story.ticket, story.timeline, story.policy, now, until))

    assert [each.at for each in found] == sorted(each.at for each in found)
    if not ended:
        return
    seen = {
        (each.at, each.kind.value, _step(each.clock, each.rung) if each.kind is Kind.PAGE else each.clock)
        for each in found
        if each.kind in (Kind.PAGE, Passing.BREACH)
    }
    assert seen == {each for each in expected if each[1] in ("page", "breach")}
    others = [(each.at, each.kind.value) for each in found if each.kind not in (Kind.PAGE, Passing.BREACH)]
    assert sorted(others) == sorted((at, kind) for at, kind, _ in expected if kind not in ("page", "breach"))
