"""Who are the account's agents?

Promise: the list is at most `FRESH` old, and read anew for an agent that it does not hold yet, though no more often
than every `AGAIN`. Where the key may not read it, agents are still told from customers by their messages.

It serves to know an agent's address (the policy's `bots` go by it) and to know an agent who asks for help themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.errors import BadAnswer, NotAllowed
from adapters.freshdesk.client import Client
from adapters.http.fields import Raw, ident, mapping, objects, text

FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=5)
PAGES = 100  # of a hundred agents each


@dataclass(frozen=True, slots=True)
class Agent:
    """What slabot keeps of an agent."""

    id: str
    name: str
    email: str


def read_agent(raw: Raw) -> Agent | None:
    """An agent from its JSON; None where there is no id."""
    own, contact = ident(raw.get("id")), mapping(raw.get("contact"))
    return None if own is None else Agent(own, text(contact.get("name")), text(contact.get("email")))


class Agents:
    """The account's agents, by id. Shared by all threads."""

    def __init__(self) -> None:
        """Know nobody."""
        self._lock = threading.Lock()
        self._known: Mapping[str, Agent] = {}
        self._read_at: datetime | None = None

    def find(self, ids: Iterable[str], client: Client, now: datetime) -> Mapping[str, Agent]:
        """All agents, as fresh as these ids need them."""
        with self._lock:
            known, age = self._known, None if self._read_at is None else now - self._read_at
        if (
            age is not None
            and age >= timedelta()
            and (age < AGAIN or (age < FRESH and all(each in known for each in ids)))
        ):
            return known
        known = _all(client)
        with self._lock:
            self._known, self._read_at = known, now
        return known


def _all(client: Client) -> Mapping[str, Agent]:
    found: dict[str, Agent] = {}
    try:
        for page in range(1, PAGES + 1):
            listed, more = client.agents(page)
            found.update((agent.id, agent) for agent in map(read_agent, objects(listed)) if agent is not None)
            if not more:
                break
    except (BadAnswer, NotAllowed):
        pass  # an ordinary agent's key may not list them; what is known already serves
    return found
