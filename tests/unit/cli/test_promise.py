"""What a customer may be told: complete, in their language, and true of their agreement and ticket."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import main
from slabot.messages.promise_words import ENGLISH, GERMAN
from tests.fixtures.policies import example

NOW = "2026-01-12T09:00:00Z"
TICKET: dict[str, Any] = {
    "helpdesk": "acme",
    "id": "7",
    "subject": "Slow",
    "created_at": "2026-01-09T12:00:00Z",
    "priority": "high",
    "requester": {"id": "r1", "organization": "Customer Ltd", "name": "Ana Ruiz", "language": "de"},
    "events": [
        {"at": "2026-01-09T13:00:00Z", "type": "message", "author": "agent", "author_id": "a2", "text": "Since when?"},
        {"at": "2026-01-09T13:00:00Z", "type": "status", "to": "waiting_on_customer"},
    ],
}
GOLD = {"name": "gold", "when": {"organization": ["Gold Ltd"]}, "severities": {"critical": {"respond_within": "1h"}}}
NONE = {"name": "internal", "when": {"requester": ["@acme.example"]}, "no_promise": "our own people"}


def run(folder: Path, *given: str, ticket: dict[str, Any] | None = None, **settings: Any) -> tuple[str, str]:
    whole = example() | {"agreements": [GOLD, NONE]} | settings
    file = folder / "config.yaml"
    file.write_text(json.dumps(whole), encoding="utf-8")
    more = []
    if ticket is not None:
        (folder / "ticket.json").write_text(json.dumps(ticket), encoding="utf-8")
        more = ["--ticket-file", str(folder / "ticket.json")]
    result = CliRunner().invoke(main, ["promise", "-c", str(file), "--now", NOW, *given, *more])
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split()), " ".join(result.stderr.split())


def test_the_files_own_terms_are_told_whole(tmp_path: Path) -> None:
    told, notes = run(tmp_path)
    for said in (
        "critical: Severely impacts the customer's or partner's use of the product. First answer within 2 hours, "
        "counted around the clock, weekends and holidays too.",
        "high: Major functionality or business operation is affected and there is no workaround. First answer within "
        "6 hours, counted in support week.",
        "low: Routine technical issue or inquiry. First answer within 2 business days, counted in support week.",
        "not to a solution",
        "(high, medium and low) is answered by the end of the next working day, or within its time, whichever",
        "support week: Monday to Friday 24 hours (Asia/Kolkata time).",
        "Monday, 26 January 2026 (Republic Day)",
        "We remind you 3 times at most, on business days 1, 2 and 3 of the wait, in the hours of support week.",
        "set to Solved 1 business day after the last reminder, or once we have waited for more than 7 days",
        "The wait of 1 business day after the last reminder is our own addition",
        "Answer within 3 days after the ticket was solved, and it is open again.",
        "stays solved for more than 3 days without an answer of yours is closed; after that, a reply",
    ):
        assert said in told
    assert "waiting.mode is observe" in notes
    assert "observe" not in told


def test_an_agreement_and_one_that_promises_nothing(tmp_path: Path) -> None:
    told, _ = run(tmp_path, "--agreement", "gold", "--language", "de")
    assert "Das sagt die Vereinbarung „gold“." in told
    assert "Frist bis zur ersten Antwort: 1 Stunde, gezählt rund um die Uhr" in told
    told, _ = run(tmp_path, "--agreement", "internal")
    assert "Nothing is promised about the time to an answer: our own people." in told
    assert "First answer within" not in told
    assert "We remind you 3 times" in told


def test_a_ticket_is_told_with_its_dates_in_its_language_and_zone(tmp_path: Path) -> None:
    told, _ = run(tmp_path, "--time-zone", "Europe/Berlin", ticket=TICKET)
    for said in (
        "7 „Slow“, eingegangen Freitag, 9. Januar 2026, 13:00: high.",
        "Erste Antwort: Freitag, 9. Januar 2026, 14:00; die Frist lief bis",
        "Nächste Erinnerung: Montag, 12. Januar 2026, 14:00.",
        "Ohne Antwort auf „Gelöst“ gesetzt: Donnerstag, 15. Januar 2026, 14:00.",
        "Zeiten dieses Tickets in der Zeitzone Europe/Berlin.",
    ):
        assert said in told
    internal = {**TICKET, "requester": {"id": "r", "email": "kim@acme.example"}}
    told, _ = run(tmp_path, ticket=internal)
    assert "First answer: nothing is promised: our own people." in told
    told, _ = run(tmp_path, ticket=TICKET, exempt={"solving": {"organizations": ["Customer Ltd"]}})
    assert "Dieses Ticket wird nicht wegen einer fehlenden Antwort auf „Gelöst“ gesetzt." in told


def test_hours_of_their_own_breaks_and_joined_calendars_are_told(tmp_path: Path) -> None:
    berlin = {
        "time_zone": "Europe/Berlin",
        "open": {"mon-thu": ["09:00-18:00"], "fri": ["09:00-15:00"]},
        "breaks": [{"name": "Lunch", "at": "12:00-13:00", "days": "mon-fri"}],
        "dates": [
            {"date": "2026-12-24", "name": "Christmas Eve", "open": ["09:00-12:00"]},
            {"date": "2026-06-05", "name": "Company day", "open": []},
        ],
    }
    whole = example()["calendars"]
    joined = {"name": "both", "calendar": "both"}
    calendars = {**whole, "berlin": berlin, "both": {"open_when": ["berlin", "support_week"]}}
    plain = {"name": "plain", "calendar": "berlin"}
    told, _ = run(tmp_path, "--agreement", "plain", calendars=calendars, agreements=[plain, joined])
    for said in (
        "berlin: Monday to Thursday 09:00-18:00; Friday 09:00-15:00 (Europe/Berlin time).",
        "Not counted in berlin: Lunch, Monday to Friday 12:00-13:00.",
        "Closed in berlin in the coming year: Friday, 5 June 2026 (Company day).",
        "Other hours in berlin in the coming year: Thursday, 24 December 2026 09:00-12:00 (Christmas Eve).",
    ):
        assert said in told
    told, _ = run(tmp_path, "--agreement", "both", calendars=calendars, agreements=[plain, joined])
    assert "both: whenever one of these is open: berlin: Monday to Thursday 09:00-18:00; Friday 09:00-15:00" in told


def test_the_machine_form_holds_the_same(tmp_path: Path) -> None:
    told, _ = run(tmp_path, "--agreement", "gold", "--json")
    answer = json.loads(told)
    assert (answer["version"], answer["agreement"], answer["no_promise"]) == (1, "gold", None)
    assert answer["severities"][0] == {
        "name": "critical",
        "means": "Severely impacts the customer's or partner's use of the product",
        "respond_within": "1h",
        "calendar": "around_the_clock",
    }
    assert [section["name"] for section in answer["sections"]] == ["answers", "hours", "further", "waiting", "solved"]
    told, _ = run(tmp_path, "--agreement", "internal", "--json")
    assert json.loads(told)["no_promise"] == "our own people"


def test_an_unknown_agreement_is_answered_with_the_known(tmp_path: Path) -> None:
    run(tmp_path)
    result = CliRunner().invoke(main, ["promise", "-c", str(tmp_path / "config.yaml"), "--agreement", "golt"])
    assert result.exit_code == 1
    assert 'the policy has no agreement "golt"' in result.output
    assert 'did you mean "gold"?' in result.output


@pytest.mark.parametrize("key", sorted({*ENGLISH, *GERMAN}))
def test_both_languages_hold_the_same_facts(key: str) -> None:
    def facts(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert facts(ENGLISH[key]) == facts(GERMAN[key])
