"""What keeps slabot from starting, said before anything is touched.

Promise: nothing starts half-configured. What is missing or refused is said in words with what to do, all of it at
once; no store is made, nothing listens, nothing is written to helpdesk or Slack. An outage is no wrong setting.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot.clock import SteppedClock
from slabot.composition import StartError, stepped_app
from slabot.policy import load_policy
from slabot_sandbox import FaultKind, Sandbox
from tests.fixtures.ports import free_port
from tests.promises.desks import ZendeskDesk
from tests.promises.scene import CHANNEL, Make, Scene, environment_of, policy_text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the store would be."""
    return tmp_path / "new" / "slabot.db"


@pytest.fixture
def refused(sandbox: Sandbox, file: Path) -> Callable[..., str]:
    """Starts, and gives the words of the refusal."""
    file.parent.mkdir()

    def start(environment: dict[str, str] | None = None, **changes: object) -> str:
        text = policy_text({"acme": sandbox}, sandbox, f"sqlite:///{file}", **changes)
        given = environment_of(sandbox) | (environment or {})
        with pytest.raises(StartError) as error:
            stepped_app(load_policy(text, "f"), text, clock=SteppedClock(sandbox.clock.now()), environment=given)
        assert list(file.parent.iterdir()) == []
        assert sandbox.journal.effects(by="api") == ()
        words = str(error.value)
        for secret in filter(None, given.values()):
            assert secret not in words
        return words

    return start


def test_a_wrong_client_secret(refused: Callable[..., str]) -> None:
    words = refused({"ZENDESK_CLIENT_SECRET": "mistyped-secret"})
    assert "acme: slabot may not do POST /oauth/tokens" in words
    assert "does not accept this OAuth client with this secret" in words
    assert "auth.client_secret_env" in words


def test_a_wrong_helpdesk_token(refused: Callable[..., str], sandbox: Sandbox) -> None:
    words = refused({"ZENDESK_TOKEN": "mistyped-token"}, helpdesks={"acme": ZendeskDesk(sandbox).settings})
    assert "acme: slabot may not do GET /api/v2/users/me.json" in words
    assert "token access is switched on" in words


def test_a_wrong_slack_token(refused: Callable[..., str]) -> None:
    words = refused({"SLACK_BOT_TOKEN": "xoxb-mistyped"})
    assert "does not accept the token" in words
    assert "slack.token_env" in words


def test_a_missing_scope(refused: Callable[..., str], sandbox: Sandbox) -> None:
    sandbox.slack.api.tokens.allow(sandbox.slack.token, ["channels:read", "channels:history", "users:read"])
    words = refused()
    assert "chat:write" in words
    assert "no page can be sent" in words


def test_an_unknown_channel_and_one_that_slabot_is_not_in(refused: Callable[..., str], sandbox: Sandbox) -> None:
    sandbox.slack.workspace.add_channel("strangers", joined=False)
    ladder = [{"severity": "critical", "rungs": [{"at": "breach", "notify": ["#nowhere", "#strangers"]}]}]
    words = refused(escalate=ladder)
    assert "#nowhere" in words
    assert "invite" in words
    assert "slabot is not in the channel #strangers" in words
    assert CHANNEL not in words


def test_everything_that_is_missing_is_named_at_once(refused: Callable[..., str]) -> None:
    names = (
        "ZENDESK_CLIENT_ID",
        "ZENDESK_CLIENT_SECRET",
        "ZENDESK_HOOK_SECRET",
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
    )
    words = refused(dict.fromkeys(names, ""), store={"url_env": "DATABASE_URL"})
    for name in (*names, "DATABASE_URL"):
        assert f"the environment variable {name}, which is not set" in words
    assert "store.url_env" in words


def test_everything_that_is_refused_is_named_at_once(refused: Callable[..., str]) -> None:
    words = refused({"ZENDESK_CLIENT_ID": "mistyped-client", "SLACK_BOT_TOKEN": "xoxb-mistyped"})
    assert "acme: slabot may not do" in words
    assert "does not accept the token" in words


def test_no_helpdesk_at_all(refused: Callable[..., str]) -> None:
    assert "the policy names no helpdesk; add one under helpdesks" in refused(helpdesks={})


def test_a_port_that_is_taken_is_said_and_nothing_is_touched(
    sandbox: Sandbox, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.parent.mkdir()
    for name, value in environment_of(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORT", raising=False)
    port = free_port()
    policy = tmp_path / "config.yaml"
    web = {"listen": f"127.0.0.1:{port}"}
    policy.write_text(policy_text({"acme": sandbox}, sandbox, f"sqlite:///{file}", web=web))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        result = CliRunner().invoke(main, ["run", "-c", str(policy)])
    assert result.exit_code != 0
    assert f"127.0.0.1:{port} cannot be listened on" in result.stderr
    assert "change web.listen or PORT" in result.stderr
    assert list(file.parent.iterdir()) == []
    assert sandbox.journal.calls() == ()


def test_a_helpdesk_that_is_down_keeps_nobody_from_starting(stage: Make, sandbox: Sandbox, sqlite_url: str) -> None:
    sandbox.faults.add(FaultKind.DOWN, lasting=timedelta(minutes=5))
    scene = stage(sqlite_url)
    scene.start()
    scene.run_for(timedelta(seconds=30))
    assert scene.get("/readyz").json()["findings"] == []  # five minutes are given
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=70))
    assert len(scene.pages(ticket)) == 1
    assert scene.get("/readyz").status_code == 200


def test_what_breaks_later_is_said_in_status(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    monkeypatch.setenv("DATABASE_URL", scene.store_url)
    scene.ask()
    scene.run_for(timedelta(minutes=1))
    sandbox.slack.workspace.add_channel(CHANNEL, archived=True)
    sandbox.zendesk.oauth.revoke_client(sandbox.zendesk.client_id)
    scene.run_for(timedelta(minutes=95))  # three sweeps of this stage are missed
    policy = tmp_path / "config.yaml"
    policy.write_text(policy_text(scene.helpdesks, sandbox, scene.store_url))
    for name, value in environment_of(sandbox).items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(main, ["status", "-c", str(policy)])
    assert said.exit_code == 1, said.output
    assert "does not accept this OAuth client with this secret" in said.output
    assert "the channel is archived" in said.output
    assert "Unarchive the channel" in said.output
    ready = scene.get("/readyz")
    assert ready.status_code == 503
    assert any("acme was last read to the end" in words for words in ready.json()["findings"])
    assert any("a page waits to be sent since" in words for words in ready.json()["findings"])
