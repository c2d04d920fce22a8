"""Whatever `slabot run` refuses, `slabot doctor` finds before.

Promise: the two ask by the same functions, so that nobody learns from a failed start what doctor called right. Doctor
changes nothing: no store is made, none is brought up to date, nothing listens afterwards.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask, Response
from sqlalchemy import create_engine

from slabot.cli import main
from slabot.runtime.instance_lock import InstanceLock
from slabot.runtime.serving import WebServer
from slabot.store import open_store
from slabot.store.migrate import upgrade
from slabot_sandbox import FaultKind, Sandbox
from tests.fixtures.ports import free_port
from tests.promises.scene import environment_of, policy_text

WAYS: dict[str, Any] = {
    "pagerduty": {"main": {"routing_key_env": "PAGERDUTY_KEY"}},
    "outgoing_webhooks": {"pager": {"url": "https://pager.example/x", "secret_env": "WEBHOOK_SECRET"}},
    "heartbeat": {"url_env": "HEARTBEAT_URL"},
}


class Started(SystemExit):
    """It was not refused."""


@dataclass
class Stand:
    """A policy file in a folder of its own, beside a sandbox."""

    sandbox: Sandbox
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def file(self) -> Path:
        return self.folder / "slabot.db"

    def write(self, **changes: Any) -> None:
        web = {"listen": f"127.0.0.1:{free_port()}"}
        text = policy_text({"acme": self.sandbox}, self.sandbox, f"sqlite:///{self.file}", **{"web": web, **changes})
        (self.folder / "config.yaml").write_text(text, encoding="utf-8")

    def environment(self, **values: str) -> None:
        for name, value in values.items():
            self.monkeypatch.setenv(name, value)

    def ask(self, command: str, *options: str) -> Result:
        return CliRunner().invoke(main, [command, "-c", str(self.folder / "config.yaml"), *options])


@pytest.fixture
def stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    def started(*_: object) -> None:
        raise Started(3)

    monkeypatch.delenv("PORT", raising=False)
    # A start that is not refused fails, and hangs nobody.
    monkeypatch.setattr("slabot.composition.apps.Embedded", started)
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel("support-escalations")
        stand = Stand(sandbox, tmp_path, monkeypatch)
        stand.environment(**environment_of(sandbox))
        stand.write()
        yield stand


def missing(name: str, **changes: Any) -> Callable[[Stand], None]:
    def set_up(stand: Stand) -> None:
        stand.write(**changes)
        stand.environment(**{name: ""})

    return set_up


def given(name: str, value: str, **changes: Any) -> Callable[[Stand], None]:
    def set_up(stand: Stand) -> None:
        stand.write(**changes)
        stand.environment(**{name: value})

    return set_up


def policy(**changes: Any) -> Callable[[Stand], None]:
    return lambda stand: stand.write(**changes)


def no_scope(stand: Stand) -> None:
    stand.sandbox.slack.api.tokens.allow(stand.sandbox.slack.token, ["channels:read", "channels:history"])


def not_invited(stand: Stand) -> None:
    stand.sandbox.slack.workspace.add_channel("strangers", joined=False)
    stand.write(escalate=[{"severity": "critical", "rungs": [{"at": "breach", "notify": ["#strangers"]}]}])


def odd_answer(stand: Stand) -> None:
    stand.sandbox.faults.add(FaultKind.HTML, service="zendesk", path="/api/v2/users/me*")


def no_folder(stand: Stand) -> None:
    stand.write(store={"url": f"sqlite:///{stand.folder}/nowhere/slabot.db"})


def no_database(stand: Stand) -> None:
    stand.file.write_bytes(b"this is a letter to my aunt, and no database at all" * 100)


def newer(stand: Stand) -> None:
    open_store(f"sqlite:///{stand.file}").close()
    with sqlite3.connect(stand.file) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.execute("UPDATE schema_note SET value = '9998' WHERE name = 'serves'")
    conn.close()


def foreign(stand: Stand) -> None:
    with sqlite3.connect(stand.file) as conn:
        conn.execute("CREATE TABLE ticket (mine INTEGER)")
    conn.close()


REFUSALS = {
    "no client's secret": (missing("ZENDESK_CLIENT_SECRET"), "variable ZENDESK_CLIENT_SECRET, which is not set"),
    "no hook secret": (missing("ZENDESK_HOOK_SECRET"), "variable ZENDESK_HOOK_SECRET, which is not set"),
    "no Slack token": (missing("SLACK_BOT_TOKEN"), "variable SLACK_BOT_TOKEN, which is not set"),
    "no signing secret": (missing("SLACK_SIGNING_SECRET"), "variable SLACK_SIGNING_SECRET, which is not set"),
    "no PagerDuty key": (missing("PAGERDUTY_KEY", **WAYS), "variable PAGERDUTY_KEY, which is not set"),
    "no webhook secret": (missing("WEBHOOK_SECRET", **WAYS), "variable WEBHOOK_SECRET, which is not set"),
    "no heartbeat": (missing("HEARTBEAT_URL", **WAYS), "variable HEARTBEAT_URL, which is not set"),
    "odd heartbeat": (given("HEARTBEAT_URL", "not an address", **WAYS), "heartbeat"),
    "no store address": (
        missing("DATABASE_URL", store={"url_env": "DATABASE_URL"}),
        "variable DATABASE_URL, which is not set",
    ),
    "odd store address": (
        given("DATABASE_URL", "mysql://x/y", store={"url_env": "DATABASE_URL"}),
        'The store is kept in SQLite or PostgreSQL, not in "mysql"',
    ),
    "store in memory": (
        given("DATABASE_URL", "sqlite:///:memory:", store={"url_env": "DATABASE_URL"}),
        "A store in memory forgets every page that was sent",
    ),
    "no database server": (
        given("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x", store={"url_env": "DATABASE_URL"}),
        "The store (PostgreSQL database x at 127.0.0.1:9) cannot be reached",
    ),
    "no folder for the store": (no_folder, "nowhere/slabot.db) cannot be opened"),
    "no database": (no_database, "is not a database that can be read"),
    "a store of a newer slabot": (newer, "was last used by a newer slabot"),
    "somebody else's tables": (foreign, "already holds a table named ticket that slabot did not make"),
    "wrong client's secret": (given("ZENDESK_CLIENT_SECRET", "mistyped"), "does not accept this OAuth client"),
    "wrong Slack token": (given("SLACK_BOT_TOKEN", "xoxb-mistyped"), "does not accept the token"),
    "missing scope": (no_scope, "chat:write"),
    "unknown channel": (
        policy(escalate=[{"severity": "critical", "rungs": [{"at": "breach", "notify": ["#nowhere"]}]}]),
        "#nowhere",
    ),
    "not invited": (not_invited, "slabot is not in the channel #strangers"),
    "a helpdesk that answers nonsense": (odd_answer, "GET /api/v2/users/me"),
    "no helpdesk": (policy(helpdesks={}), "the policy names no helpdesk"),
    "odd port": (given("PORT", "eighty"), 'the environment variable PORT is "eighty", which is no port'),
    "another machine's address": (policy(web={"listen": "192.0.2.1:8080"}), "192.0.2.1:8080 cannot be listened on"),
    "a policy with a mistake": (policy(classify={"otherwise": "hihg"}), '"hihg" is not a severity of this file'),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_run_refuses_doctor_finds(stand: Stand, name: str) -> None:
    set_up, words = REFUSALS[name]
    set_up(stand)
    before = {path.name: path.read_bytes() for path in stand.folder.iterdir()}
    run = stand.ask("run")
    assert (run.exit_code, words in run.stderr) == (1, True), run.output
    for left in stand.folder.glob("*-running"):
        left.unlink()  # of run
    found = stand.ask("doctor")
    assert found.exit_code != 0, found.output
    assert words in found.output
    after = {path.name: path.read_bytes() for path in stand.folder.iterdir()}
    assert {name: after.get(name) for name in before} == before
    assert stand.sandbox.journal.effects(by="api") == ()


def test_what_doctor_calls_right_is_not_refused(stand: Stand) -> None:
    found = stand.ask("doctor")
    assert found.exit_code == 0, found.output
    assert f"The store can be opened: SQLite file {stand.file}, which slabot run makes" in found.output
    assert not stand.file.exists()
    assert isinstance(stand.ask("run").exception, Started)


def test_a_port_that_a_stranger_has_is_wrong(stand: Stand) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        stand.write(web={"listen": f"127.0.0.1:{taken.getsockname()[1]}"})
        stand.monkeypatch.setattr("slabot.setup.starting.PATIENCE", 0.05)  # nobody answers there
        run, found = stand.ask("run"), stand.ask("doctor")
    assert (run.exit_code, found.exit_code) == (1, 1)
    for said in (run, found):
        assert "cannot be listened on (Address already in use)" in said.output


def test_a_slabot_that_runs_already_is_no_mistake_but_is_told(stand: Stand) -> None:
    open_store(f"sqlite:///{stand.file}").close()
    with InstanceLock(stand.file):
        run, found = stand.ask("run"), stand.ask("doctor", "--json")
    assert (run.exit_code, found.exit_code) == (1, 0), found.output
    assert "another slabot works on" in run.stderr
    findings = {place["name"]: place["findings"] for place in json.loads(found.stdout)["places"]}
    assert findings["store"][0]["level"] == "notice"  # that it is kept in memory may be told too, where tests are
    assert "another slabot works on" in findings["store"][0]["words"]


def test_a_store_with_a_hard_link_is_wrong(stand: Stand) -> None:
    open_store(f"sqlite:///{stand.file}").close()
    os.link(stand.file, stand.file.with_name("another-name.db"))
    run, found = stand.ask("run"), stand.ask("doctor")
    assert (run.exit_code, found.exit_code) == (1, 1)
    for said in (run, found):
        assert "has 2 names (hard links)" in " ".join(said.output.split())


def test_a_slabot_that_answers_at_the_address_is_told_apart_from_a_stranger(stand: Stand) -> None:
    app = Flask("slabot")
    app.get("/healthz")(lambda: Response("alive\n", mimetype="text/plain"))
    server = WebServer(app)
    server.start()
    try:
        stand.write(web={"listen": f"127.0.0.1:{server.port}"})
        found = stand.ask("doctor")
    finally:
        server.stop()
    assert found.exit_code == 0, found.output
    assert f"slabot answers at 127.0.0.1:{server.port} already, so a second slabot run would refuse" in found.output


def test_a_store_of_an_older_slabot_is_tried_and_left_as_it_is(stand: Stand) -> None:
    engine = create_engine(f"sqlite:///{stand.file}")
    with engine.begin() as conn:
        upgrade(conn, "0001")
    engine.dispose()
    found = stand.ask("doctor")
    assert found.exit_code == 0, found.output
    raw = sqlite3.connect(stand.file)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    raw.close()
