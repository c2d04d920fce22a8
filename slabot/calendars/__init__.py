"""Working time: open spans, holidays, elapsed, due, and the spans that explain them."""

from slabot.calendars.calendar import Calendar
from slabot.calendars.errors import (
    CalendarError,
    HoursError,
    NeverOpensError,
    OutsideYearsError,
    TargetError,
    UnknownCountryError,
    UnknownZoneError,
)
from slabot.calendars.explain import Span
from slabot.calendars.holiday_book import (
    HolidayBook,
    half_holidays,
    known_country,
    known_region,
    moved_working_days,
    regional_holidays,
)
from slabot.calendars.hours import WEEKDAYS, Hours, parse_days, parse_hours
from slabot.calendars.pauses import (
    Pause,
    due_with_pauses,
    elapsed_with_pauses,
    met_until_with_pauses,
    spans_with_pauses,
    subtract_with_pauses,
    with_notes,
)
from slabot.calendars.recorded_zones import as_recorded, offsets
from slabot.calendars.spec import Break, CalendarSpec, Override, RecordedYear, YearlyDate
from slabot.calendars.targets import BusinessDays, RealTime, Target, Worked, parse_target
from slabot.calendars.zones import iana_zone

__all__ = [
    "WEEKDAYS",
    "Break",
    "BusinessDays",
    "Calendar",
    "CalendarError",
    "CalendarSpec",
    "HolidayBook",
    "Hours",
    "HoursError",
    "NeverOpensError",
    "OutsideYearsError",
    "Override",
    "Pause",
    "RealTime",
    "RecordedYear",
    "Span",
    "Target",
    "TargetError",
    "UnknownCountryError",
    "UnknownZoneError",
    "Worked",
    "YearlyDate",
    "as_recorded",
    "due_with_pauses",
    "elapsed_with_pauses",
    "half_holidays",
    "iana_zone",
    "known_country",
    "known_region",
    "met_until_with_pauses",
    "moved_working_days",
    "offsets",
    "parse_days",
    "parse_hours",
    "parse_target",
    "regional_holidays",
    "spans_with_pauses",
    "subtract_with_pauses",
    "with_notes",
]
