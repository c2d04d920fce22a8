"""Does `slabot outage` say what it logged, and refuse what does not go together?"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.store import open_store
from tests.fixtures.stored import keep
from tests.fixtures.tickets import a_ticket, asked
from tests.fixtures.times import NOON, after

POLICY = """\
version: 1
calendars: {office: {time_zone: Asia/Kolkata, open: {mon-fri: ["09:00-17:00"]}}}
severities: {normal: {means: A question, respond_within: 2h, calendar: office}}
classify: {otherwise: normal}
availability:
  services: [console, agents]
  outages: [{name: Marked, when: {tags: [outage]}}]
"""


class Stage:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"sqlite:///{folder}/slabot.db"
        self.file, self.store, self.now = folder / "config.yaml", open_store(url), NOON
        self.file.write_text(f'{POLICY}store: {{url: "{url}"}}\n', encoding="utf-8")
        monkeypatch.setattr(edge, "now", self._now)

    def _now(self) -> datetime:
        return self.now

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["outage", "-c", str(self.file), *words])

    def said(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.said(*words, "--json"))
        return answer


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, monkeypatch)


def test_an_outage_begins_ends_and_is_listed(stage: Stage) -> None:
    assert "Logged as number 1: an outage of console since Fri 9 Jan 2026 17:20 +05:30." in stage.said(
        "begin", "console", "--at", "10m", "--why", "login fails", "--by", "Maya"
    )
    assert "Nothing was logged: number 1 is an outage of console" in stage.said("begin", "console")
    stage.now = after(minutes=20)
    assert "now, it lasts still" in stage.said("list")
    ended = stage.json("end", "console")
    assert ended["changed"]
    assert ended["outage"]["ends"] == "2026-01-09T12:20:00+00:00"
    listed = stage.said("list")
    assert "login fails" in listed
    assert "30 min" in listed


def test_marks_of_tickets_stand_in_the_list_as_well(stage: Stage) -> None:
    keep(stage.store, asked(), ticket=a_ticket("5", tags=("outage",)))
    stage.now = after(hours=1)
    [span] = stage.json("list")["outages"]
    assert (span["origin"], span["name"], span["ends"]) == ("ticket", "acme/5", None)
    assert 'rule "Marked": it is tagged "outage"' in stage.said("list")


def test_one_of_the_past_is_logged_at_once_and_a_mistake_is_withdrawn(stage: Stage) -> None:
    past = stage.json("begin", "--at", "2026-01-08T10:00", "--until", "2026-01-08T11:30", "--maintenance")
    assert past["outage"] | {"logged_by": ""} == {
        "number": 1,
        "service": None,
        "maintenance": True,
        "begins": "2026-01-08T04:30:00+00:00",
        "ends": "2026-01-08T06:00:00+00:00",
        "reason": "",
        "logged_by": "",
        "ended_by": "an admin",
        "withdrawn_because": None,
    }
    assert "is withdrawn and counts no more" in stage.said("withdraw", "1", "--why", "it was the other day")
    again = stage.said("withdraw", "1", "--why", "it was the test system")
    assert "Nothing was changed" in again
    assert "was withdrawn already (it was the other day)" in again
    answer = stage.json("list", "--since", "2026-01-01")
    assert answer["outages"] == []
    assert answer["logged"][0]["withdrawn_because"] == "it was the other day"
    assert "No outage is known since Thu 1 Jan 2026 00:00 (Asia/Kolkata)." in stage.said(
        "list", "--since", "2026-01-01"
    )


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("begin", "consle"), 1, 'did you mean "console"?'),
        (("begin", "--at", "2026-01-10"), 1, "which is still to come"),
        (("begin", "--until", "1h"), 2, "--until goes with begin and --at"),
        (("end", "--at", "1h", "--until", "10m"), 2, "--until goes with begin and --at"),
        (("end", "--since", "1h"), 2, "--since goes with list"),
        (("list", "console"), 2, "list takes no name"),
        (("list", "--at", "1h"), 2, "--at does not go with list"),
        (("withdraw", "one", "--why", "x"), 2, "withdraw takes the number of an entry"),
        (("withdraw", "1"), 2, "--why is missing"),
        (("withdraw", "7", "--why", "x"), 1, "no outage has the number 7"),
        (("stop",), 2, "'stop' is not one of"),
    ],
)
def test_what_does_not_go_together_is_refused(stage: Stage, words: tuple[str, ...], code: int, message: str) -> None:
    result = stage.run(*words)
    assert result.exit_code == code, result.output
    assert message in result.stderr


def test_what_people_write_steers_no_terminal(stage: Stage) -> None:
    stage.run("begin", "--why", "a\x1b[31m red\nword", "--by", "M\x1b]0;x")
    assert "\x1b" not in stage.said("list")
