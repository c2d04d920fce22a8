"""What a helpdesk, or anybody else, is answered.

Promise: 401 for what is not signed, 413 for what is too large, 400 for what is no JSON, 404 for a helpdesk that
nobody named; a delivery that came before is answered 200 and nothing is done; what cannot be stored is 503, and is
taken in when it is sent again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg
import pytest
import requests
from psycopg import sql
from sqlalchemy import make_url

from slabot.store import unread
from slabot_sandbox.signing import zendesk_signature
from tests.promises.scene import Scene


def signed(scene: Scene, body: bytes, *, invocation: str = "01", secret: str | None = None) -> dict[str, str]:
    stamp = scene.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    key = scene.sandbox.zendesk.webhook_secret if secret is None else secret
    return {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Invocation-Id": invocation,
        "X-Zendesk-Webhook-Signature": zendesk_signature(key, timestamp=stamp, body=body),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def body_about(ticket: int) -> bytes:
    return json.dumps({"ticket_id": ticket}).encode()


def pending(scene: Scene) -> int:
    return sum(row.hints for row in scene.parts.store.read(lambda conn: unread.waiting(conn, 1000)))


def test_a_wrong_signature_is_401_and_nothing_is_kept(scene: Scene) -> None:
    body = body_about(1)
    for headers in (
        {},
        signed(scene, body, secret="another-secret"),
        signed(scene, b"another body"),
        signed(scene, body) | {"X-Zendesk-Webhook-Signature": "no base64 \u00e9".encode().decode("latin-1")},
    ):
        answer = scene.post("/hooks/acme", body, headers)
        assert answer.status_code == 401
        assert "not believed" in answer.json()["message"]
        assert scene.sandbox.zendesk.webhook_secret not in answer.text
    assert pending(scene) == 0


def test_an_old_signature_is_401(scene: Scene) -> None:
    body = body_about(1)
    headers = signed(scene, body)
    scene.clock.elapse(timedelta(minutes=6))
    answer = scene.post("/hooks/acme", body, headers)
    assert answer.status_code == 401
    assert "6 minutes old" in answer.json()["message"]


def test_a_body_over_the_limit_is_413_however_much_over(scene: Scene) -> None:
    for size in (256 * 1024 + 1, 2 * 2**20):
        body = b"x" * size
        answer = scene.post("/hooks/acme", body, signed(scene, body))
        assert answer.status_code == 413
    assert scene.get("/healthz").status_code == 200


def test_what_is_signed_and_no_json_is_400_and_says_what_to_send(scene: Scene) -> None:
    for body in (b"hello", b'["a list"]', b'{"ticket_id": "none"}', b"{" * 60_000, b""):
        answer = scene.post("/hooks/acme", body, signed(scene, body))
        assert answer.status_code == 400, body[:20]
        assert "ticket_id" in answer.json()["message"]
    assert pending(scene) == 0


def test_an_unknown_helpdesk_and_an_unknown_address_are_404(scene: Scene) -> None:
    body = body_about(1)
    answer = scene.post("/hooks/other", body, signed(scene, body))
    assert answer.status_code == 404
    assert "names no such helpdesk" in answer.json()["message"]
    assert scene.post("/nothing", body).status_code == 404
    assert scene.get("/hooks/acme").status_code == 405


def test_a_replayed_delivery_is_200_and_nothing_is_done(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=2))
    body = body_about(ticket)
    first = scene.post("/hooks/acme", body, signed(scene, body, invocation="the-same"))
    assert (first.status_code, first.json()["message"]) == (200, "stored")
    for invocation in ("the-same", "another", "\xff"):  # nobody has signed the id
        again = scene.post("/hooks/acme", body, signed(scene, body, invocation=invocation))
        assert (again.status_code, again.json()["message"]) == (200, "it came before; nothing was done")
    assert pending(scene) == 1


def test_another_attempt_by_zendesk_is_answered_200_and_is_one_more_hint(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=2))
    body = body_about(ticket)
    for _ in range(2):
        answer = scene.post("/hooks/acme", body, signed(scene, body, invocation="the-same"))
        assert (answer.status_code, answer.json()["message"]) == (200, "stored")
        scene.clock.elapse(timedelta(seconds=30))
    assert pending(scene) == 2


def test_nothing_is_fetched_before_the_answer(scene: Scene) -> None:
    before = len(scene.sandbox.journal.calls(service="zendesk"))
    body = body_about(scene.ask())
    assert scene.post("/hooks/acme", body, signed(scene, body)).status_code == 200
    assert len(scene.sandbox.journal.calls(service="zendesk")) == before


@contextmanager
def store_full(scene: Scene) -> Iterator[None]:
    """The store takes nothing more: SQLite's file may not grow, PostgreSQL is read-only."""
    store = scene.parts.store
    if store.address.is_sqlite:
        store.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1").close())
        yield
        store._writer.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000").close())
        return
    address = make_url(scene.store_url)
    with psycopg.connect(
        address.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as conn:
        name = sql.Identifier(address.database or "")
        conn.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [address.database],
        )
        yield
        conn.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [address.database],
        )


