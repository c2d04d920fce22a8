"""What changed on this ticket, when, and how was it at the beginning?

Promise: one pass over the audits, oldest first, gives the ticket at its creation and every change of status,
priority, tags, assignee and custom fields since, in Zendesk's order. Event types that are not known are passed
over, as Zendesk asks.

Values are text even where ids are numbers elsewhere. One audit holds all that one save did, the triggers it set
off included; those name themselves in the event's own `via`. A merged ticket shows as closed in an audit that
is a merge or that adds Zendesk's tag for it.

The order is that of the answer, oldest first, not that of the ids: those are handed out in blocks, and recorded
audits with later times have smaller ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from adapters.zendesk.actors import Participants, marker_of
from adapters.zendesk.fields import Raw, ident, instant, mapping, objects, own_id, scalar, tags, text
from adapters.zendesk.statuses import ENDED, StatusMap
from slabot.domain import (
    Actor,
    AnyEvent,
    AssigneeChanged,
    Category,
    Deleted,
    FieldChanged,
    Merged,
    PriorityChanged,
    Restored,
    StatusChanged,
    TagsChanged,
)

SEQ_STEP = 64  # seq = the audit's place times this plus the event's place in it: later audits always sort later
MERGE_TAG = "closed_by_merge"
STATUS, CUSTOM, PRIORITY, TAGS, ASSIGNEE = "status", "custom_status_id", "priority", "tags", "assignee_id"
_CHANGES = ("Create", "Change")


@dataclass(slots=True)
class Beginning:
    """What the audits say about the ticket at its creation; only fields that they name."""

    values: dict[str, Any] = field(default_factory=dict)

    def note(self, name: str, value: object, *, is_create: bool) -> None:
        """A creation's value counts; else the value before the first change."""
        if name not in self.values or is_create:
            self.values[name] = value

    def get(self, name: str, otherwise: object) -> Any:
        """The value at creation, or the present one where it never changed."""
        return self.values.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the audits of a ticket tell.

    Attributes:
        status, custom_id: where the status stands at the end of the audits; None if they never name it.
    """

    beginning: Beginning
    events: tuple[AnyEvent, ...]
    marked: frozenset[str]
    newest: datetime | None
    status: str | None
    custom_id: str | None


def marked_audits(audits: Iterable[Raw]) -> frozenset[str]:
    """The ids of the audits that carry slabot's mark."""
    found = {ident(audit.get("id")) for audit in audits if marker_of(audit.get("metadata")) is not None}
    return frozenset(each for each in found if each is not None)


def read_changes(audits: Sequence[Raw], participants: Participants, statuses: StatusMap) -> Changes:
    """Fold the audits.

    Raises:
        Unreadable: an audit without id or time.
        UnmappedStatus: the ticket once had a status that the policy does not map.
    """
    ordered = sorted(audits, key=lambda audit: text(audit.get("created_at")))
    fold = _Fold(participants, statuses)
    for place, audit in enumerate(ordered, 1):
        fold.take(audit, place)
    return Changes(fold.beginning, tuple(fold.events), marked_audits(ordered), fold.newest, fold.status, fold.custom_id)


