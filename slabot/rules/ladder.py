"""Who is to be paged about a clock, now and next?

Promise: where several rungs have passed, only the newest is sent and names the others. Nobody is paged twice about
the same rung. While people asked for quiet, or the quiet hours last, nobody is paged unless somebody asks for it; what
was due before the quiet hours goes out all the same, and what they held back comes at their end as one page.

A clock runs under the ladders that were frozen into it, if any; the file's serve the others (`slabot.policy.frozen`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from slabot.domain import SECOND, LadderFrozen, PageSent, Severity
from slabot.policy import DEFAULT, FrozenLadders, Ladder, LadderChanges, plan_of, thaw
from slabot.rules.case import Case
from slabot.rules.clock import Course
from slabot.rules.decision import Action
from slabot.rules.holds import Asked, asked_at, asked_for, hold_of
from slabot.rules.series import Order, Step
from slabot.rules.severity import SeverityHistory
from slabot.rules.steps import Steps, everything_until
from slabot.rules.telling import destinations, page

_NOTHING: Order = (datetime.min.replace(tzinfo=UTC), -1, -1)  # before every step


def _kept_plan(case: Case, clock: Course) -> FrozenLadders | None:
    """The last ladders frozen into a clock; None where those of the file apply.

    A severity that the file did not have then has its ladders in the file: nobody would be paged otherwise.
    """
    if case.policy.ladder_changes is LadderChanges.KEEP:
        for event in reversed(case.events):
            if isinstance(event, LadderFrozen) and event.clock == clock.label:
                if (event.agreement or DEFAULT) != clock.terms.agreement:
                    return None  # the ladders of another agreement
                plan = thaw(event.plan)
                if plan is not None and plan.knows(clock.terms.severity):
                    return plan
    return None


def fitting_ladder(case: Case, severity: Severity, ladders: Iterable[Ladder]) -> Ladder | None:
    """The first of these ladders that fits the ticket under a severity; an empty selector fits everything."""
    ticket = case.ticket
    for ladder in ladders:
        if (
            (not ladder.severity or severity in ladder.severity)
            and (not ladder.helpdesk or ticket.helpdesk in ladder.helpdesk)
            and (not ladder.organization or _any_of((case.organization,), ladder.organization))
            and (not ladder.tag or _any_of(case.tags, ladder.tag))
            and (not ladder.group or _any_of((case.group,), ladder.group))
            and (not ladder.brand or _any_of((case.brand,), ladder.brand))
            and (not ladder.form or _any_of((case.form,), ladder.form))
        ):
            return ladder
    return None


def _any_of(found: tuple[str | None, ...], wanted: tuple[str, ...]) -> bool:
    """Names are the same in any case, as everywhere in the file."""
    names = {name.casefold() for name in wanted}
    return any(name is not None and name.casefold() in names for name in found)


class Pager:
    """Pages about one running clock, at any instant until something happens to the ticket.

    Args:
        case: the ticket.
        clock: one of its running clocks.
        history: the severities, to tell under which one an earlier page went out.
    """

    def __init__(self, case: Case, clock: Course, history: SeverityHistory) -> None:
        self._case, self._clock = case, clock
        self._severity, self._quiet = clock.terms.severity, case.policy.has_quiet_hours(clock.terms.severity)
        self._kept = _kept_plan(case, clock)
        plan = self._kept or plan_of(case.policy, clock.name)
        self._ladder = ladder = fitting_ladder(case, self._severity, plan.ladders)
        self._steps: Steps | None = None
        sent = _sent(case, clock, history)
        self._sent, self._higher = sent.same, sent.higher
        if ladder is not None:
            self._steps = Steps(case, clock, ladder, hold_of(case, clock, plan.re_page_after), sent.same, sent.until)
            self._asked = asked_for(case, clock)

    @property
    def keeps_another_ladder(self) -> bool:
        """True if the clock runs under a ladder that the file of today would not give it."""
        if self._kept is None:
            return False
        written = plan_of(self._case.policy, self._clock.name)
        return (
            self._ladder != fitting_ladder(self._case, self._severity, written.ladders)
            or self._kept.re_page_after != written.re_page_after
        )

    @property
    def lapsed(self) -> tuple[PageSent, ...]:
        """Pages under a higher severity to whom this ladder had not come when the severity was lowered."""
        if not self._higher:
            return ()
        reached = () if self._steps is None else self._steps.reached(self._clock.in_force_since)
        told = {to for step in reached for to in self._told(step)}
        return tuple(page for page in self._higher if page.to not in told)

    def due(self, now: datetime) -> tuple[Action, ...]:
        """The pages that are due, one for each destination."""
        steps = self._steps
        if steps is None:
            return ()
        if self._asked is not None:
            return self._told_to_all(steps, self._wanted(steps, self._asked, now), self._asked)
        if steps.held(now):
            return ()
        ready = self._ready(steps, now)
        return self._told_to_all(steps, ready) if ready else self._unfinished(steps)

    def first(self, now: datetime) -> datetime | None:
        """When the next page is due after that, if nobody does anything."""
        steps = self._ahead(now)
        if steps is None:
            return None
        if self._quiet:
            return self._held_until(steps, now) or self._next(steps, now)
        return next((step.at for step in steps.coming(now, 1)), None)

    def coming(self, now: datetime, most: int) -> tuple[Action, ...]:
        """The next pages, for their channel; of several at one instant the newest, which names the others then."""
        steps = self._ahead(now)
        if steps is None:
            return ()
        if not self._quiet:
            newest = list({step.at: step for step in steps.coming(now, most)}.values())
        else:
            newest = []
            instant = self._held_until(steps, now) or self._next(steps, now)
            while instant is not None and len(newest) < most:
                newest.append(steps.passed(instant)[-1])
                instant = self._next(steps, instant)
        return tuple(page(self._case, self._clock, steps, step, self._told(step)[0]) for step in newest)

    @property
    def was_asked(self) -> bool:
        """True while somebody waits for a page that they asked for."""
        return self._steps is not None and self._asked is not None

    def between(self, now: datetime, until: datetime) -> Iterator[Action]:
        """The pages that are due after an instant and before another, one for each destination, if nothing happens.

        The same as `due` says at each of their instants, once those before have been told.
        """
        steps, at = self._steps, now
        if steps is None:
            return
        if not steps.held(now) and (ready := self._ready(steps, now)):
            steps = steps.beyond(ready[-1])
        while True:
            if self._quiet:
                instant = self._held_until(steps, at) or self._next(steps, at)
            else:
                instant = next((step.at for step in steps.coming(at, 1)), None)
            if instant is None or instant >= until:
                return
            at = instant
            if not steps.held(instant) and (ready := self._ready(steps, instant)):
                yield from self._told_to_all(steps, ready)
                steps = steps.beyond(ready[-1])

    def _ahead(self, now: datetime) -> Steps | None:
        """The steps that are left once what is due has been told, where somebody asked for it."""
        steps = self._steps
        if steps is None or self._asked is None:
            return steps
        return steps.beyond(self._wanted(steps, self._asked, now)[-1])

    def _wanted(self, steps: Steps, asked: Asked, now: datetime) -> list[Step]:
        """The next rung, for somebody who asked for it: what had passed by then, or else what comes first."""
        wanted = steps.passed(asked.at) or steps.coming(asked.at, 1) or [steps.extra(asked)]
        ready = self._ready(steps, now)
        return ready if ready and ready[-1].order > wanted[-1].order else wanted

    def _told_to_all(self, steps: Steps, passed: list[Step], asked: Asked | None = None) -> tuple[Action, ...]:
        """The newest of the steps, for everybody whom it names."""
        *others, newest = passed
        titles = tuple(step.title for step in others)
        return tuple(
            page(self._case, self._clock, steps, newest, to, others=titles, asked=asked) for to in self._told(newest)
        )

    def _told(self, step: Step) -> tuple[str, ...]:
        """Who is told of a step."""
        return destinations(step.notify, self._case.policy)

    def _all(self, step: Step, sent: PageSent) -> bool:
        """True if one page told everybody."""
        return sent.to is None or self._told(step) == (sent.to,)

    def _unfinished(self, steps: Steps) -> tuple[Action, ...]:
        """What people were told last, for those of its destinations that have not been told yet."""
        sent = self._sent
        if not sent:
            return ()
        newest = steps.named(sent[-1])
        if newest is not None and newest.order == steps.told and self._all(newest, sent[-1]):
            return ()  # as most often: it was for the channel alone
        first: dict[tuple[str, int | None], PageSent] = {}
        for event in sent:
            first.setdefault((event.rung, event.repetition), event)
        for begun in reversed(first.values()):
            step = steps.named(begun)
            if step is None:
                return ()
            if begun.asked_at is None and not step.ends_hold and step.order < steps.told:
                continue  # a page that was in doubt until after a later one
            heard = {event.to for event in sent if (event.rung, event.repetition) == (begun.rung, begun.repetition)}
            if None in heard:
                return ()
            asked = None if begun.asked_at is None else asked_at(self._case, self._clock, begun.asked_at)
            missing = (to for to in self._told(step) if to not in heard)
            return tuple(page(self._case, self._clock, steps, step, to, asked=asked) for to in missing)
        return ()

    def _ready(self, steps: Steps, now: datetime) -> list[Step]:
        """What has passed and is not held back by quiet hours: in them, what had passed before they began."""
        since = self._case.policy.quiet_since(self._severity, now) if self._quiet else None
        return steps.passed(now if since is None else since - SECOND)

    def _held_until(self, steps: Steps, now: datetime) -> datetime | None:
        """When the quiet hours end that hold something back now; None if nothing is, or people asked for quiet."""
        policy = self._case.policy
        since = policy.quiet_since(self._severity, now)
        if since is None or steps.held(now):
            return None
        return policy.quiet_until(self._severity, now) if any(step.at >= since for step in steps.passed(now)) else None

    def _next(self, steps: Steps, after: datetime) -> datetime | None:
        """When the next page is due: at its step's instant, or at the end of the quiet hours in which that lies."""
        step = next(iter(steps.coming(after, 1)), None)
        return None if step is None else self._case.policy.quiet_until(self._severity, step.at) or step.at


class _Sent(NamedTuple):
    """The pages about a clock.

    Attributes:
        same: under its severity.
        until: how far those under a higher one have told people.
        higher: those.
    """

    same: list[PageSent]
    until: Order
    higher: list[PageSent]


def _sent(case: Case, clock: Course, history: SeverityHistory) -> _Sent:
    """The pages under this severity and under higher ones; one under a lower severity told people nothing of it."""
    until, same, higher = _NOTHING, list[PageSent](), list[PageSent]()
    if not case.pages:
        return _Sent(same, until, higher)
    severities, rank = case.policy.severities, case.policy.rank(clock.terms.severity)
    for event in case.pages:
        if not clock.is_meant(event.clock, event.at):
            continue
        severity = event.severity if event.severity in severities else history.at(event.at).severity
        assert severity is not None
        if severity == clock.terms.severity:
            same.append(event)
        elif case.policy.rank(severity) < rank:
            until = max(until, everything_until(event.at))
            higher.append(event)
    return _Sent(same, until, higher)
