"""What does the timeline say, read once for all rules?

Promise: who speaks for whom, in which category the ticket was when, and whether it still lives are settled in one
place, so that two rules never read the same event differently.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from slabot.domain import (
    Actor,
    AnyEvent,
    BrandChanged,
    BreachReasonGiven,
    Category,
    Deleted,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    FormChanged,
    Gap,
    GroupChanged,
    InstantError,
    MarkedSpam,
    Merged,
    Message,
    PageSent,
    Restored,
    StatusChanged,
    TagsChanged,
    Ticket,
    parse_instant,
)
from slabot.policy import Policy, WrittenByAgents
from slabot.rules.meanings import ends_no_wait, words_of
from slabot.rules.voices import CustomerSide, Voice

_AT = attrgetter("at")

AT_ONCE = timedelta(minutes=1)  # within which a helpdesk changes the status because of a message
TAKEN_UP = (Category.WAITING_ON_CUSTOMER, Category.SOLVED)
"""From where a helpdesk takes a ticket up again because somebody wrote."""
WORKED_ON = (Category.OPEN, Category.PENDING)


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
        left_by_a_reply: True where an automatic reply ended it, or what rules of the helpdesk made of that reply.
        set_back: True where slabot has set the ticket back to it.
    """

    category: Category
    since: datetime
    until: datetime | None
    entered: datetime
    left_by_a_reply: bool = False
    set_back: bool = False


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
        events: all that has happened but the pages and the declarations.
        pages: those, of which a ticket that nobody answers has hundreds.
        tags, organization, group, brand, form: as they are now.
        gaps: where messages may stand that slabot cannot read.
        declared_events: reasons for breaches, and excuses; whoever declares has done nothing about the ticket.
    """

    ticket: Ticket
    policy: Policy
    events: tuple[AnyEvent, ...]
    pages: tuple[PageSent, ...]
    said: tuple[Said, ...]
    stays: tuple[Stay, ...]
    endings: tuple[Ending, ...]
    tags: tuple[str, ...]
    organization: str | None
    group: str | None
    brand: str | None
    form: str | None
    gaps: tuple[Gap, ...]
    declared_events: tuple[AnyEvent, ...] = ()

    @property
    def category(self) -> Category:
        """The category that the ticket is in."""
        return self.stays[-1].category

    @property
    def ended(self) -> Ending | None:
        """The merge, deletion or spam mark in force, if any."""
        return self.endings[-1] if self.endings and self.endings[-1].until is None else None

    @property
    def odd_messages(self) -> tuple[Said, ...]:
        """Messages that did not count as their author's word would."""
        return tuple(said for said in self.said if said.why)

    @property
    def opening(self) -> Message | None:
        """The message with which somebody of support wrote the request down, or began the ticket themselves."""
        created = self.ticket.created_at
        opening: Message | None = None
        for said in self.said:  # what was said later cannot be it
            if said.at != created or said.voice is Voice.CUSTOMER:
                return opening if said.at != created else None
            if said.voice is Voice.AGENT and opening is None:
                opening = said.message
        return opening

    @property
    def looks_automatic(self) -> Said | None:
        """The customer's last word, where it looks like an automatic reply and nobody of support has acted since."""
        last = next((said for said in reversed(self.said) if said.voice is Voice.CUSTOMER), None)
        if last is None or last.at == self.ticket.created_at:
            return None
        if not self.reads_automatic(last.message):
            return None
        seen = any(event.by is Actor.AGENT and event.at > last.at for event in self.events)
        return None if seen else last

    def reads_automatic(self, message: Message) -> bool:
        """True for words like those of an automatic reply, also where these are no longer kept."""
        return message.looked_automatic or self.policy.looks_automatic(message.text)

    @property
    def declared_at(self) -> datetime | None:
        """When the customer asked, by the custom field in which agents write it down; None where it holds no time."""
        if (written := self.declared) is None:  # as in most files: they name no such field
            return None
        try:
            declared = parse_instant(written)
        except InstantError:
            return None
        return declared if declared <= self.ticket.created_at else None

    @property
    def declared(self) -> str | None:
        """What stands in that field, whether it is a time or not."""
        name = self.policy.requests.received_at_field
        if name is None:
            return None
        changed = (each.to for each in reversed(self.events) if isinstance(each, FieldChanged) and each.name == name)
        return next(changed, self.ticket.fields.get(name))

    @cached_property
    def answers(self) -> list[Said]:
        """What people of support said in public, in order; words in which they wrote a request down are no answer."""
        opening = self.opening if self.counts_from_creation or self.declared_at is not None else None
        return [
            said
            for said in self.said
            if said.voice is Voice.AGENT and said.message.public and said.message is not opening
        ]

    def answered_in(self, stay: Stay) -> list[tuple[datetime, datetime | None]]:
        """When in a wait for the customer support was next all the same: from feedback to the next question.

        The last may have no end. The request itself answers nothing.
        """
        if stay.category is not Category.WAITING_ON_CUSTOMER:
            return []
        found: list[tuple[datetime, datetime | None]] = []
        answered: datetime | None = None
        for said in islice(self.said, bisect_left(self.said, stay.since, key=_AT), None):
            if said.at <= self.ticket.created_at:
                continue
            if stay.until is not None and said.at >= stay.until:
                break
            if answered is None and self._is_feedback(said):
                answered = said.at
            elif answered is not None and said.voice is Voice.AGENT and said.message.public:
                found.append((answered, said.at))
                answered = None
        return found if answered is None else [*found, (answered, stay.until)]

    @property
    def counts_from_creation(self) -> bool:
        """True where a request that an agent wrote down counts from then."""
        return self.policy.requests.written_by_agents is WrittenByAgents.FROM_CREATION

    @cached_property
    def feedback(self) -> list[Said]:
        """What the customer's side said, in order, less the phrases that the policy does not count."""
        return [said for said in self.said if self._is_feedback(said)]

    def _is_feedback(self, said: Said) -> bool:
        message = said.message
        if said.voice is not Voice.CUSTOMER or not message.feedback or says_nothing(message.text, self.policy):
            return False
        return not ends_no_wait(message, self.policy)

    def was_solved(self, at: datetime) -> bool:
        """True if the ticket was solved when a message of that instant came."""
        return any(
            stay.category is Category.SOLVED and stay.since < at and (stay.until is None or at <= stay.until)
            for stay in self.stays
        )


