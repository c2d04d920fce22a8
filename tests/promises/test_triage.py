"""A ticket whose severity nobody can read off its text is asked about, and one click sets it.

Promise: the card says what is asked, with the customer's words and what each severity means; a click is the ticket's
severity from then on, stands in the helpdesk once, and the card says who chose. Whoever comes too late is told what
happened. Nobody is asked twice, and nobody at all unless the policy says whom.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import edge, main
from slabot.domain import SeverityChanged
from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind, Sandbox
from tests.fixtures.waits import comes
from tests.promises.scene import AGENT, HOUR, MINUTE, Make, environment_of, policy_text
from tests.promises.test_clicks import whispers
from tests.promises.triage import ASKS, TRIAGE, UNDECIDED, Room, room

BO = "bo@acme.example"
DOUBT = "the severity may be critical or high"


@pytest.fixture
def asks(stage: Make, sqlite_url: str) -> Room:
    return room(stage, sqlite_url)


def asked(here: Room, text: str = UNDECIDED) -> int:
    ticket = here.desk.ask(text)
    here.scene.run_for(MINUTE)
    return ticket


def severities(here: Room, ticket: int) -> list[SeverityChanged]:
    stored = here.scene.stored(ticket, here.desk.name)
    assert stored is not None
    return [event for event in stored.timeline if isinstance(event, SeverityChanged)]


@pytest.mark.parametrize("helpdesk", ["zendesk", "freshdesk"])
def test_one_click_sets_the_severity_and_writes_it_back_once(stage: Make, store_url: str, helpdesk: str) -> None:
    here = room(stage, store_url, helpdesk)
    ticket = asked(here)
    [card] = here.cards
    assert here.scene.sandbox.slack.workspace.channels[card["channel"]].name == TRIAGE
    words = here.shown(card)
    for part in ("Critical or High?", f"“{UNDECIDED[:-1]}”", "Severely impacts the use", "Please say by", "Help"):
        assert part in words
    assert here.buttons(card)[:4] == ["Critical", "High", "Medium", "Low"]
    assert [here.press(card, "high") for _ in range(2)] == [200, 200]  # a double click
    here.scene.run_for(5 * MINUTE)
    [chosen] = severities(here, ticket)
    assert chosen.to == "high"
    assert here.desk.changed(ticket, "priority") in (["high"], [3])
    assert len(here.desk.messages(ticket, "comment.private")) == 1
    words = here.shown(card)
    assert "said high" in words
    assert here.buttons(card) == ["Open ticket"]
    assert len(here.told(ticket, LedgerEvent.TRIAGE_ANSWERED)) == 1
    assert here.told(ticket, LedgerEvent.TRIAGE_ASKED) == [
        f"asked #{TRIAGE}: {DOUBT}, so a person is asked which it is."
    ]
    assert here.told(ticket, LedgerEvent.NOTE_PLANNED)[0].startswith("will ask people: ")
    here.scene.run_for(2 * HOUR)
    assert (len(here.cards), here.reminders) == (1, [])


def test_the_second_of_two_people_is_told_what_the_first_said(asks: Room) -> None:
    ticket = asked(asks)
    [card] = asks.cards
    asks.press(card, "critical")
    asks.press_old(card, "low", BO)
    assert "said critical" in whispers(asks.scene, 1)[0]
    assert [event.to for event in severities(asks, ticket)] == ["critical"]
    assert asks.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)


def test_a_ticket_that_is_answered_or_prioritised_meanwhile_is_asked_about_no_more(asks: Room) -> None:
    answered, chosen = asked(asks), asked(asks)
    first, second = asks.cards
    asks.scene.answer(answered)
    asks.scene.sandbox.zendesk.people.agent_sets_priority(chosen, AGENT, "normal")
    asks.scene.run_for(5 * MINUTE)
    assert "was answered" in asks.shown(first)
    assert "said medium" in asks.shown(second)
    assert asks.buttons(first) == asks.buttons(second) == ["Open ticket"]
    asks.press_old(first, "low")
    assert "was answered" in whispers(asks.scene, 1)[0]
    assert severities(asks, answered) == []
    assert len(asks.told(answered, LedgerEvent.TRIAGE_ENDED)) == 1
    asks.scene.run_for(2 * HOUR)
    assert asks.reminders == []


def test_nobody_says_so_they_are_reminded_in_the_thread_and_undecided_pages_as_the_more_severe(asks: Room) -> None:
    ticket = asked(asks)
    asks.scene.run_for(80 * MINUTE)
    [card] = asks.cards
    assert [reply["thread_ts"] for reply in asks.reminders] == [card["ts"]] * 3
    assert "Reminder 1: nobody has said yet" in json.dumps(asks.reminders[0]["blocks"])
    assert asks.reminders[0].at - card.at == 15 * MINUTE
    assert len(asks.told(ticket, LedgerEvent.TRIAGE_REMINDED)) == 3
    pages = [page for page in asks.scene.pages(ticket) if "/page/" in json.dumps(page["metadata"])]
    assert ["critical" in json.dumps(page["metadata"]) for page in pages] == [True]


def test_a_question_whose_answer_was_lost_is_found_and_not_sent_again(asks: Room) -> None:
    asks.scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path="*chat.postMessage", times=1)
    asked(asks)
    asks.scene.run_for(10 * MINUTE)
    [card] = asks.cards
    asks.press(card, "high")
    asks.scene.run_for(MINUTE)
    assert "said high" in asks.shown(card)


def test_slabot_dies_between_the_click_and_the_write_and_it_is_written_once(asks: Room) -> None:
    ticket = asked(asks)
    [card] = asks.cards
    asks.press(card, "high")
    asks.scene.restart()
    asks.scene.run_for(5 * MINUTE)
    assert asks.desk.changed(ticket, "priority") == ["high"]
    assert len(asks.desk.messages(ticket, "comment.private")) == 1
    assert len(asks.cards) == 1


def test_what_is_restricted_to_some_people_is_theirs_on_a_card_too(stage: Make, sqlite_url: str) -> None:
    permissions = [{"do": "set_severity", "who": [f"user:{BO}"], "ask": "Bo"}]
    here = room(stage, sqlite_url, permissions=permissions)
    here.scene.sandbox.slack.workspace.add_user(BO)
    ticket = asked(here)
    [card] = here.cards
    here.press(card, "low")
    assert "Please ask Bo" in whispers(here.scene, 1)[0]
    assert severities(here, ticket) == []
    here.press(card, "low", BO)
    comes(lambda: len(severities(here, ticket)) > 0)
    assert [event.to for event in severities(here, ticket)] == ["low"]


def test_whoever_has_no_buttons_reads_how_to_answer(stage: Make, sqlite_url: str, sandbox: Sandbox) -> None:
    ways = {"pager": {"url": f"{sandbox.receiver.url}/pager", "secret_env": "WEBHOOK_SECRET"}}
    classify = {**ASKS["classify"], "triage": {"to": ["webhook:pager"], "within": "10m", "reminders": 1}}
    here = room(stage, sqlite_url, classify=classify, outgoing_webhooks=ways)
    asked(here)
    here.scene.run_for(20 * MINUTE)
    told = list(sandbox.journal.effects(service="receiver"))
    assert len(told) == 2
    assert "set the ticket's priority in the helpdesk: urgent for Critical, high for High" in told[0]["text"]
    assert told[1]["text"].startswith("Reminder 1")


def test_what_waits_is_listed_and_counted(asks: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = asks.scene
    ticket = asked(asks)
    scene.run_for(16 * MINUTE)
    file = tmp_path / "config.yaml"
    file.write_text(policy_text(scene.helpdesks, scene.sandbox, scene.store_url, **scene.changes), encoding="utf-8")
    monkeypatch.setattr(edge, "now", scene.clock.now)
    for name, value in environment_of(scene.sandbox).items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Any:
        return CliRunner().invoke(main, [*words[:1], "-c", str(file), *words[1:]])

    [waits] = json.loads(run("triage", "--json").stdout)["waiting"]
    assert (waits["ticket"], waits["between"], waits["late"]) == (f"acme/{ticket}", ["critical", "high"], True)
    assert waits["asked"] == [{"to": f"#{TRIAGE}", "sent": True, "reminders": 1}]
    text = run("triage").stdout
    assert "may be critical or high" in text
    assert f"#{TRIAGE}, and reminded 1 time" in text
    assert "1 question waiting" in run("status").stdout
    assert "slabot_triage_waiting 1.0" in scene.get("/metrics").text
    asks.press(asks.cards[0], "low")
    scene.run_for(MINUTE)
    assert json.loads(run("triage", "--json").stdout)["waiting"] == []
    assert "Nothing waits for anybody." in run("triage").stdout
    assert "slabot_triage_waiting 0.0" in scene.get("/metrics").text
