"""Open the Freshdesk adapter, and find out who it works as. Over HTTP, against the stand-in."""

from __future__ import annotations

import pytest

from adapters.base import Adapter
from adapters.errors import (
    NotAllowed,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.registry import open_adapter
from slabot.clock import SteppedClock
from slabot.policy.connections import FRESHDESK_STATUSES
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits, Plan
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from .conftest import ANA, BOB, MINUTE, Opens


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
