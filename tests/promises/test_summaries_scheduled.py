"""A summary leaves at its time from a running slabot, and the next one after the machine's clock has jumped a week.

Promise: through all that runs in earnest: the threads of the app, its scheduler on the machine's clock, the outbox and
Slack over HTTP. Nothing is called by the test but the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.runtime.app import App
from slabot.runtime.delivery.summaries import SummaryPlanner
from slabot.runtime.embedded import Embedded
from slabot.store import LedgerEvent, ledger
from slabot_sandbox import Sandbox
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, policy_text

WEEKLY: dict[str, Any] = {"summaries": [{"every": "week", "at": "10:00", "to": f"#{CHANNEL}"}]}
DUE = datetime(2026, 1, 12, 4, 30, tzinfo=UTC)  # Monday, 10:00 in India
WEEK = timedelta(days=7)


@pytest.fixture
def wall() -> Iterator[time_machine.Traveller]:
    """The machine's clock, seconds before a summary is due; it goes on from there."""
    with time_machine.travel(DUE - timedelta(seconds=4), tick=True) as wall:
        yield wall


@pytest.fixture
def running(wall: time_machine.Traveller, sqlite_url: str) -> Iterator[tuple[Sandbox, App[Embedded]]]:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        text = policy_text({"acme": sandbox}, sandbox, sqlite_url, reports=WEEKLY)
        environment = environment_of(sandbox) | {"DATABASE_URL": sqlite_url}
        app = embedded_app(
            load_policy(text, "f"),
            text,
            clock=SystemClock(),
            environment=environment,
            sweep_every=timedelta(seconds=1),  # the scheduler looks at the clock whenever it books one
        )
        app.start()
        yield sandbox, app
        app.stop()


def told(sandbox: Sandbox) -> list[str]:
    channels = sandbox.slack.workspace.channels.values()
    return [
        each["text"].partition(":")[0] for channel in channels for each in channel.messages if "Week" in each["text"]
    ]


def sent_at(app: App[Embedded]) -> list[datetime]:
    rows = app.parts.store.read(lambda conn: ledger.since(conn, DUE - WEEK))
    return [row.at for row in rows if row.event is LedgerEvent.SUMMARY_SENT]


def test_each_week_is_told_once_at_its_time(
    running: tuple[Sandbox, App[Embedded]], wall: time_machine.Traveller
) -> None:
    sandbox, app = running
    assert told(sandbox) == []
    until(lambda: any(isinstance(job.args[1], SummaryPlanner) for job in app.engine._scheduler.get_jobs()))
    until(lambda: len(sent_at(app)) == 1)
    assert told(sandbox) == ["Week of 5 Jan to 11 Jan 2026"]

    wall.move_to(DUE + WEEK + timedelta(minutes=5))
    until(lambda: len(sent_at(app)) == 2)
    assert told(sandbox) == ["Week of 5 Jan to 11 Jan 2026", "Week of 12 Jan to 18 Jan 2026"]

    wall.move_to(DUE + WEEK + timedelta(minutes=10))
    swept = len(sandbox.journal.calls(service="zendesk"))
    until(lambda: len(sandbox.journal.calls(service="zendesk")) > swept + 2)  # it has gone on, and told nothing again
    first, second = sent_at(app)
    assert DUE <= first < DUE + timedelta(minutes=1)
    assert second >= DUE + WEEK
    assert len(told(sandbox)) == 2
