"""In which order do events stand, and which of them are the same?"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    Category,
    Message,
    Person,
    StatusChanged,
    TagsChanged,
    Ticket,
    Timeline,
)

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def message(text: str = "…", at: datetime = NOON, by: Actor = Actor.AGENT, **facts: Any) -> Message:
    return Message(at=at, by=by, text=text, **facts)


def status(to: Category, at: datetime = NOON, **facts: Any) -> StatusChanged:
    return StatusChanged(at=at, to=to, **facts)


def ordered(*events: AnyEvent) -> tuple[AnyEvent, ...]:
    """The events in order, which must be the same whatever the order they arrive in."""
    first = Timeline.of(events).events
    for order in itertools.permutations(events):
        assert Timeline.of(order).events == first
        assert Timeline().merged(order[:1]).merged(order[1:]).merged(order).events == first
    return first


def test_events_are_ordered_by_time() -> None:
    early, late = message(at=NOON - SECOND), status(Category.PENDING, at=NOON + SECOND)
    assert ordered(late, message(), early) == (early, message(), late)


def test_in_one_second_messages_come_before_status_before_the_rest() -> None:
    tags, solved, words = TagsChanged(at=NOON, to=("a",)), status(Category.SOLVED), message()
    assert ordered(tags, solved, words) == (words, solved, tags)


def test_the_sources_own_sequence_orders_a_kind_within_a_second() -> None:
    first = message("b", by=Actor.CUSTOMER, id="9", seq=1)
    second = message("a", id="1", seq=2)
    assert ordered(second, first) == (first, second)
    solved, closed = status(Category.CLOSED, id="9", seq=1), status(Category.SOLVED, id="1", seq=2)
    assert ordered(closed, solved) == (solved, closed)
    assert ordered(status(Category.SOLVED, seq=0), message(seq=5)) == (message(seq=5), status(Category.SOLVED, seq=0))


def test_without_a_sequence_the_customer_has_the_last_word_of_a_second() -> None:
    by_order = (Actor.SYSTEM, Actor.AUTOMATION, Actor.THIRD_PARTY, Actor.AGENT, Actor.SLABOT, Actor.CUSTOMER)
    events = ordered(*(message(by=actor) for actor in Actor))
    assert tuple(event.by for event in events) == by_order


def test_without_a_sequence_the_later_category_of_a_second_stands() -> None:
    assert ordered(status(Category.CLOSED), status(Category.SOLVED), status(Category.PENDING)) == (
        status(Category.PENDING),
        status(Category.SOLVED),
        status(Category.CLOSED),
    )


def test_the_same_event_is_kept_once() -> None:
    assert ordered(message("a"), message("a"), message("b")) == (message("a"), message("b"))
    assert ordered(message("a", id="1"), message("a", id="1")) == (message("a", id="1"),)


def test_events_with_different_ids_are_different_though_they_say_the_same() -> None:
    assert len(ordered(message("a", id="1"), message("a", id="2"))) == 2
    assert len(ordered(message("a", id="1"), message("a"))) == 2


def test_of_one_id_at_two_times_the_earlier_is_kept() -> None:
    early, late = message("a", id="1"), message("a", id="1", at=NOON + SECOND)
    assert ordered(late, early) == (early,)


def test_of_one_id_with_two_contents_in_a_second_the_same_is_kept_whatever_came_first() -> None:
    assert len(ordered(message("as it was", id="1"), message("", id="1"))) == 1  # scrubbed since


def test_until_includes_the_second_itself() -> None:
    timeline = Timeline.of([message("a"), message("b", at=NOON + SECOND), message("c", at=NOON + 2 * SECOND)])
    assert [event.at for event in timeline.until(NOON + SECOND)] == [NOON, NOON + SECOND]
    assert timeline.until(NOON - SECOND) == Timeline()
    assert timeline.until(NOON + 2 * SECOND) is timeline
    assert Timeline().until(NOON) == Timeline()


def test_a_timeline_reads_like_a_sequence() -> None:
    timeline = Timeline.of([message("b", at=NOON + SECOND), message("a")])
    assert len(timeline) == 2
    assert timeline[0] == message("a")
    assert timeline[:1] == (message("a"),)
    assert list(timeline) == list(timeline.events)


def test_an_event_is_as_late_as_it_was_noticed() -> None:
    assert status(Category.SOLVED).latest == NOON
    assert status(Category.SOLVED, observed_at=NOON + SECOND).latest == NOON + SECOND
    assert status(Category.SOLVED, observed_at=NOON - SECOND).latest == NOON


def test_slabots_own_acts_say_so() -> None:
    assert Acknowledged(at=NOON).by is Actor.AGENT
    assert Ticket(helpdesk="acme", id="4711", created_at=NOON).reference == "acme/4711"
    assert Person("r1").email is None


@pytest.mark.parametrize(
    ("category", "ended", "words"),
    [
        (Category.OPEN, False, "Open"),
        (Category.PENDING, False, "Pending"),
        (Category.WAITING_ON_CUSTOMER, False, "Waiting on Customer"),
        (Category.WAITING_ON_THIRD_PARTY, False, "Waiting on Third Party"),
        (Category.SOLVED, True, "Solved"),
        (Category.CLOSED, True, "Closed"),
    ],
)
def test_a_category_knows_its_words_and_whether_work_has_ended(category: Category, ended: bool, words: str) -> None:
    assert (category.ended, category.words) == (ended, words)
