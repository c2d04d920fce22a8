"""Replay a ticket that is over, or as far as it has come, through the rules of a policy.

Promise: kept is what the helpdesk and people told. What slabot did and froze is dropped, and what it would do under the
policy is played forward in its place (`slabot.reports.play`). What came of it is a small value: numbers, names and
instants in whole seconds since 1970 UTC, so that many can be counted, compared and handed from one process to another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from slabot.domain import (
    AnyEvent,
    Message,
    Nudged,
    PageSent,
    PriorityChanged,
    StatusChanged,
    TicketRecord,
    Timeline,
)
from slabot.policy import DestinationKind, Mode, Policy, parse_destination
from slabot.reports.local_time import seconds
from slabot.reports.play import Act, Played, as_told, is_own, play
from slabot.reports.rows import Outcome
from slabot.rules import MAIN, ClockState, Kind, SeveritySource, Verdict

AFTERWARDS = timedelta(days=30)  # how long a ticket is played after the last that was told of it, at most
SOLVES = (Kind.AUTO_SOLVE, Kind.AUTO_CLOSE)


class ReplayedClock(NamedTuple):
    """How a clock came out.

    Attributes:
        outcome: an `Outcome`; ``unknown`` too where words are gone on which the severity rests.
        settled: when the verdict fell; None for what is still to come.
        worked: working seconds until it stopped; None while it runs.
        answered: True where it stopped by what it waits for.
        paged: when the first page about it went out; None where none did.
    """

    label: str
    name: str
    agreement: str
    severity: str
    outcome: Outcome
    started: int
    met_until: int | None
    settled: int | None
    worked: int | None
    answered: bool
    paged: int | None


class ReplayedAct(NamedTuple):
    """Something that slabot does in a replay.

    Attributes:
        mode: ``observe`` for what a rule would only write down.
        person: who is paged: whoever is on call then, or else the destination as the policy writes it.
        again: when the customer wrote again after it, for a solve or a close; None where they did not.
        key: the same act always has the same one.
    """

    at: int
    kind: Kind
    mode: Mode
    key: str
    severity: str
    clock: str
    rung: str
    person: str
    again: int | None
    because: str


class Replayed(NamedTuple):
    """What came of a ticket.

    Attributes:
        until: how far it was played.
        words_gone: True where words are gone on which its severity rests under this policy.
        diverged: when the play first differed from what was recorded of slabot's acts; None where it never did.
        moves: when it became open (1) and was open no more (-1).
    """

    reference: str
    created: int
    until: int
    clocks: tuple[ReplayedClock, ...]
    acts: tuple[ReplayedAct, ...]
    words_gone: bool
    diverged: int | None
    moves: tuple[tuple[int, int], ...]


def end_of(record: TicketRecord, now: datetime, *, afterwards: timedelta = AFTERWARDS) -> datetime:
    """How far a ticket is played: some days after the last that was told of it, and not beyond the present."""
    told = [event.at for event in record.timeline if not is_own(event)]
    return min(now, max([record.ticket.created_at, *told]) + afterwards)


def replay(record: TicketRecord, policy: Policy, until: datetime, *, reads_words: bool) -> Replayed:
    """Play a ticket from its creation.

    Args:
        record: as it is stored, or as a file has it.
        policy: the rules.
        until: aware.
        reads_words: the policy may find another severity in words than was found while they were kept; where they are
            gone, and no person chose the severity, how its clocks come out cannot be known.
    """
    played = play(record.ticket, as_told(record.timeline), policy, until)
    return replayed(record, played, policy, until, reads_words=reads_words)


def replayed(record: TicketRecord, played: Played, policy: Policy, until: datetime, *, reads_words: bool) -> Replayed:
    """What came of a play.

    Args:
        record: the ticket as it was recorded, with slabot's own acts.
        played: its play.
        policy: by which it was played.
        until: how far.
        reads_words: see `replay`.
    """
    last = played.last
    gone = reads_words and last.case is not None and last.written is None
    unsure = gone and last.severity.source is not SeveritySource.AGENT
    again = [] if last.case is None else [said.at for said in last.case.feedback]
    paged: dict[str, int] = {}
    for act in played.acts:
        if act.action.kind is Kind.PAGE:
            paged.setdefault(act.action.fact("clock") or "", seconds(act.at))
    return Replayed(
        reference=record.ticket.reference,
        created=seconds(record.ticket.created_at),
        until=seconds(until),
        clocks=tuple(_clock(clock, paged.get(clock.label), unsure=unsure) for clock in last.clocks),
        acts=tuple(_act(act, policy, again) for act in played.acts),
        words_gone=unsure,
        diverged=diverged_at(record.timeline, played.record.timeline, until),
        moves=() if last.case is None else tuple(_moves([(s.since, s.category.ended) for s in last.case.stays])),
    )


def _clock(clock: ClockState, paged: int | None, *, unsure: bool) -> ReplayedClock:
    outcome = _outcome(clock)
    if unsure and outcome is not Outcome.VOID:
        outcome = Outcome.UNKNOWN
    settled = clock.stopped_at
    if clock.missed is not None and not clock.no_promise and clock.verdict in (Verdict.RUNNING, Verdict.MISSED):
        settled = clock.missed.met_until
    return ReplayedClock(
        label=clock.label,
        name=clock.name,
        agreement=clock.terms.agreement,
        severity=clock.terms.severity,
        outcome=outcome,
        started=seconds(clock.started_at),
        met_until=None if clock.met_until is None else seconds(clock.met_until),
        settled=None if settled is None else seconds(settled),
        worked=None if clock.stopped_at is None else int(clock.elapsed.total_seconds()),
        answered=clock.answered,
        paged=paged,
    )


def _outcome(clock: ClockState) -> Outcome:
    """As reports count it: a running clock whose deadline has passed is missed."""
    if clock.verdict is not Verdict.RUNNING:
        return Outcome(clock.verdict.value)
    if clock.no_promise:
        return Outcome.NO_PROMISE
    if clock.missed is None:
        return Outcome.RUNNING
    return Outcome.MISSED if clock.certain else Outcome.UNKNOWN


def _act(act: Act, policy: Policy, feedback: list[datetime]) -> ReplayedAct:
    action = act.action
    facts = dict(action.facts)
    again = next((at for at in feedback if at > act.at), None) if action.kind in SOLVES else None
    return ReplayedAct(
        at=seconds(act.at),
        kind=action.kind,
        mode=action.mode,
        key=action.key,
        severity=act.severity,
        clock=facts.get("clock", ""),
        rung=facts.get("rung", ""),
        person=_person(facts.get("to"), policy, act.at) if action.kind is Kind.PAGE else "",
        again=None if again is None else seconds(again),
        because=action.because,
    )


def _person(to: str | None, policy: Policy, at: datetime) -> str:
    """Who is told: by a weekly rota whoever is on call then."""
    if to in (None, MAIN):
        return policy.main_destination or MAIN
    destination = parse_destination(to)
    if destination.kind is DestinationKind.ROTA and destination.name in policy.rotas:
        return policy.on_call(destination.name, at) or f"{to}, nobody on call"
    return destination.name if destination.kind is DestinationKind.USER else to


def _moves(stays: list[tuple[datetime, bool]]) -> Iterator[tuple[int, int]]:
    """When it became open, and was solved or closed."""
    was_open = False
    for since, ended in stays:
        if ended is was_open:
            yield seconds(since), -1 if ended else 1
            was_open = not ended


def diverged_at(recorded: Timeline, played: Timeline, until: datetime) -> int | None:
    """When what slabot did first differs: the first act that only one side has, up to an instant.

    How late an act was sent is no difference; notes, and what rules only wrote down, change nothing for anybody.
    """
    sides = [
        {name: event.at for name, event in _named(event for event in timeline if is_own(event) and event.at <= until)}
        for timeline in (recorded, played)
    ]
    only = [side[name] for side, other in (sides, sides[::-1]) for name in side.keys() - other.keys()]
    return seconds(min(only)) if only else None


def _named(events: Iterator[AnyEvent]) -> Iterator[tuple[tuple[object, ...], AnyEvent]]:
    """Each act by what it is; of several alike each by its number."""
    seen: Counter[tuple[object, ...]] = Counter()
    for event in events:
        name: tuple[object, ...]
        match event:
            case PageSent():
                name = ("page", event.clock, event.severity, event.rung, event.repetition, event.to)
            case Message() if event.public:
                name = ("message",)
            case StatusChanged():
                name = ("status", event.to)
            case PriorityChanged():
                name = ("priority", event.to)
            case Nudged():
                name = ("nudge", event.key)
            case _:
                continue
        seen[name] += 1
        yield (*name, seen[name]), event
