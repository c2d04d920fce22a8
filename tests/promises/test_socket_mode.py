"""Slack reaches slabot although slabot has no public address.

Promise: everything that people do in Slack does the same over Socket Mode as over HTTP, with the same code. Each
envelope is answered once. A connection that ends, with or without a word, is followed by another. Stopping leaves
nothing behind, and no token reaches a log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from slabot.channels.slack.sockets import SocketAddresses
from slabot.composition import StartError
from slabot.domain import Acknowledged, SeverityChanged, Snoozed
from slabot.runtime import Interactions, Sockets
from slabot.runtime.people import sockets as sockets_module
from slabot.runtime.people.socket_watch import SocketWatch
from slabot.store import Fault, StoreUnavailable, socket_mode
from slabot.store.socket_mode import SocketState
from tests.fixtures.waits import until
from tests.promises.heard import everything
from tests.promises.scene import AGENT, Make, Scene
from tests.promises.test_clicks import paged, whispers
from tests.promises.test_commands_and_home import home_of, later, said
from tests.promises.test_dialogs import choose, dialog, events, snooze

MINUTE = timedelta(minutes=1)


class Linked:
    """A scene whose slabot is connected, and cannot be reached over HTTP."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        slack = scene.sandbox.slack
        self.interactions = Interactions(scene.parts)
        self.addresses = SocketAddresses(slack.app_token, scene.clock, base_url=slack.api_url)
        self.sockets = Sockets(self.interactions, self.addresses, SocketWatch(scene.parts))
        self.sockets.start()
        until(lambda: self.sockets.is_connected and slack.sockets.are_connected)
        slack.people.connect("http://127.0.0.1:9")  # nobody listens there

    def is_connected_for(self, times: int) -> bool:
        """True while it is connected, having been so that often."""
        return self.scene.sandbox.slack.sockets.opened == times and self.sockets.is_connected

    def stop(self) -> None:
        self.sockets.stop()
        self.interactions.close()


@pytest.fixture
def linked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Iterator[Linked]:
    monkeypatch.setattr(sockets_module, "LEAST", 0.1)
    made = Linked(scene)
    yield made
    made.stop()


def test_a_click_is_taken_and_answered(linked: Linked) -> None:
    ticket, page = paged(linked.scene)
    assert linked.scene.click(page) == 200
    assert len(events(linked.scene, ticket, Acknowledged)) == 1
    linked.scene.run_for(MINUTE)
    assert "is on ticket" in linked.scene.shown(ticket)


def test_a_dialog_is_shown_its_errors_are_and_its_answer_is_done(linked: Linked) -> None:
    scene = linked.scene
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    answer = snooze(scene, view, until=scene.clock.now() - MINUTE)
    assert answer.body["response_action"] == "errors"
    assert snooze(scene, view).status == 200
    assert len(events(scene, ticket, Snoozed)) == 1
    choose(scene, dialog(scene, page, "set_severity"), "medium", "they have a workaround")
    assert len(events(scene, ticket, SeverityChanged)) == 1


def test_a_click_that_comes_too_late_is_told_so(linked: Linked) -> None:
    ticket, page = paged(linked.scene)
    linked.scene.click(page)
    assert linked.scene.click(page, "acknowledge", "bo@acme.example") == 200
    assert whispers(linked.scene, 1)[0].startswith("Somebody was faster: it was acknowledged by <@")
    assert ticket


def test_a_command_is_answered_in_the_envelopes_answer(linked: Linked) -> None:
    assert "No clock runs" in said(linked.scene, "next")
    assert said(linked.scene, "mine") == ""
    assert "No agent of acme" in later(linked.scene)


def test_the_home_tab_is_shown(linked: Linked) -> None:
    assert linked.scene.sandbox.slack.people.opens_home(AGENT).status == 200
    assert home_of(linked.scene)["type"] == "home"


def test_every_envelope_is_answered_once(linked: Linked) -> None:
    slack = linked.scene.sandbox.slack
    for _ in range(20):
        said(linked.scene, "help")
    ids = [answer["envelope_id"] for answer in slack.sockets.answered]
    assert len(ids) == len(set(ids)) == 20


