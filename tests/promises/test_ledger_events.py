"""The ledger has a row of the promised name for each thing that happens.

Promise: names are part of what people may rely on (docs/ledger.md), so a name that no act of slabot ever writes is no
name. Here are those that other promises do not look at.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from slabot.cli import edge
from slabot.cli.main import main
from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind
from tests.promises.scene import AGENT, CHANNEL, DAY, HOUR, MINUTE, Make, Scene, policy_text


@pytest.fixture
def begun(stage: Make, sqlite_url: str) -> Scene:
    scene = stage(sqlite_url)
    scene.start()
    return scene


def words(scene: Scene, event: LedgerEvent) -> list[str]:
    return [row.text for row in scene.ledger() if row.event is event]


def test_a_start_says_its_policy_and_another_policy_is_said_once(begun: Scene) -> None:
    begun.restart()
    assert words(begun, LedgerEvent.POLICY_CHANGED) == []
    begun.restart(fallback={"after": "5m", "to": ["user:lead@acme.example"]})
    begun.restart()
    [changed] = words(begun, LedgerEvent.POLICY_CHANGED)
    assert "version 2 is in force instead of version 1" in changed
    assert "put the old file in its place" in changed
    begun.restart(fallback=None)  # the text of the beginning, which has its number still
    assert "version 1 is in force instead of version 2" in words(begun, LedgerEvent.POLICY_CHANGED)[1]
    assert words(begun, LedgerEvent.SLABOT_STARTED) == [
        f"slabot started with policy version {number}." for number in (1, 1, 2, 2, 1)
    ]


def test_what_a_rule_wrote_and_what_a_person_asked_for_are_done(begun: Scene) -> None:
    begun.sandbox.zendesk.account.add_agent(AGENT)
    asked, silent = begun.ask(), begun.ask("Cannot log in")
    begun.run_for(MINUTE)
    begun.asks_back(silent)
    begun.run_for(HOUR)
    assert begun.click(begun.pages(asked)[0], "claim") == 200
    begun.run_for(DAY)

    for ticket, event in ((silent, LedgerEvent.TICKET_FOLLOWED_UP), (asked, LedgerEvent.TICKET_ASSIGNED)):
        about = [row for row in begun.ledger() if row.ticket_id == str(ticket)]
        special = next(row for row in about if row.event is event)
        [done] = [row for row in about if row.event is LedgerEvent.WRITE_DONE and row.key == special.key]
        assert done.text.startswith("acme has it: ")
        assert done.at == special.at


def test_a_helpdesk_that_is_read_again_is_said_to_be(begun: Scene) -> None:
    begun.sandbox.faults.add(FaultKind.UNAVAILABLE, service="zendesk", path="*incremental*", lasting=HOUR)
    begun.run_for(3 * HOUR)
    assert words(begun, LedgerEvent.FEED_FAILED)
    [again] = words(begun, LedgerEvent.FEED_RECOVERED)
    assert again.startswith("acme is read again; slabot could not read it when it last tried, at ")


def test_words_that_go_are_counted(begun: Scene) -> None:
    ticket = begun.ask()
    begun.answer(ticket, status="solved")
    begun.sweep_every = DAY
    begun.restart()
    begun.run_for(32 * DAY)
    assert words(begun, LedgerEvent.TEXT_SCRUBBED)


def test_a_person_who_is_forgotten_leaves_a_row(begun: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.ask()
    begun.run_for(MINUTE)
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(begun.helpdesks, begun.sandbox, begun.store_url), encoding="utf-8")
    monkeypatch.setattr(edge, "now", begun.clock.now)
    found = CliRunner().invoke(main, ["erase", "-c", str(file), "ana@contoso.example", "--yes"])
    assert found.exit_code == 0, found.output
    assert len(words(begun, LedgerEvent.REQUESTER_ERASED)) == 1


def test_a_page_that_its_channel_does_not_take_waits_and_goes_elsewhere(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.start(fallback={"after": "5m", "to": ["user:lead@acme.example"]})
    scene.sandbox.slack.workspace.add_user("lead@acme.example")
    ticket = scene.ask()
    scene.run_for(59 * MINUTE)
    scene.sandbox.faults.add(FaultKind.RATE_LIMIT, service="slack", path="*chat.postMessage", lasting=3 * MINUTE)
    scene.run_for(5 * MINUTE)
    assert scene.told(ticket, LedgerEvent.PAGE_HELD)
    scene.sandbox.slack.workspace.add_channel(CHANNEL, archived=True)
    scene.run_for(40 * MINUTE)
    [elsewhere] = scene.told(ticket, LedgerEvent.PAGE_FELL_BACK)
    assert "lead@acme.example is paged as well" in elsewhere
    assert scene.told(ticket, LedgerEvent.TICKET_NOTED)


def test_what_agrees_again_is_said_after_it_did_not(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.sweep_every = MINUTE
    scene.start()
    scene.run_for(MINUTE)
    scene.sandbox.faults.add(FaultKind.UNAVAILABLE, service="zendesk", lasting=2 * HOUR)
    scene.run_for(4 * HOUR)
    assert words(scene, LedgerEvent.FEED_STALE)
    assert words(scene, LedgerEvent.AUDIT_AGREED)


def test_a_storm_is_told_with_its_number(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.start(storm={"above": 3})
    for number in range(5):
        scene.ask(who=f"c{number}@contoso.example")
    scene.run_for(HOUR + MINUTE)
    assert len(words(scene, LedgerEvent.PAGE_BUNDLED)) == 1
