"""What does the timeline say, read once for all rules?

Promise: who speaks for whom, in which category the ticket was when, and whether it still lives are settled in one
place, so that two rules never read the same event differently.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from slabot.domain import (
    AnyEvent,
    Category,
    Deleted,
    MarkedSpam,
    Merged,
    Message,
    PageSent,
    Restored,
    StatusChanged,
    TagsChanged,
    Ticket,
)
from slabot.policy import Policy
from slabot.rules.voices import CustomerSide, Voice


class Said(NamedTuple):
    """A message and for whom it speaks.

    Attributes:
        why: for whom it speaks and why, where that is not plain from its author.
    """

    message: Message
    voice: Voice
    why: str = ""

    @property
    def at(self) -> datetime:
        """When it was said."""
        return self.message.at


class Stay(NamedTuple):
    """A stretch of time in one category; ``until`` is None for the present one.

    Attributes:
        entered: when slabot can be sure of it: the later of the change and of its observation.
    """

    category: Category
    since: datetime
    until: datetime | None
    entered: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the ticket no longer lives here: merged, deleted or spam; ``until`` is None unless it was restored."""

    why: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Case:
    """A ticket as it is known between one event and the next.

    Attributes:
        events: all that has happened but the pages.
        pages: those, of which a ticket that nobody answers has hundreds.
    """

    ticket: Ticket
    policy: Policy
    events: tuple[AnyEvent, ...]
    pages: tuple[PageSent, ...]
    said: tuple[Said, ...]
    stays: tuple[Stay, ...]
    endings: tuple[Ending, ...]
    tags: tuple[str, ...]

    @property
    def category(self) -> Category:
        """The category that the ticket is in."""
        return self.stays[-1].category

    @property
    def ended(self) -> Ending | None:
        """The merge, deletion or spam mark in force, if any."""
        return self.endings[-1] if self.endings and self.endings[-1].until is None else None

    @cached_property
    def answers(self) -> list[Said]:
        """What people of support said in public, in order."""
        return [said for said in self.said if said.voice is Voice.AGENT and said.message.public]

    @cached_property
    def feedback(self) -> list[Said]:
        """What the customer's side said, in order, less the phrases that the policy does not count."""
        said = [said for said in self.said if said.voice is Voice.CUSTOMER and said.message.feedback]
        return [item for item in said if not says_nothing(item.message.text, self.policy)]


def read_case(ticket: Ticket, policy: Policy, happened: Iterable[AnyEvent]) -> Case:
    """Read what has happened, in the order of the timeline."""
    events: list[AnyEvent] = []
    pages: list[PageSent] = []
    side = CustomerSide.at_creation(ticket)
    said: list[Said] = []
    changes: list[StatusChanged] = []
    endings: list[Ending] = []
    tags = ticket.tags
    for event in happened:
        if isinstance(event, PageSent):
            pages.append(event)
            continue
        events.append(event)
        match event:
            case Message():
                said.append(Said(event, *side.voice(event, policy)))
            case StatusChanged():
                changes.append(event)
            case TagsChanged():
                tags = event.to
            case Merged() | Deleted() | MarkedSpam():
                if not endings or endings[-1].until is not None:
                    endings.append(Ending(_ending_words(event), event.at, None))
            case Restored():
                if endings and endings[-1].until is None:
                    endings[-1] = Ending(endings[-1].why, endings[-1].since, event.at)
            case _:
                side.take(event)
    return Case(ticket, policy, tuple(events), tuple(pages), tuple(said), _stays(ticket, changes), tuple(endings), tags)


def _stays(ticket: Ticket, changes: list[StatusChanged]) -> tuple[Stay, ...]:
    category, since, entered = ticket.status, ticket.created_at, ticket.created_at
    stays: list[Stay] = []
    for change in changes:
        if change.to is not category:
            stays.append(Stay(category, since, change.at, entered))
            category, since, entered = change.to, change.at, change.latest
    stays.append(Stay(category, since, None, entered))
    return tuple(stays)


def _ending_words(event: Merged | Deleted | MarkedSpam) -> str:
    match event:
        case Merged():
            return "merged" if event.into is None else f"merged into {event.into}"
        case Deleted():
            return "deleted"
        case MarkedSpam():
            return "marked as spam"


def says_nothing(text: str, policy: Policy) -> bool:
    """True if the text is nothing but one of ``waiting.not_feedback``, whatever its case, spacing and punctuation."""
    phrases = policy.waiting.not_feedback
    if not phrases:
        return False
    bare = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    return any(bare == "".join(c if c.isalnum() else " " for c in phrase.casefold()).split() for phrase in phrases)
