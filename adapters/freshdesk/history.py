"""How is one ticket with its history read, in few calls and in the right order?

Promise: the ticket with its conversations, or before them. So a change in between makes the history newer than the
version, never older, and a write that rests on that version finds the ticket changed instead of overlooking a message.

One call for an ordinary ticket: itself with its stats, requester, company and first ten conversations. Where there may
be more, the list of them is read: a full ten, a stamp that is later than all of them, anything that is no list. That is
one more call for each hundred. Agents, groups, products and forms are asked for once an hour, each only where a ticket
names one; whoever wrote without being requester or in copy, once an hour each; ratings where a survey was answered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC

from adapters.base import Clock
from adapters.errors import BadAnswer, Gone, NotAllowed, Refused, SignInRefused
from adapters.freshdesk.agents import Agents
from adapters.freshdesk.authors import senders, strangers
from adapters.freshdesk.client import Client
from adapters.freshdesk.contacts import Contacts
from adapters.freshdesk.directory import ListedNames
from adapters.freshdesk.ratings import was_surveyed
from adapters.freshdesk.reading import Gathered
from adapters.http.fields import Raw, ident, mapping, objects, text

INCLUDE = "conversations,stats,requester,company"
INCLUDED = 10  # conversations that come with a ticket; fewer are all of them
ANSWERED = ("agent_responded_at", "requester_responded_at")  # stamps of a conversation, where they are true
PAGES = 100  # of a hundred conversations each


@dataclass(frozen=True, slots=True)
class Remembrance:
    """What is remembered of an account between two tickets. Shared by all threads."""

    agents: Agents = field(default_factory=Agents)
    contacts: Contacts = field(default_factory=Contacts)
    groups: ListedNames = field(default_factory=lambda: ListedNames(Client.groups))
    products: ListedNames = field(default_factory=lambda: ListedNames(Client.products))
    forms: ListedNames = field(default_factory=lambda: ListedNames(Client.forms))


def gather(ticket_id: str, client: Client, known: Remembrance, *, own_id: str, clock: Clock) -> Gathered:
    """Read a ticket and its conversations.

    Raises:
        Gone: the ticket itself is not there. Where only its conversations are refused, they are None.
        BadAnswer: another ticket in the answer, or pages without an end.
    """
    raw = client.ticket(ticket_id, include=INCLUDE)
    if ident(raw.get("id")) != ticket_id:
        raise BadAnswer("another ticket, or none", endpoint=f"GET /api/v2/tickets/{ticket_id}")
    now = clock.now().astimezone(UTC)
    conversations = _all_included(raw)
    if conversations is None:
        try:
            conversations = read_conversations(ticket_id, client)
        except SignInRefused:
            raise  # it says nothing about this ticket
        except (Gone, NotAllowed):
            conversations = None
    said = conversations or []
    agents = known.agents.find(sorted(senders(said)), client, now)
    asked = sorted(strangers(raw, said, agents, own_id=own_id))
    return Gathered(
        ticket=raw,
        conversations=conversations,
        agents=agents,
        own_id=own_id,
        seen_at=now,
        contacts=known.contacts.find(asked, client, now),
        group=known.groups.name(ident(raw.get("group_id")), client, now),
        brand=known.products.name(ident(raw.get("product_id")), client, now),
        form=known.forms.name(ident(raw.get("form_id")), client, now),
        ratings=_ratings(ticket_id, client) if was_surveyed(said) else None,
    )


def _ratings(ticket_id: str, client: Client) -> list[Raw] | None:
    try:
        return client.ratings(ticket_id)
    except (BadAnswer, Gone, NotAllowed, Refused):
        return None  # surveys may be no part of the plan; that there was one is told by its conversation


def _all_included(raw: Raw) -> list[Raw] | None:
    """The conversations that came with the ticket, if they are certainly all there are."""
    listed = raw.get("conversations")
    if not isinstance(listed, list) or len(listed) >= INCLUDED:
        return None
    known = objects(listed)
    if len(known) != len(listed) or any(ident(one.get("id")) is None for one in known):
        return None  # the list itself says what is wrong with it
    newest = max((text(one.get("created_at")) for one in known), default="")
    stats = mapping(raw.get("stats"))
    return None if any(text(stats.get(stamp)) > newest for stamp in ANSWERED) else known


def read_conversations(ticket_id: str, client: Client) -> list[Raw]:
    """Every page of them, oldest first, each once.

    Raises:
        BadAnswer: a list that is broken, never read as "none", or pages without an end.
    """
    found: dict[str, Raw] = {}
    endpoint = f"GET /api/v2/tickets/{ticket_id}/conversations"
    for page in range(1, PAGES + 1):
        listed, more = client.conversations(ticket_id, page)
        known = objects(listed)
        if len(known) != len(listed) or any(ident(raw.get("id")) is None for raw in known):
            raise BadAnswer("a conversation that is no object, or has no id", endpoint=endpoint)
        for raw in known:
            found.setdefault(str(raw["id"]), raw)
        if not more:
            return list(found.values())
    raise BadAnswer(f"more than {PAGES} pages of conversations", endpoint=endpoint)