def read_case(ticket: Ticket, policy: Policy, happened: Iterable[AnyEvent]) -> Case:
    """Read what has happened, in the order of the timeline."""
    events: list[AnyEvent] = []
    pages: list[PageSent] = []
    side = CustomerSide.at_creation(ticket)
    said: list[Said] = []
    changes: list[StatusChanged] = []
    endings: list[Ending] = []
    declared: list[AnyEvent] = []
    tags, group, brand, form = ticket.tags, ticket.group, ticket.brand, ticket.form
    for event in happened:
        if isinstance(event, PageSent):
            pages.append(event)
            continue
        if isinstance(event, BreachReasonGiven | Excused | ExcuseWithdrawn):
            declared.append(event)
            continue
        events.append(event)
        match event:
            case Message():
                said.append(_said(event, side, policy, is_request=event.at <= ticket.created_at))
            case StatusChanged():
                changes.append(event)
            case TagsChanged():
                tags = event.to
            case GroupChanged():
                group = event.to
            case BrandChanged():
                brand = event.to
            case FormChanged():
                form = event.to
            case Merged() | Deleted() | MarkedSpam():
                if not endings or endings[-1].until is not None:
                    endings.append(Ending(_ending_words(event), event.at, None))
            case Restored():
                if endings and endings[-1].until is None:
                    endings[-1] = Ending(endings[-1].why, endings[-1].since, event.at)
            case _:
                side.take(event)
    return Case(
        ticket=ticket,
        policy=policy,
        events=tuple(events),
        pages=tuple(pages),
        said=tuple(said),
        stays=_stays(ticket, changes, said),
        endings=tuple(endings),
        tags=tags,
        organization=side.organization,
        group=group,
        brand=brand,
        form=form,
        gaps=_gaps(ticket),
        declared_events=tuple(declared),
    )


def _said(message: Message, side: CustomerSide, policy: Policy, *, is_request: bool) -> Said:
    voice, why = side.voice(message, policy)
    if voice is Voice.CUSTOMER and not why and not is_request:
        why = words_of(message, policy)
    return Said(message, voice, why)


def _gaps(ticket: Ticket) -> tuple[Gap, ...]:
    if ticket.history_complete:
        return ticket.gaps
    if ticket.complete_until is not None:
        return (*ticket.gaps, Gap(ticket.complete_until, None, "its messages cannot be read any more"))
    return (Gap(ticket.created_at, None, "its messages could not be read"), *ticket.gaps)


def _stays(ticket: Ticket, changes: list[StatusChanged], said: list[Said]) -> tuple[Stay, ...]:
    """The stretches in each category; one that only an automatic reply ended, and that came back before anybody spoke,
    was never left.
    """
    stays: list[Stay] = []
    here = Stay(ticket.status, ticket.created_at, None, ticket.created_at)
    left: int | None = None  # the place of the stretch that a reply ended, while nobody has done anything since
    for change in changes:
        if change.to is here.category:
            continue
        if left is not None and _spoken(said, stays[left].until or here.since, change.at):
            left = None
        if left is not None and stays[left].category is change.to:
            before = stays[left]
            here = before._replace(until=None, left_by_a_reply=False, set_back=change.by is Actor.SLABOT)
            del stays[left:]
            left = None
            continue
        if left is None or not _follows_at_once(stays[left], change):
            left = len(stays) if _left_by_a_reply(here.category, change, said) else None
        stays.append(here._replace(until=change.at, left_by_a_reply=left is not None))
        here = Stay(change.to, change.at, None, change.latest)
    return (*stays, here)


def _follows_at_once(left: Stay, change: StatusChanged) -> bool:
    """True for what rules of the helpdesk do a moment after an automatic reply, because of it."""
    assert left.until is not None
    by_people = change.by in (Actor.AGENT, Actor.SLABOT)
    return not by_people and change.to in WORKED_ON and change.at <= left.until + AT_ONCE


def _left_by_a_reply(category: Category, change: StatusChanged, said: list[Said]) -> bool:
    """True where an automatic reply made the helpdesk take a waiting or solved ticket up again."""
    if category not in TAKEN_UP or change.to not in WORKED_ON or change.by in (Actor.AGENT, Actor.SLABOT):
        return False
    near = _between(said, change.at - AT_ONCE, change.at)
    return any(one.message.auto_reply for one in near) and not any(one.voice is Voice.CUSTOMER for one in near)


def _spoken(said: list[Said], since: datetime, until: datetime) -> bool:
    """True if the customer, or support in public, said anything in between."""
    return any(
        one.voice is Voice.CUSTOMER or (one.voice is Voice.AGENT and one.message.public)
        for one in _between(said, since, until)
    )


def _between(said: Sequence[Said], since: datetime, until: datetime) -> Sequence[Said]:
    """What was said from one instant to another, both included."""
    return said[bisect_left(said, since, key=_AT) : bisect_right(said, until, key=_AT)]


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
