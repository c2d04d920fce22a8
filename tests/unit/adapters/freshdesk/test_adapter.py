"""How does slabot read and write tickets at Freshdesk? Over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Adapter, Snapshot
from adapters.errors import (
    AdapterError,
    Conflict,
    Gone,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Refused,
    SignInRefused,
    UnmappedStatus,
    Unreachable,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.client import Client
from adapters.freshdesk.writing import reference
from adapters.registry import open_adapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category, Merged, Message, StatusChanged
from slabot.policy.connections import FRESHDESK_STATUSES
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import SATURDAY, Answer, Scripted
from .conftest import STATUSES, Opens

ANA, BOB = "ana@customer.example", "bob@partners.example"
MINUTE = timedelta(minutes=1)
API = "GET /api/v2"


@pytest.fixture
def own(desk: FreshdeskStandIn, clock: SteppedClock) -> str:
    """A ticket of Ana's, a minute old."""
    made = desk.people.create_ticket(ANA, "Help", "It is down", company="Customer Ltd", tags=["vip"])
    clock.elapse(MINUTE)
    return str(made)


def writes(sandbox: Sandbox) -> list[tuple[str, Any]]:
    return [(call.endpoint, call.body) for call in sandbox.journal.calls() if call.method != "GET"]


def shown(desk: FreshdeskStandIn, own: str) -> dict[str, Any]:
    return desk.account.ticket(int(own)).shown


def conversations(desk: FreshdeskStandIn, own: str) -> list[dict[str, Any]]:
    return desk.account.ticket(int(own)).conversations or []


def said(snapshot: Snapshot) -> list[tuple[Actor, bool, str]]:
    return [(event.by, event.public, event.text) for event in snapshot.events if isinstance(event, Message)]


def moves(snapshot: Snapshot) -> list[StatusChanged]:
    return [event for event in snapshot.events if isinstance(event, StatusChanged)]


def test_it_is_an_adapter_that_the_registry_opens(clock: SteppedClock) -> None:
    adapter: Adapter = open_adapter(
        "freshdesk",
        name="partners",
        url="https://partners.freshdesk.com",
        token="key",
        statuses=FRESHDESK_STATUSES,
        clock=clock,
    )
    assert (adapter.kind, adapter.name) == ("freshdesk", "partners")
    adapter.close()


# -- who am I ------------------------------------------------------------------------------------------------------


def test_whoami_names_the_agent_whose_key_it_is(partners: FreshdeskAdapter, desk: FreshdeskStandIn) -> None:
    assert partners.whoami().email == desk.email


def test_a_wrong_key_is_said_to_be_one(opened: Opens, desk: FreshdeskStandIn) -> None:
    with pytest.raises(NotAllowed, match="does not accept this API key"):
        opened(desk.url, token="wrong").whoami()


@pytest.mark.parametrize("limits", [FreshdeskLimits.of(Plan.FREE)])
def test_a_plan_without_api_is_said_to_be_one(partners: FreshdeskAdapter) -> None:
    with pytest.raises(NotAllowed, match=r"the plan does not include it.*Growth or above"):
        partners.whoami()


