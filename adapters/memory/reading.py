"""What does a row of the desk say about a ticket?

Promise: a pure function from what was read to a snapshot; no call and no clock. The desk dates everything, so an author
is on the customer's side, or not, as of when the message was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from adapters.base import Changed, Snapshot
from adapters.errors import UnmappedStatus
from adapters.memory.desk import AGENTS, BOT, FIELDS, LIGHT, DeskContact, Facts, HistoryEntry, Row
from slabot.domain import (
    Actor,
    AnyEvent,
    AssigneeChanged,
    BrandChanged,
    Category,
    Deleted,
    FormChanged,
    GroupChanged,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    Person,
    PriorityChanged,
    Rated,
    RequesterChanged,
    Restored,
    StatusChanged,
    Ticket,
)

_CHANGES: Mapping[str, Any] = {
    "assignee": AssigneeChanged,
    "brand": BrandChanged,
    "form": FormChanged,
    "group": GroupChanged,
    "organization": OrganizationChanged,
    "participants": ParticipantsChanged,
    "priority": PriorityChanged,
}
NO_EVENTS = ("chat",)  # entries that only move the ticket's version


def read_changed(row: Row) -> Changed:
    """One row of a sweep."""
    return Changed(
        row.id,
        version(row),
        row.status,
        "deleted" if row.gone else None,
        {"id": row.id},
        created_at=row.created_at,
        priority=row.priority,
        ended=row.status in ("solved", "closed"),
    )


def read_snapshot(row: Row, *, helpdesk: str, statuses: Mapping[str, Category]) -> Snapshot:
    """The ticket with its history.

    Raises:
        UnmappedStatus: the policy does not name a status that it has or had.
    """
    first = row.first
    email = row.people.get(first.requester, DeskContact()).email
    return Snapshot(
        ticket=Ticket(
            helpdesk=helpdesk,
            id=row.id,
            created_at=row.created_at,
            subject=row.subject,
            channel="web",
            priority=first.priority,
            status=category("open", statuses, helpdesk),
            requester=Person(first.requester, email, first.organization),
            assignee=first.assignee,
            group=first.group,
            brand=first.brand,
            form=first.form,
            participants=first.participants,
            written_by=first.written_by,
            gaps=row.gaps,
        ),
        events=tuple(_events(row, statuses, helpdesk)),
        version=version(row),
        status_now=Category.CLOSED if row.gone else category(row.status, statuses, helpdesk),
        priority_now=row.priority,
        assignee_now=row.assignee,
        gone="deleted" if row.gone else None,
    )


def category(status: str, statuses: Mapping[str, Category], helpdesk: str) -> Category:
    """What the policy says this status stands for; an error, never a guess, where it says nothing."""
    try:
        return statuses[status]
    except KeyError:
        raise UnmappedStatus(status, helpdesk=helpdesk) from None


def version(row: Row) -> str:
    """Sortable as text, as the contract asks: ten digits."""
    return f"{row.version:010d}"


def _events(row: Row, statuses: Mapping[str, Category], helpdesk: str) -> Iterator[AnyEvent]:
    facts = row.first
    for entry in row.entries:
        if entry.what in FIELDS:
            facts = replace(facts, **{entry.what: entry.value})
        if entry.what not in NO_EVENTS:
            yield _event(entry, facts, row.people, statuses, helpdesk)


def _event(
    entry: HistoryEntry,
    facts: Facts,
    people: Mapping[str, DeskContact],
    statuses: Mapping[str, Category],
    helpdesk: str,
) -> AnyEvent:
    contact = people.get(entry.by, DeskContact())
    common: dict[str, Any] = {"at": entry.at, "by": _actor(entry.by, facts, contact), "by_id": entry.by}
    common |= {"seq": entry.number, "id": f"entry:{entry.number}"}
    match entry.what:
        case "message" | "note":
            return Message(
                **common,
                public=entry.what == "message",
                text=entry.value or "",
                email=AGENTS.get(entry.by, contact.email),
                organization=contact.organization,
                light_agent=entry.by in LIGHT,
                conversation=entry.chat,
            )
        case "status":
            return StatusChanged(**common, to=category(entry.value or "", statuses, helpdesk))
        case "requester":
            return RequesterChanged(**common, to=entry.value, email=people.get(entry.value, DeskContact()).email)
        case "rating":
            return Rated(**common, score=entry.value, text=entry.words)
        case "restored":
            return Restored(**common)
        case "gone":
            return Deleted(**common)
        case change:
            to = tuple(entry.value) if change == "participants" else entry.value
            made: AnyEvent = _CHANGES[change](**common, to=to)
            return made


def _actor(by: str, facts: Facts, contact: DeskContact) -> Actor:
    """Who this is, on a ticket that stands so."""
    if by == BOT:
        return Actor.SLABOT
    if by in AGENTS:
        return Actor.AGENT
    copied = {name.casefold() for name in facts.participants}
    if by == facts.requester or not copied.isdisjoint((by.casefold(), (contact.email or by).casefold())):
        return Actor.CUSTOMER
    ours = facts.organization is not None and contact.organization == facts.organization
    return Actor.CUSTOMER if ours else Actor.THIRD_PARTY
