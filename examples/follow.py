"""What would slabot have done with one ticket, from its creation on?

Promise: the ticket is decided by the product's own `decide()` at its creation and then at its every `next_look`, and
what is due is put into its timeline as done, so that repeats, follow-ups and ladders go on as they would have.
Nothing is written anywhere.

A ticket is followed until nothing can change any more, or for some days after its last event: a ticket that nobody
ended would be paged about for ever.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from examples.edge import ExampleError
from slabot.domain import AnyEvent, Noted, Nudged, PageSent, TicketRecord, Timeline, Would
from slabot.policy import Mode, Policy
from slabot.rules import Action, Decision, Kind, decide

AFTERWARDS = timedelta(days=30)  # how long a ticket is followed after its last event
LOOKS = 20_000  # for one ticket; a year of pages every 30 minutes needs 17,520
ROUNDS = 50  # decisions at one instant; each does something that was not done before


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One ticket, followed to its end.

    Attributes:
        record: as the file has it.
        last: the last decision.
        done: what would have been done, each once, in order.
        looks: how many instants were looked at.
        decisions: how many decisions that took.
        cut: True where ``LOOKS`` ended it.
    """

    record: TicketRecord
    last: Decision
    done: tuple[Action, ...]
    looks: int
    decisions: int
    cut: bool


def follow(record: TicketRecord, policy: Policy, *, afterwards: timedelta = AFTERWARDS) -> Followed:
    """Decide one ticket at its creation and at its every ``next_look``.

    Args:
        record: the ticket and everything that happened to it.
        policy: the rules; see ``observing``.
        afterwards: for how long it is looked at after its last event.
    """
    ticket, timeline = record.ticket, record.timeline
    until = (timeline[-1].at if len(timeline) else ticket.created_at) + afterwards
    done: dict[str, Action] = {}
    looks = decisions = 0
    now = ticket.created_at
    while True:
        looks += 1
        for _ in range(ROUNDS):
            decision = decide(ticket, timeline, policy, now)
            decisions += 1
            new = [action for action in decision.due_now if action.key not in done]
            if not new:
                break
            done.update((action.key, action) for action in new)
            # What was done is an event like any other: the next decision knows of it.
            timeline = _put_in(timeline, [_event(action, now) for action in new])
            if all(action.kind is Kind.PAGE for action in new):
                break  # a page alone changes nothing else that is due, nor what comes
        else:
            raise ExampleError(
                f"ticket {ticket.id}: at {now.isoformat()} there is always something more to do. That is an error in "
                "slabot; please report it together with the ticket's line"
            )
        following = decision.next_look
        more = following is not None and following <= until
        if following is None or not more or looks == LOOKS:
            return Followed(
                record=record,
                last=decision,
                done=tuple(done.values()),
                looks=looks,
                decisions=decisions,
                cut=more,
            )
        now = following


def observing(policy: Policy) -> Policy:
    """The same policy with every rule that writes to tickets only observing: what is replayed has happened already."""
    changed = {
        name: part.model_copy(update={"mode": Mode.OBSERVE})
        for name, part in (("waiting", policy.waiting), ("solved", policy.solved), ("classify", policy.classify))
        if part.mode is Mode.ACT
    }
    return policy.model_copy(update=changed)


def _put_in(timeline: Timeline, acts: list[AnyEvent]) -> Timeline:
    """``timeline.merged(acts)``; a single act in a second of its own needs no sorting."""
    at = acts[0].at
    place = bisect_right(timeline.events, at, key=attrgetter("at"))
    if len(acts) > 1 or (place and timeline[place - 1].at == at):
        return timeline.merged(acts)
    return Timeline((*timeline[:place], *acts, *timeline[place:]))


def _event(action: Action, now: datetime) -> AnyEvent:
    match action.kind:
        case Kind.PAGE:
            facts = dict(action.facts)
            return PageSent(
                at=now,
                id=action.key,
                clock=facts["clock"],
                rung=facts["rung"],
                severity=facts["severity"],
                repetition=int(facts["repetition"]),
            )
        case Kind.NOTE:
            return Noted(at=now, id=action.key, key=action.key)
        case Kind.NUDGE:
            return Nudged(at=now, id=action.key, key=action.key)
        case _:
            return Would(at=now, id=action.key, key=action.key)
