"""Play a ticket's life through the production rules.

Promise: the ticket is decided by `slabot.rules.follow` at its creation and then at its every next look, up to an
instant. What is due is put into its timeline as done, as at run time: pages, follow-ups, nudges, solves and closes, and
what a rule in mode ``observe`` only writes down. So a third reminder follows a second one, and a close a solve. What
people did is taken as it is told; nothing is written anywhere.

Two use this: `play` for one ticket by itself, and `slabot.reports.backtest.braked`, which plays many side by side and
lets the governor hold back what they want to write together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from slabot.domain import (
    SECOND,
    Actor,
    AnyEvent,
    Category,
    LadderFrozen,
    Message,
    Noted,
    Nudged,
    PageSent,
    PriorityChanged,
    SlabotError,
    StatusChanged,
    TermsFrozen,
    Ticket,
    TicketRecord,
    Timeline,
    Would,
    parse_instant,
)
from slabot.policy import Mode, Policy
from slabot.rules import NO_PAST, Action, Decision, Kind, PastPolicies, follow

LAST = 99  # place within a second: after all else that happened in it
ROUNDS = 50  # decisions at one instant; each does something that was not done before
UNREADABLE = "…"  # what stands for the words of a message that was not written
OWN = (PageSent, LadderFrozen, TermsFrozen, Noted, Nudged, Would)
"""What only slabot puts into a timeline."""

_AT = attrgetter("at")


class EndlessPlay(SlabotError):
    """A ticket for which there is always something more to do at one instant."""

    def __init__(self, reference: str, at: datetime) -> None:
        super().__init__(
            f"{reference}: at {at.isoformat()} there is always something more to do. That is an error in slabot",
            "please report it, with the ticket as slabot export --pseudonyms writes it",
        )


@dataclass(frozen=True, slots=True)
class Act:
    """Something that slabot does in a play.

    Attributes:
        at: when it does it; `action.at` is when it was due.
        severity: in force then.
    """

    at: datetime
    action: Action
    severity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A ticket at the end of its play.

    Attributes:
        record: the ticket, its timeline with what slabot did in the play.
        acts: in the order in which they were done.
        last: the decision at the end.
    """

    record: TicketRecord
    acts: Sequence[Act]
    last: Decision


def is_own(event: AnyEvent) -> bool:
    """True for what slabot wrote, sent or froze; what a person had it do, such as an assignment, is the person's."""
    if isinstance(event, OWN):
        return True
    return event.by is Actor.SLABOT and isinstance(event, Message | StatusChanged | PriorityChanged)


def as_told(timeline: Timeline) -> Timeline:
    """What the helpdesk and people told, without what slabot did or froze."""
    if not any(is_own(event) for event in timeline):
        return timeline
    return Timeline(tuple(event for event in timeline if not is_own(event)))


def left_behind(action: Action, at: datetime) -> list[AnyEvent]:
    """What an act that was done leaves on the timeline, after all else of its second; as slabot finds it later."""
    return [replace(event, seq=LAST) for event in _events(action, at)]


def _events(action: Action, at: datetime) -> Iterator[AnyEvent]:
    key = action.key
    if action.mode is not Mode.ACT:
        yield Would(at=at, key=key, id=f"would:{key}")
        return
    match action.kind:
        case Kind.PAGE:
            facts = dict(action.facts)
            asked = facts.get("asked_at")
            yield PageSent(
                at=at,
                id=f"paged:{key}",
                clock=facts["clock"],
                rung=facts["rung"],
                severity=facts.get("severity"),
                repetition=int(facts.get("repetition") or 0),
                to=facts.get("to"),
                asked_at=None if asked is None else parse_instant(asked),
            )
        case Kind.NOTE | Kind.ASK:
            yield Noted(at=at, key=key, id=f"noted:{key}")
        case Kind.NUDGE:
            yield Nudged(at=at, key=key, id=f"nudged:{key}")
        case Kind.FOLLOW_UP:
            yield Message(at=at, by=Actor.SLABOT, id=f"played:{key}", text=UNREADABLE)
        case Kind.SET_SEVERITY:
            yield PriorityChanged(at=at, by=Actor.SLABOT, id=f"played:{key}", to=action.fact("priority"))
        case Kind.AUTO_SOLVE:
            yield Message(at=at, by=Actor.SLABOT, id=f"told:{key}", text=UNREADABLE)
            yield StatusChanged(at=at, by=Actor.SLABOT, id=f"played:{key}", to=Category(action.fact("to") or ""))
        case Kind.AUTO_CLOSE | Kind.REOPEN | Kind.SET_CATEGORY | Kind.SET_BACK:
            yield StatusChanged(at=at, by=Actor.SLABOT, id=f"played:{key}", to=Category(action.fact("to") or ""))


