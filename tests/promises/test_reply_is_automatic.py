"""A message that only looks automatic holds what silence leads to, and one click says what it was.

Promise: the card quotes the message and has a button for each answer. Automatic, and the wait goes on as if it had
never come; an answer, and support is next. Either can be taken back, and whoever has no Slack says it by a command.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.domain import ReplyDeclared
from slabot.store import LedgerEvent
from tests.promises.scene import CHANNEL, DAY, MINUTE, Make, environment_of, policy_text
from tests.promises.test_dialogs import events
from tests.promises.triage import ASKS, TRIAGE, Room, room

AWAY = "Automatic reply: I am away until Monday."


@pytest.fixture
def here(stage: Make, sqlite_url: str) -> Room:
    silent = {name: value for name, value in ASKS["classify"].items() if name != "triage"}
    return room(stage, sqlite_url, classify=silent, automatic_replies={"mode": "act"})


def held(here: Room) -> int:
    """A ticket that waits for the customer, whose machine has written."""
    scene = here.scene
    ticket = scene.ask("The report shows the wrong logo on one page.")
    scene.run_for(MINUTE)
    scene.asks_back(ticket)
    scene.run_for(MINUTE)
    scene.sandbox.zendesk.people.customer_replies(ticket, AWAY)
    scene.run_for(MINUTE)
    return ticket


def test_automatic_and_the_wait_goes_on_as_if_it_had_never_come(here: Room) -> None:
    ticket = held(here)
    [card] = here.cards
    assert here.scene.sandbox.slack.workspace.channels[card["channel"]].name == CHANNEL
    assert AWAY[:-1] in here.shown(card)
    assert here.buttons(card) == ["Automatic", "An answer", "Open ticket"]
    here.scene.run_for(2 * DAY)
    assert here.scene.comments(ticket) == []  # nothing rests on words alone
    here.press(card, "automatic", button="declare_reply")
    here.scene.run_for(MINUTE)
    assert "said it was automatic" in here.shown(card)
    assert here.buttons(card) == ["Take it back", "Open ticket"]
    assert here.scene.status(ticket) == "pending"  # set back, for it was never left
    assert len(here.scene.told(ticket, LedgerEvent.REPLY_DECLARED)) == 1
    here.scene.run_for(DAY)
    assert len(here.scene.comments(ticket)) > 0


def test_an_answer_ends_the_wait_and_can_be_taken_back(here: Room) -> None:
    ticket = held(here)
    [card] = here.cards
    assert [here.press(card, "answer", button="declare_reply") for _ in range(2)] == [200, 200]
    here.scene.run_for(MINUTE)
    assert [event.reply.value for event in events(here.scene, ticket, ReplyDeclared)] == ["answer"]
    assert "said it is an answer" in here.shown(card)
    here.press(card, "unsaid", button="declare_reply")
    here.scene.run_for(MINUTE)
    assert here.buttons(card) == ["Automatic", "An answer", "Open ticket"]
    here.scene.answer(ticket)
    here.scene.run_for(MINUTE)
    assert "no longer matters" in here.shown(card)
    assert len(here.cards) == 1


def test_where_triage_has_a_room_it_is_asked_there(stage: Make, sqlite_url: str) -> None:
    here = room(stage, sqlite_url)
    held(here)
    [card] = here.cards
    assert here.scene.sandbox.slack.workspace.channels[card["channel"]].name == TRIAGE
    here.scene.run_for(timedelta(hours=3))
    assert here.reminders == []


def test_it_is_said_by_a_command_too(here: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, ticket = here.scene, held(here)
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes), encoding="utf-8")
    monkeypatch.setattr(edge, "now", scene.clock.now)
    for name, value in environment_of(scene.sandbox).items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, ["reply", "-c", str(file), f"acme/{ticket}", *words])

    [message] = json.loads(run("--json").stdout)["messages"]
    assert (message["said"], message["taken_for"]) == (None, "automatic")
    assert "nothing was changed" in run("unsaid").stderr
    assert 'did you mean "automatic"?' in run("automtic").stderr
    said = run("answer", "--by", "Maya")
    assert said.exit_code == 0, said.output
    assert "taken for an answer, as somebody said" in said.stdout
    assert run("answer").exit_code == 1
    assert "did you mean" in run("automatic", "--message", f"{message['id']}0").stderr
    scene.run_for(MINUTE)
    assert "Maya said it is an answer" in here.shown(here.cards[0])
    assert run("automatic", "--message", message["id"]).exit_code == 0
    scene.run_for(MINUTE)
    assert "said it was automatic" in here.shown(here.cards[0])
