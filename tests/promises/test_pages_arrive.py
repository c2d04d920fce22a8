"""A page to Slack, whatever Slack does.

Promise: at least once; doubled only when the outcome cannot be known, and then it says so. A page whose outcome is
unknown is looked up before it is sent again, and stays in doubt until that was possible. Limits hold a page up; they
lose none.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.store import LedgerEvent, OutboxState
from slabot_sandbox import FaultKind
from tests.promises.scene import Scene, keys, said

HOUR = timedelta(hours=1)
POST, FIND = "*chat.postMessage", "*conversations.history"


def repeats(scene: Scene, ticket: int) -> list[bool]:
    return ["sent again" in said(page).lower() for page in scene.pages(ticket)]


def posts(scene: Scene) -> int:
    return len(scene.sandbox.journal.calls(endpoint="chat.postMessage"))


def test_a_page_whose_answer_was_lost_is_found_and_not_sent_again(scene: Scene) -> None:
    ticket = scene.ask()
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path=POST, times=1)
    scene.run_for(HOUR + timedelta(minutes=5))
    assert len(scene.pages(ticket)) == 1
    assert posts(scene) == 1
    [row] = [row for row in scene.rows(ticket) if "/page/" in row.key and "/update/" not in row.key]
    assert row.state is OutboxState.SENT
    scene.answer(ticket)
    scene.run_for(timedelta(minutes=1))
    assert "in time" in scene.shown(ticket)  # the message was adopted: it is brought up to date


def test_a_page_that_was_lost_is_sent_again_and_says_that_it_may_be_a_repeat(scene: Scene) -> None:
    ticket = scene.ask()
    scene.sandbox.faults.add(FaultKind.DROP_BEFORE, service="slack", path=POST, times=1)
    scene.run_for(HOUR + timedelta(minutes=1))
    assert repeats(scene, ticket) == [True]
    assert len(scene.told(ticket, LedgerEvent.PAGE_REPEATED)) == 1


@pytest.mark.parametrize("fault", [FaultKind.RATE_LIMIT, FaultKind.UNAVAILABLE, FaultKind.DOWN])
def test_a_page_stays_in_doubt_while_it_cannot_be_looked_for(scene: Scene, fault: FaultKind) -> None:
    ticket = scene.ask()
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path=POST, times=1)
    scene.sandbox.faults.add(fault, service="slack", path=FIND, until=scene.clock.now() + HOUR + timedelta(minutes=4))
    scene.run_for(HOUR + timedelta(minutes=10))
    assert len(scene.pages(ticket)) == 1  # it had arrived: nothing was sent a second time
    assert posts(scene) == 1


def test_a_page_that_nobody_may_look_for_is_sent_again_and_marked(scene: Scene) -> None:
    ticket = scene.ask()
    scopes = set(scene.sandbox.slack.api.tokens.scopes[scene.sandbox.slack.token]) - {
        "channels:history",
        "groups:history",
    }
    scene.sandbox.slack.api.tokens.allow(scene.sandbox.slack.token, scopes)
    scene.sandbox.faults.add(FaultKind.DROP_AFTER, service="slack", path=POST, times=1)
    scene.run_for(HOUR + timedelta(minutes=5))
    assert repeats(scene, ticket) == [False, True]


def test_calls_that_break_off_for_a_quarter_of_an_hour_neither_spin_nor_lose_a_page(scene: Scene) -> None:
    ticket = scene.ask()
    scene.sandbox.faults.add(
        FaultKind.DROP_BEFORE, service="slack", path=POST, until=scene.clock.now() + HOUR + timedelta(minutes=15)
    )
    scene.run_for(HOUR + timedelta(minutes=20))
    assert len(scene.pages(ticket)) >= 1
    assert posts(scene) < 60  # the longer it fails, the rarer it is tried
    assert scene.pages(ticket)[0].at <= scene.clock.now() - timedelta(minutes=4)  # and it leaves soon afterwards


def test_limits_of_a_channel_hold_pages_up_and_lose_none(scene: Scene) -> None:
    tickets = [scene.ask(who=f"c{number}@contoso.example") for number in range(12)]
    scene.run_for(HOUR - timedelta(seconds=1))
    before = len(scene.sandbox.journal.calls(service="zendesk", endpoint="GET /api/v2/tickets/{id}"))
    scene.run_for(timedelta(seconds=61))
    assert sorted(int(key.split("/")[1]) for key in keys(scene.pages())) == sorted(tickets)
    span = scene.pages()[-1].at - scene.pages()[0].at
    assert span <= timedelta(seconds=2 * len(tickets))
    # A page that only waits for its turn costs the helpdesk nothing.
    reads = len(scene.sandbox.journal.calls(service="zendesk", endpoint="GET /api/v2/tickets/{id}")) - before
    assert reads <= 3 * 3 * len(tickets)


def channels(scene: Scene, ticket: int) -> list[str]:
    names = {channel.id: channel.name for channel in scene.sandbox.slack.workspace.channels.values()}
    return [names[page["channel"]] for page in scene.pages(ticket)]


def test_a_rung_for_another_channel_arrives_there_and_the_first_message_is_kept_up_to_date(scene: Scene) -> None:
    scene.sandbox.slack.workspace.add_channel("incidents")
    rungs = [{"at": "50% used"}, {"at": "75% used", "notify": ["#incidents"]}, {"at": "breach"}]
    scene.restart(escalate=[{"severity": "critical", "rungs": rungs}])
    ticket = scene.ask()
    scene.run_for(timedelta(minutes=121))
    assert channels(scene, ticket) == ["support-escalations", "incidents", "support-escalations"]
    assert [str(page.kind) for page in scene.pages(ticket)] == ["message.posted", "message.posted", "reply.posted"]
    scene.answer(ticket)
    scene.run_for(timedelta(minutes=1))
    [first, *_] = scene.pages(ticket)
    assert scene.sandbox.journal.effects(kind="message.updated")[-1]["ts"] == first["ts"]


def test_a_channel_that_cannot_be_posted_to_holds_up_no_other(scene: Scene) -> None:
    scene.sandbox.slack.workspace.add_channel("incidents")
    rungs = [{"at": "5% used"}, {"at": "75% used", "notify": ["#incidents"]}]
    scene.restart(escalate=[{"severity": "critical", "rungs": rungs}])
    tickets = [scene.ask(who=f"c{number}@x.example") for number in range(2)]
    scene.run_for(timedelta(minutes=85))
    others = [scene.ask(who=f"d{number}@x.example") for number in range(2)]
    scene.sandbox.slack.workspace.add_channel("support-escalations", archived=True)
    scene.run_for(timedelta(minutes=10))
    assert [channels(scene, ticket) for ticket in tickets] == [["support-escalations", "incidents"]] * 2
    assert [channels(scene, ticket) for ticket in others] == [[], []]


def test_a_thread_whose_first_message_somebody_deleted_begins_anew(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(HOUR + timedelta(minutes=1))
    [page] = scene.pages(ticket)
    channel = scene.sandbox.slack.workspace.channels[page["channel"]]
    channel.messages[:] = [message for message in channel.messages if message["ts"] != page["ts"]]
    scene.run_for(timedelta(minutes=31))
    kinds = [str(page.kind) for page in scene.pages(ticket)]
    assert kinds == ["message.posted", "message.posted"]  # the next rung has no thread any more
    scene.answer(ticket)
    scene.run_for(timedelta(minutes=1))
    assert "in time" in scene.shown(ticket)


def test_updates_of_an_outage_are_one(scene: Scene) -> None:
    ticket = scene.ask()
    scene.run_for(HOUR + timedelta(minutes=1))
    scene.sandbox.faults.add(FaultKind.DOWN, service="slack", lasting=timedelta(minutes=20))
    for name in ("one", "two", "three", "four"):
        scene.sandbox.zendesk.people.agent_sets_assignee(ticket, "maya@acme.example", f"{name}@acme.example")
        scene.run_for(timedelta(minutes=4))
    waiting = [row for row in scene.rows(ticket) if "/update/" in row.key and not row.state.settled]
    assert len(waiting) == 1
    scene.answer(ticket)
    scene.run_for(timedelta(minutes=10))
    assert "in time" in scene.shown(ticket)
    updates = scene.sandbox.journal.effects(kind="message.updated", since=scene.clock.now() - timedelta(minutes=11))
    assert len(updates) <= 2
