"""Follow requester, copies and organisation, and what a ticket belongs to, through the audits."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.zendesk.sides import named
from slabot.domain import (
    Actor,
    BrandChanged,
    FormChanged,
    GroupChanged,
    OrganizationChanged,
    ParticipantsChanged,
    Person,
    RequesterChanged,
)

from .objects import ANA, BOB, BORN, audit, change, created, minutes, only, read, ticket

NAMES = {
    ("organization_id", "70"): "Customer Ltd",
    ("organization_id", "71"): "Gold Ltd",
    ("group_id", "80"): "Billing",
    ("brand_id", "90"): "Acme",
    ("ticket_form_id", "95"): "Outage",
}


def test_a_change_of_requester_is_told_with_the_address_and_the_ticket_keeps_the_first() -> None:
    moved = audit(20, BOB, 5, change("requester_id", str(ANA), str(BOB)))
    snapshot = read(ticket(requester_id=BOB), [BORN, moved])
    (event,) = only(snapshot, RequesterChanged)
    assert (event.to, event.email, event.at, event.by) == ("6", "bob@acme.example", minutes(5), Actor.AGENT)
    assert snapshot.ticket.requester == Person("5", "ana@customer.example", None)


@pytest.mark.parametrize(
    ("audits", "first"),
    [
        ([audit(10, ANA, 0, created("requester_id", "5"))], "5"),
        ([BORN, audit(20, BOB, 5, change("requester_id", "8", "6"))], "8"),  # no creation names one
        ([audit(10, ANA, 0, created("requester_id", "5")), audit(20, BOB, 5, change("requester_id", "8", "6"))], "5"),
        ([BORN], "6"),  # never told: as it is now
    ],
)
def test_the_requester_at_creation_is_the_creations_else_the_one_before_the_first_change(
    audits: list[dict[str, Any]], first: str
) -> None:
    requester = read(ticket(requester_id=BOB), audits).ticket.requester
    assert requester is not None
    assert requester.id == first


def cc(before: list[Any], after: list[Any]) -> dict[str, Any]:
    return {"id": 9, "type": "EmailCcChange", "previous_email_ccs": before, "current_email_ccs": after}


@pytest.mark.parametrize(
    ("audits", "raw", "first", "later"),
    [
        ([audit(10, ANA, 0, created("email_cc_ids", ["3", "4"]))], {}, ("3", "4"), []),
        ([audit(10, ANA, 0, created("collaborator_ids", [3]))], {}, ("3",), []),
        (
            [audit(10, ANA, 0, created("current_collaborators", "Cy <Cy@X.example>, Di <di@x.example>"))],
            {},
            ("cy@x.example", "di@x.example"),
            [],
        ),
        ([BORN], {"email_cc_ids": [3]}, ("3",), []),
        ([BORN], {"collaborator_ids": [3, 6], "follower_ids": [6]}, ("3",), []),
        ([BORN, audit(20, BOB, 5, change("email_cc_ids", ["3"], ["3", "4"]))], {}, ("3",), [("3", "4")]),
        ([BORN, audit(20, BOB, 5, change("collaborator_ids", "3", "3 4"))], {}, ("3",), [("3", "4")]),
        ([BORN, audit(20, BOB, 5, cc([], ["Cy@X.example"]))], {}, (), [("cy@x.example",)]),
        ([BORN, audit(20, BOB, 5, cc(["a@x.example"], []))], {}, ("a@x.example",), [()]),
        ([BORN, audit(20, BOB, 5, {"id": 9, "type": "Cc", "recipients": [3]})], {}, (), [("3",)]),
        # The older field holds followers as well: where the newer one is told it alone counts.
        (
            [BORN, audit(20, BOB, 5, change("collaborator_ids", [], [3, 6]), change("email_cc_ids", [], [3]))],
            {},
            (),
            [("3",)],
        ),
        ([BORN, audit(20, BOB, 5, {"id": 9, "type": "FollowerChange", "current_followers": ["b@x"]})], {}, (), []),
        ([BORN, audit(20, BOB, 5, change("email_cc_ids", None, "nobody"))], {}, (), []),
        ([BORN, audit(20, BOB, 5, cc([], [{"id": 3, "email": "c@x.example"}, None, 7.5]))], {}, (), [("3",)]),
    ],
)
def test_copies_are_read_in_all_their_forms(
    audits: list[dict[str, Any]], raw: dict[str, Any], first: tuple[str, ...], later: list[tuple[str, ...]]
) -> None:
    snapshot = read(ticket(**raw), audits)
    assert snapshot.ticket.participants == first
    assert [event.to for event in only(snapshot, ParticipantsChanged)] == later


def test_names_are_told_and_ids_where_nobody_can_name_them() -> None:
    born = audit(10, ANA, 0, created("status", "new"), created("organization_id", "70"), created("brand_id", "90"))
    moved = audit(
        20,
        BOB,
        5,
        change("organization_id", "70", "71"),
        change("group_id", None, "80"),
        change("brand_id", "90", "91"),
        change("ticket_form_id", "96", "95"),
    )
    now = ticket(organization_id=71, group_id=80, brand_id=91, ticket_form_id=95)
    snapshot = read(now, [born, moved], names=NAMES)
    at_creation = snapshot.ticket
    assert at_creation.requester is not None
    assert at_creation.requester.organization == "Customer Ltd"
    assert (at_creation.group, at_creation.brand, at_creation.form) == (None, "Acme", "96")
    told = {type(event): getattr(event, "to", None) for event in snapshot.events}
    assert {kind: told[kind] for kind in (OrganizationChanged, GroupChanged, BrandChanged, FormChanged)} == {
        OrganizationChanged: "Gold Ltd",
        GroupChanged: "Billing",
        BrandChanged: "91",
        FormChanged: "Outage",
    }
    assert {event.id for event in snapshot.events if event.id.startswith("audit:")} == {
        "audit:20:organization",
        "audit:20:group",
        "audit:20:brand",
        "audit:20:form",
    }


def test_what_never_changed_belongs_to_what_it_belongs_to_now() -> None:
    now = ticket(status="new", group_id=80, brand_id=90, ticket_form_id=95, organization_id=70)
    snapshot = read(now, [BORN], names=NAMES)
    told = snapshot.ticket
    assert (told.group, told.brand, told.form) == ("Billing", "Acme", "Outage")
    assert told.requester == Person("5", "ana@customer.example", "Customer Ltd")
    assert snapshot.events == ()


@pytest.mark.parametrize(
    ("value", "people"),
    [
        (None, ()),
        (5, ("5",)),
        ("5", ("5",)),
        ("5, 6;7", ("5", "6", "7")),
        (["5", 5, "A@x.example"], ("5", "a@x.example")),
        ('"Ann, B" <ann@x.example>', ("ann@x.example",)),
        ({"user_id": 5}, ("5",)),
        (True, ()),
        ("nobody", ()),
    ],
)
def test_people_are_named_by_ids_addresses_and_objects(value: object, people: tuple[str, ...]) -> None:
    assert named(value) == people
