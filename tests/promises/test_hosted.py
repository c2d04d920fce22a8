"""Where a hosting service runs slabot by its Procfile.

Promise: the release step brings the store up to date and ends; then a web process listens on the PORT that the service
gives, a worker does the work beside it, and both end when the service asks them to.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import requests

from slabot_sandbox import Sandbox
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, policy_text

PATIENCE = 60.0  # seconds


@pytest.fixture
def folder(checkout: Path, tmp_path: Path) -> Path:
    """What a service starts from."""
    shutil.copy(checkout / "Procfile", tmp_path)
    (tmp_path / ".env").write_text("", encoding="utf-8")
    return tmp_path


def honcho(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [sys.executable, "-m", "honcho", *arguments],
        cwd=folder,
        env={**os.environ, **environment, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_procfile_migrates_and_runs_a_web_on_the_port_that_is_given_and_a_worker(
    folder: Path, empty_postgres_url: str
) -> None:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        text = policy_text({"acme": sandbox}, sandbox, empty_postgres_url, store=None)
        (folder / "config.yaml").write_text(text, encoding="utf-8")
        port = free_port()
        environment = {**environment_of(sandbox), "DATABASE_URL": empty_postgres_url, "PORT": str(port)}

        release = honcho(folder, environment, "start", "release")
        said, _ = release.communicate(timeout=PATIENCE)
        assert (release.returncode, "The store was made: PostgreSQL" in said) == (0, True), said

        both = honcho(folder, environment, "start", "web", "worker")
        try:
            until(lambda: _is_ready(port) or both.poll() is not None)
            assert both.poll() is None, both.communicate()[0]
        finally:
            both.send_signal(signal.SIGTERM)
            said, _ = both.communicate(timeout=PATIENCE)
    assert f"slabot web listens on http://0.0.0.0:{port}" in said
    assert "slabot web finishes what is under way and ends." in said
    assert "slabot worker finishes what is under way and ends." in said


def _is_ready(port: int) -> bool:
    """True once the worker has read the helpdesk."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=1).ok
    except requests.ConnectionError:
        return False
