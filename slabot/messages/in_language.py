"""How are lengths, dates and numbers said in somebody's language?

Promise: any language that has a name in the policy can be used; one that nothing is known of beyond its name is
answered in English, never with an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_locale_identifier, parse_locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.units import format_unit

UNITS = ((86400, "duration-day"), (3600, "duration-hour"), (60, "duration-minute"), (1, "duration-second"))
ENGLISH = "en_GB"  # day before month, and 24 hours, as everything else that slabot writes


def duration(amount: timedelta, language: str) -> str:
    """``7 days``, ``3 Tage``, ``90 minutes``: in the largest unit of which it is a whole number."""
    seconds = int(amount.total_seconds())
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0 and (seconds >= size or size == 1))
    return format_unit(seconds // size, unit, locale=_locale(language))


def moment(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """``Friday 9 January 2026, 18:00``, in the zone."""
    local = instant.astimezone(zone)
    return f"{day(local.date(), language)}, {format_time(local, 'HH:mm', locale=_locale(language))}"


def day(which: date, language: str) -> str:
    """``Friday 9 January 2026``."""
    return format_date(which, "full", locale=_locale(language))


def weekday(number: int, language: str) -> str:
    """``Monday`` for 0."""
    return str(_locale(language).days["format"]["wide"][number])


def listed(items: Sequence[str], language: str) -> str:
    """``a, b and c``."""
    return format_list(list(items), locale=_locale(language))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    if language == "en":
        return Locale.parse(ENGLISH)
    for name in (language, language.partition("-")[0]):
        try:
            parts = parse_locale(name, sep="-")
            return Locale.parse(get_locale_identifier(parts))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(ENGLISH)
