"""How severe was this ticket, at every time, and on what evidence?

Promise: an agent's choice beats a rule's, a rule's beats what the reader finds in the text, that beats a native
priority that is less severe, and any native priority beats the default, whatever came last. A customer's own change of
priority may raise but never lower. Rules read the customer's messages; those after the first response are evidence for
later clocks, and may raise but never lower. Every severity says what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from slabot.domain import (
    Actor,
    AnyEvent,
    Message,
    ModelAnswered,
    PriorityChanged,
    Severity,
    SeverityChanged,
)
from slabot.judgement import Judgement
from slabot.policy import Mode, SearchText
from slabot.rules.case import Case
from slabot.rules.evidence import Request, rule_evidence
from slabot.rules.read_severity import Read, TextFinding, Written, finding_of, judgement_of, read_severity
from slabot.rules.voices import Voice
from slabot.rules.words import when

MOST_TEXTS = 30  # messages of a request that are read together; each further one is read by itself


class SeveritySource(StrEnum):
    """What a severity rests on, the strongest first."""

    AGENT = "agent"
    RULE = "rule"
    READER = "reader"
    """The text of the request, as `slabot.judgement` reads it."""
    PRIORITY = "priority"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The severity in force from an instant on.

    Attributes:
        or_else: the other severity that the text bears, where the reader could not decide; None everywhere else.
        finding: what the reader finds, where the policy has people asked about it and nothing stronger decides.
    """

    since: datetime
    severity: Severity
    source: SeveritySource
    because: tuple[str, ...]
    or_else: Severity | None = None
    finding: TextFinding | None = None


@dataclass(frozen=True, slots=True)
class PriorityRequest:
    """A customer's later change of the native priority: evidence, and a reason to tell people."""

    at: datetime
    before: str | None
    after: str | None
    raised: bool


class LaterRaise(NamedTuple):
    """What the customer wrote after the first answer that asks for a more severe answer than was in force.

    Attributes:
        before: the severity in force until then.
        severity: what the words ask for.
        because: the rule, with the quote.
        in_force: True where it counts from now on; False where an agent had chosen, and decides again.
    """

    at: datetime
    before: Severity
    severity: Severity
    because: str
    in_force: bool


class SeverityHistory(NamedTuple):
    """Every severity that was in force, in order, and the native priority at the end.

    Attributes:
        written: what the customer wrote of the request; None where a part of it is no longer kept.
    """

    assessments: tuple[Assessment, ...]
    requests: tuple[PriorityRequest, ...]
    priority: str | None
    raises: tuple[LaterRaise, ...] = ()
    written: Written | None = None

    @property
    def current(self) -> Assessment:
        """The one in force."""
        return self.assessments[-1]

    def at(self, instant: datetime) -> Assessment:
        """The one in force at an instant; the first for instants before it."""
        found = self.assessments[0]
        for assessment in self.assessments:
            if assessment.since > instant:
                break
            found = assessment
        return found


def assess(case: Case, answered_at: datetime | None) -> SeverityHistory:
    """The history of severities up to the case's ``now``.

    Args:
        case: the ticket.
        answered_at: the first response, if there was one; what the customer writes after it may raise the severity of
            later clocks, and never lowers it.
    """
    return _SeverityWalk(case, answered_at).history()


class _Judged(NamedTuple):
    """The severity that holds, and what it rests on."""

    severity: Severity
    source: SeveritySource
    because: tuple[str, ...]
    or_else: Severity | None = None
    finding: TextFinding | None = None


class _Found(NamedTuple):
    """What a rule shows, or what had been found in words that are no longer kept."""

    severity: Severity
    because: str
    or_else: Severity | None = None
    by_reader: bool = False


