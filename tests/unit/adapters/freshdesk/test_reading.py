"""What does Freshdesk's JSON say about a ticket, its people and its fields? Recorded samples among it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.freshdesk.agents import Agent, read_agent
from adapters.freshdesk.conversations import plain_text
from adapters.freshdesk.examine import own_statuses
from adapters.freshdesk.listing import read_row
from adapters.freshdesk.reading import Gathered, read_snapshot
from adapters.freshdesk.statuses import StatusMap
from adapters.freshdesk.ticket_fields import AccountFields, read_fields
from adapters.http.fields import Unreadable
from slabot.domain import Actor, Category, Message

from .conftest import FIELDS, STATUSES

AT = "2026-01-10T09:00:00Z"
NOW = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
TICKET = {"id": 7, "status": 2, "created_at": AT, "updated_at": AT, "requester_id": 5, "priority": 3, "source": 1}
BOB = Agent("6", "Bob", "bob@partners.example")


def said(**changed: Any) -> dict[str, Any]:
    return {"id": 1, "private": False, "incoming": False, "user_id": 6, "source": 0, "created_at": AT, **changed}


def snapshot(ticket: Any = TICKET, *conversations: Any) -> Snapshot:
    gathered = Gathered(ticket=ticket, conversations=conversations, agents={"6": BOB}, own_id="900", seen_at=NOW)
    return read_snapshot(gathered, helpdesk="partners", root="https://x.example", statuses=StatusMap("p", STATUSES))


def last(**changed: Any) -> Message:
    found = [event for event in snapshot(TICKET, said(**changed)).events if isinstance(event, Message)]
    return found[-1]


@pytest.mark.parametrize(
    ("changed", "by", "public"),
    [
        ({}, Actor.AGENT, True),
        ({"private": True, "source": 2}, Actor.AGENT, False),
        ({"source": 2}, Actor.AGENT, True),  # a public note: the customer can read it
        ({"source": 8}, Actor.AGENT, False),  # a forward goes to somebody else
        ({"user_id": 77}, Actor.AGENT, True),  # an agent who has left
        ({"user_id": 5}, Actor.CUSTOMER, True),
        ({"user_id": 900}, Actor.SLABOT, True),
        ({"user_id": "900"}, Actor.SLABOT, True),
        ({"user_id": None}, Actor.SYSTEM, True),
        ({"automation_id": 3}, Actor.AUTOMATION, True),
        ({"auto_response": True}, Actor.AUTOMATION, True),
        ({"incoming": True, "user_id": 5}, Actor.CUSTOMER, True),
        ({"incoming": True, "user_id": 5, "auto_response": True}, Actor.CUSTOMER, True),
        ({"incoming": True, "user_id": 5, "source": 6}, Actor.SYSTEM, True),  # a survey
    ],
)
def test_who_spoke_and_to_whom(changed: dict[str, Any], by: Actor, public: bool) -> None:
    message = last(**changed)
    assert (message.by, message.public) == (by, public)
    assert message.auto_reply is bool(changed.get("auto_response"))


def test_addresses_are_known_where_they_can_be() -> None:
    assert last().email == "bob@partners.example"
    assert last(incoming=True, user_id=5, from_email="Ana <ana@customer.example>").email == "ana@customer.example"
    assert last(user_id=77, from_email="Support <help@partners.example>").email is None


def test_text_is_made_from_html_only_where_there_is_none() -> None:
    assert last(body="<div>One<br>two &amp; three</div>").text == "One\ntwo & three"
    assert last(body="<b>x</b>", body_text="plain").text == "plain"
    assert plain_text("<p>a</p><p>b</p>") == "a\nb"


def test_how_the_ticket_stands_is_given_as_how_it_was() -> None:
    ticket = snapshot({**TICKET, "tags": ["a"], "custom_fields": {"cf_x": 1, "cf_y": None}, "type": "Incident"}).ticket
    assert (ticket.priority, ticket.channel, ticket.kind, ticket.tags) == ("high", "email", "Incident", ("a",))
    assert ticket.fields == {"cf_x": "1", "cf_y": None}


@pytest.mark.parametrize(
    "broken", [{"status": None}, {"status": "open"}, {"created_at": None}, {"updated_at": "x"}, {"id": None}]
)
def test_a_ticket_that_lacks_what_matters_is_unreadable(broken: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        snapshot({**TICKET, **broken})


# -- recorded samples ----------------------------------------------------------------------------------------------


def sample(recorded: Path, name: str) -> Any:
    return json.loads((recorded / "freshdesk-samples" / name).read_text(encoding="utf-8"))


def test_the_recorded_ticket_and_its_conversation_are_read(recorded: Path) -> None:
    ticket, conversations = sample(recorded, "ticket_1.json"), sample(recorded, "conversations.json")
    agents = {agent.id: agent for agent in map(read_agent, sample(recorded, "agents.json")) if agent is not None}
    gathered = Gathered(ticket=ticket, conversations=conversations, agents=agents, own_id="900", seen_at=NOW)
    read = read_snapshot(gathered, helpdesk="p", root="https://x.example", statuses=StatusMap("p", STATUSES))
    told = [(event.by, event.public) for event in read.events if isinstance(event, Message)]
    assert told == [(Actor.CUSTOMER, True), (Actor.AGENT, False), (Actor.AGENT, True)]
    assert read.version == "2016-05-18T23:42:50Z"
    # Its stats are years newer than the ticket: they are not to be relied on.
    moves = [event for event in read.events if not isinstance(event, Message)]
    assert [move.observed_at for move in moves] == [NOW]


def test_recorded_rows_of_lists_are_read_offsets_included(recorded: Path) -> None:
    rows = [read_row(raw) for raw in sample(recorded, "all_tickets.json")]
    assert [(row.id, row.status, row.version) for row in rows] == [("1", "2", "2015-01-01T00:58:39Z")]


# -- fields and statuses -------------------------------------------------------------------------------------------


def test_choices_are_read_in_each_of_their_forms() -> None:
    forms: list[Any] = [
        {"3": ["Pending", "Awaiting your Reply"]},
        {"3": "Pending"},
        {"Pending": 3},
        [{"id": 3, "label": "Pending"}],
        [{"id": 3, "value": "Pending", "position": 1}],
    ]
    for choices in forms:
        assert read_fields([{"name": "status", "choices": choices}]).statuses == {3: "Pending"}
    assert read_fields([{"name": "status", "choices": None}, None, {"choices": {"x": []}}]).statuses == {}  # type: ignore[list-item]


def test_priorities_are_known_by_english_words_and_by_the_accounts_own() -> None:
    fields = read_fields([{"name": "priority", "choices": {"Niedrig": 1, "Dringend": 4}}])
    assert (fields.priorities["dringend"], fields.priorities["urgent"], fields.priorities["medium"]) == (4, 4, 2)


def test_a_number_counts_before_a_label_and_labels_are_compared_without_case() -> None:
    statuses = StatusMap("p", {"3": Category.PENDING, "waiting ON customer": Category.WAITING_ON_CUSTOMER})
    labelled = statuses.with_labels({3: "Waiting on Customer", 6: "Waiting on Customer"})
    assert (labelled.category(3), labelled.category(6)) == (Category.PENDING, Category.WAITING_ON_CUSTOMER)
    assert labelled.to_write(Category.WAITING_ON_CUSTOMER) == 6
    assert labelled.to_write(Category.PENDING) == 3


def test_a_label_that_says_something_else_than_its_number_is_asked_about() -> None:
    fields = AccountFields(
        statuses={2: "Pending", 3: "In Bearbeitung", 4: "Resolved", 6: "Waiting on Customer", 9: "X"}
    )
    told = {status.word: (status.usual, status.own) for status in own_statuses(fields)}
    assert told == {
        "2": (None, False),
        "3": (Category.PENDING, False),
        "4": (Category.SOLVED, False),
        "Waiting on Customer": (Category.WAITING_ON_CUSTOMER, True),
        "X": (None, True),
    }


def test_the_usual_fields_are_read() -> None:
    assert read_fields(FIELDS).statuses[6] == "Waiting on Customer"
