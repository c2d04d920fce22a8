"""Webhooks at both helpdesks: lost, doubled, out of order, deferred.

Promise: whatever becomes of a delivery, what slabot does is the same, since the sweep finds everything and whatever is
acted on is read again just before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from slabot_sandbox import Sandbox
from tests.promises.desks import DESKS, Desk, FreshdeskDesk, both
from tests.promises.scene import AGENT, DAY, HOUR, MINUTE, SECOND, Make, Scene

MANY = 1000


@pytest.fixture(params=DESKS)
def desk(request: pytest.FixtureRequest, sandbox: Sandbox) -> Desk:
    return DESKS[request.param](sandbox)


@pytest.fixture
def scene(stage: Make, sqlite_url: str, sandbox: Sandbox) -> Scene:
    made = stage(sqlite_url, helpdesks=both(sandbox))
    made.sweep_every = timedelta(minutes=30)
    made.start()
    return made


def hooks(desk: Desk) -> Any:
    return getattr(desk.sandbox, desk.service).webhooks


FATES: dict[str, Callable[[Any], object]] = {
    "lost": lambda webhooks: webhooks.lose(MANY),
    "doubled": lambda webhooks: webhooks.double(MANY),
    "in reverse": lambda webhooks: webhooks.reorder(2),
    "an hour late": lambda webhooks: webhooks.delay(HOUR, MANY),
}


@pytest.mark.parametrize("fate", FATES)
def test_a_ticket_is_paged_answered_and_reminded_all_the_same(scene: Scene, desk: Desk, fate: str) -> None:
    FATES[fate](hooks(desk))
    ticket = desk.ask("production down")
    scene.run_for(HOUR + 5 * SECOND)
    assert len(scene.pages(ticket, desk.name)) == 1
    desk.asks_back(ticket)
    scene.run_for(HOUR)  # past 75 %, and the deadline
    assert len(scene.pages(ticket, desk.name)) == 1, "the answer ended the ladder"
    scene.run_for(DAY)
    assert len(desk.messages(ticket)) == 1


def test_freshdesk_defers_deliveries_for_a_day_and_drops_them_and_nothing_is_missed(
    scene: Scene, sandbox: Sandbox
) -> None:
    desk = FreshdeskDesk(sandbox)
    sandbox.freshdesk.webhooks.defer(2 * DAY)
    ticket = desk.ask("production down")
    scene.run_for(HOUR + MINUTE)
    assert len(scene.pages(ticket, desk.name)) == 1


def test_a_change_that_freshdesk_does_not_date_is_seen_before_anything_is_done(scene: Scene, sandbox: Sandbox) -> None:
    """Neither a sweep nor a webhook tells of it; the reading just before the act does."""
    desk = FreshdeskDesk(sandbox)
    ticket = desk.ask("Cannot log in")
    scene.run_for(MINUTE)
    desk.asks_back(ticket)
    scene.run_for(HOUR)
    sandbox.freshdesk.webhooks.lose(MANY)
    before = sandbox.freshdesk.account.tickets[ticket].shown["updated_at"]
    sandbox.freshdesk.account.quirks.silent_changes = 1
    sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Pending")
    assert sandbox.freshdesk.account.tickets[ticket].shown["updated_at"] == before
    scene.run_for(2 * DAY)
    assert desk.messages(ticket) == []
