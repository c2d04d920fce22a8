"""What happened to a ticket, when, and who caused it?

Promise: an event is a fact that never changes. slabot's own acts are events like any other, so a replay sees them
too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slabot.domain.category import Actor, Category, Severity
from slabot.domain.declared import BreachReasonGiven, Excused, ExcuseWithdrawn, ReplyDeclared
from slabot.domain.event import Event
from slabot.domain.model_answered import ModelAnswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Event):
    """Words on the ticket: a request, an answer, an internal note.

    Attributes:
        public: the customer could read it when it was sent.
        text: plain text; empty once it has been scrubbed, and for an attachment alone.
        text_gone: True once its words are no longer kept.
        auto_reply: out of office or another automatic answer; never feedback and never a response.
        email: the author's address, if known; matched against the policy's ``bots`` and ``third_parties``.
        organization: the author's organisation, if known: a colleague of the requester speaks for the customer.
        light_agent: the author was one of the helpdesk's agents who may not answer customers.
        as_note: public, and written as a note all the same: the helpdesk shows it and did not send it as a reply.
        conversation: the source's id of the live chat that it was said in; None for a message of its own.
        author_known: False where nobody could say whether the author is of support; then `by` is a guess that holds
            until somebody can.
        as_first_read: when slabot first read it with its author and the whole history; `by`, `public`, `organization`
            and `light_agent` stay as they were then. None where the source dates them, and before that reading.
        feedback: False for a mere thanks (``waiting.not_feedback``) whose words are no longer kept.
        looked_automatic: True for words like those of an automatic reply (``automatic_replies.words``) that are no
            longer kept.
        meant: what words meant that are no longer kept (``thanks_only``, ``closing_word``); empty for any other.
    """

    public: bool = True
    text: str = ""
    text_gone: bool = False
    auto_reply: bool = False
    email: str | None = None
    organization: str | None = None
    light_agent: bool = False
    as_note: bool = False
    conversation: str | None = None
    author_known: bool = True
    as_first_read: datetime | None = None
    feedback: bool = True
    looked_automatic: bool = False
    meant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """The ticket moved to another category."""

    to: Category


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Event):
    """The helpdesk's own priority was set; None where it was taken away."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityChanged(Event):
    """Somebody chose the severity by name; or it was found in words that are no longer kept (`Actor.AUTOMATION`).

    Attributes:
        or_else: another severity that a person would have been asked about; None where nobody would.
        by_reader: True where the reader of texts had found it, and no rule of the policy.
    """

    to: Severity
    reason: str = ""
    or_else: Severity | None = None
    by_reader: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsChanged(Event):
    """The ticket's tags became these, all of them."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssigneeChanged(Event):
    """The ticket was assigned to an agent; None where it was taken from everyone."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChanged(Event):
    """A custom field became this value."""

    name: str
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequesterChanged(Event):
    """Somebody else is the requester from now on; None where nobody is.

    Attributes:
        to: the helpdesk's id of the person.
        email: their address, if known.
    """

    to: str | None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantsChanged(Event):
    """These people are in copy (CC) from now on, all of them: ids, or addresses where the helpdesk gives only those."""

    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationChanged(Event):
    """The ticket belongs to this organisation, by its name, from now on."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanged(Event):
    """The ticket went to this group of agents, by its name."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandChanged(Event):
    """The ticket came under this brand (Freshdesk: product), by its name."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChanged(Event):
    """The ticket got this form, by its name."""

    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyChanged(Event):
    """A message was hidden from the customer afterwards, or shown. It counts as it was when it was sent.

    Attributes:
        of: the id of the message's event.
        public: whether the customer can read it from now on.
    """

    of: str
    public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    """The customer answered a survey about the ticket.

    Attributes:
        score: ``good`` or ``bad``; what the helpdesk says, where it is neither.
        text: what they wrote with it; empty once it has been scrubbed.
    """

    by: Actor = Actor.CUSTOMER
    score: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Event):
    """The ticket was merged into another one and lives on there."""

    into: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted(Event):
    """The ticket was deleted in the helpdesk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored(Event):
    """A deleted ticket, or one marked as spam, was brought back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSpam(Event):
    """The ticket was marked as spam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSent(Event):
    """slabot paged people about a clock.

    Attributes:
        clock: the clock's name, ``first_response``.
        rung: the rung's words, ``50% used``.
        severity: in force when it was sent; None where the source does not say.
        repetition: 0 for the rung itself, then 1, 2, … for the repeats of ``then every``; None where unknown.
        to: the destination in the policy's words, ``user:maya@acme.example``, or ``channel`` for slack.channel; None
            where everybody was told at once.
        asked_at: when somebody had asked for it (`Escalated`); None where its time had come.
    """

    by: Actor = Actor.SLABOT
    clock: str
    rung: str
    severity: Severity | None = None
    repetition: int | None = None
    to: str | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Event):
    """Somebody has seen the page and is on it; for one clock, or for all of them where ``clock`` is None."""

    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unacknowledged(Event):
    """An acknowledgement, a claim or a snooze was taken back."""

    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snoozed(Event):
    """Somebody asked not to be paged before an instant."""

    until: datetime
    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed(Event):
    """Somebody took the ticket from a page; counts as acknowledged."""

    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(Event):
    """Somebody asked for the next page at once; for one clock, or for all of them where ``clock`` is None."""

    clock: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderFrozen(Event):
    """The ladders that a clock runs under from now on, so that a change of the policy does not move its pages.

    Attributes:
        clock: the clock's label.
        plan: the ladders for clocks of that name, as JSON (`slabot.policy.frozen`).
        policy_version: of the store; None where the source does not say.
        agreement: whose ladders they are; None for those of the file.
    """

    by: Actor = Actor.SLABOT
    clock: str
    plan: str
    policy_version: int | None = None
    agreement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsFrozen(Event):
    """The terms that a clock is judged by from now on, so that no change of the policy moves its verdict.

    Attributes:
        clock: the clock's label.
        agreement, target, calendar: by their names and words in the policy.
        policy_version: of the store; None where the source does not say, and then target and calendar alone count.
        started_at: of the clock, which tells it from others of its name; None where the source does not say.
        stopped_at: when the clock had stopped; None where they were frozen while it ran.
        why: of whoever had the clock judged anew; empty otherwise.
        severity, due_at, met_until: of the clock then; None where the source does not say.
        missed_until: until when the deadline could be met that was missed, if one was.
        no_promise: why nothing was promised; empty where something was.
        settled: True once texts or people that they rest on were deleted: then they are not worked out again.
    """

    by: Actor = Actor.SLABOT
    clock: str
    agreement: str
    target: str
    calendar: str
    policy_version: int | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    why: str = ""
    severity: Severity | None = None
    due_at: datetime | None = None
    met_until: datetime | None = None
    missed_until: datetime | None = None
    no_promise: str = ""
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Event):
    """A person allowed an act that the governor held back; names the act's key."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Event):
    """slabot told people about something on this ticket, once; names the act's key."""

    by: Actor = Actor.SLABOT
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged(Event):
    """slabot reminded the assignee that an update is owed; names the act's key."""

    by: Actor = Actor.SLABOT
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Would(Event):
    """A rule in ``observe`` mode recorded what it would have done; names the act's key."""

    by: Actor = Actor.SLABOT
    key: str


AnyEvent = (
    Message
    | StatusChanged
    | PriorityChanged
    | SeverityChanged
    | TagsChanged
    | AssigneeChanged
    | FieldChanged
    | RequesterChanged
    | ParticipantsChanged
    | OrganizationChanged
    | GroupChanged
    | BrandChanged
    | FormChanged
    | PrivacyChanged
    | Rated
    | Merged
    | Deleted
    | Restored
    | MarkedSpam
    | PageSent
    | Acknowledged
    | Unacknowledged
    | Snoozed
    | Claimed
    | Escalated
    | LadderFrozen
    | TermsFrozen
    | BreachReasonGiven
    | Excused
    | ExcuseWithdrawn
    | ReplyDeclared
    | Approved
    | Noted
    | Nudged
    | ModelAnswered
    | Would
)
