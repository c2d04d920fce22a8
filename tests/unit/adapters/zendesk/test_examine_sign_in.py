"""What does doctor say of the sign-in at Zendesk? Asked of the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from adapters.base import OAuthClient, Plans
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Finding, Level
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import STATUSES

PLANS = Plans(hook_path="/hooks/acme")
Opens = Callable[..., ZendeskAdapter]


@pytest.fixture
def by_oauth(sandbox: Sandbox, clock: SteppedClock) -> Iterator[Opens]:
    made = []

    def make(*, scope: str = "read write", secret: str = "", **beside: Any) -> ZendeskAdapter:
        desk = sandbox.zendesk
        oauth = OAuthClient(client_id=desk.client_id, client_secret=secret or desk.client_secret, scope=scope)
        made.append(ZendeskAdapter(name="acme", url=desk.url, statuses=STATUSES, clock=clock, oauth=oauth, **beside))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def of(adapter: ZendeskAdapter, words: str) -> Finding:
    """The one finding that says this."""
    (found,) = [finding for finding in adapter.examine(PLANS) if words in finding.words]
    return found


def beside(sandbox: Sandbox, **changed: str) -> dict[str, str]:
    return {"email": sandbox.zendesk.email, "token": sandbox.zendesk.token, **changed}


def test_the_sign_in_is_named_with_whom_it_acts_as_and_what_it_opens(by_oauth: Opens, sandbox: Sandbox) -> None:
    sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    found = by_oauth().examine(PLANS)
    assert [each for each in found if each.level in (Level.WRONG, Level.UNKNOWN)] == []
    right = "\n".join(each.words for each in found if each.level is Level.RIGHT)
    assert 'slabot signs in by OAuth, with the scope "read write"; each token is good for 120 minutes' in right
    assert "slabot is bot@acme.example there, an admin" in right
    assert "The history of tickets (their audits) can be read" in right


def test_an_account_without_tickets_is_told_that_the_audits_were_not_tried(by_oauth: Opens) -> None:
    assert of(by_oauth(), "There is no ticket yet").level is Level.NOTICE


def test_a_scope_that_is_too_narrow_names_the_refused_call_and_the_scope_it_needs(
    by_oauth: Opens, sandbox: Sandbox
) -> None:
    sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    adapter = by_oauth(scope="tickets:read users:read")
    audits = of(adapter, "The audits of a ticket could not be looked at")
    assert audits.level is Level.WRONG
    assert 'GET /api/v2/tickets/1/audits is refused, for it needs the global scope "read"' in audits.words
    assert "Write read into auth.scope" in audits.remedy
    assert "Allowed scopes" in audits.remedy
    lacking = of(adapter, "The scope lacks read and write")
    assert lacking.level is Level.WRONG
    webhooks = of(adapter, "The webhooks could not be looked at")
    assert webhooks.level is Level.WRONG
    assert "role Admin" not in webhooks.remedy  # it is not the role


def test_a_client_that_may_not_have_the_scope_is_said(by_oauth: Opens, sandbox: Sandbox) -> None:
    sandbox.zendesk.oauth.change_client(sandbox.zendesk.client_id, scopes="read")
    (found,) = by_oauth().examine(PLANS)
    assert found.level is Level.WRONG
    assert 'may not have the scope "read write"' in found.remedy


def test_a_token_endpoint_that_is_down_could_not_be_asked(by_oauth: Opens, sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultKind.ERROR, service="zendesk", path="/oauth/tokens")
    (found,) = by_oauth().examine(PLANS)
    assert found.level is Level.UNKNOWN
    assert "could not sign in (POST /oauth/tokens)" in found.remedy


def test_both_ways_are_tried_where_both_are_given(by_oauth: Opens, sandbox: Sandbox) -> None:
    found = of(by_oauth(**beside(sandbox)), "Both ways of signing in work, as the same agent")
    assert found.level is Level.NOTICE
    assert "Take email and token_env out" in found.remedy


def test_two_ways_that_act_as_two_agents_are_told_apart(by_oauth: Opens, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_agent("bob@acme.example", role="admin")
    found = of(by_oauth(**beside(sandbox, email="bob@acme.example")), "acts as bob@acme.example")
    assert "and OAuth as bot@acme.example" in found.words
    assert found.level is Level.NOTICE


@pytest.mark.parametrize(("token", "words"), [("wrong", "is not accepted"), ("", "was not tried")])
def test_a_token_that_is_gone_beside_oauth_may_be_taken_out(
    by_oauth: Opens, sandbox: Sandbox, token: str, words: str
) -> None:
    found = of(by_oauth(**beside(sandbox, token=token)), f"The API token beside OAuth {words}")
    assert found.level is Level.NOTICE
    assert "OAuth is enough" in found.remedy


def test_where_oauth_fails_it_is_said_whether_the_token_would_work(by_oauth: Opens, sandbox: Sandbox) -> None:
    wrong, token = by_oauth(secret="wrong", **beside(sandbox)).examine(PLANS)
    assert wrong.level is Level.WRONG
    assert "does not accept this OAuth client" in wrong.remedy
    assert "The API token beside OAuth works, as bot@acme.example, and is not used" in token.words
    assert "take auth out until it is" in token.remedy
    assert "2027-04-30" in token.remedy
