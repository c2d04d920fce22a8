"""What do the tests of the Freshdesk adapter have in common?

Promise: real HTTP throughout: the Freshdesk stand-in where it can say what is needed, a scripted server elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.base import Snapshot, SweepBatch
from adapters.freshdesk import listing
from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Actor, Category, Message
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import Answer, Scripted

ANA, BOB = "ana@customer.example", "bob@partners.example"
API = "GET /api/v2"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
STATUSES = {
    "2": Category.OPEN,
    "3": Category.PENDING,
    "4": Category.SOLVED,
    "5": Category.CLOSED,
    "Waiting on Customer": Category.WAITING_ON_CUSTOMER,
    "Waiting on Third Party": Category.WAITING_ON_THIRD_PARTY,
}
ME = {"id": 900, "contact": {"name": "slabot", "email": "bot@partners.example"}}
FIELDS = [
    {
        "name": "status",
        "choices": {
            "2": ["Open", "Being Processed"],
            "3": ["Pending", "Awaiting your Reply"],
            "4": ["Resolved", "x"],
            "5": ["Closed", "x"],
            "6": ["Waiting on Customer", "x"],
        },
    },
    {"name": "priority", "choices": {"Low": 1, "Medium": 2, "High": 3, "Urgent": 4}},
]

Opens = Callable[..., FreshdeskAdapter]


@pytest.fixture
def limits() -> FreshdeskLimits:
    """The limits of the stand-in's plan; a test may give its own."""
    return FreshdeskLimits(total=None)


@pytest.fixture
def sandbox(clock: SteppedClock, limits: FreshdeskLimits) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, freshdesk_limits=limits) as sandbox:
        yield sandbox


@pytest.fixture
def desk(sandbox: Sandbox) -> FreshdeskStandIn:
    return sandbox.freshdesk


@pytest.fixture
def opened(clock: SteppedClock) -> Iterator[Opens]:
    """Makes adapters, and closes them."""
    made: list[FreshdeskAdapter] = []

    def make(url: str, *, statuses: Mapping[str, Category] = STATUSES, **changed: Any) -> FreshdeskAdapter:
        settings = {"token": "key", "webhook_secrets": ["a long random secret"], **changed}
        adapter = FreshdeskAdapter(name="partners", url=url, statuses=statuses, clock=clock, **settings)
        made.append(adapter)
        return adapter

    yield make
    for adapter in made:
        adapter.close()


@pytest.fixture
def partners(desk: FreshdeskStandIn, opened: Opens) -> FreshdeskAdapter:
    """The adapter on the stand-in."""
    return opened(desk.url, token=desk.token)


@pytest.fixture
def book(scripted: Scripted) -> Scripted:
    """The scripted server with an account that has nothing unusual."""
    scripted.on("GET", "/agents/me", Answer(body=ME))
    scripted.on("GET", "/agents", Answer(body=[ME]))
    scripted.on("GET", "/ticket_fields", Answer(body=FIELDS))
    return scripted


@pytest.fixture
def hostile(book: Scripted, opened: Opens) -> FreshdeskAdapter:
    """The adapter on the scripted server."""
    return opened(book.url)


@pytest.fixture
def own(desk: FreshdeskStandIn, clock: SteppedClock) -> str:
    """A ticket of Ana's, a minute old."""
    made = desk.people.create_ticket(ANA, "Help", "It is down", company="Customer Ltd", tags=["vip"])
    clock.elapse(MINUTE)
    return str(made)


def writes(sandbox: Sandbox) -> list[tuple[str, Any]]:
    return [(call.endpoint, call.body) for call in sandbox.journal.calls() if call.method != "GET"]


def shown(desk: FreshdeskStandIn, own: str) -> dict[str, Any]:
    return desk.account.ticket(int(own)).shown


def conversations(desk: FreshdeskStandIn, own: str) -> list[dict[str, Any]]:
    return desk.account.ticket(int(own)).conversations or []


def said(snapshot: Snapshot) -> list[tuple[Actor, bool, str]]:
    return [(event.by, event.public, event.text) for event in snapshot.events if isinstance(event, Message)]


def swept(adapter: FreshdeskAdapter, cursor: str | None = None, since: datetime = SINCE) -> list[SweepBatch]:
    return list(adapter.sweep(cursor, since=since))


def ids(pages: list[SweepBatch]) -> list[str]:
    return [changed.id for each in pages for changed in each.changed]


def fill(desk: FreshdeskStandIn, clock: SteppedClock, count: int, *, apart: timedelta = SECOND) -> list[str]:
    made = []
    for number in range(count):
        made.append(str(desk.people.create_ticket(ANA, f"Request {number}", "It is down")))
        clock.elapse(apart)
    return made


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """Few tickets on a page."""
    monkeypatch.setattr(listing, "PER_PAGE", 5)
    return 5
