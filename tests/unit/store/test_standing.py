"""What a helpdesk shows without a date is at the creation what it was at the first reading; later it is a change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slabot.domain import (
    Actor,
    AnyEvent,
    BrandChanged,
    Category,
    FormChanged,
    GroupChanged,
    OrganizationChanged,
    ParticipantsChanged,
    Person,
    PriorityChanged,
    RequesterChanged,
    Ticket,
)
from slabot.store import Store, StoredTicket, erasing, tickets
from slabot.store.erased import ERASED
from tests.fixtures.stored import keep, kept
from tests.fixtures.tickets import ANA, a_ticket, asked
from tests.fixtures.times import after

BEN = Person("r2", "ben@other.example", "Other Ltd")


def read(store: Store, *events: AnyEvent, version: str = "v1", hours: int = 1, **shown: Any) -> StoredTicket:
    """A reading at that hour, of a helpdesk that shows the ticket so and does not say since when."""
    ticket = a_ticket(**shown)
    return store.write(
        lambda conn: tickets.merge(conn, ticket, (asked(), *events), version, after(hours=hours), present=ticket)
    )


def changes(store: Store) -> list[AnyEvent]:
    return list(kept(store).timeline)[1:]


def undated(ticket: Ticket) -> tuple[Any, ...]:
    return ticket.requester, ticket.participants, ticket.group, ticket.brand, ticket.form


def test_the_first_reading_says_how_it_was_at_the_creation(store: Store) -> None:
    first = read(store, participants=("c1",), group="Billing", brand="Alpha", form="Default")
    assert undated(first.ticket) == (ANA, ("c1",), "Billing", "Alpha", "Default")
    later = read(
        store, version="v2", hours=2, requester=BEN, participants=("c2",), group="Network", brand="Beta", form="X"
    )
    assert undated(later.ticket) == undated(first.ticket)
    seen: dict[str, Any] = {"at": after(hours=2), "observed_at": after(hours=2)}
    told: dict[type, Any] = {type(event): event for event in changes(store)}
    expected = [
        RequesterChanged(**seen, to="r2", email="ben@other.example"),
        OrganizationChanged(**seen, to="Other Ltd"),
        ParticipantsChanged(**seen, to=("c2",)),
        GroupChanged(**seen, to="Network"),
        BrandChanged(**seen, to="Beta"),
        FormChanged(**seen, to="X"),
    ]
    assert [replace(told[type(event)], id="", by=event.by) for event in expected] == expected


def test_a_reading_that_shows_the_same_adds_nothing_and_the_order_of_who_is_in_copy_is_none(store: Store) -> None:
    read(store, participants=("c1", "c2"))
    read(store, version="v2", hours=2, participants=("c2", "c1"), group="Network")
    read(store, version="v2", hours=2, participants=("c2", "c1"), group="Network")
    read(store, version="v3", hours=3, participants=("c1", "c2"), group="Network")
    assert [type(event) for event in changes(store)] == [GroupChanged]


def test_what_changes_back_is_a_change_too(store: Store) -> None:
    for hour, group in enumerate(["Billing", "Network", "Billing"], start=1):
        read(store, version=f"v{hour}", hours=hour, group=group)
    assert [getattr(event, "to", None) for event in changes(store)] == ["Network", "Billing"]


@pytest.mark.parametrize(("version", "hours"), [("v1", 3), ("v2", 1)], ids=["an older version", "read before"])
def test_an_older_snapshot_shows_nothing_new(store: Store, version: str, hours: int) -> None:
    read(store, version="v1", hours=1, group="Billing")
    read(store, version="v2", hours=2, group="Network")
    read(store, version=version, hours=hours, group="Billing")
    assert [getattr(event, "to", None) for event in changes(store)] == ["Network"]


def test_what_the_events_date_is_taken_from_them(store: Store) -> None:
    dated = RequesterChanged(at=after(minutes=20), id="audit:7", to="r2", email="ben@other.example")
    ticket, shown = a_ticket(), a_ticket(requester=replace(BEN, organization=ANA.organization), group="Network")
    merged = store.write(
        lambda conn: tickets.merge(conn, ticket, (asked(), dated), "v1", after(hours=1), present=shown)
    )
    assert (merged.ticket.requester, merged.ticket.group) == (ANA, "Network")
    assert changes(store) == [dated]


def test_facts_of_the_last_reading_follow_the_newest(store: Store) -> None:
    read(store, group="Billing")
    later = read(store, version="v2", hours=2, group="Billing", subject="Now it is down", url="https://x/1")
    assert (later.ticket.subject, later.ticket.url) == ("Now it is down", "https://x/1")


def test_a_ticket_that_an_older_slabot_stored_takes_its_first_reading_for_its_creation(store: Store) -> None:
    keep(store, asked(), version=tickets.BEFORE)
    first = read(store, group="Billing", requester=BEN)
    assert undated(first.ticket) == (BEN, (), "Billing", None, None)
    assert changes(store) == []


def test_somebody_who_was_erased_is_still_the_same_to_the_next_reading(store: Store) -> None:
    read(store, participants=("r9", "ana@customer.example", "carl@customer.example"))
    store.write(lambda conn: erasing.erase_requester(conn, "r1"))
    again = read(store, version="v2", hours=2, participants=("r9", "ana@customer.example", "carl@customer.example"))
    assert again.ticket.requester is not None
    assert again.ticket.requester.id.startswith(ERASED)
    assert again.ticket.participants[0] == "r9"
    assert again.ticket.participants[1].startswith(ERASED)
    assert changes(store) == []


def test_what_an_agent_did_and_wrote_down_stays_an_agents_when_they_are_one_no_more(store: Store) -> None:
    lowered = PriorityChanged(at=after(minutes=5), by=Actor.AGENT, by_id="a1", id="audit:1:priority", to="low")

    def reading(hours: int, by: Actor, written_by: str | None, **facts: Any) -> StoredTicket:
        ticket, told = a_ticket(written_by=written_by, **facts), replace(lowered, by=by)
        return store.write(lambda conn: tickets.merge(conn, ticket, (told,), f"v{hours}", after(hours=hours)))

    reading(1, Actor.SYSTEM, None, history_complete=False)  # nobody could say who that was
    reading(2, Actor.AGENT, "a1")
    for hours, complete in ((3, True), (4, False), (5, True)):
        later = reading(hours, Actor.CUSTOMER, None, history_complete=complete)
        assert list(later.timeline) == [lowered]
        assert kept(store).ticket.written_by == "a1"


@pytest.mark.parametrize("seen_first", ["the complete one", "the other"])
def test_what_was_read_once_stays_known_when_it_cannot_be_read_any_more(store: Store, seen_first: str) -> None:
    whole = a_ticket(priority="urgent")
    shown = a_ticket(priority="low", requester=BEN, status=Category.CLOSED, subject="New words", history_complete=False)
    readings = [(whole, "v1", 1), (shown, "v2", 2), (shown, "v3", 3)]
    for ticket, version, hours in readings if seen_first == "the complete one" else reversed(readings):
        store.write(lambda conn, t=ticket, v=version, h=hours: tickets.merge(conn, t, (), v, after(hours=h)))  # type: ignore[misc]
    expected = replace(whole, subject="New words", history_complete=False, complete_until=after(hours=1))
    assert kept(store).ticket == expected
    again = replace(whole, subject="Newer")
    store.write(lambda conn: tickets.merge(conn, again, (), "v4", after(hours=4)))
    assert kept(store).ticket == again
