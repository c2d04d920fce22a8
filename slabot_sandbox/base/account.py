"""Hold the tickets of a helpdesk account.

Promise: a number belongs to one ticket, and whatever changes a ticket tells those who listen.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from slabot_sandbox.base.objects import Json
from slabot_sandbox.base.standin import Shared
from slabot_sandbox.errors import ActError
from slabot_sandbox.ids import Ids
from slabot_sandbox.journal import Did


@dataclass(slots=True, kw_only=True)
class HelpdeskTicket(ABC):
    """A ticket as an account keeps it; `shown` is the ticket object of the API."""

    shown: Json

    @property
    def id(self) -> int:
        """The ticket's number."""
        return int(self.shown["id"])

    @property
    @abstractmethod
    def gone(self) -> bool:
        """Is it deleted or marked as spam?"""


T = TypeVar("T", bound=HelpdeskTicket)
C = TypeVar("C")


class HelpdeskAccount(ABC, Generic[T, C]):
    """The tickets of an account, and who listens to their changes."""

    service: ClassVar[str]

    def __init__(self, shared: Shared, ids: Ids) -> None:
        """An account without tickets."""
        self.clock = shared.clock
        self.journal = shared.journal
        self.ids = ids
        self.lock = threading.RLock()
        self.tickets: dict[int, T] = {}
        self.listeners: list[Callable[[C], None]] = []
        self._next_ticket = 1

    @abstractmethod
    def email_of(self, user: int | None) -> str:
        """The address of a user, for the journal."""

    def ticket(self, number: int) -> T:
        """The ticket of this number, deleted or not.

        Raises:
            ActError: there is none.
        """
        if number not in self.tickets:
            raise ActError(f"there is no ticket {number}; create it or load it first")
        return self.tickets[number]

    def living(self, number: int) -> T:
        """The ticket of this number.

        Raises:
            ActError: there is none, or it is deleted.
        """
        ticket = self.ticket(number)
        if ticket.gone:
            raise ActError(f"ticket {number} is deleted or spam; restore it first")
        return ticket

    def visible(self) -> Iterator[T]:
        """The tickets that are neither deleted nor spam, by number."""
        for number in sorted(self.tickets):
            if not self.tickets[number].gone:
                yield self.tickets[number]

    def take_number(self, wanted: int | None = None) -> int:
        """The number of a new ticket, free until the ticket is kept.

        Raises:
            ActError: the wanted number is taken.
        """
        if wanted is not None and wanted in self.tickets:
            raise ActError(f"there is a ticket {wanted} already; leave the number out to get the next free one")
        return self._next_ticket if wanted is None else wanted

    def keep(self, ticket: T) -> None:
        """Put a ticket into the account."""
        self.tickets[ticket.id] = ticket
        self._next_ticket = max(self._next_ticket, ticket.id + 1)

    def tell(self, change: C) -> None:
        """Let everybody who listens know of a change."""
        for listener in self.listeners:
            listener(change)

    def note_message(
        self, ticket: T, *, public: bool, text: str, author: int, actor: int | None, by: str, **more: Any
    ) -> None:
        """Journal that somebody wrote into the ticket."""
        kind = Did.COMMENT_PUBLIC if public else Did.COMMENT_PRIVATE
        facts = {"ticket": ticket.id, "text": text, "author": self.email_of(author), **more}
        self.journal.effect(kind, self.service, by=by, who=self.email_of(actor), **facts)

    def note_changes(self, ticket: T, changes: Mapping[str, tuple[Any, Any]], *, actor: int | None, by: str) -> None:
        """Journal which fields of the ticket changed, if any did."""
        if changes:
            told = {name: list(pair) for name, pair in changes.items()}
            who = self.email_of(actor)
            self.journal.effect(Did.TICKET_UPDATED, self.service, by=by, who=who, ticket=ticket.id, changes=told)
