"""What changed on this ticket, when, and how was it at the beginning?

Promise: one pass over the audits, oldest first, gives the ticket at its creation and every change of status, priority,
tags, assignee, group, brand, form and custom fields since, ratings, and messages hidden or shown afterwards, in
Zendesk's order. Event types that are not known are passed over, as Zendesk asks; those that may be messages are told
as gaps (`adapters.zendesk.unread`).

Values are text even where ids are numbers elsewhere. One audit holds all that one save did, the triggers it set
off included; those name themselves in the event's own `via`. A merged ticket shows as closed in an audit that
is a merge or that adds Zendesk's tag for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import Audit, Stamp
from adapters.zendesk.fields import Raw, ident, is_public, mapping, scalar, tags, text
from adapters.zendesk.names import BRAND, FORM, GROUP, Named
from adapters.zendesk.ratings import read_rating
from adapters.zendesk.sides import Sides
from adapters.zendesk.statuses import ENDED, StatusMap
from slabot.domain import (
    Actor,
    AnyEvent,
    AssigneeChanged,
    BrandChanged,
    Category,
    Deleted,
    FieldChanged,
    FormChanged,
    GroupChanged,
    Merged,
    PriorityChanged,
    PrivacyChanged,
    Restored,
    StatusChanged,
    TagsChanged,
)

STATUS, CUSTOM, PRIORITY, TAGS, ASSIGNEE = "status", "custom_status_id", "priority", "tags", "assignee_id"
_NAMED: Mapping[str, tuple[str, type[GroupChanged] | type[BrandChanged] | type[FormChanged]]] = {
    GROUP: ("group", GroupChanged),
    BRAND: ("brand", BrandChanged),
    FORM: ("form", FormChanged),
}


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
    newest: datetime | None
    status: str | None
    custom_id: str | None


def read_changes(audits: Sequence[Audit], authors: Authors, sides: Sides, statuses: StatusMap, names: Named) -> Changes:
    """Fold the audits.

    Raises:
        UnmappedStatus: the ticket once had a status that the policy does not map.
    """
    fold = _Fold(authors, statuses, names)
    for audit in audits:
        fold.take(audit, Stamp(audit, authors, sides.around(audit)))
    newest = audits[-1].at if audits else None
    return Changes(fold.beginning, tuple(fold.events), newest, fold.status, fold.custom_id)


class _Fold:
    """The state that one pass carries along."""

    def __init__(self, authors: Authors, statuses: StatusMap, names: Named) -> None:
        self.beginning = Beginning()
        self.events: list[AnyEvent] = []
        self.status: str | None = None
        self.custom_id: str | None = None
        self._authors = authors
        self._statuses = statuses
        self._names = names

    def take(self, audit: Audit, stamp: Stamp) -> None:
        moves: list[tuple[str, Raw]] = []
        for entry, name, is_create in audit.changes():
            self.beginning.note(name, entry.get("value" if is_create else "previous_value"), is_create=is_create)
            if name in (STATUS, CUSTOM):
                moves.append((name, entry))
            elif not is_create:
                self._plain(name, entry, stamp)
        self._move(moves, stamp)
        for entry in audit.entries:
            self._privacy(entry, stamp)
        rated = read_rating(audit, self._authors)
        if rated is not None:
            self.events.append(rated)
        if audit.is_merge and self.status == "closed":
            self.events.append(Merged(**stamp.of(audit.raw, "merged"), into=_merged_into(audit.raw)))

    def _plain(self, name: str, entry: Raw, stamp: Stamp) -> None:
        value = entry.get("value")
        if name == PRIORITY:
            self.events.append(PriorityChanged(**stamp.of(entry, name), to=_word(value)))
        elif name == TAGS:
            self.events.append(TagsChanged(**stamp.of(entry, name), to=tags(value)))
        elif name == ASSIGNEE:
            self.events.append(AssigneeChanged(**stamp.of(entry, "assignee"), to=ident(value)))
        elif name in _NAMED:
            short, make = _NAMED[name]
            self.events.append(make(**stamp.of(entry, short), to=name_of(name, value, self._names)))
        elif name.isdecimal():  # a custom field goes by its number
            self.events.append(FieldChanged(**stamp.of(entry, name), name=name, to=scalar(value)))

    def _privacy(self, entry: Raw, stamp: Stamp) -> None:
        if "privacy" not in text(entry.get("type")).lower():
            return
        of, public = ident(entry.get("comment_id")), is_public(entry)
        if of is not None and public is not None:
            told = stamp.of(entry, "privacy")
            self.events.append(PrivacyChanged(**told, of=f"comment:{of}", public=public))

    def _move(self, moves: list[tuple[str, Raw]], stamp: Stamp) -> None:
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

    def _arrive(self, before: Category | None, was_gone: bool, entry: Raw, stamp: Stamp) -> None:
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


def only_shown(raw: Raw, statuses: StatusMap, *, at: datetime, seen_at: datetime) -> StatusChanged | None:
    """The move to the ticket's present status, where no audit can be read; None for a ticket that is gone."""
    status = _word(raw.get(STATUS))
    if status is None or status in ENDED:
        return None
    to = statuses.category(status, ident(raw.get(CUSTOM)))
    own = f"shown:{at.strftime('%Y-%m-%dT%H:%M:%SZ')}:status:{status}"
    return StatusChanged(at=at, by=Actor.SYSTEM, id=own, to=to, observed_at=seen_at)


def name_of(kind: str, value: object, names: Named) -> str | None:
    """The name of a group, brand or form; its id where nobody can name it, None for none."""
    own = ident(value)
    return None if own is None else names.get((kind, own), own)


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
