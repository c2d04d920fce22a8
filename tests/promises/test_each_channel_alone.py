"""Any channel alone is enough.

Promise: a policy that names Slack, e-mail, PagerDuty or a webhook and nothing else tells people at every rung, once
each, and of what is wrong with slabot itself. Nothing of it needs Slack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from slabot.store import Lane, LedgerEvent, outbox
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.scene import HOUR, MINUTE, SECOND, Make, Scene
from tests.promises.ways import OTHERS, Way, opened

RUNGS = ("50% used", "75% used", "breach", "30m after, then every 30m")

Alone = Callable[..., Scene]


@pytest.fixture(params=["slack", *OTHERS])
def way(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Way]:
    with opened(request.param, sandbox) as way:
        yield way


@pytest.fixture
def alone(stage: Make, sqlite_url: str, way: Way) -> Alone:
    """Makes a scene whose policy names this way and no other, at every rung."""

    def make(*, sweep_every: timedelta = HOUR / 2, **more: Any) -> Scene:
        rungs = [{"at": at, "notify": [way.to]} for at in RUNGS]
        without = {} if way.to.startswith("#") else {"slack": None}
        scene = stage(sqlite_url, **without, **way.settings(), escalate=[{"rungs": rungs}], **more)
        scene.sweep_every = sweep_every
        scene.start()
        return scene

    return make


def unsent(scene: Scene) -> list[str]:
    """What waits in any lane, with its reason."""
    waiting = scene.parts.store.read(lambda conn: [row for lane in Lane for row in outbox.waiting(conn, lane)])
    return [f"{row.key}: {row.reason}" for row in waiting]


def test_every_rung_arrives_once_and_the_answer_ends_it(alone: Alone, way: Way) -> None:
    scene = alone()
    ticket = scene.ask()
    scene.run_for(HOUR + SECOND)
    assert way.pages(ticket) == ["50% used/0"]
    scene.run_for(30 * MINUTE)
    assert way.pages(ticket)[1:] == ["75% used/0"]
    scene.run_for(30 * MINUTE)
    assert way.pages(ticket)[2:] == ["breach/0"]
    scene.run_for(HOUR)
    assert way.pages(ticket)[3:] == ["30m after, then every 30m/0", "30m after, then every 30m/1"]

    scene.answer(ticket)
    scene.run_for(2 * HOUR)
    assert len(way.pages(ticket)) == 5
    assert len(scene.told(ticket, LedgerEvent.PAGE_SENT)) == 5
    assert unsent(scene) == []
    assert way.about_slabot() == []


def test_no_page_speaks_of_a_slack_that_is_not_there(alone: Alone, way: Way) -> None:
    scene = alone()
    scene.ask()
    scene.run_for(HOUR + SECOND)
    [text] = way.came().values()
    assert ("in Slack" in text) is False


def test_a_feed_that_is_stale_is_told_of(alone: Alone, way: Way, sandbox: Sandbox) -> None:
    scene = alone(sweep_every=MINUTE)
    scene.run_for(MINUTE)
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=20 * MINUTE)
    scene.run_for(10 * MINUTE)
    [text] = way.about_slabot()
    assert "acme was last read to the end at" in text
    scene.run_for(20 * MINUTE)
    assert "Everything agrees again" in way.about_slabot()[-1]
    assert unsent(scene) == []


def test_the_circuit_breaker_is_told_of(alone: Alone, way: Way) -> None:
    scene = alone(
        sweep_every=2 * HOUR,
        limits={"writes_per_run": 50, "stop_above_tickets": 1, "stop_above_percent": 1},
        waiting={"mode": "act", "calendar": "around_the_clock"},
    )
    for number in range(3):
        ticket = scene.ask("Cannot log in", who=f"c{number}@contoso.example")
        scene.run_for(SECOND)
        scene.asks_back(ticket)
    scene.run_for(25 * HOUR)
    assert any("the circuit breaker is open" in text for text in way.about_slabot())


def test_a_click_or_a_command_that_nobody_can_send_breaks_nothing(alone: Alone) -> None:
    scene = alone()
    scene.run_for(MINUTE)
    for path in ("actions", "commands", "events"):
        answer = scene.post(f"/slack/{path}", "payload={}", {"Content-Type": "application/x-www-form-urlencoded"})
        assert 400 <= answer.status_code < 500
    assert scene.get("/readyz").status_code == 200