def test_the_end_that_slack_announces_interrupts_nothing(linked: Linked) -> None:
    slack = linked.scene.sandbox.slack
    slack.sockets.announce_end()
    until(lambda: slack.sockets.opened == 2)
    assert slack.sockets.are_connected  # the former one was there until the next one was
    assert "No clock runs" in said(linked.scene, "next")
    until(lambda: len(slack.sockets.links) == 1)
    assert "No clock runs" in said(linked.scene, "next")


@pytest.mark.parametrize("times", [1, 3])
def test_a_connection_that_breaks_is_followed_by_another(linked: Linked, times: int) -> None:
    slack = linked.scene.sandbox.slack
    for number in range(times):
        slack.sockets.drop()
        until(partial(linked.is_connected_for, number + 2))
    until(lambda: slack.sockets.are_connected)
    assert "No clock runs" in said(linked.scene, "next")


def test_while_slack_is_down_it_is_tried_again_and_not_hammered(linked: Linked) -> None:
    scene, slack = linked.scene, linked.scene.sandbox.slack
    scene.sandbox.faults.add("down", service="slack", times=4)
    slack.sockets.drop()
    until(lambda: slack.sockets.opened == 2)
    calls = list(scene.sandbox.journal.calls(endpoint="apps.connections.open"))
    assert len(calls) == 6  # the first, four in vain with growing pauses, the last
    assert "No clock runs" in said(scene, "next")


def test_a_connection_that_stays_lost_is_said_with_its_reason_until_it_is_back(
    linked: Linked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets_module, "MOST", 0.2)
    scene, slack = linked.scene, linked.scene.sandbox.slack
    scene.run_for(5 * MINUTE)
    until(lambda: scene.get("/readyz").status_code == 200)
    assert "slabot_slack_socket_lost_seconds 0.0" in scene.get("/metrics").text

    monkeypatch.setattr(linked.addresses, "new", _refused)
    slack.sockets.drop()
    lost_at = scene.clock.now()
    until(lambda: _state(scene) == SocketState(lost_at, "Slack could not be connected to (ConnectionRefusedError)"))
    scene.run_for(MINUTE)
    assert scene.get("/readyz").json()["findings"] == [], "it may be back in a moment"
    scene.run_for(2 * MINUTE)
    answer = scene.get("/readyz")
    assert answer.status_code == 503
    (finding,) = answer.json()["findings"]
    assert finding == (
        f"Slack has not reached slabot over Socket Mode since {lost_at:%Y-%m-%d %H:%M:%S} UTC: Slack could not be "
        "connected to (ConnectionRefusedError)"
    )
    assert "slabot_slack_socket_lost_seconds 180.0" in scene.get("/metrics").text
    scene.run_for(scene.sweep_every)  # as often as the auditor looks here
    told = [each.whole for each in everything(scene.sandbox) if "Socket Mode" in each.whole]
    assert len(told) == 1
    assert "About slabot itself" in told[0]
    assert "nobody can acknowledge there" in told[0]

    monkeypatch.undo()
    until(lambda: _state(scene) == SocketState(None))
    assert "Socket Mode" not in scene.get("/readyz").text
    linked.sockets.stop()
    assert _state(scene) is None


def _refused() -> str:
    raise ConnectionRefusedError


def _state(scene: Scene) -> SocketState | None:
    return scene.parts.store.read(socket_mode.state)


def test_what_is_no_envelope_ends_nothing(linked: Linked) -> None:
    slack = linked.scene.sandbox.slack
    connection = slack.sockets.links[-1].connection
    for rubbish in ("", "{", "[]", "null", '{"type": 3}', "[" * 50_000, '{"envelope_id": 7}'):
        connection.send(rubbish)
    for payload in ({}, {"type": "block_actions"}, {"type": "view_submission", "view": []}):
        for kind in ("interactive", "slash_commands", "events_api", "something_new"):
            assert slack.sockets.deliver(kind, payload) is not None, (kind, payload)
    assert slack.sockets.opened == 1
    assert "No clock runs" in said(linked.scene, "next")


