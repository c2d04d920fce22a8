"""Which clocks that have stopped would come out otherwise by the policy in force, and how are they judged anew?

Promise: what is judged anew is exactly what was listed, each with a ledger row that says who, why, and both verdicts.
Nothing else of the store changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from slabot.domain import SlabotError, TermsFrozen, Ticket, Timeline
from slabot.policy import Policy
from slabot.rules import ClockState, PastPolicies, decide
from slabot.rules.instances import Instances
from slabot.rules.records import records as records_of
from slabot.rules.words import stamp
from slabot.runtime.frozen import terms_of
from slabot.store import LedgerEvent, Store, StoredTicket, clocks, ledger, looks, policies, records, tickets
from slabot.store.of_tickets import Name

AT_ONCE = 100  # tickets in one transaction


@dataclass(frozen=True, slots=True)
class ClockJudgement:
    """How a clock comes out.

    Attributes:
        target: as the policy writes it; None where nothing is promised.
    """

    verdict: str
    severity: str
    target: str | None
    agreement: str
    due_at: datetime | None
    met_until: datetime | None

    @classmethod
    def of(cls, clock: ClockState) -> ClockJudgement:
        """What a decision says of a clock."""
        target = None if clock.no_promise else str(clock.terms.target)
        terms = clock.terms
        return cls(clock.verdict.value, terms.severity, target, terms.agreement, clock.due_at, clock.met_until)

    def same(self, other: ClockJudgement) -> bool:
        """True if verdict, due time, target and agreement are the same."""
        return replace(self, severity=other.severity) == other

    def facts(self) -> dict[str, Any]:
        """For machines: times in ISO 8601."""
        return {
            "verdict": self.verdict,
            "severity": self.severity,
            "target": self.target,
            "agreement": self.agreement,
            "due_at": None if self.due_at is None else self.due_at.isoformat(),
            "met_until": None if self.met_until is None else self.met_until.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A clock that comes out otherwise.

    Attributes:
        old: by the terms that were frozen for it.
        new: by the policy in force; `clock` is the whole of it.
    """

    ticket: Ticket
    old: ClockJudgement
    new: ClockJudgement
    stopped_at: datetime
    clock: ClockState

    @property
    def name(self) -> Name:
        """Of the ticket."""
        return self.ticket.helpdesk, self.ticket.id


