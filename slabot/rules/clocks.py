"""Which clocks does a ticket have, and what started, paused and stopped them?

Promise: `first_response` is built in; `next_response`, `resolution` and `periodic_update` are the same engine with
other conditions over the timeline. Every clock is a fold over the timeline, worked out afresh each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from slabot.calendars import Pause
from slabot.domain import Category, Gap
from slabot.domain.channels import KNOWN_CHANNELS
from slabot.policy import FIRST_RESPONSE, Agreement, ClockKind, ClockTerms, WrittenByAgents
from slabot.rules.agreements import AgreementHistory
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, Course, Deadline, Missed, Terms, Verdict, due_and_met
from slabot.rules.meanings import needs_nothing
from slabot.rules.pauses import paused_since, pauses_of, went_on
from slabot.rules.promised import Promise, TermsPeriod, first_response_promise, further_promise, periods
from slabot.rules.severity import Assessment, SeverityHistory
from slabot.rules.stays import Said
from slabot.rules.voices import Voice
from slabot.rules.words import shorten


class Stretch(NamedTuple):
    """One run of a clock, before any target is known.

    Attributes:
        stopped_at: None while running.
        answered: True where the stop is what the clock waited for; False for an end without it.
        went_on: when it counted although the status said that it pauses, each with the reason.
    """

    started_at: datetime
    stopped_at: datetime | None
    answered: bool
    pauses: tuple[Pause, ...]
    void: bool = False
    went_on: tuple[Pause, ...] = ()


def request_at(case: Case) -> datetime | None:
    """When the customer first asked; None where they never have.

    As a rule the creation. Where an agent wrote the first message, the first customer message, or what
    ``requests.written_by_agents`` and ``requests.received_at_field`` say.
    """
    ticket, requests = case.ticket, case.policy.requests
    if case.declared_at is not None:
        return case.declared_at
    match requests.written_by_agents:
        case WrittenByAgents.FROM_CREATION:
            return ticket.created_at
        case WrittenByAgents.FROM_THE_CUSTOMER if case.opening is not None or ticket.written_by is not None:
            return next((said.at for said in _asked(case) if said.at > ticket.created_at), None)
        case WrittenByAgents.AS_THE_HELPDESK_SAYS if case.opening is not None:
            return next((said.at for said in _asked(case)), None)
        case _:
            return ticket.created_at


def no_request(case: Case) -> str:
    """Why no clock runs, in a whole sentence without its full stop; empty where one does."""
    if not is_request(case):
        return f'tickets that come by "{case.ticket.channel}" are no requests'
    if request_at(case) is not None:
        return ""
    if case.opening is None or case.opening.public:
        by = "an agent wrote first" if case.opening is not None else "an agent wrote it down for the customer"
    else:
        by = "an agent wrote it down for the customer, in an internal note"
    return f"{by}, and by requests.written_by_agents it counts from the customer's first message, which has not come"


def _asked(case: Case) -> Iterator[Said]:
    return (said for said in case.said if said.voice is Voice.CUSTOMER)


def is_request(case: Case) -> bool:
    """False for channels that are no request, such as the helpdesk's sample ticket."""
    channel = case.ticket.channel
    if channel is None:
        return True
    requests, name = case.policy.requests, channel.casefold()
    if name in requests.refused:
        return False
    if not requests.channels or name in requests.listed:
        return True
    return name not in KNOWN_CHANNELS  # one that nobody has heard of may be how the most urgent of all come in


def warnings(case: Case) -> tuple[str, ...]:
    """What an admin should know about how the ticket was read."""
    found: list[str] = []
    channel, requests = case.ticket.channel, case.policy.requests
    listed = requests.listed
    if listed and channel is not None and channel.casefold() not in listed and is_request(case):
        found.append(
            f'It came by "{channel}", a channel that is new to slabot and not on the list requests.channels; it has a '
            "clock, lest it be missed. Put the channel there, or under requests.not_from_channels."
        )
    if (held := case.declared) and case.declared_at is None:
        found.append(
            f'The field {requests.received_at_field} should say when the customer asked, and holds "{shorten(held)}"; '
            "write a time with an offset that is not after the ticket's creation, such as 2026-01-09T18:00:00+01:00."
        )
    return tuple(found)


def first_response(case: Case, start: datetime | None) -> Said | None:
    """The first public message by a person of support, at or after the request."""
    if start is None:
        return None
    return next((said for said in case.answers if said.at >= start), None)


