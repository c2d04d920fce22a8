"""Which offsets from UTC did a time zone have, whatever a later release of its data says?

Promise: a zone with its own recorded offsets is that zone; with others it has these in the recorded years, and its own
before and after them.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import TypeAlias
from zoneinfo import ZoneInfo

Offsets: TypeAlias = tuple[tuple[int, int], ...]
"""From which second since the epoch on there is which offset, in seconds; sorted, the first at the beginning."""

KNOWN = (1970, 2100)  # years of which the offsets are copied
DAY = 86_400


@lru_cache(maxsize=256)
def offsets(zone: ZoneInfo, first: int, last: int) -> Offsets:
    """The offsets of a zone in some years, of UTC, both included."""
    begin, end = _seconds(first), _seconds(last + 1)
    found = [(begin, _offset(zone, begin))]
    for day in range(begin, end, DAY):
        finish = min(day + DAY, end) - 1
        if (offset := _offset(zone, finish)) != found[-1][1]:
            found.append((_changed_at(zone, day - 1, finish), offset))
    return tuple(found)


def as_recorded(zone: ZoneInfo, years: tuple[int, int], recorded: Offsets) -> ZoneInfo:
    """The zone with the offsets that it had in some years."""
    first, last = years
    if offsets(zone, first, last) == recorded:
        return zone
    before = offsets(zone, min(KNOWN[0], first), first - 1) if KNOWN[0] < first else ()
    after = offsets(zone, last + 1, KNOWN[1]) if last < KNOWN[1] else ()
    return _zone((*before, *recorded, *after), zone.key)


def _seconds(year: int) -> int:
    return (date(year, 1, 1).toordinal() - date(1970, 1, 1).toordinal()) * DAY


def _offset(zone: ZoneInfo, seconds: int) -> int:
    offset = datetime.fromtimestamp(seconds, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // timedelta(seconds=1)


def _changed_at(zone: ZoneInfo, before: int, after: int) -> int:
    """The first second with the later offset."""
    later = _offset(zone, after)
    seconds = range(before + 1, after + 1)
    return seconds[bisect_right(seconds, False, key=lambda second: _offset(zone, second) == later)]


def _zone(changes: Offsets, name: str) -> ZoneInfo:
    """A zone of these offsets, in the form of RFC 8536."""
    kinds = sorted({offset for _, offset in changes})
    counts = (0, 0, 0, len(changes), len(kinds), 4)
    data = struct.pack(f">{len(changes)}q", *(at for at, _ in changes))
    data += bytes(kinds.index(offset) for _, offset in changes)
    data += b"".join(struct.pack(">lbb", offset, 0, 0) for offset in kinds) + b"LMT\0"
    old = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 0, 0, 0) + b"LMT\0"
    new = struct.pack(">4sc15x6l", b"TZif", b"2", *counts) + data + b"\n\n"
    return ZoneInfo.from_file(BytesIO(old + new), key=name)
