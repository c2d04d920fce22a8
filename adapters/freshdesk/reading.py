"""What does Freshdesk's JSON say about this ticket?

Promise: from the ticket and its conversations as they came to a snapshot, without a call and without the clock. What
could not be read makes the history incomplete, and then slabot writes nothing to the ticket; silence is never taken
for "no replies".

Freshdesk tells how priority, assignee, tags and fields stand, and not how they came to. They are given as those of
the ticket's creation; a later reading overwrites an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.base import Snapshot
from adapters.freshdesk.agents import Agent
from adapters.freshdesk.conversations import read_messages
from adapters.freshdesk.moves import read_merge, read_moves
from adapters.freshdesk.statuses import StatusMap
from adapters.freshdesk.ticket_fields import PRIORITY_WORDS
from adapters.http.fields import Raw, Unreadable, ident, instant, mapping, own_id, scalar, tags, text, version
from slabot.domain import Category, Person, Ticket

SOURCES = {
    1: "email",
    2: "portal",
    3: "phone",
    4: "forum",
    5: "twitter",
    6: "facebook",
    7: "chat",
    8: "mobihelp",
    9: "feedback_widget",
    10: "outbound_email",
    11: "ecommerce",
    12: "bot",
    13: "whatsapp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that was read about one ticket.

    Attributes:
        ticket: as it came, with stats, requester and company.
        conversations: None where they could not be read.
        agents: by id.
        own_id: slabot's agent.
        seen_at: when the ticket was read, UTC.
    """

    ticket: Raw
    conversations: Sequence[Raw] | None
    agents: Mapping[str, Agent]
    own_id: str
    seen_at: datetime


def read_snapshot(gathered: Gathered, *, helpdesk: str, root: str, statuses: StatusMap) -> Snapshot:
    """The ticket with its history. `root` is the helpdesk's address, for the link that people follow.

    Raises:
        Unreadable: id, times or status are missing or of a wrong type.
        UnmappedStatus: a status that the policy does not map.
    """
    raw = gathered.ticket
    number = status_number(raw)
    ended = gone(raw)
    created, updated = instant(raw, "created_at", "a ticket"), instant(raw, "updated_at", "a ticket")
    moves = read_moves(raw, number, statuses, created=created, updated=updated, seen_at=gathered.seen_at)
    messages = read_messages(raw, gathered.conversations or (), gathered.agents, own_id=gathered.own_id)
    return Snapshot(
        ticket=_ticket(raw, created, helpdesk=helpdesk, root=root, complete=gathered.conversations is not None),
        events=(*messages, *moves, *read_merge(number, messages)),
        version=version(raw),
        status_now=Category.CLOSED if ended else statuses.category(number),
        priority_now=_priority(raw),
        assignee_now=ident(raw.get("responder_id")),
        gone=ended,
    )


def status_number(raw: Raw) -> int:
    """The number of a ticket's status.

    Raises:
        Unreadable: it has none.
    """
    found = ident(raw.get("status"))
    if found is None or not (found.isascii() and found.isdecimal()):
        raise Unreadable(f"ticket {ident(raw.get('id'))} without the number of a status")
    return int(found)


def gone(raw: Raw) -> str | None:
    """``deleted`` for a ticket in the trash or among the spam: people may bring either back."""
    return "deleted" if raw.get("deleted") is True or raw.get("spam") is True else None


def _ticket(raw: Raw, created: datetime, *, helpdesk: str, root: str, complete: bool) -> Ticket:
    own = own_id(raw, "a ticket")
    source = raw.get("source")
    return Ticket(
        helpdesk=helpdesk,
        id=own,
        created_at=created,
        subject=text(raw.get("subject")),
        url=f"{root}/a/tickets/{own}",
        channel=SOURCES.get(source, str(source)) if isinstance(source, int) else None,
        kind=scalar(raw.get("type")),
        priority=_priority(raw),
        status=Category.OPEN,  # what came after is told by the moves
        requester=_requester(raw),
        assignee=ident(raw.get("responder_id")),
        tags=tags(raw.get("tags")),
        fields={name: scalar(value) for name, value in mapping(raw.get("custom_fields")).items()},
        history_complete=complete,
    )


def _requester(raw: Raw) -> Person | None:
    own = ident(raw.get("requester_id"))
    if own is None:
        return None
    email = text(mapping(raw.get("requester")).get("email")) or None
    company = text(mapping(raw.get("company")).get("name")) or ident(raw.get("company_id"))
    return Person(own, email=email, organization=company)


def _priority(raw: Raw) -> str | None:
    number = raw.get("priority")
    return PRIORITY_WORDS.get(number) if isinstance(number, int) else None
