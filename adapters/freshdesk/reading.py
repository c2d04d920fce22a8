"""What does Freshdesk's JSON say about this ticket?

Promise: from the ticket and its conversations as they came to a snapshot, without a call and without the clock. What
could not be read makes the history incomplete, and then slabot writes nothing to the ticket; silence is never taken
for "no replies".

Freshdesk tells how things stand, and not how they came to. Priority, assignee, tags and fields are given as those of
the ticket's creation, and a later reading overwrites an earlier one. Requester, copies, company, group, product and
form are given as `standing` too, so that the first reading can be kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.base import Snapshot, Standing
from adapters.freshdesk.agents import Agent
from adapters.freshdesk.authors import PeopleAround, in_copy
from adapters.freshdesk.contacts import Contact
from adapters.freshdesk.conversations import read_messages
from adapters.freshdesk.merges import MergeNotes, read_merges
from adapters.freshdesk.moves import is_assigned, read_moves
from adapters.freshdesk.ratings import read_ratings
from adapters.freshdesk.statuses import StatusMap
from adapters.freshdesk.ticket_fields import PRIORITY_WORDS
from adapters.http.fields import Raw, Unreadable, ident, instant, mapping, own_id, scalar, tags, text, version
from slabot.domain import AnyEvent, Category, Person, Ticket

PHONE = 3  # the source of a ticket that an agent wrote down during a call
UNKNOWN_AGENT = "unknown"  # who writes a call down is not told
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
        contacts: those who wrote and are neither requester nor in copy, by id, as far as they could be read.
        group, brand, form: by name, or by id where nobody can name them.
        ratings: the answers to surveys; None where they could not be read.
    """

    ticket: Raw
    conversations: Sequence[Raw] | None
    agents: Mapping[str, Agent]
    own_id: str
    seen_at: datetime
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    group: str | None = None
    brand: str | None = None
    form: str | None = None
    ratings: Sequence[Raw] | None = None


def read_snapshot(
    gathered: Gathered, *, helpdesk: str, root: str, statuses: StatusMap, merges: MergeNotes | None = None
) -> Snapshot:
    """The ticket with its history.

    Args:
        gathered: what was read.
        helpdesk: its name in the policy file.
        root: its address, for the link that people follow.
        statuses: of the account.
        merges: how the notes of merges begin; None for an account whose language is English.

    Raises:
        Unreadable: id, times or status are missing or of a wrong type.
        UnmappedStatus: a status that the policy does not map.
    """
    raw, ended = gathered.ticket, gone(gathered.ticket)
    people = PeopleAround.around(raw, gathered.agents, gathered.contacts, own_id=gathered.own_id)
    standing = _standing(gathered, people)
    return Snapshot(
        ticket=_ticket(gathered, standing, helpdesk=helpdesk, root=root),
        events=_events(gathered, people, statuses, merges or MergeNotes()),
        version=version(raw),
        status_now=Category.CLOSED if ended else statuses.category(status_number(raw), assigned=is_assigned(raw)),
        priority_now=_priority(raw),
        assignee_now=ident(raw.get("responder_id")),
        gone=ended,
        standing=standing,
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


def _events(gathered: Gathered, people: PeopleAround, statuses: StatusMap, notes: MergeNotes) -> tuple[AnyEvent, ...]:
    """What was said and what became of the ticket, each event once."""
    raw, conversations = gathered.ticket, gathered.conversations or ()
    created, updated = instant(raw, "created_at", "a ticket"), instant(raw, "updated_at", "a ticket")
    messages = read_messages(raw, conversations, people, notes)
    moves = read_moves(raw, status_number(raw), statuses, created=created, updated=updated, seen_at=gathered.seen_at)
    told = {move.id for move in moves}
    merged = (event for event in read_merges(messages, notes, moves, statuses) if event.id not in told)
    return (*messages, *moves, *merged, *read_ratings(conversations, gathered.ratings))


def _ticket(gathered: Gathered, standing: Standing, *, helpdesk: str, root: str) -> Ticket:
    raw = gathered.ticket
    own = own_id(raw, "a ticket")
    source = raw.get("source")
    return Ticket(
        helpdesk=helpdesk,
        id=own,
        created_at=instant(raw, "created_at", "a ticket"),
        subject=text(raw.get("subject")),
        url=f"{root}/a/tickets/{own}",
        channel=SOURCES.get(source, str(source)) if isinstance(source, int) else None,
        kind=scalar(raw.get("type")),
        priority=_priority(raw),
        status=Category.OPEN,  # what came after is told by the moves
        requester=standing.requester,
        participants=standing.participants,
        group=standing.group,
        brand=standing.brand,
        form=standing.form,
        assignee=ident(raw.get("responder_id")),
        tags=tags(raw.get("tags")),
        fields={name: scalar(value) for name, value in mapping(raw.get("custom_fields")).items()},
        written_by=UNKNOWN_AGENT if source == PHONE else None,
        history_complete=gathered.conversations is not None,
    )


def _standing(gathered: Gathered, people: PeopleAround) -> Standing:
    """What Freshdesk shows as it is now, without a date."""
    return Standing(
        requester=_requester(people),
        participants=in_copy(gathered.ticket),
        group=gathered.group,
        brand=gathered.brand,
        form=gathered.form,
    )


def _requester(people: PeopleAround) -> Person | None:
    """Freshdesk tells their language with the contact alone, which would be a call more for every ticket."""
    own = people.requester
    return None if own is None else Person(own, people.requester_email, people.organization, people.requester_name)


def _priority(raw: Raw) -> str | None:
    number = raw.get("priority")
    return PRIORITY_WORDS.get(number) if isinstance(number, int) else None
