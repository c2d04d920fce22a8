"""Socket Mode, as a product meets it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox
from tests.fixtures.sdk import NO_RETRIES

USER = "mia@acme.example"


def address(sandbox: Sandbox) -> str:
    client = WebClient(base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)
    return str(client.apps_connections_open(app_token=sandbox.slack.app_token)["url"])


@contextmanager
def linked(sandbox: Sandbox) -> Iterator[ClientConnection]:
    """A product's connection, after it was greeted."""
    with connect(address(sandbox), proxy=None) as connection:
        hello = json.loads(connection.recv(timeout=5))
        assert hello["type"] == "hello"
        yield connection


def answering(connection: ClientConnection, payload: Any = None) -> list[SocketModeRequest]:
    """Answer one envelope, from a thread of its own; what it was."""
    got: list[SocketModeRequest] = []

    def answer() -> None:
        request = SocketModeRequest.from_dict(json.loads(connection.recv(timeout=5)))
        assert request is not None
        got.append(request)
        said = {"envelope_id": request.envelope_id}
        connection.send(json.dumps(said | ({"payload": payload} if payload is not None else {})))

    threading.Thread(target=answer, daemon=True).start()
    return got


def test_an_act_goes_over_the_connection_and_not_over_http(sandbox: Sandbox, product: Any) -> None:
    sandbox.connect(product.url)
    sandbox.slack.workspace.add_channel("esc")
    with linked(sandbox) as connection:
        got = answering(connection, {"text": "Nothing."})
        answer = sandbox.slack.people.command(USER, "/sla", "next", channel="esc")
    assert (answer.status, answer.body) == (200, {"text": "Nothing."})
    assert product.got == []
    [request] = got
    assert request.type == "slash_commands"
    assert request.accepts_response_payload is True
    assert request.payload["text"] == "next"
    assert request.payload["user_id"] == sandbox.slack.workspace.person(USER)["id"]


def test_events_take_no_answer_and_say_how_often_they_were_told(sandbox: Sandbox) -> None:
    with linked(sandbox) as connection:
        got = answering(connection)
        event = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened"}}
        assert sandbox.slack.people.event(event, retry=1).status == 200
    [request] = got
    assert request.type == "events_api"
    assert request.accepts_response_payload is False
    assert (request.retry_attempt, request.payload["event_id"]) == (1, "Ev1")


def test_without_a_connection_acts_go_over_http(sandbox: Sandbox, product: Any) -> None:
    sandbox.connect(product.url)
    sandbox.slack.workspace.add_channel("esc")
    with linked(sandbox):
        pass
    while sandbox.slack.sockets.are_connected:
        pass
    sandbox.slack.people.command(USER, "/sla", "next", channel="esc")
    assert [path for path, _, _ in product.got] == ["/slack/commands"]


def test_an_address_is_good_for_one_connection(sandbox: Sandbox) -> None:
    given = address(sandbox)
    with connect(given, proxy=None):
        pass
    with pytest.raises(InvalidStatus), connect(given, proxy=None):
        pass


def test_an_address_is_good_for_half_a_minute(sandbox: Sandbox, clock: SteppedClock) -> None:
    given = address(sandbox)
    clock.elapse(timedelta(seconds=31))
    with pytest.raises(InvalidStatus), connect(given, proxy=None):
        pass


def test_the_bots_token_opens_no_connection(sandbox: Sandbox) -> None:
    client = WebClient(base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)
    with pytest.raises(SlackApiError) as caught:
        client.apps_connections_open(app_token=sandbox.slack.token)
    assert caught.value.response["error"] == "missing_scope"


def test_the_newest_connection_gets_the_act(sandbox: Sandbox) -> None:
    with linked(sandbox), linked(sandbox) as newest:
        got = answering(newest)
        assert sandbox.slack.people.event({"type": "event_callback"}).status == 200
    assert len(got) == 1


def test_an_end_is_announced_before_it_comes(sandbox: Sandbox) -> None:
    with linked(sandbox) as connection:
        sandbox.slack.sockets.announce_end("warning")
        said = json.loads(connection.recv(timeout=5))
        assert (said["type"], said["reason"]) == ("disconnect", "warning")
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)


def test_a_connection_can_break_without_a_word(sandbox: Sandbox) -> None:
    with linked(sandbox) as connection:
        sandbox.slack.sockets.drop()
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)


def test_nobody_answering_is_an_act_without_answer(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slabot_sandbox.slack.sockets.PATIENCE", 0.1)
    with linked(sandbox):
        assert sandbox.slack.people.event({"type": "event_callback"}).status is None
