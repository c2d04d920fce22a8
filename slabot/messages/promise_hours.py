"""When is time counted, as a customer is told?

Promise: every calendar that counts for something is told with its hours, its zone, its breaks and the dates on which it
is closed in the coming year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from slabot.calendars import Break, Calendar, CalendarSpec, Hours, Override
from slabot.messages.in_language import day, listed, weekday

COMING = timedelta(days=365)  # in which closed dates are told
DAY = 86400  # seconds


def hours_sentences(calendar: Calendar, now: datetime, words: Mapping[str, str], language: str) -> Iterator[str]:
    """What counts in a calendar, in whole sentences."""
    spec, name = calendar.spec, calendar.spec.words
    if spec.always:
        return
    if spec.joins:
        parts = [f"{part.words}: {_hours(part, words, language)} ({part.zone.key})" for part in spec.members]
        yield words["joined"].format(calendar=name, parts="; ".join(parts))
    else:
        hours = _hours(spec, words, language)
        yield words["calendar"].format(calendar=name, hours=hours, zone=spec.zone.key)
    for part in spec.members:
        if breaks := [_break(pause, words, language) for pause in part.breaks]:
            yield words["breaks"].format(calendar=part.words, breaks=listed(breaks, language))
    if closed := [f"{day(on, language)} ({why})" for on, why in closed_dates(calendar, now)]:
        yield words["holidays"].format(calendar=name, holidays="; ".join(closed))
    other = ((on, each) for on, each in _own_hours(calendar, now) if each.hours)
    if told := [f"{day(on, language)} {_spans(each.hours, words, language)} ({each.name})" for on, each in other]:
        yield words["other_hours"].format(calendar=name, dates="; ".join(told))


def closed_dates(calendar: Calendar, now: datetime) -> list[tuple[date, str]]:
    """The dates of the coming year on which the calendar does not open although it would on other weeks, with why."""
    spec = calendar.spec
    first, last, years = _coming(calendar, now)
    known = {on: why for year in years for on, why in calendar.holidays(year).items()}
    known |= {on: each.name for on, each in _own_hours(calendar, now) if not each.hours}
    usual = ((on, why) for on, why in sorted(known.items()) if spec.joins or spec.week.get(on.weekday()))
    noons = ((on, why, calendar.resolve(on, DAY // 2)) for on, why in usual if first <= on <= last)
    return [(on, why) for on, why, noon in noons if calendar.closes_all_day(noon)]


def _own_hours(calendar: Calendar, now: datetime) -> list[tuple[date, Override]]:
    """The dates of the coming year with hours of their own."""
    first, last, years = _coming(calendar, now)
    found = {on: each for year in years for on, each in calendar.returning_dates(year).items()}
    return [(on, each) for on, each in sorted((found | dict(calendar.spec.overrides)).items()) if first <= on <= last]


def _coming(calendar: Calendar, now: datetime) -> tuple[date, date, list[int]]:
    """The first and the last date of the coming year, and the years that they are in."""
    first = now.astimezone(calendar.spec.zone).date()
    last, (begin, end) = first + COMING, calendar.spec.years
    return first, last, [year for year in dict.fromkeys((first.year, last.year)) if begin <= year <= end]


def _hours(spec: CalendarSpec, words: Mapping[str, str], language: str) -> str:
    """``Monday to Thursday 09:00-18:00; Friday 09:00-15:00``."""
    if spec.always:
        return words["always"]
    by_hours: dict[tuple[Hours, ...], list[int]] = {}
    for number in range(7):
        if hours := spec.week.get(number):
            by_hours.setdefault(tuple(hours), []).append(number)
    told = (f"{_days(days, words, language)} {_spans(hours, words, language)}" for hours, days in by_hours.items())
    return "; ".join(told)


def _break(pause: Break, words: Mapping[str, str], language: str) -> str:
    """``Lunch, Monday to Friday 12:00-13:00``."""
    when = ""
    if pause.weekdays:
        when = f", {_days(pause.weekdays, words, language)}"
    elif pause.date is not None:
        when = f", {day(pause.date, language) if isinstance(pause.date, date) else pause.date}"
    return f"{pause.name}{when} {pause.hours}"


def _spans(hours: Iterable[Hours], words: Mapping[str, str], language: str) -> str:
    spans = [words["whole_day"] if (span.opens, span.closes) == (0, DAY) else str(span) for span in hours]
    return listed(spans, language)


def _days(numbers: Sequence[int], words: Mapping[str, str], language: str) -> str:
    names = [weekday(number, language) for number in numbers]
    in_a_row = list(numbers) == list(range(numbers[0], numbers[-1] + 1))
    if len(names) > 2 and in_a_row:
        return words["to"].format(first=names[0], last=names[-1])
    return listed(names, language)