def test_what_cannot_be_stored_is_503_and_is_taken_in_when_it_is_sent_again(scene: Scene) -> None:
    with store_full(scene):
        body, answer = b"", None
        for number in range(2000):  # SQLite still has some room in the pages that it has
            body = json.dumps({"ticket_id": 7, "another": number}).encode()
            answer = scene.post("/hooks/acme", body, signed(scene, body))
            if answer.status_code != 200:
                break
        assert answer is not None
        assert answer.status_code == 503
        assert 0 < int(answer.headers["Retry-After"]) < 60
        assert "send it again" in answer.json()["message"]
        assert scene.get("/healthz").status_code == 200
        assert scene.get("/readyz").status_code == 503
    again = scene.post("/hooks/acme", body, signed(scene, body))
    assert (again.status_code, again.json()["message"]) == (200, "stored")


@contextmanager
def store_slow(scene: Scene) -> Iterator[None]:
    """Somebody else holds a lock that every delivery needs."""
    address = make_url(scene.store_url)
    if scene.parts.store.address.is_sqlite:
        with closing(sqlite3.connect(address.database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    url = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as other_one:
        other_one.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
        yield


def test_a_store_that_is_slow_is_503_in_time_and_what_was_refused_is_taken_in_when_it_comes_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slabot.runtime.reading.intake.SLOW", 0.2)

    def deliver(ticket: int) -> requests.Response:
        body = body_about(ticket)
        return scene.post("/hooks/acme", body, signed(scene, body))

    with ThreadPoolExecutor(8) as pool:
        with store_slow(scene):
            # One of the two waits for the store, which gives up by itself in the end; all others are told at once.
            first = [pool.submit(deliver, ticket) for ticket in (1, 2)]
            ended, _ = wait(first, return_when=FIRST_COMPLETED)
            answers = [each.result() for each in ended] + list(pool.map(deliver, range(3, 9)))
            assert scene.get("/healthz").status_code == 200
        assert {answer.status_code for answer in answers} == {503}
        assert all(0 < int(answer.headers["Retry-After"]) < 60 for answer in answers)
        assert {each.result(60).status_code for each in first} <= {200, 503}
    assert {deliver(ticket).status_code for ticket in range(1, 9)} == {200}
    to_read = scene.parts.store.read(lambda conn: unread.waiting(conn, 1000))
    assert {row.ticket_id for row in to_read} == {str(ticket) for ticket in range(1, 9)}


@pytest.mark.parametrize("path", ["/slack/actions"])
def test_a_click_that_slack_did_not_sign_is_401(scene: Scene, path: str) -> None:
    answer = scene.post(path, b"payload=%7B%7D", {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 401
    forged = {"X-Slack-Request-Timestamp": "now", "X-Slack-Signature": "v0=\u00ff".encode().decode("latin-1")}
    assert scene.post(path, b"payload=%7B%7D", forged).status_code == 401
