"""Do the settings of calendars give the right instants on the command line?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import main

REST = """\
severities: {normal: {means: A question, respond_within: 2h, calendar: CALENDAR}}
classify: {otherwise: normal}
escalate: [{rungs: [{at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
"""
OFFICES = """\
version: 1
calendars:
  both: {open_when: [berlin, chennai]}
  berlin: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}, holidays: {country: DE, region: national}}
  chennai: {time_zone: Asia/Kolkata, open: {mon-fri: ["09:00-17:00"]}}
  shanghai: {time_zone: Asia/Shanghai, open: {mon-fri: ["09:00-18:00"]}, holidays: {country: CN}}
"""


def answer(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    said: dict[str, Any] = json.loads(result.output)
    return said


@pytest.fixture
def offices(tmp_path: Path) -> str:
    path = tmp_path / "config.yaml"
    path.write_text(OFFICES + REST.replace("CALENDAR", "both"), "utf-8")
    return str(path)


@pytest.mark.parametrize(("year", "seconds"), [(2026, 10_800), (2027, 10_800), (2028, 0)])
def test_the_shared_case_of_a_half_day_each_year(shared_dir: Path, year: int, seconds: int) -> None:
    file = str(shared_dir / "cases" / "policy" / "20_closed_every_year.yaml")
    day = f"{year}-12-24"
    said = answer("elapsed", "-c", file, "--calendar", "a", "--from", f"{day}T08:00Z", "--to", f"{day}T17:00Z")

    assert said["elapsed_seconds"] == seconds
    counted = [(span["from"], span["to"], span["why"]) for span in said["spans"] if span["counts"]]
    assert counted == ([(f"{day}T08:00:00+00:00", f"{day}T11:00:00+00:00", "Christmas Eve")] if seconds else [])


def test_the_shared_case_opens_by_a_full_date(shared_dir: Path, tmp_path: Path) -> None:
    text = (shared_dir / "cases" / "policy" / "20_closed_every_year.yaml").read_text("utf-8")
    full = text.replace("date: 12-24", "date: 2028-12-24")
    assert full.count("2028-12-24, open") == 1
    (tmp_path / "full.yaml").write_text(full, "utf-8")
    file = str(tmp_path / "full.yaml")
    arguments = ["elapsed", "-c", file, "--calendar", "a"]

    assert answer(*arguments, "--from", "2028-12-24T08:00Z", "--to", "2028-12-24T17:00Z")["elapsed_seconds"] == 10_800
    assert answer(*arguments, "--from", "2027-12-24T08:00Z", "--to", "2027-12-24T17:00Z")["elapsed_seconds"] == 28_800


def test_joined_calendars_say_which_of_them_is_open(offices: str) -> None:
    said = answer("due", "-c", offices, "--calendar", "both", "--start", "2027-01-04T02:00Z", "--target", "10h")

    assert said["due"] == "2027-01-04T13:30:00+00:00"
    assert [(span["counts"], span["why"]) for span in said["spans"]] == [
        (False, "outside opening hours"),
        (True, "chennai"),
        (True, "berlin and chennai"),
        (True, "berlin"),
    ]


def test_a_request_on_a_date_on_which_none_opens_is_promised_by_the_end_of_the_next(offices: str) -> None:
    saturday = answer("due", "-c", offices, "--severity", "normal", "--start", "2027-01-02T15:00Z")
    # New Year's Day is closed in Berlin alone, so the promise for closed dates does not hold on it.
    new_year = answer("due", "-c", offices, "--severity", "normal", "--start", "2027-01-01T15:00Z")

    assert saturday["due"] == new_year["due"] == "2027-01-04T05:30:00+00:00"
    days = answer(
        "due", "-c", offices, "--calendar", "both", "--start", "2026-12-31T10:00Z", "--target", "2 business days"
    )
    assert days["due"] == "2027-01-04T10:00:00+00:00"


def test_a_moved_working_saturday_opens_and_says_so(offices: str) -> None:
    start = "2026-02-14T09:00+08:00"  # a Saturday before the Spring Festival
    said = answer("due", "-c", offices, "--calendar", "shanghai", "--start", start, "--target", "2h")

    assert said["due"] == "2026-02-14T03:00:00+00:00"
    assert [(span["counts"], span["why"]) for span in said["spans"]] == [(True, "moved working day (CN)")]
