"""What is a helpdesk, at the least?

Promise: tickets with a version that grows with every change, entries that are never taken back, a list of changes
that can be read from any point, and calls that can break off before or after something was done. `Desk.call` is
its wire: whatever an adapter wants goes through it, so trouble on the way can be had for every call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from slabot.domain import Gap

Answer = TypeVar("Answer")

AGENTS = {"900": "bot@memory.example", "901": "bob@memory.example", "902": "lea@memory.example"}
NAMES = {"900": "slabot", "901": "Bob", "902": "Lea"}
BOT = "900"
LIGHT = frozenset({"902"})  # agents who may not answer customers


class NotThere(LookupError):
    """No such ticket."""


class Outdated(ValueError):
    """The ticket changed since the version that was named."""


class NotDone(ValueError):
    """The desk will not do this: field and reason are its two arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One thing that happened to a ticket.

    Attributes:
        what: ``message``, ``note``, ``rating``, ``gone``, ``restored``, ``chat``, or the field that changed.
        value: the words, the score, or what the field became.
        words: what a customer wrote with a rating.
        chat: the live chat that a message was said in.
    """

    number: int
    at: datetime
    by: str
    what: str
    value: Any
    marker: str = ""
    words: str = ""
    chat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """How a ticket stands in everything but its status.

    Attributes:
        written_by: the agent who wrote the request down for the requester; None where they did it themselves.
    """

    requester: str
    organization: str | None = None
    participants: tuple[str, ...] = ()
    priority: str | None = None
    assignee: str | None = None
    group: str | None = None
    brand: str | None = None
    form: str | None = None
    written_by: str | None = None


FIELDS = tuple(name for name in Facts.__slots__ if name != "written_by")


@dataclass(frozen=True, slots=True)
class DeskContact:
    """Somebody who is no agent."""

    email: str | None = None
    organization: str | None = None


@dataclass(slots=True, kw_only=True)
class Row:
    """A ticket as it stands, with all that happened to it.

    Attributes:
        first: how it stood when it was made.
        people: everybody who is known at the desk, by name.
    """

    id: str
    created_at: datetime
    subject: str
    version: int
    facts: Facts
    first: Facts
    people: dict[str, DeskContact]
    status: str = "open"
    gone: bool = False
    gaps: tuple[Gap, ...] = ()
    entries: list[HistoryEntry] = field(default_factory=list)

    @property
    def priority(self) -> str | None:
        """The present one."""
        return self.facts.priority

    @property
    def assignee(self) -> str | None:
        """The present one."""
        return self.facts.assignee

    def copy(self) -> Row:
        """The row as an answer: later changes do not reach it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return Row(**{**values, "entries": list(self.entries), "people": dict(self.people)})


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
        self.people: dict[str, DeskContact] = {}
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

    def introduce(self, name: str, *, email: str | None = None, organization: str | None = None) -> None:
        """Let the desk know a customer, or anybody else who is no agent."""
        with self._lock:
            self.people[name] = DeskContact(email, organization)

    def create(self, subject: str, text: str, *, requester: str = "ana", **facts: Any) -> str:
        """A customer asks for help; `facts` are further ones of `Facts`. Returns the ticket's id.

        It belongs to the requester's organisation, unless it is said otherwise.
        """
        with self._lock:
            own = str(len(self._rows) + 1)
            organization = self.people.get(requester, DeskContact()).organization
            first = Facts(**{"requester": requester, "organization": organization, **facts})
            row = Row(
                id=own,
                created_at=self._now(),
                subject=subject,
                version=0,
                facts=first,
                first=first,
                people=self.people,
            )
            self._rows[own] = row
            self._add(row, first.written_by or requester, "message", text)
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
        self,
        ticket_id: str,
        by: str,
        changes: dict[str, Any],
        *,
        seen: str | None = None,
        marker: str = "",
    ) -> Row:
        """Change a ticket: `message`, `note`, `status`, or any of `FIELDS`, all or nothing.

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

    def rate(self, ticket_id: str, score: str, words: str = "") -> None:
        """The requester answers a survey: ``good`` or ``bad``, with words or without."""
        with self._lock:
            row = self.row(ticket_id)
            self._add(row, row.facts.requester, "rating", score, words=words)

    def open_chat(self, ticket_id: str) -> None:
        """A live chat begins, of which nothing can be read until it is over."""
        with self._lock:
            row = self.row(ticket_id)
            row.gaps += (Gap(self._now(), None, "the chat is not over"),)
            self._add(row, row.facts.requester, "chat", "opened")

    def close_chat(self, ticket_id: str, said: Iterable[tuple[datetime, str, str]], *, chat: str = "1") -> None:
        """The live chat is over: what was said in it can be read now, each with its time, its author and its text."""
        with self._lock:
            row = self.row(ticket_id)
            row.gaps = ()
            self._add(row, row.facts.requester, "chat", "closed")
            for at, by, text in said:
                self._add(row, by, "message", text, at=at, chat=chat)

    def delete(self, ticket_id: str) -> None:
        """Take a ticket away; what was written stays readable as gone."""
        with self._lock:
            row = self.row(ticket_id)
            row.gone = True
            self._add(row, BOT, "gone", "deleted")

    def restore(self, ticket_id: str) -> None:
        """Bring a deleted ticket back."""
        with self._lock:
            row = self.row(ticket_id)
            row.gone = False
            self._add(row, BOT, "restored", None)

    def _add(self, row: Row, by: str, what: str, value: Any, marker: str = "", **more: Any) -> None:
        if what == "status":
            row.status = value
        elif what in FIELDS:
            became: Any = {what: tuple(value) if what == "participants" else value}
            row.facts = replace(row.facts, **became)
        if what == "message" and by not in AGENTS and row.status in ("pending", "solved"):
            self._add(row, by, "status", "open")  # a customer's answer ends the wait
        self._version += 1
        row.version = self._version
        further = {"at": self._now(), **more}
        row.entries.append(HistoryEntry(number=self._version, by=by, what=what, value=value, marker=marker, **further))


_desks: dict[str, Desk] = {}


def desk_at(url: str, now: Callable[[], datetime]) -> Desk:
    """The desk of an address, the same one for everybody who names it."""
    return _desks.setdefault(url, Desk(now))


def forget(url: str) -> None:
    """Let a desk go."""
    _desks.pop(url, None)
