"""Compare what slabot and a helpdesk say of the same ticket, and find the rule by which they differ.

Promise: a difference is explained only by rules of counting that predict the helpdesk's figure from the ticket's own
history, to the second, or to the minute where the helpdesk tells minutes. The fewest rules that do are named; what
none predicts is unexplained.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product

from slabot.calendars import Calendar, OutsideYearsError, Target, Worked
from slabot.domain import Actor, Category, Figure, Measure, Message, PriorityChanged, PrivacyChanged, Ticket, Timeline
from slabot.policy import FIRST_RESPONSE, Policy, WhenClosed
from slabot.policy.agreement import SeverityTerms
from slabot.policy.dated import row_of
from slabot.reports.deviations import Deviation
from slabot.rules import NO_PAST, ClockState, PastPolicies, follow
from slabot.rules.case import Case
from slabot.rules.clock import ALWAYS, plan_terms
from slabot.rules.clocks import first_response, request_at
from slabot.rules.stays import Stay

MINUTE = timedelta(minutes=1)

Rules = tuple[Deviation, ...]
Value = datetime | int | None
Guess = tuple[Rules, Value]
_NONE: Rules = ()
_ORDER = {rule: place for place, rule in enumerate(Deviation)}


class Match(StrEnum):
    """How two figures stand to one another."""

    AGREES = "agrees"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure, here and there.

    Attributes:
        ours, theirs: an instant, or whole minutes; None where there is none.
        rules: by which the helpdesk counts otherwise; empty where both agree, and where nothing explains it.
    """

    reference: str
    measure: Measure
    ours: Value
    theirs: Value
    match: Match
    rules: Rules = ()

    @property
    def difference(self) -> int | None:
        """Theirs less ours, in seconds; None where one of them is missing."""
        match self.ours, self.theirs:
            case datetime() as ours, datetime() as theirs:
                return int((theirs - ours).total_seconds())
            case int() as ours, int() as theirs:
                return (theirs - ours) * 60
            case _:
                return None


def compare(
    ticket: Ticket,
    timeline: Timeline,
    figures: Iterable[Figure],
    policy: Policy,
    now: datetime,
    *,
    past: PastPolicies = NO_PAST,
) -> Iterator[Comparison]:
    """Each figure of the helpdesk's beside slabot's.

    Args:
        ticket: as it was at its creation.
        timeline: everything that happened since.
        figures: of the helpdesk, as of the same time as the timeline.
        policy: the rules.
        now: aware.
        past: the policies by which clocks of before are judged.
    """
    life = follow(ticket, timeline, policy, past=past)
    told = _Told(life.chapter(now).case, life.at(now).clock(FIRST_RESPONSE), timeline, policy, now)
    for figure in figures:
        theirs: Value = figure.at if figure.measure.is_instant else figure.minutes
        guesses = told.guesses(figure)
        ours = next(guesses)[1]
        if ours == theirs:
            yield Comparison(ticket.reference, figure.measure, ours, theirs, Match.AGREES)
            continue
        fitting = sorted((rules for rules, value in guesses if value == theirs), key=_plainness)
        yield Comparison(
            ticket.reference,
            figure.measure,
            ours,
            theirs,
            Match.EXPLAINED if fitting else Match.UNEXPLAINED,
            fitting[0] if fitting else (),
        )


