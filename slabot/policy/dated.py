"""From which date to which does one row of a setting hold?

Promise: rows of one setting follow each other without a gap and without an overlap; `from` is the first date of a row,
`until` the first on which it does not hold any more, each from 00:00 in the calendar of the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from slabot.calendars import Target
from slabot.policy.base import Part
from slabot.policy.scalars import DateText, TargetText, refuse, some_target


class DatedRow(Part):
    """A row that holds from a date on and until another; without them at all times."""

    from_: DateText | None = Field(default=None, alias="from")
    until: DateText | None = None

    def holds_on(self, day: date) -> bool:
        """True for clocks that start on that date."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)


class DatedTarget(DatedRow):
    """One row of a target."""

    within: TargetText


AnyRow = TypeVar("AnyRow", bound=DatedRow)


def in_order(rows: tuple[AnyRow, ...]) -> tuple[AnyRow, ...]:
    """The rows by their dates.

    Raises:
        PydanticCustomError: there are none, one ends before it begins, or between two there is a gap or an overlap.
    """
    if not rows:
        raise refuse("empty-value", "this list is empty", "write a value, or rows with from and until")
    for place, row in enumerate(rows):
        if row.from_ is not None and row.until is not None and row.until <= row.from_:
            raise refuse(
                "dated-rows", "this row ends before it begins", "set until to a day after from", under=(place,)
            )
    ordered = sorted(enumerate(rows), key=lambda pair: pair[1].from_ or date.min)
    for (_, row), (place, following) in pairwise(ordered):
        if row.until is None or following.from_ is None or following.from_ < row.until:
            until = following.from_ if row.until is None else row.until
            fix = "give each row a from, and the row before it an until on the same date"
            raise refuse(
                "dated-rows",
                "two of these rows hold at the same time",
                fix if until is None else f"write until: {until} in the earlier row and from: {until} in this one",
                under=(place,),
            )
        if row.until < following.from_:
            raise refuse(
                "dated-gap",
                f"no row holds from {row.until} until {following.from_}",
                f"write from: {row.until} here, or until: {following.from_} in the row before",
                under=(place,),
            )
    return tuple(row for _, row in ordered)


def _rows(value: object) -> object:
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list | tuple) else (always(some_target(value)),)


def always(target: Target) -> DatedTarget:
    """The one row of a target that holds at all times."""
    return DatedTarget.model_construct(within=target, from_=None, until=None)


DatedTargets = Annotated[tuple[DatedTarget, ...], BeforeValidator(_rows), AfterValidator(in_order)]


def row_of(rows: Iterable[AnyRow], start: datetime, zone: ZoneInfo) -> AnyRow | None:
    """The row for what starts at an instant, in the zone of its calendar; None before the first and after the last."""
    every = tuple(rows)
    if len(every) == 1 and every[0].from_ is None and every[0].until is None:
        return every[0]
    day = start.astimezone(zone).date()
    return next((row for row in every if row.holds_on(day)), None)


def lacking(rows: Sequence[DatedRow]) -> str:
    """In words when none of these rows holds; empty where one does at all times."""
    first, last = rows[0].from_, rows[-1].until
    said = ["" if first is None else f"before {first}", "" if last is None else f"from {last} on"]
    return " and ".join(filter(None, said))


def filled(ours: Sequence[AnyRow], theirs: Sequence[AnyRow]) -> tuple[AnyRow, ...]:
    """Our rows, and before the first and after the last of them theirs."""
    first, last = ours[0].from_, ours[-1].until
    before = () if first is None else tuple(_cut(row, None, first) for row in theirs if _begins_before(row, first))
    after = () if last is None else tuple(_cut(row, last, None) for row in theirs if _ends_after(row, last))
    return (*before, *ours, *after)


def _begins_before(row: DatedRow, day: date) -> bool:
    return row.from_ is None or row.from_ < day


def _ends_after(row: DatedRow, day: date) -> bool:
    return row.until is None or row.until > day


def _cut(row: AnyRow, begin: date | None, end: date | None) -> AnyRow:
    update: dict[str, Any] = {}
    if begin is not None and (row.from_ is None or row.from_ < begin):
        update["from_"] = begin
    if end is not None and (row.until is None or row.until > end):
        update["until"] = end
    return row.model_copy(update=update)
