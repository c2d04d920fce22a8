"""What a ticket costs, and that no saving of calls hides what was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.errors import Gone
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.rows import FRESH
from slabot.clock import SteppedClock
from slabot.domain import Category, Message
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import SATURDAY
from .conftest import ANA, BOB

WITHHELD = timedelta(seconds=61)  # how long the export keeps a change back


def calls_since(sandbox: Sandbox, before: int) -> list[str]:
    return [call.endpoint.removeprefix("GET /api/v2/") for call in sandbox.journal.calls()[before:]]


def swept(acme: ZendeskAdapter, clock: SteppedClock) -> None:
    clock.elapse(WITHHELD)
    list(acme.sweep(None, since=SATURDAY))


@pytest.fixture
def known(acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int) -> int:
    """A ticket whose people and names are known, and that changed since it was read."""
    acme.fetch(str(number))
    sandbox.zendesk.people.customer_replies(number, "Anybody?")
    return number


def test_a_ticket_that_a_sweep_named_costs_one_call(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    swept(acme, clock)
    before = len(sandbox.journal.calls())
    snapshot = acme.fetch(str(known))
    assert calls_since(sandbox, before) == ["tickets/{id}/audits"]
    assert snapshot == acme.version_of(str(known))


def test_a_ticket_that_a_webhook_named_costs_two(acme: ZendeskAdapter, sandbox: Sandbox, known: int) -> None:
    before = len(sandbox.journal.calls())
    acme.fetch(str(known))
    assert calls_since(sandbox, before) == ["tickets/{id}", "tickets/{id}/audits"]


def test_a_ticket_that_was_read_already_keeps_no_row_that_would_be_old_at_the_next_webhook(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    acme.fetch(str(known))
    swept(acme, clock)  # brings the version that was just read
    sandbox.zendesk.people.customer_replies(known, "Hello?")
    before = len(sandbox.journal.calls())
    acme.fetch(str(known))
    assert calls_since(sandbox, before) == ["tickets/{id}", "tickets/{id}/audits"]


def test_several_tickets_share_one_call_and_cost_one_more_each(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    others = [sandbox.zendesk.people.create_ticket(ANA, f"Help {turn}", "It is down") for turn in range(4)]
    hints = [str(number) for number in (known, *others)]
    before = len(sandbox.journal.calls())
    acme.look_ahead(hints)
    read = {number: acme.fetch(number) for number in hints}
    assert calls_since(sandbox, before) == ["tickets/show_many", *["tickets/{id}/audits"] * 5]
    assert all(read[number] == acme.version_of(number) for number in hints)


def test_people_who_come_along_are_not_asked_for(acme: ZendeskAdapter, sandbox: Sandbox, known: int) -> None:
    other = sandbox.zendesk.people.create_ticket(
        "carl@elsewhere.example", "Help", "Down", organization="Elsewhere Ltd", agent=BOB
    )
    acme.look_ahead([str(known), str(other)])
    before = len(sandbox.journal.calls())
    assert acme.fetch(str(other)).ticket.requester is not None
    assert calls_since(sandbox, before) == ["tickets/{id}/audits"]


def test_one_alone_and_what_is_at_hand_is_not_looked_ahead_for(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    before = len(sandbox.journal.calls())
    acme.look_ahead([str(known)])
    acme.look_ahead(["x", "", "7/../8"])
    assert calls_since(sandbox, before) == []
    swept(acme, clock)
    before = len(sandbox.journal.calls())
    acme.look_ahead([str(known), "999"])
    assert calls_since(sandbox, before) == []


def test_what_goes_wrong_in_looking_ahead_is_passed_over(acme: ZendeskAdapter, sandbox: Sandbox, known: int) -> None:
    other = sandbox.zendesk.people.create_ticket(ANA, "Help", "Down")
    sandbox.faults.add(FaultKind.UNAVAILABLE, service="zendesk", path="/api/v2/tickets/show_many*", times=9)
    acme.look_ahead([str(known), str(other)])
    assert acme.fetch(str(known)).ticket.id == str(known)


def test_a_deleted_ticket_is_gone_although_a_list_brought_it(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    swept(acme, clock)
    sandbox.zendesk.people.delete(known, BOB)
    with pytest.raises(Gone):
        acme.fetch(str(known))


def test_what_happened_after_the_row_has_the_ticket_asked_for_anew_before_its_history(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    swept(acme, clock)
    sandbox.zendesk.people.agent_replies(known, BOB, "Which version?", status="pending")
    before = len(sandbox.journal.calls())
    snapshot = acme.fetch(str(known))
    assert calls_since(sandbox, before)[:3] == ["tickets/{id}/audits", "tickets/{id}", "tickets/{id}/audits"]
    assert snapshot.version == acme.version_of(str(known)).version
    assert snapshot.status_now is Category.WAITING_ON_CUSTOMER


def test_a_message_of_the_very_second_of_the_row_is_in_the_history(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    # The row's version cannot tell the two apart, so the history alone must have it.
    acme.look_ahead([str(known), "999"])
    sandbox.zendesk.people.customer_replies(known, "Hello?")
    before = len(sandbox.journal.calls())
    snapshot = acme.fetch(str(known))
    assert calls_since(sandbox, before) == ["tickets/{id}/audits"]
    assert [event.text for event in snapshot.events if isinstance(event, Message)][-1] == "Hello?"
    assert snapshot.version == acme.version_of(str(known)).version


def test_an_old_row_is_not_used(acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int) -> None:
    swept(acme, clock)
    clock.elapse(FRESH + timedelta(seconds=1))
    before = len(sandbox.journal.calls())
    acme.fetch(str(known))
    assert calls_since(sandbox, before)[0] == "tickets/{id}"


def test_before_acting_the_ticket_is_read_fresh(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    swept(acme, clock)
    before = len(sandbox.journal.calls())
    acme.version_of(str(known))
    assert calls_since(sandbox, before) == ["tickets/{id}", "tickets/{id}/audits"]


def test_somebody_whom_nobody_can_name_is_not_asked_for_at_each_look(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    sandbox.zendesk.people.customer_replies(known, "Me too", author="gone@customer.example")
    gone = sandbox.zendesk.account.user_by_email("gone@customer.example")
    assert gone is not None
    del sandbox.zendesk.account.users[gone["id"]]
    assert not acme.fetch(str(known)).ticket.history_complete
    before = len(sandbox.journal.calls())
    assert not acme.fetch(str(known)).ticket.history_complete
    assert calls_since(sandbox, before) == ["tickets/{id}", "tickets/{id}/audits"]


def test_names_are_asked_for_once_an_hour(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, known: int
) -> None:
    sandbox.zendesk.people.agent_sets_group(known, BOB, "Billing")  # a group that is new
    snapshot = acme.fetch(str(known))
    assert snapshot.ticket.brand == "Acme"
    clock.elapse(timedelta(minutes=59))
    before = len(sandbox.journal.calls())
    acme.fetch(str(known))
    assert "brands" not in calls_since(sandbox, before)
    clock.elapse(timedelta(minutes=2))
    acme.fetch(str(known))
    assert "brands" in calls_since(sandbox, before)
