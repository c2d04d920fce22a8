"""What is a ticket, apart from what happened to it?

Promise: a ticket says how things stood when it was created; its timeline says everything since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from slabot.domain.category import Category
from slabot.domain.person import Person
from slabot.domain.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of a ticket's history in which messages may stand that slabot cannot read.

    Attributes:
        since: its beginning, UTC.
        until: its end, UTC; None where it is not over.
        why: in words that may follow "because": "the chat is not over".
    """

    since: datetime
    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One ticket at its creation.

    Attributes:
        helpdesk: the helpdesk's name in the policy file.
        id: the helpdesk's own number, as text.
        created_at: UTC.
        channel: how it came in, in the helpdesk's words (``email``, ``web``, ``sample_ticket``); None if unknown.
        priority, status, requester, assignee, tags, fields: as they were at creation.
        group, brand, form: by their names, as they were at creation.
        participants: who was in copy (CC) at creation: ids, or addresses where the helpdesk gives only those.
        kind: the helpdesk's ticket type (``incident``), if any.
        follows: the id of the closed ticket that this one follows up; None for a request of its own.
        written_by: the id of the agent who wrote the request down for the customer; None where the customer did.
        history_complete: False where messages could not be read; then nothing is written to the ticket, ever.
        complete_until: up to when all of it had been read, where it could be read once and cannot be now; UTC.
        gaps: where messages may be missing although the rest could be read; as they stood at the last reading.
    """

    helpdesk: str
    id: str
    created_at: datetime
    subject: str = ""
    url: str | None = None
    channel: str | None = None
    kind: str | None = None
    priority: str | None = None
    status: Category = Category.OPEN
    requester: Person | None = None
    group: str | None = None
    brand: str | None = None
    form: str | None = None
    participants: tuple[str, ...] = ()
    assignee: str | None = None
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str | None] = field(default_factory=dict)
    follows: str | None = None
    written_by: str | None = None
    history_complete: bool = True
    complete_until: datetime | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def reference(self) -> str:
        """``acme/4711``: unique over all helpdesks, and the beginning of every key."""
        return f"{self.helpdesk}/{self.id}"


@dataclass(frozen=True, slots=True)
class TicketRecord:
    """A ticket together with its timeline: what a ticket file holds."""

    ticket: Ticket
    timeline: Timeline
