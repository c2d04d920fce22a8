"""A page leaves within a second of its time, by the clock of the wall.

Promise: also for a ticket that was seen just before, when everybody was asleep until later.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.runtime import Embedded
from slabot_sandbox import Sandbox
from tests.promises.scene import CHANNEL, environment_of, key_of, policy_text

TARGET = 4  # seconds
TICKETS = 3


@pytest.fixture
def running(store_url: str) -> Iterator[tuple[Sandbox, Embedded]]:
    with Sandbox() as sandbox:
        sandbox.slack.workspace.add_channel(CHANNEL)
        sandbox.slack.api.limits.posts = None
        severities = {"critical": {"means": "x", "respond_within": f"{TARGET}s", "calendar": "around_the_clock"}}
        rungs = [{"at": "breach"}]
        text = policy_text(
            {"acme": sandbox},
            sandbox,
            store_url,
            severities=severities,
            classify={"otherwise": "critical"},
            escalate=[{"severity": "critical", "rungs": rungs}],
        )
        environment = environment_of(sandbox) | {"DATABASE_URL": store_url}
        app = embedded_app(load_policy(text, "f"), text, clock=SystemClock(), environment=environment)
        app.start()
        sandbox.connect(app.url)
        yield sandbox, app.engine
        app.stop()


def test_a_page_leaves_within_a_second_of_its_time(running: tuple[Sandbox, Embedded]) -> None:
    sandbox, _ = running
    time.sleep(0.5)  # everybody has looked and gone to sleep
    people = sandbox.zendesk.people
    tickets = [people.create_ticket(f"c{number}@contoso.example", "Help", "It is down") for number in range(TICKETS)]
    end = time.monotonic() + TARGET + 5
    while len(sandbox.journal.effects(kind="message.posted")) < TICKETS and time.monotonic() < end:
        time.sleep(0.02)
    posted = {key_of(page).split("/")[1]: page.at for page in sandbox.journal.effects(kind="message.posted")}
    for ticket in tickets:
        due = datetime.fromisoformat(sandbox.zendesk.account.tickets[ticket].shown["created_at"]).astimezone(UTC)
        late = posted[str(ticket)] - (due + timedelta(seconds=TARGET))
        assert timedelta() <= late < timedelta(seconds=1)
