"""The content of a page about one clock of one ticket, as values.

Promise: a view holds everything that a page says and nothing that it does not; two equal views give the same message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from slabot.policy import DEFAULT


@dataclass(frozen=True, slots=True)
class Who:
    """A person, as far as slabot knows them.

    Attributes:
        name: how people call them; None if only an id is known.
        slack_id: their id in Slack, if they clicked there.
        agent_id: the helpdesk's id of them, which stands for the name until they are named (`slabot.messages.naming`).
    """

    name: str | None = None
    slack_id: str | None = None
    agent_id: str | None = field(default=None, repr=False, compare=False)

    @property
    def called(self) -> str:
        """What to call them in a sentence."""
        return self.name or ("somebody" if self.agent_id is None else "an agent")


@dataclass(frozen=True, slots=True)
class Open:
    """Nobody has said that they are on it.

    Attributes:
        earlier: somebody who had acknowledged or claimed it, and when, before the pages went on.
    """

    earlier: tuple[Who, datetime] | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgedBy:
    """Somebody is on it."""

    who: Who
    at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedBy:
    """Somebody took the ticket: it is assigned to them in the helpdesk."""

    who: Who
    at: datetime


@dataclass(frozen=True, slots=True)
class SnoozedUntil:
    """Somebody snoozed the page until a time."""

    who: Who
    until: datetime


@dataclass(frozen=True, slots=True)
class AnsweredInTime:
    """The deadline was met.

    Attributes:
        spare: the counted time that was left; None if it is not known.
    """

    at: datetime
    spare: timedelta | None = None


@dataclass(frozen=True, slots=True)
class MissedBy:
    """The clock stopped too late.

    Attributes:
        by: counted time past the deadline.
        at: when it stopped.
        answered: False where the ticket was solved or closed without an answer.
    """

    by: timedelta
    at: datetime
    answered: bool = True


@dataclass(frozen=True, slots=True)
class Superseded:
    """The page no longer applies; ``why`` completes "because …"."""

    why: str
    at: datetime


State = Open | AcknowledgedBy | ClaimedBy | SnoozedUntil | AnsweredInTime | MissedBy | Superseded
ENDED = (AnsweredInTime, MissedBy, Superseded)


class LateCause(StrEnum):
    """Why a page leaves later than planned."""

    SLACK = "slack"
    """Slack could not be reached, or refused it for a while."""
    STOPPED = "stopped"
    """slabot itself was not running."""
    SEEN_LATE = "seen_late"
    """The helpdesk showed the ticket, or a change, only later."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the deadline was missed, as somebody said.

    Attributes:
        id: of the event; tells one answer from another.
        means: the words of the policy for it.
        text: in a sentence of theirs; empty once it is no longer kept.
    """

    id: str
    means: str
    text: str
    who: Who


class InsteadOfMissed(StrEnum):
    """How a miss would stand without the time that is excused."""

    IN_TIME = "in_time"
    MISSED = "missed"
    NOT_PROMISED = "not_promised"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class WithoutExcused:
    """A miss without the time that people excused.

    Attributes:
        time: that is excused, as the deadline counts.
        stands: how it would stand.
        by: how late it would be; zero where it would not be missed.
    """

    time: timedelta
    stands: InsteadOfMissed
    by: timedelta


@dataclass(frozen=True, slots=True)
class Late:
    """How late a page is."""

    planned_at: datetime
    by: timedelta
    cause: LateCause


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next page, unless the clock stops before.

    Attributes:
        rung: as the policy names it (``75% used``), or a text of its own.
        repetition: 0, then 1, 2, … for ``then every`` and for the pages after the repeats.
    """

    at: datetime
    rung: str
    repetition: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One clock of one ticket, as a page shows it. Instants are aware.

    Attributes:
        key: of the message: what its buttons carry and what the runtime knows it by.
        generation: of the ticket when this was written; a click that carries an older one is refused.
        ticket: the helpdesk's own number.
        because: what the severity rests on, one reason each.
        clock: its name in the policy: ``first_response``.
        target: what was promised, as the policy writes it: ``2h``.
        agreement: by which of the policy's agreements; ``default`` for the file's own terms.
        due_at: None while a pause without an end hides it.
        met_until: the last instant at which an answer is in time.
        left: counted time until due; zero once it has come.
        overdue: counted time since due; zero while the deadline can still be met.
        always_open: True if the calendar never closes, so that counted time is time on the wall.
        paused_since: set while the clock stands still.
        why_now: why this page goes out now, as the decision gives it.
        rung: the rung that this page is, as the policy names it; None where it is only brought up to date.
        assignee: who has the ticket in the helpdesk.
        at: when this was written.
        zone: the zone of times where Slack does not show each reader their own.
        repeat: True if it is not known whether an earlier copy arrived.
        last: True if this is the last page of a ladder whose repeats end.
        unchecked_since: when the ticket was last read, if it could not be read again just now.
        unseen: why slabot cannot see whether it was answered; empty where it can.
        mentions: who is called by this page: people and groups, in Slack's markup.
        off_call: rotas of the rung that name nobody now.
        reason: why the deadline was missed, once somebody has said so.
        excused: how the miss would stand without the time that is excused; None where none is.
        asks_reason: True once the deadline was missed, where the policy lists reasons of which one may be given.
        several_helpdesks: True where a ticket's number alone may mean two tickets.
        several_clocks: True where the ticket has more than one clock.
        in_slack: True where a page with buttons is in Slack.
    """

    key: str
    generation: int
    helpdesk: str
    ticket: str
    url: str | None
    subject: str
    organization: str | None
    requester: str | None
    severity: str
    because: tuple[str, ...]
    clock: str
    target: str | None
    due_at: datetime | None
    met_until: datetime | None
    left: timedelta
    overdue: timedelta
    always_open: bool
    state: State
    next_steps: tuple[NextStep, ...]
    assignee: Who | None
    at: datetime
    zone: ZoneInfo
    agreement: str = DEFAULT
    paused_since: datetime | None = None
    why_now: str = ""
    rung: str | None = None
    late: Late | None = None
    repeat: bool = False
    last: bool = False
    unchecked_since: datetime | None = None
    unseen: str = ""
    mentions: tuple[str, ...] = ()
    off_call: tuple[str, ...] = ()
    reason: Reason | None = field(default=None, repr=False)
    asks_reason: bool = field(default=False, repr=False)
    excused: WithoutExcused | None = field(default=None, repr=False)
    several_helpdesks: bool = False
    several_clocks: bool = False
    in_slack: bool = field(default=True, repr=False)

    @property
    def ended(self) -> bool:
        """True once no further page will come."""
        return isinstance(self.state, ENDED)

    @property
    def past(self) -> bool:
        """True while the clock runs past the deadline."""
        return self.overdue > timedelta() and not self.ended
