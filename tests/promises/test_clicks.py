"""A click on a page.

Promise: it does what it says, once, however often it arrives. One that comes too late changes nothing and tells the
clicker why, in words that the clicker alone reads.
"""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

from slabot.domain import Acknowledged
from slabot.store import LedgerEvent
from slabot_sandbox import Effect
from slabot_sandbox.signing import slack_signature
from tests.fixtures.waits import comes
from tests.promises.scene import AGENT, Scene


def paged(scene: Scene) -> tuple[int, Effect]:
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=61))
    [page] = scene.pages(ticket)
    return ticket, page


def button(scene: Scene, page: Effect, *, at: str, key: str | None = None, name: str = "slabot_acknowledge") -> bytes:
    """The request that Slack sends for a click."""
    value = {"key": key or page["metadata"]["event_payload"]["key"].partition("/page/")[0] + "/first_response"}
    payload = {
        "type": "block_actions",
        "user": {"id": "U1", "username": "maya"},
        "container": {"channel_id": page["channel"], "message_ts": page["ts"]},
        "trigger_id": "t",
        "actions": [{"action_id": name, "action_ts": at, "value": json.dumps(value | {"generation": 1})}],
    }
    return urlencode({"payload": json.dumps(payload)}).encode()


def send(scene: Scene, body: bytes) -> int:
    stamp = str(int(scene.clock.now().timestamp()))
    signature = slack_signature(scene.sandbox.slack.signing_secret, timestamp=stamp, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature,
    }
    return scene.post("/slack/actions", body, headers).status_code


def whispers(scene: Scene, expected: int) -> list[str]:
    """What clickers were told; slabot says it from a thread of its own, after it answered Slack."""

    def found() -> list[str]:
        calls = scene.sandbox.journal.calls(service="slack")
        return [call.body["text"] for call in calls if call.endpoint.endswith(("/response", "chat.postEphemeral"))]

    comes(lambda: len(found()) >= expected)
    return found()


def test_the_same_click_twice_is_one(scene: Scene) -> None:
    ticket, page = paged(scene)
    body = button(scene, page, at="1768212060.1")
    assert [send(scene, body) for _ in range(3)] == [200, 200, 200]
    stored = scene.stored(ticket)
    assert stored is not None
    assert len([event for event in stored.timeline if isinstance(event, Acknowledged)]) == 1
    assert len(scene.told(ticket, LedgerEvent.PAGE_ACKNOWLEDGED)) == 1


def test_acknowledging_stops_the_ladder_for_half_an_hour(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.click(page)
    scene.run_for(timedelta(seconds=5))
    assert "is on ticket" in scene.shown(ticket)
    scene.run_for(timedelta(minutes=29))
    assert len(scene.pages(ticket)) == 1
    scene.run_for(timedelta(minutes=2))
    assert len(scene.pages(ticket)) == 2


def test_a_click_on_an_answered_ticket_changes_nothing_and_is_told_why(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.answer(ticket)
    scene.run_for(timedelta(minutes=1))
    before = scene.stored(ticket)
    assert send(scene, button(scene, page, at="1768212200.1")) == 200
    [words] = whispers(scene, 1)
    assert words.startswith("This page is older than the ticket's state: it was answered in time, <!date^1768212060^")
    assert words.endswith("Nothing was changed.")
    after = scene.stored(ticket)
    assert before is not None
    assert after is not None
    assert after.timeline == before.timeline
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1


def test_a_click_about_a_ticket_that_nobody_knows_is_told_so(scene: Scene) -> None:
    _, page = paged(scene)
    for key in ("acme/999/first_response", "nowhere/1/first_response", "rubbish", "acme/1/no_such_clock"):
        assert send(scene, button(scene, page, at=f"17682122{len(key)}.1", key=key)) == 200
    said = whispers(scene, 4)
    assert len(said) == 4
    assert all("nothing was changed" in words for words in said)


def test_opening_the_ticket_asks_for_nothing(scene: Scene) -> None:
    ticket, page = paged(scene)
    before = len(scene.ledger())
    assert send(scene, button(scene, page, at="1.1", name="slabot_open_ticket")) == 200
    assert len(scene.ledger()) == before
    assert ticket


def test_a_claim_assigns_the_ticket_to_whoever_clicked(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.sandbox.zendesk.account.add_agent(AGENT)
    assert scene.click(page, "claim") == 200
    scene.run_for(timedelta(minutes=1))
    account = scene.sandbox.zendesk.account
    assigned = account.tickets[ticket].shown["assignee_id"]
    assert account.users[assigned]["email"] == AGENT
    assert len(scene.told(ticket, LedgerEvent.TICKET_ASSIGNED)) == 1


def test_a_claim_by_somebody_whom_the_helpdesk_does_not_know_says_what_to_do(scene: Scene) -> None:
    ticket, page = paged(scene)
    assert scene.click(page, "claim", "stranger@elsewhere.example") == 200
    scene.run_for(timedelta(minutes=1))
    assert scene.sandbox.zendesk.account.tickets[ticket].shown["assignee_id"] is None
    assert "assign the ticket by hand" in "; ".join(scene.told(ticket, LedgerEvent.WRITE_FAILED))
    assert "has taken" not in scene.shown(ticket)  # the page does not say that somebody has it
    assert scene.stored(ticket) is not None


def test_who_claims_second_is_told_who_has_it_and_nothing_is_changed(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.sandbox.zendesk.account.add_agent(AGENT)
    assert scene.click(page, "claim") == 200
    scene.run_for(timedelta(minutes=1))
    assert (
        send(scene, button(scene, page, at="1768212999.1", name="slabot_claim")) == 200
    )  # from a page not yet redrawn
    assert "Nothing was changed" in whispers(scene, 1)[0]
    scene.run_for(timedelta(minutes=1))
    account = scene.sandbox.zendesk.account
    assert account.users[account.tickets[ticket].shown["assignee_id"]]["email"] == AGENT
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLAIMED)) == 1
