"""Who is around a ticket, in whose hands it is, and what the account shows of both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Sandbox

AGENT, CUSTOMER, OTHER = "ravi@partners.example", "ana@customer.example", "cleo@customer.example"
SUPPLIER = "sam@supplier.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.freshdesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down")


def test_people_in_copy_and_those_it_was_forwarded_to_are_apart(sandbox: Sandbox, fresh: Any, ticket: int) -> None:
    people = sandbox.freshdesk.people
    people.agent_replies(ticket, AGENT, "Which version?", cc=[OTHER])
    people.agent_forwards(ticket, AGENT, SUPPLIER, "Can you help?")
    shown = fresh.json(f"/tickets/{ticket}")
    assert (shown["cc_emails"], shown["reply_cc_emails"], shown["fwd_emails"]) == ([OTHER], [OTHER], [SUPPLIER])
    reply, forward = fresh.json(f"/tickets/{ticket}/conversations")
    assert (reply["cc_emails"], reply["source"]) == ([OTHER], 0)
    assert (forward["to_emails"], forward["source"], forward["incoming"]) == ([SUPPLIER], 8, False)
    people.agent_sets_copies(ticket, AGENT, [])
    assert fresh.json(f"/tickets/{ticket}")["cc_emails"] == []


def test_a_request_may_come_with_copies_and_be_written_down_by_an_agent(sandbox: Sandbox, fresh: Any) -> None:
    made = sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t", source="Phone", agent=AGENT, cc=iter([OTHER]))
    shown = fresh.json(f"/tickets/{made}", include="requester")
    assert (shown["source"], shown["requester"]["email"]) == (3, CUSTOMER)
    assert (shown["cc_emails"], shown["ticket_cc_emails"]) == ([OTHER], [OTHER])


@pytest.mark.parametrize(
    ("what", "add", "sets", "field", "place", "called"),
    [
        ("group", "add_group", "agent_sets_group", "group_id", "/groups", "name"),
        ("product", "add_product", "agent_sets_product", "product_id", "/products", "name"),
        ("ticket form", "add_form", "agent_sets_form", "form_id", "/ticket-forms", "title"),
    ],
)
def test_a_ticket_names_groups_products_and_forms_by_id(
    sandbox: Sandbox, fresh: Any, ticket: int, what: str, add: str, sets: str, field: str, place: str, called: str
) -> None:
    desk = sandbox.freshdesk
    assert fresh.json(f"/tickets/{ticket}")[field] is None
    with pytest.raises(ActError, match=f'no {what} "Cameras"'):
        getattr(desk.people, sets)(ticket, AGENT, "Cameras")
    made = getattr(desk.account, add)("Cameras")
    getattr(desk.people, sets)(ticket, AGENT, "Cameras")
    assert fresh.json(f"/tickets/{ticket}")[field] == made["id"]
    assert {one["id"]: one[called] for one in fresh.json(place)}[made["id"]] == "Cameras"
    getattr(desk.people, sets)(ticket, AGENT, None)
    assert fresh.json(f"/tickets/{ticket}")[field] is None


def test_a_company_can_be_looked_up_and_changed(sandbox: Sandbox, fresh: Any, ticket: int) -> None:
    sandbox.freshdesk.people.agent_sets_company(ticket, AGENT, "Gold Ltd")
    shown = fresh.json(f"/tickets/{ticket}", include="company")
    assert shown["company"]["name"] == "Gold Ltd"
    assert fresh.json(f"/companies/{shown['company_id']}")["name"] == "Gold Ltd"
    assert [one["name"] for one in fresh.json("/companies")] == ["Gold Ltd"]
    assert fresh.get("/companies/1").status_code == 404


def test_the_requester_can_be_changed(sandbox: Sandbox, fresh: Any, ticket: int) -> None:
    sandbox.freshdesk.people.agent_sets_requester(ticket, AGENT, OTHER)
    assert fresh.json(f"/tickets/{ticket}", include="requester")["requester"]["email"] == OTHER


def test_a_survey_leaves_a_rating_beside_the_ticket(sandbox: Sandbox, fresh: Any, ticket: int) -> None:
    assert fresh.json(f"/tickets/{ticket}/satisfaction_ratings") == []
    sandbox.freshdesk.people.survey_feedback(ticket, "Too slow", rating=-103)
    (rating,) = fresh.json(f"/tickets/{ticket}/satisfaction_ratings")
    assert (rating["ratings"], rating["feedback"]) == ({"default_question": -103}, "Too slow")
    assert (rating["ticket_id"], rating["user_id"]) == (ticket, fresh.json(f"/tickets/{ticket}")["requester_id"])
    assert fresh.get("/tickets/999/satisfaction_ratings").status_code == 404
    sandbox.freshdesk.people.survey_feedback(ticket)
    assert fresh.json(f"/tickets/{ticket}/satisfaction_ratings")[1]["feedback"] == ""
    assert fresh.json(f"/tickets/{ticket}/conversations")[1]["body_text"] == "Extremely Happy"
    with pytest.raises(ActError, match="4 is no rating; choose one of: 103"):
        sandbox.freshdesk.people.survey_feedback(ticket, rating=4)


def test_mail_to_support_alone_is_private_and_an_absence_note_is_automatic(
    sandbox: Sandbox, fresh: Any, ticket: int
) -> None:
    people = sandbox.freshdesk.people
    people.customer_replies(ticket, "between us", author=OTHER, public=False)
    people.customer_replies(ticket, "I am away", automatic=True)
    first, second = fresh.json(f"/tickets/{ticket}/conversations")
    assert (first["incoming"], first["private"], first["from_email"]) == (True, True, OTHER)
    assert (second["incoming"], second["private"], second["auto_response"]) == (True, False, True)


def test_merges_speak_the_accounts_language_and_may_speak_to_customers(
    sandbox: Sandbox, fresh: Any, ticket: int
) -> None:
    desk = sandbox.freshdesk
    desk.account.set_merge_notes("Mit Ticket {id} zusammengeführt", "Ticket {id} wurde hier eingefügt")
    other = desk.people.create_ticket(CUSTOMER, "Again", "The same")
    desk.people.merge(other, ticket, AGENT, public=True)
    (closed,), (here,) = (fresh.json(f"/tickets/{own}/conversations") for own in (other, ticket))
    assert closed["body_text"] == f"Mit Ticket {ticket} zusammengeführt"
    assert here["body_text"].splitlines() == [f"Ticket {other} wurde hier eingefügt", "The same"]
    assert (closed["private"], here["private"], closed["incoming"], closed["source"]) == (False, False, False, 2)


def test_a_merged_ticket_opens_again_when_the_customer_writes(
    sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
) -> None:
    people = sandbox.freshdesk.people
    people.merge(ticket, people.create_ticket(CUSTOMER, "Again", "The same"), AGENT)
    clock.elapse(timedelta(minutes=1))
    people.customer_replies(ticket, "Is anybody there?")
    shown = fresh.json(f"/tickets/{ticket}", include="stats")
    assert (shown["status"], shown["stats"]["reopened_at"]) == (2, shown["updated_at"])


@pytest.mark.parametrize("stay", [False, True])
def test_a_ticket_that_is_opened_again_may_keep_its_stamps(
    sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock, stay: bool
) -> None:
    desk = sandbox.freshdesk
    desk.account.quirks.stamps_stay = stay
    desk.people.close(ticket, AGENT)
    closed = fresh.json(f"/tickets/{ticket}", include="stats")["stats"]["closed_at"]
    clock.elapse(timedelta(minutes=1))
    desk.people.customer_replies(ticket, "Down again")
    stats = fresh.json(f"/tickets/{ticket}", include="stats")["stats"]
    assert (stats["closed_at"], stats["resolved_at"]) == ((closed, closed) if stay else (None, None))
    clock.elapse(timedelta(minutes=1))
    desk.people.close(ticket, AGENT)
    again = fresh.json(f"/tickets/{ticket}", include="stats")["stats"]
    assert again["closed_at"] == again["resolved_at"] > closed


def test_a_collaborator_says_so(sandbox: Sandbox, fresh: Any) -> None:
    sandbox.freshdesk.account.add_agent("lea@partners.example", collaborator=True)
    kinds = {one["contact"]["email"]: one["type"] for one in fresh.json("/agents")}
    assert kinds["lea@partners.example"] == "collaborator"
    assert set(kinds.values()) == {"collaborator", "support_agent"}
