"""Everything that was recorded of Slack: answered calmly as it is, refused when it is forged, stale or cut off.

None of these is about a page of slabot's, so each is taken note of and nothing is done; what is typed is answered.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from slabot.channels.slack.interactions import SigningSecret
from slabot.channels.slack.membership import read_membership
from slabot.store import ledger
from slabot_sandbox.signing import slack_signature
from tests.conftest import SHARED
from tests.unit.runtime.conftest import MONDAY, World, make, sqlite_url, store, world
from webhooks import create_app

__all__ = ["make", "sqlite_url", "store", "world"]

SECRET = "s" * 32
FOLDER = SHARED / "recorded" / "slack-payloads"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def client(world: World) -> FlaskClient:
    return create_app(world.parts, SigningSecret(SECRET)).test_client()


def request_of(payload: dict[str, Any]) -> tuple[str, bytes, str]:
    """Where Slack sends it, and how."""
    if payload.get("type") == "event_callback":
        return "/slack/events", json.dumps(payload).encode(), "application/json"
    if "command" in payload:
        return "/slack/commands", urlencode(payload).encode(), "application/x-www-form-urlencoded"
    form = urlencode({"payload": json.dumps(payload)}).encode()
    return "/slack/actions", form, "application/x-www-form-urlencoded"


def send(
    client: FlaskClient,
    world: World,
    payload: dict[str, Any],
    *,
    cut: bool = False,
    secret: str = SECRET,
    late: int = 0,
) -> Any:
    path, body, content_type = request_of(payload)
    body = body[: len(body) // 2] if cut else body
    stamp = str(int(world.parts.now().timestamp()) - late)
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": slack_signature(secret, timestamp=stamp, body=body),
    }
    return client.post(path, data=body, headers=headers)


def recorded(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def test_the_recordings_are_there(shared_dir: Path) -> None:
    assert len(NAMES) > 100


@pytest.mark.parametrize("name", NAMES)
def test_it_is_answered_calmly_and_changes_nothing(client: FlaskClient, world: World, name: str) -> None:
    payload = recorded(name)
    world.slack.known_identity = replace(world.slack.known_identity, team_id=read_membership(payload).team_id)
    before = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY - timedelta(days=1)))
    answer = send(client, world, payload)
    assert answer.status_code == 200
    if "command" in payload:
        said = answer.get_json()
        assert said["response_type"] == "ephemeral"
        assert f"“{payload['text']}” is not understood." in said["text"]
        assert f"{payload['command']} next" in said["text"]
    else:
        assert answer.data == b""
    assert world.parts.store.read(lambda conn: ledger.since(conn, MONDAY - timedelta(days=1))) == before


@pytest.mark.parametrize("name", NAMES)
def test_forged_or_stale_it_is_refused(client: FlaskClient, world: World, name: str) -> None:
    payload = recorded(name)
    assert send(client, world, payload, secret="another secret").status_code == 401
    assert send(client, world, payload, late=301).status_code == 401
    assert send(client, world, payload, late=-301).status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_cut_off_it_is_refused(client: FlaskClient, world: World, name: str) -> None:
    answer = send(client, world, recorded(name), cut=True)
    assert answer.status_code == 400
    assert answer.get_json()["message"].endswith("nothing was done")


@pytest.mark.parametrize("path", ["/slack/actions", "/slack/commands", "/slack/events"])
class TestEachAddress:
    def test_nothing_is_believed_without_a_secret(self, world: World, path: str) -> None:
        answer = create_app(world.parts, None).test_client().post(path, data=b"x")
        assert answer.status_code == 401
        assert "slack.signing_secret_env" in answer.get_json()["message"]

    def test_nothing_without_a_signature(self, client: FlaskClient, path: str) -> None:
        assert client.post(path, data=b"payload={}").status_code == 401

    def test_nothing_that_is_larger_than_anything_that_slack_sends(self, client: FlaskClient, path: str) -> None:
        assert client.post(path, data=b"x" * (256 * 1024 + 1)).status_code == 413

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{}", b"[]", b"null", b"[" * 50_000, b"a=1&" * 5000])
    def test_signed_rubbish_is_refused_in_words(
        self, client: FlaskClient, world: World, path: str, body: bytes
    ) -> None:
        stamp = str(int(world.parts.now().timestamp()))
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": slack_signature(SECRET, timestamp=stamp, body=body),
        }
        answer = client.post(path, data=body, headers=headers)
        assert answer.status_code == 400
        assert "nothing was done" in answer.get_json()["message"]

    def test_it_takes_posts_only(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 405
