"""The kinds of work in the outbox, as types.

Promise: each kind of work is a type of its own; its kind and its lane follow from the type. How it is written down:
`slabot.store.work_form`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from slabot.domain import Category, parse_instant
from slabot.policy import Destination, parse_destination
from slabot.rules import Action, Kind
from slabot.store.model_work import AskModel
from slabot.store.vocabulary import Lane, OutboxKind


@dataclass(frozen=True, slots=True)
class Decided:
    """What the rules wanted when the work was put in; just before it is done they are asked again.

    Attributes:
        action: with its reason, its time and what it needs.
    """

    action: Action

    @property
    def because(self) -> str:
        """Why."""
        return self.action.because

    @property
    def at(self) -> datetime:
        """When it was due; UTC."""
        return self.action.at


@dataclass(frozen=True, slots=True)
class Page(Decided):
    """A page about one rung of one clock, for one destination.

    Attributes:
        instead_of: the key of the page that could not arrive, where this one goes elsewhere.
        place: of that destination among the policy's fallbacks, from 0.
        bundle: the key of the message that announces it together with others.
        repeat: an earlier copy may have arrived.
    """

    instead_of: str | None = None
    place: int | None = None
    bundle: str | None = None
    repeat: bool = False

    @property
    def clock(self) -> str:
        """The clock's label."""
        return self.action.fact("clock") or ""

    @property
    def severity(self) -> str:
        """In force when it was planned."""
        return self.action.fact("severity") or ""

    @property
    def rung(self) -> str:
        """In the policy's words."""
        return self.action.fact("rung") or ""

    @property
    def repetition(self) -> int | None:
        """0 for the rung itself, then 1, 2, …; None where that is not known."""
        count = self.action.fact("repetition")
        return None if count is None else int(count)

    @property
    def to(self) -> str | None:
        """The destination that the rules named, as they write it."""
        return self.action.fact("to")

    @property
    def asked_at(self) -> datetime | None:
        """When somebody had asked for it."""
        at = self.action.fact("asked_at")
        return None if at is None else parse_instant(at)

    @property
    def mention(self) -> tuple[Destination, ...]:
        """Who is mentioned beside the destination."""
        return tuple(map(parse_destination, filter(None, (self.action.fact("mention") or "").split(", "))))

    @property
    def held(self) -> bool:
        """True where quiet hours held it back."""
        return self.action.fact("held") is not None


@dataclass(frozen=True, slots=True)
class BundleWork:
    """One message that announces several pages for one destination.

    Attributes:
        cause: why they come together; a word of `slabot.messages.bundle`.
        keys: of the pages.
        repeat: an earlier copy may have arrived.
    """

    cause: str
    keys: tuple[str, ...] = ()
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """A posted page shows something else than is true: bring it up to date.

    Attributes:
        clock: the clock's label.
        way, address, ref: where the message is (`slabot.store.messages`).
    """

    clock: str
    way: str
    address: str
    ref: str


@dataclass(frozen=True, slots=True)
class Note(Decided):
    """Tell people something about a ticket, once."""


@dataclass(frozen=True, slots=True)
class Ask(Decided):
    """Ask people something about a ticket, or remind them that they were asked."""

    @property
    def label(self) -> str:
        """Of the question."""
        return self.action.fact("about") or ""

    @property
    def reminder(self) -> int:
        """Which reminder it is; 0 for the question itself."""
        return int(self.action.fact("reminder") or 0)


@dataclass(frozen=True, slots=True)
class Alert:
    """Tell people something about slabot itself.

    Attributes:
        what: the part, the same each time: ``feed/acme``.
        text: whole sentences.
        instead_of, place: as of a `Page`.
    """

    what: str
    text: str
    instead_of: str | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryWork:
    """Send the figures of a week or a month.

    Attributes:
        every: ``week`` or ``month``.
        since, until: of the period; UTC.
    """

    every: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class FollowUp(Decided):
    """Remind the customer of a question."""


