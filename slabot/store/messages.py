"""Which Slack message is about this clock of this ticket?

Promise: one message a ticket and clock, so that a page is updated in place and further rungs go into its thread.
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
    """

    helpdesk: str
    ticket_id: str
    clock: str
    channel: str
    ts: str
    digest: str
    state: str
    updated_at: datetime


def get(conn: Connection, helpdesk: str, ticket_id: str, clock: str) -> SlackMessage | None:
    """The message about a clock, if one was posted."""
    row = conn.execute(select(_MESSAGE).where(*_is(helpdesk, ticket_id, clock))).mappings().one_or_none()
    return None if row is None else SlackMessage(**row)


def of_ticket(conn: Connection, helpdesk: str, ticket_id: str) -> list[SlackMessage]:
    """Every message about a ticket, by clock."""
    where = (_MESSAGE.c.helpdesk == helpdesk, _MESSAGE.c.ticket_id == ticket_id)
    query = select(_MESSAGE).where(*where).order_by(_MESSAGE.c.clock)
    return [SlackMessage(**row) for row in conn.execute(query).mappings()]


def at(conn: Connection, channel: str, ts: str) -> SlackMessage | None:
    """The message that Slack names so; None if slabot did not post it as a page."""
    query = select(_MESSAGE).where(_MESSAGE.c.channel == channel, _MESSAGE.c.ts == ts)
    row = conn.execute(query).mappings().one_or_none()
    return None if row is None else SlackMessage(**row)


def put(conn: Connection, message: SlackMessage) -> None:
    """Keep it; a former one about the same clock is replaced."""
    replace(conn, _MESSAGE, {column.name: getattr(message, column.name) for column in _MESSAGE.columns})


def remove(conn: Connection, helpdesk: str, ticket_id: str, clock: str) -> None:
    """Forget it: somebody deleted it in Slack, so the next page is posted anew."""
    conn.execute(delete(_MESSAGE).where(*_is(helpdesk, ticket_id, clock)))


def _is(helpdesk: str, ticket_id: str, clock: str) -> tuple[Any, ...]:
    return (_MESSAGE.c.helpdesk == helpdesk, _MESSAGE.c.ticket_id == ticket_id, _MESSAGE.c.clock == clock)
