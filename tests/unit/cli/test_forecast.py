"""Does `slabot forecast` say what comes, on which day, and for which hours nobody is there?"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.domain import StatusChanged
from slabot.policy import load_policy
from slabot.rules import decide
from slabot.store import decisions, meta, open_store, tickets
from slabot.store.decisions import Evaluated
from tests.fixtures.stored import keep
from tests.fixtures.tickets import AGENT, WAITING, a_ticket, message

POLICY = """\
version: 1
calendars:
  always: {always: true}
  office:
    time_zone: Europe/Berlin
    open: {mon-fri: ["09:00-17:00"]}
    holidays: {also: [{date: 2026-12-24, name: Day off}]}
severities:
  critical: {means: Unusable, respond_within: 2h, calendar: always, priority: urgent}
  low: {means: A question, respond_within: 6h, calendar: office}
classify: {priorities: {urgent: critical}, otherwise: low}
escalate: [{rungs: [{at: 50% used}, {at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
waiting: {mode: act, calendar: office, follow_ups: 1, on_business_days: [1], or_after: 7d}
solved: {mode: act}
start_from: 2026-01-01
"""
NOW = datetime.fromisoformat("2026-12-23T16:00:00+01:00")


class Stage:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"sqlite:///{folder}/slabot.db"
        self.file, self.store = folder / "config.yaml", open_store(url)
        self.text = f'{POLICY}store: {{url: "{url}"}}\n'
        self.file.write_text(self.text, encoding="utf-8")
        monkeypatch.setattr(edge, "now", lambda: NOW)

    def decided(self, *ids: str) -> None:
        """Decide about these, so that they have a next look."""
        policy = load_policy(self.text)

        def write(conn: Any) -> None:
            found = tickets.load_locked(conn, [("acme", each) for each in ids])
            known = decisions.known(conn, list(found.values()))
            decisions.save(
                conn,
                [
                    Evaluated(
                        known=each,
                        decision=decide(each.stored.ticket, each.stored.timeline, policy, NOW),
                        events=(),
                        told=(),
                        planned=(),
                        revived=(),
                        outdated=False,
                    )
                    for each in known
                ],
                1,
            )

        self.store.write(write)

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["forecast", "-c", str(self.file), *words])

    def said(self, *words: str) -> str:
        result = self.run(*words)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.said(*words, "--json"))
        return answer


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage(tmp_path, monkeypatch)
    keep(stage.store, ticket=a_ticket("1", created_at=NOW - timedelta(minutes=30), priority="urgent", subject="Down"))
    keep(stage.store, ticket=a_ticket("2", created_at=NOW - timedelta(hours=1), subject="=cmd"))
    keep(
        stage.store,
        message(NOW - timedelta(hours=2), AGENT, "Which version is it?", id="c2"),
        StatusChanged(at=NOW - timedelta(hours=2), id="s1", to=WAITING),
        ticket=a_ticket("3", created_at=NOW - timedelta(hours=5)),
    )
    stage.decided("1", "2", "3")
    return stage


def test_the_next_hours_say_what_is_missed_and_who_is_there(stage: Stage) -> None:
    text = stage.said()

    assert "From Wed 23 Dec 2026 16:00 until Thu 24 Dec 2026 16:00 (Europe/Berlin), if nobody acts." in text
    assert "1 deadline passes, 1 of them with nobody there" in text
    assert "acme/1" in text
    assert "nobody" in text
    assert "acme/2" not in text.split("What slabot does")[0]  # Friday, after the day off
    assert "Not foreseen: new tickets" in text


def test_a_date_is_that_date_of_the_policys_zone(stage: Stage) -> None:
    text = stage.said("--on", "2026-12-24")
    assert "From Thu 24 Dec 2026 00:00 until Fri 25 Dec 2026 00:00 (Europe/Berlin), if nobody acts." in text
    assert "office: closed (Day off)" in text
    assert "office: open until Wed 17:00\n" in stage.said(), "the beginning of a forecast opens nothing"
    assert "office: open Fri 09:00-Fri 17:00\n" in stage.said("--on", "2026-12-25")
    assert "1 deadline passed before that, if nobody acts until then." in text
    assert "Nobody is there" in text
    friday = stage.json("--on", "2026-12-25")
    assert [(each["what"], each["ticket"], each["at"]) for each in friday["ahead"] if each["what"] == "breach"] == [
        ("breach", "2", "2026-12-25T12:00:00+00:00")
    ]


def test_reminders_and_solves_are_listed_with_their_reasons(stage: Stage) -> None:
    found = stage.json("--hours", "400")
    acts = [(each["what"], each["ticket"]) for each in found["ahead"] if each["what"] not in ("breach", "page")]
    assert acts == [("follow_up", "3"), ("auto_solve", "3"), ("auto_close", "3")]
    assert "no feedback" in stage.said("--hours", "400")


def test_pages_are_counted_by_hour_and_listed_where_they_are_asked_for(stage: Stage) -> None:
    counted = stage.json()
    assert sum(each["count"] for each in counted["pages"]) == 2
    assert "page" not in {each["what"] for each in counted["ahead"]}
    listed = [each for each in stage.json("--pages")["ahead"] if each["what"] == "page"]
    assert [(each["ticket"], each["rung"]) for each in listed] == [("1", "50% used"), ("1", "breach")]


def test_the_map_of_a_month_shows_the_hours_without_anybody(stage: Stage) -> None:
    text = stage.said("--coverage", "2026-12")
    lines = {line.strip()[:10]: line.strip()[12:] for line in text.splitlines() if " Dec  " in line}
    assert lines["Wed 23 Dec"] == " " * 16 + "o" + "!" * 7
    assert lines["Thu 24 Dec"] == "!" * 24
    assert lines["Mon 28 Dec"] == "!" * 9 + "o" * 8 + "!" * 7
    assert "Wed 23 Dec 2026 17:00 until Fri 25 Dec 2026 09:00 (1 d 16 h): critical" in text


def test_a_spreadsheet_opens_it(stage: Stage) -> None:
    file = stage.said("--format", "csv", "--hours", "72")
    assert file.startswith("\ufeff"), "spreadsheets take a file without the mark for another encoding"
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    breaches = [row for row in rows if row["what"] == "breach"]
    assert [(row["ticket"], row["severity"], row["covered"]) for row in breaches] == [
        ("1", "critical", "nobody"),
        ("2", "low", "open"),
    ]
    assert breaches[1]["subject"] == "'=cmd"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--on", "2026-12-22"), 1, "--on: this is over (Europe/Berlin), and a forecast looks ahead"),
        (("--on", "24.12."), 1, '--on: "24.12." is no date; write it like 2026-12-24.'),
        (("--on", "2029-01-01"), 1, "--on: this is more than a year ahead"),
        (("--coverage", "December"), 1, '--coverage: "December" is no month'),
        (("--coverage", "2026-13"), 1, "is no month"),
        (("--coverage", "2026-11"), 1, "--coverage: this is over"),
        (("--hours", "0"), 2, "0 is not in the range"),
        (("--hours", "5", "--on", "2026-12-24"), 2, "give one of --hours, --on and --coverage"),
    ],
)
def test_what_cannot_be_foreseen_is_refused(stage: Stage, words: tuple[str, ...], code: int, message: str) -> None:
    result = stage.run(*words)
    assert result.exit_code == code, result.output
    assert message in result.stderr


def test_nothing_is_written(stage: Stage) -> None:
    writes = stage.store.writes
    before = stage.store.read(lambda conn: tickets.load(conn, "acme", "3"))
    stage.said("--hours", "400")
    assert stage.store.read(lambda conn: tickets.load(conn, "acme", "3")) == before
    assert stage.store.writes == writes


def test_without_a_start_the_day_of_installation_counts(stage: Stage) -> None:
    stage.file.write_text(stage.text.replace("start_from: 2026-01-01\n", ""), encoding="utf-8")
    stage.store.write(lambda conn: meta.put(conn, "installed_at", NOW.isoformat()))
    assert stage.json()["pages"] == []  # its tickets are from before


def test_an_empty_store_has_nothing_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "0 deadlines pass. 0 tickets looked at." in Stage(tmp_path, monkeypatch).said()


def test_what_the_governor_holds_is_said_beside_each_write(stage: Stage) -> None:
    keep(
        stage.store,
        message(NOW - timedelta(hours=2), AGENT, "Which version is it?", id="c2"),
        StatusChanged(at=NOW - timedelta(hours=2), id="s1", to=WAITING),
        ticket=a_ticket("4", created_at=NOW - timedelta(hours=5)),
    )
    stage.decided("4")
    stage.file.write_text(f"{stage.text}limits: {{writes_per_run: 1, stop_above_percent: 100}}\n", encoding="utf-8")
    reminders = [each for each in stage.json("--hours", "400")["ahead"] if each["what"] == "follow_up"]
    first, second = reminders
    assert (first["held_by"], first["held_until"]) == (None, None)
    assert second["held_by"] == "budget"
    assert datetime.fromisoformat(second["held_until"]) - datetime.fromisoformat(second["at"]) == timedelta(minutes=1)

    stage.file.write_text(f"{stage.text}limits: {{stop_above_tickets: 1}}\n", encoding="utf-8")
    found = stage.json("--hours", "400")
    assert {each["held_by"] for each in found["ahead"] if each["what"] == "follow_up"} == {"breaker"}
    text = stage.said("--hours", "400")
    assert "held until somebody approves it" in text
    assert "Held: this run wants to write to 2 tickets, more than the 1 that limits.stop_above_tickets allows" in text
    assert f"{found['held']} held back" in text
