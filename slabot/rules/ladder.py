"""Who is to be paged about a clock, now and next?

Promise: rungs before the deadline are planned from due, the breach and later ones from the last instant at which
the clock can be met; every offset is working time of the clock's calendar. Where several rungs have passed, only
the newest is sent and names the others. Nobody is paged twice about the same rung.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import assert_never

from slabot.calendars import due_with_pauses, elapsed_with_pauses, subtract_with_pauses
from slabot.domain import Acknowledged, Claimed, PageSent, Snoozed, Unacknowledged
from slabot.policy import After, Before, Breach, Ladder, Mode, Rung, Used
from slabot.rules.case import Case
from slabot.rules.clock import ClockState, by_share
from slabot.rules.decision import Action, Kind
from slabot.rules.severity import SeverityHistory
from slabot.rules.words import listed, when, worked


@dataclass(frozen=True, slots=True)
class Step:
    """One rung at its instant.

    Attributes:
        place: position in the ladder; orders rungs of the same instant.
        repetition: 0, then 1, 2, … for ``then every``.
        notify: who is told, where the rung names somebody.
    """

    at: datetime
    place: int
    name: str
    repetition: int
    because: str
    notify: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Later in time, then later in the ladder."""
        return (self.at, self.place, self.repetition)

    @property
    def title(self) -> str:
        """The rung as named among others."""
        return self.name if self.repetition == 0 else f"{self.name} (repeat {self.repetition})"


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody asked for quiet: acknowledged, claimed or snoozed."""

    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that is due now, if any, and the next ones."""

    due: Action | None
    next: tuple[Action, ...]


def fitting_ladder(case: Case, clock: ClockState) -> Ladder | None:
    """The first ladder of the file that fits the clock; an empty selector fits everything."""
    ticket = case.ticket
    organization = None if ticket.requester is None else ticket.requester.organization
    for ladder in case.policy.escalate:
        if (
            clock.name in ladder.clock
            and (not ladder.severity or clock.terms.severity in ladder.severity)
            and (not ladder.helpdesk or ticket.helpdesk in ladder.helpdesk)
            and (not ladder.organization or _any_of((organization,), ladder.organization))
            and (not ladder.tag or _any_of(case.tags, ladder.tag))
        ):
            return ladder
    return None


def _any_of(found: tuple[str | None, ...], wanted: tuple[str, ...]) -> bool:
    """Names are the same in any case, as everywhere in the file."""
    names = {name.casefold() for name in wanted}
    return any(name is not None and name.casefold() in names for name in found)


def pages(case: Case, clock: ClockState, history: SeverityHistory, *, ahead: int) -> Paging:
    """What to page about a running clock.

    Args:
        case: the ticket.
        clock: one of its clocks.
        history: the severities, to tell under which one an earlier page went out.
        ahead: how many coming pages to list at most.
    """
    ladder = fitting_ladder(case, clock)
    if ladder is None or not clock.running:
        return Paging(None, ())
    hold = _hold(case, clock)
    steps = _Steps(case, clock, ladder, hold)
    now = case.now
    told = _told(case, clock, history, steps)
    passed = [step for step in steps.until(now) if told is None or step.order > told]
    coming = tuple(_action(case, clock, step, ()) for step in steps.after(now, ahead))
    if not passed or (hold is not None and hold.since <= now < hold.until):
        return Paging(None, coming)
    *others, newest = passed
    return Paging(_action(case, clock, newest, tuple(step.title for step in others)), coming)


