"""Who wrote a conversation, and on whose side are they?"""

from __future__ import annotations

from typing import Any

import pytest

from adapters.freshdesk.agents import Agent, read_agent
from adapters.freshdesk.authors import PeopleAround, in_copy, senders, strangers
from adapters.freshdesk.contacts import Contact
from slabot.domain import Actor

REQUESTER, COPIED, COLLEAGUE, STRANGER, SUPPLIER, LEFT = 5, 21, 22, 23, 24, 25
BOB, CARL, ME = 6, 7, 900
TICKET: dict[str, Any] = {
    "id": 7,
    "requester_id": REQUESTER,
    "requester": {"id": REQUESTER, "email": "Ana@customer.example"},
    "company_id": 70,
    "company": {"id": 70, "name": "Customer Ltd"},
    "cc_emails": ['"Cleo C." <Cleo@customer.example>', "carl@partners.example"],
    "reply_cc_emails": ["cleo@customer.example"],
    "fwd_emails": ["sam@supplier.example"],
}
AGENTS = {
    "6": Agent("6", "Bob", "bob@partners.example"),
    "7": Agent("7", "Carl", "carl@partners.example", light=True),
    "900": Agent("900", "slabot", "bot@partners.example"),
}
CONTACTS = {
    "21": Contact("cleo@customer.example", ("70",), "Customer Ltd"),
    "22": Contact("dan@customer.example", ("71", "70"), "Daughter Ltd"),
    "23": Contact("eve@elsewhere.example", ("80",), "Elsewhere Ltd"),
    "24": Contact("sam@supplier.example", ("70",), "Customer Ltd"),
}
PEOPLE = PeopleAround.around(TICKET, AGENTS, CONTACTS, own_id="900")


@pytest.mark.parametrize(
    ("raw", "by", "email"),
    [
        ({"user_id": REQUESTER}, Actor.CUSTOMER, None),
        ({"user_id": 99, "from_email": "ANA <ana@customer.example>"}, Actor.CUSTOMER, "ana@customer.example"),
        ({"user_id": COPIED}, Actor.CUSTOMER, "cleo@customer.example"),
        ({"user_id": 99, "from_email": "cleo@CUSTOMER.example"}, Actor.CUSTOMER, "cleo@CUSTOMER.example"),
        ({"user_id": COLLEAGUE}, Actor.CUSTOMER, "dan@customer.example"),  # by one of several companies
        ({"user_id": STRANGER}, Actor.THIRD_PARTY, "eve@elsewhere.example"),
        ({"user_id": SUPPLIER}, Actor.THIRD_PARTY, "sam@supplier.example"),  # whom it was forwarded to
        ({"user_id": None, "from_email": "x@elsewhere.example"}, Actor.THIRD_PARTY, "x@elsewhere.example"),
        ({"user_id": LEFT}, Actor.CUSTOMER, None),  # whom nobody can look up
        ({"user_id": LEFT, "from_email": "fay@Customer.example"}, Actor.CUSTOMER, "fay@Customer.example"),
        ({"user_id": LEFT, "from_email": "fay@elsewhere.example"}, Actor.THIRD_PARTY, "fay@elsewhere.example"),
        ({"user_id": None}, Actor.CUSTOMER, None),
        ({"user_id": CARL}, Actor.AGENT, "carl@partners.example"),  # an agent in copy
        ({"user_id": BOB}, Actor.THIRD_PARTY, "bob@partners.example"),
        ({"user_id": BOB, "source": 2}, Actor.CUSTOMER, "bob@partners.example"),  # written by another channel's program
        ({"user_id": REQUESTER, "source": 6}, Actor.SYSTEM, None),  # a survey
    ],
)
def test_what_came_in_is_the_customers_only_from_their_side(raw: dict[str, Any], by: Actor, email: str | None) -> None:
    author = PEOPLE.author({"source": 0, **raw}, incoming=True)
    assert (author.by, author.email) == (by, email)


def test_an_organisation_is_told_where_it_is_known() -> None:
    def told(user: int) -> str | None:
        return PEOPLE.author({"user_id": user}, incoming=True).organization

    assert [told(user) for user in (REQUESTER, COPIED, COLLEAGUE)] == ["Customer Ltd"] * 3
    assert (told(STRANGER), told(LEFT)) == ("Elsewhere Ltd", None)


@pytest.mark.parametrize(
    ("raw", "by", "light"),
    [
        ({"user_id": BOB}, Actor.AGENT, False),
        ({"user_id": CARL}, Actor.AGENT, True),
        ({"user_id": 77}, Actor.AGENT, False),  # who has left
        ({"user_id": ME}, Actor.SLABOT, False),
        ({"user_id": None}, Actor.SYSTEM, False),
        ({"user_id": BOB, "automation_id": 1}, Actor.AUTOMATION, False),
        ({"user_id": REQUESTER}, Actor.CUSTOMER, False),
    ],
)
def test_what_went_out_is_supports(raw: dict[str, Any], by: Actor, light: bool) -> None:
    author = PEOPLE.author({"source": 0, **raw}, incoming=False)
    assert (author.by, author.light_agent) == (by, light)


def test_a_company_that_is_none_joins_nobody() -> None:
    people = PeopleAround.around({**TICKET, "company_id": None, "company": {}}, AGENTS, CONTACTS, own_id="900")
    assert people.author({"user_id": COLLEAGUE}, incoming=True).by is Actor.THIRD_PARTY
    nobody = PeopleAround.around({**TICKET, "company_id": None}, {}, {"9": Contact("q@x.example")}, own_id="900")
    assert nobody.author({"user_id": 9}, incoming=True).by is Actor.THIRD_PARTY


def test_only_those_are_looked_up_whose_side_nothing_else_tells() -> None:
    said: list[dict[str, Any]] = [
        {"incoming": True, "user_id": REQUESTER},
        {"incoming": True, "user_id": 99, "from_email": "ana@customer.example"},
        {"incoming": True, "user_id": 98, "from_email": "cleo@customer.example"},
        {"incoming": True, "user_id": 97, "from_email": "sam@supplier.example"},
        {"incoming": True, "user_id": BOB},
        {"incoming": True, "user_id": 96, "source": 6},
        {"incoming": True, "user_id": None},
        {"incoming": False, "user_id": 95},
        {"incoming": True, "user_id": STRANGER},
    ]
    assert strangers(TICKET, said, AGENTS, own_id="900") == {"23"}
    assert senders(said) == {"95"}


def test_copies_are_addresses_each_once_and_forwards_are_none() -> None:
    assert in_copy(TICKET) == ("cleo@customer.example", "carl@partners.example")
    assert in_copy({"cc_emails": None, "reply_cc_emails": [None, "", "nobody", 3]}) == ()


@pytest.mark.parametrize(
    ("raw", "light"),
    [
        ({"type": "collaborator"}, True),
        ({"agent_type": 3}, True),
        ({"type": "support_agent", "occasional": True}, False),  # who works by the day answers as any other
        ({"type": "field_agent"}, False),
        ({}, False),
    ],
)
def test_collaborators_are_light_agents(raw: dict[str, Any], light: bool) -> None:
    agent = read_agent({"id": 1, **raw})
    assert agent is not None
    assert agent.light is light
