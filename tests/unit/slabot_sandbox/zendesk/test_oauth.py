"""Who gets a token from the stand-in, for how long, and for what?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from slabot.clock import SteppedClock
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.zendesk.oauth import needs


def ask(sandbox: Sandbox, **changed: Any) -> requests.Response:
    desk = sandbox.zendesk
    wanted = {
        "grant_type": "client_credentials",
        "client_id": desk.client_id,
        "client_secret": desk.client_secret,
        "scope": "read write",
        "expires_in": 600,
    }
    body = {name: value for name, value in (wanted | changed).items() if value is not None}
    return requests.post(f"{desk.url}/oauth/tokens", json=body, timeout=10)


def call(sandbox: Sandbox, token: str, method: str = "GET", path: str = "/users/me.json") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.request(method, f"{sandbox.zendesk.url}/api/v2{path}", headers=headers, json={}, timeout=10)


def test_a_token_acts_as_the_agent_who_made_the_client_until_its_end(sandbox: Sandbox, clock: SteppedClock) -> None:
    given = ask(sandbox).json()
    assert (given["token_type"], given["scope"], given["expires_in"]) == ("bearer", "read write", 600)
    assert call(sandbox, given["access_token"]).json()["user"]["email"] == sandbox.zendesk.email
    clock.elapse(timedelta(seconds=600))
    answer = call(sandbox, given["access_token"])
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_the_life_is_told_only_if_it_was_asked_for(sandbox: Sandbox, clock: SteppedClock) -> None:
    given = ask(sandbox, expires_in=None).json()
    assert "expires_in" not in given
    clock.elapse(timedelta(minutes=30))
    assert call(sandbox, given["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "x"}, 401, "invalid_client"),
        ({"client_secret": "x"}, 401, "invalid_client"),
        ({"client_secret": None}, 401, "invalid_client"),
        ({"scope": "read write impersonate"}, 400, "invalid_scope"),
        ({"expires_in": 300}, 400, "invalid_request"),
        ({"expires_in": 172_800}, 400, "invalid_request"),
        ({"expires_in": "600"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_gets_no_token(sandbox: Sandbox, changed: dict[str, Any], status: int, error: str) -> None:
    answer = ask(sandbox, **changed)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert sandbox.zendesk.oauth.tokens == {}


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/api/v2/tickets/7/audits", ("read",)),
        ("GET", "/api/v2/incremental/tickets/cursor", ("read",)),
        ("GET", "/api/v2/tickets/7", ("read", "tickets:read")),
        ("GET", "/api/v2/users/me", ("read", "users:read")),
        ("PUT", "/api/v2/tickets/7", ("write", "tickets:write")),
    ],
)
def test_each_call_needs_a_scope(method: str, path: str, scopes: tuple[str, ...]) -> None:
    assert needs(method, path) == scopes


def test_beyond_its_scopes_a_token_gets_403(sandbox: Sandbox) -> None:
    sandbox.zendesk.people.create_ticket("ana@customer.example", "Help", "It is down")
    token = ask(sandbox, scope="tickets:read").json()["access_token"]
    assert call(sandbox, token, path="/tickets/1.json").status_code == 200
    refused = call(sandbox, token, path="/tickets/1/audits.json")
    assert (refused.status_code, "scopes: read" in refused.json()["description"]) == (403, True)
    assert call(sandbox, token, "PUT", "/tickets/1.json").status_code == 403


def test_a_revoked_client_gets_nothing_and_its_tokens_end(sandbox: Sandbox, panel: Any) -> None:
    token = ask(sandbox).json()["access_token"]
    panel("POST", "/zendesk/revoke_client", {"client_id": sandbox.zendesk.client_id})
    assert call(sandbox, token).status_code == 401
    assert ask(sandbox).status_code == 401
    panel("POST", "/zendesk/restore_client", {"client_id": sandbox.zendesk.client_id})
    assert ask(sandbox).status_code == 200


def test_the_switches_of_the_token_endpoint(sandbox: Sandbox, panel: Any, clock: SteppedClock) -> None:
    panel("POST", "/zendesk/set_tokens", {"tells_life": False, "longest": 60})
    given = ask(sandbox).json()
    assert "expires_in" not in given
    clock.elapse(timedelta(seconds=60))
    assert call(sandbox, given["access_token"]).status_code == 401
    panel("POST", "/zendesk/set_tokens", {"dies_at_once": True})
    assert call(sandbox, ask(sandbox).json()["access_token"]).status_code == 401
    panel("POST", "/zendesk/set_tokens", {"forbidden": True})
    assert ask(sandbox).status_code == 403


def test_too_many_requests_and_faults_hit_the_endpoint_too(sandbox: Sandbox) -> None:
    sandbox.zendesk.limits.limits.tokens = 1
    assert [ask(sandbox).status_code for _ in range(2)] == [200, 429]
    sandbox.faults.add(FaultKind.HTML, path="/oauth/tokens", times=1)
    assert ask(sandbox).text.startswith("<!DOCTYPE")


def test_the_journal_keeps_no_secret_and_counts_what_was_under_way(sandbox: Sandbox) -> None:
    token = ask(sandbox).json()["access_token"]
    written = "\n".join(sandbox.journal.lines())
    assert sandbox.zendesk.client_secret not in written
    assert token not in written
    assert sandbox.journal.most_at_once("POST /oauth/tokens") == 1
