"""Which audits does a ticket have, in which order, and which of them cannot be read?

Promise: oldest first, each with its place; and what cannot be read is a gap in the history that says so, never an
error that costs the ticket the rest of its history, and never left out in silence.

The order is that of the times, and within a second that of the answer, not that of the ids: those are handed out in
blocks, and recorded audits with later times have smaller ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.zendesk.actors import Authors, Side, marker_of
from adapters.zendesk.fields import Raw, Unreadable, ident, instant, mapping, objects, tags, text
from slabot.domain import Gap

SEQ_STEP = 64  # seq = the audit's place times this plus the event's place in it: later audits always sort later
A_SECOND = timedelta(seconds=1)  # Zendesk's times are whole seconds, so that a moment is one of these
A_MOMENT = timedelta(minutes=1)
MERGE_TAG = "closed_by_merge"
TAG_FIELDS = ("tags", "current_tags")
CHANGES = ("Create", "Change")
NOT_IN_CONVERSATION, AUTOMATIC = 2, 4  # flags of a comment (ticket_comments, "Comment flags")
UNREADABLE_AUDIT = "Zendesk told of a change to the ticket that slabot cannot read"
UNTOLD_BEGINNING = "Zendesk does not tell how the ticket began"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One save of the ticket, with all that it did.

    Attributes:
        at: when, UTC.
        place: its place in the ticket's history, from 1.
        entries: its events that are objects.
    """

    id: str
    at: datetime
    place: int
    raw: Raw
    entries: tuple[Raw, ...]

    @property
    def via(self) -> Raw:
        """How it came."""
        return mapping(self.raw.get("via"))

    @property
    def author(self) -> str | None:
        """The id of whoever did it."""
        return ident(self.raw.get("author_id"))

    @property
    def is_creation(self) -> bool:
        """True if it made the ticket."""
        return any(entry.get("type") == "Create" for entry in self.entries)

    @property
    def is_ours(self) -> bool:
        """True if it carries slabot's mark."""
        return marker_of(self.raw.get("metadata")) is not None

    @property
    def flags(self) -> frozenset[str]:
        """Zendesk's flags of the comment in it."""
        found = mapping(self.raw.get("metadata")).get("flags")
        return frozenset(str(flag) for flag in found) if isinstance(found, list) else frozenset()

    @property
    def is_merge(self) -> bool:
        """True on both of two tickets that were merged."""
        if "merge" in (self.via.get("channel"), mapping(self.via.get("source")).get("rel")):
            return True
        return any(
            entry.get("field_name") in TAG_FIELDS
            and MERGE_TAG in tags(entry.get("value"))
            and MERGE_TAG not in tags(entry.get("previous_value"))
            for entry in self.entries
        )

    def via_of(self, entry: Raw) -> object:
        """How one of its events came: an event has a `via` of its own where it differs."""
        return entry.get("via") or self.raw.get("via")

    def changes(self) -> Iterator[tuple[Raw, str, bool]]:
        """Its field changes: the event, the field's name, and whether it is a value at creation."""
        for entry in self.entries:
            if entry.get("type") in CHANGES:
                name = text(entry.get("field_name"))
                yield entry, TAG_FIELDS[0] if name in TAG_FIELDS else name, entry.get("type") == "Create"


class Stamp:
    """What all events of one audit share, and a number for each."""

    def __init__(self, audit: Audit, authors: Authors, sides: tuple[Side, Side]) -> None:
        """Count from nothing. `sides` is the customer's side before and after the audit."""
        self._audit = audit
        self._authors = authors
        self._sides = sides
        self._used: dict[str, int] = {}

    def of(self, entry: Raw, name: str) -> dict[str, Any]:
        """Time, author, id and sequence of one event; `name` makes the id."""
        audit = self._audit
        by, by_id = self._authors.actor(audit.author, audit.via_of(entry), marked=audit.is_ours, sides=self._sides)
        times = self._used[name] = self._used.get(name, 0) + 1
        seq = audit.place * SEQ_STEP + min(sum(self._used.values()) - 1, SEQ_STEP - 1)
        own = f"audit:{audit.id}:{name}" + (f".{times}" if times > 1 else "")
        return {"at": audit.at, "by": by, "by_id": by_id, "id": own, "seq": seq}


def read_audits(raws: Sequence[Raw], created_at: datetime) -> tuple[tuple[Audit, ...], list[Gap]]:
    """The audits in their order, and the gaps that those leave which cannot be read."""
    times = [_time(raw) for raw in raws]
    gaps: list[Gap] = []
    readable: list[tuple[datetime, str, Raw]] = []
    for index, (raw, at) in enumerate(zip(raws, times, strict=True)):
        own = ident(raw.get("id"))
        if at is not None and own is not None:
            readable.append((_since_birth(raw, at, created_at), own, raw))
        elif at is not None:
            gaps.append(Gap(at, at + A_SECOND, UNREADABLE_AUDIT))
        else:
            before = next((one for one in reversed(times[:index]) if one is not None), created_at)
            after = next((one for one in times[index + 1 :] if one is not None and one >= before), None)
            gaps.append(Gap(before, after, UNREADABLE_AUDIT))
    readable.sort(key=lambda each: each[0])
    audits = tuple(
        Audit(id=own, at=at, place=place, raw=raw, entries=tuple(objects(raw.get("events"))))
        for place, (at, own, raw) in enumerate(readable, 1)
    )
    gaps += [Gap(audit.at, audit.at + A_SECOND, UNREADABLE_AUDIT) for audit in audits if not _is_whole(audit)]
    if audits and audits[0].at > created_at and not any(audit.is_creation for audit in audits):
        gaps.append(Gap(created_at, audits[0].at, UNTOLD_BEGINNING))
    return audits, gaps


def newest(raws: Sequence[Raw]) -> datetime | None:
    """The time of the latest audit, as far as they have one."""
    return max((at for raw in raws if (at := _time(raw)) is not None), default=None)


def _time(raw: Raw) -> datetime | None:
    try:
        return instant(raw, "created_at", "an audit")
    except Unreadable:
        return None


def _since_birth(raw: Raw, at: datetime, created_at: datetime) -> datetime:
    """The time of an audit; the ticket's own for the one that made it, which Zendesk may write down a moment later."""
    listed = objects(raw.get("events"))
    is_birth = created_at < at <= created_at + A_MOMENT and any(entry.get("type") == "Create" for entry in listed)
    return created_at if is_birth else at


def _is_whole(audit: Audit) -> bool:
    """False where an event cannot be told at all: it may have been a message."""
    listed = audit.raw.get("events")
    is_list = isinstance(listed, list) and len(listed) == len(audit.entries)
    return is_list and all(text(entry.get("type")) for entry in audit.entries)
