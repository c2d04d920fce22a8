"""Find the hours in which a deadline can fall and nobody is there.

Promise: read off the policy alone: when clocks count, when support is open, who is on call. A person whom a ladder
names directly is named and not vouched for. Every instant of the time that is asked about lies in one stretch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from slabot.calendars import Calendar
from slabot.domain import utc
from slabot.policy import Destination, DestinationKind, Policy

HOUR = timedelta(hours=1)
_PASSIVE = (DestinationKind.CHANNEL, DestinationKind.ASSIGNEE)
"""Destinations behind which nobody need be awake."""


class Cover(StrEnum):
    """Who is there, the best first."""

    OPEN = "open"
    """Support is open."""
    ON_CALL = "on_call"
    NAMED = "named"
    """Somebody is paged by name, or by a rota that the policy does not hold; whether they are there it cannot tell."""
    NOBODY = "nobody"


MARKS: Mapping[Cover | None, str] = {
    None: ".",
    Cover.OPEN: "o",
    Cover.ON_CALL: "c",
    Cover.NAMED: "n",
    Cover.NOBODY: "!",
}
"""One character an hour; None where no clock counts."""
_RANK: Mapping[Cover | None, int] = {mark: place for place, mark in enumerate(MARKS)}


@dataclass(frozen=True, slots=True)
class Covered:
    """Who is there for the clocks of a severity.

    Attributes:
        severity: as the policy names it, with the agreement whose it is: ``critical (gold)``.
        who: who is on call or named; empty otherwise.
    """

    severity: str
    cover: Cover
    who: str = ""


@dataclass(frozen=True, slots=True)
class CoverageStretch:
    """A time in which nothing of it changes.

    Attributes:
        covered: for each severity whose clocks count then; empty where no clock counts.
    """

    begins: datetime
    ends: datetime
    covered: tuple[Covered, ...]

    @property
    def worst(self) -> Cover | None:
        """The cover of the severity that is worst off; None where no clock counts."""
        return max((each.cover for each in self.covered), key=_RANK.__getitem__, default=None)

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The severities for which nobody is there."""
        return tuple(each.severity for each in self.covered if each.cover is Cover.NOBODY)


@dataclass(frozen=True, slots=True)
class _Told:
    """The clocks of a severity, and whom its ladders tell."""

    severity: str
    calendars: tuple[Calendar, ...]
    rotas: tuple[str, ...]
    named: str


class Coverage:
    """Who is there, at any time of a span."""

    def __init__(self, policy: Policy, begins: datetime, ends: datetime) -> None:
        """Look at everything that changes between two instants, both aware.

        Raises:
            OutsideYearsError: a calendar does not answer for that time.
        """
        self._policy, self._hours = policy, policy.waiting_calendar
        self._told = [told for told in _everybody(policy) if told.calendars]
        instants = sorted({begins, ends, *self._changes(begins, ends)})
        found: list[CoverageStretch] = []
        for start, end in pairwise(instants):
            covered = tuple(self._covered(told, start) for told in self._told if _counts(told, start))
            if found and found[-1].covered == covered:
                found[-1] = CoverageStretch(found[-1].begins, end, covered)
            else:
                found.append(CoverageStretch(start, end, covered))
        self.stretches = tuple(found)

    def at(self, instant: datetime, severity: str, agreement: str) -> Covered:
        """Who is there for a severity of an agreement at an instant, whether its clocks count then or not."""
        known = {each.severity: each for each in self._told}
        told = known.get(_label(severity, agreement)) or known.get(severity)
        return Covered(severity, Cover.NOBODY) if told is None else self._covered(told, instant)

    @property
    def gaps(self) -> tuple[CoverageStretch, ...]:
        """The times in which a deadline can fall for which nobody is there."""
        return tuple(stretch for stretch in self.stretches if stretch.uncovered)

    def days(self, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
        """A line for each date: its midnight, and a mark for each hour, that of its worst second."""
        if not self.stretches:
            return
        begins, ends = self.stretches[0].begins, self.stretches[-1].ends
        day = begins.astimezone(zone).date()
        while (midnight := utc(datetime.combine(day, time(), zone))) < ends:
            following = utc(datetime.combine(day + timedelta(days=1), time(), zone))
            hours = [midnight + number * HOUR for number in range((following - midnight) // HOUR)]
            yield midnight.astimezone(zone), "".join(self._mark(hour) for hour in hours)
            day += timedelta(days=1)

    def _mark(self, hour: datetime) -> str:
        within = [each for each in self.stretches if each.begins < hour + HOUR and hour < each.ends]
        if not within:
            return " "
        return MARKS[max((each.worst for each in within), key=_RANK.__getitem__)]

    def _covered(self, told: _Told, at: datetime) -> Covered:
        if self._hours.is_open(at):
            return Covered(told.severity, Cover.OPEN)
        for rota in told.rotas:
            if (person := self._policy.on_call(rota, at)) is not None:
                return Covered(told.severity, Cover.ON_CALL, person)
        return Covered(told.severity, Cover.NAMED if told.named else Cover.NOBODY, told.named)

    def _changes(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        calendars = {each.name: each for told in self._told for each in told.calendars}
        rotas = {name: self._policy.rotas[name] for told in self._told for name in told.rotas}
        calendars |= {
            rota.only_in: self._policy.calendar(rota.only_in) for rota in rotas.values() if rota.only_in is not None
        }
        for calendar in (self._hours, *calendars.values()):
            yield from _boundaries(calendar, begins, ends)
        for rota in rotas.values():
            yield from (at for at in rota.changes(begins, ends) if begins < at < ends)


def _boundaries(calendar: Calendar, begins: datetime, ends: datetime) -> Iterator[datetime]:
    for period in takewhile(lambda period: period[0] < ends, calendar.periods(after=begins)):
        yield from (at for at in period if begins < at < ends)


def _counts(told: _Told, at: datetime) -> bool:
    return any(calendar.is_open(at) for calendar in told.calendars)


def _everybody(policy: Policy) -> Iterator[_Told]:
    """The severities of the file, and those of agreements whose clocks count in other hours or tell others."""
    own = {name: _told(policy, name, name) for name in policy.severities}
    yield from own.values()
    for agreement in policy.agreements:
        if agreement.no_promise is not None:
            continue
        for name in policy.severities:
            theirs = _told(policy.under(agreement.name), name, _label(name, agreement.name))
            if (theirs.calendars, theirs.rotas, theirs.named) != (
                *(own[name].calendars, own[name].rotas),
                own[name].named,
            ):
                yield theirs


def _label(severity: str, agreement: str) -> str:
    return f"{severity} ({agreement})"


def _told(policy: Policy, severity: str, label: str) -> _Told:
    ladders = [ladder for ladder in policy.escalate if not ladder.severity or severity in ladder.severity]
    named = [to for ladder in ladders for _, to in ladder.named()]
    weekly = tuple(dict.fromkeys(to.name for to in named if _is_weekly(policy, to)))
    direct = dict.fromkeys(str(to) for to in named if to.kind not in _PASSIVE and not _is_weekly(policy, to))
    calendars: list[Calendar] = [policy.severity_calendar(severity)]
    calendars += [
        policy.calendar(clock.calendar)
        for clock in policy.clocks
        if clock.calendar is not None and clock.targets(severity)
    ]
    return _Told(label, tuple(dict.fromkeys(calendars)), weekly, ", ".join(direct))


def _is_weekly(policy: Policy, to: Destination) -> bool:
    """True for a rota whose people the policy holds."""
    return to.kind is DestinationKind.ROTA and to.name in policy.rotas and policy.rotas[to.name].group is None
