"""The first day as docs/first-day.md tells it: its commands, in their order, from the sandbox to a page and its answer.

Promise: what is run here is what stands on the page; only the ports differ, and the target of two hours, so that a
hundredth of it is a second. Secrets come from what the sandbox prints.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from slabot.cli import main
from slabot_sandbox import serve

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "first-day.md").read_text(encoding="utf-8")
SLABOT = [sys.executable, "-c", "from slabot.cli import main; main()"]
TRIES = 200  # of `slabot status`, each of which takes a while
PATIENCE = 60  # seconds for a process to speak or to end


def commands() -> list[str]:
    """What the page tells people to type."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return [line for language, block in blocks if not language for line in block.splitlines()]


def command(start: str) -> str:
    (found,) = [line for line in commands() if line.startswith(start)]
    return found


@dataclass
class Newcomer:
    """Somebody with an environment, and the page."""

    environment: dict[str, str]
    told: queue.SimpleQueue[str]
    """What the sandbox says after that."""
    instead: dict[str, str] = field(default_factory=dict)
    """The page's addresses, and those of this machine."""

    def reads(self, wanted: str) -> None:
        """The sandbox's terminal says this."""
        while wanted not in self.told.get(timeout=PATIENCE):
            pass

    def typed(self, line: str) -> list[str]:
        for written, real in self.instead.items():
            line = line.replace(written, real)
        return shlex.split(line, comments=True)

    def slabot(self, start: str, *, answers: str = "") -> str:
        program, *arguments = self.typed(command(start))
        assert program == "slabot"
        done = CliRunner().invoke(main, arguments, input=answers, env=self.environment)
        assert done.exit_code == 0, done.output
        return done.stdout

    def curl(self, start: str) -> str:
        program, *arguments = self.typed(command(start))
        assert program == "curl"
        (url,) = [each for each in arguments if each.startswith("http")]
        body = arguments[arguments.index("-d") + 1] if "-d" in arguments else None
        method = "POST" if "-X" in arguments else "GET"
        answer = requests.request(method, url, data=body, headers={"Content-Type": "application/json"}, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def told() -> Iterator[queue.SimpleQueue[str]]:
    """What the sandbox says; first of all that it is ready."""
    stop, said = threading.Event(), queue.SimpleQueue[str]()
    running = threading.Thread(target=serve, kwargs={"stop": stop, "say": said.put}, daemon=True)
    running.start()
    yield said
    stop.set()
    running.join()


@pytest.fixture
def newcomer(told: queue.SimpleQueue[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    monkeypatch.chdir(tmp_path)
    printed = told.get(timeout=PATIENCE)
    exported = re.findall(r"^  export (\w+)=(\S+)", printed, flags=re.MULTILINE)
    addresses = {name: re.search(rf"{name}\s+(http\S+)", printed) for name in ("Zendesk", "Slack")}
    zendesk, slack = (found[1] for found in addresses.values() if found)
    instead = {"http://127.0.0.1:9000": zendesk, "http://127.0.0.1:9001": slack}
    return Newcomer({"PORT": "0", **dict(exported)}, told, instead)


def change_the_first_rung() -> None:
    """As the page says; and shorten the target, as it does not."""
    file, (old, new) = Path("config.yaml"), re.findall(r"from `(\d+% used)` to `(\d+% used)`", PAGE)[0]
    text = file.read_text(encoding="utf-8")
    assert "respond_within: 2h\n" in text
    file.write_text(
        text.replace(f"at: {old}", f"at: {new}", 1).replace("respond_within: 2h", "respond_within: 100s", 1),
        encoding="utf-8",
    )


def test_every_line_of_the_page_is_of_this_repository() -> None:
    programs = {shlex.split(line)[0] for line in commands()}
    assert programs == {"make", "source", "slabot", "curl"}
    assert "venv:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert command("slabot sandbox") == "slabot sandbox --port 9000"


def test_the_first_day_leads_from_the_sandbox_to_a_page_and_its_answer(newcomer: Newcomer) -> None:
    newcomer.slabot("slabot init")
    change_the_first_rung()
    assert "config.yaml is right" in newcomer.slabot("slabot check")
    found = newcomer.slabot("slabot doctor")
    assert found.splitlines()[-1].startswith("All is right; ")
    assert "WRONG" not in found

    _, *arguments = newcomer.typed(command("slabot run"))
    environment = {**os.environ, **newcomer.environment}
    running = subprocess.Popen([*SLABOT, *arguments], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        listening = re.search(r"listens on http://[\d.]+:(\d+)", running.stderr.readline())
        assert listening is not None
        newcomer.instead["http://127.0.0.1:8080"] = f"http://127.0.0.1:{listening[1]}"

        newcomer.curl("curl -X POST http://127.0.0.1:9000/_sandbox/connect")
        asked = newcomer.curl("curl -X POST http://127.0.0.1:9000/_sandbox/zendesk/create_ticket")
        assert json.loads(asked)["result"] == 1
        assert any("1 known, 1 open; 1 clock runs" in newcomer.slabot("slabot status") for _ in range(TRIES))
        assert "Severity  critical" in newcomer.slabot("slabot explain")
        assert "slabot started" in newcomer.slabot("slabot ledger")
        newcomer.reads("→ page (acme): Critical: ")
        newcomer.curl("curl -X POST http://127.0.0.1:9000/_sandbox/slack/click")
        newcomer.reads("now says: Critical: somebody is on ticket 1")
        newcomer.curl("curl -X POST http://127.0.0.1:9000/_sandbox/zendesk/agent_replies")
        newcomer.reads("now says: Critical: ticket 1 got its first answer in time")
    finally:
        running.send_signal(signal.SIGTERM)
        _, rest = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, rest


def test_the_page_names_a_rung_that_the_file_has() -> None:
    example = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    (changed,) = re.findall(r"from `(\d+% used)` to", PAGE)
    assert PAGE.index("to `1% used`") < PAGE.index("create_ticket"), "a clock keeps the ladder that it started under"
    first = re.search(r"- severity: \[critical\]\n    rungs:\n      - \{at: (.+)\}", example)
    assert first is not None
    assert first[1] == changed
