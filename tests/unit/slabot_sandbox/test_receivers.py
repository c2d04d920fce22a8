"""PagerDuty, a receiver of webhooks and a heartbeat: do the stand-ins refuse what the real ones refuse?"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
import requests
from werkzeug.test import Client

from slabot.clock import SteppedClock
from slabot_sandbox import Did, FaultKind, Sandbox

PAYLOAD = {"summary": "It is late", "source": "acme/1", "severity": "critical"}


def enqueue(sandbox: Sandbox, **event: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        whole = {"routing_key": sandbox.pagerduty.routing_key, "event_action": "trigger", "payload": PAYLOAD} | event
        return session.post(f"{sandbox.pagerduty.url}/v2/enqueue", json=whole, timeout=10)


def post(sandbox: Sandbox, body: bytes, **headers: str) -> int:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(sandbox.receiver.url, data=body, headers=headers, timeout=10).status_code


def test_an_event_that_is_in_order_is_accepted(sandbox: Sandbox) -> None:
    answer = enqueue(sandbox, dedup_key="a")

    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "a"}
    assert enqueue(sandbox).json()["dedup_key"] != enqueue(sandbox).json()["dedup_key"]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"routing_key": "short"}, "Length of 'routing_key' is incorrect (should be 32 characters)"),
        ({"routing_key": "x" * 32}, "'routing_key' is not valid"),
        ({"event_action": "shout"}, "'event_action' is missing or invalid"),
        ({"dedup_key": "x" * 256}, "Length of 'dedup_key' is incorrect (should be at most 255 characters)"),
        ({"payload": None}, "'payload' is missing or blank"),
        ({"payload": {**PAYLOAD, "summary": ""}}, "'payload.summary' is missing or blank"),
        ({"payload": {**PAYLOAD, "source": None}}, "'payload.source' is missing or blank"),
        ({"event_action": "resolve"}, "'dedup_key' is missing or blank"),
    ],
)
def test_an_event_that_is_not_in_order_is_refused(sandbox: Sandbox, event: dict[str, Any], error: str) -> None:
    answer = enqueue(sandbox, **event)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [error]
    assert sandbox.journal.effects(service="pagerduty") == ()


@pytest.mark.parametrize("wrong", [{"summary": "x" * 1025}, {"severity": "high"}])
def test_a_payload_beyond_its_limits_is_refused(sandbox: Sandbox, wrong: dict[str, str]) -> None:
    assert enqueue(sandbox, payload=PAYLOAD | wrong).status_code == 400


def test_a_trigger_after_the_resolution_opens_a_new_alert(sandbox: Sandbox) -> None:
    for action in ("trigger", "trigger", "resolve", "trigger"):
        enqueue(sandbox, event_action=action, dedup_key="a")

    kinds = [effect.kind for effect in sandbox.journal.effects(service="pagerduty")]
    assert kinds == [Did.ALERT_TRIGGERED, Did.ALERT_REPEATED, Did.ALERT_RESOLVED, Did.ALERT_TRIGGERED]
    assert len(sandbox.pagerduty.open()) == 1


def test_the_receiver_believes_what_is_signed_with_its_secret_just_now(sandbox: Sandbox, clock: SteppedClock) -> None:
    body, at = b'{"id": "a"}', str(int(clock.now().timestamp()))
    good = hmac.new(sandbox.receiver.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"X-Slabot-Timestamp": at, "X-Slabot-Signature": f"v1={good}"}

    assert post(sandbox, body, **headers) == 200
    assert post(sandbox, body + b" ", **headers) == 401
    assert post(sandbox, body, **headers | {"X-Slabot-Timestamp": str(int(at) + 1)}) == 401
    assert post(sandbox, body, **headers | {"X-Slabot-Signature": good}) == 401
    assert post(sandbox, body) == 401
    clock.elapse(timedelta(minutes=5, seconds=1))
    assert post(sandbox, body, **headers) == 401
    assert [page["id"] for page in sandbox.receiver.pages] == ["a"]
    assert len(sandbox.journal.effects(kind=Did.PAGE_REFUSED)) == 5


def test_the_heartbeat_notes_each_beat(sandbox: Sandbox, clock: SteppedClock) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.get(sandbox.heartbeat.url, timeout=10)
        clock.elapse(timedelta(minutes=1))
        session.post(f"{sandbox.heartbeat.url}/some/name", timeout=10)

    assert sandbox.heartbeat.beats[1] - sandbox.heartbeat.beats[0] == timedelta(minutes=1)
    assert sandbox.heartbeat.last == sandbox.heartbeat.beats[1]
    assert [effect.who for effect in sandbox.journal.effects(kind=Did.HEARTBEAT)] == ["beat", "beat/some/name"]


def test_each_receiver_has_its_own_faults(sandbox: Sandbox) -> None:
    sandbox.faults.add(FaultKind.UNAVAILABLE, service="pagerduty", seconds=7)

    answer = enqueue(sandbox)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    with requests.Session() as session:
        session.trust_env = False
        assert session.get(sandbox.heartbeat.url, timeout=10).status_code == 200


def test_the_receivers_are_driven_by_hand_at_their_own_address_too(sandbox: Sandbox) -> None:
    answer = Client(sandbox.receivers_app).get("/_sandbox").json
    assert answer is not None
    assert answer["pagerduty"] == sandbox.pagerduty.url
    assert answer["heartbeat"] == sandbox.heartbeat.url
