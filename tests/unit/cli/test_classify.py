"""The evidence of a text or a ticket, as it is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import main
from slabot.domain import read_tickets
from slabot.store import open_store, tickets
from tests.fixtures.policies import example

MAIL = "Subject: Small question\n\nAll agents are offline since noon. No rush.\n\n-- \nTim Lowe\nHead of Outages\n"
TICKET = {
    "helpdesk": "acme",
    "id": "7",
    "subject": "Agents",
    "created_at": "2026-01-09T12:00:00Z",
    "requester": {"id": "r1"},
    "events": [
        {
            "at": "2026-01-09T12:00:00Z",
            "type": "message",
            "author": "customer",
            "text": "They are offline, all of them.",
        },
        {"at": "2026-01-09T12:05:00Z", "type": "message", "author": "agent", "author_id": "a1", "text": "It is one."},
        {"at": "2026-01-09T12:10:00Z", "type": "message", "author": "customer", "text": "Thanks!"},
    ],
}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["classify", *words])


@pytest.fixture
def mail(tmp_path: Path) -> str:
    (tmp_path / "mail.txt").write_text(MAIL, encoding="utf-8")
    return str(tmp_path / "mail.txt")


def test_a_text_is_shown_with_its_evidence_and_what_it_claims(mail: str) -> None:
    result = run("--file", mail)
    assert result.exit_code == 0, result.output
    assert "Severity  critical" in result.stdout
    assert '"All agents are offline since noon" en.broken' in result.stdout
    assert "What it claims of itself (low), which is no evidence" in result.stdout
    assert "Outages" not in result.stdout
    assert "As a reply  feedback" in result.stdout


def test_the_machine_form_has_the_same(mail: str) -> None:
    answer = json.loads(run("--file", mail, "--json").stdout)
    assert (answer["version"], answer["severity"], answer["or_else"], answer["claimed"]) == (1, "critical", None, "low")
    assert answer["troubles"][0] == {
        "kind": "broken",
        "about": "core",
        "scope": "all",
        "quote": "All agents are offline since noon",
        "taken_back": None,
        "entry": "en.broken",
    }
    assert answer["reply"]["meaning"] == "feedback"


def test_what_does_not_count_is_shown_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("What happens if all agents are offline?", encoding="utf-8")
    result = run("--file", str(tmp_path / "mail.txt"))
    assert "Severity  low: it speaks of trouble, but it is a question" in result.stdout
    assert "What does not count" in result.stdout


def test_a_ticket_file_is_read_by_the_words_of_the_customer(tmp_path: Path) -> None:
    (tmp_path / "ticket.json").write_text(json.dumps(TICKET), encoding="utf-8")
    answer = json.loads(run("--file", str(tmp_path / "ticket.json"), "--json").stdout)
    assert (answer["severity"], answer["reply"]["meaning"]) == ("critical", "thanks_only")


def test_a_ticket_of_the_store_is_read(tmp_path: Path) -> None:
    whole = example() | {"store": {"url": f"sqlite:///{tmp_path / 'slabot.db'}"}}
    (tmp_path / "config.yaml").write_text(json.dumps(whole), encoding="utf-8")
    record = read_tickets(json.dumps(TICKET))[0]
    with open_store(f"sqlite:///{tmp_path / 'slabot.db'}") as store:
        now = datetime(2026, 1, 9, 13, tzinfo=UTC)
        store.write(lambda conn: tickets.merge(conn, record.ticket, list(record.timeline), "v1", now))
    result = run("-c", str(tmp_path / "config.yaml"), "acme/7", "--json")
    assert json.loads(result.stdout)["severity"] == "critical"
    assert run("-c", str(tmp_path / "config.yaml"), "acme/8").exit_code == 1


def test_phrases_of_the_policy_count(tmp_path: Path) -> None:
    whole = example()
    whole["classify"]["reader"]["more"] = [{"shows": "breach", "phrases": ["kobolds"]}]
    (tmp_path / "config.yaml").write_text(json.dumps(whole), encoding="utf-8")
    (tmp_path / "mail.txt").write_text("There are kobolds in the machine room again.", encoding="utf-8")
    file = str(tmp_path / "mail.txt")
    assert json.loads(run("--file", file, "--json").stdout)["severity"] != "critical"
    assert (
        json.loads(run("--file", file, "-c", str(tmp_path / "config.yaml"), "--json").stdout)["severity"] == "critical"
    )


def test_an_empty_text_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("\n", encoding="utf-8")
    result = run("--file", str(tmp_path / "mail.txt"))
    assert (result.exit_code, "nothing in it says how severe it is" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "acme/4711"),
        (("--file", "mail.txt", "acme/7"), 2, "acme/4711"),
        (("acme/7",), 2, "-c FILE"),
        (("--file", "nothing.txt"), 1, "there is no such file"),
    ],
)
def test_whoever_names_nothing_is_told_what_to_name(words: tuple[str, ...], code: int, said: str) -> None:
    result = run(*words)
    assert (result.exit_code, said in result.output) == (code, True), result.output
