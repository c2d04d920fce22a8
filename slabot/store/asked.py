"""Find the tickets about which somebody may still be asked, and whom.

Promise: no ticket is missing that waits for an answer; whether one really does, the rules say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select

from slabot.domain import Category
from slabot.store import outbox, schema
from slabot.store.of_tickets import Name
from slabot.store.vocabulary import OutboxKind, OutboxState
from slabot.store.work import Ask

_TICKET, _SUMMARY, _OUTBOX = schema.ticket, schema.ticket_summary, schema.outbox
_LIVES = [category.value for category in Category if not category.ended]
_ASKED = exists().where(
    _OUTBOX.c.helpdesk == _TICKET.c.helpdesk,
    _OUTBOX.c.ticket_id == _TICKET.c.id,
    _OUTBOX.c.kind == OutboxKind.ASK.value,
)
_UNSAID = and_(  # nobody has chosen the severity, nor answered
    _TICKET.c.category.in_(_LIVES), _SUMMARY.c.confirmed.is_(False), _SUMMARY.c.support_spoke_at.is_(None)
)
_REPLIED = and_(  # the last word is the customer's
    _TICKET.c.category != Category.CLOSED.value,
    _SUMMARY.c.customer_spoke_at > func.coalesce(_SUMMARY.c.support_spoke_at, _TICKET.c.created_at),
)
_CANDIDATES = (
    select(_TICKET.c.helpdesk, _TICKET.c.id)
    .join(_SUMMARY, and_(_SUMMARY.c.helpdesk == _TICKET.c.helpdesk, _SUMMARY.c.ticket_id == _TICKET.c.id))
    .where(or_(_UNSAID, _REPLIED), _ASKED)
    .order_by(_TICKET.c.helpdesk, _TICKET.c.id)
)


@dataclass(frozen=True, slots=True)
class SentTo:
    """Where a question went, or is to go.

    Attributes:
        to: the destination, as the policy writes it.
        sent: False while it waits to be sent, and where nobody was there.
        reminders: how many of them were sent as well.
        why: what keeps it, if anything.
    """

    to: str
    at: datetime
    sent: bool
    reminders: int
    why: str = ""


def candidates(conn: Connection) -> list[Name]:
    """Tickets that were asked about and may wait for an answer."""
    return [(row.helpdesk, row.id) for row in conn.execute(_CANDIDATES)]


def sent_to(conn: Connection, helpdesk: str, ticket_id: str, label: str) -> Sequence[SentTo]:
    """Where the question of a label went, by destination."""
    found: dict[str, SentTo] = {}
    rows = [row for row in outbox.of_ticket(conn, helpdesk, ticket_id) if isinstance(row.work, Ask)]
    for row in sorted(rows, key=lambda row: row.created_at):
        ask, to = row.work, row.channel or ""
        if not isinstance(ask, Ask) or ask.label != label:
            continue
        sent = row.state is OutboxState.SENT
        if not ask.reminder:
            found[to] = SentTo(to, row.created_at, sent, 0, "" if sent else row.reason or "it waits for its turn")
        elif to in found and sent:
            first = found[to]
            found[to] = SentTo(to, first.at, first.sent, first.reminders + 1, first.why)
    return tuple(found.values())
