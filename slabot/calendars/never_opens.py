"""Is there one open second in all the years of a calendar?

Promise: exact, even where breaks, holidays and dated hours take away each span that the week gives; and quick
for every calendar that does open, since it stops at the first opening.
"""

from __future__ import annotations

from datetime import date

from slabot.calendars.dates import DateRules
from slabot.calendars.errors import NeverOpensError
from slabot.calendars.joined import JoinedRules
from slabot.calendars.spec import CalendarSpec

FIRST_LOOK = 8  # dates, doubled each time: nearly every calendar opens within its first week


def check_that_it_opens(spec: CalendarSpec, rules: DateRules | JoinedRules) -> None:
    """Refuse a calendar on which no clock would ever run.

    Raises:
        NeverOpensError: as it says.
    """
    if spec.always:
        return
    first, last = spec.years
    own_hours = sorted(day for day, override in spec.overrides.items() if override.hours)
    if not own_hours and not any(spec.every_hours) and not spec.joins:
        raise NeverOpensError(spec.name, "it has no opening hours", 'give it some, for example mon-fri "09:00-17:00"')
    if any(_opens(rules, day.toordinal(), day.toordinal()) for day in own_hours):
        return
    begin, end, step = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal(), FIRST_LOOK
    while begin <= end:
        if _opens(rules, begin, min(begin + step - 1, end)):
            return
        begin, step = begin + step, 2 * step
    if spec.joins:
        raise NeverOpensError(
            spec.name,
            f"none of those that it joins opens from {first} to {last}",
            "widen the years that they answer for",
        )
    raise NeverOpensError(
        spec.name,
        f"breaks, holidays and closed dates take away all of its hours from {first} to {last}",
        "take out a break or a date, or give it hours that they leave",
    )


def _opens(rules: DateRules | JoinedRules, first: int, last: int) -> bool:
    return any(day.opened for day in rules.resolved(first, last).values())
