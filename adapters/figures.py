"""Which helpdesk tells figures of its own, and how are they asked for?

Promise: only a command that a person has typed asks for them, never the running bot; the share of the account's calls
that is kept for people stays. A helpdesk that tells none is told apart from one whose figures are empty; what it does
not let slabot read of its own rules is said, and keeps no figure back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from slabot.domain import Figure


class Told(NamedTuple):
    """The figures of a ticket.

    Attributes:
        updated_at: when the ticket last changed, as they say; None where they do not.
    """

    ticket_id: str
    figures: tuple[Figure, ...]
    updated_at: datetime | None


class Lacking(NamedTuple):
    """What could not be read of the rules by which the helpdesk counts.

    Attributes:
        sentence: what, and what would help.
    """

    sentence: str


@runtime_checkable
class TellsFigures(Protocol):
    """An adapter of a helpdesk that says itself how tickets fared."""

    def figures(self, ticket_ids: Collection[str], *, since: datetime) -> Iterator[Told | Lacking]:
        """What could not be read of its rules, then the figures of these tickets, each as it is read.

        A ticket that is gone is left out.

        Args:
            ticket_ids: the helpdesk's own numbers.
            since: an instant before anything happened to them.

        Raises:
            CallsKept: what is left of the account's calls is kept for people; what was yielded stands.
            AdapterError: they cannot be read.
        """
