"""Is a decision a function of what happened and of when it is asked, and does it hold until it says it does?"""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.domain import SECOND, TicketRecord, Timeline, parse_instant, read_tickets, write_ticket
from slabot.rules import Action, Decision, Kind, decide
from slabot.rules.questions import Topic
from slabot.rules.replies import questions_of
from tests.properties.stories import FoundMessage, moments_of, told

NOTHING = timedelta()
PASSING = (
    "elapsed_seconds",
    "overdue_seconds",
    "excused_seconds",
    "spans",
)  # what of a clock may change while nothing happens
EXAMPLES = 60

TOP = {"version", "now", "category", "severity", "clocks", "due_now", "upcoming", "next_look"}
CLOCK = {
    *("name", "severity", "target", "calendar", "started_at", "due_at", "met_until", "stopped_at", "elapsed_seconds"),
    *("verdict", "spans", "overdue_seconds"),
}
DUE = {"action", "mode", "key", "because"}
KINDS = {kind.value for kind in Kind}


def at(story: FoundMessage, now: Any) -> Decision:
    return decide(story.ticket, story.timeline, story.policy, now)


def lasting(decision: Decision) -> dict[str, Any]:
    """What may not change before the next look."""
    written = decision.as_json()
    del written["now"]
    for clock in written["clocks"]:
        for beside in [clock, clock.get("excused", {})]:
            for name in PASSING:
                beside.pop(name, None)
    return written


WISH = ("asked_at", "asked_by", "held")  # what of a page may change because somebody asks for it before its time


def meaning(action: Action) -> tuple[object, ...]:
    return (action.kind, tuple(fact for fact in action.facts if fact[0] not in WISH))


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_the_order_and_the_number_of_arrivals_do_not_matter(data: st.DataObject, story: FoundMessage) -> None:
    shuffled = data.draw(st.permutations([*story.events, *story.events]))
    half = data.draw(st.integers(0, len(shuffled)))
    timeline = Timeline.of(shuffled[:half]).merged(shuffled[half:]).merged(story.events)
    assert timeline == story.timeline
    assert timeline == Timeline.of(shuffled[half:]).merged(Timeline.of(shuffled[:half]))
    now = data.draw(moments_of(story))
    assert decide(story.ticket, timeline, story.policy, now) == at(story, now)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_asking_again_and_in_between_changes_nothing(data: st.DataObject, story: FoundMessage) -> None:
    now = data.draw(moments_of(story))
    first = at(story, now)
    for other in data.draw(st.lists(moments_of(story), max_size=3)):
        at(story, other)
    assert at(story, now) == first
    assert at(story, now).as_json() == first.as_json()


