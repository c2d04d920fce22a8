"""Who wrote this conversation, and on whose side are they?

Promise: from what was read, without a call. Freshdesk says of each conversation which way it went. What went out is an
agent's, a rule's (`automation_id`, `auto_response`) or slabot's, which acts as an agent of its own. What came in is the
customer's if its author is the requester, in copy, or of the ticket's company; anybody else's is a third party's.

| it came in from                          | it is                                                              |
|------------------------------------------|--------------------------------------------------------------------|
| the requester, by id or address          | the customer's                                                     |
| somebody in copy                         | the customer's; an agent's, if they are one                        |
| an agent, as a note that a program wrote | the customer's: this is how other channels come in                 |
| any other agent                          | a third party's: the customer did not get it                       |
| somebody to whom it was forwarded        | a third party's                                                    |
| a contact of the ticket's company        | the customer's                                                     |
| any other contact                        | a third party's                                                    |
| a contact that cannot be read            | the customer's, if without an address or of the requester's domain |
"""

from __future__ import annotations

import email.utils
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.freshdesk.agents import Agent
from adapters.freshdesk.contacts import Contact
from adapters.http.fields import Raw, ident, mapping, text
from slabot.domain import Actor

NOTE, SURVEY, FORWARD = 2, 6, 8  # the source of a conversation
IN_COPY = ("cc_emails", "ticket_cc_emails", "reply_cc_emails")  # the ticket's; whoever it was forwarded to is apart
FORWARDED_TO = "fwd_emails"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Whose a conversation is."""

    by: Actor
    email: str | None = None
    organization: str | None = None
    light_agent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAround:
    """Everybody around one ticket, as far as they are known.

    Attributes:
        requester, requester_email, requester_name: who asks.
        company, organization: the id and the name of the company that the ticket belongs to.
        copied, forwarded_to: addresses, in lower case.
        agents, contacts: by id; contacts are those of `strangers` that could be read.
        own_id: slabot's agent.
    """

    requester: str | None
    requester_email: str | None
    requester_name: str | None
    company: str | None
    organization: str | None
    copied: frozenset[str]
    forwarded_to: frozenset[str]
    agents: Mapping[str, Agent]
    contacts: Mapping[str, Contact]
    own_id: str

    @classmethod
    def around(
        cls, ticket: Raw, agents: Mapping[str, Agent], contacts: Mapping[str, Contact], *, own_id: str
    ) -> PeopleAround:
        """The people of a ticket, from its JSON."""
        return cls(
            requester=ident(ticket.get("requester_id")),
            requester_email=text(mapping(ticket.get("requester")).get("email")) or None,
            requester_name=text(mapping(ticket.get("requester")).get("name")) or None,
            company=ident(ticket.get("company_id")),
            organization=text(mapping(ticket.get("company")).get("name")) or ident(ticket.get("company_id")),
            copied=frozenset(in_copy(ticket)),
            forwarded_to=frozenset(_addresses(ticket, (FORWARDED_TO,))),
            agents=agents,
            contacts=contacts,
            own_id=own_id,
        )

    def author(self, raw: Raw, *, incoming: bool) -> Author:
        """Whose a conversation is."""
        user = ident(raw.get("user_id"))
        agent = None if user is None else self.agents.get(user)
        if raw.get("source") == SURVEY:
            return Author(by=Actor.SYSTEM, email=sender(raw))
        if incoming:
            return self._incoming(raw, user, agent)
        email_ = None if agent is None else agent.email or None  # from_email is the support address, not a person's
        if raw.get("auto_response") is True or ident(raw.get("automation_id")) is not None:
            return Author(by=Actor.AUTOMATION, email=email_)
        if user is None:
            return Author(by=Actor.SYSTEM)
        if user == self.own_id:
            return Author(by=Actor.SLABOT, email=email_)
        if user == self.requester and agent is None:
            return Author(by=Actor.CUSTOMER, organization=self.organization)
        # An agent who has left is no longer on the list; what went out is an agent's all the same.
        return Author(by=Actor.AGENT, email=email_, light_agent=agent is not None and agent.light)

    def _incoming(self, raw: Raw, user: str | None, agent: Agent | None) -> Author:
        contact = None if user is None else self.contacts.get(user)
        found = (agent.email or None) if agent is not None else None
        found = found or sender(raw) or (None if contact is None else contact.email)
        ours = Author(by=Actor.CUSTOMER, email=found, organization=self.organization)
        if self._asks(user, found):
            return ours
        if _folded(found) in self.copied:
            return ours if agent is None else Author(by=Actor.AGENT, email=found, light_agent=agent.light)
        if agent is not None:
            return ours if raw.get("source") == NOTE else Author(by=Actor.THIRD_PARTY, email=found)
        if _folded(found) not in self.forwarded_to and self._belongs(contact, found):
            return ours if contact is not None else Author(by=Actor.CUSTOMER, email=found)
        organization = None if contact is None else contact.organization
        return Author(by=Actor.THIRD_PARTY, email=found, organization=organization)

    def _belongs(self, contact: Contact | None, address: str | None) -> bool:
        """True for the ticket's company. Where nobody can say, rather a clock too many than a silence."""
        if contact is not None:
            return self.company in contact.companies
        return address is None or _domain(address) == _domain(self.requester_email)

    def _asks(self, user: str | None, address: str | None) -> bool:
        if user is not None and user == self.requester:
            return True
        return address is not None and _folded(address) == _folded(self.requester_email)


def senders(conversations: Iterable[Raw]) -> set[str]:
    """The ids of everybody who wrote something that went out."""
    found = {ident(raw.get("user_id")) for raw in conversations if raw.get("incoming") is not True}
    return {each for each in found if each is not None}


def strangers(ticket: Raw, conversations: Iterable[Raw], agents: Mapping[str, Agent], *, own_id: str) -> set[str]:
    """The ids of those whose side only a look at their contact can tell."""
    people = PeopleAround.around(ticket, agents, {}, own_id=own_id)
    known = people.copied | people.forwarded_to
    return {
        user
        for raw in conversations
        if raw.get("incoming") is True and raw.get("source") != SURVEY
        if (user := ident(raw.get("user_id"))) is not None and user not in agents
        if not people._asks(user, sender(raw)) and _folded(sender(raw)) not in known
    }


def sender(raw: Raw) -> str | None:
    """The address that a conversation came from."""
    return email.utils.parseaddr(text(raw.get("from_email")))[1] or None


def in_copy(ticket: Raw) -> tuple[str, ...]:
    """The addresses in copy of a ticket, in lower case, each once."""
    return _addresses(ticket, IN_COPY)


def _addresses(ticket: Raw, keys: Iterable[str]) -> tuple[str, ...]:
    lists = (ticket.get(key) for key in keys)
    listed = [each for found in lists if isinstance(found, list) for each in found if isinstance(each, str)]
    return tuple(dict.fromkeys(found.casefold() for _, found in email.utils.getaddresses(listed) if "@" in found))


def _domain(address: str | None) -> str | None:
    return None if address is None else address.casefold().rpartition("@")[2]


def _folded(address: str | None) -> str | None:
    return None if address is None else address.casefold()
