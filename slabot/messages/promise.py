"""What may a customer be told about the agreement, and about one ticket of theirs?

Promise: everything is read off the policy that decides, in the language that was asked for; what goes beyond the
reference agreement is said to be our own addition, and where nothing is promised, that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slabot.calendars import BusinessDays, Calendar, Target
from slabot.domain import Ticket
from slabot.messages.in_language import duration, listed, moment
from slabot.messages.promise_hours import hours_sentences
from slabot.messages.promise_words import WORDS
from slabot.policy import DEFAULT, FIRST_RESPONSE, ClockKind, ClockTerms, Mode, Policy, SeverityTerms, WhenClosed
from slabot.policy.dated import DatedTarget, row_of
from slabot.rules import ClockState, Decision, Kind, Verdict

TICKET, ANSWERS, HOURS, FURTHER, WAITING, SOLVED = "ticket", "answers", "hours", "further", "waiting", "solved"
_COMING = {Kind.FOLLOW_UP: "next_reminder", Kind.AUTO_SOLVE: "will_solve", Kind.AUTO_CLOSE: "will_close"}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of what is told.

    Attributes:
        name: for machines: ``answers``.
    """

    name: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told, and how.

    Attributes:
        policy: of the agreement (`Policy.under`).
        agreement: its name; `DEFAULT` for the file's own terms.
        no_promise: the file's words where nothing is promised; empty otherwise.
        zone: of the ticket's times.
        language: one of `WORDS`.
        late_reply: what a reply does once a ticket is closed, in that language.
    """

    policy: Policy
    agreement: str
    no_promise: str
    zone: ZoneInfo
    language: str
    late_reply: str
    now: datetime

    @property
    def words(self) -> Mapping[str, str]:
        """The sentences of the language."""
        return WORDS[self.language]

    def sections(self, ticket: Ticket | None = None, decision: Decision | None = None) -> list[Section]:
        """Everything that is told; of one ticket if it is given with its decision."""
        found = []
        if ticket is not None and decision is not None:
            found.append((TICKET, self._ticket(ticket, decision)))
        found += [
            (ANSWERS, self._answers()),
            (HOURS, self._hours()),
            (FURTHER, self._further()),
            (WAITING, self._waiting()),
            (SOLVED, self._solved()),
        ]
        told = ((name, tuple(sentences)) for name, sentences in found)
        return [Section(name, self.words[name], sentences) for name, sentences in told if sentences]

    def target(self, target: Target) -> str:
        """``2 hours``, ``2 business days``."""
        if isinstance(target, BusinessDays):
            return self.words["business_day" if target.days == 1 else "business_days"].format(count=target.days)
        return duration(target.amount, self.language)

    def _say(self, key: str, **facts: str) -> str:
        return self.words[key].format(**facts)

    def _calendar(self, calendar: Calendar) -> str:
        return self.words["always"] if calendar.spec.always else calendar.spec.words

    # -- the agreement -------------------------------------------------------------------------------------------------

    def _answers(self) -> Iterator[str]:
        if self.agreement != DEFAULT:
            yield self._say("agreement", agreement=self.agreement)
        if self.no_promise:
            yield self._say("no_promise", words=self.no_promise.rstrip("."))
            return
        for name, terms in self.policy.severities.items():
            if (target := self._now(terms.respond_within, self.policy.severity_calendar(name))) is not None:
                yield self._severity(name, terms, target)
        yield self._say("initial")
        if late := [name for name, terms in self.policy.severities.items() if self._next_day(name, terms)]:
            yield self._say("closed", severities=listed(late, self.language))

    def respond_within(self, severity: str) -> str | None:
        """The target of a request that comes now, as the file writes it: ``2h``; None where none holds now."""
        rows = self.policy.severities[severity].respond_within
        target = self._now(rows, self.policy.severity_calendar(severity))
        return None if target is None else str(target)

    def _now(self, rows: tuple[DatedTarget, ...], calendar: Calendar) -> Target | None:
        """The target of what starts now; None where none of its rows holds."""
        row = row_of(rows, self.now, calendar.zone)
        return None if row is None else row.within

    def _severity(self, name: str, terms: SeverityTerms, target: Target) -> str:
        calendar = self.policy.severity_calendar(name)
        facts = {"name": name, "means": terms.means.rstrip("."), "target": self.target(target)}
        if calendar.spec.always:
            return self._say("severity_always", **facts)
        return self._say("severity", calendar=calendar.spec.words, **facts)

    def _next_day(self, name: str, terms: SeverityTerms) -> bool:
        never_closed = self.policy.severity_calendar(name).spec.always
        return terms.received_when_closed is WhenClosed.NEXT_WORKING_DAY and not never_closed

    def _hours(self) -> Iterator[str]:
        names: list[str] = []
        if not self.no_promise:
            names += [terms.calendar for terms in self.policy.severities.values()]
            names += [clock.calendar for clock in self.policy.clocks if clock.calendar is not None]
        if self.policy.waiting.mode is not Mode.OFF:
            names.append(self.policy.waiting_calendar.name)
        for name in dict.fromkeys(names):
            yield from hours_sentences(self.policy.calendar(name), self.now, self.words, self.language)

    def _further(self) -> Iterator[str]:
        for clock in () if self.no_promise else self.policy.clocks:
            targets = {name: self._target_of(clock, name) for name in self.policy.severities}
            if len(set(targets.values())) == 1 and clock.calendar is not None:
                target = next(iter(targets.values()))
                if target is not None:
                    yield self._clock(clock, self.words["each"], target, self.policy.calendar(clock.calendar))
                continue
            for name, target in targets.items():
                if target is not None:
                    own = self.policy.severity_calendar(name)
                    calendar = own if clock.calendar is None else self.policy.calendar(clock.calendar)
                    yield self._clock(clock, name, target, calendar)

    def _target_of(self, clock: ClockTerms, severity: str) -> Target | None:
        own = self.policy.severity_calendar(severity)
        calendar = own if clock.calendar is None else self.policy.calendar(clock.calendar)
        return self._now(clock.targets(severity), calendar)

    def _clock(self, clock: ClockTerms, severity: str, target: Target, calendar: Calendar) -> str:
        facts = {"severity": severity, "target": self.target(target), "calendar": self._calendar(calendar)}
        match clock.kind:
            case ClockKind.NEXT_RESPONSE:
                told = self._say("next_response", **facts)
            case ClockKind.PERIODIC_UPDATE:
                told = self._say("periodic_update", during=self._categories(clock.during), **facts)
            case _:
                key = "resolution" if clock.pause_in else "resolution_always"
                told = self._say(key, pauses=self._categories(clock.pause_in), **facts)
        return told[:1].upper() + told[1:]

    def _categories(self, categories: tuple[str, ...]) -> str:
        return listed([self.words[f"category.{category}"] for category in categories], self.language)

    def _waiting(self) -> Iterator[str]:
        terms = self.policy.waiting
        if terms.mode is Mode.OFF:
            return
        yield self._say("feedback")
        days = listed([str(day) for day in terms.on_business_days], self.language)
        calendar = self._calendar(self.policy.waiting_calendar)
        yield self._say("follow_ups", count=str(terms.follow_ups), days=days, calendar=calendar)
        grace, or_after = self.target(terms.grace), duration(terms.or_after, self.language)
        yield self._say("solving", grace=grace, or_after=or_after)
        yield self._say("extension", grace=grace)

    def _solved(self) -> Iterator[str]:
        terms = self.policy.solved
        if terms.mode is Mode.OFF:
            return
        yield self._say("reopening", reopen_within=duration(terms.reopen_within, self.language))
        close_after = duration(terms.close_after, self.language)
        yield self._say("closing", close_after=close_after, late_reply=self.late_reply)

    # -- one ticket ----------------------------------------------------------------------------------------------------

    def _ticket(self, ticket: Ticket, decision: Decision) -> Iterator[str]:
        yield self._say(
            "request",
            ticket=ticket.id,
            subject=" ".join(ticket.subject.split()),
            created=self._at(ticket.created_at),
            severity=decision.severity.severity,
        )
        for clock in decision.clocks:
            yield self._stands(clock)
        for action in decision.upcoming:
            if (key := _COMING.get(action.kind)) is not None:
                yield self._say(key, at=self._at(action.at))
        held = {refusal.kind for refusal in decision.refusals}
        for kind in _COMING:
            if kind in held:
                yield self._say(f"not_{kind.value}")
        yield self._say("zone", zone=self.zone.key)

    def _stands(self, clock: ClockState) -> str:
        name, at = self._named(clock), clock.met_until or clock.due_at
        if clock.no_promise:
            return self._say("unpromised", clock=name, words=clock.no_promise.rstrip("."))
        if clock.stopped_at is not None:
            stopped = self._at(clock.stopped_at)
            if at is None or clock.verdict not in (Verdict.MET, Verdict.MISSED):
                return self._say("ended", clock=name, stopped=stopped)
            return self._say("stopped", clock=name, stopped=stopped, due=self._at(at))
        if at is None:
            return self._say("paused", clock=name)
        return self._say("missed" if at < clock.now else "due", clock=name, due=self._at(at))

    def _named(self, clock: ClockState) -> str:
        kinds = {terms.name: terms.kind.value for terms in self.policy.clocks}
        kind = FIRST_RESPONSE if clock.name == FIRST_RESPONSE else kinds.get(clock.name)
        return clock.name.replace("_", " ") if kind is None else self.words[f"clock.{kind}"]

    def _at(self, instant: datetime) -> str:
        return moment(instant, self.zone, self.language)
