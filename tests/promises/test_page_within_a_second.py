"""A page leaves within a second of its time, by the clock of the wall.

Promise: also for a ticket that was seen just before, when everybody was asleep until later. How late it is, is measured
in the long run, on SQLite and on PostgreSQL; in every run it is shown that somebody is woken for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from slabot.clock import SystemClock
from slabot.composition import embedded_app
from slabot.policy import load_policy
from slabot.runtime import Embedded, embedded, evaluation
from slabot.runtime.reading.sweeping import Sweeper
from slabot_sandbox import Sandbox
from tests.fixtures.waits import until
from tests.promises.scene import CHANNEL, environment_of, key_of, policy_text

TARGET = 4  # seconds
TICKETS = 3
NEVER = timedelta(days=1)  # nobody wakes by himself before that


@pytest.fixture
def running(store_url: str) -> Iterator[Sandbox]:
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
        yield sandbox
        app.stop()


@pytest.fixture
def sleepers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks before somebody wakes him, or before the instant that he knows of."""
    for module in (embedded, evaluation):
        monkeypatch.setattr(module, "LONGEST_SLEEP", NEVER)
    monkeypatch.setattr(Embedded, "_sweep_at", _once(Embedded._sweep_at))


def _once(book: Callable[..., None]) -> Callable[..., None]:
    """The first sweep of each helpdesk is booked, and no other."""
    booked: set[str] = set()

    def first(self: Embedded, instant: datetime, name: str, sweeper: Sweeper) -> None:
        if name not in booked:
            booked.add(name)
            book(self, instant, name, sweeper)

    return first


def test_whoever_sleeps_is_woken_for_a_page(sleepers: None, running: Sandbox) -> None:
    pages = _asked_and_paged(running)
    assert all(page >= due for due, page in pages)


@pytest.mark.long
def test_a_page_leaves_within_a_second_of_its_time(running: Sandbox) -> None:
    for due, page in _asked_and_paged(running):
        assert timedelta() <= page - due < timedelta(seconds=1)


def _asked_and_paged(sandbox: Sandbox) -> list[tuple[datetime, datetime]]:
    """When a page of each ticket was due, and when it came."""
    time.sleep(0.5)  # everybody has looked and gone to sleep
    people = sandbox.zendesk.people
    tickets = [people.create_ticket(f"c{number}@contoso.example", "Help", "It is down") for number in range(TICKETS)]
    until(lambda: len(sandbox.journal.effects(kind="message.posted")) >= TICKETS, "a page of each")
    posted = {key_of(page).split("/")[1]: page.at for page in sandbox.journal.effects(kind="message.posted")}
    asked = {ticket: sandbox.zendesk.account.tickets[ticket].shown["created_at"] for ticket in tickets}
    return [
        (datetime.fromisoformat(at).astimezone(UTC) + timedelta(seconds=TARGET), posted[str(ticket)])
        for ticket, at in asked.items()
    ]
