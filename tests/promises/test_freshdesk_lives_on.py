"""Freshdesk tickets that live on, and others who write to them: a clock runs, and people are paged.

Promise: a ticket that was merged, closed or deleted and is alive again is never silent, whether slabot looked in
between or not; and what a stranger writes is no customer's word.
"""

from __future__ import annotations

import pytest

from slabot_sandbox import Sandbox
from tests.promises.desks import CUSTOMER, FreshdeskDesk, both
from tests.promises.scene import AGENT, HOUR, MINUTE, SECOND, Make, Scene

STRANGER = "eve@elsewhere.example"


@pytest.fixture
def desk(sandbox: Sandbox) -> FreshdeskDesk:
    return FreshdeskDesk(sandbox)


@pytest.fixture(params=[5 * MINUTE, 30 * MINUTE], ids=["looks often", "looks seldom"])
def scene(request: pytest.FixtureRequest, stage: Make, sqlite_url: str, sandbox: Sandbox) -> Scene:
    """Without webhooks it would look only by its sweeps; all deliveries are lost here."""
    clocks = [{"name": "next_response", "kind": "next_response", "within": "1h"}]
    ladders = [{"clock": ["first_response", "next_response"], "rungs": [{"at": "50% used"}, {"at": "breach"}]}]
    made = stage(sqlite_url, helpdesks=both(sandbox), clocks=clocks, escalate=ladders)
    sandbox.freshdesk.webhooks.lose(1000)
    made.sweep_every = request.param
    made.start()
    return made


def paged(scene: Scene, ticket: int) -> int:
    return len(scene.pages(ticket, FreshdeskDesk.name))


def test_a_merged_ticket_to_which_the_customer_writes_is_paged(scene: Scene, desk: FreshdeskDesk) -> None:
    ticket, other = desk.ask("production down"), desk.ask("production down")
    scene.run_for(10 * MINUTE)
    people = desk.sandbox.freshdesk.people
    people.merge(ticket, other, AGENT)
    scene.run_for(5 * MINUTE)
    people.customer_replies(ticket, "Is anybody there?")
    scene.run_for(40 * MINUTE)  # 55 minutes since it was made, of which it was closed for 5
    assert paged(scene, ticket) == 0
    scene.run_for(45 * MINUTE)
    assert paged(scene, ticket) == 1


def test_a_reply_to_a_closed_ticket_is_paged(scene: Scene, desk: FreshdeskDesk) -> None:
    ticket = desk.ask("production down")
    scene.run_for(10 * MINUTE)
    desk.solve(ticket)
    desk.sandbox.freshdesk.people.close(ticket, AGENT)
    scene.run_for(3 * HOUR)
    assert paged(scene, ticket) == 0
    desk.sandbox.freshdesk.people.customer_replies(ticket, "production down again")
    scene.run_for(HOUR + 31 * MINUTE)
    assert paged(scene, ticket) >= 1


def test_a_ticket_that_is_brought_back_goes_on(scene: Scene, desk: FreshdeskDesk) -> None:
    ticket = desk.ask("production down")
    people = desk.sandbox.freshdesk.people
    scene.run_for(10 * MINUTE)
    people.delete(ticket, AGENT)
    scene.run_for(5 * HOUR)
    assert paged(scene, ticket) <= 1  # whoever looks seldom may have paged before it was seen to be gone
    before = paged(scene, ticket)
    people.restore(ticket, AGENT)
    scene.run_for(3 * HOUR)
    assert paged(scene, ticket) > before


def test_a_strangers_mail_is_no_customers_word(scene: Scene, desk: FreshdeskDesk) -> None:
    ticket = desk.ask("production down")
    scene.run_for(10 * MINUTE)
    people = desk.sandbox.freshdesk.people
    people.agent_replies(ticket, AGENT, "Which version is it?", status="Waiting on Customer")
    scene.run_for(31 * MINUTE + SECOND)
    desk.sandbox.freshdesk.account.quirks.reopen = False
    people.customer_replies(ticket, "Buy this", author=STRANGER)
    scene.run_for(3 * HOUR)
    assert paged(scene, ticket) == 0
    people.customer_replies(ticket, "It is 1.2", author=CUSTOMER)
    scene.run_for(2 * HOUR)
    assert paged(scene, ticket) >= 1