class _SeverityWalk:
    """One walk along the timeline."""

    def __init__(self, case: Case, answered_at: datetime | None) -> None:
        ticket = case.ticket
        self._case, self._policy, self._answered_at = case, case.policy, answered_at
        self._request = Request.at_creation(ticket)
        self._native: str | None = ticket.priority  # what counts: without a customer's own lowering
        self._actual: str | None = ticket.priority  # what the helpdesk shows
        self._choice: tuple[Severity, str] | None = None
        self._pinned: _Found | None = None  # in words that are no longer kept
        self._gone = False  # True where words of the customer are no longer kept: a part of a text is not judged
        self._answer: ModelAnswered | None = None  # of a language model, the last one that came in time
        self._beyond: Read | None = None  # the most severe of what is read by itself
        self._priority_requests: list[PriorityRequest] = []
        self._raises: list[LaterRaise] = []
        self._assessments: list[Assessment] = []
        self._voices = {id(said.message): said.voice for said in case.said}

    def history(self) -> SeverityHistory:
        created = self._case.ticket.created_at
        events = self._case.events
        place = 0
        while place < len(events) and events[place].at == created and self._takes(events[place]):
            place += 1
        self._assess(created)
        for event in events[place:]:
            if self._takes(event):
                self._assess(event.at)
        written = None if self._gone else self._written()
        return SeverityHistory(
            tuple(self._assessments), tuple(self._priority_requests), self._actual, tuple(self._raises), written
        )

    def _takes(self, event: AnyEvent) -> bool:
        """Take an event in; True if it may have changed the answer."""
        match event:
            case Message():
                if self._voices[id(event)] is not Voice.CUSTOMER:
                    return False
                if not event.text:  # its words are no longer kept, or it is an attachment alone, which says nothing
                    self._gone = self._gone or event.text_gone
                    return event.text_gone and self._policy.classify.reader.mode is not Mode.OFF
                if self._answered_at is not None and event.at > self._answered_at:
                    return self._takes_later(event)
                self._request.texts.append(SearchText(event.text))
                self._take_beyond(event.text)
            case ModelAnswered():
                if self._answered_at is not None and event.at > self._answered_at:
                    return False
                self._answer = event
                return self._policy.classify.model.mode is Mode.ACT
            case PriorityChanged():
                self._take_priority(event)
            case SeverityChanged() if event.by in (Actor.AGENT, Actor.SLABOT) and event.to in self._policy.severities:
                reason = f": {event.reason}" if event.reason else ""
                self._choice = (event.to, f"{_whom(event)} chose {event.to} at {self._when(event.at)}{reason}")
            case SeverityChanged() if event.by is Actor.AUTOMATION and event.to in self._policy.severities:
                because = event.reason or "a rule matched words that are no longer kept"
                self._pinned = _Found(event.to, because, event.or_else, event.by_reader)
            case _:
                return self._request.takes(event)
        return True

    def _take_beyond(self, text: str) -> None:
        """Read a message by itself, where those that are read together are full, or a part of them is gone."""
        if len(self._request.texts) <= MOST_TEXTS and not self._gone:
            return
        read, rank = self._read_alone(text), self._policy.rank
        if read is None or read.or_else is not None:
            return
        if self._beyond is None or rank(read.severity) < rank(self._beyond.severity):
            self._beyond = read

    def _takes_later(self, message: Message) -> bool:
        """Take in what was written after the first answer, if it does not lower the severity."""
        rank, before = self._policy.rank, self._judge()[0]
        self._request.texts.append(SearchText(message.text))
        after = self._judge()[0]
        if rank(after) > rank(before):
            self._request.takes_back()
            return False
        by_rule = self._by_rule(None)
        asked = self._by_later_words(message.text) if by_rule is None else (by_rule.severity, by_rule.because)
        known = min((rank(each.severity) for each in self._raises), default=rank(before))
        if asked is not None and rank(asked[0]) < min(known, rank(before)):
            self._raises.append(LaterRaise(message.at, before, *asked, in_force=after == asked[0]))
        return True

    def _take_priority(self, event: PriorityChanged) -> None:
        before, self._actual = self._actual, event.to
        meant = self._meant(event.to)
        match event.by:
            case Actor.AGENT:
                self._native = self._request.priority = event.to
                if meant is not None:
                    self._choice = (
                        meant,
                        f'{_whom(event)} set the priority to "{event.to}" at {self._when(event.at)}',
                    )
            case Actor.CUSTOMER:
                self._priority_requests.append(
                    PriorityRequest(event.at, before, event.to, self._raised_by_customer(event.to))
                )
            case Actor.AUTOMATION | Actor.SYSTEM | Actor.SLABOT | Actor.THIRD_PARTY:
                self._native = self._request.priority = event.to

    def _raised_by_customer(self, priority: str | None) -> bool:
        """Take a customer's priority for what counts if it asks for more; True if the severity rose by it."""
        meant, in_force = self._meant(priority), self._policy.rank(self._judge()[0])
        if meant is None or self._policy.rank(meant) >= in_force:
            return False
        former = self._native
        self._native = self._request.priority = priority
        judged = self._policy.rank(self._judge()[0])
        if judged > in_force:  # a rule that asked for the former priority: never a downgrade
            self._native = self._request.priority = former
        return judged < in_force

    def _assess(self, since: datetime) -> None:
        judged = self._judge()
        last = self._assessments[-1] if self._assessments else None
        if last is not None and (last.severity, last.source, last.because, last.or_else, last.finding) == judged:
            return
        if last is not None and last.since == since:
            self._assessments.pop()
        self._assessments.append(Assessment(since, *judged))

    def _judge(self) -> _Judged:
        if self._choice is not None:
            return _Judged(self._choice[0], SeveritySource.AGENT, (self._choice[1],))
        meant, acts = self._meant(self._native), self._policy.classify.reader.mode is Mode.ACT
        written = None if self._gone else self._written()
        judgement = None if written is None else judgement_of(self._policy, written)
        read, rank = self._read(written, judgement), self._policy.rank
        found = self._by_rule(self._pinned)
        if found is not None and not (found.by_reader and read is not None and rank(read.severity) < rank(found[0])):
            source = SeveritySource.READER if found.by_reader else SeveritySource.RULE
            return _Judged(found.severity, source, (found.because,), found.or_else)
        asks = acts and self._policy.classify.triage is not None
        finding = finding_of(self._policy, judgement) if asks and judgement is not None else None
        if read is not None and acts and (meant is None or rank(read.severity) < rank(meant)):
            return _Judged(read.severity, SeveritySource.READER, (read.because,), read.or_else, finding)
        beside = () if read is None else (read.because,)
        if meant is not None:
            priority = f'the helpdesk\'s priority is "{self._native}"'
            return _Judged(meant, SeveritySource.PRIORITY, (priority, *beside), finding=finding)
        said = (
            "no priority" if self._native is None else f'the priority "{self._native}", which the policy does not list'
        )
        otherwise = self._policy.classify.otherwise
        default = f"no rule matched and the helpdesk gives {said}, so it is {otherwise}"
        return _Judged(otherwise, SeveritySource.DEFAULT, (default, *beside), finding=finding)

    def _read(self, written: Written | None, judgement: Judgement | None) -> Read | None:
        """What the reader finds in all that was written; where a part is gone, in one message, and only what raises."""
        beyond, rank = self._beyond, self._policy.rank
        if self._policy.classify.reader.mode is Mode.OFF:
            return None
        if written is None:
            raises = beyond is not None and rank(beyond.severity) < rank(self._policy.classify.otherwise)
            return beyond if raises else None
        answer = self._answer if self._policy.classify.model.mode is Mode.ACT else None
        read = read_severity(self._policy, written, judgement, answer)
        if beyond is not None and (read is None or rank(beyond.severity) < rank(read.severity)):
            return beyond
        return read

    def _read_alone(self, text: str) -> Read | None:
        """What the reader finds in one message by itself."""
        written = Written("", (text,))
        return read_severity(self._policy, written, judgement_of(self._policy, written))

    def _written(self) -> Written:
        texts = tuple(text.written for text in self._request.texts[:MOST_TEXTS])
        return Written(self._request.subject.written, texts)

    def _by_later_words(self, text: str) -> tuple[Severity, str] | None:
        """What the reader finds in one later message, where that is beyond doubt."""
        if self._policy.classify.reader.mode is not Mode.ACT:
            return None
        read = self._read_alone(text)
        return None if read is None or read.or_else is not None else (read.severity, read.because)

    def _by_rule(self, pinned: _Found | None) -> _Found | None:
        """The most severe that rules show; a rule beats what the reader had found."""
        if pinned is not None and pinned.by_reader:
            return self._by_rule(None) or pinned
        best = pinned
        for rule in self._policy.classify.rules:
            if best is not None and self._policy.rank(rule.severity) >= self._policy.rank(best[0]):
                continue
            evidence = rule_evidence(rule, self._request)
            if evidence is not None:
                best = _Found(rule.severity, evidence)
        return best

    def _meant(self, priority: str | None) -> Severity | None:
        return None if priority is None else self._policy.severity_of_priority(priority)

    def _when(self, instant: datetime) -> str:
        return when(instant, self._policy.display_zone)


def _whom(event: PriorityChanged | SeverityChanged) -> str:
    return "an agent" if event.by_id is None else f"agent {event.by_id}"