@dataclass(frozen=True, slots=True)
class Solve(Decided):
    """Tell the customer that the wait was given up, and set the ticket to Solved: one call."""


@dataclass(frozen=True, slots=True)
class Move(Decided):
    """Set a ticket to a category: close it, reopen it, end a wait, or go back to one."""

    @property
    def to(self) -> Category:
        """Where to."""
        if (to := self.action.fact("to")) is not None:
            return Category(to)
        return Category.CLOSED if self.action.kind is Kind.AUTO_CLOSE else Category.PENDING


@dataclass(frozen=True, slots=True)
class Prioritise(Decided):
    """Set the helpdesk's own priority to what the severity says."""

    @property
    def priority(self) -> str:
        """By its name there."""
        return self.action.fact("priority") or ""


@dataclass(frozen=True, slots=True)
class Nudge(Decided):
    """Remind the assignee, by an internal note, that the customer is owed an update."""


@dataclass(frozen=True, slots=True)
class Assign:
    """Assign a ticket to whoever claimed it in Slack.

    Attributes:
        user_id: Slack's.
        clock: of the page that was claimed.
    """

    user_id: str
    clock: str


@dataclass(frozen=True, slots=True)
class InternalNote:
    """Leave a note that only agents read, which no rule asked for."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseSeverity:
    """Write down in the helpdesk what somebody chose in Slack.

    Attributes:
        user_id, user_name: as Slack gives them.
        channel: where the person gets a message if it fails.
        clock: of the page that it was chosen on.
    """

    severity: str
    reason: str
    user_id: str
    user_name: str
    channel: str
    clock: str


RuleWrite = FollowUp | Solve | Move | Prioritise | Nudge
"""Writes to a helpdesk that the rules want; the governor watches over them."""
RequestedWrite = Assign | InternalNote | ChooseSeverity
"""Writes that a person asked for, or that tell of one who could not be paged: no rule decides about them again."""
HelpdeskWrite = RuleWrite | RequestedWrite
Work = Page | BundleWork | Update | Note | Ask | Alert | SummaryWork | AskModel | HelpdeskWrite

RULE_WRITES: Mapping[Kind, type[RuleWrite]] = {
    Kind.FOLLOW_UP: FollowUp,
    Kind.AUTO_SOLVE: Solve,
    Kind.AUTO_CLOSE: Move,
    Kind.REOPEN: Move,
    Kind.SET_CATEGORY: Move,
    Kind.SET_BACK: Move,
    Kind.SET_SEVERITY: Prioritise,
    Kind.NUDGE: Nudge,
}
"""The work of each kind of act that a rule writes to a helpdesk."""


def work_for(action: Action) -> Page | Note | Ask | RuleWrite:
    """The work of an action that is due."""
    match action.kind:
        case Kind.PAGE:
            return Page(action)
        case Kind.NOTE:
            return Note(action)
        case Kind.ASK:
            return Ask(action)
        case _:
            return RULE_WRITES[action.kind](action)


def kind_of(work: Work) -> tuple[OutboxKind, Lane]:
    """How a row is called, and who queues behind whom."""
    match work:
        case Page():
            return OutboxKind.PAGE, Lane.PAGE
        case BundleWork():
            return OutboxKind.BUNDLE, Lane.PAGE
        case Update():
            return OutboxKind.UPDATE, Lane.UPDATE
        case Note():
            return OutboxKind.NOTE, Lane.UPDATE
        case Ask():
            return OutboxKind.ASK, Lane.UPDATE
        case Alert():
            return OutboxKind.ALERT, Lane.ALERT
        case SummaryWork():
            return OutboxKind.SUMMARY, Lane.SUMMARY
        case AskModel():
            return OutboxKind.MODEL, Lane.MODEL
        case FollowUp() | Solve() | Move() | Prioritise() | Nudge() | Assign() | InternalNote() | ChooseSeverity():
            return OutboxKind.WRITE, Lane.WRITE
        case _:
            assert_never(work)
