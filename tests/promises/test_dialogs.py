"""Snooze, Escalate now, Set severity and taking it back.

Promise: each does what it says, once; what a page no longer offers does nothing and says why. A dialog that is answered
late harms nothing, and one that is answered wrongly says so and stays open. A severity that was chosen in Slack is in
the helpdesk with who chose it and why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slabot.domain import Escalated, SeverityChanged, Snoozed, Unacknowledged
from slabot.store import LedgerEvent
from slabot_sandbox import Effect, FaultKind
from slabot_sandbox.zendesk import updates
from slabot_sandbox.zendesk.objects import PRIORITIES
from tests.fixtures.waits import until
from tests.promises.scene import AGENT, AGREEMENT, Make, Scene
from tests.promises.test_clicks import paged, whispers

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BO = "bo@acme.example"


def dialog(scene: Scene, page: Effect, button: str, who: str = AGENT) -> dict[str, Any]:
    """What Slack shows after the click; slabot opens it after it has answered."""
    views = scene.sandbox.slack.workspace.views
    before = len(views)
    assert scene.click(page, button, who) == 200
    until(lambda: len(views) > before, "the opening of a dialog")
    return dict(list(views.values())[-1])


def snooze(scene: Scene, view: dict[str, Any], *, choice: int = 1800, until: datetime | None = None) -> Any:
    values: dict[str, dict[str, Any]] = {
        "slabot_for": {"slabot_for": {"type": "radio_buttons", "selected_option": {"value": str(choice)}}},
        "slabot_until": {
            "slabot_until": {
                "type": "datetimepicker",
                "selected_date_time": None if until is None else int(until.timestamp()),
            }
        },
    }
    return scene.sandbox.slack.people.submit_view(view["id"], AGENT, values)


def choose(scene: Scene, view: dict[str, Any], severity: str, reason: str, who: str = AGENT) -> Any:
    values: dict[str, dict[str, Any]] = {
        "slabot_severity": {"slabot_severity": {"type": "static_select", "selected_option": {"value": severity}}},
        "slabot_reason": {"slabot_reason": {"type": "plain_text_input", "value": reason}},
    }
    return scene.sandbox.slack.people.submit_view(view["id"], who, values)


def events(scene: Scene, ticket: int, kind: type) -> list[Any]:
    stored = scene.stored(ticket)
    assert stored is not None
    return [event for event in stored.timeline if isinstance(event, kind)]


def labels(scene: Scene, page: Effect) -> list[str]:
    """The buttons that the message has now."""
    message = scene.sandbox.slack.workspace.channels[page["channel"]].find(page["ts"])
    assert message is not None
    rows = [block for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


# ── Snooze ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("choice", "minutes"), [(1800, 30), (3600, 60), (14400, 240)])
def test_a_quick_choice_keeps_everybody_quiet_for_so_long_and_no_longer(
    scene: Scene, choice: int, minutes: int
) -> None:
    ticket, page = paged(scene)
    answer = snooze(scene, dialog(scene, page, "snooze"), choice=choice)
    assert (answer.status, answer.body) == (200, "")
    [snoozed] = events(scene, ticket, Snoozed)
    assert snoozed.until == snoozed.at + minutes * MINUTE
    scene.run_for(minutes * MINUTE - MINUTE)
    assert "is snoozed" in scene.shown(ticket)
    assert len(scene.pages(ticket)) == 1
    scene.run_for(2 * MINUTE)
    assert len(scene.pages(ticket)) == 2
    assert len(scene.told(ticket, LedgerEvent.PAGE_SNOOZED)) == 1


def test_a_time_of_ones_own_counts_instead_of_the_choice(scene: Scene) -> None:
    ticket, page = paged(scene)
    until = scene.clock.now() + 2 * HOUR
    assert snooze(scene, dialog(scene, page, "snooze"), until=until).status == 200
    assert events(scene, ticket, Snoozed)[0].until == until.replace(microsecond=0)


@pytest.mark.parametrize(
    ("away", "words"),
    [(-MINUTE, "has passed already"), (timedelta(0), "has passed already"), (7 * DAY + MINUTE, "7 days at most")],
)
def test_a_time_that_cannot_be_is_said_in_the_dialog_which_stays_open(
    scene: Scene, away: timedelta, words: str
) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    answer = snooze(scene, view, until=scene.clock.now() + away)
    assert answer.body["response_action"] == "errors"
    assert words in answer.body["errors"]["slabot_until"]
    assert events(scene, ticket, Snoozed) == []
    assert snooze(scene, view, until=scene.clock.now() + 7 * DAY).body == ""  # exactly seven days are allowed
    assert len(events(scene, ticket, Snoozed)) == 1


def test_the_same_answer_twice_is_one(scene: Scene) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    assert [snooze(scene, view).status for _ in range(3)] == [200] * 3
    assert len(events(scene, ticket, Snoozed)) == 1
    assert whispers(scene, 0) == []


def test_a_snooze_can_be_ended(scene: Scene) -> None:
    ticket, page = paged(scene)
    snooze(scene, dialog(scene, page, "snooze"), choice=14400)
    scene.run_for(5 * MINUTE)
    assert labels(scene, page) == [
        "Acknowledge",
        "Claim",
        "End snooze",
        "Escalate now",
        "Set severity",
        "Open ticket",
    ]
    assert scene.click(page, "unacknowledge") == 200
    scene.run_for(30 * MINUTE)
    assert len(scene.pages(ticket)) == 2  # the rung at 75% came when it was due


def test_a_dialog_answered_after_the_customer_was_answered_changes_nothing_and_says_why(scene: Scene) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    scene.answer(ticket)
    scene.run_for(MINUTE)
    assert snooze(scene, view).body == ""
    assert "it was answered in time" in whispers(scene, 1)[0]
    assert events(scene, ticket, Snoozed) == []


# ── Taking it back ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_acknowledgement_taken_back_lets_the_pages_go_on(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.click(page)
    scene.run_for(5 * MINUTE)
    assert labels(scene, page)[0] == "Unacknowledge"
    assert scene.click(page, "unacknowledge") == 200
    scene.run_for(5 * MINUTE)
    assert "Nobody has it yet" in scene.shown(ticket) or "left to answer" in scene.shown(ticket)
    assert labels(scene, page)[0] == "Acknowledge"
    scene.run_for(20 * MINUTE)
    assert len(scene.pages(ticket)) == 2
    assert len(scene.told(ticket, LedgerEvent.PAGE_UNACKNOWLEDGED)) == 1


def test_taking_back_what_somebody_else_has_by_now_changes_nothing(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.click(page)
    scene.run_for(MINUTE)
    stale = _value(scene, page, "slabot_unacknowledge")
    scene.click(page, "unacknowledge")
    scene.run_for(MINUTE)
    scene.click(page, "acknowledge", BO)
    scene.run_for(MINUTE)
    people = scene.sandbox.slack.people
    assert people.click(page["channel"], page["ts"], "slabot_unacknowledge", AGENT, value=stale).status == 200
    assert whispers(scene, 1)[0].startswith("This page is older than the ticket's state: it was acknowledged by <@")
    assert len(events(scene, ticket, Unacknowledged)) == 1
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1


def _value(scene: Scene, page: Effect, action_id: str) -> str:
    message = scene.sandbox.slack.workspace.channels[page["channel"]].find(page["ts"])
    assert message is not None
    elements = [e for block in message["blocks"] for e in block.get("elements", ()) if "action_id" in e]
    return str(next(element["value"] for element in elements if element["action_id"] == action_id))


# ── Escalate now ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_escalating_sends_the_next_page_at_once_and_no_rung_twice(scene: Scene) -> None:
    ticket, page = paged(scene)
    assert scene.click(page, "escalate") == 200
    scene.run_for(5 * timedelta(seconds=1))
    assert len(scene.pages(ticket)) == 2
    scene.run_for(32 * MINUTE)
    assert len(scene.pages(ticket)) == 2  # 75% has been told of
    scene.run_for(30 * MINUTE)
    assert len(scene.pages(ticket)) == 3  # the deadline
    assert len(scene.told(ticket, LedgerEvent.PAGE_ESCALATED)) == 1


def test_pressed_twice_within_a_minute_it_is_one_wish(scene: Scene) -> None:
    ticket, page = paged(scene)
    assert scene.click(page, "escalate") == 200
    assert scene.click(page, "escalate", BO) == 200
    scene.run_for(MINUTE)
    assert len(events(scene, ticket, Escalated)) == 1
    assert len(scene.pages(ticket)) == 2
    assert whispers(scene, 1)[0].startswith("It was escalated by <@")


def test_whoever_is_on_it_can_call_for_help(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.click(page)
    scene.run_for(5 * MINUTE)
    assert scene.click(page, "escalate") == 200
    scene.run_for(MINUTE)
    assert len(scene.pages(ticket)) == 2


# ── Set severity ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["off", "observe", "act"])
def test_a_chosen_severity_counts_and_is_in_the_helpdesk_with_who_and_why_whatever_the_rules_may_do(
    stage: Make, store_url: str, mode: str
) -> None:
    scene = stage(store_url, classify={**AGREEMENT["classify"], "mode": mode})
    scene.start()
    ticket, page = paged(scene)
    view = dialog(scene, page, "set_severity")
    assert choose(scene, view, "medium", "they have a workaround").body == ""
    scene.run_for(2 * MINUTE)
    [chosen] = events(scene, ticket, SeverityChanged)
    assert (chosen.to, chosen.reason) == ("medium", "they have a workaround")
    assert scene.shown(ticket).startswith("Medium:")
    assert scene.sandbox.zendesk.account.tickets[ticket].shown["priority"] == "normal"
    [note] = scene.sandbox.journal.effects(kind="comment.private", by="api", ticket=ticket)
    assert "maya set the severity to medium from Slack, because: they have a workaround" in str(note.facts)
    assert len(scene.told(ticket, LedgerEvent.PAGE_SEVERITY_CHOSEN)) == 1
    told = [words for words in scene.told(ticket, LedgerEvent.TICKET_SEVERITY_SET) if "as chosen in Slack" in words]
    assert told == ["severity medium as chosen in Slack; priority set to normal; internal note added."]
    scene.run_for(2 * HOUR)
    assert len(scene.pages(ticket)) == 1  # the ladder of medium is the one that counts


def test_an_outcome_that_is_lost_leaves_one_note_and_the_priority(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="zendesk", method="PUT", times=2)
    choose(scene, dialog(scene, page, "set_severity"), "medium", "they have a workaround")
    scene.run_for(5 * MINUTE)
    assert scene.sandbox.zendesk.account.tickets[ticket].shown["priority"] == "normal"
    assert len(scene.sandbox.journal.effects(kind="comment.private", by="api", ticket=ticket)) == 1
    assert len(scene.told(ticket, LedgerEvent.TICKET_SEVERITY_SET)) == 1


@pytest.mark.parametrize(
    ("severity", "reason", "block", "words"),
    [
        ("critical", "because", "slabot_severity", "It is critical already"),
        ("nonsense", "because", "slabot_severity", "no severity nonsense"),
        ("medium", "   ", "slabot_reason", "in a few words why"),
    ],
)
def test_a_choice_that_says_nothing_is_said_in_the_dialog(
    scene: Scene, severity: str, reason: str, block: str, words: str
) -> None:
    ticket, page = paged(scene)
    answer = choose(scene, dialog(scene, page, "set_severity"), severity, reason)
    assert words in answer.body["errors"][block]
    assert events(scene, ticket, SeverityChanged) == []


def test_a_severity_that_changed_while_the_dialog_was_open_is_not_overridden_unseen(scene: Scene) -> None:
    ticket, page = paged(scene)
    first, second = dialog(scene, page, "set_severity"), dialog(scene, page, "set_severity", BO)
    choose(scene, second, "medium", "they have a workaround", BO)
    scene.run_for(MINUTE)
    assert choose(scene, first, "critical", "it is not").body == ""
    assert "it is medium now" in whispers(scene, 1)[0]
    assert len(events(scene, ticket, SeverityChanged)) == 1


def test_what_somebody_else_does_with_the_page_meanwhile_leaves_a_choice_of_severity_as_it_is(scene: Scene) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "set_severity")
    scene.click(page, "acknowledge", BO)
    scene.run_for(MINUTE)
    assert choose(scene, view, "medium", "they have a workaround").body == ""
    assert len(events(scene, ticket, SeverityChanged)) == 1
    assert whispers(scene, 0) == []


def test_a_snooze_does_not_take_the_page_from_somebody_who_took_it_meanwhile(scene: Scene) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "snooze")
    scene.click(page, "acknowledge", BO)
    assert snooze(scene, view).body == ""
    assert "it was acknowledged by <@" in whispers(scene, 1)[0]
    assert events(scene, ticket, Snoozed) == []


def test_ones_own_clicks_follow_each_other_before_the_page_is_redrawn(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.click(page)
    assert scene.click(page, "escalate") == 200
    assert len(events(scene, ticket, Escalated)) == 1
    scene.click(page)
    snooze(scene, dialog(scene, page, "snooze"))
    assert len(events(scene, ticket, Snoozed)) == 1
    assert whispers(scene, 0) == []


def test_what_the_helpdesk_refuses_is_told_to_whoever_chose_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket, page = paged(scene)
    view = dialog(scene, page, "set_severity")
    priority = AGREEMENT["severities"]["medium"]["priority"]
    monkeypatch.setitem(updates.ENUMS, "priority", set(PRIORITIES) - {priority})  # an account that does without it
    assert choose(scene, view, "medium", "they have a workaround").status == 200
    scene.run_for(MINUTE)
    [words] = whispers(scene, 1)
    assert "slabot counts the ticket as medium from now on, but the helpdesk did not take it" in words
    assert "Set the priority in the helpdesk" in words
    assert len(scene.told(ticket, LedgerEvent.WRITE_FAILED)) == 1


def test_a_dialog_that_slack_does_not_show_is_told_and_changes_nothing(scene: Scene) -> None:
    ticket, page = paged(scene)
    scene.sandbox.faults.add(FaultKind.UNAVAILABLE, service="slack", path="*views.open", times=1)
    assert scene.click(page, "snooze") == 200
    assert whispers(scene, 1)[0].startswith("The dialog of Snooze could not be shown: ")
    assert events(scene, ticket, Snoozed) == []
    assert len(scene.told(ticket, LedgerEvent.PAGE_CLICK_REFUSED)) == 1
