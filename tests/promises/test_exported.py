"""A ticket that was exported is decided about as the ticket itself.

Promise: what `slabot explain` says of the file is what it says of the ticket, at whatever time it is asked; with
pseudonyms too, although nobody is named and nothing can be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox
from tests.promises.conftest import MONDAY
from tests.promises.scene import AGENT, CHANNEL, HOUR, Scene, environment_of, policy_text

Call = Callable[..., Result]
SECRETS = ("ana", "contoso", "maya", "regenbogen", "555", "production")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Some tickets in whose lives something happened, and slabot beside them. The tests only read."""
    clock = SteppedClock(MONDAY)
    with Sandbox(clock=clock) as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        file = tmp_path_factory.mktemp("exported") / "slabot.db"
        scene = Scene(clock, sandbox, f"sqlite:///{file}", {"acme": sandbox})
        scene.start()
        _live(scene)
        yield scene
        scene.stop()


def _live(scene: Scene) -> None:
    people = scene.sandbox.zendesk.people
    paged = scene.ask("production down, call 555 1234")
    waiting = scene.ask("regenbogen is slow", who="ben@contoso.example")
    scene.run_for(2 * HOUR)
    page = next(page for page in scene.pages(paged) if page.kind == "message.posted")
    scene.click(page)
    scene.asks_back(waiting)
    answered = scene.ask("production down again", who="ana@contoso.example")
    scene.run_for(HOUR)
    scene.answer(answered)
    people.agent_replies(answered, AGENT, "Done, Ana", status="solved")
    scene.run_for(30 * HOUR)


@pytest.fixture
def call(lived: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(lived.helpdesks, lived.sandbox, lived.store_url), encoding="utf-8")
    monkeypatch.setattr(edge, "now", lived.clock.now)
    for name, value in environment_of(lived.sandbox).items():
        monkeypatch.setenv(name, value)

    def run(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, [command, "-c", str(file), *arguments])

    return run


