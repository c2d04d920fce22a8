"""A token that ends silences nobody.

Promise: slabot signs in to Zendesk by tokens that end many times a day. One request for a token is under way at any
moment, no page is late by it, a call that a dead token met is made again, and while no token is to be had pages leave
on time and say since when their ticket could not be re-checked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.scene import HOUR, MINUTE, SECOND, Make, Scene, said

TOKENS = "POST /oauth/tokens"
RUNGS = (60 * MINUTE, 90 * MINUTE, 120 * MINUTE)  # 50 %, 75 % and 100 % of two hours
NOT_RE_CHECKED = "could not be re-checked since"


@pytest.fixture
def scene(stage: Make, sqlite_url: str) -> Scene:
    made = stage(sqlite_url)
    made.start()
    return made


def pages_are_on_time(scene: Scene, ticket: int, asked: datetime) -> None:
    found = [page.at - asked for page in scene.pages(ticket)]
    assert len(found) == len(RUNGS)
    for late, rung in zip(found, RUNGS, strict=True):
        assert timedelta(0) <= late - rung <= 2 * SECOND


def all_at_once(threads: int, act: Callable[[], object]) -> None:
    """Do the same in several threads, and fail if one of them does."""
    failed: list[BaseException] = []

    def one() -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    started = [threading.Thread(target=one) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert failed == []


@pytest.mark.parametrize("hours", [12, pytest.param(72, marks=pytest.mark.long)])
def test_for_hours_tokens_end_all_the_time_and_nothing_is_late_or_lost(
    scene: Scene, sandbox: Sandbox, hours: int
) -> None:
    journal, oauth = sandbox.journal, sandbox.zendesk.oauth
    oauth.set_tokens(longest=600)  # ten minutes, whatever is asked for
    waits = scene.ask("how do I export a report", who="bo@contoso.example")
    scene.run_for(MINUTE)
    scene.asks_back(waits)
    asked = {}
    for hour in range(hours):
        if hour % 6 == 0:
            asked[scene.ask()] = scene.clock.now()
        scene.run_for(23 * MINUTE)
        adapter = scene.parts.adapters["acme"]
        adapter.version_of(str(waits), timeout=30)
        if hour % 3 == 0:
            oauth.revoke_tokens()  # in the middle of their life: the next call is answered with 401
        all_at_once(6, partial(adapter.version_of, str(waits), timeout=30))
        scene.run_for(37 * MINUTE)

    assert len(journal.calls(endpoint=TOKENS)) > hours * 2
    assert {call.status for call in journal.calls(endpoint=TOKENS)} == {200}
    assert journal.most_at_once(TOKENS) == 1

    for ticket, at in asked.items():
        pages_are_on_time(scene, ticket, at)
    assert not [page for page in scene.pages() if NOT_RE_CHECKED in said(page)]

    calls = journal.calls(service="zendesk")
    refused = [call for call in calls if call.status == 401]
    assert len(refused) >= hours // 3
    for call in refused:  # each was made again, at once, and let in
        again = [
            c for c in calls if c.seq > call.seq and (c.method, c.path, c.query) == (call.method, call.path, call.query)
        ]
        assert any(c.status == 200 and c.at == call.at for c in again)
    assert [row.text for row in scene.ledger() if row.event is LedgerEvent.FEED_FAILED] == []
    assert len(scene.comments(waits)) >= hours // 36  # the follow-ups of these days, each once
    assert len({effect["marker"]["slabot"] for effect in scene.comments(waits)}) == len(scene.comments(waits))


@pytest.mark.parametrize(
    "fault",
    [
        FaultKind.RATE_LIMIT,
        FaultKind.DOWN,
        *(
            pytest.param(fault, marks=pytest.mark.long)
            for fault in (FaultKind.ERROR, FaultKind.UNAVAILABLE, FaultKind.HTML, FaultKind.TRUNCATED)
        ),
    ],
)
def test_while_no_token_is_to_be_had_pages_leave_on_time_and_say_since_when(
    scene: Scene, sandbox: Sandbox, fault: FaultKind
) -> None:
    ticket, at = scene.ask(), scene.clock.now()
    scene.run_for(MINUTE)
    sandbox.zendesk.oauth.revoke_tokens()
    sandbox.faults.add(fault, service="zendesk", path="/oauth/tokens", seconds=30, lasting=timedelta(hours=3))
    scene.run_for(2 * HOUR + MINUTE)
    pages_are_on_time(scene, ticket, at)
    assert all(NOT_RE_CHECKED in said(page) for page in scene.pages(ticket))
    asked = len(sandbox.journal.calls(endpoint=TOKENS))
    assert 3 <= asked <= 1 + 2 * 60 * 2  # it is no hot loop
    told = [row.text for row in scene.ledger() if row.event is LedgerEvent.FEED_FAILED]
    assert any("could not sign in (POST /oauth/tokens)" in words for words in told)

    sandbox.faults.clear()
    scene.run_for(10 * MINUTE)
    other = scene.ask(who="bo@contoso.example")
    scene.run_for(HOUR + MINUTE)
    assert [NOT_RE_CHECKED in said(page) for page in scene.pages(other)] == [False]


def test_a_revoked_client_holds_back_no_page_either(scene: Scene, sandbox: Sandbox) -> None:
    ticket, at = scene.ask(), scene.clock.now()
    scene.run_for(MINUTE)
    sandbox.zendesk.oauth.revoke_client(sandbox.zendesk.client_id)
    scene.run_for(2 * HOUR + MINUTE)
    pages_are_on_time(scene, ticket, at)
    assert all(NOT_RE_CHECKED in said(page) for page in scene.pages(ticket))
    told = [row.text for row in scene.ledger() if row.event is LedgerEvent.FEED_FAILED]
    assert any("does not accept this OAuth client with this secret" in words for words in told)


def test_a_scope_that_is_too_narrow_pages_all_the_same_and_writes_nothing(
    stage: Make, sqlite_url: str, sandbox: Sandbox
) -> None:
    sandbox.zendesk.oauth.change_client(sandbox.zendesk.client_id, scopes="read")
    scene = stage(sqlite_url)
    auth = {
        "client_id_env": "ZENDESK_CLIENT_ID",
        "client_secret_env": "ZENDESK_CLIENT_SECRET",
        "scope": "read",
    }
    desk = {"kind": "zendesk", "subdomain": "acme", "auth": auth, "base_url": sandbox.zendesk.url}
    scene.start(helpdesks={"acme": desk})
    ticket = scene.ask()
    scene.run_for(2 * HOUR + MINUTE)
    assert len(scene.pages(ticket)) == len(RUNGS)
    assert scene.writes() == []


def test_no_secret_of_the_sign_in_is_kept_or_told_anywhere(scene: Scene, sandbox: Sandbox) -> None:
    scene.ask()
    sandbox.zendesk.oauth.change_client(sandbox.zendesk.client_id, secret="changed")
    sandbox.zendesk.oauth.revoke_tokens()
    scene.run_for(2 * HOUR)
    everything = "\n".join(
        [
            *sandbox.journal.lines(),
            *(row.text for row in scene.ledger()),
            scene.get("/readyz").text,
            scene.get("/metrics").text,
            repr(scene.parts),
        ]
    )
    assert sandbox.zendesk.client_secret not in everything
    assert "sandbox-oauth-token" not in everything
