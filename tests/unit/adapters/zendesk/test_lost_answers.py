"""Write to Zendesk while others write too, or while its answers are lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.errors import (
    AdapterError,
    BadAnswer,
    Conflict,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Unreachable,
)
from adapters.zendesk.adapter import ZendeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import FaultKind, Sandbox

from ..conftest import Answer, Scripted
from .conftest import MINUTE, shown

ACTS: list[Callable[[ZendeskAdapter, str], object]] = [
    lambda z, seen: z.send_public("1", "Hello", seen=seen, marker="m"),
    lambda z, seen: z.send_public("1", "Hello", seen=seen, marker="m", category=Category.SOLVED),
    lambda z, seen: z.set_category("1", Category.WAITING_ON_CUSTOMER, seen=seen, marker="m"),
    lambda z, seen: z.set_category("1", Category.SOLVED, seen=seen, marker="m"),
    lambda z, seen: z.set_priority("1", "high", seen=seen, marker="m"),
    lambda z, seen: z.assign("1", str(z.whoami().id), seen=seen, marker="m"),
]


ACT_NAMES = ["public", "public+solve", "status", "solve", "priority", "assign"]


NOTE: list[Callable[[ZendeskAdapter, str], object]] = [lambda z, seen: z.add_note("1", "Hello", marker="m")]


@pytest.mark.parametrize("act", ACTS, ids=ACT_NAMES)
def test_a_ticket_that_changed_since_is_left_alone(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int, act: Callable[..., object]
) -> None:
    seen = acme.fetch(str(number)).version
    clock.elapse(MINUTE)
    sandbox.zendesk.people.customer_replies(number, "never mind")
    before = dict(shown(sandbox, number))
    with pytest.raises(Conflict, match="read it again and decide again"):
        act(acme, seen)
    assert shown(sandbox, number) == before
    assert not acme.find_marker(str(number), "m")


@pytest.mark.parametrize("act", ACTS + NOTE, ids=[*ACT_NAMES, "note"])
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.TRUNCATED])
def test_a_lost_answer_is_settled_by_the_mark_in_the_audits(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, act: Callable[..., object], kind: FaultKind
) -> None:
    seen = acme.fetch(str(number)).version
    sandbox.faults.add(kind, method="PUT", times=1)
    with pytest.raises(OutcomeUnknown):
        act(acme, seen)
    assert len(sandbox.journal.calls(method="PUT")) == 1
    happened = kind is not FaultKind.DROP_BEFORE
    assert acme.find_marker(str(number), "m") is happened
    assert bool(sandbox.journal.effects(by="api")) is happened


def test_a_mark_is_found_behind_a_hundred_other_audits(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    for turn in range(120):
        sandbox.zendesk.people.customer_replies(number, f"and {turn}")
    acme.add_note(str(number), "Hello", marker="needle")
    assert acme.find_marker(str(number), "needle")
    assert not acme.find_marker(str(number), "need")


def test_a_mark_that_cannot_be_looked_for_is_an_error_not_a_no(scripted: Scripted, hostile: ZendeskAdapter) -> None:
    scripted.on("GET", "/tickets/7/audits.json", Answer(403))
    with pytest.raises(NotAllowed):
        hostile.find_marker("7", "m")


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.DROP_BEFORE, Unreachable),
        (FaultKind.DOWN, Unreachable),
        (FaultKind.RATE_LIMIT, RateLimited),
        (FaultKind.RATE_LIMIT_TEXT, RateLimited),
        (FaultKind.UNAVAILABLE, Unreachable),
        (FaultKind.ERROR, Unreachable),
        (FaultKind.HTML, BadAnswer),
        (FaultKind.TRUNCATED, BadAnswer),
    ],
)
def test_every_fault_of_a_read_is_one_clear_error_and_passes(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, kind: FaultKind, error: type[AdapterError]
) -> None:
    fault = sandbox.faults.add(kind, method="GET", seconds=5)
    with pytest.raises(error):
        acme.fetch(str(number))
    sandbox.faults.clear(fault.number)
    assert acme.fetch(str(number)).ticket.id == "1"
