"""No command ever ends in a traceback, whatever it finds around it.

Promise: every command, in every hostile surrounding, ends with 0, 1 or 2 and with words; no secret is among them, and
nothing of this was unforeseen.
"""

from __future__ import annotations

import codecs
import contextlib
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

import pytest
from click.testing import CliRunner

from slabot.cli import policy_file
from slabot.cli.main import COMMANDS, main
from slabot.store import open_store
from slabot_sandbox import Sandbox
from tests.promises.scene import CHANNEL, environment_of, policy_text
from tests.promises.surroundings import ADDRESSES, FILES, MACHINES, SECRETS, STORES, Hostile, Place, nobody, open_folder

EVERYTHING = {
    f"{kind}: {name}": hostile
    for kind, kinds in {
        "store": STORES,
        "address": ADDRESSES,
        "secret": SECRETS,
        "policy file": FILES,
        "machine": MACHINES,
    }.items()
    for name, hostile in kinds.items()
}
# What a command is given besides "-c FILE", or instead of it. A command that is not here is called with that alone.
ARGUMENTS: Mapping[str, list[str]] = {
    "check": ["{policy}"],
    "due": ["-c", "{policy}", "--calendar", "around_the_clock", "--start", "2026-01-09T18:00:00Z", "--target", "6h"],
    "elapsed": [
        "-c",
        "{policy}",
        "--calendar",
        "around_the_clock",
        "--from",
        "2026-01-09T18:00:00Z",
        "--to",
        "2026-01-10T18:00:00Z",
    ],
    "explain": ["-c", "{policy}", "acme/3"],
    "migrate-store": ["-c", "{policy}", "--give-up"],
    "init": [
        "--no-input",
        "--kind",
        "zendesk",
        "--subdomain",
        "acme",
        "--email",
        "a@acme.example",
        "--base-url",
        "{zendesk}",
        "-o",
        "data/new.yaml",
    ],
    "ledger": ["-c", "{policy}", "--since", "yesterday"],
    "preview": ["-c", "{policy}", "acme/3"],
    "promise": ["-c", "{policy}", "--ticket", "acme", "3"],
    "rejudge": ["-c", "{policy}", "--since", "yesterday", "--why", "the targets were wrong", "--yes"],
    "sandbox": ["--load", "{policy}"],  # a policy is no ticket file, so it does not begin to listen
}
BY_ITSELF = ("demo",)  # looks at no file and no variable of these; tried below
NO_STORE = ("check", "doctor", "due", "elapsed", "init", "sandbox")  # never ask for its address; tried once
SECRET = "hunter2"
PATIENCE = 60  # seconds of real time for one command


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        yield sandbox


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("store") / "slabot.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def place(sandbox: Sandbox, database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A right surrounding, to be made hostile."""
    for name, value in environment_of(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PORT", raising=False)
    with open_folder() as folder:
        monkeypatch.chdir(folder)
        place = Place(folder)
        place.database.parent.mkdir()
        place.database.parent.chmod(0o777)
        shutil.copyfile(database, place.database)
        place.database.chmod(0o666)
        text = policy_text({"acme": sandbox}, sandbox, "sqlite:///data/slabot.db", web={"listen": "127.0.0.1:0"})
        Path("config.yaml").write_text(text, encoding="utf-8")
        with place.undo:
            yield place


class StillRunning(BaseException):
    """A command went on where it should have ended."""


@contextlib.contextmanager
def in_time(arguments: list[str]) -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise StillRunning(arguments)

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def called(name: str, place: Place, sandbox: Sandbox) -> list[str]:
    given = ARGUMENTS.get(name, ["-c", "{policy}"])
    return [name, *(word.format(policy=place.policy, zendesk=sandbox.zendesk.url) for word in given)]


@pytest.mark.parametrize("hostile", EVERYTHING.values(), ids=EVERYTHING)
def test_every_command_ends_in_words(
    hostile: Hostile, place: Place, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy_file, "PATIENCE", 0.05)
    # Loaded before anything is hostile: where Python and the packages lie, others may not be let in.
    for name in COMMANDS:
        main.get_command(None, name)  # type: ignore[arg-type]
    for codec in ("utf-8-sig", "idna", "ascii", "latin-1"):
        codecs.lookup(codec)
    hostile(place)
    for variable, value in place.environment.items():
        monkeypatch.delenv(variable, raising=False) if value is None else monkeypatch.setenv(variable, value)
    for name in sorted(set(COMMANDS) - set(BY_ITSELF)):
        if name in NO_STORE and hostile in list(ADDRESSES.values())[1:]:
            continue
        if name == "run" and hostile is MACHINES["the working directory is gone"]:
            monkeypatch.delenv("SLACK_BOT_TOKEN")  # or it would run
        arguments = called(name, place, sandbox)
        with nobody() if place.as_nobody else contextlib.nullcontext(), in_time(arguments):
            result = CliRunner().invoke(main, arguments)
        told = f"{arguments}: exit {result.exit_code}\n{result.output}"
        assert result.exit_code in (0, 1, 2), told
        assert result.exception is None or isinstance(result.exception, SystemExit), told
        assert result.output.strip(), told
        assert "Traceback" not in result.output, told
        assert "did not foresee" not in result.output, told
        assert SECRET not in result.output, told
        assert result.exit_code == 0 or len(result.output.split()) > 6, told  # a reason and what to do


STREAMS: Mapping[str, str] = {
    "standard output is closed": "{slabot} >&-",
    "standard error is closed": "{slabot} 2>&-",
    "everything is closed": "{slabot} <&- >&- 2>&-",
    "the disk of the output is full": "{slabot} >/dev/full",
    "the reader goes away": "{slabot} | true",
    "an encoding without arrows": "PYTHONUTF8=0 PYTHONIOENCODING=ascii {slabot}",
    "nothing in the environment": "env -i {slabot}",
    "no room for temporary files": "TMPDIR=/nowhere {slabot}",
}


# Each starts two processes; these differ least from what the surroundings above show.
LATER = ("standard error is closed", "an encoding without arrows", "no room for temporary files")


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(stream, id=name, marks=pytest.mark.long if name in LATER else ())
        for name, stream in STREAMS.items()
    ],
)
def test_a_real_process_ends_in_words_whatever_it_may_write_to(
    stream: str, place: Place, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_BOT_TOKEN")  # or it would run
    for name in ("due", "run"):
        given = [name] if name.startswith("-") else called(name, place, sandbox)
        slabot = shlex.join([sys.executable, "-c", "from slabot.cli import main; main(prog_name='slabot')", *given])
        ended = subprocess.run(
            ["bash", "-o", "pipefail", "-c", stream.format(slabot=slabot)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        told = f"{given}: exit {ended.returncode}\n{ended.stdout}{ended.stderr}"
        assert ended.returncode in (0, 1, 2), told
        assert "Traceback" not in ended.stderr, told
        assert "Exception ignored" not in ended.stderr, told
        assert "did not foresee" not in ended.stderr, told
        if "/dev/full" in stream or stream == STREAMS["standard output is closed"]:
            assert ended.returncode == 1, told
            assert ended.stderr.strip(), told
