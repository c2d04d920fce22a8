"""Whose ticket is it, in whose hands, and what does it cost to know?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Message, Person
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import Answer, Scripted
from .conftest import ANA, API, BOB

CLEO, DAN, EVE = "cleo@customer.example", "dan@customer.example", "eve@elsewhere.example"
AT = "2026-01-10T09:00:00Z"
RAW: dict[str, Any] = {"id": 7, "status": 2, "created_at": AT, "updated_at": AT, "requester_id": 5}


def last(snapshot: Snapshot) -> Message:
    return [event for event in snapshot.events if isinstance(event, Message)][-1]


def asked(sandbox: Sandbox) -> list[str]:
    return [call.endpoint.removeprefix(f"{API}/") for call in sandbox.journal.calls()]


def test_how_it_stands_is_told_by_names(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    desk.account.add_group("Billing")
    desk.account.add_product("Cameras")
    desk.account.add_form("Returns")
    desk.people.agent_sets_group(int(own), BOB, "Billing")
    desk.people.agent_sets_product(int(own), BOB, "Cameras")
    desk.people.agent_sets_form(int(own), BOB, "Returns")
    desk.people.agent_sets_copies(int(own), BOB, [CLEO.upper()])
    snapshot = partners.fetch(own)
    standing, ticket = snapshot.standing, snapshot.ticket
    assert standing is not None
    assert (standing.group, standing.brand, standing.form) == ("Billing", "Cameras", "Returns")
    assert standing.participants == (CLEO,)
    assert standing.requester is not None
    assert standing.requester == Person(standing.requester.id, ANA, "Customer Ltd", "Ana")
    assert (ticket.group, ticket.brand, ticket.form, ticket.participants, ticket.requester) == (
        standing.group,
        standing.brand,
        standing.form,
        standing.participants,
        standing.requester,
    )


def test_names_are_asked_for_once_an_hour(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, sandbox: Sandbox, clock: SteppedClock, own: str
) -> None:
    desk.people.agent_sets_group(int(own), BOB, "Support")
    for _ in range(3):
        partners.fetch(own)
    assert asked(sandbox).count("groups") == 1
    assert not {"products", "ticket-forms"} & set(asked(sandbox))
    clock.elapse(timedelta(hours=1))
    partners.fetch(own)
    assert asked(sandbox).count("groups") == 2


@pytest.mark.parametrize("status", [403, 404, 400])
def test_names_that_nobody_may_read_are_ids(book: Scripted, hostile: FreshdeskAdapter, status: int) -> None:
    book.on("GET", "/tickets/7", Answer(body={**RAW, "group_id": 1, "product_id": 2, "form_id": 3}))
    book.on("GET", "/tickets/7/conversations", Answer(body=[]))
    for name in ("groups", "products", "ticket-forms"):
        book.on("GET", f"/{name}", Answer(status, {"message": "no"}))
    ticket = hostile.fetch("7").ticket
    assert (ticket.group, ticket.brand, ticket.form, ticket.history_complete) == ("1", "2", "3", True)


def test_a_name_that_was_known_stays_known_while_the_list_is_refused(
    book: Scripted, hostile: FreshdeskAdapter, clock: SteppedClock
) -> None:
    book.on("GET", "/tickets/7", Answer(body={**RAW, "group_id": 1}))
    book.on("GET", "/tickets/7/conversations", Answer(body=[]))
    book.on("GET", "/groups", Answer(body=[{"id": 1, "name": "Billing"}]))
    assert hostile.fetch("7").ticket.group == "Billing"
    clock.elapse(timedelta(hours=2))
    book.on("GET", "/groups", Answer(403, {"message": "no"}))
    assert hostile.fetch("7").ticket.group == "Billing"


@pytest.mark.parametrize(
    ("author", "by"),
    [(CLEO, Actor.CUSTOMER), (DAN, Actor.CUSTOMER), (EVE, Actor.THIRD_PARTY), (BOB, Actor.THIRD_PARTY)],
)
def test_somebody_else_writes(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str, author: str, by: Actor
) -> None:
    desk.account.add_agent(BOB)
    desk.account.add_contact(DAN, company="Customer Ltd")
    desk.account.add_contact(EVE, company="Elsewhere Ltd")
    desk.people.agent_replies(int(own), BOB, "Which version?", cc=[CLEO])
    desk.people.customer_replies(int(own), "Me too", author=author)
    message = last(partners.fetch(own))
    assert (message.by, message.email) == (by, author)
    assert (message.organization == "Elsewhere Ltd") is (author == EVE)


def test_a_stranger_costs_two_calls_an_hour_and_nobody_else_any(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, sandbox: Sandbox, clock: SteppedClock, own: str
) -> None:
    desk.account.add_contact(EVE, company="Elsewhere Ltd")
    desk.people.agent_sets_copies(int(own), BOB, [CLEO])
    desk.people.customer_replies(int(own), "still")
    desk.people.customer_replies(int(own), "me too", author=CLEO)
    partners.fetch(own)
    assert not {"contacts/{id}", "companies/{id}"} & set(asked(sandbox))
    desk.people.customer_replies(int(own), "buy this", author=EVE)
    for _ in range(3):
        partners.fetch(own)
    assert (asked(sandbox).count("contacts/{id}"), asked(sandbox).count("companies/{id}")) == (1, 1)


@pytest.mark.parametrize("status", [403, 404])
def test_whoever_nobody_can_look_up_is_heard_as_the_customer(
    book: Scripted, hostile: FreshdeskAdapter, status: int
) -> None:
    said = {"id": 1, "private": False, "incoming": True, "user_id": 8, "created_at": AT}
    book.on("GET", "/tickets/7", Answer(body={**RAW, "company_id": 70}))
    book.on("GET", "/tickets/7/conversations", Answer(body=[said]))
    book.on("GET", "/contacts/8", Answer(status, {"message": "no"}))
    assert last(hostile.fetch("7")).by is Actor.CUSTOMER


def test_a_supplier_to_whom_it_was_forwarded_is_not_the_customer(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    desk.people.agent_forwards(int(own), BOB, EVE, "Can you help?")
    forward = last(partners.fetch(own))
    assert (forward.by, forward.public) == (Actor.AGENT, False)
    desk.people.customer_replies(int(own), "Try this", author=EVE)
    snapshot = partners.fetch(own)
    assert last(snapshot).by is Actor.THIRD_PARTY
    assert snapshot.ticket.participants == ()


def test_a_private_reply_and_an_automatic_one_are_told_as_such(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    desk.people.agent_sets_copies(int(own), BOB, [CLEO])
    desk.people.customer_replies(int(own), "between us", author=CLEO, public=False)
    message = last(partners.fetch(own))
    assert (message.by, message.public, message.auto_reply) == (Actor.CUSTOMER, False, False)
    desk.people.customer_replies(int(own), "I am away", automatic=True)
    assert last(partners.fetch(own)).auto_reply


def test_a_collaborator_is_a_light_agent(partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str) -> None:
    desk.account.add_agent("lea@partners.example", collaborator=True)
    desk.people.agent_replies(int(own), "lea@partners.example", "Looks like the fuse", public=False)
    assert last(partners.fetch(own)).light_agent
    desk.people.agent_replies(int(own), BOB, "Which fuse?")
    assert not last(partners.fetch(own)).light_agent


@pytest.mark.parametrize(
    ("source", "by", "written_by"),
    [
        ("Email", Actor.CUSTOMER, None),
        ("Portal", Actor.CUSTOMER, None),
        ("Phone", Actor.CUSTOMER, "unknown"),
        ("Outbound Email", Actor.AGENT, None),
    ],
)
def test_a_call_was_written_down_by_an_agent_whom_nobody_names(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, source: str, by: Actor, written_by: str | None
) -> None:
    own = desk.people.create_ticket(ANA, "Call", "It is down", source=source, agent=BOB)
    snapshot = partners.fetch(str(own))
    assert (last(snapshot).by, snapshot.ticket.written_by) == (by, written_by)
    desk.people.customer_replies(own, "As I said")
    assert partners.fetch(str(own)).ticket.written_by == written_by
