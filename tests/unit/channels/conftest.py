from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from slabot.channels.slack.client import open_client
from slabot.channels.slack.sender import SlackSender
from slabot.clock import SteppedClock
from tests.unit.channels.slack.slack_stub import SlackStub, serving

NOW = datetime(2026, 1, 9, 21, 30, tzinfo=UTC)  # 03:00 in Kolkata
TOKEN = "xoxb-test-0000-secret"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def slack() -> Iterator[SlackStub]:
    """A Slack that answers what the test tells it to."""
    with serving() as stub:
        yield stub


@pytest.fixture
def sender(slack: SlackStub, clock: SteppedClock) -> SlackSender:
    return SlackSender(open_client(TOKEN, base_url=slack.url, timeout=1), clock)
