"""Which time zone does this name mean?

Promise: an IANA name or a Rails name gives one zone; anything else is refused with the nearest names, never
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from slabot.calendars.errors import UnknownZoneError
from slabot.calendars.place_words import is_offset, places_of
from slabot.calendars.rails_zones import RAILS_ZONES
from slabot.domain.suggestions import did_you_mean, nearest_meant

_TURNED = re.compile(r"(?:Etc/)?GMT[+-]?\d+")  # Etc/GMT-5 is five hours east of Greenwich; it is never suggested


def iana_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name (``Asia/Kolkata``) or a Rails name (``Pacific Time (US & Canada)``).

    Raises:
        UnknownZoneError: neither knows it; the message names the nearest.
    """
    wanted = name.strip()
    try:
        return ZoneInfo(RAILS_ZONES.get(wanted, wanted))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "America"
        raise UnknownZoneError(name, _remedy(wanted)) from None


def _remedy(wanted: str) -> str:
    if places := places_of(wanted):
        *rest, last = places
        named = f"{', '.join(rest)} or {last}" if rest else last
        if is_offset(wanted):
            return f"write a place that has your clock, such as {named}; a number of hours knows no summer time"
        return f"write an IANA name such as {named}"
    if is_offset(wanted):
        return "write the place that has your clock, such as Europe/Berlin"
    return did_you_mean(nearest_meant(wanted.replace(" ", "_"), _names()))


@cache
def _names() -> dict[str, str]:
    return dict(_spellings())


def _spellings() -> Iterator[tuple[str, str]]:
    for rails in RAILS_ZONES:
        yield rails.replace(" ", "_").casefold(), rails
    zones = [zone for zone in available_timezones() if not _TURNED.fullmatch(zone)]
    for zone in sorted(zones, reverse=True):
        yield zone.rpartition("/")[2].casefold(), zone  # a city alone, as in "berlin"
    for zone in zones:
        yield zone.casefold(), zone
