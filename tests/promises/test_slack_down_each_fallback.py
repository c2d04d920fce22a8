"""Slack is down, and each other channel stands in for it.

Promise: a page leaves by the fallback once it has waited for ``fallback.after``, once, and a note on the ticket says
so; words about slabot itself take the same way. When Slack is back it gets the page, which says how late it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from slabot_sandbox import FaultKind, Sandbox
from tests.promises.heard import Way as Heard
from tests.promises.heard import everything
from tests.promises.scene import CHANNEL, HOUR, MINUTE, SECOND, Make, Scene, said
from tests.promises.ways import OTHERS, Way, opened

AFTER = 5 * MINUTE

AtRisk = Callable[..., Scene]


@pytest.fixture(params=OTHERS)
def way(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Way]:
    with opened(request.param, sandbox) as way:
        yield way


@pytest.fixture
def at_risk(stage: Make, sqlite_url: str, way: Way) -> AtRisk:
    """Makes a scene whose pages fall back to this way."""

    def make(*, sweep_every: timedelta = HOUR / 2) -> Scene:
        scene = stage(sqlite_url, **way.settings(), fallback={"after": "5m", "to": [way.to]})
        scene.sweep_every = sweep_every
        scene.start()
        scene.run_for(MINUTE)
        return scene

    return make


def notes(sandbox: Sandbox) -> list[str]:
    return [heard.text for heard in everything(sandbox) if heard.way is Heard.NOTE]


def down(sandbox: Sandbox, fault: FaultKind, minutes: int) -> None:
    """Slack, from now on."""
    sandbox.faults.add(fault, service="slack", lasting=minutes * MINUTE)


@pytest.mark.parametrize("fault", [FaultKind.DOWN, FaultKind.UNAVAILABLE])
def test_a_page_takes_the_fallback_after_its_time_and_a_note_says_so(
    at_risk: AtRisk, way: Way, sandbox: Sandbox, fault: FaultKind
) -> None:
    scene = at_risk()
    ticket = scene.ask()
    scene.run_for(HOUR - MINUTE)
    down(sandbox, fault, 20)
    scene.run_for(MINUTE + AFTER - SECOND)
    assert way.came() == {}
    scene.run_for(10 * SECOND)
    assert way.pages(ticket) == ["50% used/0/instead"]
    [note] = notes(sandbox)
    assert f"slabot could not page #{CHANNEL}" in note
    assert f"It pages {way.to} instead" in note

    scene.run_for(18 * MINUTE)
    [page] = scene.pages(ticket)
    assert "minutes late" in said(page)
    assert way.pages(ticket) == ["50% used/0/instead"]
    assert len(notes(sandbox)) == 1
    scene.answer(ticket)
    scene.run_for(MINUTE)


def test_a_further_rung_takes_the_fallback_too(at_risk: AtRisk, way: Way, sandbox: Sandbox) -> None:
    scene = at_risk()
    ticket = scene.ask()
    scene.run_for(HOUR + MINUTE)
    assert len(scene.pages(ticket)) == 1
    down(sandbox, FaultKind.DOWN, 60)
    scene.run_for(29 * MINUTE + AFTER + 10 * SECOND)
    assert way.pages(ticket) == ["75% used/0/instead"]
    scene.answer(ticket)
    scene.run_for(MINUTE)


@pytest.mark.parametrize("fault", [FaultKind.DOWN, FaultKind.DROP_AFTER])
def test_words_about_slabot_itself_take_the_fallback(
    at_risk: AtRisk, way: Way, sandbox: Sandbox, fault: FaultKind
) -> None:
    scene = at_risk(sweep_every=MINUTE)
    down(sandbox, fault, 30)
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=30 * MINUTE)
    scene.run_for(6 * MINUTE)
    assert way.about_slabot() == []
    scene.run_for(6 * MINUTE)
    [text] = way.about_slabot()
    assert "acme was last read to the end at" in text
    scene.run_for(15 * MINUTE)
    assert len(way.about_slabot()) == 1


def test_a_refusal_takes_the_fallback_at_once(at_risk: AtRisk, way: Way, sandbox: Sandbox) -> None:
    scene = at_risk()
    ticket = scene.ask()
    scene.run_for(HOUR - MINUTE)
    sandbox.slack.api.tokens.scopes.pop(sandbox.slack.token)
    scene.run_for(MINUTE + 5 * SECOND)
    assert way.pages(ticket) == ["50% used/0/instead"]
    assert len(notes(sandbox)) == 1
