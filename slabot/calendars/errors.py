"""What can be wrong with a calendar, a target or a question about time?

Promise: each says what is wrong and what to change, as `why` and `remedy`, so that a form can show the two apart.

    SlabotError
    └── CalendarError            also: an instant without an offset, a calendar that contradicts itself
        ├── UnknownZoneError     no IANA and no Rails time zone of that name
        ├── HoursError           text or numbers that are no opening hours, or no weekdays
        ├── TargetError          text that is no target such as "2h" or "2 business days"
        ├── NeverOpensError      no open second in all the years of the calendar
        ├── OutsideYearsError    an instant or a date that the calendar does not answer for
        └── UnknownCountryError  no holidays are known for that country or region
"""

from __future__ import annotations

from typing import ClassVar

from slabot.domain.errors import SlabotError


class CalendarError(SlabotError):
    """A question about working time that has no answer as it was asked.

    Attributes:
        code: a stable word for the kind of error, used by the checks of the policy file.
    """

    code: ClassVar[str] = "bad-calendar"


class UnknownZoneError(CalendarError):
    """A time zone that neither IANA nor Rails knows.

    Attributes:
        zone: the name as it was given.
    """

    code = "unknown-time-zone"

    def __init__(self, zone: str, hint: str) -> None:
        super().__init__(f'"{zone}" is no time zone', hint or "write an IANA name such as Asia/Kolkata")
        self.zone = zone


class HoursError(CalendarError):
    """Text or numbers that are no opening hours, or no weekdays."""

    code = "bad-hours"


class TargetError(CalendarError):
    """Text or numbers that are no target.

    Attributes:
        meant: the targets that the text may mean, the likeliest first.
    """

    code = "bad-target"

    def __init__(self, why: str, remedy: str = "", meant: tuple[str, ...] = ()) -> None:
        super().__init__(why, remedy)
        self.meant = meant


class NeverOpensError(CalendarError):
    """A calendar without one open second in its years: no clock on it would ever run.

    Attributes:
        calendar: its name in the file.
    """

    code = "calendar-never-opens"

    def __init__(self, calendar: str, cause: str, remedy: str) -> None:
        super().__init__(f'the calendar "{calendar}" never opens: {cause}', remedy)
        self.calendar = calendar


class OutsideYearsError(CalendarError):
    """An instant or a date that the calendar does not answer for.

    Attributes:
        calendar: its name in the file.
        years: the first and the last year that it answers for.
    """

    code = "outside-years"

    def __init__(self, what: str, *, calendar: str, years: tuple[int, int]) -> None:
        super().__init__(
            f'{what}, but the calendar "{calendar}" answers for the years {years[0]} to {years[1]}',
            "check the date, or give the calendar wider `years`",
        )
        self.calendar = calendar
        self.years = years


class UnknownCountryError(CalendarError):
    """A country or region whose holidays are not known.

    Attributes:
        country: as it was given.
        region: as it was given, if the region is what is unknown.
    """

    code = "unknown-country"

    def __init__(self, why: str, remedy: str, *, country: str, region: str | None = None) -> None:
        super().__init__(why, remedy)
        self.country = country
        self.region = region
