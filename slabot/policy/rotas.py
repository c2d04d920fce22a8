"""Who is on call at a given time?

Promise: a rota answers for every instant with one person or with nobody, from the file alone; times are wall times of
the rota's own zone. One that Slack keeps as a user group is named and not answered for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from slabot.calendars import CalendarError, parse_days
from slabot.domain import utc
from slabot.policy.base import Part
from slabot.policy.destinations import GroupText
from slabot.policy.scalars import CalendarName, DateText, refuse
from slabot.policy.working_time import ZoneName

NOBODY = "nobody"
WEEK = 7  # days
_HAND_OVER = re.compile(r"([a-z]{3})\s+(\d\d?):(\d\d)")


def _hand_over(value: object) -> object:
    if isinstance(value, tuple):
        return value
    match = _HAND_OVER.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    try:
        days = parse_days(match[1]) if match else ()
        at = time(int(match[2]), int(match[3])) if match else None
    except (CalendarError, ValueError):
        days, at = (), None
    if len(days) != 1 or at is None:
        raise refuse("bad-hand-over", f"{value!r} is no time of the week", 'write hand_over: "mon 09:00"')
    return (days[0], at)


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return value
    text = value.strip() if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise refuse(
            "bad-date",
            f"{value!r} is no date or wall time",
            'write "2026-12-24" or "2026-12-24 09:00", in the rota\'s zone',
        )
    return moment


def _person(value: object) -> object:
    text = value.strip() if isinstance(value, str) else ""
    if text != NOBODY and not re.fullmatch(r"[^\s@,]+@[^\s@,]+|[UW][A-Z0-9]{2,}", text):
        raise refuse(
            "bad-person", f"{value!r} is no person", "write an e-mail address, a Slack id such as U012AB3CD, or nobody"
        )
    return text


HandOver = Annotated[tuple[int, time], BeforeValidator(_hand_over)]
WallTime = Annotated[datetime, BeforeValidator(_moment)]
PersonText = Annotated[str, BeforeValidator(_person)]


class RotaOverride(Part):
    """Somebody else, or nobody, for a while. The end is not part of it."""

    from_: WallTime = Field(alias="from")
    to: WallTime
    person: PersonText

    @model_validator(mode="after")
    def _lasts(self) -> RotaOverride:
        if self.to <= self.from_:
            raise refuse("bad-date", "this override ends before it begins", "write to: later than from")
        return self


class Rota(Part):
    """A weekly rota, or the name of a user group in which Slack keeps one.

    Attributes:
        hand_over: weekday (0 is Monday) and wall time at which the next person takes over.
        begins: a date in the first person's week.
        only_in: somebody is on call only while this calendar is open; None for always.
        overrides: of two that overlap, the later one of the file holds.
    """

    time_zone: ZoneName = None
    hand_over: HandOver = (0, time(9))
    begins: DateText = date(2026, 1, 5)
    people: tuple[PersonText, ...] = ()
    only_in: CalendarName | None = None
    overrides: tuple[RotaOverride, ...] = ()
    group: GroupText | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Rota:
        if bool(self.people) == (self.group is not None):
            raise refuse(
                "rota-of-whom", "a rota needs people or group, one of them", "write people: [maya@acme.example]"
            )
        if self.people and self.time_zone is None:
            raise refuse("missing-time-zone", "this rota has no time zone", "add time_zone: Europe/Berlin")
        return self

    def on_call(self, now: datetime) -> str | None:
        """The e-mail address or Slack id of whoever is on call; None if nobody is, or if Slack keeps the rota.

        `only_in` is the policy's to apply, since the calendars are there.
        """
        if not self.people:
            return None
        at = utc(now)
        for override in reversed(self.overrides):
            if self._instant(override.from_) <= at < self._instant(override.to):
                return None if override.person == NOBODY else override.person
        person = self.people[self._week(at) % len(self.people)]
        return None if person == NOBODY else person

    def changes(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants between two others at which somebody else may come on call, in no order."""
        weekday, at = self.hand_over
        day = start.astimezone(self._zone).date()
        while (hand_over := self._instant(datetime.combine(_before(day, weekday), at))) < end:
            yield max(start, hand_over)
            day += timedelta(days=WEEK)
        for override in self.overrides:
            yield from (at for at in map(self._instant, (override.from_, override.to)) if start < at < end)

    def _week(self, now: datetime) -> int:
        weekday, at = self.hand_over
        since = _before(now.astimezone(self._zone).date(), weekday) + timedelta(days=WEEK)
        while self._instant(datetime.combine(since, at)) > now:
            since -= timedelta(days=WEEK)
        return (since - _before(self.begins, weekday)).days // WEEK

    def _instant(self, wall: datetime) -> datetime:
        """The instant of a wall time, as everywhere: of two the first, and what the clock jumps over moves forward."""
        return wall.replace(tzinfo=self._zone).astimezone(UTC)

    @property
    def _zone(self) -> ZoneInfo:
        return self.time_zone or ZoneInfo("UTC")


def _before(day: date, weekday: int) -> date:
    """The last date of a weekday up to a date."""
    return day - timedelta(days=(day.weekday() - weekday) % WEEK)
