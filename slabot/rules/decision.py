"""What was decided, and how is it written down for machines?

Promise: a decision is a value; its JSON form is version 1 of the contract, and anything added to it is only ever
added.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, overload

from slabot.calendars import Span
from slabot.domain import Category, PageSent
from slabot.policy import Mode
from slabot.rules.agreements import InForce
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, ExcusedState, Missed
from slabot.rules.questions import TicketQuestion
from slabot.rules.read_severity import Written
from slabot.rules.reasons import Excuse, GivenReason
from slabot.rules.severity import Assessment
from slabot.rules.stays import Said

VERSION = 1
UPCOMING = 5  # how many of the next acts are listed


class Kind(StrEnum):
    """What slabot may do about a ticket."""

    PAGE = "page"
    FOLLOW_UP = "follow_up"
    AUTO_SOLVE = "auto_solve"
    AUTO_CLOSE = "auto_close"
    REOPEN = "reopen"
    SET_CATEGORY = "set_category"
    SET_BACK = "set_back"
    """To the category that an automatic reply had made the helpdesk leave."""
    SET_SEVERITY = "set_severity"
    NUDGE = "nudge"
    NOTE = "note"
    ASK = "ask"
    """A person, which severity a ticket has, or whether a message was automatic."""

    @property
    def writes(self) -> bool:
        """True for acts that change the ticket in the helpdesk; the governor counts these."""
        return self not in (Kind.PAGE, Kind.NOTE, Kind.ASK)

    @property
    def follows_silence(self) -> bool:
        """True for what is done because nobody, or somebody, has spoken."""
        return self in _SILENCE

    @property
    def can_be_undone(self) -> bool:
        """False for what a customer has read and for a close; such acts have the stricter guards."""
        return self in (Kind.AUTO_SOLVE, Kind.REOPEN, Kind.SET_CATEGORY, Kind.SET_BACK, Kind.SET_SEVERITY)


_SILENCE = (Kind.FOLLOW_UP, Kind.AUTO_SOLVE, Kind.AUTO_CLOSE, Kind.REOPEN, Kind.SET_CATEGORY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One act: due now, or planned for ``at``.

    Attributes:
        at: when it is, or became, due. UTC.
        key: deterministic and unique; the same act always has the same key, so it is done once.
        because: why, in words.
        facts: what the act needs: the clock and rung of a page, the category to set, the number of a follow-up.
    """

    kind: Kind
    mode: Mode
    at: datetime
    key: str
    because: str
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, name: str) -> str | None:
        """One fact by name."""
        return dict(self.facts).get(name)


