"""What is true of this ticket now, what is due now, and when could that change?

Promise: the answer depends on the ticket, its timeline, the policy and ``now`` alone. It is the same whatever order
the events arrived in and however often it is asked; and between ``now`` and ``next_look`` it does not change unless
something happens.

A life is followed once and asked at many instants: what is the same between one event and the next (`Chapter`) is
worked out once, and only what depends on the instant is worked out for each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from slabot.domain import SECOND, PageSent, TermsFrozen, Ticket, Timeline, utc
from slabot.policy import DEFAULT, FIRST_RESPONSE, Mode, Policy
from slabot.rules.agreements import AgreementHistory, InForce
from slabot.rules.automatic import plan_robots, plan_set_back
from slabot.rules.case import Case, read_case
from slabot.rules.clock import ClockState
from slabot.rules.clocks import ClockRun, first_response, is_request, no_request, request_at, runs, warnings
from slabot.rules.closing import plan_closing_word
from slabot.rules.decision import UPCOMING, Action, Decision, Kind, Refusal, Round, Upcoming
from slabot.rules.excused import Declarations
from slabot.rules.guards import obstacle
from slabot.rules.kept import NO_PAST, PastPolicies, as_frozen
from slabot.rules.ladder import Pager
from slabot.rules.notices import plan_nudges, plan_raises, plan_requests
from slabot.rules.plan import NO_PLAN, RulePlan
from slabot.rules.questions import TicketQuestion
from slabot.rules.replies import plan_look
from slabot.rules.severity import Assessment, SeverityHistory, assess
from slabot.rules.solved import plan_closed, plan_rating, plan_solved
from slabot.rules.triage import plan_triage, triage_questions
from slabot.rules.waiting import plan_waiting, waiting_round
from slabot.rules.words import named_priority, stamp, when

_AT = attrgetter("at")


def decide(
    ticket: Ticket, timeline: Timeline, policy: Policy, now: datetime, *, past: PastPolicies = NO_PAST
) -> Decision:
    """Decide about one ticket.

    Args:
        ticket: as it was at its creation.
        timeline: everything that happened since; what lies after ``now`` is not looked at, but for terms that were
            frozen later: they say by which policy a clock was judged.
        policy: the rules.
        now: aware.
        past: the policies by which clocks of before are judged.

    Raises:
        InstantError: ``now`` is naive.
        OutsideYearsError: a time lies outside the years that a calendar answers for.
    """
    return follow(ticket, timeline, policy, past=past).at(now)


def follow(ticket: Ticket, timeline: Timeline, policy: Policy, *, past: PastPolicies = NO_PAST) -> Life:
    """Read a ticket so that it can be decided about at many instants, soonest in their order.

    Args:
        ticket: as it was at its creation.
        timeline: everything that happened since.
        policy: the rules.
        past: the policies by which clocks of before are judged.
    """
    return Life(ticket, timeline, policy, past)


def assessments(ticket: Ticket, timeline: Timeline, policy: Policy, now: datetime) -> tuple[Assessment, ...]:
    """Every severity that was in force up to ``now``, in order, each with what it rests on."""
    return follow(ticket, timeline, policy).chapter(utc(now)).history.assessments


class Life:
    """A ticket with its timeline under a policy; see `follow`. For one thread."""

    __slots__ = ("_chapter", "_events", "_past", "_policy", "_read", "_ticket")

    def __init__(self, ticket: Ticket, timeline: Timeline, policy: Policy, past: PastPolicies = NO_PAST) -> None:
        self._ticket, self._events, self._policy, self._past = ticket, timeline.events, policy, past
        self._read = -1  # events of the chapter that is kept
        self._chapter: Chapter | None = None

    def at(self, now: datetime) -> Decision:
        """Decide at an instant, aware.

        Raises:
            InstantError, OutsideYearsError: see `decide`.
        """
        now = utc(now)
        chapter = self.chapter(now)
        events = self._events
        following = events[self._read].at if self._read < len(events) else None
        return chapter.decision(now, following)

    def pages_between(self, now: datetime, until: datetime) -> list[Action] | None:
        """The pages that go out after an instant, what is due then done, and before another; None where each of them
        has to be decided for itself, since somebody asked for one.

        Args:
            now: aware.
            until: aware, and not after `Decision.next_other_look`: until then nothing but pages can come.
        """
        return self.chapter(now).pages_between(now, until)

    def chapter(self, now: datetime) -> Chapter:
        """What has happened by an instant, that second included."""
        events = self._events
        read = len(events) if not events or events[-1].at <= now else bisect_right(events, now, key=_AT)
        if self._chapter is None or read != self._read:
            rest = events[read:]
            later = tuple(event for event in rest if isinstance(event, TermsFrozen)) if rest else ()
            self._chapter = Chapter(read_case(self._ticket, self._policy, events[:read]), self._past, later)
            self._read = read
        return self._chapter


class Chapter:
    """A ticket between one event and the next: everything that is the same at each instant of that time."""

    def __init__(self, case: Case, past: PastPolicies = NO_PAST, later: tuple[TermsFrozen, ...] = ()) -> None:
        read = _clocks_of(case)
        case, self.history, self._agreement, in_force = read
        self._case, self._asked = case, _asked(read)
        self._runs = as_frozen(case, in_force, past, lambda policy: _judged(case, policy), later)
        self._declarations = Declarations(case, self._runs)
        self._pagers, kept, lapsed = list[Pager](), list[str](), list[PageSent]()
        for run in self._runs:
            if run.course.running and not run.course.no_promise:
                pager = Pager(case, run.course, self.history)
                self._pagers.append(pager)
                lapsed += pager.lapsed
                if pager.keeps_another_ladder:
                    kept.append(run.course.label)
        self._kept, self._lapsed = tuple(kept), tuple(lapsed)
        self._turn = waiting_round(case)
        self._warnings = warnings(case)
        self._fixed = [plan for plan in _fixed_plans(case, self.history) if plan.certain or plan.held]

    @property
    def case(self) -> Case:
        """What is known of the ticket; its policy is that of the agreement in force."""
        return self._case

    @property
    def agreement(self) -> InForce:
        """The agreement in force."""
        return self._agreement

    @property
    def waiting(self) -> Round | None:
        """The wait for the customer that is under way; None where none is."""
        return self._turn

    @property
    def runs(self) -> tuple[ClockRun, ...]:
        """All clocks, between one event and the next."""
        return self._runs

    def pages_between(self, now: datetime, until: datetime) -> list[Action] | None:
        """See `Life.pages_between`."""
        if any(pager.was_asked for pager in self._pagers):
            return None
        if not self._pagers or _before_the_start(self._case) is not None:
            return []
        return sorted(chain.from_iterable(pager.between(now, until) for pager in self._pagers), key=_AT)

    def decision(self, now: datetime, following: datetime | None) -> Decision:
        """What is decided at an instant of it; ``following`` is when the next chapter begins, if that is known."""
        case, history = self._case, self.history
        if now < case.ticket.created_at:
            return Decision(
                now=now,
                category=case.category,
                severity=history.current,
                clocks=(),
                waiting=None,
                due_now=(),
                upcoming=(),
                refusals=(),
                next_look=case.ticket.created_at,
                next_other_look=case.ticket.created_at,
            )
        clocks = tuple(self._declarations.state(run, now) for run in self._runs)
        paged = [(pager.due(now), pager.first(now)) for pager in self._pagers]
        plans = [plan for plan in self._plans(clocks, now) if plan.certain or plan.held]
        due: list[Action] = []
        refusals: list[Refusal] = []
        allowed: list[RulePlan] = []
        counted = [*clocks, *(clock.excused.clock for clock in clocks if clock.excused is not None)]
        looks = [clock.met_until + SECOND for clock in counted if clock.running and clock.met_until is not None]
        unpaged = _before_the_start(case) if any(acts or at for acts, at in paged) else None
        looks.extend(gap.since for gap in case.gaps)
        pages: list[datetime] = []
        for acts, at in paged:
            if unpaged is None:
                due.extend(acts)
            elif acts or at:
                refusals.append(Refusal(Kind.PAGE, unpaged))
            if at is not None and at > now:
                pages.append(at)
        for plan in plans:
            now_due, later = plan.due(now), plan.next(now)
            if later is not None and plan.mode is not Mode.OFF:
                # What a guard holds back is looked at in its time as well: the reason shown for it could change then.
                looks.append(later.at)
            wanted = now_due or ((later,) if later is not None else plan.held)
            if not wanted:
                continue
            why_not = self._obstacle(plan, wanted[0].kind) if wanted[0].kind.writes else None
            if why_not is None:
                due.extend(now_due)
                allowed.append(plan)
                refusals.extend(plan.held)
            elif plan.mode is not Mode.OFF:
                refusals.append(Refusal(wanted[0].kind, why_not))
        if following is not None:
            looks.append(following)
        pagers = self._pagers if unpaged is None else []
        other = min([look for look in looks if look > now], default=None)
        return Decision(
            now=now,
            category=case.category,
            severity=history.current,
            clocks=clocks,
            waiting=self._turn,
            due_now=tuple(due),
            upcoming=Upcoming(lambda: _upcoming(pagers, allowed, now)),
            refusals=tuple(dict.fromkeys(refusals)),  # one reason for all pages about a clock
            next_look=min([*pages, other] if other is not None else pages, default=None),
            next_other_look=other,
            agreement=self._agreement,
            kept_ladders=self._kept,
            lapsed=self._lapsed,
            odd_messages=case.odd_messages,
            warnings=self._warnings,
            no_request="" if self._runs else no_request(case),
            case=case,
            assessments=history.assessments,
            written=history.written,
            asked=self._asked,
        )

    def _plans(self, clocks: tuple[ClockState, ...], now: datetime) -> Iterator[RulePlan]:
        yield from plan_nudges(self._case, clocks)
        if self._asked and self._asked[-1].waits and _before_the_start(self._case) is None:
            yield from plan_triage(self._case, self._asked[-1], now)
        yield plan_waiting(self._case, self._turn, self.history.current.severity, now)
        yield from self._fixed

    def _obstacle(self, plan: RulePlan, kind: Kind) -> str | None:
        return obstacle(self._case, kind, plan.mode, self.history.current.severity, plan.since)


def _fixed_plans(case: Case, history: SeverityHistory) -> Iterator[RulePlan]:
    """What rules want that is the same at every instant of a chapter; most want nothing."""
    ended = case.category.ended
    yield plan_solved(case, history.current.severity) if ended else plan_set_back(case)
    yield from plan_look(case)
    yield plan_robots(case)
    if ended:
        yield plan_rating(case)
        yield plan_closed(case)
    if history.raises:
        yield from plan_raises(case, history)
    if not ended:
        yield plan_closing_word(case)
        yield _severity_written(case, history)
    if history.requests:
        yield from plan_requests(case, history)


def _judged(case: Case, policy: Policy) -> Sequence[ClockRun]:
    """The clocks of the ticket under another policy."""
    events = (event for event in case.events if not isinstance(event, TermsFrozen))
    return _clocks_of(read_case(case.ticket, policy, (*events, *case.replies.values()))).runs


class _ReadCase(NamedTuple):
    """The ticket under the agreement in force, its severities, that agreement, and the clocks by this policy."""

    case: Case
    history: SeverityHistory
    agreement: InForce
    runs: tuple[ClockRun, ...]


def _asked(read: _ReadCase) -> tuple[TicketQuestion, ...]:
    """The questions about the severity; nobody is asked where nothing is promised."""
    response = next((run for run in read.runs if run.course.name == FIRST_RESPONSE), None)
    if response is None or response.course.no_promise:
        return ()
    return triage_questions(read.case, read.history, response.course.stopped_at if response.answered else None)


def _clocks_of(case: Case) -> _ReadCase:
    start = request_at(case)
    response = first_response(case, start)
    history, agreements = assess(case, None if response is None else response.at), AgreementHistory(case)
    severity = history.assessments[0].severity
    agreement = agreements.periods(start or case.ticket.created_at, severity, None)[-1]
    if agreement.name != DEFAULT:
        case = replace(case, policy=case.policy.under(agreement.name))
    return _ReadCase(case, history, agreement, runs(case, start, response, history, agreements))


def _upcoming(pagers: list[Pager], plans: list[RulePlan], now: datetime) -> tuple[Action, ...]:
    """The next acts of all rules, if nobody does anything."""
    pages = chain.from_iterable(pager.coming(now, UPCOMING) for pager in pagers)
    coming = [*pages, *chain.from_iterable(plan.coming(now) for plan in plans)]
    coming.sort(key=_AT)
    return tuple(coming[:UPCOMING])


def _before_the_start(case: Case) -> str | None:
    """Why nobody is paged about a ticket that was there before slabot."""
    start_from = case.policy.start_from
    if start_from is None or case.ticket.created_at >= start_from:
        return None
    start = when(start_from, case.policy.display_zone)
    return f"the ticket was created before slabot's start at {start}; pages are for later ones"


def _severity_written(case: Case, history: SeverityHistory) -> RulePlan:
    """Write the severity back where the native priority says something else."""
    current, mode = history.current, case.policy.classify.mode
    priority = case.policy.severities[current.severity].priority
    if mode is Mode.OFF or priority is None or not is_request(case):
        return NO_PLAN
    if history.priority is not None and case.policy.severity_of_priority(history.priority) == current.severity:
        return NO_PLAN
    action = Action(
        kind=Kind.SET_SEVERITY,
        mode=mode,
        at=current.since,
        key=f"{case.ticket.reference}/set_severity/{current.severity}/{stamp(current.since)}",
        because=(
            f"it is {current.severity} ({current.because[0]}), but the helpdesk shows "
            f"{named_priority(history.priority)}"
        ),
        facts=(("to", current.severity), ("priority", priority)),
    )
    return RulePlan(mode, case.ticket.created_at, (action,))
