"""Does `slabot backtest` say what a policy would have done, in every form, and refuse what it cannot answer?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot.domain import Actor, Message, Ticket, TicketRecord, Timeline, write_ticket
from slabot.store import open_store
from tests.fixtures.stored import keep

POLICY = """\
version: 1
calendars: {always: {always: true}}
severities: {low: {means: A question, respond_within: 6h, calendar: always}}
classify: {otherwise: low}
escalate: [{rungs: [{at: 50% used, notify: "user:maya@acme.example"}, {at: breach}]}]
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support"}
helpdesks: {acme: {kind: zendesk, subdomain: acme, email: a@acme.example, token_env: ZENDESK_TOKEN}}
"""
MONDAY = datetime.fromisoformat("2026-01-12T09:00:00+00:00")
NOW = MONDAY + timedelta(days=30)
CANNOT_KNOW = "people would have acted otherwise"


def ticket(number: int, hours: float) -> TicketRecord:
    """A ticket that was answered so long after its creation."""
    created = MONDAY + timedelta(days=number)
    answer = Message(at=created + timedelta(hours=hours), id="a", by=Actor.AGENT, by_id="a7", text="Hello")
    return TicketRecord(Ticket(helpdesk="acme", id=str(number), created_at=created), Timeline.of([answer]))


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    store = f'store: {{url: "sqlite:///{tmp_path}/slabot.db"}}\n'
    (tmp_path / "old.yaml").write_text(POLICY + store, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(POLICY.replace("6h", "3h") + store, encoding="utf-8")
    lines = [write_ticket(ticket(number, hours)) for number, hours in ((1, 1.0), (2, 4.0), (3, 9.0))]
    (tmp_path / "tickets.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(edge, "now", lambda: NOW)
    return lambda *words: CliRunner().invoke(main, ["backtest", "--policy", "new.yaml", *words])


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.stdout


BOTH = ("--against", "old.yaml", "--tickets", "tickets.jsonl")


def test_the_difference_comes_first_and_then_the_tickets(run: Run) -> None:
    text = said(run(*BOTH))
    assert text.index("What changes") < text.index("Promises kept") < text.index("Tickets that come out otherwise")
    assert "first_response met → missed" in text
    assert CANNOT_KNOW in text
    assert "maya@acme.example" in text


def rows(found: dict[str, Any], table: str) -> list[dict[str, Any]]:
    [wanted] = [each for each in found["tables"] if each["key"] == table]
    of: list[dict[str, Any]] = wanted["rows"]
    return of


def test_the_machine_form_has_the_same_figures(run: Run) -> None:
    found = json.loads(said(run(*BOTH, "--json")))
    [kept] = rows(found, "kept")
    assert (kept["old_met"]["count"], kept["old_missed"], kept["new_met"]["count"], kept["new_missed"]) == (2, 1, 1, 2)
    assert {row["what"]: row["new"] for row in rows(found, "breaches")} == {
        "met after a page": 0,
        "missed, and paged before": 2,
        "missed, nobody paged before": 0,
    }
    assert [row["ticket"] for row in rows(found, "tickets")] == ["acme/2", "acme/3"]


def test_a_spreadsheet_opens_it(run: Run) -> None:
    lines = list(csv.reader(io.StringIO(said(run(*BOTH, "--format", "csv")).removeprefix("\ufeff"))))
    assert ["what", "old", "new", "difference"] in lines


def test_a_page_stands_by_itself_and_has_plots(run: Run) -> None:
    page = said(run(*BOTH, "--format", "html"))
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert CANNOT_KNOW in page


def test_one_policy_alone_has_no_differences(run: Run) -> None:
    text = said(run("--tickets", "tickets.jsonl"))
    assert "In short" in text
    assert "Old" not in text


def test_one_ticket_is_shown_act_by_act(run: Run) -> None:
    text = said(run(*BOTH, "--ticket", "acme/2"))
    assert "+ " in text
    assert "new: first_response (low, default) missed" in text
    assert "old: first_response (low, default) met" in text
    found = json.loads(said(run(*BOTH, "--ticket", "acme/2", "--json")))
    assert [clock["outcome"] for clock in found["new"]["clocks"]] == ["missed"]


def test_the_store_is_read_and_nothing_is_written_to_it(run: Run, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/slabot.db") as store:
        for number, hours in ((1, 1.0), (2, 4.0)):
            record = ticket(number, hours)
            keep(store, *record.timeline, ticket=record.ticket)
    before = (tmp_path / "slabot.db").read_bytes()
    found = json.loads(said(run("--against", "old.yaml", "--from-store", "--json")))
    assert rows(found, "changes")[0]["new"] == 2
    assert (tmp_path / "slabot.db").read_bytes() == before


def test_tickets_of_a_time_are_chosen_by_their_creation(run: Run) -> None:
    found = json.loads(said(run(*BOTH, "--since", "2026-01-14", "--until", "2026-01-15", "--json")))
    assert rows(found, "changes")[0]["new"] == 1


def test_a_proposal_needs_enough_answers(run: Run, tmp_path: Path) -> None:
    few = said(run("--tickets", "tickets.jsonl", "--propose"))
    assert "fewer than 20" in few
    many = [write_ticket(ticket(number, 4.9 if number == 24 else 1.0)) for number in range(25)]
    (tmp_path / "many.jsonl").write_text("\n".join(many), encoding="utf-8")
    found = json.loads(said(run("--tickets", "many.jsonl", "--propose", "--json")))
    [target] = rows(found, "targets")
    assert (target["today"], target["target"], target["share"]["count"]) == ("3h", "1 h", 24)


def test_a_saturday_that_lay_before_a_missed_deadline_is_counted(run: Run, tmp_path: Path) -> None:
    friday, lines = MONDAY + timedelta(days=4), []
    for number, after in ((1, timedelta(hours=23)), (2, timedelta(hours=1))):  # Saturday 8:00, and Friday 10:00
        record = ticket(number, 9.0)
        moved = Ticket(helpdesk="acme", id=str(number), created_at=friday + after)
        answer = Message(at=moved.created_at + timedelta(hours=9), id="a", by=Actor.AGENT, by_id="a7", text="Hello")
        lines.append(write_ticket(TicketRecord(moved, record.timeline.of([answer]))))
    (tmp_path / "weekend.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = json.loads(said(run("--tickets", "weekend.jsonl", "--propose", "--json")))
    [line] = rows(found, "saturdays")
    assert (line["missed"], line["share"]["count"]) == (2, 1)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((), 2, "give one of --tickets FILE, --from-store and --from-helpdesk"),
        (("--from-helpdesk",), 2, "give --since TIME with --from-helpdesk"),
        (("--tickets", "tickets.jsonl", "--from-store"), 2, "give one of"),
        (("--tickets", "none.jsonl"), 1, "there is no such file"),
        (("--tickets", "new.yaml"), 1, "new.yaml:1"),
        (("--tickets", "tickets.jsonl", "--since", "2026-02-01"), 1, "it holds no ticket of that time"),
        (("--tickets", "tickets.jsonl", "--ticket", "acme/9"), 1, "there is no ticket acme/9 among those"),
        (("--against", "none.yaml", "--tickets", "tickets.jsonl"), 1, "there is no such file"),
        (("--tickets", "tickets.jsonl", "--ticket", "acme/1", "--propose"), 2, "shows one ticket"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(
    run: Run, words: tuple[str, ...], code: int, why: str
) -> None:
    result = run(*words)
    assert result.exit_code == code
    assert why in result.output
