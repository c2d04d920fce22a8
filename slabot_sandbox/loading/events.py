"""Read the events of a ticket file in the order in which they are replayed.

Promise: events come in the order of their instants; in the same second messages come first, then statuses, then the
rest. A time without an offset is refused with its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from slabot_sandbox.errors import LoadError

Placed: TypeAlias = tuple[datetime, int, int, Mapping[str, Any]]  # instant, rank, place in the file, event

SECOND = timedelta(seconds=1)
SOMEBODY = "an.agent@agents.example"  # the agent of events that name none


def looks_like_ticket(value: Any) -> bool:
    """Is this one ticket of a ticket file?"""
    return isinstance(value, dict) and "created_at" in value and ("events" in value or "helpdesk" in value)


def in_order(given: Mapping[str, Any], place: str) -> list[Placed]:
    """The events of a ticket. Raises `LoadError` if one has no time."""
    return sorted(
        (
            (instant(event.get("at"), f"{place}, events[{number}].at"), _rank(event), number, event)
            for number, event in enumerate(given.get("events") or [])
        ),
        key=lambda entry: entry[:3],
    )


def opening(events: list[Placed], created: datetime) -> tuple[Mapping[str, Any], list[Placed]]:
    """The message that made the ticket, and the rest; an empty one if the file leaves it out."""
    if events:
        at, rank, _, event = events[0]
        if rank == 0 and abs(at - created) <= SECOND:
            return event, events[1:]
    return {}, events


def instant(text: Any, place: str) -> datetime:
    """A time of the file. Raises `LoadError` if it is none, or has no offset."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise LoadError(f'"{text}" is no time; write it like 2026-01-09T18:00:00+01:00', place=place) from None
    if found.tzinfo is None:
        raise LoadError(f'"{text}" has no offset from UTC; add one, such as Z or +05:30', place=place)
    return found


def address(name: str, side: str) -> str:
    """The address of a name in the file; made up if the name is none."""
    return name if "@" in name else f"{name.replace(' ', '.')}@{side}.example"


def _rank(event: Mapping[str, Any]) -> int:
    return {"message": 0, "status": 1}.get(str(event.get("type")), 2)
