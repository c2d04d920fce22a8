"""Write to Freshdesk while others write too, or while its answers are lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.errors import (
    AdapterError,
    Conflict,
    OutcomeUnknown,
    Refused,
    Unreachable,
)
from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.client import Client
from adapters.freshdesk.writing import reference
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category
from slabot_sandbox import FaultKind, Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from .conftest import BOB, MINUTE, Opens, conversations, said, writes

ACTS: dict[str, Callable[[FreshdeskAdapter, str], object]] = {
    "public": lambda f, seen: f.send_public("1", "Hello", seen=seen, marker="m"),
    "public+solve": lambda f, seen: f.send_public("1", "Hello", seen=seen, marker="m", category=Category.SOLVED),
    "status": lambda f, seen: f.set_category("1", Category.WAITING_ON_CUSTOMER, seen=seen, marker="m"),
    "priority": lambda f, seen: f.set_priority("1", "High", seen=seen, marker="m"),
    "assign": lambda f, seen: f.assign("1", f.whoami().id, seen=seen, marker="m"),
}


LOST = [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.ERROR]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_ticket_that_changed_since_is_left_alone(
    partners: FreshdeskAdapter,
    sandbox: Sandbox,
    desk: FreshdeskStandIn,
    clock: SteppedClock,
    own: str,
    act: Callable[..., object],
) -> None:
    seen = partners.fetch(own).version
    clock.elapse(MINUTE)
    desk.people.customer_replies(int(own), "never mind")
    with pytest.raises(Conflict, match="read it again and decide again"):
        act(partners, seen)
    assert writes(sandbox) == []
    act(partners, partners.fetch(own).version)


ONE_CALL = {name: act for name, act in ACTS.items() if name != "public+solve"}


@pytest.mark.parametrize("act", ONE_CALL.values(), ids=ONE_CALL)
@pytest.mark.parametrize("kind", LOST)
def test_a_write_whose_answer_is_lost_is_sent_once_and_its_outcome_unknown(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, act: Callable[..., object], kind: FaultKind
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="PUT", times=1)
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        act(partners, seen)
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize("kind", LOST)
def test_where_the_answer_to_the_move_is_lost_the_message_follows_if_the_ticket_was_moved(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, kind: FaultKind
) -> None:
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="PUT", times=1)
    if kind in (FaultKind.DROP_AFTER, FaultKind.TRUNCATED):
        done = ACTS["public+solve"](partners, seen)
        assert "status set to Resolved" in str(done)
    else:
        with pytest.raises(Unreachable, match="the status was not set"):
            ACTS["public+solve"](partners, seen)
        assert conversations(desk, own) == []
        ACTS["public+solve"](partners, seen)  # nothing stands in its way
    assert len(conversations(desk, own)) == 1
    assert desk.account.ticket(int(own)).status == 4


def test_where_nobody_can_say_whether_the_ticket_was_moved_no_message_is_sent(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = partners.fetch(own).version
    read, tickets = Client.ticket, []

    def once(self: Client, ticket_id: str) -> Any:
        tickets.append(ticket_id)
        if len(tickets) > 1:
            raise Unreachable("gone away", endpoint="GET")
        return read(self, ticket_id)

    monkeypatch.setattr(Client, "ticket", once)
    sandbox.faults.add(FaultKind.DROP_AFTER, method="PUT", times=1)
    with pytest.raises(OutcomeUnknown):
        ACTS["public+solve"](partners, seen)
    assert conversations(desk, own) == []


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_message_is_looked_for_once_and_never_sent_twice(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, clock: SteppedClock, own: str, kind: FaultKind
) -> None:
    desk.people.agent_replies(int(own), BOB, "Hello")  # the same words by somebody else are not ours
    seen = partners.fetch(own).version
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.send_public(own, "Hello", seen=seen, marker="m")
    clock.elapse(MINUTE)
    arrived = len(conversations(desk, own)) == 2
    assert partners.find_marker(own, "m") is arrived
    assert not partners.find_marker(own, "another")
    with pytest.raises(Refused, match="never sends a customer the same message twice"):
        partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="m")
    assert len(conversations(desk, own)) == 1 + arrived


def test_an_earlier_message_of_the_same_words_is_another_one(
    partners: FreshdeskAdapter, sandbox: Sandbox, own: str, clock: SteppedClock
) -> None:
    partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="first")
    seen = partners.fetch(own).version
    sandbox.faults.add(FaultKind.DROP_BEFORE, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.send_public(own, "Hello", seen=seen, marker="second")
    assert partners.find_marker(own, "first")
    assert not partners.find_marker(own, "second")


def test_after_a_restart_a_message_that_arrived_stands_as_slabots(
    partners: FreshdeskAdapter, opened: Opens, desk: FreshdeskStandIn, clock: SteppedClock, own: str
) -> None:
    partners.send_public(own, "Hello", seen=partners.fetch(own).version, marker="m")
    another = opened(desk.url, token=desk.token)
    assert not another.find_marker(own, "m")  # nothing is remembered
    now = clock.now()
    assert another.find_marker(own, "m", words="Hello", since=now)  # so it is told what to look for
    assert not another.find_marker(own, "m", words="Goodbye", since=now)
    assert not another.find_marker(own, "m", words="Hello", since=now + 10 * MINUTE)  # an earlier one is another
    assert said(another.fetch(own))[-1] == (Actor.SLABOT, True, "Hello")  # and so the rules count it


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_note_is_found_by_its_reference_also_after_a_restart(
    partners: FreshdeskAdapter, opened: Opens, sandbox: Sandbox, desk: FreshdeskStandIn, own: str, kind: FaultKind
) -> None:
    sandbox.faults.add(kind, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.add_note(own, "Look", marker="m")
    arrived = len(conversations(desk, own)) == 1
    assert opened(desk.url, token=desk.token).find_marker(own, "m") is arrived
    assert not partners.find_marker(own, "m/1")


def test_a_customer_who_writes_a_reference_keeps_no_note_from_being_written(
    partners: FreshdeskAdapter, sandbox: Sandbox, desk: FreshdeskStandIn, own: str
) -> None:
    desk.people.customer_replies(int(own), f"Please look\n\n{reference('m')}")
    sandbox.faults.add(FaultKind.DROP_BEFORE, method="POST", times=1)
    with pytest.raises(OutcomeUnknown):
        partners.add_note(own, "Look", marker="m")
    assert not partners.find_marker(own, "m")


def test_a_note_is_private_and_ends_in_its_reference(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, own: str
) -> None:
    partners.add_note(own, "Look\nhere", marker="m")
    (note,) = conversations(desk, own)
    assert note["private"]
    assert note["body_text"] == f"Look\nhere\n\n{reference('m')}"


def test_reads_are_tried_again_and_writes_are_not(partners: FreshdeskAdapter, sandbox: Sandbox, own: str) -> None:
    sandbox.faults.add(FaultKind.DROP_BEFORE, method="GET", times=2)
    partners.fetch(own)
    sandbox.faults.add(FaultKind.DOWN, method="GET")
    with pytest.raises(AdapterError):
        partners.version_of(own, timeout=0.3)
