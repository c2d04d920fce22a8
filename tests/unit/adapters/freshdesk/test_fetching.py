"""Fetch tickets from Freshdesk over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.errors import (
    Gone,
    RateLimited,
    SignInRefused,
    UnmappedStatus,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.client import Client
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category, Merged, StatusChanged, Timeline
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import SATURDAY, Answer, Scripted
from .conftest import ANA, API, BOB, MINUTE, STATUSES, Opens, said, shown


def moves(snapshot: Snapshot) -> list[StatusChanged]:
    return [event for event in snapshot.events if isinstance(event, StatusChanged)]


def test_a_conversation_is_read_as_it_happened(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, clock: SteppedClock, own: str
) -> None:
    desk.people.agent_replies(int(own), BOB, "Known already", public=False)
    clock.elapse(MINUTE)
    desk.people.agent_replies(int(own), BOB, "Which version?", status="Waiting on Customer")
    snapshot = partners.fetch(own)
    ticket = snapshot.ticket
    assert (ticket.reference, ticket.subject, ticket.channel) == ("partners/1", "Help", "email")
    assert ticket.requester is not None
    assert (ticket.requester.email, ticket.requester.organization) == (ANA, "Customer Ltd")
    assert (ticket.status, ticket.tags, ticket.priority) == (Category.OPEN, ("vip",), "low")
    assert (ticket.created_at, ticket.history_complete) == (SATURDAY, True)
    assert ticket.url == f"{desk.url}/a/tickets/1"
    # The first message is the ticket's description, which is no conversation.
    assert said(snapshot) == [
        (Actor.CUSTOMER, True, "It is down"),
        (Actor.AGENT, False, "Known already"),
        (Actor.AGENT, True, "Which version?"),
    ]
    (move,) = moves(snapshot)
    assert (move.to, move.at, move.observed_at) == (Category.WAITING_ON_CUSTOMER, clock.now(), None)
    assert snapshot.status_now is Category.WAITING_ON_CUSTOMER


def test_an_ordinary_fetch_takes_one_call_once_everybody_is_known(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str
) -> None:
    partners.fetch(own)
    before = len(sandbox.journal.calls())
    partners.fetch(own)
    assert [call.endpoint for call in sandbox.journal.calls()[before:]] == [f"{API}/tickets/{{id}}"]


@pytest.mark.parametrize(("replies", "calls"), [(9, 1), (10, 2), (99, 2), (110, 3)])
def test_where_not_all_of_them_came_with_the_ticket_its_conversations_are_listed(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, replies: int, calls: int
) -> None:
    for turn in range(replies):
        desk.people.customer_replies(int(own), f"and {turn}")
    partners.fetch(own)
    before = len(sandbox.journal.calls())
    assert len(said(partners.fetch(own))) == 1 + replies
    # The ticket before its conversations: the other way round a reply could come in between and be overlooked.
    asked = [call.endpoint for call in sandbox.journal.calls()[before:]]
    assert asked == [f"{API}/tickets/{{id}}", *[f"{API}/tickets/{{id}}/conversations"] * (calls - 1)]


@pytest.mark.parametrize(
    "included",
    [None, {}, "none", [None], [{"body": "without an id"}], []],
    ids=["missing", "object", "text", "null in it", "no id", "fewer than its stamps say"],
)
def test_what_came_with_the_ticket_is_believed_only_where_it_is_whole(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str, monkeypatch: pytest.MonkeyPatch, included: Any
) -> None:
    desk.people.customer_replies(int(own), "still down")
    read = Client.ticket

    def ticket(self: Client, ticket_id: str, *, include: str = "") -> dict[str, Any]:
        return read(self, ticket_id, include=include) | {"conversations": included}

    monkeypatch.setattr(Client, "ticket", ticket)
    assert said(partners.fetch(own))[-1][2] == "still down"


def test_long_histories_are_read_to_the_end(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    for turn in range(230):
        desk.people.customer_replies(int(own), f"and {turn}")
    assert [text for _, _, text in said(partners.fetch(own))][-1] == "and 229"
    assert len(said(partners.fetch(own))) == 231


def test_an_outbound_ticket_was_begun_by_an_agent_whatever_the_stats_say(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn
) -> None:
    # On a real account first_responded_at and agent_responded_at of such a ticket stayed null.
    own = desk.people.create_ticket(ANA, "News", "We have moved", source="Outbound Email", agent=BOB)
    desk.people.customer_replies(own, "Where to?")
    desk.people.agent_replies(own, BOB, "Next door")
    assert desk.account.ticket(own).stats["first_responded_at"] is None
    assert [by for by, _, _ in said(partners.fetch(str(own)))] == [Actor.AGENT, Actor.CUSTOMER, Actor.AGENT]


def test_a_survey_is_no_feedback_and_a_rule_is_no_agent(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    desk.people.automation_replies(int(own), "We got your request")
    desk.people.survey_feedback(int(own))
    assert desk.account.ticket(int(own)).stats["requester_responded_at"] is not None  # the trap
    assert [by for by, _, _ in said(partners.fetch(own))] == [Actor.CUSTOMER, Actor.AUTOMATION, Actor.SYSTEM]


def test_an_agent_who_asks_for_help_is_the_customer(partners: FreshdeskAdapter, desk: FreshdeskStandIn) -> None:
    desk.account.add_agent(BOB)
    own = desk.people.create_ticket(BOB, "Help", "Mine is down")
    desk.people.customer_replies(own, "Still")
    snapshot = partners.fetch(str(own))
    assert [by for by, _, _ in said(snapshot)] == [Actor.CUSTOMER, Actor.CUSTOMER]
    assert snapshot.ticket.requester is not None
    assert snapshot.ticket.requester.email == BOB


def test_agents_that_may_not_be_listed_are_still_told_from_customers(book: Scripted, hostile: FreshdeskAdapter) -> None:
    raw = {"id": 7, "status": 2, "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    reply = {"id": 1, "private": False, "incoming": False, "user_id": 5, "created_at": "2026-01-10T09:00:00Z"}
    book.on("GET", "/agents", Answer(403, {"code": "access_denied", "message": "no"}))
    book.on("GET", "/tickets/7", Answer(body=raw))
    book.on("GET", "/tickets/7/conversations", Answer(body=[reply]))
    assert [by for by, _, _ in said(hostile.fetch("7"))] == [Actor.CUSTOMER, Actor.AGENT]


@pytest.mark.parametrize("put_away", ["delete", "spam"])
def test_deleted_tickets_and_spam_are_gone_until_they_are_restored(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str, put_away: str
) -> None:
    getattr(desk.people, put_away)(int(own), BOB)
    with pytest.raises(Gone):
        partners.set_category(own, Category.SOLVED, seen=str(shown(desk, own)["updated_at"]), marker="m")
    assert partners.fetch(own).gone == "deleted"
    desk.people.restore(int(own), BOB)
    assert partners.fetch(own).gone is None


@pytest.mark.parametrize("number", ["99", "x", "", "-1", "1/../2", "٧"])
def test_what_is_no_ticket_is_gone(partners: FreshdeskAdapter, number: str) -> None:
    with pytest.raises(Gone):
        partners.fetch(number)


def test_a_merged_ticket_says_into_which(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    other = desk.people.create_ticket(ANA, "Help again", "Still down")
    desk.people.merge(int(own), other, BOB)
    assert [event.into for event in partners.fetch(own).events if isinstance(event, Merged)] == [str(other)]
    assert not any(isinstance(event, Merged) for event in partners.fetch(str(other)).events)


def test_a_merged_ticket_is_known_in_the_accounts_language(
    desk: FreshdeskStandIn, opened: Opens, partners: FreshdeskAdapter, own: str
) -> None:
    desk.account.set_merge_notes(
        "Ce ticket est fermé et fusionné avec le ticket {id}", "Le ticket {id} est fusionné ici"
    )
    other = desk.people.create_ticket(ANA, "Help again", "Still down")
    desk.people.merge(int(own), other, BOB)
    assert not any(isinstance(event, Merged) for event in partners.fetch(own).events)
    french = opened(desk.url, token=desk.token, merge_words=["Ce ticket est fermé et fusionné"])
    assert [event.into for event in french.fetch(own).events if isinstance(event, Merged)] == [str(other)]


def test_a_merge_told_in_public_is_no_answer(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str, clock: SteppedClock
) -> None:
    other = desk.people.create_ticket(ANA, "Help again", "Still down")
    clock.elapse(MINUTE)
    desk.people.merge(int(own), other, BOB, public=True)
    for ticket in (own, str(other)):
        assert said(partners.fetch(ticket))[-1][:2] == (Actor.SYSTEM, True)


@pytest.mark.parametrize("stamps_stay", [False, True])
def test_a_reply_to_a_closed_ticket_opens_the_same_one(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str, clock: SteppedClock, stamps_stay: bool
) -> None:
    desk.account.quirks.stamps_stay = stamps_stay
    desk.people.solve(int(own), BOB, "Fixed")
    looked = [partners.fetch(own)]
    clock.elapse(MINUTE)
    desk.people.close(int(own), BOB)
    looked.append(partners.fetch(own))
    clock.elapse(MINUTE)
    desk.people.customer_replies(int(own), "Down again")
    looked.append(partners.fetch(own))
    ways = [move.to for move in Timeline.of(event for look in looked for event in moves(look))]  # type: ignore[union-attr]
    assert ways == [Category.SOLVED, Category.CLOSED, Category.OPEN]
    at_the_end = [move.to for move in moves(looked[-1])]
    assert at_the_end == (ways if stamps_stay else [Category.OPEN])
    assert looked[-1].status_now is Category.OPEN


def test_open_with_an_assignee_may_be_pending(desk: FreshdeskStandIn, opened: Opens, own: str) -> None:
    adapter = opened(desk.url, token=desk.token, open_with_assignee=Category.PENDING)
    assert adapter.fetch(own).status_now is Category.OPEN
    desk.people.agent_sets_assignee(int(own), BOB, BOB)
    snapshot = adapter.fetch(own)
    assert snapshot.status_now is Category.PENDING
    done = adapter.set_category(own, Category.PENDING, seen=snapshot.version, marker="m")
    assert not done.changed


def test_conversations_that_cannot_be_read_make_the_history_incomplete(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    desk.account.ticket(int(own)).conversations = None
    snapshot = partners.fetch(own)
    assert not snapshot.ticket.history_complete
    assert len(said(snapshot)) == 1


def test_a_key_that_is_revoked_in_the_middle_of_a_ticket_says_nothing_about_the_ticket(
    book: Scripted, hostile: FreshdeskAdapter
) -> None:
    raw = {"id": 7, "status": 2, "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    book.on("GET", "/tickets/7", Answer(body=raw))
    book.on("GET", "/tickets/7/conversations", Answer(401, {"code": "invalid_credentials", "message": "x"}))
    with pytest.raises(SignInRefused, match="does not accept this API key"):
        hostile.fetch("7")


def test_an_unmapped_status_is_named_by_label_and_number(
    desk: FreshdeskStandIn, opened: Opens, partners: FreshdeskAdapter, own: str
) -> None:
    number = desk.account.add_status("With the vendor")
    desk.people.agent_sets_status(int(own), BOB, number)
    for adapter in (partners, opened(desk.url, token=desk.token, statuses={"2": Category.OPEN})):
        with pytest.raises(UnmappedStatus, match=rf'"With the vendor" \(number {number}\).*"With the vendor": pending'):
            adapter.fetch(own)
    named = {**STATUSES, "with the VENDOR": Category.WAITING_ON_THIRD_PARTY}
    assert opened(desk.url, token=desk.token, statuses=named).fetch(own).status_now is Category.WAITING_ON_THIRD_PARTY


def test_people_keep_their_share_of_the_calls_but_an_act_does_not_wait(
    book: Scripted, hostile: FreshdeskAdapter, clock: SteppedClock
) -> None:
    raw = {"id": 7, "status": 2, "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    book.on("GET", "/tickets/7/conversations", Answer(body=[]))
    low = {"X-RateLimit-Total": "200.0", "X-RateLimit-Remaining": "39.0", "X-RateLimit-Used-CurrentRequest": "1.0"}
    book.on("GET", "/tickets/7", Answer(body=raw, headers=low))
    hostile.fetch("7")
    hostile.whoami()
    book.on("GET", "/tickets/7/conversations", Answer(body=[], headers=low))
    with pytest.raises(RateLimited, match="kept for people") as caught:
        hostile.fetch("7")
    assert caught.value.until == clock.now() + MINUTE
    assert hostile.version_of("7").ticket.id == "7"
    clock.elapse(MINUTE)
    hostile.fetch("7")
