"""Read a time in the past as people say it.

Promise: one parser for every command. Dates, `today` and `yesterday` begin at midnight in the policy's display zone; a
time without an offset is of that zone; a length counts back from now, in hours and minutes that really pass.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from slabot.domain import InstantError, SlabotError, parse_instant, utc
from slabot.rules.words import local_time

HELP = "today, yesterday, 1h, 2 days, 2026-11-28 (midnight in the policy's zone), or a time."
_FORMS = 'write "today", "yesterday", "90m", "1h", "2 days", "1w", "2026-11-28" or "2026-11-28T14:00+05:30"'
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LENGTH = re.compile(
    r"(?P<number>\d{1,9})\s*(?P<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?|hrs?|d|days?|w|weeks?)(\s+ago)?"
)


def past_instant(
    text: str, now: datetime, zone: ZoneInfo, *, option: str = "--since", to_come: bool = False
) -> datetime:
    """The instant that is meant, in UTC.

    Args:
        text: as it was given.
        now: the present instant.
        zone: of dates, and of times without an offset.
        option: how the words of an error name it.
        to_come: it may also lie ahead.

    Raises:
        SlabotError: no such time, or one that is still to come and may not be.
    """
    said = " ".join(text.lower().split())
    try:
        found = _read(said, text, now, zone)
    except (ValueError, OverflowError, InstantError):
        raise SlabotError(f'{option}: "{_short(text)}" is no time that can be read', f"{_FORMS}.") from None
    if found > now and not to_come:
        there = local_time(found, zone)
        raise SlabotError(f'{option}: "{_short(text)}" is {there} ({zone.key}), which is still to come', f"{_FORMS}.")
    return found


def _read(said: str, text: str, now: datetime, zone: ZoneInfo) -> datetime:
    here = now.astimezone(zone).date()
    if said == "now":
        return now
    if said in ("today", "yesterday"):
        here -= timedelta(days=said == "yesterday")
        return utc(datetime.combine(here, time(), zone))
    if length := _LENGTH.fullmatch(said):
        return utc(now - timedelta(seconds=int(length["number"]) * _UNITS[length["unit"][0]]))
    parsed = datetime.fromisoformat(text.strip())
    return utc(parsed.replace(tzinfo=zone)) if parsed.tzinfo is None else parse_instant(text)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
