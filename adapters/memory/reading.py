"""What does a row of the desk say about a ticket?

Promise: a pure function from what was read to a snapshot; no call and no clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.base import Changed, Snapshot
from adapters.errors import UnmappedStatus
from adapters.memory.desk import AGENTS, BOT, Entry, Row
from slabot.domain import (
    Actor,
    AnyEvent,
    AssigneeChanged,
    Category,
    Deleted,
    Message,
    Person,
    PriorityChanged,
    StatusChanged,
    Ticket,
)


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
    at_first = {entry.what: None for entry in row.entries if entry.what in ("priority", "assignee")}
    return Snapshot(
        ticket=Ticket(
            helpdesk=helpdesk,
            id=row.id,
            created_at=row.created_at,
            subject=row.subject,
            channel="web",
            priority=at_first.get("priority", row.priority),
            status=category("open", statuses, helpdesk),
            requester=Person(row.requester),
            assignee=at_first.get("assignee", row.assignee),
        ),
        events=tuple(_event(entry, statuses, helpdesk) for entry in row.entries),
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


def _event(entry: Entry, statuses: Mapping[str, Category], helpdesk: str) -> AnyEvent:
    by = Actor.SLABOT if entry.by == BOT else Actor.AGENT if entry.by in AGENTS else Actor.CUSTOMER
    common: dict[str, Any] = {"at": entry.at, "by": by, "by_id": entry.by, "seq": entry.number}
    common["id"] = f"entry:{entry.number}"
    match entry.what:
        case "message" | "note":
            return Message(**common, public=entry.what == "message", text=entry.value or "")
        case "status":
            return StatusChanged(**common, to=category(entry.value or "", statuses, helpdesk))
        case "priority":
            return PriorityChanged(**common, to=entry.value)
        case "assignee":
            return AssigneeChanged(**common, to=entry.value)
        case _:
            return Deleted(**common)
