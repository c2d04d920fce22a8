"""The end of a real `slabot run`, whatever hangs.

Promise: SIGTERM ends it with 0 within ten seconds while a helpdesk or Slack sends its answers a byte at a time, or
while it is still starting; a second Ctrl-C ends it at once. The ten seconds are measured in the long run, in
`tests/promises/test_half_broken_world.py`; here, what hangs would hang for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from slabot_sandbox import Sandbox
from tests.fixtures.peers import Relay, endless
from tests.fixtures.ports import free_port
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.test_restart_and_stop import running

SOON = 60.0  # seconds in which a real process starts or ends, also on a machine that has much else to do


@contextmanager
def house(tmp_path: Path, url: str) -> Iterator[tuple[Sandbox, str, int]]:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        port = free_port()
        text = policy_text(
            {"acme": sandbox},
            sandbox,
            url,
            web={"listen": f"127.0.0.1:{port}"},
            severities={"critical": {"means": "x", "respond_within": "2s", "calendar": "around_the_clock"}},
            classify={"otherwise": "critical"},
            escalate=[{"severity": "critical", "rungs": [{"at": "breach"}]}],
        )
        sandbox.connect(f"http://127.0.0.1:{port}")
        yield sandbox, text, port


@pytest.mark.parametrize("who", ["the helpdesk", pytest.param("Slack", marks=pytest.mark.long)])
def test_a_peer_that_answers_a_byte_at_a_time_does_not_hold_up_the_end(
    tmp_path: Path, sqlite_url: str, who: str
) -> None:
    with house(tmp_path, sqlite_url) as (sandbox, text, port):
        target = urlsplit(sandbox.zendesk.url if who == "the helpdesk" else sandbox.slack.url).port
        assert target is not None
        with Relay(target) as relay:
            policy = tmp_path / "config.yaml"
            policy.write_text(text.replace(f"127.0.0.1:{target}", f"127.0.0.1:{relay.port}"))
            with running(policy, {**environment_of(sandbox), "PORT": str(port)}) as process:
                relay.drips.set()
                sandbox.zendesk.people.create_ticket("ana@contoso.example", "Help", "It is down")
                assert relay.dripped.wait(SOON), f"nobody asked {who}"
                process.send_signal(signal.SIGTERM)
                _, said = process.communicate(timeout=SOON)
    assert process.returncode == 0, said
    assert "Traceback" not in said


def test_a_start_that_hangs_is_ended_at_once(tmp_path: Path, sqlite_url: str) -> None:
    with house(tmp_path, sqlite_url) as (sandbox, text, port), endless(again=b"HTTP/1.1 100 Continue\r\n\r\n") as peer:
        policy = tmp_path / "config.yaml"
        target = urlsplit(sandbox.zendesk.url).port
        policy.write_text(text.replace(f"127.0.0.1:{target}", f"127.0.0.1:{peer.port}"))
        process = started(policy, {**environment_of(sandbox), "PORT": str(port)})
        try:
            end = time.monotonic() + SOON
            while not peer.heard:
                assert time.monotonic() < end
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=SOON)
        finally:
            process.kill()
            process.communicate()
    assert (process.returncode, said) == (0, "")


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path, sqlite_url: str) -> None:
    with house(tmp_path, sqlite_url) as (sandbox, text, port), Relay(urlsplit(sandbox.zendesk.url).port or 0) as relay:
        policy = tmp_path / "config.yaml"
        target = urlsplit(sandbox.zendesk.url).port
        policy.write_text(text.replace(f"127.0.0.1:{target}", f"127.0.0.1:{relay.port}"))
        with running(policy, {**environment_of(sandbox), "PORT": str(port)}) as process:
            relay.drips.set()
            sandbox.zendesk.people.create_ticket("ana@contoso.example", "Help", "It is down")
            assert relay.dripped.wait(SOON)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert process.stderr.readline() == "slabot finishes what is under way and ends.\n"
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=SOON)
    assert (process.returncode, said) == (1, "slabot ends at once; the next start settles what was under way.\n")


def started(policy: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", "from slabot.cli import main; main()", "run", "-c", str(policy)],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
