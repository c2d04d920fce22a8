"""A further channel is one folder and one line.

Promise: what `tests.promises.chat` says and a word in the registry are enough: pages, further rungs, updates in place
and words about slabot itself go by it, alone or as the fallback; and `slabot check` knows its destinations.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest

from slabot.channels import registry
from slabot.composition import StartError
from slabot.policy import Way, check_policy
from slabot_sandbox import FaultKind, Sandbox
from tests.promises.chat import ChatChannel, open_chat
from tests.promises.scene import HOUR, MINUTE, SECOND, Make, Scene, policy_text

CHANNELS = {"chat": {"team": {"room": "support"}}}
RUNGS = [{"at": at, "notify": ["chat:team"]} for at in ("50% used", "breach")]

Alone = Callable[..., Scene]


@pytest.fixture
def alone(stage: Make, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Alone:
    """Makes a scene with the channel registered, and no other named."""
    monkeypatch.setitem(registry.FURTHER, "chat", open_chat)

    def make(**more: Any) -> Scene:
        scene = stage(sqlite_url, **{"slack": None, "channels": CHANNELS, "escalate": [{"rungs": RUNGS}]} | more)
        scene.sweep_every = 5 * MINUTE
        scene.start()
        return scene

    return make


def chat(scene: Scene) -> ChatChannel:
    return cast("ChatChannel", scene.parts.channels[Way("chat")])


def test_pages_rungs_and_updates_go_by_it(alone: Alone) -> None:
    scene = alone()
    ticket = scene.ask()
    scene.run_for(HOUR + SECOND)
    [page] = chat(scene).said
    assert (page.room, page.updates) == ("support", 0)
    assert f"1 hour left to answer ticket {ticket}" in page.text
    scene.run_for(HOUR)
    assert [said.key.split("/")[5] for said in chat(scene).said] == ["50% used", "breach"]
    scene.answer(ticket)
    scene.run_for(MINUTE)
    assert page.updates > 0
    assert "Missed" in page.text


def test_words_about_slabot_itself_go_by_it(alone: Alone, sandbox: Sandbox) -> None:
    scene = alone()
    scene.run_for(MINUTE)
    sandbox.faults.add(FaultKind.DOWN, service="zendesk", lasting=30 * MINUTE)
    scene.run_for(25 * MINUTE)
    assert any("acme was last read to the end at" in said.text for said in chat(scene).said)


def test_it_is_a_fallback_like_any(alone: Alone, sandbox: Sandbox) -> None:
    ladder = [{"severity": "critical", "rungs": [{"at": "50% used", "notify": ["pagerduty:main"]}]}]
    services = {"main": {"routing_key_env": "PAGERDUTY_KEY", "api_url": sandbox.pagerduty.url}}
    scene = alone(escalate=ladder, pagerduty=services, fallback={"after": "5m", "to": ["chat:team"]})
    ticket = scene.ask()
    sandbox.faults.add(FaultKind.UNAVAILABLE, service="pagerduty", lasting=2 * HOUR)
    scene.run_for(HOUR + 6 * MINUTE)
    assert [f"ticket {ticket}" in said.text for said in chat(scene).said] == [True]


def test_a_name_that_the_file_does_not_have_is_an_error(sandbox: Sandbox) -> None:
    rungs = [{"at": "breach", "notify": ["chat:tema"]}]
    text = policy_text(
        {"acme": sandbox}, sandbox, "sqlite:///slabot.db", channels=CHANNELS, escalate=[{"rungs": rungs}]
    )
    policy, problems = check_policy(text, "config.yaml", date(2026, 1, 12))
    assert policy is None
    assert [problem.code for problem in problems] == ["unknown-way"]
    assert 'did you mean "team"?' in problems[0].fix


def test_a_word_that_no_channel_has_is_refused_at_the_start(alone: Alone) -> None:
    with pytest.raises(StartError, match=r"channels\.pigeon: this slabot has no such channel; it has chat"):
        alone(channels=CHANNELS | {"pigeon": {"loft": {"roof": "red"}}})
