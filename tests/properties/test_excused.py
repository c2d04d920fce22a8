"""Do excuses leave every figure as it is, and give the excused ones beside them, whatever the story?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.domain import Actor, AnyEvent, BreachReasonGiven, Excused, ExcuseWithdrawn, Message, Timeline
from slabot.rules import ClockState, Verdict, decide
from tests.properties.stories import LASTS, FoundMessage, moments_of, told

EXAMPLES = 60
DECLARED = (BreachReasonGiven, Excused, ExcuseWithdrawn)
SHOWN = ("breach_reason", "excused")
IN_TIME = (Verdict.MET, Verdict.UNANSWERED, Verdict.NO_PROMISE, Verdict.UNKNOWN)  # as if it had not been missed


def plain(story: FoundMessage) -> FoundMessage:
    return replace(story, events=tuple(each for each in story.events if not isinstance(each, DECLARED)))


def decided(story: FoundMessage, now: datetime, *more: AnyEvent) -> tuple[ClockState, ...]:
    return decide(story.ticket, Timeline.of([*story.events, *more]), story.policy, now).clocks


@st.composite
def excuses(draw: st.DrawFn, story: FoundMessage) -> list[Excused]:
    """Some excuses, declared as soon as their time was over."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        since = story.ticket.created_at + timedelta(seconds=draw(st.integers(0, LASTS)))
        until = since + timedelta(seconds=draw(st.integers(1, 3 * 86_400)))
        clock = draw(st.sampled_from([None, None, "first_response", "resolution"]))
        found.append(Excused(at=until, id=f"x{number}", since=since, until=until, reason="force_majeure", clock=clock))
    return found


def raw(decision: dict[str, Any]) -> dict[str, Any]:
    """Everything but what was declared, and when to look again at it."""
    for clock in decision["clocks"]:
        for name in SHOWN:
            clock.pop(name, None)
    del decision["next_look"]
    return decision


@settings(max_examples=EXAMPLES * 2)
@given(st.data(), told())
def test_no_declaration_touches_a_figure_as_it_is(data: st.DataObject, story: FoundMessage) -> None:
    declared, now = data.draw(excuses(story)), data.draw(moments_of(story))
    with_all = decide(story.ticket, Timeline.of([*story.events, *declared]), story.policy, now)
    without = plain(story)
    assert raw(with_all.as_json()) == raw(decide(without.ticket, without.timeline, story.policy, now).as_json())


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_the_order_of_the_excuses_does_not_matter(data: st.DataObject, story: FoundMessage) -> None:
    declared = data.draw(excuses(story))
    numbers = data.draw(st.permutations(range(len(declared))))
    at = max(each.at for each in declared)
    other = [replace(declared[n], at=at, id=f"y{place}", seq=place) for place, n in enumerate(numbers)]
    declared = [replace(each, at=at) for each in declared]
    now = at + timedelta(days=data.draw(st.integers(0, 20)))
    one, two = decided(plain(story), now, *declared), decided(plain(story), now, *other)
    assert [figures(clock) for clock in one] == [figures(clock) for clock in two]


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_excuses_that_overlap_count_once(data: st.DataObject, story: FoundMessage) -> None:
    declared = data.draw(excuses(story))
    now = max(each.at for each in declared) + timedelta(days=data.draw(st.integers(0, 20)))
    parts: list[Excused] = []
    for each in declared:
        middle = each.since + (each.until - each.since) // 2
        parts += [each, replace(each, id=f"{each.id}-again"), replace(each, id=f"{each.id}-half", until=middle)]
    parts = [part for part in parts if part.since < part.until]
    one, two = decided(plain(story), now, *declared), decided(plain(story), now, *parts)
    assert [figures(clock) for clock in one] == [figures(clock) for clock in two]


@settings(max_examples=EXAMPLES * 2)
@given(st.data(), told())
def test_what_was_missed_is_in_time_once_all_that_was_overdue_is_excused(
    data: st.DataObject, story: FoundMessage
) -> None:
    story = plain(story)
    answered = story.ticket.created_at + timedelta(seconds=LASTS + data.draw(st.integers(0, 5 * 86_400)))
    story = replace(story, events=(*story.events, Message(at=answered, by=Actor.AGENT, by_id="agent-9", text="Done")))
    now = answered + timedelta(days=1)
    for clock in decided(story, now):
        if clock.verdict is not Verdict.MISSED:
            continue
        assert clock.stopped_at is not None
        assert clock.missed is not None
        whole = Excused(
            at=now,
            id="x",
            since=clock.started_at,
            until=clock.stopped_at,
            reason="force_majeure",
            clock=clock.label,
        )
        # Where the terms changed meanwhile, an earlier deadline may have been missed too, before this one.
        first = clock.missed.due_at if clock.in_force_since == clock.started_at else clock.started_at
        for excuse in (whole, replace(whole, since=first)):
            excused = next(each for each in decided(story, now, excuse) if each.label == clock.label)
            assert excused.verdict is Verdict.MISSED
            assert excused.as_excused.verdict in IN_TIME


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_an_excuse_never_makes_anything_later_or_more(data: st.DataObject, story: FoundMessage) -> None:
    declared = data.draw(excuses(story))
    now = max(each.at for each in declared) + timedelta(days=data.draw(st.integers(0, 20)))
    for clock in decided(plain(story), now, *declared):
        beside = clock.as_excused
        assert beside.elapsed <= clock.elapsed
        assert beside.overdue <= clock.overdue
        assert clock.due_at is None or beside.due_at is None or beside.due_at >= clock.due_at
        assert not (beside.is_missed and not clock.is_missed)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_an_excuse_that_was_withdrawn_leaves_nothing(data: st.DataObject, story: FoundMessage) -> None:
    declared = data.draw(excuses(story))
    now = max(each.at for each in declared) + timedelta(days=1)
    withdrawn = [ExcuseWithdrawn(at=now, id=f"w-{each.id}", of=each.id) for each in declared]
    assert decided(plain(story), now, *declared, *withdrawn) == decided(plain(story), now)


def figures(clock: ClockState) -> tuple[object, ...]:
    beside = clock.as_excused
    return (
        clock.label,
        clock.verdict,
        beside.verdict,
        beside.due_at,
        beside.met_until,
        beside.missed,
        beside.overdue,
        clock.excused_time,
    )
