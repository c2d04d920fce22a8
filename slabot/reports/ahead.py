"""Put together what is to come in a stretch of time, and who is there for it.

Promise: each deadline stands with whoever is there when it passes, and a deadline for which nobody is there is counted.
Pages are counted by hour; they are listed only where somebody asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from slabot.calendars import OutsideYearsError, Span
from slabot.policy import Policy
from slabot.reports.coverage import Cover, Coverage, Covered
from slabot.reports.forecast import Foreseen, Passing
from slabot.reports.held_back import Governor, Held
from slabot.rules import Kind, Proposal, span_json

VERSION = 1
HOUR = timedelta(hours=1)
HEADS = (
    *("at", "what", "helpdesk", "ticket", "severity", "clock", "due_at", "rung", "acts", "due_already", "certain"),
    *("covered", "who", "because", "subject", "held_by", "held_until", "held_because"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which time is asked about.

    Attributes:
        now: as of when.
        begins, ends: the end is left out.
    """

    now: datetime
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """One thing to come.

    Attributes:
        covered: who is there; None for what is no deadline.
        held: what the governor does with it; None where it lets it through, or never judges it.
    """

    what: Foreseen
    covered: Covered | None
    held: Held | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Everything to come.

    Attributes:
        tickets: how many were looked at.
        ahead: in the order of time; without pages unless they were asked for.
        pages: how many pages leave in each hour, by its beginning.
        before: how many deadlines pass between now and the window, if nobody acts.
        overdue: clocks that can be met no more, now.
        unread: tickets that must still be read, of which nothing is foretold.
    """

    window: Window
    tickets: int
    ahead: Sequence[Ahead]
    pages: Counter[datetime]
    before: int
    overdue: int
    unread: int
    coverage: Coverage
    hours: Sequence[tuple[str, Sequence[Span]]]

    @property
    def breaches(self) -> list[Ahead]:
        """The deadlines that pass."""
        return [each for each in self.ahead if each.what.kind is Passing.BREACH]

    @property
    def held(self) -> list[Ahead]:
        """What the governor holds back."""
        return [each for each in self.ahead if each.held is not None]

    @property
    def nobody(self) -> list[Ahead]:
        """Those of them for which nobody is there."""
        return [each for each in self.breaches if each.covered is not None and each.covered.cover is Cover.NOBODY]


class Gathering:
    """Takes in what is foreseen, ticket by ticket."""

    def __init__(self, policy: Policy, window: Window, *, pages: bool) -> None:
        """Work out who is there.

        Raises:
            OutsideYearsError: a calendar of the policy does not answer for that time.
        """
        self._policy, self._window, self._with_pages = policy, window, pages
        self.coverage = Coverage(policy, window.begins, window.ends)
        self._ahead: list[Ahead] = []
        self._writes: list[tuple[datetime, Proposal]] = []
        self._pages: Counter[datetime] = Counter()
        self._before = self._tickets = 0

    def take(self, found: Iterable[Foreseen]) -> None:
        """One ticket."""
        self._tickets += 1
        for each in found:
            breach = each.kind is Passing.BREACH
            if each.write is not None:
                self._writes.append((each.at, each.write))
            if each.at < self._window.begins:
                self._before += breach
                continue
            if each.kind is Kind.PAGE:
                self._pages[each.at.replace(minute=0, second=0)] += 1
                if not self._with_pages:
                    continue
            self._ahead.append(Ahead(each, self._covered(each) if breach else None))

    def _covered(self, breach: Foreseen) -> Covered:
        return self.coverage.at(breach.at, breach.severity, breach.agreement)

    def forecast(self, governor: Governor, *, overdue: int, unread: int) -> Forecast:
        """All of it, with what the governor holds back."""
        if held := governor.held(self._writes):
            self._ahead = [_with_held(each, held) for each in self._ahead]
        self._ahead.sort(key=lambda each: (each.what.at, each.what.helpdesk, each.what.ticket, each.what.kind))
        return Forecast(
            window=self._window,
            tickets=self._tickets,
            ahead=self._ahead,
            pages=self._pages,
            before=self._before,
            overdue=overdue,
            unread=unread,
            coverage=self.coverage,
            hours=tuple(_opening_hours(self._policy, self._window)),
        )


def _with_held(each: Ahead, held: Mapping[str, Held]) -> Ahead:
    write = each.what.write
    found = None if write is None else held.get(write.action.key)
    return each if found is None else replace(each, held=found)


def _opening_hours(policy: Policy, window: Window) -> Iterator[tuple[str, Sequence[Span]]]:
    """Why the time counts or not, for each calendar that has hours and answers for it."""
    for name in policy.calendars:
        calendar = policy.calendar_from(name, window.begins)
        if not calendar.spec.always:
            try:
                yield name, calendar.spans(window.begins, window.ends)
            except OutsideYearsError:
                continue


def rows(forecast: Forecast) -> Iterator[tuple[str, ...]]:
    """The lines of a CSV file, without the `HEADS`."""
    for each in forecast.ahead:
        yield tuple("" if value is None else str(value) for value in _facts(each).values())


def as_json(forecast: Forecast) -> dict[str, Any]:
    """For machines; version 1 of a form that is only added to."""
    window = forecast.window
    return {
        "version": VERSION,
        "now": window.now.isoformat(),
        "from": window.begins.isoformat(),
        "to": window.ends.isoformat(),
        "tickets": forecast.tickets,
        "overdue_now": forecast.overdue,
        "deadlines_before": forecast.before,
        "unread": forecast.unread,
        "deadlines": len(forecast.breaches),
        "deadlines_nobody": len(forecast.nobody),
        "held": len(forecast.held),
        "ahead": [_facts(each) for each in forecast.ahead],
        "pages": [{"hour": hour.isoformat(), "count": count} for hour, count in sorted(forecast.pages.items())],
        "hours": {name: [span_json(span) for span in spans] for name, spans in forecast.hours},
        "coverage": [
            {
                "from": stretch.begins.isoformat(),
                "to": stretch.ends.isoformat(),
                "worst": None if stretch.worst is None else stretch.worst.value,
                "severities": [
                    {"severity": each.severity, "covered": each.cover.value, "who": each.who or None}
                    for each in stretch.covered
                ],
            }
            for stretch in forecast.coverage.stretches
        ],
    }


def _facts(each: Ahead) -> dict[str, Any]:
    what, covered, held = each.what, each.covered, each.held
    values = (
        what.at.isoformat(),
        what.kind.value,
        what.helpdesk,
        what.ticket,
        what.severity,
        what.clock or None,
        None if what.due_at is None else what.due_at.isoformat(),
        what.rung or None,
        what.acts,
        what.due_already,
        what.certain,
        None if covered is None else covered.cover.value,
        None if covered is None else covered.who or None,
        what.because,
        what.subject,
        None if held is None else held.brake.value,
        None if held is None or held.until is None else held.until.isoformat(),
        None if held is None else held.because,
    )
    return dict(zip(HEADS, values, strict=True))
