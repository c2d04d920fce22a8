"""What does Zendesk's JSON say about this ticket?

Promise: from the ticket and its audits as they came to a snapshot, without a call and without the clock. What could
not be read makes the history incomplete, or is a gap that says from when to when; silence is never taken for "no
comments".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.base import Snapshot
from adapters.zendesk import changes as told
from adapters.zendesk import chats, fields, messages
from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import Audit, read_audits
from adapters.zendesk.channels import came_by_messaging
from adapters.zendesk.fields import Raw, ident, instant, mapping, objects, own_id, scalar, tags, text
from adapters.zendesk.names import BRAND, FORM, GROUP, ORGANIZATION, Named
from adapters.zendesk.sides import Sides, read_side_changes, read_sides
from adapters.zendesk.statuses import ENDED, StatusMap
from adapters.zendesk.users import User
from slabot.domain import Actor, AnyEvent, Category, Gap, Message, Person, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that was read about one ticket.

    Attributes:
        ticket: the ticket as it came.
        audits: None where they could not be read.
        people: the users that are known, by id.
        names: the names of organisations, groups, brands and forms that are known.
        seen_at: when it was read, UTC.
    """

    ticket: Raw
    audits: Sequence[Raw] | None
    people: Mapping[str, User]
    names: Named
    own_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _TicketReading:
    """What the reading of one ticket carries along."""

    gathered: Gathered
    created_at: datetime
    audits: tuple[Audit, ...]
    authors: Authors
    sides: Sides
    changes: told.Changes
    said: list[Message]
    gaps: list[Gap]

    @property
    def is_complete(self) -> bool:
        """False without any audit: an old ticket's may be away, and every ticket has at least the one that made it."""
        return bool(self.audits) and not self.authors.unknown


def read_snapshot(gathered: Gathered, *, helpdesk: str, root: str, statuses: StatusMap) -> Snapshot:
    """The ticket with its history. `root` is the helpdesk's address, for the link that people follow.

    Raises:
        Unreadable: id, times or status of the ticket itself are missing or of a wrong type.
        UnmappedStatus: a status that the policy does not map.
    """
    raw = gathered.ticket
    own = own_id(raw, "a ticket")
    read = _read(gathered, instant(raw, "created_at", f"ticket {own}"), statuses)
    at = instant(raw, "updated_at", f"ticket {own}")
    side_changes = read_side_changes(read.sides, read.audits, read.authors, gathered.names)
    events: list[AnyEvent] = [*read.said, *read.changes.events, *side_changes]
    if gathered.audits:
        unseen = told.arrived_unseen(read.changes, raw, statuses, at=at, seen_at=gathered.seen_at)
    else:
        unseen = told.only_shown(raw, statuses, at=at, seen_at=gathered.seen_at)
    if unseen is not None:
        events.append(unseen)
    gone = fields.gone(raw)
    return Snapshot(
        ticket=_beginning(read, helpdesk=helpdesk, root=root, statuses=statuses),
        events=tuple(events),
        version=fields.version(raw),
        status_now=Category.CLOSED if gone else _category(raw, statuses),
        priority_now=_word(raw.get("priority")),
        assignee_now=ident(raw.get("assignee_id")),
        gone=gone,
    )


def _read(gathered: Gathered, created_at: datetime, statuses: StatusMap) -> _TicketReading:
    raw, names = gathered.ticket, gathered.names
    messaging = came_by_messaging(raw)
    audits, gaps = read_audits(gathered.audits or (), created_at)
    authors = Authors(gathered.people, names, own_id=gathered.own_id)
    sides = read_sides(raw, audits)
    said, unread = messages.read_messages(audits, authors, sides, messaging=messaging)
    chatted, untold = chats.read_chats(audits, authors, created_at, seen_at=gathered.seen_at, messaging=messaging)
    changes = told.read_changes(audits, authors, sides, statuses, names)
    gaps += [*unread, *untold, *chats.unknown_events(audits)]
    return _TicketReading(
        gathered=gathered,
        created_at=created_at,
        audits=audits,
        authors=authors,
        sides=sides,
        changes=changes,
        said=[*said, *chatted],
        gaps=gaps,
    )


