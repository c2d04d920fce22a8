"""Deleting, moving or replacing the store under a running slabot.

Promise: a webhook is answered 200 only on the strength of a store that is still there. Otherwise it is 503 with
Retry-After, `/readyz` says what happened and what to do, and people are told once. Nothing is written into the file
that nobody will open again. A second slabot on the same file is refused by whichever name it is called.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import make_url

from slabot.store import open_store
from slabot_sandbox import Sandbox
from slabot_sandbox.signing import zendesk_signature
from tests.fixtures.ports import free_port
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.test_restart_and_stop import SOON, ended, running


class Stand:
    """A real `slabot run` on a file of its own."""

    def __init__(self, sandbox: Sandbox, folder: Path, store_url: str) -> None:
        self.sandbox, self.file = sandbox, Path(make_url(store_url).database or "")
        self.url = f"http://127.0.0.1:{free_port()}"
        self.policy = folder / "config.yaml"
        self.environment = environment_of(sandbox)
        self.written(self.policy, self.url, store_url)

    def written(self, policy: Path, url: str, store_url: str) -> Path:
        web = {"listen": url.removeprefix("http://")}
        policy.write_text(policy_text({"acme": self.sandbox}, self.sandbox, store_url, web=web))
        return policy

    def hook(self, ticket: int, signed_at: datetime | None = None) -> requests.Response:
        body = json.dumps({"ticket_id": ticket}).encode()
        stamp = (signed_at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        secret = self.sandbox.zendesk.webhook_secret
        headers = {
            "Content-Type": "application/json",
            "X-Zendesk-Webhook-Invocation-Id": f"i{ticket}",
            "X-Zendesk-Webhook-Signature": zendesk_signature(secret, timestamp=stamp, body=body),
            "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        }
        return requests.post(f"{self.url}/hooks/acme", data=body, headers=headers, timeout=SOON)

    def ready(self) -> tuple[int, str]:
        answer = requests.get(f"{self.url}/readyz", timeout=SOON)
        return answer.status_code, " ".join(answer.json()["findings"])

    def alerts(self) -> list[str]:
        posted = self.sandbox.journal.effects(kind="message.posted")
        return [text for effect in posted if (text := str(effect["text"])).startswith("About slabot itself")]


@pytest.fixture
def stand(tmp_path: Path, sqlite_url: str) -> Iterator[Stand]:
    with Sandbox() as sandbox:  # on the clock of the wall
        sandbox.slack.workspace.add_channel(CHANNEL)
        yield Stand(sandbox, tmp_path, sqlite_url)


def delete(file: Path) -> None:
    file.unlink()


def move(file: Path) -> None:
    file.rename(file.with_name("moved.db"))


def replace(file: Path) -> None:
    other = file.with_name("other.db")
    open_store(f"sqlite:///{other}").close()
    os.replace(other, file)


@pytest.mark.parametrize("do", [delete, move, replace])
def test_webhooks_are_refused_and_people_are_told(stand: Stand, do: Callable[[Path], None]) -> None:
    with running(stand.policy, stand.environment) as process:
        assert stand.hook(1).status_code == 200
        do(stand.file)
        answer = stand.hook(2)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        code, said = stand.ready()
        assert code == 503
        assert "The store" in said
        assert "restart slabot" in said
        until(stand.alerts, "an alert")
        [alert] = stand.alerts()
        assert "restart slabot" in alert
        code, log = ended(process)
        assert code == 0
        assert "store.replaced" in log
        assert len(stand.alerts()) == 1


def test_after_the_file_was_put_back_and_after_a_restart_all_is_as_before(stand: Stand) -> None:
    with running(stand.policy, stand.environment) as process:
        assert stand.hook(1).status_code == 200
        away = stand.file.with_name("away.db")
        stand.file.rename(away)
        assert stand.hook(2).status_code == 503
        away.rename(stand.file)
        signed_at = datetime.now(UTC)
        assert stand.hook(2, signed_at).status_code == 200
        assert ended(process)[0] == 0
    with running(stand.policy, stand.environment) as process:
        until(lambda: stand.ready()[0] == 200, "everything in order")
        assert stand.hook(2, signed_at).json()["message"] == "it came before; nothing was done"


def test_a_second_slabot_is_refused_by_whichever_name_the_file_is_called(stand: Stand, tmp_path: Path) -> None:
    link, hard = tmp_path / "link.db", tmp_path / "hard.db"
    with running(stand.policy, stand.environment):
        link.symlink_to(stand.file)
        assert "another slabot works on" in refused(stand, tmp_path, link)
        os.link(stand.file, hard)
        assert "2 names (hard links)" in refused(stand, tmp_path, hard)


def refused(stand: Stand, folder: Path, file: Path) -> str:
    """What a second slabot says that is to work on a file, and does not."""
    policy = stand.written(folder / "second.yaml", f"http://127.0.0.1:{free_port()}", f"sqlite:///{file}")
    command = [sys.executable, "-c", "from slabot.cli import main; main()", "run", "-c", str(policy)]
    done = subprocess.run(
        command, env={**os.environ, **stand.environment}, capture_output=True, text=True, timeout=SOON, check=False
    )
    assert done.returncode == 1
    return done.stderr
