"""For whom does a message speak: the customer, support, slabot, or nobody?

Promise: the answer rests on what was true when the message was sent (who the requester was, who was in copy, which
organisation the ticket belonged to), never on how things are today; and a message that counts for nobody, or for
another side than its author's, says why. The table is in docs/agreement.md, "Who speaks for whom".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from slabot.domain import (
    Actor,
    AnyEvent,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    RequesterChanged,
    Ticket,
)
from slabot.policy import Policy

_NOBODY_IN_COPY: frozenset[str] = frozenset()


class Voice(Enum):
    """For whom a message speaks."""

    CUSTOMER = "customer"
    AGENT = "agent"
    SLABOT = "slabot"
    NOBODY = "nobody"
    """Automation, system lines, accounts on the list ``bots``, automatic answers, third parties, light agents."""


class Judged(NamedTuple):
    """For whom a message speaks, and why where that is not plain: words that may follow "because"."""

    voice: Voice
    why: str = ""


@dataclass(slots=True)
class CustomerSide:
    """Who is on the customer's side of a ticket, at one moment of its timeline."""

    requester: str | None
    email: str | None
    organization: str | None
    participants: frozenset[str]

    @classmethod
    def at_creation(cls, ticket: Ticket) -> CustomerSide:
        """As it was when the ticket was created."""
        person = ticket.requester
        return cls(
            requester=None if person is None else person.id,
            email=None if person is None else _folded(person.email),
            organization=None if person is None else person.organization,
            participants=_names(ticket.participants),
        )

    def take(self, event: AnyEvent) -> None:
        """Follow the timeline."""
        match event:
            case RequesterChanged():
                self.requester, self.email = event.to, _folded(event.email)
            case ParticipantsChanged():
                self.participants = _names(event.to)
            case OrganizationChanged():
                self.organization = event.to
            case _:
                pass

    def voice(self, message: Message, policy: Policy) -> Judged:
        """For whom a message speaks that is sent now."""
        if policy.is_bot(message.by_id, message.email):
            return Judged(Voice.NOBODY, "its author is on the list bots")
        if message.auto_reply:
            return Judged(Voice.NOBODY, "it is an automatic reply")
        match message.by:
            case Actor.SLABOT:
                return Judged(Voice.SLABOT)
            case Actor.AUTOMATION:
                return Judged(Voice.NOBODY, "an automation of the helpdesk wrote it")
            case Actor.SYSTEM:
                wrote = "the helpdesk itself wrote it" if message.author_known else "nobody can say who wrote it"
                return Judged(Voice.NOBODY, wrote)
            case Actor.AGENT:
                return self._agent(message)
            case Actor.CUSTOMER | Actor.THIRD_PARTY:
                return self._outside(message, policy)

    def _agent(self, message: Message) -> Judged:
        if self._requested(message):
            return Judged(Voice.CUSTOMER, "its author is an agent, but was the requester of this ticket")
        if message.public and self._in_copy(message):
            return Judged(Voice.CUSTOMER, "its author is an agent, but was in copy of this ticket")
        if message.light_agent:
            return Judged(Voice.NOBODY, "its author is a light agent, who may not answer customers")
        return Judged(Voice.AGENT, "" if message.public else "it is an internal note")

    def _outside(self, message: Message, policy: Policy) -> Judged:
        if policy.is_third_party(message.email):
            return Judged(Voice.NOBODY, "its author is on the list third_parties")
        if message.by is Actor.CUSTOMER or self._requested(message) or self._in_copy(message):
            return Judged(Voice.CUSTOMER)
        ours = self.organization
        if ours is not None and message.organization is not None and message.organization.casefold() == ours.casefold():
            return Judged(Voice.CUSTOMER)
        return Judged(
            Voice.NOBODY,
            "its author is a third party: neither the requester, nor in copy, nor of the customer's organisation",
        )

    def _requested(self, message: Message) -> bool:
        if self.requester is not None and message.by_id == self.requester:
            return True
        return self.email is not None and _folded(message.email) == self.email

    def _in_copy(self, message: Message) -> bool:
        if not self.participants:
            return False
        return (message.by_id or "").casefold() in self.participants or (_folded(message.email) in self.participants)


def _names(people: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.casefold() for name in people) if people else _NOBODY_IN_COPY


def _folded(address: str | None) -> str | None:
    return None if address is None else address.casefold()