@dataclass(frozen=True, slots=True)
class Rejudging:
    """Judges anew what stopped since an instant.

    Attributes:
        policy: in force, with the day of installation filled in.
        version: of that policy in the store.
    """

    policy: Policy
    version: int
    past: PastPolicies
    since: datetime
    now: datetime

    def found(self, store: Store, only: Sequence[Name] = ()) -> list[Otherwise]:
        """The clocks that would come out otherwise, in the order in which they stopped.

        Args:
            store: of the tickets.
            only: of these tickets; empty for all.
        """
        names = store.read(lambda conn: clocks.stopped_since(conn, self.since))
        wanted = [name for name in names if not only or name in only]
        found = [other for name in wanted for other in self._of(store.read(partial(_load, name=name)))]
        return sorted(found, key=lambda other: (other.stopped_at, other.name, other.clock.label))

    def write(self, store: Store, listed: Sequence[Otherwise], by: str, why: str) -> list[Otherwise]:
        """Judge these anew; returns those that were, without what has changed since it was listed.

        Raises:
            SlabotError: another policy has come in force meanwhile; what was written stays.
        """
        of_tickets: dict[Name, list[Otherwise]] = {}
        for other in listed:
            of_tickets.setdefault(other.name, []).append(other)
        names, done = list(of_tickets), list[Otherwise]()
        for start in range(0, len(names), AT_ONCE):
            some = {name: of_tickets[name] for name in names[start : start + AT_ONCE]}
            done += store.write(partial(self._write, listed=some, by=by, why=why))
        return done

    def _of(self, stored: StoredTicket | None) -> Iterator[Otherwise]:
        if stored is None:
            return
        was = decide(stored.ticket, stored.timeline, self.policy, self.now, past=self.past)
        stopped = {
            clock.label: (clock, clock.stopped_at)
            for clock in was.clocks
            if clock.stopped_at is not None and clock.stopped_at >= self.since
        }
        if not stopped:
            return
        anew = [self._by_this_policy(clock, at) for clock, at in stopped.values()]
        instances = Instances(was.clocks)
        timeline = Timeline.of(
            event
            for event in stored.timeline
            if not (isinstance(event, TermsFrozen) and _label(instances, event) in stopped)
        ).merged(anew)
        for clock in decide(stored.ticket, timeline, self.policy, self.now, past=self.past).clocks:
            if clock.label in stopped:
                before, stopped_at = stopped[clock.label]
                old, new = ClockJudgement.of(before), ClockJudgement.of(clock)
                if not old.same(new):
                    yield Otherwise(stored.ticket, old, new, stopped_at, clock)

    def _by_this_policy(self, clock: ClockState, stopped_at: datetime) -> TermsFrozen:
        """The terms that judge a clock by the policy in force, as if they had been frozen when it stopped."""
        return replace(terms_of(clock, self.version, self.now), stopped_at=stopped_at, missed_until=None)

    def _write(
        self, conn: Connection, listed: Mapping[Name, Sequence[Otherwise]], by: str, why: str
    ) -> list[Otherwise]:
        if policies.in_force(conn) != self.version:
            raise SlabotError(
                "another policy came in force meanwhile, so the rest is not judged anew",
                "run the command again with the file that is in force now",
            )
        done: list[Otherwise] = []
        for name, stored in tickets.load_locked(conn, list(listed)).items():
            shown = {(other.clock.label, other.old, other.new) for other in listed[name]}
            anew = [other for other in self._of(stored) if (other.clock.label, other.old, other.new) in shown]
            for other in anew:
                self._freeze(conn, other, by, why)
            if anew:
                self._keep_rows(conn, name, anew)
            done += anew
        return done

    def _freeze(self, conn: Connection, other: Otherwise, by: str, why: str) -> None:
        clock = other.clock
        event = replace(
            terms_of(clock, self.version, self.now),
            id=f"terms:rejudged:{clock.label}:{stamp(self.now)}",
            by_id=by,
            why=why,
        )
        tickets.append_event(conn, *other.name, event)
        name = clock.name.replace("_", " ")
        text = (
            f"{by} had the {name} judged anew by policy version {self.version}: it was {_words(other.old)} and is "
            f"{_words(other.new)}, because {why}"
        )
        facts = {"by": by, "why": why, "clock": clock.label, "policy_version": self.version}
        facts |= {"old": other.old.facts(), "new": other.new.facts()}
        key = f"{other.ticket.reference}/rejudged/{clock.label}/{stamp(self.now)}"
        ledger.write(conn, self.now, LedgerEvent.CLOCK_REJUDGED, text, *other.name, key, facts)

    def _keep_rows(self, conn: Connection, name: Name, anew: Sequence[Otherwise]) -> None:
        labels = {other.clock.label for other in anew}
        stored = [row for row in clocks.of_ticket(conn, *name) if row.label in labels]
        clocks.save(conn, *clocks.changes(name, [other.clock for other in anew], stored))
        self._record_again(conn, name)
        tickets.next_generation(conn, *name)
        if any(other.clock.running for other in anew):
            looks.postpone(conn, *name, self.now)  # its pages are owed again

    def _record_again(self, conn: Connection, name: Name) -> None:
        stored = tickets.load(conn, *name)
        assert stored is not None, "it was judged just now"
        decision = decide(stored.ticket, stored.timeline, self.policy, self.now, past=self.past)
        form = records.form_of(by_agent=self.policy.reports.by_agent)
        kept = records.of_tickets(conn, [name]).get(name, records.NOTHING)
        found = records_of(decision, self.policy, self.version)
        records.save(conn, [records.changes(name, found, form, kept)])


def _label(instances: Instances[ClockState], terms: TermsFrozen) -> str:
    clock = instances.meant(terms)
    return terms.clock if clock is None else clock.label


def _load(conn: Connection, name: Name) -> StoredTicket | None:
    return tickets.load(conn, *name)


def _words(judged: ClockJudgement) -> str:
    """``missed (critical, 2h)``."""
    verdict = judged.verdict.replace("_", " ")
    agreement = "" if judged.agreement == "default" else f", {judged.agreement}"
    return f"{verdict} ({judged.severity}, {judged.target or 'no target'}{agreement})"