@settings(max_examples=EXAMPLES * 2)
@given(st.data(), told())
def test_nothing_changes_before_the_next_look(data: st.DataObject, story: FoundMessage) -> None:
    now = data.draw(moments_of(story))
    decision = at(story, now)
    look = decision.next_look
    assert look is None or look > now
    last = now + timedelta(days=60) if look is None else look - SECOND
    seconds = int((last - now).total_seconds())
    samples = [*data.draw(st.lists(st.integers(0, seconds), max_size=3)), seconds, min(seconds, 1)]
    for sample in samples:
        assert lasting(at(story, now + timedelta(seconds=sample))) == lasting(decision)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_what_happens_later_does_not_matter_now(data: st.DataObject, story: FoundMessage) -> None:
    now = data.draw(moments_of(story))
    known = FoundMessage(story.setting, story.ticket, tuple(event for event in story.events if event.at <= now))
    with_future, without = lasting(at(story, now)), lasting(at(known, now))
    del with_future["next_look"], without["next_look"]
    assert with_future == without


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_spans_are_contiguous_and_add_up_to_what_has_elapsed(data: st.DataObject, story: FoundMessage) -> None:
    for clock in at(story, data.draw(moments_of(story))).clocks:
        spans = clock.spans()
        assert sum((span.end - span.start for span in spans if span.counts), NOTHING) == clock.elapsed
        assert all(former.end == latter.start for former, latter in pairwise(spans))
        if clock.started_at < clock.seen_until:
            assert (spans[0].start, spans[-1].end) == (clock.started_at, clock.seen_until)
        assert clock.elapsed >= NOTHING
        assert clock.overdue >= NOTHING


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_a_verdict_once_given_stands_while_nothing_happens(data: st.DataObject, story: FoundMessage) -> None:
    now = max([story.ticket.created_at, *(event.at for event in story.events)], default=story.ticket.created_at)
    now += timedelta(seconds=data.draw(st.integers(0, 3 * 86_400)))
    later = now + timedelta(seconds=data.draw(st.integers(1, 60 * 86_400)))
    before, after = at(story, now).as_json()["clocks"], at(story, later).as_json()["clocks"]
    assert len(before) == len(after)
    for former, latter in zip(before, after, strict=True):
        if former["verdict"] is not None and former["verdict"] != "running":
            assert former == latter
        else:
            assert latter["verdict"] == former["verdict"]


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_a_clock_is_overdue_exactly_from_the_second_after_it_could_be_met(
    data: st.DataObject, story: FoundMessage
) -> None:
    for clock in at(story, data.draw(moments_of(story))).clocks:
        if clock.due_at is None or clock.met_until is None:
            assert clock.paused_since is not None or clock.stopped_at is not None or clock.no_promise
            continue
        assert clock.started_at <= clock.due_at <= clock.met_until
        if clock.seen_until > clock.met_until:
            assert clock.missed is not None
        elif clock.missed is not None:
            # It was missed under another severity or agreement.
            assert (clock.missed.severity, clock.missed.due_at) != (clock.terms.severity, clock.due_at)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_a_key_is_unique_and_never_changes_its_meaning(data: st.DataObject, story: FoundMessage) -> None:
    known: dict[str, object] = {}
    for now in sorted(data.draw(st.lists(moments_of(story), min_size=2, max_size=5))):
        decision = at(story, now)
        keys = [action.key for action in decision.due_now]
        assert len(keys) == len(set(keys))
        for action in (*decision.due_now, *decision.upcoming):
            assert action.key.startswith("acme/4711/")
            assert known.setdefault(action.key, meaning(action)) == meaning(action)


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_what_is_due_is_due_by_now_and_what_comes_comes_later_in_order(
    data: st.DataObject, story: FoundMessage
) -> None:
    now = data.draw(moments_of(story))
    decision = at(story, now)
    assert all(action.at <= now for action in decision.due_now)
    times = [action.at for action in decision.upcoming]
    assert times == sorted(times)
    assert len(times) <= 5
    assert all(time > now for time in times)
    if times and decision.next_look is not None:
        assert decision.next_look <= times[0]


@settings(max_examples=EXAMPLES)
@given(st.data(), told())
def test_the_json_form_has_the_keys_of_the_contract(data: st.DataObject, story: FoundMessage) -> None:
    written = json.loads(json.dumps(at(story, data.draw(moments_of(story))).as_json()))
    assert written["version"] == 1
    assert set(written) >= TOP
    assert set(written["severity"]) >= {"value", "because", "source"}
    assert written["severity"]["because"]
    assert written["severity"]["source"] in ("agent", "rule", "reader", "priority", "default")
    for clock in written["clocks"]:
        assert set(clock) >= CLOCK
        if clock["verdict"] is None:
            assert clock["no_promise"]
            assert [clock[key] for key in ("target", "due_at", "met_until")] == [None] * 3
        else:
            assert clock["verdict"] in ("running", "met", "missed", "unanswered", "unknown", "void")
            assert (clock["stopped_at"] is None) == (clock["verdict"] == "running")
        for span in clock["spans"]:
            assert set(span) == {"from", "to", "counts", "why"}
            assert parse_instant(span["from"]) < parse_instant(span["to"])
    for action in written["due_now"]:
        assert set(action) >= DUE
        assert (action["action"] in KINDS, action["mode"] in ("act", "observe")) == (True, True)
    for action in written["upcoming"]:
        assert set(action) >= {"action", "at", "because"}
        parse_instant(action["at"])


@settings(max_examples=EXAMPLES)
@given(told(), st.integers(0, 12 * 24))
def test_a_question_has_one_label_and_an_end_after_its_beginning_and_only_the_last_of_a_topic_waits(
    story: FoundMessage, hours: int
) -> None:
    decision = at(story, story.ticket.created_at + timedelta(hours=hours))
    asked = questions_of(decision)
    assert len({question.label for question in asked}) == len(asked)
    for question in asked:
        assert question.since <= decision.now
        assert question.due is None or question.due > question.since
        assert question.outcome is None or question.since <= question.outcome.at <= decision.now
    for topic in Topic:
        assert all(question.outcome for question in [each for each in asked if each.topic is topic][:-1])
    waiting = {question.label for question in asked if question.waits}
    assert {act.fact("about") for act in decision.due_now if act.kind is Kind.ASK} <= waiting


@settings(max_examples=EXAMPLES * 2)
@given(told(most=20))
def test_a_ticket_file_reads_back_what_was_written(story: FoundMessage) -> None:
    record = TicketRecord(story.ticket, story.timeline)
    written = write_ticket(record)
    assert "\n" not in written
    [again] = read_tickets(written)
    assert again == record
    assert write_ticket(again) == written
