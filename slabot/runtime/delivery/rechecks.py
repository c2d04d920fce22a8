"""Read a ticket again just before its page leaves.

Promise: it is read again just before a page leaves, and never for longer than two seconds. A ticket that could not be
read is not asked about again for a while, nor is a helpdesk where that happened with two tickets in a row, so that
the next pages do not wait for it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.base import Snapshot
from adapters.errors import AdapterError, Gone
from slabot.runtime.parts import DOWN, RECHECK, Parts
from slabot.runtime.pauses import Pauses
from slabot.runtime.reading.reachability import Reachability
from slabot.store import OutboxRow

ASK_FOR = 0.5  # seconds of these two for the question whether it is the ticket or the account
IN_A_ROW = 2  # tickets that could not be read, after which the next pages do not wait for an answer each


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """What the helpdesk has of a ticket just now.

    Attributes:
        seen_at: before it was asked: what happens meanwhile is not in what it said.
        snapshot: None where it could not be read.
        gone: it has no such ticket any more.
        left: seconds of the time for asking the helpdesk that are left; none where it does not answer.
    """

    seen_at: datetime
    snapshot: Snapshot | None = None
    gone: bool = False
    left: float = 0.0


class Rechecks:
    """Reads tickets again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reachable = {name: Reachability(adapter, parts.clock) for name, adapter in parts.adapters.items()}
        self._silent = Pauses[tuple[str, str]](parts.clock)  # tickets that could not be read, which costs a page 2 s

    def read(self, row: OutboxRow) -> Recheck:
        """Ask the helpdesk about the ticket of a row, for two seconds at most."""
        parts, now, began = self._parts, self._parts.now(), self._parts.clock.monotonic()
        adapter, reachable = parts.adapters.get(row.helpdesk), self._reachable.get(row.helpdesk)
        ticket = (row.helpdesk, row.ticket_id)
        if adapter is None or reachable is None or reachable.closed_for() or ticket in self._silent:
            return Recheck(seen_at=now)
        try:
            snapshot = adapter.version_of(row.ticket_id, timeout=RECHECK - ASK_FOR)
        except Gone:
            return Recheck(seen_at=now, gone=reachable.confirms_gone(began, now, ask_for=ASK_FOR))
        except AdapterError as error:
            self._silent.begin(ticket, now + DOWN)
            reachable.concerns_all(error, began, now, ask_for=ASK_FOR, in_a_row=IN_A_ROW)
            return Recheck(seen_at=now)
        reachable.answered()
        return Recheck(seen_at=now, snapshot=snapshot, left=RECHECK - (parts.clock.monotonic() - began))
