"""Keep the posted messages about the clocks of tickets.

Promise: whatever can be brought up to date is found again: one message a ticket, clock and channel of Slack (a direct
message is a channel too), into whose thread further rungs go; and one alert for each page elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from slabot.policy import Way
from slabot.store import schema
from slabot.store.of_tickets import Name, OfTickets
from slabot.store.once import replace

_MESSAGE = schema.message
_MESSAGES = OfTickets(
    select(_MESSAGE).order_by(_MESSAGE.c.clock, _MESSAGE.c.way, _MESSAGE.c.address, _MESSAGE.c.ref),
    _MESSAGE.c.helpdesk,
    _MESSAGE.c.ticket_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedPage:
    """A page that was posted and can be brought up to date.

    Attributes:
        clock: the clock's label.
        way, address, ref: where it is: the channel, its address there (Slack's id of a channel, a PagerDuty service),
            and the message's own name (Slack's ts, a deduplication key).
        digest: of what it shows now, so that nothing is sent that changes nothing.
        state: of the page, as the name of its state's class.
        thread_ref: of the message under which it stands; None where it stands by itself.
    """

    helpdesk: str
    ticket_id: str
    clock: str
    way: Way
    address: str
    ref: str
    digest: str
    state: str
    updated_at: datetime
    thread_ref: str | None = None

    @property
    def root(self) -> str:
        """The message whose thread its replies go into."""
        return self.thread_ref or self.ref


def of_clock(conn: Connection, helpdesk: str, ticket_id: str, clock: str) -> list[PostedPage]:
    """Every message about a clock, by way and address."""
    return [message for message in of_ticket(conn, helpdesk, ticket_id) if message.clock == clock]


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[PostedPage]:
    """Every message about a ticket, by clock, way and address."""
    return of_tickets(conn, [(helpdesk, ticket_id)]).get((helpdesk, ticket_id), [])


def of_tickets(conn: Connection, names: Iterable[Name]) -> dict[Name, list[PostedPage]]:
    """The same for several; tickets without messages are missing."""
    found: dict[Name, list[PostedPage]] = {}
    for row in _MESSAGES.rows(conn, names):
        message = PostedPage(**{**row, "way": Way(row["way"])})
        found.setdefault((message.helpdesk, message.ticket_id), []).append(message)
    return found


def present(conn: Connection, message: PostedPage) -> bool:
    """True if it is still the one that is kept."""
    return conn.execute(select(_MESSAGE.c.ref).where(*_is(message))).first() is not None


def put(conn: Connection, message: PostedPage) -> None:
    """Keep it, in its present state."""
    replace(conn, _MESSAGE, {column.name: getattr(message, column.name) for column in _MESSAGE.columns})


def remove(conn: Connection, message: PostedPage) -> None:
    """Forget it: somebody deleted it, so the next page is posted anew."""
    conn.execute(delete(_MESSAGE).where(*_is(message)))


def _is(message: PostedPage) -> tuple[Any, ...]:
    return (
        _MESSAGE.c.helpdesk == message.helpdesk,
        _MESSAGE.c.ticket_id == message.ticket_id,
        _MESSAGE.c.clock == message.clock,
        _MESSAGE.c.way == str(message.way),
        _MESSAGE.c.address == message.address,
        _MESSAGE.c.ref == message.ref,
    )