class Play:
    """The life of one ticket, played from look to look; for one thread.

    Whoever plays asks for what is `due` at `at`, has it done or held, and goes on when nothing is left.

    Attributes:
        at: the next look; None once nothing can change any more.
        acts: what was done so far.
    """

    def __init__(
        self, ticket: Ticket, timeline: Timeline, policy: Policy, *, begins: datetime | None, past: PastPolicies
    ) -> None:
        """Begin at the ticket's creation, or at a later instant.

        Args:
            ticket: as it was at its creation.
            timeline: all that happened and is not played.
            policy: the rules.
            begins: aware; None for the creation.
            past: the policies by which clocks of before are judged.
        """
        self._ticket, self._timeline, self._policy, self._past = ticket, timeline, policy, past
        self._life = follow(ticket, timeline, policy, past=past)
        self._done: set[str] = set()
        self._held: dict[str, datetime] = {}
        self._left: list[AnyEvent] = []  # by what was done and is not in the timeline yet
        self._decision: Decision | None = None
        self._rounds = 0
        self.at: datetime | None = ticket.created_at if begins is None else max(begins, ticket.created_at)
        self.acts: list[Act] = []

    @property
    def decision(self) -> Decision:
        """As of `at`."""
        assert self.at is not None, "this play has come to its end"
        if self._decision is None:
            self._decision = self._life.at(self.at)
        return self._decision

    def due(self) -> list[Action]:
        """What is to be done now, each once: neither done before nor held until later.

        Raises:
            EndlessPlay: there is always something more.
        """
        assert self.at is not None, "this play has come to its end"
        found = {
            action.key: action
            for action in self.decision.due_now
            if action.key not in self._done and self._held.get(action.key, self.at) <= self.at
        }
        self._rounds += bool(found)
        if self._rounds > ROUNDS:
            raise EndlessPlay(self._ticket.reference, self.at)
        return list(found.values())

    def do(self, actions: Iterable[Action]) -> None:
        """These were done just now."""
        assert self.at is not None, "this play has come to its end"
        severity, only_pages = self.decision.severity.severity, True
        for action in actions:
            self._did(action, self.at, severity)
            only_pages = only_pages and is_plain_page(action)
        if not only_pages:  # a page alone changes neither what else is due nor what comes
            self._read_anew()

    def _did(self, action: Action, at: datetime, severity: str) -> None:
        self._done.add(action.key)
        self._held.pop(action.key, None)
        self.acts.append(Act(at, action, action.fact("severity") or severity))
        self._left += left_behind(action, at)

    def _read_anew(self) -> None:
        """Decide from here on with what was done."""
        if self._left:
            self._timeline = _put_in(self._timeline, self._left)
            self._left = []
            self._life = follow(self._ticket, self._timeline, self._policy, past=self._past)
        self._decision = None

    def hold(self, action: Action, until: datetime) -> None:
        """It may not be done before an instant; it is asked for again then, if it is still due."""
        self._held[action.key] = until

    def go_on(self, until: datetime) -> None:
        """On to the next look, or to when something that is held may be asked for again.

        Pages that go out before anything else can change are sent on the way, up to an instant, that one included.
        """
        assert self.at is not None, "this play has come to its end"
        decision = self.decision
        due = {action.key for action in decision.due_now} if self._held else ()
        looks = [at for key, at in self._held.items() if key in due and at > self.at]
        if (other := decision.next_other_look) is not None:
            looks.append(other)
        following = min(looks, default=None)
        end = until + SECOND if following is None else min(following, until + SECOND)
        pages = self._life.pages_between(self.at, end)
        if pages is None:
            looks += [] if decision.next_look is None else [decision.next_look]
            following = min(looks, default=None)
        else:
            for action in pages:
                if action.key not in self._done:
                    self._did(action, action.at, decision.severity.severity)
        self._read_anew()
        self.at, self._rounds = following, 0

    def played(self, until: datetime) -> Played:
        """How the ticket stands at an instant, with what was done before."""
        self._read_anew()
        return Played(
            record=TicketRecord(self._ticket, self._timeline), acts=tuple(self.acts), last=self._life.at(until)
        )


def is_plain_page(action: Action) -> bool:
    """True for a page that nobody asked for."""
    return action.kind is Kind.PAGE and action.fact("asked_at") is None


def play(
    ticket: Ticket,
    timeline: Timeline,
    policy: Policy,
    until: datetime,
    *,
    begins: datetime | None = None,
    past: PastPolicies = NO_PAST,
) -> Played:
    """Play one ticket by itself, up to an instant, that one included; nothing is held back.

    Args:
        ticket: as it was at its creation.
        timeline: all that happened and is not played; `as_told` takes slabot's own acts out.
        policy: the rules.
        until: aware.
        begins: from when on slabot acts; None for the creation.
        past: the policies by which clocks of before are judged.

    Raises:
        EndlessPlay: at one instant there is always something more to do.
        OutsideYearsError: a time lies outside the years that a calendar answers for.
    """
    life = Play(ticket, timeline, policy, begins=begins, past=past)
    while life.at is not None and life.at <= until:
        if due := life.due():
            life.do(due)
            if all(map(is_plain_page, due)):
                life.go_on(until)
        else:
            life.go_on(until)
    return life.played(until)


def _put_in(timeline: Timeline, events: list[AnyEvent]) -> Timeline:
    """``timeline.merged(events)``; one event in a second of its own needs no sorting."""
    at = events[0].at
    place = bisect_right(timeline.events, at, key=_AT)
    if len(events) > 1 or (place and timeline[place - 1].at == at):
        return timeline.merged(events)
    return Timeline((*timeline[:place], *events, *timeline[place:]))
