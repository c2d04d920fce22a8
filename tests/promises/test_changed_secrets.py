"""A secret is changed while slabot has work to do.

Promise: no page is lost and none is doubled. What the other side sends is believed with the old and the new secret
during the change; what slabot sends waits where the old one is refused, says so, and leaves after the start with the
new one.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from slabot.composition import StartError
from slabot.store import LedgerEvent
from slabot.store.status import status
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.signing import zendesk_signature
from tests.promises.desks import DESKS, both
from tests.promises.scene import HOUR, MINUTE, SECOND, Make, Scene, environment_of, keys, said

NEW = "n" * 32
TOKEN = "xoxb-999999999999-the-new-token"


def changing(scene: Scene, *, both_taken: bool = True) -> None:
    """Start with the new secrets first, and the old ones beside them."""
    sandbox = scene.sandbox
    helpdesks = both(sandbox)
    names = {"acme": "ZENDESK_HOOK_SECRET", "partners": "FRESHDESK_HOOK_SECRET"}
    old = environment_of(sandbox)
    secrets = dict.fromkeys((*names.values(), "SLACK_SIGNING_SECRET"), NEW)
    secrets |= {f"{name}_OLD": old[name] for name in secrets}
    for helpdesk, name in names.items():
        helpdesks[helpdesk]["webhook_secret_env"] = [name, f"{name}_OLD"] if both_taken else name
    slack = {
        "token_env": "SLACK_BOT_TOKEN",
        "signing_secret_env": ["SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET_OLD"],
        "channel": "#support-escalations",
        "api_url": sandbox.slack.api_url.rstrip("/"),
    }
    if not both_taken:
        slack["signing_secret_env"] = "SLACK_SIGNING_SECRET"
    scene.restart(helpdesks=helpdesks, slack=slack, secrets=secrets)


def hook(scene: Scene, name: str, secret: str) -> int:
    """What a delivery with this secret is answered."""
    body = json.dumps({"ticket_id": 1}).encode()
    stamp = scene.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = {
        "X-Zendesk-Webhook-Invocation-Id": secret[:8],
        "X-Zendesk-Webhook-Signature": zendesk_signature(secret, timestamp=stamp, body=body),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Webhook-Secret": secret,
    }
    return scene.post(f"/hooks/{name}", body, headers).status_code


@pytest.mark.parametrize("name", ["acme", "partners"])
def test_webhooks_are_believed_with_the_old_and_the_new_secret_and_with_no_other(
    stage: Make, sqlite_url: str, sandbox: Sandbox, name: str
) -> None:
    scene = stage(sqlite_url)
    old = {"acme": sandbox.zendesk.webhook_secret, "partners": sandbox.freshdesk.webhook_secret}[name]
    changing(scene)
    assert [hook(scene, name, secret) < 300 for secret in (old, NEW, "another secret")] == [True, True, False]
    changing(scene, both_taken=False)
    assert [hook(scene, name, secret) < 300 for secret in (old, NEW)] == [False, True]


def test_an_answer_told_with_either_secret_stops_the_page(stage: Make, sqlite_url: str, sandbox: Sandbox) -> None:
    scene = stage(sqlite_url)
    scene.sweep_every = 6 * HOUR
    scene.start()
    first, second = scene.ask(), scene.ask(who="bo@contoso.example")
    scene.run_for(MINUTE)
    changing(scene)
    scene.run_for(MINUTE)
    scene.answer(first)  # signed with the old one
    scene.run_for(MINUTE)
    for webhook in sandbox.zendesk.webhooks.all.values():
        webhook.secret = NEW
    scene.answer(second)
    scene.run_for(2 * HOUR)
    assert scene.pages() == []


def test_clicks_are_believed_with_the_old_and_the_new_signing_secret(
    stage: Make, sqlite_url: str, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url)
    changing(scene)
    scene.ask()
    scene.run_for(HOUR + MINUTE)
    [page] = scene.pages()
    assert scene.click(page) == 200
    scene.run_for(MINUTE)
    sandbox.slack.people.signing_secret = NEW
    assert scene.click(page, "unacknowledge") == 200
    scene.run_for(MINUTE)
    sandbox.slack.people.signing_secret = "another secret of 32 letters....."
    assert scene.click(page) == 401


def test_an_old_secret_that_is_listed_and_not_set_is_said_before_anything_starts(
    stage: Make, sqlite_url: str, sandbox: Sandbox
) -> None:
    helpdesks = both(sandbox)
    helpdesks["acme"]["webhook_secret_env"] = ["ZENDESK_HOOK_SECRET", "ZENDESK_HOOK_SECRET_OLD"]
    with pytest.raises(StartError, match="names the environment variable ZENDESK_HOOK_SECRET_OLD, which is not set"):
        stage(sqlite_url, helpdesks=helpdesks).start()


# -- what slabot sends -----------------------------------------------------------------------------------------------


def test_pages_that_wait_for_a_good_slack_token_say_so_and_all_leave_once_with_the_new_one(
    stage: Make, store_url: str, sandbox: Sandbox
) -> None:
    scene = stage(store_url)
    scene.start()
    made = [scene.ask(who=f"c{number}@contoso.example") for number in range(4)]
    scene.run_for(59 * MINUTE)
    sandbox.slack.api.tokens.scopes.pop(sandbox.slack.token)
    scene.run_for(10 * MINUTE)
    assert scene.pages() == []
    assert "Put a valid bot token" in scene.told(made[0], LedgerEvent.PAGE_FAILED)[0]
    [waits] = [words for words in scene.get("/readyz").json()["findings"] if words.startswith("a page waits")]
    assert "token" in waits
    state = scene.parts.store.read(lambda conn: status(conn, scene.clock.now()))
    assert any("Put a valid bot token" in row.text for row in state.last_errors)
    sandbox.slack.api.tokens.allow(TOKEN)
    scene.restart(secrets={"SLACK_BOT_TOKEN": TOKEN})
    scene.run_for(2 * MINUTE)
    assert sorted(int(key.split("/")[1]) for key in keys(scene.pages())) == made
    assert all("minutes late" in said(page) for page in scene.pages())
    scene.run_for(5 * MINUTE)
    assert len(scene.pages()) == 4


def test_a_page_whose_answer_was_lost_before_the_token_was_changed_is_found_and_not_doubled(
    stage: Make, store_url: str, sandbox: Sandbox
) -> None:
    scene = stage(store_url)
    scene.start()
    ticket = scene.ask()
    scene.run_for(59 * MINUTE)
    sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path="*chat.postMessage", times=1)
    scene.run_for(MINUTE + SECOND)
    scene.stop()
    del sandbox.slack.api.tokens.scopes[sandbox.slack.token]
    sandbox.slack.api.tokens.allow(TOKEN)
    scene.start(secrets={"SLACK_BOT_TOKEN": TOKEN})
    scene.run_for(5 * MINUTE)
    assert len(scene.pages(ticket)) == 1
    assert scene.told(ticket, LedgerEvent.PAGE_SENT) != []


@pytest.mark.parametrize("kind", DESKS)
def test_while_a_helpdesk_refuses_its_token_pages_leave_unchecked_and_the_new_one_goes_on(
    stage: Make, sqlite_url: str, sandbox: Sandbox, kind: str
) -> None:
    scene, desk = stage(sqlite_url, helpdesks=both(sandbox)), DESKS[kind](sandbox)
    scene.sweep_every = 5 * MINUTE
    scene.start()
    ticket = desk.ask()
    scene.run_for(30 * MINUTE)
    name, new = refuse(sandbox, kind)
    scene.run_for(31 * MINUTE)
    [page] = scene.pages(ticket, desk.name)
    assert "could not be re-checked" in said(page)
    assert any(words.startswith(f"{desk.name} was last read") for words in scene.get("/readyz").json()["findings"])
    failed = [row.text for row in scene.ledger() if row.event is LedgerEvent.FEED_FAILED and row.helpdesk == desk.name]
    assert failed
    desk.solve(ticket)  # nobody can hear of it now
    scene.restart(secrets={name: new})
    scene.run_for(10 * MINUTE)
    assert len(scene.pages(ticket, desk.name)) == 1
    assert scene.told(ticket, LedgerEvent.CLOCK_MET, desk.name)


def refuse(sandbox: Sandbox, kind: str) -> tuple[str, str]:
    """The account takes another token from now on; the variable, and the new value."""
    if kind == "zendesk":
        sandbox.zendesk.guard.api_tokens[:] = ["a new token"]
        return "ZENDESK_TOKEN", "a new token"
    [(old, email)] = sandbox.freshdesk.guard.keys.items()
    del sandbox.freshdesk.guard.keys[old]
    sandbox.freshdesk.guard.keys["a new key"] = email
    return "FRESHDESK_KEY", "a new key"


def other_ways(scene: Scene, to: str, **secrets: str) -> dict[str, Any]:
    """Settings of a ladder that goes by this way too."""
    sandbox = scene.sandbox
    return {
        "escalate": [{"rungs": [{"at": "50% used", "notify": [to]}]}],
        "pagerduty": {"main": {"routing_key_env": "PAGERDUTY_KEY", "api_url": sandbox.pagerduty.url}},
        "outgoing_webhooks": {"pager": {"url": f"{sandbox.receiver.url}/pager", "secret_env": "WEBHOOK_SECRET"}},
        "secrets": secrets,
    }


def test_a_page_that_pagerduty_refuses_for_its_key_leaves_once_with_the_new_one(
    stage: Make, sqlite_url: str, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url)
    scene.start(**other_ways(scene, "pagerduty:main"))
    ticket = scene.ask()
    scene.run_for(59 * MINUTE)
    sandbox.pagerduty.routing_keys = {"b" * 32}
    scene.run_for(10 * MINUTE)
    assert sandbox.pagerduty.open() == []
    assert scene.told(ticket, LedgerEvent.PAGE_FAILED)
    scene.restart(secrets={"PAGERDUTY_KEY": "b" * 32})
    scene.run_for(3 * MINUTE)
    [alert] = sandbox.pagerduty.open()
    assert alert.triggers == 1


def test_a_page_that_a_receiver_refuses_for_its_signature_leaves_once_with_the_new_secret(
    stage: Make, sqlite_url: str, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url)
    scene.start(**other_ways(scene, "webhook:pager"))
    ticket = scene.ask()
    scene.run_for(59 * MINUTE)
    sandbox.receiver.secret = NEW
    scene.run_for(10 * MINUTE)
    assert sandbox.receiver.pages == []
    assert scene.told(ticket, LedgerEvent.PAGE_FAILED)
    scene.restart(secrets={"WEBHOOK_SECRET": NEW})
    scene.run_for(3 * MINUTE)
    assert len(sandbox.receiver.pages) == 1
