"""Which time zone does this name mean?

Promise: an IANA name or a Rails name gives one zone; anything else is refused with the nearest names, never
guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from slabot.calendars.errors import UnknownZoneError
from slabot.calendars.nearest import did_you_mean, nearest_names
from slabot.calendars.rails_zones import RAILS_ZONES


def iana_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name (``Asia/Kolkata``) or a Rails name (``Pacific Time (US & Canada)``).

    Raises:
        UnknownZoneError: neither knows it; the message names the nearest.
    """
    wanted = name.strip()
    try:
        return ZoneInfo(RAILS_ZONES.get(wanted, wanted))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "America"
        raise UnknownZoneError(name, did_you_mean(nearest_names(wanted.replace(" ", "_"), _names()))) from None


@cache
def _names() -> dict[str, str]:
    return dict(_spellings())


def _spellings() -> Iterator[tuple[str, str]]:
    for rails in RAILS_ZONES:
        yield rails.replace(" ", "_").casefold(), rails
    for zone in sorted(available_timezones(), reverse=True):
        yield zone.rpartition("/")[2].casefold(), zone  # a city alone, as in "berlin"
    for zone in available_timezones():
        yield zone.casefold(), zone
