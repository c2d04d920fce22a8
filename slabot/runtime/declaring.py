"""Write down why a deadline was missed, and which time is excused.

Promise: what is declared becomes an event of the ticket, with who, when and in which words, and a row in the ledger;
verdicts stay. What could not mean anything is refused (`slabot.runtime.declarable`), and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import BreachReasonGiven, Excused, ExcuseWithdrawn, SlabotError
from slabot.policy import Policy
from slabot.policy.breach_reasons import meaning_of
from slabot.rules import ClockState, Decision, PastPolicies, Verdict, decide
from slabot.rules.reasons import Excuse, excuses_of
from slabot.rules.words import stamp, when, worked
from slabot.runtime.declarable import (
    clocks_named,
    excusing_reason,
    in_words,
    known_reason,
    label_words,
    missed_clock,
    open_excuse,
    refuse_twice,
    refuse_unless_counted,
)
from slabot.store import LedgerEvent, StoredTicket, ledger, looks, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcusedSpan:
    """What is to be excused.

    Attributes:
        since, until: closed-open.
        reason: by its name in the policy.
        text: why, in a sentence.
        proof: a link, or where it is kept.
        clock: its label or name; None for all clocks of the ticket.
    """

    since: datetime
    until: datetime
    reason: str
    text: str
    proof: str
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Declaring:
    """Declares for one person.

    Attributes:
        policy: whose reasons may be given.
        past: the policies by which clocks of before are judged.
        by: who declares.
        now: the present instant.
    """

    policy: Policy
    past: PastPolicies
    by: str
    now: datetime

    def decided(self, stored: StoredTicket) -> Decision:
        """How the ticket stands."""
        return decide(stored.ticket, stored.timeline, self.policy, self.now, past=self.past)

    def give_reason(self, conn: Connection, stored: StoredTicket, reason: str, text: str, clock: str | None) -> str:
        """Say why a deadline was missed; returns the label of the clock.

        Args:
            conn: of a `Store.write`.
            stored: the ticket, locked.
            reason: by its name in the policy.
            text: in a sentence.
            clock: its label or name; None for the only one that was missed.

        Raises:
            SlabotError: there is no such reason, or no such clock was missed.
        """
        known_reason(self.policy, reason)
        text = in_words(text, "--why")
        missed = missed_clock(self.decided(stored), clock)
        number = sum(isinstance(event, BreachReasonGiven) for event in stored.timeline) + 1
        event = BreachReasonGiven(
            at=self.now,
            by_id=self.by,
            id=f"reason:{missed.label}:{stamp(self.now)}:{number}",
            seq=number,
            clock=missed.label,
            reason=reason,
            text=text,
            started_at=missed.started_at,
        )
        tickets.append_event(conn, stored.ticket.helpdesk, stored.ticket.id, event)
        write_reason(conn, self.policy, stored.ticket.helpdesk, stored.ticket.id, event, self.by)
        self._look_again(conn, stored)
        return missed.label

    def excuse(self, conn: Connection, stored: StoredTicket, span: ExcusedSpan) -> Excuse:
        """Excuse a span of time.

        Raises:
            SlabotError: it is no span, its reason excuses nothing, or no clock counted in it.
        """
        excusing_reason(self.policy, span.reason)
        if span.until <= span.since:
            raise SlabotError("--to is not after --from", "give the later time with --to")
        if span.until > self.now:
            raise SlabotError("--to is still to come", "excuse time once it is over")
        known = excuses_of(stored.timeline, self.policy)
        before = self.decided(stored)
        clocks = clocks_named(before.clocks, span.clock)
        one = clocks[0] if span.clock is not None and "#" in span.clock else None
        event = Excused(
            at=self.now,
            by_id=self.by,
            id=f"excuse:{stamp(self.now)}:{len(known) + 1}",
            seq=len(known) + 1,
            since=span.since,
            until=span.until,
            reason=span.reason,
            text=in_words(span.text, "--why"),
            proof=in_words(span.proof, "--proof"),
            clock=span.clock,
            started_at=None if one is None else one.started_at,
        )
        refuse_unless_counted(clocks, event, self.policy)
        refuse_twice(known, event)
        timeline = stored.timeline.merged([event])
        decision = decide(stored.ticket, timeline, self.policy, self.now, past=self.past)
        tickets.append_event(conn, stored.ticket.helpdesk, stored.ticket.id, event)
        excuse = next(each for each in excuses_of(timeline, self.policy) if each.event.id == event.id)
        text = f"{self.by} excused {self._span(excuse)}{_both(_touched(decision.clocks, excuse))}"
        evidence = [event.text, event.proof]
        self._write(conn, stored, LedgerEvent.CLOCK_EXCUSED, text, excuse, evidence)
        self._look_again(conn, stored)
        return excuse

    def withdraw(self, conn: Connection, stored: StoredTicket, number: int, text: str) -> Excuse:
        """Take an excuse back, by its number.

        Raises:
            SlabotError: there is no such excuse, or it was taken back before.
        """
        text = in_words(text, "--why")
        excuse = open_excuse(excuses_of(stored.timeline, self.policy), number)
        if not excuse.event.id:
            raise SlabotError(f"excuse no. {number} has no id", "it came without one, so nothing can name it")
        touched = _touched(self.decided(stored).clocks, excuse)
        event = ExcuseWithdrawn(
            at=self.now, by_id=self.by, id=f"withdrawn:{excuse.event.id}", of=excuse.event.id, text=text
        )
        decision = decide(stored.ticket, stored.timeline.merged([event]), self.policy, self.now, past=self.past)
        tickets.append_event(conn, stored.ticket.helpdesk, stored.ticket.id, event)
        after = [clock for clock in decision.clocks if clock.label in {each.label for each in touched}]
        words = f"{self.by} withdrew the excuse of {self._span(excuse)}{_both(after)}"
        self._write(conn, stored, LedgerEvent.CLOCK_EXCUSE_WITHDRAWN, words, excuse, [text])
        self._look_again(conn, stored)
        return excuse

    def _span(self, excuse: Excuse) -> str:
        event, zone = excuse.event, self.policy.display_zone
        return f"{when(event.since, zone)} to {when(event.until, zone)} (no. {excuse.number}: {excuse.means})"

    def _write(
        self,
        conn: Connection,
        stored: StoredTicket,
        name: LedgerEvent,
        text: str,
        excuse: Excuse,
        evidence: Sequence[str],
    ) -> None:
        event = excuse.event
        facts = {
            "by": self.by,
            "number": excuse.number,
            "from": event.since.isoformat(),
            "to": event.until.isoformat(),
            "reason": event.reason,
            "clock": event.clock,
        }
        about = (stored.ticket.helpdesk, stored.ticket.id)
        ledger.write(conn, self.now, name, text, *about, event.id, facts, evidence=evidence)

    def _look_again(self, conn: Connection, stored: StoredTicket) -> None:
        """The running slabot brings the pages up to date."""
        tickets.next_generation(conn, stored.ticket.helpdesk, stored.ticket.id)
        looks.postpone(conn, stored.ticket.helpdesk, stored.ticket.id, self.now)


def write_reason(
    conn: Connection, policy: Policy, helpdesk: str, ticket_id: str, event: BreachReasonGiven, who: str
) -> None:
    """Write into the ledger why a deadline was missed, as somebody said."""
    means = meaning_of(policy.breach_reasons, event.reason)
    text = f"{who} said why the {label_words(event.clock)} was missed: {means}"
    facts = {"by": who, "clock": event.clock, "reason": event.reason}
    name = LedgerEvent.CLOCK_REASON_GIVEN
    ledger.write(conn, event.at, name, text, helpdesk, ticket_id, event.id, facts, evidence=[event.text])


def _touched(clocks: Iterable[ClockState], excuse: Excuse) -> list[ClockState]:
    return [
        clock
        for clock in clocks
        if clock.excused is not None and any(each.number == excuse.number for each in clock.excused.excuses)
    ]


def _both(clocks: Sequence[ClockState]) -> str:
    """How clocks stand, as they are and without what is excused."""
    parts = []
    for clock in clocks:
        part = f"the {label_words(clock.label)} is {verdict_words(clock)}"
        if clock.excused_time:
            without = f"without the {worked(clock.excused_time)} that are excused"
            beside = verdict_words(clock.as_excused)
            part += ", as it is and " if beside == verdict_words(clock) else f" as it is, and {beside} "
            part += without
        else:
            part += ", and no time of it is excused"
        parts.append(part)
    return f"; {'; '.join(parts)}" if parts else ""


def verdict_words(clock: ClockState) -> str:
    """How a clock stands, in a word or two."""
    if clock.verdict is Verdict.RUNNING:
        return "missed, and still running," if clock.missed is not None else "running in time"
    return clock.verdict.value.replace("_", " ")