class _Told:
    """What a ticket's history says under each of the rules; the first guess of a figure is slabot's own."""

    def __init__(self, case: Case, clock: ClockState | None, timeline: Timeline, policy: Policy, now: datetime) -> None:
        self._case, self._clock, self._policy, self._now = case, clock, policy, now
        self._created = case.ticket.created_at
        self._start = request_at(case)
        self._messages = [event for event in timeline if isinstance(event, Message) and event.at > self._created]
        self._privacy = {event.of: event.public for event in timeline if isinstance(event, PrivacyChanged)}

    def guesses(self, figure: Figure) -> Iterator[Guess]:
        """What it would be, by slabot's rules first."""
        match figure.measure:
            case Measure.FIRST_REPLY:
                return self._replies()
            case Measure.FIRST_REPLY_DUE:
                return self._dues(figure)
            case Measure.SOLVED:
                return self._solves()
            case Measure.FIRST_REPLY_MINUTES:
                return self._lengths(self._replies(), [(_NONE, ALWAYS)])
            case Measure.FIRST_REPLY_BUSINESS_MINUTES:
                own = None if self._clock is None else self._clock.terms.calendar
                return self._lengths(self._replies(), list(self._calendars(own)))
            case Measure.FIRST_RESOLUTION_MINUTES:
                return self._lengths(self._first_solves(), [(_NONE, ALWAYS)])
            case Measure.FULL_RESOLUTION_MINUTES:
                return self._lengths(self._solves(), [(_NONE, ALWAYS)])
            case Measure.ON_HOLD_MINUTES:
                return self._on_hold()

    # ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _replies(self) -> Iterator[Guess]:
        response = first_response(self._case, self._start)
        yield _NONE, None if response is None else response.at
        agents = [message for message in self._messages if message.by is Actor.AGENT]
        public = [message for message in agents if message.public]
        machines = (Actor.AGENT, Actor.AUTOMATION, Actor.SYSTEM)
        yield (Deviation.EVERY_AGENT,), _first(public)
        yield (Deviation.BOTS_AND_AUTOMATION,), _first(m for m in self._messages if m.public and m.by in machines)
        yield (Deviation.PRIVATE_NOTES,), _first(agents)
        yield (Deviation.PRIVACY_OF_TODAY,), _first(m for m in agents if self._privacy.get(m.id, m.public))
        ours = (Actor.AGENT, Actor.SLABOT)
        yield (Deviation.SLABOT_COUNTS,), _first(m for m in self._messages if m.public and m.by in ours)
        if self._case.opening is not None:
            yield (Deviation.NOT_WHERE_SUPPORT_BEGAN,), None

    # ── Deadlines ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _dues(self, figure: Figure) -> Iterator[Guess]:
        clock = self._clock
        yield _NONE, None if clock is None or clock.no_promise else clock.due_at
        starts: list[tuple[Rules, datetime]] = [] if self._start is None else [(_NONE, self._start)]
        if self._start != self._created:
            starts.append(((Deviation.FROM_CREATION,), self._created))
        for begins, start in starts:
            for target_rule, target, promised, own in self._targets(figure, start):
                promises: list[tuple[Rules, bool]] = [(_NONE, promised)]
                promises += [((Deviation.NO_NEXT_WORKING_DAY,), False)] if promised else []
                for (calendar_rule, calendar), (promise_rule, promise) in product(self._calendars(own), promises):
                    rules = (*begins, *target_rule, *calendar_rule, *promise_rule)
                    try:
                        due = plan_terms("", target, calendar, start, received_when_closed=promise).due
                        yield rules, due
                        yield (*rules, Deviation.CLOSING_TIME_MOVED), calendar.met_until(due)
                    except OutsideYearsError:
                        continue

    def _targets(self, figure: Figure, start: datetime) -> Iterator[tuple[Rules, Target, bool, Calendar | None]]:
        """Targets that may be meant: whether a request on a closed date is promised the next working day, and the
        calendar that goes with each.
        """
        clock = self._clock
        if clock is not None:
            agreed = self._policy.severities.get(clock.terms.severity)
            yield _NONE, clock.terms.target, agreed is not None and _promises(agreed), clock.terms.calendar
        if figure.target is not None:
            own = None if figure.business_hours else ALWAYS
            yield (Deviation.OWN_TARGET,), Worked(figure.target), False, own
        priorities = {
            Deviation.PRIORITY_AT_CREATION: self._case.ticket.priority,
            Deviation.PRIORITY_NOW: self._priority_now(),
        }
        for rule, priority in priorities.items():
            severity = None if priority is None else self._policy.severity_of_priority(priority)
            if severity is None:
                continue
            agreed, calendar = self._policy.severities[severity], self._policy.severity_calendar(severity)
            row = row_of(agreed.respond_within, start, calendar.zone)
            if row is not None:
                yield (rule,), row.within, _promises(agreed), calendar

    def _priority_now(self) -> str | None:
        changes = [event.to for event in self._case.events if isinstance(event, PriorityChanged)]
        return changes[-1] if changes else self._case.ticket.priority

    def _calendars(self, own: Calendar | None) -> Iterator[tuple[Rules, Calendar]]:
        """One of its own, then around the clock, then the file's others."""
        if own is not None:
            yield _NONE, own
        if own is None or not own.spec.always:
            yield (Deviation.AROUND_THE_CLOCK,), ALWAYS
        for name in self._policy.calendars:
            calendar = self._policy.calendar(name)
            if calendar != own and not calendar.spec.always:
                yield (Deviation.OTHER_CALENDAR,), calendar

    # ── Solves ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _solves(self) -> Iterator[Guess]:
        runs = self._ended_runs()
        last = runs[-1] if runs and self._case.category.ended else None
        yield _NONE, None if last is None else last[0].since
        if last is not None:
            closes = [stay for stay in last if stay.category is Category.CLOSED]
            if closes:
                yield (Deviation.CLOSE_IS_THE_SOLVE,), closes[0].since
            if all(stay.category is Category.CLOSED for stay in last):
                yield (Deviation.CLOSE_IS_NO_SOLVE,), None
            yield (Deviation.AS_OBSERVED,), last[0].entered
        elif runs:
            yield (Deviation.SOLVE_OF_BEFORE,), runs[-1][0].since
        if len(runs) > 1:
            yield (Deviation.FIRST_SOLVE,), runs[0][0].since

    def _first_solves(self) -> Iterator[Guess]:
        runs = self._ended_runs()
        yield _NONE, runs[0][0].since if runs else None
        if runs:
            yield (Deviation.AS_OBSERVED,), runs[0][0].entered
            solved = [stay for run in runs for stay in run if stay.category is Category.SOLVED]
            yield (Deviation.CLOSE_IS_NO_SOLVE,), solved[0].since if solved else None

    def _ended_runs(self) -> list[list[Stay]]:
        """The stretches in which the ticket was solved or closed, those that follow one another together."""
        runs: list[list[Stay]] = []
        was_ended = False
        for stay in self._case.stays:
            if stay.category.ended:
                if not was_ended:
                    runs.append([])
                runs[-1].append(stay)
            was_ended = stay.category.ended
        return runs

    def _on_hold(self) -> Iterator[Guess]:
        stays = [stay for stay in self._case.stays if stay.category is Category.WAITING_ON_THIRD_PARTY]
        yield _NONE, sum(((stay.until or self._now) - stay.since for stay in stays), timedelta()) // MINUTE
        ended = (stay.until - stay.since for stay in stays if stay.until is not None)
        yield (Deviation.ENDED_STRETCHES_ONLY,), sum(ended, timedelta()) // MINUTE
        seen = (max((stay.until or self._now) - stay.entered, timedelta()) for stay in stays)
        yield (Deviation.AS_OBSERVED,), sum(seen, timedelta()) // MINUTE

    # ── Lengths ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _lengths(self, ends: Iterator[Guess], calendars: list[tuple[Rules, Calendar]]) -> Iterator[Guess]:
        """From the start to each end, in whole minutes, cut off."""
        starts: list[tuple[Rules, datetime]] = [(_NONE, self._start or self._created)]
        if self._start != self._created:
            starts.append(((Deviation.FROM_CREATION,), self._created))
        for (end_rule, end), (begins, start), (calendar_rule, calendar) in product(list(ends), starts, calendars):
            rules = (*end_rule, *begins, *calendar_rule)
            if not isinstance(end, datetime):
                yield rules, None
                continue
            try:
                yield rules, calendar.elapsed(start, end) // MINUTE
            except OutsideYearsError:
                continue


def _plainness(rules: Rules) -> tuple[int, list[int]]:
    """The fewest first, then in the order in which the rules are declared."""
    return len(rules), [_ORDER[rule] for rule in rules]


def _promises(terms: SeverityTerms) -> bool:
    return terms.received_when_closed is WhenClosed.NEXT_WORKING_DAY


def _first(messages: Iterable[Message]) -> datetime | None:
    return next((message.at for message in messages), None)
