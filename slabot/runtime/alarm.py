"""Which tickets must be looked at because time has come?

Promise: the alarm is one indexed column, and nothing is missed that is due in it. Where several processes share the
work, one of them keeps the alarm: few tickets it looks at itself, of many it hands out shares, and what nobody has
taken it looks at as well.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.runtime.engine import LOOKS, HintKind, WorkHint
from slabot.runtime.looking import TOGETHER, Looking
from slabot.runtime.parts import Parts
from slabot.store import looks

AT_ONCE = 500  # tickets that are asked for
SHARES = 8  # hints that wait at a time; each is followed until nothing is due
TAKEN = timedelta(milliseconds=50)  # before it is asked again what is due, where others look at all of it


class Alarm:
    """Evaluates the tickets whose look has come."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._looking = parts, Looking(parts)

    def drain(self) -> bool:
        """Look at what is due; True if there was anything."""
        due = self._parts.store.read(lambda conn: looks.due(conn, self._parts.now(), AT_ONCE))
        self._looking.look_at(due)
        return bool(due)

    def next_instant(self) -> datetime | None:
        """When the next look is due."""
        return self._parts.store.read(looks.earliest)


class SharedAlarm:
    """The alarm of several processes."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._looking = parts, Looking(parts)
        self._is_taken = False  # what is due is being looked at by others

    def drain(self) -> bool:
        """Hand out what is due if it is much, and look at a part of it; True if there was any for this process."""
        now = self._parts.now()
        due = self._parts.store.read(lambda conn: looks.due(conn, now, AT_ONCE))
        self._is_taken = False
        if not due:
            return False
        if len(due) > TOGETHER:
            shares = [WorkHint(HintKind.LOOK, *name) for name in due[TOGETHER::TOGETHER]]
            self._parts.write(lambda conn: self._hand_out(conn, shares[:SHARES]))
        self._is_taken = not self._looking.take_share()
        return not self._is_taken

    def next_instant(self) -> datetime | None:
        """When the next look is due."""
        earliest = self._parts.store.read(looks.earliest)
        return earliest if earliest is None or not self._is_taken else max(earliest, self._parts.clock.now() + TAKEN)

    def _hand_out(self, conn: Connection, shares: list[WorkHint]) -> None:
        room = max(0, len(shares) - self._parts.hints.waiting(conn, LOOKS))
        if room:
            self._parts.hints.put(conn, shares[:room])


class SharedLooks:
    """Follows the alarm's hints."""

    def __init__(self, parts: Parts) -> None:
        self._parts, self._looking = parts, Looking(parts)

    def follow(self, hint: WorkHint) -> None:
        """Look at tickets that are due, the one that is named among them, until none is left."""
        while not self._parts.stopping.is_set() and self._looking.take_share():
            pass