class _Steps:
    """The rungs of one clock at their instants."""

    def __init__(self, case: Case, clock: ClockState, ladder: Ladder, hold: Hold | None) -> None:
        self._case, self._clock, self._hold = case, clock, hold
        self._due = "" if clock.due_at is None else when(clock.due_at, case.policy.display_zone)
        self._once: list[Step] = []
        self._again: list[tuple[int, str, After]] = []
        self._ladder = ladder
        for place, entry in enumerate(ladder.rungs):
            self._add(place, entry.rung)
        if hold is not None:
            self._once.append(Step(hold.until, len(ladder.rungs), hold.why, 0, hold.why))
        self._once.sort(key=lambda step: step.order)

    def _add(self, place: int, rung: Rung) -> None:
        clock, name = self._clock, _name(rung)
        terms, pauses = clock.terms, clock.pauses
        match rung:
            case Used():
                at = by_share(terms, clock.started_at, clock.due_at, rung.percent, pauses)
                because = f"{rung.percent}% of {_promised(clock)} used"
            case Before():
                at = self._before(rung.amount)
                because = f"{worked(rung.amount)} before it is due at {self._due}"
            case Breach():
                at = clock.met_until
                because = f"the deadline of {self._due} passes"
            case After():
                if rung.every is not None:
                    self._again.append((place, name, rung))
                at = self._after(rung.amount)
                because = f"{worked(rung.amount)} past the deadline of {self._due}"
            case _:
                assert_never(rung)
        if at is not None:
            self._once.append(Step(at, place, name, 0, because, self._ladder.rungs[place].notify))

    def _before(self, amount: timedelta) -> datetime | None:
        clock = self._clock
        if clock.due_at is None:
            return None
        at = subtract_with_pauses(clock.terms.calendar, clock.due_at, amount, clock.pauses)
        return max(at, clock.started_at)

    def _after(self, amount: timedelta) -> datetime | None:
        clock = self._clock
        if clock.met_until is None:
            return None
        return due_with_pauses(clock.terms.calendar, clock.met_until, amount, clock.pauses)

    def _repeat(self, place: int, name: str, rung: After, repetition: int) -> Step | None:
        amount = _amount(rung, repetition)
        at = self._after(amount)
        if at is None:
            return None
        because = f"{worked(amount)} past the deadline of {self._due}"
        return Step(at, place, name, repetition, because, self._ladder.rungs[place].notify)

    def _repetitions(self, rung: After, instant: datetime) -> int:
        """How often the rung was repeated by then; -1 before the rung itself."""
        clock = self._clock
        assert rung.every is not None
        if clock.met_until is None or instant < clock.met_until:
            return -1
        worked = elapsed_with_pauses(clock.terms.calendar, clock.met_until, instant, clock.pauses)
        return max(-1, (worked - rung.amount) // rung.every)

    def until(self, now: datetime) -> list[Step]:
        """What has passed, in order; of the repeats only the newest."""
        passed = [step for step in self._once if step.at <= now]
        for place, name, rung in self._again:
            count = self._repetitions(rung, now)
            newest = self._repeat(place, name, rung, count) if count > 0 else None
            if newest is not None:
                passed.append(newest)
        return sorted(passed, key=lambda step: step.order)

    def after(self, now: datetime, most: int) -> list[Step]:
        """What comes, in order; while people asked for quiet, nothing before its end."""
        hold = self._hold
        quiet_until = hold.until if hold is not None and hold.until > now else now
        coming = [step for step in self._once if step.at > now and step.at >= quiet_until]
        for place, name, rung in self._again:
            first = max(1, self._repetitions(rung, quiet_until) + 1)
            repeats = (self._repeat(place, name, rung, count) for count in range(first, first + most))
            coming.extend(step for step in repeats if step is not None and step.at > now)
        return sorted(coming, key=lambda step: step.order)[:most]

    def furthest(self, pages: list[PageSent]) -> tuple[datetime, int, int] | None:
        """How far pages that were sent have told people; None if there are none."""
        # A ticket that nobody answers has hundreds of repeats, and a rung's newest reaches furthest. Not so where a
        # pause hides that one, or where a page does not say which repeat it was: then each is looked at.
        newest: dict[str, PageSent] = {}
        for page in pages:
            if page.repetition is None:
                return max(map(self._named, pages))
            if page.rung not in newest or page.repetition > (newest[page.rung].repetition or 0):
                newest[page.rung] = page
        reached = [(self._named(page), page.repetition) for page in newest.values()]
        if any(order[2] != repetition for order, repetition in reached):
            return max(map(self._named, pages))
        return max((order for order, _ in reached), default=None)

    def _named(self, page: PageSent) -> tuple[datetime, int, int]:
        for place, name, rung in self._again:
            if page.rung == name:
                count = page.repetition
                if count is None:
                    count = max(0, self._repetitions(rung, page.at))
                at = self._after(_amount(rung, count))
                if at is not None:
                    return (at, place, count)
        for step in self._once:
            if step.name == page.rung:
                return step.order
        return _everything_until(page.at)


@lru_cache(maxsize=1024)  # the rungs of the file; their words are asked for in every decision
def _name(rung: Rung) -> str:
    return str(rung)


def _amount(rung: After, repetition: int) -> timedelta:
    assert rung.every is not None
    return rung.amount + repetition * rung.every


def _everything_until(instant: datetime) -> tuple[datetime, int, int]:
    return (instant, 1_000_000, 1_000_000)


def _told(case: Case, clock: ClockState, history: SeverityHistory, steps: _Steps) -> tuple[datetime, int, int] | None:
    """The furthest rung that people have been told of; a page under a lower severity told them nothing of this one."""
    severities, rank = case.policy.severities, case.policy.rank(clock.terms.severity)
    passed: list[tuple[datetime, int, int]] = []
    same: list[PageSent] = []
    names = (clock.label, clock.name)
    for event in case.pages:
        if event.clock not in names or event.at < clock.started_at:
            continue
        severity = event.severity if event.severity in severities else history.at(event.at).severity
        assert severity is not None
        if severity == clock.terms.severity:
            same.append(event)
        elif case.policy.rank(severity) < rank:
            passed.append(_everything_until(event.at))
    furthest = steps.furthest(same)
    if furthest is not None:
        passed.append(furthest)
    return max(passed, default=None)


def _hold(case: Case, clock: ClockState) -> Hold | None:
    """The latest acknowledgement, claim or snooze, unless it was taken back or the severity was raised since."""
    hold: Hold | None = None
    for event in case.events:
        if event.at < clock.started_at:
            continue
        match event:
            case Acknowledged() | Claimed() if event.clock in (None, clock.name, clock.label):
                until = due_with_pauses(clock.terms.calendar, event.at, case.policy.re_page_after, clock.pauses)
                did = "acknowledged" if isinstance(event, Acknowledged) else "claimed"
                hold = None if until is None else Hold(event.at, until, _still_open(case, did, event.at))
            case Snoozed() if event.clock in (None, clock.name, clock.label):
                hold = Hold(event.at, max(event.until, event.at), _still_open(case, "snoozed", event.at))
            case Unacknowledged() if event.clock in (None, clock.name, clock.label):
                hold = None
            case _:
                pass
    return None if hold is not None and clock.raised and hold.since < clock.in_force_since else hold


def _still_open(case: Case, did: str, at: datetime) -> str:
    return f"{did} {when(at, case.policy.display_zone)}, still unanswered"


def _promised(clock: ClockState) -> str:
    return (
        "the time until the end of the next working day" if clock.terms.promise is not None else str(clock.terms.target)
    )


def _action(case: Case, clock: ClockState, step: Step, others: tuple[str, ...]) -> Action:
    severity = clock.terms.severity
    because = step.because
    if clock.raised and clock.due_at is not None and max(clock.due_at, step.at) <= clock.in_force_since:
        because += f"; raised to {severity} at {when(clock.in_force_since, case.policy.display_zone)}, already past"
    if others:
        because += f"; passed before it without a page: {listed(others)}"
    return Action(
        kind=Kind.PAGE,
        mode=Mode.ACT,
        at=step.at,
        key=f"{case.ticket.reference}/page/{clock.label}/{severity}/{step.name}/{step.repetition}",
        because=because,
        facts=(
            ("clock", clock.label),
            ("severity", severity),
            ("rung", step.name),
            ("repetition", str(step.repetition)),
            *((("notify", ", ".join(step.notify)),) if step.notify else ()),
        ),
    )
