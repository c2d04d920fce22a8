"""Find out who the Zendesk adapter works as. Over HTTP, against the stand-in."""

from __future__ import annotations

import pytest

from adapters.base import Adapter
from adapters.errors import (
    NotAllowed,
)
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

from ..conftest import ME, Answer, Opens, Scripted
from .conftest import ANA, BOB, MINUTE


def test_it_is_an_adapter(acme: ZendeskAdapter) -> None:
    adapter: Adapter = acme
    assert adapter.kind == "zendesk"


def test_whoami_names_the_account(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    account = acme.whoami()
    assert (account.email, account.role) == (sandbox.zendesk.email, "admin")


def test_a_wrong_token_is_said_to_be_although_zendesk_answers_200(opened: Opens, sandbox: Sandbox) -> None:
    with pytest.raises(NotAllowed, match="check both"):
        opened(sandbox.zendesk.url, token="wrong").whoami()


def test_an_end_user_is_no_account_to_work_with(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", "/users/me.json", Answer(body={"user": {**ME["user"], "role": "end-user"}}))
    with pytest.raises(NotAllowed, match="is an end user there; make it an agent"):
        hostile.whoami()


def test_agents_are_found_by_their_exact_address(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Hello")
    assert acme.agent_id_by_email("BOB@acme.example ") == str(sandbox.zendesk.account.add_agent(BOB)["id"])
    assert acme.agent_id_by_email("ob@acme.example") is None
    assert acme.agent_id_by_email(ANA) is None  # a customer
    assert acme.agent_id_by_email('bob"') is None
    assert acme.agent_id_by_email("") is None


def test_an_agent_is_asked_for_once_an_hour(acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock) -> None:
    bob = str(sandbox.zendesk.account.add_agent(BOB)["id"])
    for calls in (1, 2):
        assert [acme.agent_id_by_email(BOB) for _ in range(3)] == [bob] * 3
        assert len(sandbox.journal.calls(endpoint="/users")) == calls
        clock.elapse(60 * MINUTE)