def _beginning(read: _TicketReading, *, helpdesk: str, root: str, statuses: StatusMap) -> Ticket:
    raw, beginning, names = read.gathered.ticket, read.changes.beginning, read.gathered.names
    own = own_id(raw, "a ticket")
    status = _word(beginning.get(told.STATUS, raw.get(told.STATUS)))
    # The custom status at creation belongs to the system's at creation: take both from one place.
    custom = beginning.get(told.CUSTOM, None if told.STATUS in beginning.values else raw.get(told.CUSTOM))
    group, brand, form = (
        told.name_of(kind, beginning.get(kind, raw.get(kind)), names) for kind in (GROUP, BRAND, FORM)
    )
    return Ticket(
        helpdesk=helpdesk,
        id=own,
        created_at=read.created_at,
        subject=text(raw.get("subject")),
        url=f"{root}/agent/tickets/{own}",
        channel=text(mapping(raw.get("via")).get("channel")) or None,
        kind=scalar(beginning.get("type", raw.get("type"))),
        priority=_word(beginning.get(told.PRIORITY, raw.get(told.PRIORITY))),
        status=Category.OPEN if status is None or status in ENDED else statuses.category(status, ident(custom)),
        requester=_requester(read),
        group=group,
        brand=brand,
        form=form,
        participants=tuple(sorted(read.sides.copies)),
        assignee=ident(beginning.get(told.ASSIGNEE, raw.get(told.ASSIGNEE))),
        tags=tags(beginning.get(told.TAGS, raw.get(told.TAGS))),
        fields=_custom_fields(raw, beginning),
        follows=_follows(raw),
        written_by=_written_by(read),
        history_complete=read.is_complete,
        gaps=tuple(sorted(dict.fromkeys(read.gaps), key=lambda gap: (gap.since, gap.why))),
    )


def _category(raw: Raw, statuses: StatusMap) -> Category:
    status = text(raw.get(told.STATUS))
    if not status:
        raise fields.Unreadable("a ticket without a status")
    return statuses.category(status, ident(raw.get(told.CUSTOM)))


def _requester(read: _TicketReading) -> Person | None:
    first = read.sides.first
    if first.requester is None:
        return None
    name = told.name_of(ORGANIZATION, first.organization, read.gathered.names)
    own, authors = first.requester, read.authors
    return Person(own, authors.email(own), name, name=authors.name(own), language=authors.language(own))


def _written_by(read: _TicketReading) -> str | None:
    """Somebody of support who wrote the request down: on the telephone, out of a mail. Not in a chat."""
    raw = read.gathered.ticket
    if came_by_messaging(raw):
        return None
    first = read.said[0] if read.said else None
    author = first.by_id if first is not None and first.by is Actor.AGENT and _is_first(first, read) else None
    submitter = ident(raw.get("submitter_id"))
    for by_id in (author, submitter if read.authors.is_staff(submitter) else None):
        if by_id is not None and by_id not in (read.sides.first.requester, read.gathered.own_id):
            return by_id
    return None


def _is_first(message: Message, read: _TicketReading) -> bool:
    return message.at == read.created_at or bool(read.audits and message.at == read.audits[0].at)


def _follows(raw: Raw) -> str | None:
    """The closed ticket that a customer answered, so that Zendesk made this one."""
    source = mapping(mapping(raw.get("via")).get("source"))
    return ident(mapping(source.get("from")).get("ticket_id")) if source.get("rel") == "follow_up" else None


def _custom_fields(raw: Raw, beginning: told.Beginning) -> dict[str, str | None]:
    found: dict[str, Any] = {}
    for entry in objects(raw.get("custom_fields")):
        own = ident(entry.get("id"))
        if own is not None:
            found[own] = beginning.get(own, entry.get("value"))
    return {own: scalar(value) for own, value in found.items()}


def _word(value: object) -> str | None:
    return text(value).strip().lower() or None
