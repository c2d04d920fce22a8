"""Which instant does a wall clock mean, and which date has an instant?

Promise: every wall time of every date is exactly one instant. One that the clock jumps over (a gap) moves
forward by what the clock jumped, one that it shows twice is the first. Instants here are whole seconds since
1970-01-01 UTC.

A date begins at its midnight so resolved, and ends where the next begins; a date that a zone jumped over
whole (Pacific/Apia, 2011-12-30) begins where it ends, and so has no time at all. Dates are ordinals
(`date.toordinal`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from slabot.calendars.errors import CalendarError
from slabot.calendars.hours import DAY

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DATE: Final = datetime.min  # ordinal 1


def seconds_of(instant: datetime) -> int:
    """Seconds since the epoch; a fraction of a second is cut off.

    Raises:
        CalendarError: the datetime is naive.
    """
    try:
        since = instant - EPOCH
    except TypeError:
        raise naive(instant) from None
    return since.days * DAY + since.seconds


def instant_of(seconds: int) -> datetime:
    """The aware datetime, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def naive(*instants: datetime) -> CalendarError:
    """The error for a datetime without an offset, of which at least one is given."""
    culprit = next((instant for instant in instants if instant.utcoffset() is None), instants[0])
    return CalendarError(
        f"{culprit} has no offset from UTC, so it could mean many instants",
        f'give it one, for example "{culprit.isoformat()}Z"',
    )


def resolve(zone: ZoneInfo, ordinal: int, wall: int) -> int:
    """The instant at which a date's wall clock shows so many seconds after midnight.

    86400 and more belong to the following dates. zoneinfo's `fold=0` takes the offset before a transition,
    which is the first of two, and moves a time in a gap forward.
    """
    days, second = divmod(wall, DAY)
    local = (_FIRST_DATE + timedelta(ordinal + days - 1, second)).replace(tzinfo=zone)
    since = local - EPOCH
    return since.days * DAY + since.seconds


def date_at(zone: ZoneInfo, seconds: int) -> int:
    """The ordinal of the date, in a zone, that has this instant."""
    ordinal = datetime.fromtimestamp(seconds, zone).toordinal()
    # Where a clock is put back over midnight it shows the old date again, but the new one has begun by then.
    return ordinal + 1 if seconds >= resolve(zone, ordinal + 1, 0) else ordinal


def wall_at(zone: ZoneInfo, ordinal: int, seconds: int) -> int:
    """What the wall clock shows at an instant, in seconds after the midnight of a date (that may have gone
    by).
    """
    local = datetime.fromtimestamp(seconds, zone)
    return (local.toordinal() - ordinal) * DAY + local.hour * 3600 + local.minute * 60 + local.second
