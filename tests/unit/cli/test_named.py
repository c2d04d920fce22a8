"""Tickets named on the command line: what is found, and what is said to be unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.domain import Ticket
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.store import LedgerEvent, OutboxRow, Store, ledger, open_store, outbox
from slabot.store.work import work_for
from tests.fixtures.stored import keep

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SUBJECT = "Down \x1b[31m\x1b]0;owned\x07 \u202egnp.exe\x9b2J\nacme/9  Solved\U000f0001"
STEERS = ("\x1b", "\x07", "\x9b", "\u202e")
POLICY = """
version: 1
helpdesks:
  acme: {kind: zendesk, subdomain: acme, email: bot@acme.example, token_env: T}
  partners: {kind: freshdesk, domain: partners.freshdesk.com, token_env: F}
store: {url_env: DATABASE_URL}
calendars: {always: {always: true}, office: {time_zone: Asia/Kolkata, open: {mon-fri: ["09:00-17:00"]}}}
severities: {medium: {means: Partial, respond_within: 2h, calendar: always, priority: normal}}
classify: {priorities: {normal: medium}, otherwise: medium}
"""
Run = Callable[..., Result]


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def run(store: Store, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(edge, "now", lambda: NOW)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    policy = tmp_path / "config.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    ticket = Ticket(helpdesk="acme", id="3", created_at=NOW - HOUR, subject=SUBJECT, url="https://acme.example/3")
    keep(store, ticket=ticket)
    because = f"the customer says {SUBJECT}"
    solve = Action(kind=Kind.AUTO_SOLVE, mode=Mode.ACT, at=NOW, key="acme/3/auto_solve/1", because=because)
    row = OutboxRow(
        key="acme/3/auto_solve/1",
        helpdesk="acme",
        ticket_id="3",
        urgency=NOW,
        not_before=NOW + HOUR,
        created_at=NOW,
        work=work_for(solve),
        reason=f"held back: {SUBJECT}",
    )
    store.write(lambda conn: outbox.put(conn, row))
    told = f"the customer says {SUBJECT}"
    store.write(lambda conn: ledger.write(conn, NOW - HOUR, LedgerEvent.PAGE_FAILED, told, "acme", "3"))
    return lambda *arguments, **more: CliRunner().invoke(
        main, [arguments[0], "-c", str(policy), *arguments[1:]], **more
    )


@pytest.mark.parametrize("name", [("acme/3",), ("acme", "3"), ("acme/#3",)])
@pytest.mark.parametrize("command", ["explain", "ledger"])
def test_a_ticket_is_named_in_one_word_or_two(run: Run, command: str, name: tuple[str, ...]) -> None:
    result = run(command, *name)
    assert result.exit_code == 0, result.output
    assert "Down" in result.stdout


@pytest.mark.parametrize("command", ["explain", "ledger", "approve"])
@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("acme/4711", 1, "The store holds no ticket acme/4711"),
        ("acem/3", 1, 'the policy has no helpdesk "acem"; it has acme, partners; did you mean "acme"?'),
        ("partners/3", 1, "The store holds no ticket partners/3"),
    ],
)
def test_what_is_unknown_is_called_unknown(run: Run, command: str, name: str, code: int, words: str) -> None:
    result = run(command, name)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr


@pytest.mark.parametrize("name", [("acme",), ("acme/",), ("/3",), ("acme/3", "4"), ("acme", "3", "4")])
def test_half_a_name_is_wrong_usage(run: Run, name: tuple[str, ...]) -> None:
    result = run("ledger", *name)
    assert result.exit_code == 2
    assert "HELPDESK/ID, such as acme/4711" in result.stderr


def test_the_ledger_is_read_since_a_time_and_says_in_which_zone(run: Run) -> None:
    told = run("ledger", "--since", "yesterday").stdout.splitlines()
    assert told[0] == "Since Sun 11 Jan 2026 00:00 (Asia/Kolkata)"
    assert "page.failed" in told[1]
    assert (
        run("ledger", "--since", "10m").stdout
        == "Nothing was written down since Mon 12 Jan 2026 14:20 (Asia/Kolkata).\n"
    )


def test_approve_shows_a_table_with_subject_and_link(run: Run) -> None:
    result = run("approve")
    assert result.exit_code == 0, result.output
    for word in ("Subject and link", "acme/3", "auto solve", "https://acme.example/3", "acme/3/auto_solve/1", "1 held"):
        assert word in result.stdout
    [held] = json.loads(run("approve", "--json").stdout)["held"]
    assert (held["subject"], held["url"], held["action"]) == (SUBJECT, "https://acme.example/3", "auto_solve")


@pytest.mark.parametrize("which", [("acme/3",), ("acme", "3"), ("acme/3/auto_solve/1",), ("--all",)])
def test_what_is_held_back_is_approved_by_ticket_by_key_or_all(run: Run, store: Store, which: tuple[str, ...]) -> None:
    result = run("approve", *which)
    assert (result.exit_code, result.stdout[:11]) == (0, "1 approved;"), result.output
    assert store.read(lambda conn: ledger.latest(conn, [LedgerEvent.WRITE_APPROVED], 5))


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    "command", [("explain", "acme/3"), ("ledger",), ("ledger", "acme/3"), ("approve",), ("status",)]
)
def test_what_a_customer_wrote_never_steers_the_terminal(run: Run, command: tuple[str, ...], form: tuple[str]) -> None:
    coloured = run(*command, *form, env={"FORCE_COLOR": "1"}).output
    plain = run(*command, *form).output
    assert "Down" in plain or command[0] == "explain"
    for sign in STEERS:
        assert sign not in plain
    for sign in STEERS[1:]:
        assert sign not in coloured
    assert "\x1b[31m" not in coloured.replace("\x1b[31m\x1b[1m", "")  # slabot's own red is bold
    assert not any(line.startswith("acme/9") for line in plain.splitlines())


@pytest.mark.parametrize("name", ["", "  ", "\x00", "\u200b", "\x1b"])
@pytest.mark.parametrize(
    "command",
    [
        ["approve", "acme/3"],
        ["rejudge", "--since", "1h", "--why", "x", "--yes"],
        ["reason", "acme/3"],
        ["excuse", "acme/3"],
    ],
)
def test_nobody_gives_a_command(run: Run, store: Store, command: list[str], name: str) -> None:
    before = store.read(lambda conn: ledger.of_ticket(conn, "acme", "3"))
    refused = run(*command, "--by", name)
    assert refused.exit_code == 1
    assert "--by is empty" in refused.stderr
    assert store.read(lambda conn: ledger.of_ticket(conn, "acme", "3")) == before


def test_whoever_gives_a_command_is_named_without_what_steers_a_terminal(run: Run, store: Store) -> None:
    assert run("approve", "acme/3", "--by", "Ma\x1b[31mya\n").exit_code == 0
    row = store.read(lambda conn: ledger.of_ticket(conn, "acme", "3"))[-1]
    assert row.text.startswith("Ma [31mya approved it")