def decisions(lived: Scene, call: Call, file: Path) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What explain says of each ticket in the store and in the file, at several times."""
    pairs = []
    numbers = sorted(lived.sandbox.zendesk.account.tickets)
    for hours in (0, 200):
        now = (lived.clock.now() + hours * HOUR).isoformat()
        said = call("explain", "--ticket-file", str(file), "--now", now, "--json")
        assert said.exit_code == 0, said.output
        decided = [json.loads(line) for line in said.stdout.splitlines()]
        for number, of_file in zip(numbers, decided, strict=True):
            pairs.append((json.loads(call("explain", "acme", str(number), "--now", now, "--json").stdout), of_file))
    return pairs


def test_the_decision_is_the_same(lived: Scene, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    assert call("export", "--all", "-o", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    for of_store, of_file in decisions(lived, call, file):
        assert of_file == of_store


@pytest.mark.parametrize("texts", [(), ("--texts", "drop")])
def test_it_is_the_same_with_pseudonyms(lived: Scene, call: Call, tmp_path: Path, texts: tuple[str, ...]) -> None:
    file = tmp_path / "tickets.jsonl"
    exported = call("export", "--all", "--pseudonyms", *texts, "-o", str(file))
    assert exported.exit_code == 0, exported.output
    assert "People, addresses and organizations are replaced" in exported.stderr

    written = file.read_text(encoding="utf-8").lower()
    assert [word for word in SECRETS if word in written] == []
    for of_store, of_file in decisions(lived, call, file):
        for decided in (of_store, of_file):
            decided["severity"].pop("because")
            for action in (*decided["due_now"], *decided["upcoming"]):
                action.pop("because")
        assert of_file == of_store


def test_one_person_has_one_name_in_all_tickets(lived: Scene, call: Call) -> None:
    lines = [json.loads(line) for line in call("export", "--all", "--pseudonyms").stdout.splitlines()]
    paged, waiting, answered = (line["requester"] for line in lines)
    assert paged == answered
    assert paged["id"] != waiting["id"]
    wrote = {event["author_id"] for event in lines[0]["events"] if event.get("author") == "customer"}
    assert wrote == {paged["id"]}


def test_texts_keep_their_length(lived: Scene, call: Call) -> None:
    plain, masked = (json.loads(call("export", "acme/1", *more).stdout) for more in ((), ("--texts", "neutral")))
    first, other = plain["events"][0], masked["events"][0]
    assert first["text"] == "production down, call 555 1234"
    assert other["text"] == "xxxxxxxxxx xxxx, xxxx 000 0000"
    assert other["author_id"] == first["author_id"]


def test_the_helpdesk_itself_can_be_asked(lived: Scene, call: Call) -> None:
    named = call("export", "acme", "1", "--from-helpdesk")
    assert named.exit_code == 0, named.output
    assert "the file holds none" in named.stderr
    since = call("export", "--from-helpdesk", "--since", (lived.clock.now() - 200 * HOUR).isoformat())
    assert named.stdout in since.stdout
    stored = json.loads(call("export", "acme/1").stdout)
    own = [
        event for event in stored["events"] if event["type"] in ("page", "acknowledged", "ladder", "terms", "claimed")
    ]
    assert own
    asked = json.loads(named.stdout)
    told = [{name: value for name, value in event.items() if name != "as_first_read"} for event in stored["events"]]
    assert [event for event in told if event not in own] == asked["events"]


def test_since_names_tickets_to_which_anything_happened(lived: Scene, call: Call) -> None:
    def exported(hours: int) -> list[str]:
        since = (lived.clock.now() - hours * HOUR).isoformat()
        return [json.loads(line)["id"] for line in call("export", "--since", since).stdout.splitlines()]

    assert exported(1000) == ["1", "2", "3"]
    assert exported(0) == []


def test_since_and_tickets_are_read_as_by_every_command(lived: Scene, call: Call) -> None:
    days = call("export", "--since", "3 days")
    assert days.exit_code == 0, days.output
    assert days.stderr.startswith("Since ")
    assert days.stdout == call("export", "--all").stdout
    assert call("export", "acme/#1", "acme", "2").stdout == call("export", "acme/1", "acme/2").stdout != ""


def test_what_fails_on_the_way_replaces_no_file(lived: Scene, call: Call, tmp_path: Path) -> None:
    file = tmp_path / "tickets.jsonl"
    assert call("export", "acme/1", "acme/999", "-o", str(file)).exit_code == 1
    assert not file.exists()
    file.write_text("kept", encoding="utf-8")
    assert call("export", "acme/1", "acme/999", "-o", str(file), "--force").exit_code == 1
    assert file.read_text(encoding="utf-8") == "kept"
    assert call("export", "acme/1", "-o", str(file), "--force").exit_code == 0
    assert [*tmp_path.glob("tickets*")] == [file]
    assert file.stat().st_mode & 0o777 == 0o600
    assert call("export", "acme/1", "-o", "/dev/null", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "name tickets as HELPDESK/ID, or give --all, or --since TIME"),
        (("acme/1", "--all"), 2, "name tickets as HELPDESK/ID"),
        (("--all", "--from-helpdesk"), 2, "a helpdesk is not read whole"),
        (("acme",), 2, "name a ticket as HELPDESK/ID"),
        (("--since", "yesterdy"), 1, 'write "today", "yesterday"'),
        (("acmee/1",), 1, 'did you mean "acme"?'),
        (("acme/999",), 1, "acme/999"),
        (("acme/999", "--from-helpdesk"), 1, "999"),
        (("acme/1", "-o", "/"), 1, "/ is there already; name another file, or add --force"),
    ],
)
def test_what_cannot_be_done_is_said(
    lived: Scene, call: Call, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = call("export", *arguments)
    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_what_cannot_be_written_whole_leaves_no_file_and_replaces_none(
    lived: Scene, call: Call, tmp_path: Path, force: tuple[str, ...]
) -> None:
    file = tmp_path / "out.jsonl"
    if force:
        file.write_text("mine", encoding="utf-8")
    result = call("export", "acme/1", "acme/77", "-o", str(file), *force)
    assert result.exit_code == 1
    assert "--from-helpdesk" in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.yaml", "out.jsonl"][: 1 + len(force)]
    assert not force or file.read_text(encoding="utf-8") == "mine"


def test_the_file_is_for_its_owner_alone_and_replaces_another_only_if_told_to(
    lived: Scene, call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("mine", encoding="utf-8")
    assert "is there already" in call("export", "acme/1", "-o", str(file)).stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert call("export", "acme/1", "-o", str(file), "--force").exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8"))["id"] == "1"
    assert file.stat().st_mode & 0o777 == 0o600
