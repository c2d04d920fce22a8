"""How is one ticket with its history read, in few calls and in the right order?

Promise: the ticket first, its conversations after it. So a change in between makes the history newer than the version,
never older, and a write that rests on that version finds the ticket changed instead of overlooking a message.

Two calls for an ordinary ticket: itself with stats, requester and company, and its conversations; one more for each
further hundred of those. The agents are asked for once an hour.
"""

from __future__ import annotations

from datetime import UTC

from adapters.base import Clock
from adapters.errors import BadAnswer, Gone, NotAllowed
from adapters.freshdesk.agents import Agents
from adapters.freshdesk.client import Client
from adapters.freshdesk.conversations import authors
from adapters.freshdesk.reading import Gathered
from adapters.http.fields import Raw, ident, objects

INCLUDE = "stats,requester,company"
PAGES = 100  # of a hundred conversations each


def gather(ticket_id: str, client: Client, agents: Agents, *, own_id: str, clock: Clock) -> Gathered:
    """Read a ticket and its conversations.

    Raises:
        Gone: the ticket itself is not there. Where only its conversations are refused, they are None.
        BadAnswer: another ticket in the answer, or pages without an end.
    """
    raw = client.ticket(ticket_id, include=INCLUDE)
    if ident(raw.get("id")) != ticket_id:
        raise BadAnswer("another ticket, or none", endpoint=f"GET /api/v2/tickets/{ticket_id}")
    now = clock.now().astimezone(UTC)
    try:
        conversations = read_conversations(ticket_id, client)
    except (Gone, NotAllowed):
        conversations = None
    found = agents.find(sorted(authors(conversations or [])), client, now)
    return Gathered(ticket=raw, conversations=conversations, agents=found, own_id=own_id, seen_at=now)


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