class ClockRun(NamedTuple):
    """A clock between one event and the next, as far as it is the same at every instant.

    Attributes:
        missed: the deadline that had passed before the severity in force came in force, if any.
        counts: False where that severity promises nothing: then no further deadline is missed.
        void, answered: how it stopped, if it did.
        gaps: in which an answer to it may stand unread, the earliest first.
        instead: the terms that the file of today would give, where the clock keeps others.
        deadlines: all that stood while it ran, in their order.
        released: why what came in force last promises nothing; empty where it promises something.
        severities: what the severity was and why, by the policy that judges the clock.
    """

    course: Course
    missed: Missed | None
    counts: bool
    void: bool
    answered: bool
    gaps: tuple[Gap, ...] = ()
    instead: Terms | None = None
    deadlines: tuple[Deadline, ...] = ()
    released: str = ""
    severities: tuple[Assessment, ...] = ()

    def state(self, now: datetime) -> ClockState:
        """The clock as it stands at an instant, which is not before the last event."""
        course = self.course
        missed, met = self.missed, course.met_until
        if self.counts and met is not None and (course.stopped_at or now) > met:
            assert course.due_at is not None
            missed = Missed(course.terms.severity, course.due_at, met, course.terms.counted_in)
        doubt = self._doubt(missed, now) if self.gaps else None
        return ClockState(
            name=course.name,
            instance=course.instance,
            started_at=course.started_at,
            terms=course.terms,
            in_force_since=course.in_force_since,
            raised=course.raised,
            pauses=course.pauses,
            went_on=course.went_on,
            due_at=course.due_at,
            met_until=met,
            stopped_at=course.stopped_at,
            paused_since=course.paused_since,
            no_promise=course.no_promise,
            verdict=self._verdict(missed, doubt),
            missed=missed,
            now=now,
            doubt=doubt,
            instead=self.instead,
            answered=self.answered,
            severities=self.severities,
        )

    def _doubt(self, missed: Missed | None, now: datetime) -> Gap | None:
        """Where an answer may stand that would turn the verdict; what came too late for that is no matter."""
        stopped_at = self.course.stopped_at
        if self.void or self.course.no_promise or (self.answered and missed is None):
            return None
        end = now if stopped_at is None else stopped_at
        turns = end if missed is None else min(end, missed.met_until)
        return next((gap for gap in self.gaps if gap.since <= turns), None)

    def _verdict(self, missed: Missed | None, doubt: Gap | None) -> Verdict:
        if self.void:
            return Verdict.VOID
        if self.course.no_promise:
            return Verdict.NO_PROMISE
        if self.course.stopped_at is None:
            return Verdict.RUNNING
        if doubt is not None:
            return Verdict.UNKNOWN
        if missed is not None:
            return Verdict.MISSED
        return Verdict.MET if self.answered else Verdict.UNANSWERED


def runs(
    case: Case,
    start: datetime | None,
    response: Said | None,
    history: SeverityHistory,
    agreements: AgreementHistory,
) -> tuple[ClockRun, ...]:
    """All clocks of the ticket, the first response first, then in the order of the file."""
    if start is None or not is_request(case):
        return ()
    agreed = _Agreed(case, history, agreements)
    answer = _first_response(case, start, response)
    built = [agreed.run(FIRST_RESPONSE, first_response_promise(agreements.policy), 1, answer)]
    for terms in case.policy.clocks:
        promise = further_promise(agreements.policy, terms.name)
        for instance, stretch in enumerate(_stretches(case, terms, start, response), 1):
            built.append(agreed.run(terms.name, promise, instance, stretch))
    return tuple(run for run in built if run is not None)


def _stretches(case: Case, terms: ClockTerms, start: datetime, response: Said | None) -> Iterator[Stretch]:
    match terms.kind:
        case ClockKind.NEXT_RESPONSE:
            yield from _next_responses(case, response)
        case ClockKind.RESOLUTION:
            yield _resolution(case, start, terms.pause_in)
        case ClockKind.PERIODIC_UPDATE:
            yield from _periodic_updates(case, terms.during)


def _first_response(case: Case, start: datetime, response: Said | None) -> Stretch:
    return _until(case, start, None if response is None else response.at, ())


def _next_responses(case: Case, response: Said | None) -> Iterator[Stretch]:
    """After the first response: from a customer's message to the next public answer by an agent."""
    if response is None:
        return
    asked: datetime | None = None
    later = case.said[case.said.index(response) :]
    for place, said in enumerate(later[1:], 1):
        if said.voice is Voice.CUSTOMER and asked is None and not _needs_nothing(case, said):
            if said.message.conversation is None or not _answered_live(later, place):
                asked = said.at
        elif said.voice is Voice.AGENT and said.message.public and asked is not None:
            yield _until(case, asked, said.at, ())
            asked = None
    if asked is not None:
        yield _until(case, asked, None, ())


def _needs_nothing(case: Case, said: Said) -> bool:
    """True for thanks and closing words on a solved ticket, where the policy has replies judged."""
    return needs_nothing(said.message, case.policy) and case.was_solved(said.at)


def _answered_live(said: tuple[Said, ...], place: int) -> bool:
    """True for what the customer said in a live chat between two answers: those of one conversation are one answer."""
    chat = said[place].message.conversation

    def answered(some: tuple[Said, ...]) -> bool:
        return any(one.message.conversation == chat and one.voice is Voice.AGENT for one in some)

    return answered(said[:place]) and answered(said[place + 1 :])


def _resolution(case: Case, start: datetime, pause_in: tuple[Category, ...]) -> Stretch:
    """From the request to the solve; a reopening resumes it, the solved time left out."""
    stretch = _until(case, start, None, pause_in)
    counted = went_on(case, start, stretch.stopped_at, pause_in)
    return stretch._replace(answered=stretch.stopped_at is not None and not stretch.void, went_on=counted)


