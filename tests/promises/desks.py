"""How is the same thing done at each helpdesk?

Promise: customers and agents by the names that a test would say aloud, and what slabot really did told from the
stand-in's journal. One policy names both helpdesks, as the demo's does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from slabot_sandbox import Effect, Sandbox
from tests.promises.scene import AGENT

CUSTOMER = "ana@contoso.example"


class Desk(ABC):
    """One helpdesk of the scene.

    Attributes:
        name: in the policy file.
        service: in the journal.
        keeps_marks: a message to a customer can be found by slabot's mark.
    """

    name: ClassVar[str]
    service: ClassVar[str]
    keeps_marks: ClassVar[bool]

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    @property
    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What the policy file says of it."""

    @abstractmethod
    def ask(self, text: str = "production down") -> int: ...

    @abstractmethod
    def asks_back(self, ticket: int) -> None: ...

    @abstractmethod
    def waits_for_others(self, ticket: int) -> None: ...

    @abstractmethod
    def solve(self, ticket: int) -> None: ...

    @abstractmethod
    def status(self, ticket: int) -> str:
        """The native word or number, as text."""

    solved: ClassVar[str]
    closed: ClassVar[str]
    urgent: ClassVar[str | int]

    def messages(self, ticket: int, kind: str = "comment.public") -> list[Effect]:
        """What slabot wrote into a ticket."""
        effects = self.sandbox.journal.effects(service=self.service, kind=kind, by="api")
        return [effect for effect in effects if effect["ticket"] == ticket]

    def changed(self, ticket: int, field: str) -> list[Any]:
        """The values that slabot set a field to."""
        effects = self.sandbox.journal.effects(service=self.service, kind="ticket.updated", by="api")
        return [
            effect["changes"][field][1]
            for effect in effects
            if effect["ticket"] == ticket
            if field in effect["changes"]
        ]

    def writes(self) -> int:
        """How many requests to change something arrived, dropped ones too."""
        journal = self.sandbox.journal
        return sum(len(journal.calls(service=self.service, method=method)) for method in ("PUT", "POST"))


class ZendeskDesk(Desk):
    """The Zendesk account."""

    name = "acme"
    service = "zendesk"
    keeps_marks = True
    solved, closed, urgent = "solved", "closed", "urgent"

    @property
    def settings(self) -> dict[str, Any]:
        desk = self.sandbox.zendesk
        return {
            "kind": "zendesk",
            "subdomain": self.name,
            "email": desk.email,
            "token_env": "ZENDESK_TOKEN",
            "webhook_secret_env": "ZENDESK_HOOK_SECRET",
            "base_url": desk.url,
        }

    def ask(self, text: str = "production down") -> int:
        return self.sandbox.zendesk.people.create_ticket(CUSTOMER, "Help", text)

    def asks_back(self, ticket: int) -> None:
        self.sandbox.zendesk.people.agent_replies(ticket, AGENT, "Which version is it?", status="pending")

    def waits_for_others(self, ticket: int) -> None:
        self.sandbox.zendesk.people.agent_replies(ticket, AGENT, "The vendor looks into it.", status="hold")

    def solve(self, ticket: int) -> None:
        self.sandbox.zendesk.people.solve(ticket, AGENT, "Fixed.")

    def status(self, ticket: int) -> str:
        return str(self.sandbox.zendesk.account.tickets[ticket].status)


class FreshdeskDesk(Desk):
    """The Freshdesk account."""

    name = "partners"
    service = "freshdesk"
    keeps_marks = False
    solved, closed, urgent = "4", "5", 4

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "kind": "freshdesk",
            "domain": "partners.freshdesk.com",
            "token_env": "FRESHDESK_KEY",
            "webhook_secret_env": "FRESHDESK_HOOK_SECRET",
            "base_url": self.sandbox.freshdesk.url,
        }

    def ask(self, text: str = "production down") -> int:
        return self.sandbox.freshdesk.people.create_ticket(CUSTOMER, "Help", text)

    def asks_back(self, ticket: int) -> None:
        self._answer(ticket, "Which version is it?", "Waiting on Customer")

    def waits_for_others(self, ticket: int) -> None:
        self._answer(ticket, "The vendor looks into it.", "Waiting on Third Party")

    def solve(self, ticket: int) -> None:
        self.sandbox.freshdesk.people.solve(ticket, AGENT, "Fixed.")

    def status(self, ticket: int) -> str:
        return str(self.sandbox.freshdesk.account.tickets[ticket].status)

    def _answer(self, ticket: int, text: str, status: str) -> None:
        self.sandbox.freshdesk.people.agent_replies(ticket, AGENT, text, status=status)


DESKS: Mapping[str, type[Desk]] = {"zendesk": ZendeskDesk, "freshdesk": FreshdeskDesk}


def both(sandbox: Sandbox) -> dict[str, Any]:
    """The policy's `helpdesks`, with both accounts of a sandbox."""
    return {desk.name: desk(sandbox).settings for desk in DESKS.values()}
