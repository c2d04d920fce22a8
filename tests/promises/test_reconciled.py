"""What the helpdesk says of its own figures is read on demand, compared, and each difference has a rule or is listed.

Promise: over real HTTP against the stand-ins of Zendesk and Freshdesk; nobody asks for figures but the command.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slabot.cli import edge, main
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.desks import FreshdeskDesk, both
from tests.promises.scene import AGENT, HOUR, MINUTE, Make, Scene, environment_of, policy_text


class Stage:
    """slabot on its stage, and the command beside it."""

    def __init__(self, scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scene, self.file = scene, folder / "config.yaml"
        monkeypatch.setattr(edge, "now", scene.clock.now)
        for name, value in {"DATABASE_URL": scene.store_url, **environment_of(scene.sandbox)}.items():
            monkeypatch.setenv(name, value)
        text = policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes)
        self.file.write_text(text, encoding="utf-8")

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["report", "reconcile", "-c", str(self.file), *words])

    def tables(self, *words: str) -> dict[str, list[dict[str, Any]]]:
        result = self.run("--format", "json", *words)
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        self.notes: list[str] = answer["notes"]
        self.scope: list[str] = answer["scope"]
        return {table["key"]: table["rows"] for table in answer["tables"]}


@pytest.fixture
def on_stage(stage: Make, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    scene = stage(store_url, clocks=[])
    scene.start()
    return Stage(scene, tmp_path, monkeypatch)


def differing(tables: dict[str, list[dict[str, Any]]], ticket: int) -> dict[str, str]:
    return {row["figure"]: row["rules"] for row in tables["differences"] if row["ticket"] == f"acme/{ticket}"}


def test_tickets_that_both_count_alike_agree_in_every_figure(on_stage: Stage) -> None:
    scene = on_stage.scene
    ticket = scene.ask(priority="urgent")
    scene.run_for(20 * MINUTE)
    scene.answer(ticket, status="hold")
    scene.run_for(HOUR)
    scene.answer(ticket, status="solved")
    scene.run_for(HOUR)
    tables = on_stage.tables()
    assert {row["figure"]: row["unexplained"] + row["explained"] for row in tables["figures"]} == {
        "first_reply": 0,
        "first_reply_minutes": 0,
        "first_reply_business_minutes": 0,
        "first_resolution_minutes": 0,
        "full_resolution_minutes": 0,
        "requester_wait_minutes": 0,
        "requester_wait_business_minutes": 0,
        "agent_wait_minutes": 0,
        "on_hold_minutes": 0,
        "solved": 0,
    }
    assert on_stage.notes == []
    assert on_stage.scope[2:] == ["1 ticket asked for, 1 read."]


def test_each_difference_names_the_rule_that_predicts_it(on_stage: Stage) -> None:
    scene = on_stage.scene
    late, reopened = scene.ask(priority="high"), scene.ask(who="bo@contoso.example")
    scene.run_for(7 * HOUR)
    scene.answer(late)
    scene.answer(reopened, status="solved")
    scene.run_for(HOUR)
    scene.sandbox.zendesk.people.customer_replies(reopened, "It is back: production down")
    scene.run_for(HOUR)
    tables = on_stage.tables()
    # Zendesk promises high tickets six hours; here they are critical by what was said, with two.
    assert differing(tables, late) == {"first_reply_due": "own target"}
    assert tables["unexplained"] == []
    text = on_stage.run().stdout
    assert "Own target: there, another target is promised, as the helpdesk tells." in text
    assert "Unexplained, one by one: none" in text


def test_a_figure_that_no_rule_predicts_is_listed_by_itself(on_stage: Stage) -> None:
    scene = on_stage.scene
    ticket = scene.ask()
    scene.run_for(20 * MINUTE)
    scene.answer(ticket)
    scene.run_for(HOUR)
    comments = scene.sandbox.zendesk.account.tickets[ticket].comments
    assert comments is not None
    comments[-1]["created_at"] = "2026-01-09T12:13:14Z"  # the helpdesk's figure follows it, and its audits do not
    tables = on_stage.tables()
    unexplained = {row["figure"] for row in tables["unexplained"]}
    assert "first_reply" in unexplained
    assert sum(row["unexplained"] for row in tables["figures"]) == len(tables["unexplained"])


def test_a_ticket_that_has_changed_since_it_was_read_is_left_out_and_counted(on_stage: Stage) -> None:
    scene = on_stage.scene
    ticket = scene.ask()
    scene.run_for(20 * MINUTE)
    scene.stop()
    scene.clock.elapse(HOUR)
    scene.sandbox.zendesk.people.agent_replies(ticket, AGENT, "Late")
    scene.clock.elapse(HOUR)
    tables = on_stage.tables()
    assert tables["figures"] == []
    assert "Changed since slabot read it, so it is left out: 1 ticket." in on_stage.notes


def test_a_helpdesk_that_does_not_answer_is_said_and_no_error_of_ours(on_stage: Stage) -> None:
    scene = on_stage.scene
    scene.ask()
    scene.run_for(20 * MINUTE)
    scene.sandbox.faults.add(FaultKind.ERROR, service="zendesk", path="*ticket_metric_events*", lasting=HOUR)
    tables = on_stage.tables()
    assert tables["figures"] == []
    assert any(note.startswith("acme: 0 of 1 tickets were read; ") for note in on_stage.notes)


def test_nobody_asks_for_figures_but_the_command(on_stage: Stage) -> None:
    scene = on_stage.scene
    ticket = scene.ask()
    scene.run_for(20 * MINUTE)
    scene.answer(ticket, status="solved")
    scene.run_for(24 * HOUR)
    asked = [call for call in scene.sandbox.journal.calls(service="zendesk") if "metric" in call.endpoint]
    assert asked == []


def test_freshdesk_tells_its_stats(
    stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url, helpdesks=both(sandbox), clocks=[])
    scene.start()
    desk = FreshdeskDesk(sandbox)
    ticket = desk.ask("production down")
    scene.run_for(35 * MINUTE)
    sandbox.freshdesk.people.agent_replies(ticket, AGENT, "We are on it.")
    scene.run_for(HOUR)
    tables = Stage(scene, tmp_path, monkeypatch).tables()
    theirs = {row["figure"]: row for row in tables["figures"] if row["helpdesk"] == "partners"}
    assert set(theirs) == {"first_reply", "first_reply_due", "solved"}
    assert (theirs["first_reply"]["agree"], theirs["solved"]["agree"]) == (1, 1)
    # A low ticket has a day there, around the clock; here it is critical by what was said, with two hours.
    assert [(row["ticket"], row["figure"], row["rules"]) for row in tables["differences"]] == [
        (f"partners/{ticket}", "first_reply_due", "own target")
    ]
    assert tables["unexplained"] == []


RESOLUTION = {
    "name": "resolution",
    "kind": "resolution",
    "within": "24h",
    "calendar": "around_the_clock",
    "pause_in": ["waiting_on_customer"],
}
UPDATE = {
    "name": "update",
    "kind": "periodic_update",
    "during": ["waiting_on_third_party"],
    "within": "8h",
    "calendar": "around_the_clock",
}
OFFICE = [(540 + day * 1440, 1020 + day * 1440) for day in range(1, 6)]  # Monday to Friday, 9 to 17


def monday(scene: Scene) -> None:
    """It is Monday, 2026-01-12, 15:30 in India."""
    scene.run_for(2 * 24 * HOUR - (scene.clock.now() - datetime(2026, 1, 10, 10, tzinfo=UTC)))
    assert scene.clock.now() == datetime(2026, 1, 12, 10, tzinfo=UTC)


def test_zendesk_counts_in_its_own_schedule_with_its_holidays(on_stage: Stage) -> None:
    scene = on_stage.scene
    monday(scene)
    account = scene.sandbox.zendesk.account
    closed = {"name": "Pongal", "start_date": "2026-01-13", "end_date": "2026-01-13"}
    account.add_schedule("India", "New Delhi", OFFICE, [closed])
    ticket = scene.ask("How do I add a user?", priority="normal")  # 12 business hours; here as many of the week
    scene.run_for(3 * 24 * HOUR)
    scene.answer(ticket)  # on Thursday at 15:30
    scene.run_for(HOUR)
    tables = on_stage.tables()
    assert tables["unexplained"] == []
    # 1:30 on Monday, nothing on the holiday, 8 h on Wednesday, and 2:30 on Thursday: due at 11:30.
    [due] = [row for row in tables["differences"] if row["figure"] == "first_reply_due"]
    assert (due["theirs_at"], due["rules"]) == ("2026-01-15T11:30:00+05:30", "their hours")
    [minutes] = [row for row in tables["differences"] if row["figure"] == "first_reply_business_minutes"]
    assert (minutes["theirs_minutes"], minutes["rules"]) == (16 * 60, "their hours")
    assert 'Business hours that acme tells: "India" (New Delhi).' in on_stage.scope


def test_a_schedule_that_makes_no_calendar_is_named(on_stage: Stage) -> None:
    scene = on_stage.scene
    scene.sandbox.zendesk.account.add_schedule("Empty", "London", [])
    scene.sandbox.zendesk.account.add_schedule("Nowhere", "Middle Earth", OFFICE)
    scene.ask()
    scene.run_for(20 * MINUTE)
    on_stage.tables()
    assert [note.partition(" cannot be counted in: ")[0] for note in on_stage.notes] == [
        'acme: the business hours "Empty"',
        'acme: the business hours "Nowhere"',
    ]


def test_zendesk_pauses_by_its_own_rule(stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    scene = stage(sqlite_url, clocks=[RESOLUTION, UPDATE])
    scene.start()
    account = scene.sandbox.zendesk.account
    for metric, minutes in (("agent_work_time", 24 * 60), ("pausable_update_time", 8 * 60)):
        account.set_sla_target(metric, "urgent", minutes)
    ticket = scene.ask(priority="urgent")
    scene.run_for(HOUR)
    scene.answer(ticket, status="hold")
    scene.run_for(10 * HOUR)  # no word to the customer for longer than eight hours
    scene.sandbox.zendesk.people.agent_sets_status(ticket, AGENT, "open")
    scene.run_for(30 * HOUR)
    scene.answer(ticket, status="solved")
    scene.run_for(HOUR)
    stage_ = Stage(scene, tmp_path, monkeypatch)
    tables = stage_.tables()
    rules = {row["figure"]: row["rules"] for row in tables["differences"]}
    # Agent work stands still on hold: due ten hours later. The update runs from the answer, as the hold begins with it.
    assert rules["resolution_due"] == "paused on hold"
    assert tables["unexplained"] == []
    assert {row["figure"]: row["agree"] for row in tables["figures"]}["update_due"] == 1


def test_freshdesk_deadlines_are_predicted_from_its_policy_and_hours(
    stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url, helpdesks=both(sandbox), clocks=[RESOLUTION])
    scene.start()
    monday(scene)
    account = sandbox.freshdesk.account
    account.set_sla_target(priority="Low", respond_within=4 * 3600, resolve_within=10 * 3600)
    account.stop_timer_in("Waiting on Customer")
    desk = FreshdeskDesk(sandbox)
    ticket = desk.ask("production down")  # Monday 15:30; open there from 9 to 18, Monday to Friday
    scene.run_for(30 * MINUTE)
    sandbox.freshdesk.people.agent_replies(ticket, AGENT, "Which version?", status="Waiting on Customer")
    scene.run_for(HOUR)
    sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Open")
    scene.run_for(HOUR)
    tables = Stage(scene, tmp_path, monkeypatch).tables()
    rows = {row["figure"]: row for row in tables["differences"]}
    assert tables["unexplained"] == []
    assert rows["first_reply_due"]["rules"] == "own target + their hours"
    assert rows["first_reply_due"]["theirs_at"] == "2026-01-13T10:30:00+05:30"  # 2:30 on Monday and 1:30 on Tuesday
    assert rows["resolution_due"]["rules"] == "own target + their hours"
    assert rows["resolution_due"]["theirs_at"] == "2026-01-13T17:30:00+05:30"  # 2:30, 7:30 and the hour of the wait


def test_what_slabot_may_not_see_leaves_figures_unexplained_and_is_said(
    stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    scene = stage(sqlite_url, helpdesks=both(sandbox), clocks=[])
    scene.start()
    account = sandbox.freshdesk.account
    account.bot["role_ids"] = [account.agent_role]  # an agent who is no administrator
    ticket = FreshdeskDesk(sandbox).ask("production down")
    scene.run_for(35 * MINUTE)
    on_stage = Stage(scene, tmp_path, monkeypatch)
    tables = on_stage.tables()
    assert [row["ticket"] for row in tables["unexplained"]] == [f"partners/{ticket}"]
    refused = [note for note in on_stage.notes if note.startswith("partners: ")]
    assert [note.partition(" cannot be read, so deadlines may stay unexplained")[0] for note in refused] == [
        "partners: its SLA policies",
        "partners: its business hours",
    ]
