"""Once a deadline has passed the page asks why, and shows what was said.

Promise: whoever may, picks one of the policy's reasons and adds a sentence; the latest counts, and nobody overrides
another's unseen. Nobody is paged for it, and no verdict moves.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.domain import BreachReasonGiven
from slabot.store import LedgerEvent
from slabot_sandbox import Effect
from tests.fixtures.waits import comes
from tests.promises.scene import AGENT, HOUR, MINUTE, Make, Scene, policy_text
from tests.promises.test_clicks import whispers
from tests.promises.test_dialogs import BO, dialog, events, labels

REASONS = {"understaffed": {"means": "Too few people on shift"}, "misrouted": {"means": "With the wrong team"}}


def gives(scene: Scene, view: dict[str, Any], reason: str, text: str, who: str = AGENT) -> Any:
    values: dict[str, dict[str, Any]] = {
        "slabot_why": {"slabot_why": {"type": "static_select", "selected_option": {"value": reason}}},
        "slabot_reason": {"slabot_reason": {"type": "plain_text_input", "value": text}},
    }
    return scene.sandbox.slack.people.submit_view(view["id"], who, values)


def missed(stage: Make, url: str, **more: Any) -> tuple[Scene, int, Effect]:
    """A ticket that was answered an hour late, and the page about it."""
    scene = stage(url, **{"breach_reasons": REASONS, **more})
    scene.start()
    ticket = scene.ask()
    scene.run_for(3 * HOUR)
    scene.answer(ticket)
    scene.run_for(MINUTE)
    return scene, ticket, scene.pages(ticket)[0]


def test_after_a_miss_the_page_asks_for_the_reason_and_shows_it(stage: Make, store_url: str) -> None:
    scene, ticket, page = missed(stage, store_url)
    assert labels(scene, page) == ["Reason", "Open ticket"]
    assert "Nobody has said why yet." in scene.shown(ticket)
    posted = len(scene.pages(ticket))
    assert gives(scene, dialog(scene, page, "give_reason"), "understaffed", "two  were\nill").body == ""
    scene.run_for(MINUTE)
    [given] = events(scene, ticket, BreachReasonGiven)
    assert (given.clock, given.reason, given.text) == ("first_response", "understaffed", "two were ill")
    assert "gave: Too few people on shift (“two were ill”)." in scene.shown(ticket)
    assert scene.told(ticket, LedgerEvent.CLOCK_REASON_GIVEN) == [
        "maya said why the first response was missed: Too few people on shift."
    ]
    assert len(scene.pages(ticket)) == posted  # nobody is paged for it
    assert labels(scene, page) == ["Reason", "Open ticket"]
    assert gives(scene, dialog(scene, page, "give_reason", BO), "misrouted", "it was with Billing", BO).body == ""
    scene.run_for(MINUTE)
    assert "With the wrong team" in scene.shown(ticket)


def test_a_page_past_its_deadline_asks_while_the_clock_still_runs(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url, breach_reasons=REASONS)
    scene.start()
    ticket = scene.ask()
    scene.run_for(2 * HOUR)
    page = scene.pages(ticket)[0]
    assert "Reason" not in labels(scene, page)  # it is still in time
    scene.run_for(MINUTE)
    assert labels(scene, page)[-2:] == ["Reason", "Open ticket"]
    assert "Nobody has said why" not in scene.shown(ticket)  # there is something else to do first
    posted = len(scene.pages(ticket))
    assert gives(scene, dialog(scene, page, "give_reason"), "understaffed", "two were ill").body == ""
    scene.run_for(MINUTE)
    assert "Nobody has it yet. The reason for the miss that " in scene.shown(ticket)
    scene.click(page)
    scene.answer(ticket)
    scene.run_for(MINUTE)
    assert "gave: Too few people on shift (“two were ill”)." in scene.shown(ticket)
    assert len(scene.pages(ticket)) == posted


@pytest.mark.parametrize(
    ("reason", "text", "block", "words"),
    [
        ("nonsense", "because", "slabot_why", "no reason nonsense any more"),
        ("misrouted", "   ", "slabot_reason", "in a few words why"),
        ("misrouted", "\u200b …", "slabot_reason", "in a few words why"),
    ],
)
def test_a_reason_that_says_nothing_is_said_in_the_dialog(
    stage: Make, sqlite_url: str, reason: str, text: str, block: str, words: str
) -> None:
    scene, ticket, page = missed(stage, sqlite_url)
    assert words in gives(scene, dialog(scene, page, "give_reason"), reason, text).body["errors"][block]
    assert events(scene, ticket, BreachReasonGiven) == []


def test_the_same_reason_twice_is_one_and_one_of_somebody_else_is_not_overridden_unseen(
    stage: Make, sqlite_url: str
) -> None:
    scene, ticket, page = missed(stage, sqlite_url)
    first, second = dialog(scene, page, "give_reason"), dialog(scene, page, "give_reason", BO)
    assert [gives(scene, first, "understaffed", "two were ill").status for _ in range(2)] == [200, 200]
    assert gives(scene, second, "misrouted", "it was with Billing", BO).body == ""
    assert "has given a reason while the dialog was open: Too few people on shift" in whispers(scene, 1)[0]
    assert len(events(scene, ticket, BreachReasonGiven)) == 1
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1


def test_nobody_is_asked_where_the_policy_lists_no_reasons(stage: Make, sqlite_url: str) -> None:
    scene, ticket, page = missed(stage, sqlite_url, breach_reasons=None)
    assert labels(scene, page) == ["Open ticket"]
    assert "Nobody has said why" not in scene.shown(ticket)
    assert events(scene, ticket, BreachReasonGiven) == []


def test_a_reason_that_left_the_policy_while_the_dialog_was_open_is_not_given(stage: Make, sqlite_url: str) -> None:
    scene, ticket, page = missed(stage, sqlite_url)
    view = dialog(scene, page, "give_reason")
    scene.restart(breach_reasons=None)
    assert gives(scene, view, "understaffed", "two were ill").body == ""
    assert "older than the ticket's state" in whispers(scene, 1)[0]
    assert events(scene, ticket, BreachReasonGiven) == []


def test_a_reason_is_given_by_those_alone_whom_the_policy_names(stage: Make, sqlite_url: str) -> None:
    lead = "lena@acme.example"
    only = [{"do": "give_reason", "who": [f"user:{lead}"], "ask": "#support-leads"}]
    scene, ticket, page = missed(stage, sqlite_url, permissions=only)
    gives(scene, dialog(scene, page, "give_reason"), "understaffed", "two were ill")
    [words] = whispers(scene, 1)
    assert words.startswith("Reason is for ")
    assert events(scene, ticket, BreachReasonGiven) == []
    gives(scene, dialog(scene, page, "give_reason", lead), "understaffed", "two were ill", lead)
    comes(lambda: events(scene, ticket, BreachReasonGiven))


def test_a_reason_of_a_command_is_on_the_page_half_a_minute_later(
    stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, ticket, _ = missed(stage, sqlite_url)
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes), encoding="utf-8")
    monkeypatch.setattr(edge, "now", scene.clock.now)
    given = ["reason", "-c", str(file), f"acme/{ticket}", "--reason", "misrouted", "--why", "with Billing"]
    assert CliRunner().invoke(main, [*given, "--by", "Maya"]).exit_code == 0
    scene.run_for(MINUTE)
    assert "The reason that Maya gave: With the wrong team (“with Billing”)." in scene.shown(ticket)


def test_what_is_excused_by_command_stands_on_the_page_beside_the_miss(
    stage: Make, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = {"away": {"means": "The customer was away", "excuses": True}}
    scene, ticket, _ = missed(stage, sqlite_url, breach_reasons=away)
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes), encoding="utf-8")
    monkeypatch.setattr(edge, "now", scene.clock.now)
    excuse = ["excuse", "-c", str(file), f"acme/{ticket}", "--why", "away"]
    span = ["--from", "90m", "--to", "60m", "--reason", "away", "--proof", "call 17"]
    assert CliRunner().invoke(main, [*excuse, *span]).exit_code == 0
    scene.run_for(MINUTE)
    assert "Without the time that is excused (30 minutes), it is missed by 30 minutes." in scene.shown(ticket)
    assert CliRunner().invoke(main, [*excuse, *span, "--from", "150m", "--to", "90m"]).exit_code == 0
    scene.run_for(MINUTE)
    assert "Missed by 1 hour" in scene.shown(ticket)
    assert "it is in time." in scene.shown(ticket)
    for number in ("1", "2"):
        assert CliRunner().invoke(main, [*excuse, "--withdraw", number]).exit_code == 0
    scene.run_for(MINUTE)
    assert "excused" not in scene.shown(ticket)
