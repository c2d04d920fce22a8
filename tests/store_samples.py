"""What do tests of the store put into it?

Promise: small, ordinary things, all of them overridable, so that a test says only what it is about.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from slabot.domain import Actor, AnyEvent, Category, Message, Person, StatusChanged, Ticket
from slabot.policy import Mode, Policy, load_policy
from slabot.rules import Action, Decision, Kind, decide
from slabot.store import Lane, OutboxRow, Store, StoredTicket, tickets
from slabot.store.work import Alert, InternalNote, Page, Update, Work

NOON = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)  # a Friday
ANA = Person("r1", "ana@customer.example", "Customer Ltd")


def after(**length: float) -> datetime:
    """That long after Friday noon."""
    return NOON + timedelta(**length)


def a_ticket(ticket_id: str = "4711", **facts: Any) -> Ticket:
    """Ana's request at noon."""
    defaults: dict[str, Any] = {"subject": "Agent offline", "channel": "email", "requester": ANA, "tags": ("vip",)}
    return Ticket(helpdesk="acme", id=ticket_id, created_at=NOON, **{**defaults, **facts})


def asked(text: str = "It is down", *, minutes: float = 0, event_id: str = "comment:1", **facts: Any) -> Message:
    """A message of Ana's."""
    defaults: dict[str, Any] = {"by": Actor.CUSTOMER, "by_id": ANA.id, "email": ANA.email}
    return Message(at=after(minutes=minutes), id=event_id, text=text, **{**defaults, **facts})


def answered(text: str = "We look at it", *, minutes: float = 30, event_id: str = "comment:2") -> Message:
    """A public answer of an agent's."""
    return Message(at=after(minutes=minutes), id=event_id, text=text, by=Actor.AGENT, by_id="agent-7")


def moved(to: Category, *, minutes: float = 40, event_id: str = "audit:1:status") -> StatusChanged:
    """An agent set the status."""
    return StatusChanged(at=after(minutes=minutes), id=event_id, to=to, by_id="agent-7")


def keep(
    store: Store, *events: AnyEvent, ticket: Ticket | None = None, version: str = "v1", seen_at: datetime = NOON
) -> StoredTicket:
    """Store a snapshot."""
    return store.write(lambda conn: tickets.merge(conn, ticket or a_ticket(), events, version, seen_at))


def kept(store: Store, ticket_id: str = "4711") -> StoredTicket:
    """The ticket as it is stored."""
    found = store.read(lambda conn: tickets.load(conn, "acme", ticket_id))
    assert found is not None
    return found


def a_row(key: str = "acme/4711/page/1", **facts: Any) -> OutboxRow:
    """A page that may go out at once."""
    defaults: dict[str, Any] = {
        "helpdesk": "acme",
        "ticket_id": "4711",
        "urgency": NOON,
        "not_before": NOON,
        "created_at": NOON,
        "channel": "#support",
        "work": a_page(key),
    }
    return OutboxRow(key=key, **{**defaults, **facts})


def a_page(key: str = "k", because: str = "75% of 2h used", **facts: str) -> Page:
    """A page about Ana's request."""
    told = {"clock": "first_response", "severity": "critical", "rung": "75% used", "repetition": "0", "to": "channel"}
    action = Action(
        kind=Kind.PAGE, mode=Mode.ACT, at=NOON, key=key, because=because, facts=tuple({**told, **facts}.items())
    )
    return Page(action)


def in_lane(lane: Lane, key: str = "k") -> Work:
    """Some work of a lane."""
    match lane:
        case Lane.PAGE:
            return a_page(key)
        case Lane.WRITE:
            return InternalNote(key)
        case Lane.UPDATE:
            return Update("first_response", "slack", "C1", key)
        case Lane.ALERT:
            return Alert(key, "It is open. Look.")


@cache
def the_policy() -> Policy:
    """The example policy."""
    return load_policy((Path(__file__).parents[1] / "config.example.yaml").read_text()).starting(NOON)


def decided(stored: StoredTicket, now: datetime) -> Decision:
    """What the example policy says about a stored ticket."""
    return decide(stored.ticket, stored.timeline, the_policy(), now)
