"""Where a hosting service runs slabot by its Procfile.

Promise: the release step brings the store up to date and ends; then the web process listens on the PORT that the
service gives, and ends when the service asks it to.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import requests

from slabot_sandbox import Sandbox
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, policy_text

PATIENCE = 60.0  # seconds


def test_the_procfile_migrates_listens_on_the_port_that_is_given_and_ends_when_asked(
    checkout: Path, tmp_path: Path
) -> None:
    shutil.copy(checkout / "Procfile", tmp_path)
    (tmp_path / ".env").write_text("", encoding="utf-8")
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        text = policy_text({"acme": sandbox}, sandbox, f"sqlite:///{tmp_path / 'slabot.db'}")
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        port = free_port()
        environment = {
            **os.environ,
            **environment_of(sandbox),
            "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
            "PORT": str(port),
        }

        def honcho(*arguments: str) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-m", "honcho", *arguments],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

        release = honcho("start", "release")
        said, _ = release.communicate(timeout=PATIENCE)
        assert (release.returncode, "The store was made: SQLite file" in said) == (0, True), said

        web = honcho("start", "web")
        try:
            until(lambda: _answers(port) or web.poll() is not None)
            assert web.poll() is None, web.communicate()[0]
            assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=PATIENCE).status_code in (200, 503)
        finally:
            web.send_signal(signal.SIGTERM)
            said, _ = web.communicate(timeout=PATIENCE)
    assert f"slabot listens on http://0.0.0.0:{port}" in said
    assert "slabot finishes what is under way and ends." in said


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1).ok
    except requests.ConnectionError:
        return False