def _periodic_updates(case: Case, during: tuple[Category, ...]) -> Iterator[Stretch]:
    """While others are waited for: from the entry or the last public update by an agent to the next one."""
    updates = [said.at for said in case.answers]
    for stay in case.stays:
        if stay.category not in during:
            continue
        since = stay.since
        for update in updates:
            if since < update and (stay.until is None or update <= stay.until):
                yield _until(case, since, update, ())
                since = update
        if stay.until is None:
            yield _until(case, since, None, ())
        elif since < stay.until:
            yield _until(case, since, stay.until, ())


def _until(case: Case, start: datetime, answer: datetime | None, pause_in: tuple[Category, ...]) -> Stretch:
    """A stretch that ends with an answer, or with the ticket; ended categories and ``pause_in`` are left out.

    What ended it first counts: a merged ticket cannot be answered any more, and a solved one that is deleted later has
    had its verdict.
    """
    solved_at, ended = _ended_since(case), case.ended
    gone_at = None if ended is None else ended.since
    if answer is not None and (gone_at is None or answer <= gone_at):
        return Stretch(start, answer, True, pauses_of(case, start, answer, pause_in))
    if gone_at is not None and (solved_at is None or gone_at <= solved_at):
        return Stretch(start, max(start, gone_at), False, pauses_of(case, start, gone_at, pause_in), void=True)
    if solved_at is not None:
        return Stretch(start, max(start, solved_at), False, pauses_of(case, start, solved_at, pause_in))
    return Stretch(start, None, False, pauses_of(case, start, None, pause_in))


def _ended_since(case: Case) -> datetime | None:
    """When the present run of solved and closed began; None while the ticket is worked on."""
    if not case.category.ended:
        return None
    since = case.stays[-1].since
    for stay in reversed(case.stays):
        if not stay.category.ended:
            break
        since = stay.since
    return since


class _Agreed(NamedTuple):
    """Puts the severities and agreements that were in force to the stretches of a ticket."""

    case: Case
    history: SeverityHistory
    agreements: AgreementHistory

    def run(self, name: str, promise: Promise, instance: int, stretch: Stretch) -> ClockRun | None:
        """One run of a clock; None where nothing that was in force has such a clock."""
        start, policy = stretch.started_at, self.agreements.policy
        in_force = periods(self.history, self.agreements, start, stretch.stopped_at)
        missed: Missed | None = None
        last: tuple[Terms, TermsPeriod, datetime | None, datetime | None] | None = None
        deadlines: list[Deadline] = []
        counts, words, released = False, "", ""
        for place, period in enumerate(in_force):
            terms = promise(period.severity, period.agreement, start)
            ours = policy.agreement(period.agreement.name)
            words = "" if ours is None or ours.no_promise is None or missed is not None else ours.no_promise
            counts = terms is not None and not words and (ours is None or ours.no_promise is None)
            released = "" if counts else _released(name, period, ours)
            if terms is None or not counts:
                if missed is None:  # what is lowered, or moved to where nothing is promised, after a miss: it stays
                    last = None if terms is None else (terms, period, None, None)
                continue
            due, met = due_and_met(terms, start, stretch.pauses)
            end = in_force[place + 1].since if place + 1 < len(in_force) else None
            deadlines.append(Deadline(terms, due, met, end))
            if due is not None and met is not None and deadlines[-1].was_missed:
                missed = Missed(terms.severity, due, met, terms.counted_in)
            last = (terms, period, due, met)
        if last is None:
            return None
        terms, period, due, met = last
        course = Course(
            name=name,
            instance=instance,
            started_at=start,
            terms=terms,
            in_force_since=period.since,
            raised=in_force[-1].raised,
            pauses=stretch.pauses,
            went_on=stretch.went_on,
            due_at=due,
            met_until=met,
            stopped_at=stretch.stopped_at,
            paused_since=paused_since(stretch.pauses) if stretch.stopped_at is None else None,
            no_promise=words,
        )
        gaps = self.case.gaps if name not in self.case.policy.solved_clocks else ()
        touched = tuple(gap for gap in gaps if _touches(gap, stretch)) if gaps else ()
        return ClockRun(
            course=course,
            missed=missed,
            counts=counts,
            void=stretch.void,
            answered=stretch.answered,
            gaps=touched,
            deadlines=tuple(deadlines),
            released=released,
            severities=self.history.assessments,
        )


def _released(name: str, period: TermsPeriod, agreement: Agreement | None) -> str:
    """Why nothing is promised to a clock under what came in force."""
    if agreement is not None and agreement.no_promise is not None:
        return agreement.no_promise
    return f"there is no {name.replace('_', ' ')} for a ticket of severity {period.severity}"


def _touches(gap: Gap, stretch: Stretch) -> bool:
    """True if the gap overlaps the run of a clock."""
    before_the_end = stretch.stopped_at is None or gap.since < stretch.stopped_at
    return before_the_end and (gap.until is None or gap.until > stretch.started_at)
