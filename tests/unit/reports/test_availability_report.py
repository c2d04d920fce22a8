"""Does the report say the minutes, the share, the rules and the outages behind them?"""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.domain import TagsChanged, parse_instant
from slabot.store import meta, open_store
from tests.fixtures.stored import keep
from tests.fixtures.tickets import a_ticket, asked

POLICY = """\
version: 1
calendars: {office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}}
severities: {normal: {means: A question, respond_within: 2h, calendar: office}}
classify: {otherwise: normal}
availability:
  services: [console, agents]
  outages: [{name: Marked, when: {tags: [outage]}, service: agents}]
"""
NOW = parse_instant("2026-11-30T12:00:00+01:00")


class Stage:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        url = f"sqlite:///{folder}/slabot.db"
        self.file, self.store = folder / "config.yaml", open_store(url)
        self.file.write_text(f'{POLICY}store: {{url: "{url}"}}\n', encoding="utf-8")
        monkeypatch.setattr(edge, "now", lambda: NOW)

    def run(self, *words: str) -> str:
        result = CliRunner().invoke(main, [words[0], "-c", str(self.file), *words[1:]])
        assert result.exit_code == 0, result.output
        return result.stdout

    def table(self, key: str, *words: str) -> list[dict[str, Any]]:
        answer = json.loads(self.run("report", "availability", "--format", "json", *words))
        rows: list[dict[str, Any]] = next(table["rows"] for table in answer["tables"] if table["key"] == key)
        return rows


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage(tmp_path, monkeypatch)
    stage.run("outage", "begin", "console", "--at", "2026-10-31T23:00", "--until", "2026-11-01T01:00", "--why", "disk")
    mark = datetime.fromisoformat("2026-11-03T10:00:00+01:00")
    keep(
        stage.store,
        asked(),
        TagsChanged(at=mark, id="t1", to=("outage",)),
        TagsChanged(at=datetime.fromisoformat("2026-11-03T10:20:30+01:00"), id="t2", to=()),
        ticket=a_ticket("5"),
    )
    stage.run("outage", "begin", "--at", "2026-11-30T11:50")
    return stage


def test_each_month_has_a_line_for_all_and_for_each_service(stage: Stage) -> None:
    rows = stage.table("months")

    assert [(row["month"], row["service"], row["down"] / 60) for row in rows] == [
        ("2026-10", "all", 60),
        ("2026-10", "console", 60),
        ("2026-10", "agents", 0),
        ("2026-11", "all", 90.5),
        ("2026-11", "console", 70),
        ("2026-11", "agents", 30.5),
    ]
    october, november = rows[0], rows[3]
    assert october["of"] == (31 * 24 + 1) * 3600  # the clocks are set back in it
    assert november["of"] == (29 * 24 + 12) * 3600
    assert (october["whole"], november["whole"]) == ("whole", "01 00:00 to 30 12:00")
    assert october["available"] == {
        "count": october["of"] - 3600,
        "of": october["of"],
        "share": pytest.approx(0.998657),
    }


def test_the_rules_and_the_outages_stand_beside_the_figures(stage: Stage) -> None:
    text = stage.run("report", "availability", "--since", "2026-11-01")

    assert "All is down while any service is (console, agents); unweighted." in text
    assert "Maintenance counts as down." in text
    assert "70 min" in text
    assert "30 min 30 s" in text
    assert "99.786 %" in text  # 100 - 100 * 90.5 / 42,480 is 99.78695…, which is cut off
    assert 'rule "Marked": it is tagged' in text
    assert "it lasts still" in text
    outages = stage.table("outages", "--since", "2026-11-01")
    assert [(each["name"], each["origin"], each["lasted"] / 60) for each in outages] == [
        ("1", "a person", 120),
        ("acme/5", "a ticket", 20.5),
        ("2", "a person", 10),
    ]


def test_what_was_before_slabot_is_said(stage: Stage) -> None:
    stage.store.write(lambda conn: meta.put(conn, "installed_at", "2026-11-20T00:00:00+00:00"))
    words = "slabot has watched since Fri 20 Nov 2026 01:00; of before it knows what was logged by people"
    assert words in " ".join(stage.run("report", "availability").split())
    assert words not in " ".join(stage.run("report", "availability", "--since", "2026-11-21").split())


def test_a_spreadsheet_gets_seconds_and_shares_that_are_not_rounded_up(stage: Stage) -> None:
    text = stage.run("report", "availability", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0])))

    assert rows[0]["down_seconds"] == "3600"
    assert float(rows[0]["available"]) == pytest.approx(1 - 3600 / 2_682_000, abs=1e-8)
    assert float(rows[0]["available"]) <= 1 - 3600 / 2_682_000
    assert rows[2]["available"] == "1.00000000"


def test_without_anything_known_the_present_month_was_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path, monkeypatch)
    rows = stage.table("months")
    assert [(row["month"], row["service"], row["down"]) for row in rows] == [
        ("2026-11", "all", 0),
        ("2026-11", "console", 0),
        ("2026-11", "agents", 0),
    ]
    assert "100.000 %" in stage.run("report", "availability")