@dataclass(frozen=True, slots=True)
class Round:
    """One question to the customer and the wait for its answer.

    Attributes:
        began: the entry into Waiting on Customer, or the agent's new question after feedback; names the round in keys.
        waiting_since: the later of the entry and the last feedback; or the question, where it came much later.
        ask: the question: the last public agent message up to the entry, else the first after it.
        follow_ups: when the counted ones were sent.
    """

    began: datetime
    waiting_since: datetime
    ask: datetime
    follow_ups: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that a guard keeps slabot from, and why."""

    kind: Kind
    because: str


class Upcoming(Sequence[Action]):
    """The next acts, worked out when somebody looks at them: few decisions are shown to anybody."""

    __slots__ = ("_acts", "_work_out")

    def __init__(self, work_out: Callable[[], tuple[Action, ...]]) -> None:
        self._work_out = work_out
        self._acts: tuple[Action, ...] | None = None

    def _all(self) -> tuple[Action, ...]:
        if self._acts is None:
            self._acts = self._work_out()
        return self._acts

    @overload
    def __getitem__(self, index: int) -> Action: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Action, ...]: ...
    def __getitem__(self, index: int | slice) -> Action | tuple[Action, ...]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Upcoming | tuple):
            return self._all() == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that the rules say about one ticket at one time.

    Attributes:
        waiting: the present wait for the customer, if any.
        next_look: the earliest instant after ``now`` at which the answer could change although nothing happens.
        refusals: acts that would be due or planned if no guard stood before them.
        kept_ladders: labels of the running clocks whose pages follow another ladder than the file has for them today.
        agreement: in force now.
        lapsed: pages that went out under a higher severity and no longer apply: by the ladder of the present one
            nobody would have been told there when it was lowered.
        odd_messages: those that did not count as their author's word would, each with the reason.
        warnings: what an admin should know about how the ticket was read, in whole sentences.
        no_request: why there is no clock; empty where there is one.
        case: what it rests on; None where nothing was read.
        assessments: every severity that was in force until now, in order.
        written: what the customer wrote of the request; None where a part of it is no longer kept.
        next_other_look: the same as `next_look`, were nobody ever paged.
        asked: the questions about its severity, in order; `slabot.rules.replies.questions_of` adds those about replies.
    """

    now: datetime
    category: Category
    severity: Assessment
    clocks: tuple[ClockState, ...]
    waiting: Round | None
    due_now: tuple[Action, ...]
    upcoming: Sequence[Action]
    refusals: tuple[Refusal, ...]
    next_look: datetime | None
    agreement: InForce | None = None
    kept_ladders: tuple[str, ...] = ()
    lapsed: tuple[PageSent, ...] = ()
    odd_messages: tuple[Said, ...] = ()
    warnings: tuple[str, ...] = ()
    no_request: str = ""
    case: Case | None = field(default=None, compare=False, repr=False)
    assessments: tuple[Assessment, ...] = field(default=(), compare=False, repr=False)
    written: Written | None = field(default=None, compare=False, repr=False)
    asked: tuple[TicketQuestion, ...] = ()
    next_other_look: datetime | None = field(default=None, compare=False, repr=False)

    @property
    def due_by_key(self) -> dict[str, Action]:
        """What is due now, by key."""
        return {action.key: action for action in self.due_now}

    def clock(self, name: str) -> ClockState | None:
        """The latest clock of that name."""
        return next((clock for clock in reversed(self.clocks) if clock.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """The contract's form: times in ISO 8601 with an offset, lengths in seconds."""
        return {
            "version": VERSION,
            "now": _iso(self.now),
            "category": self.category.value,
            "severity": {
                "value": self.severity.severity,
                "because": list(self.severity.because),
                "or_else": self.severity.or_else,
                "source": self.severity.source.value,
                "since": _iso(self.severity.since),
            },
            "clocks": [_clock_json(clock) for clock in self.clocks],
            "waiting": None if self.waiting is None else _round_json(self.waiting),
            "due_now": [_action_json(action) for action in self.due_now],
            "upcoming": [_action_json(action) for action in self.upcoming],
            "held_back": [{"action": refusal.kind.value, "because": refusal.because} for refusal in self.refusals],
            "odd_messages": [_message_json(said) for said in self.odd_messages],
            "warnings": list(self.warnings),
            **({"no_clock_because": self.no_request} if self.no_request else {}),
            **({"asked": [_question_json(question) for question in self.asked]} if self.asked else {}),
            "next_look": _iso(self.next_look),
        }


def span_json(span: Span) -> dict[str, Any]:
    """A span in the contract's form."""
    return {"from": _iso(span.start), "to": _iso(span.end), "counts": span.counts, "why": span.why}


def _clock_json(clock: ClockState) -> dict[str, Any]:
    terms = clock.terms
    promised = not clock.no_promise
    written: dict[str, Any] = {
        "name": clock.name,
        "instance": clock.instance,
        "agreement": terms.agreement,
        "severity": terms.severity,
        "target": str(terms.target) if promised else None,
        "calendar": terms.calendar.name,
        "started_at": _iso(clock.started_at),
        "due_at": _iso(clock.due_at),
        "met_until": _iso(clock.met_until),
        "stopped_at": _iso(clock.stopped_at),
        "elapsed_seconds": int(clock.elapsed.total_seconds()),
        "overdue_seconds": int(clock.overdue.total_seconds()),
        "verdict": clock.verdict.value if promised else None,
        "certain": clock.certain,
        "spans": [span_json(span) for span in clock.spans()],
    }
    if terms.because:
        written["agreement_because"] = terms.because
    if clock.no_promise:
        written["no_promise"] = clock.no_promise
    elif terms.promise is not None:
        written["target_due_at"] = _iso(terms.target_due)
    if clock.paused_since is not None:
        written["paused_since"] = _iso(clock.paused_since)
    if clock.doubt is not None:
        written["uncertain_because"] = clock.doubt.why
    if clock.missed is not None:
        written["missed"] = _missed_json(clock.missed)
    if clock.reason is not None:
        written["breach_reason"] = reason_json(clock.reason)
    if clock.excused is not None:
        written["excused"] = excused_json(clock, clock.excused)
    return written


def _missed_json(missed: Missed) -> dict[str, Any]:
    return {"severity": missed.severity, "due_at": _iso(missed.due_at), "met_until": _iso(missed.met_until)}


def reason_json(given: GivenReason) -> dict[str, Any]:
    """Why a deadline was missed, in the contract's form."""
    event = given.event
    return {
        "reason": event.reason,
        "means": given.means,
        "text": event.text,
        "at": _iso(event.at),
        "by": event.by.value,
        "by_id": event.by_id,
    }


def excused_json(clock: ClockState, excused: ExcusedState) -> dict[str, Any]:
    """The same figures as beside it, without the time that is excused."""
    beside = excused.clock
    written: dict[str, Any] = {
        "excused_seconds": int(clock.excused_time.total_seconds()),
        "due_at": _iso(beside.due_at),
        "met_until": _iso(beside.met_until),
        "elapsed_seconds": int(beside.elapsed.total_seconds()),
        "overdue_seconds": int(beside.overdue.total_seconds()),
        "verdict": None if beside.no_promise else beside.verdict.value,
        "certain": beside.certain,
        "excuses": [excuse_json(excuse) for excuse in excused.excuses],
    }
    if beside.no_promise:
        written["no_promise"] = beside.no_promise
    if beside.missed is not None:
        written["missed"] = _missed_json(beside.missed)
    return written


def excuse_json(excuse: Excuse) -> dict[str, Any]:
    """An excuse in the contract's form."""
    event = excuse.event
    written: dict[str, Any] = {
        "number": excuse.number,
        "from": _iso(event.since),
        "to": _iso(event.until),
        "reason": event.reason,
        "means": excuse.means,
        "text": event.text,
        "proof": event.proof,
        "clock": event.clock,
        "at": _iso(event.at),
        "by": event.by.value,
        "by_id": event.by_id,
    }
    if (withdrawn := excuse.withdrawn) is not None:
        written["withdrawn"] = {
            "at": _iso(withdrawn.at),
            "by": withdrawn.by.value,
            "by_id": withdrawn.by_id,
            "text": withdrawn.text,
        }
    return written


def _question_json(question: TicketQuestion) -> dict[str, Any]:
    outcome = question.outcome
    ended = None if outcome is None else {"because": outcome.end.value, "at": _iso(outcome.at), "value": outcome.value}
    return {
        "since": _iso(question.since),
        "until": _iso(question.due),
        "between": list(question.between),
        "because": None if question.asks is None else question.asks.value,
        "ended": ended,
    }


def _message_json(said: Said) -> dict[str, Any]:
    message = said.message
    return {
        "at": _iso(said.at),
        "id": message.id,
        "author": message.by.value,
        "public": message.public,
        "speaks_for": said.voice.value,
        "because": said.why,
    }


def _round_json(turn: Round) -> dict[str, Any]:
    return {
        "since": _iso(turn.waiting_since),
        "asked_at": _iso(turn.ask),
        "follow_ups": [_iso(at) for at in turn.follow_ups],
    }


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "action": action.kind.value,
        "mode": action.mode.value,
        "at": _iso(action.at),
        "key": action.key,
        "because": action.because,
        **dict(action.facts),
    }


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
