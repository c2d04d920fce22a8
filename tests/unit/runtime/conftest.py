"""What do the tests of the runtime stand on?

Promise: a real store on each engine, the real rules, and a clock that is moved by hand. Helpdesk and Slack are
played by the two classes below, which do exactly what a test told them: what real ones do is tests/promises' part.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from adapters.base import MARKED, Done, Repeat, Snapshot, Write
from slabot.channels.slack.channel import SlackChannel
from slabot.channels.slack.conversations import Identity
from slabot.channels.slack.sender import Posted, SlackSender
from slabot.clock import SteppedClock
from slabot.domain import Category
from slabot.policy import Policy, Way, load_policy
from slabot.runtime import Parts
from slabot.runtime.delivery.alerts import Alerts
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.pages import Pages
from slabot.runtime.delivery.updates import Updates
from slabot.runtime.delivery.writes import Writes
from slabot.store import Store
from tests.fixtures.stores import postgres_url, sqlite_url, store, store_url
from tests.fixtures.tickets import CUSTOMER, a_ticket, message
from tests.promises.scene import AGREEMENT

__all__ = ["postgres_url", "sqlite_url", "store", "store_url"]

MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


IDENTITY = Identity("Acme", "U0", "B0", None, team_id="T0")


@dataclass
class Desk:
    """A helpdesk that shows the tickets it was given and raises what it was told."""

    name: str = "acme"
    kind: str = "zendesk"
    shows: dict[str, Snapshot] = field(default_factory=dict)
    raises: dict[str, Exception] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    ahead: list[tuple[str, ...]] = field(default_factory=list)  # what was asked for together
    asked: int = 0  # how often it was asked who slabot is
    written: list[tuple[str, str]] = field(default_factory=list)
    marked: set[str] = field(default_factory=set)
    before_write: Callable[[], object] = lambda: None

    def has(self, number: int, at: datetime, *events: Any, text: str = "production down", **more: Any) -> str:
        """Have a ticket; its number as text."""
        own = str(number)
        self.shows[own] = Snapshot(
            ticket=a_ticket(own, helpdesk=self.name, created_at=at, status=Category.OPEN),
            events=(message(at, CUSTOMER, text, id=f"c:{own}"), *events),
            version=more.get("version", at.isoformat()),
            status_now=Category.OPEN,
            priority_now=None,
            assignee_now=None,
        )
        return own

    def fetch(self, ticket_id: str, *, timeout: float | None = None) -> Snapshot:
        self.read.append(ticket_id)
        for name in (ticket_id, "*"):
            if name in self.raises:
                raise self.raises[name]
        return self.shows[ticket_id]

    def look_ahead(self, ticket_ids: Collection[str], *, timeout: float | None = None) -> None:
        self.ahead.append(tuple(ticket_ids))
        if "ahead" in self.raises:
            raise self.raises["ahead"]

    def whoami(self, *, timeout: float | None = None) -> None:
        self.asked += 1
        for name in ("account", "*"):
            if name in self.raises:
                raise self.raises[name]

    def version_of(self, ticket_id: str, *, timeout: float = 2.0) -> Snapshot:
        return self.fetch(ticket_id)

    def agent_names(self, ids: Collection[str], *, timeout: float = 2.0) -> Mapping[str, str]:
        return {}

    def repeat(self, write: Write) -> Repeat:
        return MARKED[write]

    def find_marker(self, ticket_id: str, marker: str, **_: Any) -> bool:
        return marker in self.marked

    def send_public(self, ticket_id: str, text: str, *, marker: str, **_: Any) -> Done:
        self.before_write()
        self.written.append((ticket_id, marker))
        self.marked.add(marker)
        return Done(words="message sent to the customer")

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Slack:
    """Slack, as far as it is told."""

    raises: list[Exception] = field(default_factory=list)  # taken one by one, by posts
    posted: list[tuple[str, str, str | None]] = field(default_factory=list)  # key, channel, thread
    updated: list[str] = field(default_factory=list)
    answers: bool = True
    known_identity: Identity = IDENTITY
    before_update: Callable[[], object] = lambda: None

    def post(
        self, channel: str, view: Any, *, key: str, thread_ts: str | None = None, broadcast: bool = False
    ) -> Posted:
        if self.raises:
            raise self.raises.pop(0)
        self.posted.append((key, channel, thread_ts))
        return Posted("C1", f"{len(self.posted)}.0")

    def find(self, channel: str, key: str, since: datetime, thread_ts: str | None = None) -> Posted | None:
        found = [number for number, (posted, _, _) in enumerate(self.posted, 1) if posted == key]
        return Posted("C1", f"{found[0]}.0") if found else None

    def update(self, channel: str, ts: str, view: Any) -> None:
        self.before_update()
        self.updated.append(ts)

    def channel_id(self, channel: str) -> str:
        return "C1"


@dataclass
class Bell:
    """Counts how often it was rung, and notes what could be seen in the store at that moment."""

    look: Callable[[], object] = lambda: None
    seen: list[object] = field(default_factory=list)

    def wake(self) -> None:
        self.seen.append(self.look())


@dataclass
class World:
    """The parts, and who plays the outside."""

    parts: Parts
    clock: SteppedClock
    desk: Desk
    slack: Slack
    waker: Bell

    def later(self, span: timedelta) -> None:
        self.clock.elapse(span)


def policy(**changes: Any) -> Policy:
    import yaml

    whole = {**AGREEMENT, "slack": {"token_env": "T", "channel": "#support-escalations"}, **changes}
    return load_policy(yaml.safe_dump({name: value for name, value in whole.items() if value is not None}), "f")


@pytest.fixture
def make(store: Store) -> Callable[..., World]:
    """Makes a world with these settings changed."""

    def build(*, slack: bool = True, desks: dict[str, Desk] | None = None, **changes: Any) -> World:
        clock, desk, sender, waker = SteppedClock(MONDAY), Desk(), Slack(), Bell()
        adapters = {"acme": desk} if desks is None else desks
        parts = Parts(
            store=store,
            policy=policy(**changes),
            policy_version=1,
            adapters=cast(Any, adapters),
            sender=cast(SlackSender, sender) if slack else None,
            channels={Way.SLACK: SlackChannel(cast(SlackSender, sender))} if slack else {},
            clock=clock,
            started_at=MONDAY,
            waker=waker,
        )
        return World(parts, clock, next(iter(adapters.values())), sender, waker)

    return build


def page_delivery(parts: Parts) -> Delivery[Any]:
    return Delivery(parts, Pages(parts))


def update_delivery(parts: Parts) -> Delivery[Any]:
    return Delivery(parts, Updates(parts))


def write_delivery(parts: Parts) -> Delivery[Any]:
    return Delivery(parts, Writes(parts))


def alert_delivery(parts: Parts) -> Delivery[Any]:
    return Delivery(parts, Alerts(parts))


@pytest.fixture
def world(make: Callable[..., World]) -> World:
    return make()
