"""`slabot status` exits with 0 only while slabot runs and all is well.

Promise: 10 seconds after the end of a real `slabot run` it is known, also if nobody could say goodbye.
"""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot.store import presence
from slabot_sandbox import Sandbox
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.test_restart_and_stop import ended, running

KNOWN = 10.0  # seconds


def test_status_follows_a_real_process_to_its_end(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as sandbox:  # on the clock of the wall
        sandbox.slack.workspace.add_channel(CHANNEL)
        policy = tmp_path / "config.yaml"
        web = {"listen": f"127.0.0.1:{free_port()}"}
        policy.write_text(policy_text({"acme": sandbox}, sandbox, store_url, web=web))
        environment = {**environment_of(sandbox), "DATABASE_URL": store_url}
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PORT", raising=False)

        def status() -> tuple[int, dict[str, Any]]:
            result = CliRunner().invoke(main, ["status", "-c", str(policy), "--json"])
            return result.exit_code, json.loads(result.stdout)

        with running(policy, environment) as process:
            until(lambda: status()[0] == 0, "everything in order")
            code, said = status()
            assert (code, said["running"], said["well"], said["findings"]) == (0, True, True, [])
            process.send_signal(signal.SIGKILL)
            process.wait()
            time.sleep(KNOWN - presence.LOOK_AGAIN)  # whoever asks then has the answer in time
            code, said = status()
            assert code == 1
            assert "does not run" in said["findings"][0]
        with running(policy, environment) as process:
            assert status()[1]["running"]
            assert ended(process)[0] == 0
            code, said = status()
            assert (code, said["running"]) == (1, False)
