"""What does the timeline say, read once for all rules?

Promise: who speaks for whom, in which category the ticket was when, and whether it still lives are settled in one
place, so that two rules never read the same event differently.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from operator import attrgetter

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
    ReplyDeclared,
    ReplyIs,
    Restored,
    StatusChanged,
    TagsChanged,
    Ticket,
    parse_instant,
)
from slabot.policy import Policy, WrittenByAgents
from slabot.rules.meanings import ends_no_wait, words_of
from slabot.rules.stays import Said, Stay, stays_of
from slabot.rules.voices import CustomerSide, Voice

_AT = attrgetter("at")


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
        replies: what people said that messages were, by the message's id; whoever says so has done nothing else.
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
    replies: Mapping[str, ReplyDeclared] = field(default_factory=dict)

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
        """True for words like those of an automatic reply, gone ones too, unless somebody said otherwise."""
        if (reply := self.reply_is(message)) is not None:
            return reply is ReplyIs.AUTOMATIC
        return message.looked_automatic or self.policy.looks_automatic(message.text)

    def is_said(self, message: Message) -> bool:
        """True where somebody says what a message was."""
        return self.reply_is(message) is not None

    def reply_is(self, message: Message) -> ReplyIs | None:
        """What somebody said that a message was; None where nobody did, or took it back."""
        said = self.replies.get(message.id) if self.replies else None
        return None if said is None or said.reply is ReplyIs.UNSAID else said.reply

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
        if said.voice is Voice.CUSTOMER and self.reply_is(message) is ReplyIs.ANSWER:
            return True
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
    happened = tuple(happened)
    case = _read(ticket, policy, happened)
    if not case.replies:
        return case
    return replace(_read(ticket, policy, [_as_said(event, case) for event in happened]), replies=case.replies)


def _as_said(event: AnyEvent, case: Case) -> AnyEvent:
    """A message as somebody said that it was: automatic, as if the helpdesk had flagged it, or not."""
    reply = case.reply_is(event) if isinstance(event, Message) and event.id else None
    if reply is None:
        return event
    assert isinstance(event, Message), "nothing else is said to be a reply"
    return replace(event, auto_reply=reply is ReplyIs.AUTOMATIC)


def _read(ticket: Ticket, policy: Policy, happened: Iterable[AnyEvent]) -> Case:
    events: list[AnyEvent] = []
    pages: list[PageSent] = []
    side = CustomerSide.at_creation(ticket)
    said: list[Said] = []
    changes: list[StatusChanged] = []
    endings: list[Ending] = []
    declared: list[AnyEvent] = []
    replies: dict[str, ReplyDeclared] = {}
    tags, group, brand, form = ticket.tags, ticket.group, ticket.brand, ticket.form
    for event in happened:
        if isinstance(event, PageSent):
            pages.append(event)
            continue
        if isinstance(event, BreachReasonGiven | Excused | ExcuseWithdrawn):
            declared.append(event)
            continue
        if isinstance(event, ReplyDeclared):
            replies[event.of] = event
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
        stays=stays_of(ticket, changes, said),
        endings=tuple(endings),
        tags=tags,
        organization=side.organization,
        group=group,
        brand=brand,
        form=form,
        gaps=_gaps(ticket),
        declared_events=tuple(declared),
        replies=replies,
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
