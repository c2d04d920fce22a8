"""Two helpdesks in one policy.

Promise: tickets of the same number are two tickets; each page names its helpdesk, each write goes where it belongs,
and one helpdesk that is down holds up nothing of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from slabot.clock import SteppedClock
from slabot.store import LedgerEvent
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.scene import AGENT, DAY, HOUR, MINUTE, Make, Scene, said


@pytest.fixture
def other(clock: SteppedClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, seed=2) as other:
        yield other


@pytest.fixture
def two(stage: Make, store_url: str, other: Sandbox) -> Scene:
    scene = stage(store_url)
    scene.helpdesks = {"acme": scene.sandbox, "partners": other}
    scene.start()
    return scene


def test_the_same_number_in_both_is_two_tickets(two: Scene, other: Sandbox) -> None:
    ours = two.ask()
    theirs = other.zendesk.people.create_ticket("bo@partner.example", "Help", "production down")
    assert ours == theirs
    two.run_for(30 * MINUTE)
    two.answer(ours)
    two.run_for(31 * MINUTE)
    assert two.pages(ours, "acme") == []
    [page] = two.pages(theirs, "partners")
    assert "partners" in said(page)
    assert two.sandbox.slack.people.click(page["channel"], page["ts"], "slabot_acknowledge", AGENT).status == 200
    assert two.told(theirs, LedgerEvent.PAGE_ACKNOWLEDGED, "partners")
    assert two.told(ours, LedgerEvent.PAGE_ACKNOWLEDGED, "acme") == []


def test_a_write_goes_where_it_belongs(two: Scene, other: Sandbox) -> None:
    two.sweep_every = timedelta(hours=3)
    two.restart()
    ticket = other.zendesk.people.create_ticket("bo@partner.example", "Help", "Cannot log in")
    two.run_for(MINUTE)
    other.zendesk.people.agent_replies(ticket, AGENT, "Which version?", status="pending")
    two.run_for(DAY + HOUR)
    assert len(other.journal.effects(kind="comment.public", by="api")) == 1
    assert two.writes() == []


def test_one_that_is_down_holds_up_nothing_of_the_other(two: Scene, other: Sandbox) -> None:
    two.sweep_every = MINUTE
    two.restart(escalate=[{"severity": "critical", "rungs": [{"at": "10% used"}]}])
    other.faults.add(FaultKind.DOWN, service="zendesk", lasting=HOUR)
    for number in range(20):
        other.zendesk.people.create_ticket(f"c{number}@partner.example", "Help", "production down")
    two.run_for(MINUTE)
    ticket = two.ask()
    two.run_for(13 * MINUTE)
    assert len(two.pages(ticket, "acme")) == 1
    findings = two.get("/readyz").json()["findings"]
    assert len(findings) == 1
    assert findings[0].startswith("partners has not been read to the end yet")
