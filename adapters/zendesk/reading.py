"""What does Zendesk's JSON say about this ticket?

Promise: from the ticket, its comments and its audits as they came to a snapshot, without a call and without the
clock. What could not be read makes the history incomplete, and then slabot writes nothing to the ticket;
silence is never taken for "no comments".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.base import Snapshot
from adapters.zendesk import audits as told
from adapters.zendesk import fields
from adapters.zendesk.actors import Participants
from adapters.zendesk.fields import Raw, ident, instant, mapping, objects, own_id, scalar, tags, text
from adapters.zendesk.messages import read_messages
from adapters.zendesk.statuses import ENDED, StatusMap
from adapters.zendesk.users import User
from slabot.domain import AnyEvent, Category, Person, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything that was read about one ticket.

    Attributes:
        ticket: the ticket as it came.
        comments, audits: None where they could not be read.
        people: the users that are known, by id.
        organization: the name of the ticket's organisation, or its id.
        seen_at: when it was read, UTC.
    """

    ticket: Raw
    comments: Sequence[Raw] | None
    audits: Sequence[Raw] | None
    people: Mapping[str, User]
    organization: str | None
    own_id: str
    seen_at: datetime


def read_snapshot(gathered: Gathered, *, helpdesk: str, root: str, statuses: StatusMap) -> Snapshot:
    """The ticket with its history. `root` is the helpdesk's address, for the link that people follow.

    Raises:
        Unreadable: id, times or status are missing or of a wrong type.
        UnmappedStatus: a status that the policy does not map.
    """
    raw = gathered.ticket
    own = own_id(raw, "a ticket")
    requester = ident(raw.get("requester_id"))
    participants = Participants(gathered.people, own_id=gathered.own_id, requester=requester)
    changes = told.read_changes(gathered.audits or (), participants, statuses)
    messages = read_messages(gathered.comments or (), participants, changes.marked)
    gone = fields.gone(raw)
    at = instant(raw, "updated_at", f"ticket {own}")
    events: list[AnyEvent] = [*messages, *changes.events]
    if gathered.audits is not None:
        unseen = told.arrived_unseen(changes, raw, statuses, at=at, seen_at=gathered.seen_at)
        if unseen is not None:
            events.append(unseen)
    complete = gathered.comments is not None and gathered.audits is not None and not participants.unknown
    return Snapshot(
        ticket=_beginning(
            raw, changes.beginning, gathered, helpdesk=helpdesk, root=root, statuses=statuses, complete=complete
        ),
        events=tuple(events),
        version=fields.version(raw),
        status_now=Category.CLOSED if gone else _category(raw, statuses),
        priority_now=_word(raw.get("priority")),
        assignee_now=ident(raw.get("assignee_id")),
        gone=gone,
    )


def _beginning(
    raw: Raw,
    beginning: told.Beginning,
    gathered: Gathered,
    *,
    helpdesk: str,
    root: str,
    statuses: StatusMap,
    complete: bool,
) -> Ticket:
    own = own_id(raw, "a ticket")
    status = _word(beginning.get(told.STATUS, raw.get(told.STATUS)))
    # The custom status at creation belongs to the system's at creation: take both from one place.
    custom = beginning.get(told.CUSTOM, None if told.STATUS in beginning.values else raw.get(told.CUSTOM))
    return Ticket(
        helpdesk=helpdesk,
        id=own,
        created_at=instant(raw, "created_at", f"ticket {own}"),
        subject=text(raw.get("subject")),
        url=f"{root}/agent/tickets/{own}",
        channel=text(mapping(raw.get("via")).get("channel")) or None,
        kind=scalar(beginning.get("type", raw.get("type"))),
        priority=_word(beginning.get(told.PRIORITY, raw.get(told.PRIORITY))),
        status=Category.OPEN if status is None or status in ENDED else statuses.category(status, ident(custom)),
        requester=_requester(raw, gathered),
        assignee=ident(beginning.get(told.ASSIGNEE, raw.get(told.ASSIGNEE))),
        tags=tags(beginning.get(told.TAGS, raw.get(told.TAGS))),
        fields=_custom_fields(raw, beginning),
        follows=_follows(raw),
        history_complete=complete,
    )


def _category(raw: Raw, statuses: StatusMap) -> Category:
    status = text(raw.get(told.STATUS))
    if not status:
        raise fields.Unreadable("a ticket without a status")
    return statuses.category(status, ident(raw.get(told.CUSTOM)))


def _requester(raw: Raw, gathered: Gathered) -> Person | None:
    own = ident(raw.get("requester_id"))
    if own is None:
        return None
    user = gathered.people.get(own)
    return Person(own, email=user.email if user is not None else None, organization=gathered.organization)


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