def test_agents_are_found_by_their_exact_address(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    bob = desk.account.add_agent(BOB)
    assert partners.agent_id_by_email(" BOB@partners.example ") == str(bob["id"])
    assert partners.agent_id_by_email("ob@partners.example") is None
    assert partners.agent_id_by_email(ANA) is None  # a customer
    assert partners.agent_id_by_email("") is None


def test_an_agent_is_asked_for_once_an_hour(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock
) -> None:
    bob = str(desk.account.add_agent(BOB)["id"])
    for calls in (1, 2):
        assert [partners.agent_id_by_email(BOB) for _ in range(3)] == [bob] * 3
        assert len(sandbox.journal.calls(endpoint="/agents")) == calls
        clock.elapse(60 * MINUTE)


# -- reading -------------------------------------------------------------------------------------------------------


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


# -- writing -------------------------------------------------------------------------------------------------------


def test_only_what_changes_is_sent_so_tags_are_never_replaced(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    done = partners.set_category(own, Category.SOLVED, seen=partners.fetch(own).version, marker="m")
    assert (done.words, done.changed, done.undoable) == ("status set to Resolved", True, True)
    assert writes(sandbox) == [("PUT /api/v2/tickets/{id}", {"status": 4})]
    assert shown(desk, own)["tags"] == ["vip"]


def test_a_category_without_a_number_of_its_own_is_set_by_label(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    partners.set_category(own, Category.WAITING_ON_CUSTOMER, seen=partners.fetch(own).version, marker="m")
    assert shown(desk, own)["status"] == 6


def test_a_category_that_no_status_of_the_account_stands_for_is_refused_before_a_call(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    desk.account.remove_status(7)
    with pytest.raises(Refused, match="no status of the account stands for Waiting on Third Party"):
        partners.set_category(own, Category.WAITING_ON_THIRD_PARTY, seen=partners.fetch(own).version, marker="m")
    assert writes(sandbox) == []


def test_what_is_so_already_is_not_sent(partners: FreshdeskAdapter, sandbox: Sandbox, own: str) -> None:
    me = partners.whoami().id
    seen = partners.fetch(own).version
    assert not partners.set_category(own, Category.OPEN, seen=seen, marker="m").changed
    assert not partners.set_priority(own, "low", seen=seen, marker="m").changed
    partners.assign(own, me, seen=seen, marker="m")
    assert not partners.assign(own, me, seen=partners.fetch(own).version, marker="m").changed
    assert writes(sandbox) == [("PUT /api/v2/tickets/{id}", {"responder_id": int(me)})]


def test_a_close_cannot_be_undone(partners: FreshdeskAdapter, own: str) -> None:
    assert not partners.set_category(own, Category.CLOSED, seen=partners.fetch(own).version, marker="m").undoable


def test_a_field_that_a_close_needs_is_named(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    name = desk.account.add_field("Root cause", required_for_closure=True)
    seen = partners.fetch(own).version
    acts: list[Callable[[], object]] = [
        lambda: partners.set_category(own, Category.SOLVED, seen=seen, marker="a"),
        lambda: partners.send_public(own, "Bye", seen=seen, marker="b", category=Category.SOLVED),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Root cause; fill them in on the ticket, or no longer require") as caught:
            act()
        assert name in caught.value.field
    assert conversations(desk, own) == []  # the customer has read nothing


def test_a_message_is_html_that_shows_the_text_as_it_is(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    words = "1 < 2 & <b>so</b>\n\nBye"
    done = partners.send_public(own, words, seen=partners.fetch(own).version, marker="m")
    (sent,) = conversations(desk, own)
    assert (done.source_id, done.undoable) == (str(sent["id"]), False)
    assert (sent["body_text"], sent["private"]) == (words, False)
    assert said(partners.fetch(own))[-1] == (Actor.SLABOT, True, words)


def test_a_message_and_its_status_are_two_requests_and_the_status_goes_first(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str
) -> None:
    seen = partners.fetch(own).version
    done = partners.send_public(own, "Bye", seen=seen, marker="m", category=Category.SOLVED)
    assert done.words == "message sent to the customer, status set to Resolved"
    assert [endpoint for endpoint, _ in writes(sandbox)] == [
        "PUT /api/v2/tickets/{id}",
        "POST /api/v2/tickets/{id}/reply",
    ]
    assert partners.fetch(own).status_now is Category.SOLVED


def test_a_message_that_is_refused_leaves_the_status_as_it_was(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    sandbox.faults.add(FaultKind.RATE_LIMIT, method="POST", times=1)
    with pytest.raises(RateLimited):
        partners.send_public(own, "Bye", seen=partners.fetch(own).version, marker="m", category=Category.SOLVED)
    assert (shown(desk, own)["status"], conversations(desk, own)) == (2, [])
    # Nothing is in doubt, so it may be sent later.
    assert not partners.find_marker(own, "m")
    partners.send_public(own, "Bye", seen=partners.fetch(own).version, marker="m", category=Category.SOLVED)
    assert len(conversations(desk, own)) == 1


def test_a_status_that_cannot_be_set_back_is_an_outcome_that_nobody_knows(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(FaultKind.UNAVAILABLE, method="POST", times=1)
    client = partners._clients.mine()
    puts = iter([client.update])

    def only_once(ticket_id: str, values: Any) -> Any:
        real = next(puts, None)
        if real is None:
            raise Unreachable("it is down", endpoint="PUT")
        return real(ticket_id, values)

    monkeypatch.setattr(client, "update", only_once)
    with pytest.raises(OutcomeUnknown, match="could not be set back"):
        partners.send_public(own, "Bye", seen=seen, marker="m", category=Category.SOLVED)


def test_too_few_calls_for_all_of_it_means_that_nothing_is_begun(book: Scripted, hostile: FreshdeskAdapter) -> None:
    raw = {"id": 7, "status": 2, "created_at": "2026-01-10T09:00:00Z", "updated_at": "2026-01-10T09:00:00Z"}
    left = {"X-RateLimit-Total": "200", "X-RateLimit-Remaining": "2"}
    book.on("GET", "/tickets/7", Answer(body=raw, headers=left))
    with pytest.raises(RateLimited, match="too few calls are left to do all of it"):
        hostile.send_public("7", "Bye", seen="2026-01-10T09:00:00Z", marker="m", category=Category.SOLVED)
    assert [asked.method for asked in book.asked if asked.method != "GET"] == []


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda f, seen: f.set_priority("1", "critical", seen=seen, marker="m"), "priority"),
        (lambda f, seen: f.assign("1", "bob", seen=seen, marker="m"), "responder_id"),
        (lambda f, seen: f.send_public("1", "  ", seen=seen, marker="m"), "body"),
        (lambda f, seen: f.add_note("1", "a" * 70_000, marker="m"), "body"),
        (lambda f, seen: f.add_note("1", "a", marker=""), "marker"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_call(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, act: Callable[..., object], field: str
) -> None:
    seen = partners.fetch(own).version
    with pytest.raises(Refused) as caught:
        act(partners, seen)
    assert caught.value.field == field
    assert writes(sandbox) == []


# -- conflicts, lost answers ---------------------------------------------------------------------------------------

ACTS: dict[str, Callable[[FreshdeskAdapter, str], object]] = {
    "public": lambda f, seen: f.send_public("1", "Hello", seen=seen, marker="m"),
    "public+solve": lambda f, seen: f.send_public("1", "Hello", seen=seen, marker="m", category=Category.SOLVED),
    "status": lambda f, seen: f.set_category("1", Category.WAITING_ON_CUSTOMER, seen=seen, marker="m"),
    "priority": lambda f, seen: f.set_priority("1", "High", seen=seen, marker="m"),
    "assign": lambda f, seen: f.assign("1", f.whoami().id, seen=seen, marker="m"),
}
LOST = [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.ERROR]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_ticket_that_changed_since_is_left_alone(
    partners: FreshdeskAdapter,
    sandbox: Sandbox,
    desk: FreshdeskStandIn,
    clock: SteppedClock,
    own: str,
    act: Callable[..., object],
) -> None:
    seen = partners.fetch(own).version
    clock.elapse(MINUTE)
    desk.people.customer_replies(int(own), "never mind")
    with pytest.raises(Conflict, match="read it again and decide again"):
        act(partners, seen)
    assert writes(sandbox) == []
    act(partners, partners.fetch(own).version)


ONE_CALL = {name: act for name, act in ACTS.items() if name != "public+solve"}


@pytest.mark.parametrize("act", ONE_CALL.values(), ids=ONE_CALL)
@pytest.mark.parametrize("kind", LOST)
def test_a_write_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, act: Callable[..., object], kind: FaultKind
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="PUT", times=1)
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        act(partners, seen)
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize("kind", LOST)
def test_where_the_answer_to_the_move_is_lost_the_message_follows_if_the_ticket_was_moved(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, kind: FaultKind
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="PUT", times=1)
    if kind in (FaultKind.DROP_AFTER, FaultKind.TRUNCATED):
        done = ACTS["public+solve"](partners, seen)
        assert "status set to Resolved" in str(done)
    else:
        with pytest.raises(Unreachable, match="the status was not set"):
            ACTS["public+solve"](partners, seen)
        assert conversations(desk, own) == []
        ACTS["public+solve"](partners, seen)  # nothing stands in its way
    assert len(conversations(desk, own)) == 1
    assert desk.account.ticket(int(own)).status == 4


def test_where_nobody_can_say_whether_the_ticket_was_moved_no_message_is_sent(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = partners.fetch(own).version
    read, tickets = Client.ticket, []

    def once(self: Client, ticket_id: str) -> Any:
        tickets.append(ticket_id)
        if len(tickets) > 1:
            raise Unreachable("gone away", endpoint="GET")
        return read(self, ticket_id)

    monkeypatch.setattr(Client, "ticket", once)
    sandbox.faults.add(FaultKind.DROP_AFTER, method="PUT", times=1)
    with pytest.raises(OutcomeUnknown):
        ACTS["public+solve"](partners, seen)
    assert conversations(desk, own) == []


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_message_is_looked_for_once_and_never_sent_twice(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock, own: str, kind: FaultKind
) -> None:
    desk.people.agent_replies(int(own), BOB, "Hello")  # the same words by somebody else are not ours
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.send_public(own, "Hello", seen=seen, marker="m")
    clock.elapse(MINUTE)
    arrived = len(conversations(desk, own)) == 2
    assert partners.find_marker(own, "m") is arrived
    assert not partners.find_marker(own, "another")
    with pytest.raises(Refused, match="never sends a customer the same message twice"):
        partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="m")
    assert len(conversations(desk, own)) == 1 + arrived


def test_an_earlier_message_of_the_same_words_is_another_one(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, clock: SteppedClock
) -> None:
    partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="first")
    seen = partners.fetch(own).version
    sandbox.faults.add(FaultKind.DROP_BEFORE, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.send_public(own, "Hello", seen=seen, marker="second")
    assert partners.find_marker(own, "first")
    assert not partners.find_marker(own, "second")


def test_after_a_restart_a_message_that_arrived_stands_as_slabots(
    partners: FreshdeskAdapter, opened: Opens, desk: FreshdeskStandIn, clock: SteppedClock, own: str
) -> None:
    partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="m")
    another = opened(desk.url, token=desk.token)
    assert not another.find_marker(own, "m")  # nothing is remembered
    now = clock.now()
    assert another.find_marker(own, "m", words="Hello", since=now)  # so it is told what to look for
    assert not another.find_marker(own, "m", words="Goodbye", since=now)
    assert not another.find_marker(own, "m", words="Hello", since=now + 10 * MINUTE)  # an earlier one is another
    assert said(another.fetch(own))[-1] == (Actor.SLABOT, True, "Hello")  # and so the rules count it


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_note_is_found_by_its_reference_also_after_a_restart(
    partners: FreshdeskAdapter, opened: Opens, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, kind: FaultKind
) -> None:
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.add_note(own, "Look", marker="m")
    arrived = len(conversations(desk, own)) == 1
    assert opened(desk.url, token=desk.token).find_marker(own, "m") is arrived
    assert not partners.find_marker(own, "m/1")


def test_a_note_is_private_and_ends_in_its_reference(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    partners.add_note(own, "Look\nhere", marker="m")
    (note,) = conversations(desk, own)
    assert note["private"]
    assert note["body_text"] == f"Look\nhere\n\n{reference('m')}"


def test_reads_are_tried_again_and_writes_are_not(partners: FreshdeskAdapter, sandbox: Sandbox, own: str) -> None:
    sandbox.faults.add(FaultKind.DROP_BEFORE, method="GET", times=2)
    partners.fetch(own)
    sandbox.faults.add(FaultKind.DOWN, method="GET")
    with pytest.raises(AdapterError):
        partners.version_of(own, timeout=0.3)
