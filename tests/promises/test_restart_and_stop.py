"""Stopping slabot, at any time, and starting it again.

Promise: SIGTERM ends a real `slabot run` with 0 once what is under way is finished. What came in is kept, what was
due meanwhile is done at the next start, and nothing is done twice.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import requests

from slabot_sandbox import FaultKind, Sandbox
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.scene import (
    CHANNEL,
    Scene,
    environment_of,
    key_of,
    keys,
    policy_text,
    said,
)

SOON = 60.0  # seconds of real time


def test_a_restart_at_every_step_of_a_ticket_changes_nothing(scene: Scene) -> None:
    ticket = scene.ask()
    scene.restart()
    scene.run_for(timedelta(minutes=65))
    scene.restart()
    scene.click(scene.pages(ticket)[0])
    scene.restart()
    scene.run_for(timedelta(minutes=10))
    scene.answer(ticket)
    scene.restart()
    scene.run_for(timedelta(minutes=10))
    assert [key.rpartition("/page/")[2] for key in keys(scene.pages(ticket))] == ["first_response/critical/50% used/0"]
    assert "in time" in scene.shown(ticket)


def test_what_fell_due_while_slabot_was_stopped_is_paged_at_the_start_and_says_so(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=5))
    scene.stop()
    scene.run_for(timedelta(minutes=100))
    scene.start()
    scene.run_for(timedelta(minutes=1))
    [page] = scene.pages(ticket)
    assert key_of(page).endswith("/75% used/0")  # the newest; it names the other
    assert "50% used" in said(page)
    assert "slabot was not running" in said(page)


def test_what_happened_in_the_helpdesk_while_slabot_was_stopped_is_found(scene: Scene) -> None:
    answered, asked = scene.ask(), None
    scene.run_for(timedelta(minutes=5))
    scene.stop()
    scene.run_for(timedelta(minutes=10))
    scene.answer(answered)
    asked = scene.ask()
    scene.run_for(timedelta(minutes=60))
    scene.start()
    scene.run_for(timedelta(minutes=20))
    assert scene.pages(answered) == []
    assert len(scene.pages(asked)) == 1


@contextmanager
def running(policy: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", "from slabot.cli import main; main()", "run", "-c", str(policy)],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("slabot listens on http://"), first + process.stderr.read()
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Sends SIGTERM; the exit code, and everything that was said."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=SOON)
    return process.returncode, said


def test_sigterm_ends_a_real_process_with_0_and_the_next_one_goes_on(tmp_path: Path, sqlite_url: str) -> None:
    with Sandbox() as sandbox:  # on the clock of the wall
        sandbox.slack.workspace.add_channel(CHANNEL)
        port = free_port()
        policy = tmp_path / "config.yaml"
        severities = {"critical": {"means": "x", "respond_within": "8s", "calendar": "around_the_clock"}}
        policy.write_text(
            policy_text(
                {"acme": sandbox},
                sandbox,
                sqlite_url,
                web={"listen": f"127.0.0.1:{port}"},
                severities=severities,
                classify={"otherwise": "critical"},
                escalate=[{"severity": "critical", "rungs": [{"at": "breach"}]}],
            )
        )
        environment = {**environment_of(sandbox), "PORT": str(port)}
        sandbox.connect(f"http://127.0.0.1:{port}")
        with running(policy, environment) as process:
            # Reading takes so long that SIGTERM comes while the ticket is being read.
            sandbox.faults.add(FaultKind.DELAY, service="zendesk", path="/api/v2/tickets/*", seconds=1, times=1)
            sandbox.zendesk.people.create_ticket("ana@contoso.example", "Help", "It is down")
            with requests.Session() as idle:  # keeps its connection open; that must not hold up the end
                idle.trust_env = False
                assert idle.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
                until(lambda: sandbox.journal.effects(kind="webhook.sent"), "the webhook")
                code, said = ended(process)
        assert code == 0, said
        assert said == "slabot finishes what is under way and ends.\n"
        with running(policy, environment) as process:
            process.send_signal(signal.SIGHUP)  # changes nothing
            until(lambda: sandbox.journal.effects(kind="message.posted"), "the page")
            time.sleep(1.5)
            code, said = ended(process)
        hangup, end = said.splitlines()
        assert "slabot.hangup_ignored" in hangup
        assert (code, end) == (0, "slabot finishes what is under way and ends.")
        assert len(sandbox.journal.effects(kind="message.posted")) == 1
