"""Who are the account's agents?

Promise: as fresh as `adapters.freshdesk.directory` promises. Where the key may not list them, agents are still told
from customers by their messages.

It serves to know an agent's address (the policy's `bots` go by it), to know an agent who asks for help themselves, and
one who may not answer customers.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.freshdesk.client import Client
from adapters.freshdesk.directory import AccountList
from adapters.http.fields import Raw, ident, mapping, text

COLLABORATOR, COLLABORATOR_NUMBER = "collaborator", 3  # of `type`, and of `agent_type`, which older answers have


@dataclass(frozen=True, slots=True)
class Agent:
    """What slabot keeps of an agent.

    Attributes:
        light: a collaborator, who may leave notes and may not answer customers. An occasional agent, who works by
            the day, answers as any other.
    """

    id: str
    name: str
    email: str
    light: bool = False


def read_agent(raw: Raw) -> Agent | None:
    """An agent from its JSON; None where there is no id."""
    own, contact = ident(raw.get("id")), mapping(raw.get("contact"))
    light = text(raw.get("type")) == COLLABORATOR or raw.get("agent_type") == COLLABORATOR_NUMBER
    return None if own is None else Agent(own, text(contact.get("name")), text(contact.get("email")), light)


class Agents(AccountList[Agent]):
    """The account's agents, by id."""

    def __init__(self) -> None:
        """Know nobody."""
        super().__init__(Client.agents, _by_id)


def _by_id(raw: Raw) -> tuple[str, Agent] | None:
    agent = read_agent(raw)
    return None if agent is None else (agent.id, agent)
