from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from slabot.clock import SteppedClock
from slabot.paging import SlackSender, open_client
from tests.unit.paging.slack_stub import SlackStub, serving

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
