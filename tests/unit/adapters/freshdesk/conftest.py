"""What do the tests of the Freshdesk adapter have in common?

Promise: real HTTP throughout: the Freshdesk stand-in where it can say what is needed, a scripted server elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from adapters.freshdesk.adapter import FreshdeskAdapter
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.limits import FreshdeskLimits
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import Answer, Scripted

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
