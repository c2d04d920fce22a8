"""The heartbeat: heard, or not and why, and its address is shown to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from slabot.channels.errors import SettingError
from slabot.clock import SteppedClock
from slabot.runtime import Heartbeat
from slabot_sandbox import FaultKind, Sandbox


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SteppedClock(datetime(2026, 1, 12, 9, 0, tzinfo=UTC))) as sandbox:
        yield sandbox


def test_a_beat_is_heard(sandbox: Sandbox) -> None:
    assert Heartbeat(f"{sandbox.heartbeat.url}/s3cret").beat() is None
    assert len(sandbox.heartbeat.beats) == 1


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (FaultKind.DROP_BEFORE, "the connection broke off"),
        (FaultKind.ERROR, "HTTP 500"),
        (FaultKind.RATE_LIMIT, "HTTP 429"),
    ],
)
def test_a_beat_that_is_not_heard_says_why_and_raises_nothing(sandbox: Sandbox, fault: FaultKind, why: str) -> None:
    sandbox.faults.add(fault, service="heartbeat", times=1)
    heartbeat = Heartbeat(f"{sandbox.heartbeat.url}/s3cret")
    said = heartbeat.beat()

    assert said is not None
    assert why in said
    assert "s3cret" not in said + repr(heartbeat)
    assert len(sandbox.journal.calls(service="heartbeat")) == 1, "nothing is repeated"


def test_nobody_listening_is_said_too(sandbox: Sandbox) -> None:
    heartbeat = Heartbeat(sandbox.heartbeat.url)
    sandbox.stop()

    assert "the connection was refused" in str(heartbeat.beat())


@pytest.mark.parametrize("url", ["http://listener.example/s3cret", "s3cret", ""])
def test_an_address_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(SettingError, match=r"heartbeat\.url_env") as caught:
        Heartbeat(url)

    assert "s3cret" not in str(caught.value)
