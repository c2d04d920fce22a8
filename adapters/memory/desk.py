"""What is a helpdesk, at the least?

Promise: tickets with a version that grows with every change, entries that are never taken back, a list of changes
that can be read from any point, and calls that can break off before or after something was done. `Desk.call` is
its wire: whatever an adapter wants goes through it, so trouble on the way can be had for every call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

Answer = TypeVar("Answer")

AGENTS = {"900": "bot@memory.example", "901": "bob@memory.example"}
NAMES = {"900": "slabot", "901": "Bob"}
BOT = "900"


class NotThere(LookupError):
    """No such ticket."""


class Outdated(ValueError):
    """The ticket changed since the version that was named."""


class NotDone(ValueError):
    """The desk will not do this: field and reason are its two arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to a ticket: a message, a note, or a change of one field."""

    number: int
    at: datetime
    by: str
    what: str  # message, note, or the name of the field that changed
    value: str | None
    marker: str = ""


@dataclass(slots=True, kw_only=True)
class Row:
    """A ticket as it stands, with all that happened to it."""

    id: str
    created_at: datetime
    subject: str
    requester: str
    version: int
    status: str = "open"
    priority: str | None = None
    assignee: str | None = None
    gone: bool = False
    entries: list[Entry] = field(default_factory=list)

    def copy(self) -> Row:
        """The row as an answer: later changes do not reach it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return Row(**{**values, "entries": list(self.entries)})


class Desk:
    """One helpdesk in memory.

    Attributes:
        trouble: is told the name of each call twice, before (False) and after (True) it is carried out, and may raise.
        calls: the names of all calls, in order.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Without tickets."""
        self.trouble: Callable[[str, bool], None] = lambda call, done: None
        self.calls: list[str] = []
        self._now = now
        self._rows: dict[str, Row] = {}
        self._version = 0
        self._number = 0
        self._lock = threading.RLock()

    def call(self, name: str, act: Callable[[], Answer]) -> Answer:
        """One call over the wire."""
        self.calls.append(name)
        self.trouble(name, False)
        with self._lock:
            answer = act()
        self.trouble(name, True)
        return answer

    def create(self, subject: str, text: str, *, requester: str = "ana", priority: str | None = None) -> str:
        """A customer asks for help. Returns the ticket's id."""
        with self._lock:
            own = str(len(self._rows) + 1)
            row = Row(
                id=own,
                created_at=self._now(),
                subject=subject,
                requester=requester,
                version=0,
                priority=priority,
            )
            self._rows[own] = row
            self._add(row, requester, "message", text)
            return own

    def row(self, ticket_id: str) -> Row:
        """The ticket, deleted ones too.

        Raises:
            NotThere: no such number.
        """
        try:
            return self._rows[ticket_id]
        except KeyError:
            raise NotThere(ticket_id) from None

    def changed(self, after: int, most: int) -> list[Row]:
        """Up to `most` tickets that changed after a version, the earliest change first."""
        rows = sorted((row for row in self._rows.values() if row.version > after), key=lambda row: row.version)
        return [row.copy() for row in rows[:most]]

    def version_at(self, instant: datetime) -> int:
        """The newest version of before an instant: where to begin to have all that came since."""
        versions = [entry.number for row in self._rows.values() for entry in row.entries if entry.at < instant]
        return max(versions, default=0)

    def write(
        self, ticket_id: str, by: str, changes: dict[str, Any], *, seen: str | None = None, marker: str = ""
    ) -> Row:
        """Change a ticket: `message`, `note`, `status`, `priority`, `assignee`, all or nothing.

        Raises:
            NotThere, Outdated, NotDone: nothing was changed.
        """
        with self._lock:
            row = self.row(ticket_id)
            if row.gone:
                raise NotThere(ticket_id)
            if seen is not None and seen != str(row.version):
                raise Outdated(ticket_id)
            if row.status == "closed":
                raise NotDone("status", "a closed ticket stays as it is")
            if changes.get("assignee") not in (None, *AGENTS):
                raise NotDone("assignee", f"nobody here is {changes['assignee']}")
            for what, value in changes.items():
                self._add(row, by, what, value, marker)
            return row.copy()

    def delete(self, ticket_id: str) -> None:
        """Take a ticket away; what was written stays readable as gone."""
        with self._lock:
            row = self.row(ticket_id)
            row.gone = True
            self._add(row, BOT, "gone", "deleted")

    def _add(self, row: Row, by: str, what: str, value: str | None, marker: str = "") -> None:
        if what in ("status", "priority", "assignee"):
            setattr(row, what, value)
        if what == "message" and by not in AGENTS and row.status in ("pending", "solved"):
            self._add(row, by, "status", "open")  # a customer's answer ends the wait
        self._version += 1
        row.version = self._version
        row.entries.append(Entry(number=self._version, at=self._now(), by=by, what=what, value=value, marker=marker))


_desks: dict[str, Desk] = {}


def desk_at(url: str, now: Callable[[], datetime]) -> Desk:
    """The desk of an address, the same one for everybody who names it."""
    return _desks.setdefault(url, Desk(now))


def forget(url: str) -> None:
    """Let a desk go."""
    _desks.pop(url, None)
