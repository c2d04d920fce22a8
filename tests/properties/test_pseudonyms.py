"""Whatever happened to a ticket, nobody is named in it any more, and it is decided about as before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from slabot.domain import Message, TicketRecord, Timeline, read_tickets, write_ticket
from slabot.reports.pseudonyms import Pseudonyms, TextsKept
from slabot.rules import Decision, decide
from slabot.runtime.pinned import pinned
from slabot.store.erased import forget, mark
from tests.properties.stories import FoundMessage, moments_of, told

WORDS = ("customer.example", "outage", "question", "gold")


def outline(decision: Decision, renamed: Callable[[str], str] = str) -> object:
    """What a decision is, without the words that it is explained in; `renamed` gives people in keys their new names.

    That a customer asked for more after the answer is told at once, with the quote: without the words nobody is told.
    """
    due = [action for action in decision.due_now if "/note/raised/" not in action.key]
    return (
        decision.category,
        decision.severity.severity,
        decision.clocks,
        [(action.kind, renamed(action.key), action.at, action.mode) for action in due],
        [(action.kind, renamed(action.key), action.at) for action in decision.upcoming],
        decision.next_look,
    )


def numbered(story: FoundMessage) -> TicketRecord:
    """The story as a helpdesk tells it: each event has an id and its place within a second."""
    events = [replace(event, id=f"e{place}", seq=place) for place, event in enumerate(story.events)]
    return TicketRecord(story.ticket, Timeline.of(events))


@given(story=told(), texts=st.sampled_from([TextsKept.NEUTRAL, TextsKept.DROP]), data=st.data())
def test_a_ticket_without_names_and_words_is_decided_as_before(
    story: FoundMessage, texts: TextsKept, data: st.DataObject
) -> None:
    record, policy = numbered(story), story.setting.policy
    now = max(data.draw(moments_of(story)), record.ticket.created_at)
    masks = Pseudonyms(policy, policy.model_dump_json(), texts)

    written = write_ticket(masks.record(pinned(record, policy, now)))

    shown = read_tickets(written)[0]
    assert [word for word in WORDS if word in "".join(_texts(shown)).casefold()] == []
    assert "customer.example" not in written
    before, after = (
        decide(record.ticket, record.timeline, policy, now),
        decide(shown.ticket, shown.timeline, policy, now),
    )
    assert outline(after) == outline(before, masks.addresses)


def _texts(record: TicketRecord) -> list[str]:
    requester = record.ticket.requester
    return [
        record.ticket.subject,
        "" if requester is None else f"{requester.id} {requester.email}",
        *(event.text for event in record.timeline if isinstance(event, Message)),
    ]


@given(story=told(), data=st.data())
def test_a_ticket_of_an_erased_person_is_decided_as_before(story: FoundMessage, data: st.DataObject) -> None:
    record, policy = numbered(story), story.setting.policy
    now = max(data.draw(moments_of(story)), record.ticket.created_at)
    kept = pinned(record, policy, now)

    ticket, events = forget(kept.ticket, kept.timeline, {mark("acme", "r1")})

    after = decide(ticket, Timeline.of(events), policy, now)
    assert outline(after) == outline(decide(record.ticket, record.timeline, policy, now))
