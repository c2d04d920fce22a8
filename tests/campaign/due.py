"""What was due on a ticket, by `decide()` over its history as the helpdesk tells it.

Promise: what slabot did counts as an event at the instant that the stand-ins saw it, not where slabot remembers it. So
an act is right if it was due just before it was seen, and something is owed from the instant that it falls due until it
is done or nobody needs it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from slabot.domain import AnyEvent, PageSent, TicketRecord, Timeline
from slabot.policy import Mode, Policy
from slabot.rules import MAIN, Action, Decision, Kind, follow
from tests.campaign.evidence import Evidence, SeenPage, SeenWrite

SECOND = timedelta(seconds=1)
STATUS = {Kind.AUTO_SOLVE: "solved", Kind.AUTO_CLOSE: "closed", Kind.REOPEN: "open"}
WORDS = "public comment"
WITH_WORDS = (Kind.AUTO_SOLVE, Kind.FOLLOW_UP)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that slabot did, as the stand-ins saw it.

    Attributes:
        what: the key of a page or of a comment, or the write.
        event: that a page leaves on the timeline; None for a write, which the helpdesk tells itself.
    """

    ticket: str
    what: str
    at: datetime
    event: PageSent | None = None

    def fits(self, action: Action) -> bool:
        """True if this is what was decided."""
        if self.event is not None:
            return action.key == self.what
        return self.what in _written_by(action)


@dataclass(frozen=True, slots=True)
class Owed:
    """An act that was due from one instant until another; at `until` it was done or needed no more."""

    ticket: str
    action: Action
    since: datetime
    until: datetime


def acts_of(evidence: Evidence) -> Iterator[Act]:
    """All that slabot did, each page once: what came again is judged elsewhere."""
    seen: set[str] = set()
    for page in evidence.pages:
        if page.key not in seen:
            seen.add(page.key)
            yield Act(page.ticket, page.key, page.at, _event(page))
    yield from (Act(each.ticket, _name(each), each.at) for each in evidence.writes)


def is_needed(
    record: TicketRecord,
    policy: Policy,
    acts: Sequence[Act],
    act: Act,
    *,
    unread_since: datetime,
    ahead: timedelta,
) -> datetime | None:
    """Since when an act had been due when it was seen; None if it was not.

    Args:
        record: the ticket, as the helpdesk tells it in the end.
        policy: the rules.
        acts: all of the ticket's.
        act: the one in question.
        unread_since: what happened from then on may have been unknown to slabot.
        ahead: by so much its clock may have been ahead.
    """
    second = act.at.replace(microsecond=0)
    for known_until in (act.at, second, unread_since):
        for now in dict.fromkeys((act.at, act.at + ahead)):
            before = _before(record, acts, act, known_until)
            life = follow(record.ticket, before, policy)
            action = _action(life.at(now), act)
            if action is None:
                continue
            since = now
            for at in sorted({action.at, *(event.at for event in before if event.at > action.at)}, reverse=True):
                if at <= now and _action(life.at(at), act) is None:
                    break
                since = min(since, at)
            return since
    return None


def owed_of(record: TicketRecord, policy: Policy, acts: Sequence[Act], ended: datetime) -> list[Owed]:
    """What was due, from when until when."""
    timeline = record.timeline.merged(act.event for act in acts if act.event is not None)
    life, ticket = follow(record.ticket, timeline, policy), record.ticket
    open_since: dict[str, tuple[Action, datetime]] = {}
    owed: list[Owed] = []
    at: datetime | None = ticket.created_at
    while at is not None and at <= ended:
        decision = life.at(at)
        due = {action.key: action for action in decision.due_now if action.mode is Mode.ACT}
        for key in open_since.keys() - due.keys():
            action, since = open_since.pop(key)
            owed.append(Owed(ticket.id, action, since, at))
        for key, action in due.items():
            open_since.setdefault(key, (action, at))
        at = decision.next_look
    return [*owed, *(Owed(ticket.id, action, since, ended) for action, since in open_since.values())]


def _before(record: TicketRecord, acts: Sequence[Act], act: Act, known_until: datetime) -> Timeline:
    """What had happened before an act, as far as slabot may have known it; its own pages it always knows."""
    events: list[AnyEvent] = [event for event in record.timeline if event.at < known_until]
    events += [each.event for each in acts if each.event is not None and each.at < act.at]
    return Timeline.of(events)


def _action(decision: Decision, act: Act) -> Action | None:
    return next((each for each in decision.due_now if each.mode is Mode.ACT and act.fits(each)), None)


def _event(page: SeenPage) -> PageSent:
    """What a page leaves behind; its key reads ``acme/1/page/first_response/critical/50% used/0``.

    Decisions know whole seconds: a page stands at the end of the one in which it was seen, so that it was due before.
    """
    _, _, _, clock, severity, *rung, repetition = page.key.split("/")
    return PageSent(
        at=page.at if page.at.microsecond == 0 else page.at.replace(microsecond=0) + SECOND,
        id=f"page:{page.key}",
        clock=clock,
        rung="/".join(rung),
        severity=severity,
        repetition=int(repetition),
        to=MAIN,
    )


def _name(write: SeenWrite) -> str:
    return f"{write.what} {write.key}" if write.what == WORDS else write.what


def _written_by(action: Action) -> tuple[str, ...]:
    """What the helpdesk shows of an act."""
    written: list[str] = []
    if action.kind in STATUS:
        written.append(STATUS[action.kind])
    if action.kind is Kind.SET_SEVERITY:
        written.append(f"priority {action.fact('priority')}")
    if action.kind in WITH_WORDS:
        written.append(f"{WORDS} {action.key}")
    return tuple(written)
