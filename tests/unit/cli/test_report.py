"""`slabot report`: every kind in every format, from a file and from a store, and every slip told with its remedy."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot.policy import load_policy
from slabot.reports.registry import KINDS
from slabot.rules import decide
from slabot.rules.records import records as records_of
from slabot.store import open_store, records, tickets
from tests.fixtures.policies import example
from tests.fixtures.tickets import ticket
from tests.fixtures.times import NOON, at

NOW = "2026-01-30T12:00:00+05:30"
TICKET: dict[str, Any] = {
    "helpdesk": "acme",
    "id": "7",
    "created_at": "2026-01-12T10:00:00+05:30",
    "priority": "high",
    "requester": {"id": "r1", "organization": "=cmd|'/C calc'!A0"},
    "events": [
        {"at": "2026-01-12T18:00:00+05:30", "type": "message", "author": "agent", "author_id": "a2", "text": "Yes"}
    ],
}


def run(folder: Path, *given: str, settings: dict[str, Any] | None = None) -> Result:
    whole = example() | (settings or {})
    (folder / "config.yaml").write_text(json.dumps(whole), encoding="utf-8")
    (folder / "tickets.jsonl").write_text(json.dumps(TICKET), encoding="utf-8")
    return CliRunner().invoke(main, ["report", *given, "-c", str(folder / "config.yaml")])


def from_file(folder: Path, *given: str, **more: Any) -> Result:
    return run(folder, *given, "--ticket-file", str(folder / "tickets.jsonl"), "--now", NOW, **more)


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_answers_in_text_json_and_csv(name: str, tmp_path: Path) -> None:
    text = from_file(tmp_path, name)
    assert text.exit_code == 0, text.output
    assert "Asia/Kolkata" in text.output

    found = json.loads(from_file(tmp_path, name, "--format", "json").output)
    assert (found["version"], found["kind"], found["time_zone"]) == (1, name, "Asia/Kolkata")
    assert all(
        {"key", "title", "columns", "rows", "total", "totals", "notes"} == set(table) for table in found["tables"]
    )

    file = from_file(tmp_path, name, "--format", "csv").output
    assert file.startswith("\ufeff"), "spreadsheets take a file without the mark for another encoding"
    heads = next(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    assert next(column["key"] for column in found["tables"][0]["columns"]) == heads[0]


def test_the_figures_are_the_same_in_each_format(tmp_path: Path) -> None:
    asked = ("compliance", "--by", "severity", "--tickets", "--clock", "first_response")
    (row,) = json.loads(from_file(tmp_path, *asked, "--format", "json").output)["tables"][0]["rows"]
    assert (row["severity"], row["missed"], row["attainment"]) == ("high", 1, {"count": 0, "of": 1, "share": 0.0})
    assert row["tickets"] == {"missed": ["acme/7"]}
    text = from_file(tmp_path, *asked).output
    assert "0.0 % of 1" in text
    assert "Missed: acme/7" in text


def test_a_customer_who_is_called_like_a_formula_computes_nothing(tmp_path: Path) -> None:
    file = from_file(tmp_path, "compliance", "--by", "organization", "--format", "csv").output
    assert "\"'=cmd" in file or ",'=cmd" in file


def test_a_page_is_whole(tmp_path: Path) -> None:
    page = from_file(tmp_path, "compliance", "--format", "html").output
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert "<svg" in page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("compliance", "--by", "colour"), "severity, month"),
        (("compliance", "--since", "yesterdya"), "--since"),
        (("compliance", "--since", "2026-01-20", "--until", "2026-01-10"), "--since must be before --until"),
        (("complience",), "compliance"),
        (("compliance", "--clock", "first_respons"), 'did you mean "first_response"'),
        (("forgotten", "--by", "group"), "--by does not go with forgotten, only with compliance"),
        (("forgotten", "--since", "2026-01-01"), "--since and --until do not go with forgotten"),
        (("ageing", "--clock", "first_response"), "--clock does not go with ageing"),
        (("compliance", "--days", "3"), "--days does not go with compliance, only with forgotten, auto-solved"),
        (("severity", "--started"), "--started does not go with severity"),
    ],
)
def test_a_slip_is_told_with_its_remedy(given: tuple[str, ...], told: str, tmp_path: Path) -> None:
    result = from_file(tmp_path, *given)
    assert result.exit_code in (1, 2)
    assert told in result.output


def test_figures_by_agent_are_refused_and_shown_nowhere_where_the_policy_forbids_them(tmp_path: Path) -> None:
    off = {"reports": {"by_agent": False}}
    refused = from_file(tmp_path, "compliance", "--by", "agent", settings=off)
    assert refused.exit_code == 1
    assert "by_agent: false" in refused.output

    for name in KINDS:
        for form in ("text", "json", "csv"):
            assert "a2" not in from_file(tmp_path, name, "--format", form, settings=off).output.split()
    assert "agent a2" in from_file(tmp_path, "breaches").output
    assert "agent a2" not in from_file(tmp_path, "breaches", settings=off).output


def test_without_a_store_it_says_where_it_looked(tmp_path: Path) -> None:
    result = run(tmp_path, "compliance", settings={"store": {"url": f"sqlite:///{tmp_path / 'none.db'}"}})
    assert result.exit_code == 1
    assert "none.db" in result.output


def test_a_store_is_read_and_what_has_no_record_yet_is_said(tmp_path: Path, sqlite_url: str) -> None:
    policy = load_policy(json.dumps(example()))
    one, two = (ticket("Mon 12 Jan 10:00", id=number, priority="high").answers("Mon 12 Jan 11:00") for number in "12")
    with open_store(sqlite_url) as store:

        def keep(conn: Any) -> None:
            for story in (one, two):
                tickets.merge(conn, story.ticket, story.timeline, "v1", NOON)
            conn.exec_driver_sql("UPDATE ticket SET policy_version = 1")
            decision = decide(one.ticket, one.timeline, policy, at("Fri 30 Jan 12:00"))
            found = records_of(decision, policy, 1)
            form = records.form_of(by_agent=True)
            records.save(conn, [records.changes(("acme", "1"), found, form, records.NOTHING)])

        store.write(keep)
    result = run(tmp_path, "compliance", "--now", NOW, settings={"store": {"url": sqlite_url}})
    assert "100.0 % of 1" in result.output
    assert "Not in these figures: 1 ticket with 0 clocks" in result.output


def test_a_month_may_be_asked_about_before_it_is_over(tmp_path: Path) -> None:
    result = from_file(tmp_path, "compliance", "--since", "2026-01-01", "--until", "2026-02-01")
    assert result.exit_code == 0, result.output
    assert "until Sun 1 Feb" in result.output


def test_a_store_that_is_asked_about_a_time_gone_by_says_what_it_cannot_know(tmp_path: Path, sqlite_url: str) -> None:
    policy = load_policy(json.dumps(example()))
    one = ticket("Mon 12 Jan 10:00", id="1", priority="high").answers("Mon 12 Jan 11:00")
    with open_store(sqlite_url) as store:

        def keep(conn: Any) -> None:
            tickets.merge(conn, one.ticket, one.timeline, "v1", NOON)
            found = records_of(decide(one.ticket, one.timeline, policy, at("Fri 30 Jan 12:00")), policy, 1)
            form = records.form_of(by_agent=True)
            records.save(conn, [records.changes(("acme", "1"), found, form, records.NOTHING)])

        store.write(keep)
    settings = {"store": {"url": sqlite_url}}
    past = run(tmp_path, "compliance", "--now", "2026-01-12T09:00:00+05:30", settings=settings)
    assert "1 clock began or stopped after this time and counts as it came out" in " ".join(past.output.split())
    assert "at present" not in run(tmp_path, "compliance", "--now", NOW, settings=settings).output