def test_a_click_that_cannot_be_written_down_is_told_so(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("full", fault=Fault.FULL)

    _, page = paged(linked.scene)
    monkeypatch.setattr("slabot.runtime.people.interactions.click", full)
    assert linked.scene.click(page) == 200
    assert whispers(linked.scene, 1)[0].startswith("Your click could not be written down just now")


def test_a_mistake_of_ours_ends_no_connection(linked: Linked, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise RuntimeError("SELECT the customer's words")

    ticket, page = paged(linked.scene)
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr("slabot.runtime.people.interactions.click", breaks)
        assert linked.scene.click(page) == 200
    assert "customer" not in str(logs)
    assert linked.scene.click(page) == 200
    assert len(events(linked.scene, ticket, Acknowledged)) == 1


def test_stopping_leaves_no_connection_and_no_thread(scene: Scene) -> None:
    before = {thread.name for thread in threading.enumerate()}
    made = Linked(scene)
    made.stop()
    until(lambda: not scene.sandbox.slack.sockets.are_connected)
    left = {thread.name for thread in threading.enumerate()} - before
    assert not {name for name in left if name in ("slack socket", "slack sockets") and not _of_the_stand_in(name)}
    assert not made.sockets.is_connected


def _of_the_stand_in(name: str) -> bool:
    return name == "slack sockets"  # its server listens until the sandbox stops


def test_stopping_while_slack_is_down_does_not_wait(scene: Scene) -> None:
    made = Linked(scene)
    scene.sandbox.faults.add("down", service="slack", lasting=timedelta(hours=1))
    scene.sandbox.slack.sockets.drop()
    time.sleep(0.3)
    began = time.monotonic()
    made.stop()
    assert time.monotonic() - began < 30


def test_no_token_and_no_ticket_reaches_a_log(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    with capture_logs() as logs, caplog.at_level(logging.DEBUG):
        made = Linked(scene)
        said(scene, "next")
        scene.sandbox.slack.api.tokens.scopes.pop(scene.sandbox.slack.app_token)
        scene.sandbox.slack.sockets.drop()
        until(lambda: any(entry["event"] == "slack.socket_refused" for entry in logs))
        made.stop()
    everything = str(logs) + caplog.text
    assert scene.sandbox.slack.app_token not in everything.replace("(xapp-…)", "")
    assert "ticket=" not in everything
    [refused] = [entry for entry in logs if entry["event"] == "slack.socket_refused"]
    assert "slack.app_token_env" in refused["reason"]


class TestComposed:
    """The policy names the token; `slabot run` starts what the composition made."""

    SETTINGS = {"token_env": "SLACK_BOT_TOKEN", "app_token_env": "SLACK_APP_TOKEN", "channel": "#support-escalations"}  # noqa: RUF012

    def slack(self, scene: Scene) -> dict[str, str]:
        return {**self.SETTINGS, "api_url": scene.sandbox.slack.api_url.rstrip("/")}

    def test_a_policy_that_names_the_token_gets_a_connection(
        self, stage: Make, store_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scene = stage(store_url)
        monkeypatch.setattr(
            "tests.promises.scene.environment_of",
            lambda sandbox: _environment(sandbox, sandbox.slack.app_token),
        )
        bot = scene.start(slack=self.slack(scene))
        [sockets] = [service for service in bot.app.services if isinstance(service, Sockets)]
        until(lambda: sockets.is_connected and scene.sandbox.slack.sockets.are_connected)
        assert "No clock runs" in said(scene, "next")
        assert scene.post("/slack/commands", b"command=%2Fsla").status_code == 401

    @pytest.mark.parametrize("token", ["", "xoxb-a-bot-token", "xapp-unknown"])
    def test_a_token_that_is_not_good_is_said_at_the_start(
        self, stage: Make, store_url: str, monkeypatch: pytest.MonkeyPatch, token: str
    ) -> None:
        scene = stage(store_url)
        monkeypatch.setattr("tests.promises.scene.environment_of", lambda sandbox: _environment(sandbox, token))
        with pytest.raises(StartError) as caught:
            scene.start(slack=self.slack(scene))
        assert "app_token_env" in str(caught.value) or "app-level token" in str(caught.value)
        assert not token or token not in str(caught.value)


def _environment(sandbox: Any, app_token: str) -> dict[str, str]:
    return {
        "ZENDESK_CLIENT_ID": sandbox.zendesk.client_id,
        "ZENDESK_CLIENT_SECRET": sandbox.zendesk.client_secret,
        "ZENDESK_HOOK_SECRET": sandbox.zendesk.webhook_secret,
        "SLACK_BOT_TOKEN": sandbox.slack.token,
        "SLACK_APP_TOKEN": app_token,
    }
