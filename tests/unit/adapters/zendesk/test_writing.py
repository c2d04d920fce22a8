"""Write to tickets at Zendesk over HTTP, judged by the stand-in's journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.base import Write
from adapters.errors import (
    Refused,
)
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.domain import Actor, Category, StatusChanged
from slabot_sandbox import Sandbox

from .conftest import BOB, messages, shown


def puts(sandbox: Sandbox) -> list[Any]:
    return [call.body["ticket"] for call in sandbox.journal.calls(method="PUT")]


def test_a_public_message_says_so_carries_our_mark_and_rests_on_what_was_seen(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    seen = acme.fetch(str(number)).version
    done = acme.send_public(str(number), "Hello Ana", seen=seen, marker="acme/1/follow_up/1")
    assert puts(sandbox) == [
        {
            "comment": {"body": "Hello Ana", "public": True},
            "metadata": {"slabot": "acme/1/follow_up/1"},
            "safe_update": True,
            "updated_stamp": seen,
        }
    ]
    assert (done.words, done.undoable) == ("message sent to the customer", False)
    assert done.version is not None
    assert done.version > seen
    assert messages(acme.fetch(str(number)))[-1] == (Actor.SLABOT, True)
    assert not Write.PUBLIC_MESSAGE.undoable


def test_a_note_is_never_public_whatever_came_before(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    acme.add_note(str(number), "For agents", marker="note")
    assert puts(sandbox)[0]["comment"] == {"body": "For agents", "public": False}
    assert messages(acme.fetch(str(number)))[-1] == (Actor.SLABOT, False)


def test_a_message_and_a_move_go_together(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    seen = acme.fetch(str(number)).version
    done = acme.send_public(str(number), "Are you there?", seen=seen, marker="m", category=Category.WAITING_ON_CUSTOMER)
    assert done.words == "message sent to the customer, status set to pending"
    assert (len(puts(sandbox)), shown(sandbox, number)["status"]) == (1, "pending")
    ours = [event for event in acme.fetch(str(number)).events if isinstance(event, StatusChanged)][-1]
    assert (ours.to, ours.by) == (Category.WAITING_ON_CUSTOMER, Actor.SLABOT)


@pytest.mark.parametrize(
    ("category", "status"),
    [
        (Category.PENDING, "open"),
        (Category.WAITING_ON_CUSTOMER, "pending"),
        (Category.WAITING_ON_THIRD_PARTY, "hold"),
    ],
)
def test_a_category_is_set_by_its_status(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, category: Category, status: str
) -> None:
    done = acme.set_category(str(number), category, seen=acme.fetch(str(number)).version, marker="m")
    assert (done.words, done.undoable, shown(sandbox, number)["status"]) == (f"status set to {status}", True, status)


def test_nobody_goes_back_to_new(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    with pytest.raises(Refused, match="never goes back to New"):
        acme.set_category(str(number), Category.OPEN, seen="x", marker="m")
    assert puts(sandbox) == []


def test_a_solve_without_an_assignee_is_given_to_slabot_and_says_so(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    done = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert "assigned to slabot, since a solved ticket needs an assignee" in done.words
    assert len(puts(sandbox)) == 1
    assert shown(sandbox, number)["assignee_id"] == sandbox.zendesk.account.bot["id"]


def test_a_solve_leaves_the_assignee_alone(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Hello")
    done = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert done.words == "status set to solved"
    assert "assignee_id" not in puts(sandbox)[0]


def test_solving_twice_sends_nothing_the_second_time(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    first = acme.set_category(str(number), Category.SOLVED, seen=acme.fetch(str(number)).version, marker="m")
    assert first.version is not None
    second = acme.set_category(str(number), Category.SOLVED, seen=first.version, marker="m")
    assert (first.changed, second.changed, len(puts(sandbox))) == (True, False, 1)


def test_a_close_cannot_be_undone_and_a_closed_ticket_refuses_for_good(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    sandbox.zendesk.people.solve(number, BOB)
    done = acme.set_category(str(number), Category.CLOSED, seen=acme.fetch(str(number)).version, marker="m")
    assert not done.undoable
    seen = acme.fetch(str(number)).version
    with pytest.raises(Refused, match="closed prevents ticket update") as caught:
        acme.send_public(str(number), "Hello", seen=seen, marker="n")
    assert caught.value.field == "status"
    assert not acme.find_marker(str(number), "n")


def test_priority_and_assignee_are_set(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    agent = str(sandbox.zendesk.account.add_agent(BOB)["id"])
    first = acme.set_priority(str(number), "urgent", seen=acme.fetch(str(number)).version, marker="p")
    assert first.version is not None
    acme.assign(str(number), agent, seen=first.version, marker="a")
    assert shown(sandbox, number)["priority"] == "urgent"
    assert shown(sandbox, number)["assignee_id"] == int(agent)


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (lambda z: z.set_priority("1", "critical", seen="x", marker="m"), "priority"),
        (lambda z: z.assign("1", "bob", seen="x", marker="m"), "assignee_id"),
        (lambda z: z.send_public("1", "  ", seen="x", marker="m"), "comment"),
        (lambda z: z.add_note("1", "a" * 70_000, marker="m"), "comment"),
        (lambda z: z.add_note("1", "a", marker=""), "marker"),
    ],
)
def test_what_cannot_be_written_is_refused_before_a_call(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, act: Callable[[ZendeskAdapter], object], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        act(acme)
    assert caught.value.field == field
    assert puts(sandbox) == []
