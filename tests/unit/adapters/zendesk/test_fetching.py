"""Fetch tickets from Zendesk over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.errors import (
    BadAnswer,
    Gone,
    UnmappedStatus,
)
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category, Merged, StatusChanged, Timeline
from slabot_sandbox import Sandbox

from ..conftest import SATURDAY, STATUSES, Answer, Opens, Scripted
from .conftest import ANA, BOB, MINUTE, messages


def test_a_conversation_is_read_as_it_happened(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    people = sandbox.zendesk.people
    people.agent_replies(number, BOB, "note", public=False)
    clock.elapse(MINUTE)
    people.agent_replies(number, BOB, "Which version?", status="pending")
    clock.elapse(MINUTE)
    people.customer_replies(number, "1.2")
    clock.elapse(MINUTE)
    people.system_line(number, "The chat has ended")
    snapshot = acme.fetch(str(number))
    ticket = snapshot.ticket
    assert (ticket.reference, ticket.subject, ticket.channel) == ("acme/1", "Help", "email")
    assert ticket.requester is not None
    assert (ticket.requester.email, ticket.requester.organization) == (ANA, "Customer Ltd")
    assert (ticket.status, ticket.tags, ticket.history_complete) == (Category.OPEN, ("vip",), True)
    assert ticket.created_at == SATURDAY
    assert messages(snapshot) == [
        (Actor.CUSTOMER, True),
        (Actor.AGENT, False),
        (Actor.AGENT, True),
        (Actor.CUSTOMER, True),
        (Actor.SYSTEM, True),
    ]
    moves = [(event.to, event.by) for event in Timeline.of(snapshot.events) if isinstance(event, StatusChanged)]
    assert moves[-2:] == [(Category.WAITING_ON_CUSTOMER, Actor.AGENT), (Category.PENDING, Actor.CUSTOMER)]
    assert snapshot.status_now is Category.PENDING


def test_an_ordinary_fetch_takes_two_calls_the_ticket_before_its_history(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    # The other way round a message could come in between, and safe_update would let a write pass that overlooked it.
    acme.fetch(str(number))
    before = len(sandbox.journal.calls())
    acme.fetch(str(number))
    calls = [call.endpoint for call in sandbox.journal.calls()[before:]]
    assert calls == ["GET /api/v2/tickets/{id}", "GET /api/v2/tickets/{id}/audits"]


def test_long_histories_are_read_to_the_end(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    for turn in range(120):
        sandbox.zendesk.people.customer_replies(number, f"and {turn}")
        clock.elapse(timedelta(seconds=1))
    snapshot = acme.fetch(str(number))
    assert len(messages(snapshot)) == 121
    assert snapshot.ticket.history_complete


def test_a_merged_ticket_says_into_which(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    other = sandbox.zendesk.people.create_ticket(ANA, "Help again", "Still down")
    clock.elapse(MINUTE)
    sandbox.zendesk.people.merge(number, other, BOB)
    merged = acme.fetch(str(number))
    assert [event.into for event in merged.events if isinstance(event, Merged)] == [str(other)]
    assert merged.status_now is Category.CLOSED
    assert not any(isinstance(event, Merged) for event in acme.fetch(str(other)).events)


def test_a_deleted_ticket_is_gone_until_it_is_restored(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.delete(number, BOB)
    with pytest.raises(Gone, match="Ticket 1 is not there") as caught:
        acme.fetch(str(number))
    assert caught.value.ticket == "1"
    clock.elapse(MINUTE)
    sandbox.zendesk.people.restore(number, BOB)
    assert acme.fetch(str(number)).gone is None


def test_a_follow_up_is_a_ticket_of_its_own(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.solve(number, BOB)
    seen = acme.fetch(str(number)).version
    acme.set_category(str(number), Category.CLOSED, seen=seen, marker="close")
    clock.elapse(MINUTE)
    follow_up = sandbox.zendesk.people.customer_replies(number, "It is back")
    assert follow_up != number
    snapshot = acme.fetch(str(follow_up))
    assert snapshot.ticket.status is Category.OPEN
    assert messages(snapshot) == [(Actor.CUSTOMER, True)]
    assert snapshot.ticket.follows == str(number)
    assert acme.fetch(str(number)).ticket.follows is None


def test_custom_statuses_are_read_by_the_name_that_agents_see(
    sandbox: Sandbox, opened: Opens, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.account.add_custom_status("open", label="With vendor")
    statuses = {**STATUSES, "with vendor": Category.WAITING_ON_THIRD_PARTY}
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses=statuses)
    sandbox.zendesk.people.agent_sets_status(number, BOB, "With vendor")
    snapshot = adapter.fetch(str(number))
    assert snapshot.status_now is Category.WAITING_ON_THIRD_PARTY
    assert snapshot.ticket.status is Category.OPEN
    adapter.fetch(str(number))
    assert len(sandbox.journal.calls(endpoint="custom_statuses")) == 1


def test_an_unmapped_status_is_named(sandbox: Sandbox, opened: Opens, number: int) -> None:
    adapter = opened(sandbox.zendesk.url, token=sandbox.zendesk.token, statuses={"open": Category.PENDING})
    with pytest.raises(UnmappedStatus, match='"new" of helpdesk acme stands for no category'):
        adapter.fetch(str(number))


TICKET = {"id": 7, "status": "open", "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}


@pytest.mark.parametrize("status", [403, 404])
def test_where_audits_are_refused_the_history_is_incomplete(
    scripted: Scripted, hostile: ZendeskAdapter, status: int
) -> None:
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": TICKET}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(status))
    assert not hostile.fetch("7").ticket.history_complete


@pytest.mark.parametrize(
    "answer",
    [
        {"audits": None},
        {"error": "x"},
        {"audits": [None]},
        {"audits": [], "meta": {"has_more": True}},
        {"audits": [], "meta": {"has_more": True, "after_cursor": ""}},
        {"audits": [], "next_page": "https://x/2"},
        b"<html>",
    ],
)
def test_broken_audits_are_an_error_and_never_read_as_none(
    scripted: Scripted, hostile: ZendeskAdapter, answer: Any
) -> None:
    # "No comments" would mean "the customer is silent", and silence solves tickets.
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": TICKET}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(body=answer))
    with pytest.raises(BadAnswer, match=r"/api/v2/tickets/7"):
        hostile.fetch("7")


@pytest.mark.parametrize("ticket_id", ["", "x", "7/../8", "-1", "٧"])
def test_what_is_no_ticket_number_is_asked_of_nobody(acme: ZendeskAdapter, sandbox: Sandbox, ticket_id: str) -> None:
    for act in (
        lambda: acme.fetch(ticket_id),
        lambda: acme.find_marker(ticket_id, "m"),
        lambda: acme.add_note(ticket_id, "x", marker="m"),
    ):
        with pytest.raises(Gone):
            act()
    assert sandbox.journal.calls() == ()