class _Fold:
    """The state that one pass carries along."""

    def __init__(self, participants: Participants, statuses: StatusMap) -> None:
        self.beginning = Beginning()
        self.events: list[AnyEvent] = []
        self.newest: datetime | None = None
        self.status: str | None = None
        self.custom_id: str | None = None
        self._participants = participants
        self._statuses = statuses

    def take(self, audit: Raw, place: int) -> None:
        own = own_id(audit, "an audit")
        at = instant(audit, "created_at", f"audit {own}")
        self.newest = at if self.newest is None else max(self.newest, at)
        entries = [entry for entry in objects(audit.get("events")) if entry.get("type") in _CHANGES]
        stamp = _Stamp(audit, own, at, self._participants, place)
        moves: list[tuple[str, Raw]] = []
        for entry in entries:
            name, is_create = text(entry.get("field_name")), entry.get("type") == "Create"
            name = TAGS if name == "current_tags" else name
            self.beginning.note(name, entry.get("value" if is_create else "previous_value"), is_create=is_create)
            if name in (STATUS, CUSTOM):
                moves.append((name, entry))
            elif not is_create:
                self._plain(name, entry, stamp)
        self._move(moves, stamp)
        if _is_merge(audit, entries) and self.status == "closed":
            self.events.append(Merged(**stamp.of(audit, "merged"), into=_merged_into(audit)))

    def _plain(self, name: str, entry: Raw, stamp: _Stamp) -> None:
        value = entry.get("value")
        if name == PRIORITY:
            self.events.append(PriorityChanged(**stamp.of(entry, name), to=_word(value)))
        elif name == TAGS:
            self.events.append(TagsChanged(**stamp.of(entry, name), to=tags(value)))
        elif name == ASSIGNEE:
            self.events.append(AssigneeChanged(**stamp.of(entry, "assignee"), to=ident(value)))
        elif name.isdecimal():  # a custom field goes by its number
            self.events.append(FieldChanged(**stamp.of(entry, name), name=name, to=scalar(value)))

    def _move(self, moves: list[tuple[str, Raw]], stamp: _Stamp) -> None:
        """Moves of status. A custom status and the system's that changes with it are one move."""
        system = [entry for name, entry in moves if name == STATUS]
        custom = [entry for name, entry in moves if name == CUSTOM]
        for one, other in zip_longest(system, custom):
            entry = one if one is not None else other
            before = self._here()
            was_gone = self.status in ENDED
            if one is not None:
                self.status = _word(one.get("value")) or self.status
                self.custom_id = None
            if other is not None:
                self.custom_id = ident(other.get("value"))
            if entry is None or entry.get("type") == "Create":
                continue
            if before is None and not was_gone:
                before = self._before(one, other)
            self._arrive(before, was_gone, entry, stamp)

    def _arrive(self, before: Category | None, was_gone: bool, entry: Raw, stamp: _Stamp) -> None:
        if self.status in ENDED:
            if not was_gone:
                self.events.append(Deleted(**stamp.of(entry, "deleted")))
            return
        if was_gone:
            self.events.append(Restored(**stamp.of(entry, "restored")))
        now = self._here()
        if now is not None and (now is not before or was_gone):
            self.events.append(StatusChanged(**stamp.of(entry, STATUS), to=now))

    def _here(self) -> Category | None:
        if self.status is None or self.status in ENDED:
            return None
        return self._statuses.category(self.status, self.custom_id)

    def _before(self, one: Raw | None, other: Raw | None) -> Category | None:
        """The category before the first move that the audits show, where the creation itself is missing."""
        status = _word(one.get("previous_value")) if one is not None else self.status
        if status is None or status in ENDED:
            return None
        return self._statuses.category(status, ident(other.get("previous_value")) if other is not None else None)


class _Stamp:
    """What all events of one audit share, and a number for each."""

    def __init__(self, audit: Raw, own: str, at: datetime, participants: Participants, place: int) -> None:
        self._audit = audit
        self._own = own
        self._at = at
        self._participants = participants
        self._seq = place * SEQ_STEP
        self._used: dict[str, int] = {}
        self._marked = marker_of(audit.get("metadata")) is not None

    def of(self, entry: Raw, name: str) -> dict[str, Any]:
        via = entry.get("via") or self._audit.get("via")
        by, by_id = self._participants.actor(self._audit.get("author_id"), via, marked=self._marked)
        times = self._used[name] = self._used.get(name, 0) + 1
        seq = self._seq + min(sum(self._used.values()) - 1, SEQ_STEP - 1)
        own = f"audit:{self._own}:{name}" + (f".{times}" if times > 1 else "")
        return {"at": self._at, "by": by, "by_id": by_id, "id": own, "seq": seq}


def arrived_unseen(
    changes: Changes, raw: Raw, statuses: StatusMap, *, at: datetime, seen_at: datetime
) -> StatusChanged | None:
    """The move to the ticket's present status, where the audits do not show it although they are as new as the ticket.

    It happened at the latest when the ticket was last updated, and was noticed now.
    """
    status, custom_id = _word(raw.get(STATUS)), ident(raw.get(CUSTOM))
    if status is None or status in ENDED or changes.status is None or changes.status in ENDED:
        return None
    if changes.newest is not None and changes.newest > at:
        return None  # the audits are newer than the ticket: they know better
    now = statuses.category(status, custom_id)
    if statuses.category(changes.status, changes.custom_id) is now or changes.status == status:
        return None
    newest = "" if changes.newest is None else changes.newest.strftime("%Y-%m-%dT%H:%M:%SZ")
    return StatusChanged(at=at, by=Actor.SYSTEM, id=f"unseen:{newest}:status:{status}", to=now, observed_at=seen_at)


def _is_merge(audit: Raw, entries: list[Raw]) -> bool:
    via = mapping(audit.get("via"))
    if "merge" in (via.get("channel"), mapping(via.get("source")).get("rel")):
        return True
    return any(
        entry.get("field_name") in (TAGS, "current_tags")
        and MERGE_TAG in tags(entry.get("value"))
        and MERGE_TAG not in tags(entry.get("previous_value"))
        for entry in entries
    )


def _merged_into(audit: Raw) -> str | None:
    source = mapping(mapping(audit.get("via")).get("source"))
    own = ident(audit.get("ticket_id"))
    for side in ("to", "from"):
        named: Mapping[str, Any] = mapping(source.get(side))
        into = ident(named.get("ticket_id"))
        if into is not None and into != own:
            return into
    return None


def _word(value: object) -> str | None:
    return text(value).strip().lower() or None
