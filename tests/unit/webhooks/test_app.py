"""What the application answers where nothing is as it should be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection

from slabot.channels.slack.interactions import SigningSecret
from slabot.runtime.alarm import Alarm
from slabot.runtime.company import Alone
from slabot.runtime.evaluation import take_in
from slabot.runtime.people import interactions
from slabot.runtime.serving import TurnedAway
from slabot.store import (
    Fault,
    Lane,
    LedgerEvent,
    OutboxState,
    StoreUnavailable,
    feeds,
    ledger,
    outbox,
    policies,
    processes,
)
from slabot.store.processes import Process, ProcessKind
from slabot_sandbox.signing import slack_signature
from tests.fixtures.stored import a_row, in_lane
from tests.unit.runtime.conftest import MONDAY, World, make, postgres_url, sqlite_url, store, store_url, world
from webhooks import create_app

__all__ = ["make", "postgres_url", "sqlite_url", "store", "store_url", "world"]

SECRET = "s" * 32
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(world: World) -> FlaskClient:
    return create_app(world.parts, SigningSecret(SECRET)).test_client()


def signed(world: World, body: bytes) -> dict[str, str]:
    stamp = str(int(world.parts.now().timestamp()))
    signature = slack_signature(SECRET, timestamp=stamp, body=body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def findings(client: FlaskClient) -> list[str]:
    answer = client.get("/readyz")
    body = answer.get_json()
    assert answer.status_code == (503 if body["findings"] else 200)
    return list(body["findings"])


def swept(world: World) -> None:
    world.parts.write(lambda conn: feeds.advance(conn, "acme", "c", world.parts.now(), end=True))


def put(world: World, lane: Lane, *, not_before: timedelta = timedelta()) -> None:
    key, now = f"k/{lane.value}", world.parts.now()
    times = {"urgency": MONDAY, "not_before": now + not_before, "created_at": now}
    row = a_row(key, ticket_id="1", work=in_lane(lane, key), **times)
    world.parts.write(lambda conn: outbox.put(conn, row))


def test_a_mistake_of_ours_is_500_without_a_trace_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> Any:
        raise RuntimeError("SELECT the customer's words")

    monkeypatch.setattr("slabot.runtime.Intake.accept", breaks)
    client = create_app(world.parts, None).test_client()
    answer = client.post("/hooks/acme", data=b"{}")
    assert answer.status_code == 500
    assert answer.get_json() == {"message": "Internal Server Error"}


def test_without_a_signing_secret_no_click_is_believed(world: World) -> None:
    answer = create_app(world.parts, None).test_client().post("/slack/actions", data=b"payload=")
    assert answer.status_code == 401
    assert "slack.signing_secret_env" in answer.get_json()["message"]


@pytest.mark.parametrize("path", ["/slack/commands", "/slack/actions"])
def test_a_signed_look_at_the_certificate_is_answered_200(client: FlaskClient, world: World, path: str) -> None:
    body = b"ssl_check=1&token=x"
    assert client.post(path, data=body, headers=signed(world, body)).status_code == 200
    assert client.post(path, data=body).status_code == 401
    other = b"ssl_check=0&token=x"
    assert client.post(path, data=other, headers=signed(world, other)).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"payload=%7B%7D", 400),
        (b"payload=rubbish", 400),
        (b"", 400),
        (b"payload=%7B%22type%22:%22view_submission%22%7D", 400),
        (b"payload=%7B%22type%22:%22view_submission%22,%22view%22:%7B%7D%7D", 200),
        (b"payload=%7B%22type%22:%22shortcut%22%7D", 200),
    ],
)
def test_a_signed_request_that_is_no_click(client: FlaskClient, world: World, body: bytes, status: int) -> None:
    stamp = str(int(world.parts.now().timestamp()))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": slack_signature(SECRET, timestamp=stamp, body=body),
    }
    answer = client.post("/slack/actions", data=body, headers=headers)
    assert answer.status_code == status


def test_a_click_that_cannot_be_stored_is_503(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise StoreUnavailable("full", fault=Fault.FULL)

    monkeypatch.setattr(interactions, "click", full)
    body = (
        b"payload=%7B%22type%22%3A%22block_actions%22%2C%22user%22%3A%7B%22id%22%3A%22U1%22%7D%2C%22actions%22%3A%5B%7B"
        b"%22action_id%22%3A%22slabot_open_ticket%22%2C%22action_ts%22%3A%221.1%22%7D%5D%7D"
    )
    stamp = str(int(world.parts.now().timestamp()))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": slack_signature(SECRET, timestamp=stamp, body=body),
    }
    answer = client.post("/slack/actions", data=body, headers=headers)
    assert answer.status_code == 503
    assert 0 < int(answer.headers["Retry-After"]) < 60


def test_ready_says_what_is_not_in_order(client: FlaskClient, world: World) -> None:
    assert findings(client) == ["acme has not been read yet"]
    swept(world)
    assert findings(client) == []
    world.later(6 * MINUTE)
    assert findings(client) == ["acme was last read to the end at 2026-01-12 09:00:00 UTC"]


def test_asking_whether_it_is_ready_writes_nothing(client: FlaskClient, world: World) -> None:
    before = world.parts.store.writes
    for _ in range(3):
        client.get("/readyz")
    assert world.parts.store.writes == before


def test_a_store_that_could_not_be_written_last_is_not_ready_until_it_can(client: FlaskClient, world: World) -> None:
    def full(_: object) -> None:
        raise StoreUnavailable("The store is full", fault=Fault.FULL)

    swept(world)
    with pytest.raises(StoreUnavailable):
        world.parts.write(full)
    assert findings(client) == ["The store is full"]
    swept(world)
    assert findings(client) == []


def test_what_the_web_server_refused_is_a_metric(client: FlaskClient, world: World) -> None:
    world.parts.refusals.add(TurnedAway.TOO_SLOW)
    page = client.get("/metrics").get_data(as_text=True)
    assert 'slabot_web_refused_total{reason="too_slow"} 1.0' in page
    assert 'slabot_web_refused_total{reason="unsigned"} 0.0' in page


def test_processes_that_share_the_store_are_a_metric(client: FlaskClient, world: World) -> None:
    def lives(name: str, kind: ProcessKind, version: int) -> None:
        process = Process(
            name=name, kind=kind, place="a:1", tables="0012", policy_version=version, started_at=world.parts.now()
        )
        world.parts.write(lambda conn: processes.enter(conn, process))

    def put_in_force(conn: Connection) -> None:
        facts, event = {policies.IN_FORCE: 2}, LedgerEvent.SLABOT_STARTED
        ledger.write(conn, world.parts.now(), event, "started", None, None, facts=facts)

    world.parts.write(put_in_force)
    lives("a", ProcessKind.WORKER, 2)
    lives("b", ProcessKind.WORKER, 1)
    lives("c", ProcessKind.WEB, 2)
    shown = client.get("/metrics").text
    for line in (
        'slabot_processes{kind="worker",policy="in_force"} 1.0',
        'slabot_processes{kind="worker",policy="another"} 1.0',
        'slabot_processes{kind="web",policy="in_force"} 1.0',
    ):
        assert line in shown


def test_readiness_knows_of_the_other_processes(world: World) -> None:
    class Company(Alone):
        def findings(self) -> list[str]:
            return ["no worker runs"]

    client = create_app(replace(world.parts, company=Company()), None).test_client()
    assert client.get("/readyz").json["findings"][0] == "no worker runs"  # type: ignore[index]


def test_what_is_put_off_is_in_order_until_its_time_has_come(client: FlaskClient, world: World) -> None:
    swept(world)
    put(world, Lane.WRITE, not_before=30 * MINUTE)
    world.later(4 * MINUTE)
    swept(world)
    assert findings(client) == []
    world.later(29 * MINUTE)
    swept(world)
    assert findings(client) == ["the outbox's lane write is not worked off since 2026-01-12 09:30:00 UTC"]


def test_a_page_waits_for_nobody(client: FlaskClient, world: World) -> None:
    put(world, Lane.PAGE, not_before=30 * MINUTE)
    world.later(3 * MINUTE)
    swept(world)
    assert findings(client) == ["a page waits to be sent since 2026-01-12 09:00:00 UTC"]


def test_metrics_and_health_answer(client: FlaskClient, world: World) -> None:
    own = world.desk.has(1, MONDAY)
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], MONDAY))
    world.later(timedelta(hours=1))
    Alarm(world.parts).drain()
    assert client.get("/healthz").data == b"alive\n"
    page = client.get("/metrics").get_data(as_text=True)
    assert "slabot_tickets 1.0" in page
    assert f'slabot_outbox{{lane="page",state="{OutboxState.PENDING.value}"}} 1.0' in page


def test_headers_of_a_stranger_are_no_error(client: FlaskClient) -> None:
    headers = {"X-Slack-Request-Timestamp": "9" * 13, "X-Slack-Signature": "v0"}
    assert client.post("/slack/actions", data=b"x", headers=headers).status_code == 401
