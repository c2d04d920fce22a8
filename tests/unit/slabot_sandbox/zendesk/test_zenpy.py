"""The client that slabot uses understands the stand-in, given a session of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket
from zenpy.lib.exception import APIException, RecordNotFoundException

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

CUSTOMER = "ana@customer.example"


@pytest.fixture
def zenpy(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", sandbox.zendesk.url.removeprefix("http://"))
    logging.getLogger("zenpy").setLevel(logging.CRITICAL)
    session = requests.Session()
    session.trust_env = False
    yield Zenpy(
        subdomain="acme",
        email=sandbox.zendesk.email,
        token=sandbox.zendesk.token,
        session=session,
        disable_cache=True,
    )
    session.close()


def test_a_ticket_is_read_with_comments_audits_and_users(sandbox: Sandbox, zenpy: Any) -> None:
    number = sandbox.zendesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts")
    sandbox.zendesk.people.agent_replies(number, "ravi@acme.example", "Looking")
    ticket = zenpy.tickets(id=number)
    assert (ticket.subject, ticket.status) == ("Agent offline", "open")
    comments = list(zenpy.tickets.comments(ticket=number))
    assert [zenpy.users(id=comment.author_id).role for comment in comments] == ["end-user", "agent"]
    assert len(list(zenpy.tickets.audits(ticket=number))) == 2
    assert zenpy.users.me().email == sandbox.zendesk.email


def test_a_safe_update_with_a_marked_comment_goes_through_and_an_outdated_one_conflicts(
    sandbox: Sandbox, clock: SteppedClock, zenpy: Any
) -> None:
    number = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")

    def follow_up() -> Any:
        ticket = Ticket(id=number)
        ticket.safe_update, ticket.updated_stamp = True, "2026-01-10T10:00:00Z"
        ticket.comment = Comment(body="Any news?", public=True)
        ticket.metadata = {"slabot": "k"}
        return zenpy.tickets.update(ticket)

    clock.elapse(timedelta(seconds=1))
    assert follow_up().audit.metadata.custom == {"slabot": "k"}
    with pytest.raises(APIException) as caught:
        follow_up()
    assert caught.value.response.status_code == 409


def test_its_errors_are_raised(sandbox: Sandbox, zenpy: Any) -> None:
    with pytest.raises(RecordNotFoundException):
        zenpy.tickets(id=99)
    number = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    with pytest.raises(APIException) as caught:
        zenpy.tickets.update(Ticket(id=number, status="solved"))
    assert caught.value.response.status_code == 422


def test_statuses_and_rules_can_be_listed(zenpy: Any) -> None:
    assert {status.status_category for status in zenpy.custom_statuses()} == {
        "new",
        "open",
        "pending",
        "hold",
        "solved",
    }
    assert next(iter(zenpy.automations())).title == "Close ticket 4 days after status is set to solved"
    assert list(zenpy.sla_policies())
    assert list(zenpy.triggers())


def test_the_export_stops_at_the_end_of_the_stream(sandbox: Sandbox, clock: SteppedClock, zenpy: Any) -> None:
    numbers = [sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t") for _ in range(3)]
    clock.elapse(timedelta(minutes=2))
    assert [ticket.id for ticket in zenpy.tickets.incremental(start_time=0, paginate_by_time=False)] == numbers
