"""Go on when Zendesk lets a token in no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import OAuthClient
from adapters.errors import NotAllowed, ScopeTooNarrow, SignInRefused
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import Sandbox

from ..conftest import ME, STATUSES, Answer, Scripted
from .conftest import GIVEN, give, oauth_on


def test_after_a_401_the_same_call_is_made_once_more_with_another_token(
    scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(body=GIVEN), Answer(body=GIVEN | {"access_token": "tok-2"}))
    scripted.on("GET", "/users/me.json", Answer(401), Answer(body=ME))
    assert oauth_on(scripted, clock).whoami().id == "900"
    sent = [each.headers["Authorization"] for each in scripted.of("GET", "/users/me.json")]
    assert sent == ["Bearer tok-1", "Bearer tok-2"]


def test_a_write_too_is_made_once_more_after_a_401_for_nothing_was_done(
    signed_in: ZendeskAdapter, sandbox: Sandbox
) -> None:
    ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    seen = signed_in.fetch(str(ticket)).version
    sandbox.zendesk.oauth.revoke_tokens()
    signed_in.set_category(str(ticket), Category.PENDING, seen=seen, marker="m")
    assert [call.status for call in sandbox.journal.calls(method="PUT")] == [401, 200]
    assert sandbox.zendesk.account.tickets[ticket].status == "open"


def test_a_token_that_dies_at_once_is_said_in_words_and_is_no_hot_loop(
    signed_in: ZendeskAdapter, sandbox: Sandbox
) -> None:
    sandbox.zendesk.oauth.set_tokens(dies_at_once=True)
    with pytest.raises(NotAllowed, match="does not accept the OAuth token that it gave a moment ago"):
        signed_in.whoami()
    for _ in range(20):
        with pytest.raises(NotAllowed, match="gives tokens to this OAuth client and then does not let them in"):
            signed_in.whoami()
    assert len(sandbox.journal.calls(endpoint="/oauth/tokens")) == 2
    assert len(sandbox.journal.calls(endpoint="users/me")) == 2


def test_it_goes_on_by_itself_once_tokens_live_again(
    signed_in: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    sandbox.zendesk.oauth.set_tokens(dies_at_once=True)
    with pytest.raises(NotAllowed):
        signed_in.whoami()
    sandbox.zendesk.oauth.set_tokens()
    clock.elapse(timedelta(seconds=5))
    assert signed_in.whoami().email == sandbox.zendesk.email


def test_a_revoked_client_is_said_and_a_restored_one_needs_no_restart(
    signed_in: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    signed_in.whoami()
    sandbox.zendesk.oauth.revoke_client(sandbox.zendesk.client_id)
    with pytest.raises(NotAllowed, match="does not accept this OAuth client with this secret"):
        signed_in.whoami()
    sandbox.zendesk.oauth.restore_client(sandbox.zendesk.client_id)
    clock.elapse(timedelta(minutes=1))
    assert signed_in.whoami().role == "admin"


def test_a_scope_that_is_too_narrow_names_the_call_and_what_it_needs(sandbox: Sandbox, clock: SteppedClock) -> None:
    desk = sandbox.zendesk
    ticket = str(desk.people.create_ticket("ana@customer.example", "Help", "It is down"))
    client = OAuthClient(
        client_id=desk.client_id, client_secret=desk.client_secret, scope="tickets:read users:read organizations:read"
    )
    adapter = ZendeskAdapter(name="acme", url=desk.url, oauth=client, statuses=STATUSES, clock=clock)
    with pytest.raises(ScopeTooNarrow, match=rf'GET /api/v2/tickets/{ticket}/audits.json.*global scope "read"') as it:
        adapter.find_marker(ticket, "m")
    assert it.value.scope == "read"
    assert not adapter.fetch(ticket).ticket.history_complete  # it is paged about all the same, and not written to
    with pytest.raises(ScopeTooNarrow, match='global scope "write"') as it:
        adapter.add_note(ticket, "x", marker="m")
    adapter.close()


def test_a_client_that_is_revoked_in_the_middle_of_a_ticket_says_nothing_about_the_ticket(
    scripted: Scripted, clock: SteppedClock
) -> None:
    give(scripted, Answer(body=GIVEN), Answer(401, {"error": "invalid_client"}))
    scripted.on("GET", "/tickets/7.json", Answer(body={"ticket": {"id": 7}}))
    scripted.on("GET", "/tickets/7/audits.json", Answer(401))
    with pytest.raises(SignInRefused, match="does not accept this OAuth client"):
        oauth_on(scripted, clock).fetch("7")
