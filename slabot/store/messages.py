"""Which Slack messages are about this clock of this ticket?

Promise: one message a ticket, clock and channel (a direct message is a channel too), so that a page is updated in
place wherever it was shown, and further rungs go into its thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from slabot.store import schema
from slabot.store.once import replace

_MESSAGE = schema.message


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """A posted page.

    Attributes:
        clock: the clock's label.
        channel, ts: how Slack names the message.
        digest: of what it shows now, so that nothing is sent that changes nothing.
        state: of the page, in paging's words.
        thread_ts: of the message under which it stands; None where it stands by itself.
    """

    helpdesk: str
    ticket_id: str
    clock: str
    channel: str
    ts: str
    digest: str
    state: str
    updated_at: datetime
    thread_ts: str | None = None

    @property
    def root(self) -> str:
        """The message whose thread its replies go into."""
        return self.thread_ts or self.ts


def get(conn: Connection, helpdesk: str, ticket_id: str, clock: str, channel: str) -> SlackMessage | None:
    """The message about a clock in a channel, if one was posted there."""
    row = conn.execute(select(_MESSAGE).where(*_is(helpdesk, ticket_id, clock, channel))).mappings().one_or_none()
    return None if row is None else SlackMessage(**row)


def of_clock(conn: Connection, helpdesk: str, ticket_id: str, clock: str) -> list[SlackMessage]:
    """Every message about a clock, by channel."""
    return [message for message in of_ticket(conn, helpdesk, ticket_id) if message.clock == clock]


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[SlackMessage]:
    """Every message about a ticket, by clock and channel."""
    where = (_MESSAGE.c.helpdesk == helpdesk, _MESSAGE.c.ticket_id == ticket_id)
    query = select(_MESSAGE).where(*where).order_by(_MESSAGE.c.clock, _MESSAGE.c.channel)
    return [SlackMessage(**row) for row in conn.execute(query).mappings()]


def at(conn: Connection, channel: str, ts: str) -> SlackMessage | None:
    """The message that Slack names so; None if slabot did not post it as a page."""
    query = select(_MESSAGE).where(_MESSAGE.c.channel == channel, _MESSAGE.c.ts == ts)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else SlackMessage(**row)


def put(conn: Connection, message: SlackMessage) -> None:
    """Keep it; a former one about the same clock in the same channel is replaced."""
    replace(conn, _MESSAGE, {column.name: getattr(message, column.name) for column in _MESSAGE.columns})


def remove(conn: Connection, helpdesk: str, ticket_id: str, clock: str, channel: str) -> None:
    """Forget it: somebody deleted it in Slack, so the next page is posted anew."""
    conn.execute(delete(_MESSAGE).where(*_is(helpdesk, ticket_id, clock, channel)))


def _is(helpdesk: str, ticket_id: str, clock: str, channel: str) -> tuple[Any, ...]:
    return (
        _MESSAGE.c.helpdesk == helpdesk,
        _MESSAGE.c.ticket_id == ticket_id,
        _MESSAGE.c.clock == clock,
        _MESSAGE.c.channel == channel,
    )
