"""Hand out work to whichever process is free: what slabot asks of an engine.

Promise: a hint says that something may be owed on a ticket, and nothing else. Two hints that say the same are one
while they wait; no two of them are followed at once; one that is put in within a transaction is there if that
transaction is committed. Losing a hint loses nothing, since what it is about stands in the store: a ticket's next
look, a ticket that is to be read. So there are no hints for later, and none is tried again: a ticket that could not
be dealt with has a new instant in the store.

Two drivers keep this: `slabot.runtime.engines.procrastinate`, and one in memory for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol, TypeAlias

from sqlalchemy import Connection

LOOKS = "looks"
"""The queue of tickets that are due; every worker serves it."""


class HintKind(StrEnum):
    """What may be owed."""

    LOOK = "look"
    """Its next look has come. Whoever follows the hint looks at other tickets that are due as well."""
    READ = "read"
    """It changed in the helpdesk."""


@dataclass(frozen=True, slots=True)
class WorkHint:
    """Something may be owed on a ticket."""

    kind: HintKind
    helpdesk: str
    ticket_id: str

    @property
    def key(self) -> str:
        """The same for two hints that say the same."""
        return f"{self.kind.value}:{self.helpdesk}/{self.ticket_id}"

    @property
    def queue(self) -> str:
        """Who follows it: any worker, or the one that reads the helpdesk."""
        return LOOKS if self.kind is HintKind.LOOK else reads_of(self.helpdesk)


Follow: TypeAlias = Callable[[WorkHint], None]
"""Does what a hint says; an error is logged, and the hint is gone."""


class Hints(Protocol):
    """Where hints are put."""

    def put(self, conn: Connection, hints: Sequence[WorkHint]) -> int:
        """Put hints in, in the caller's transaction; how many say what no other one that waits does."""

    def waiting(self, conn: Connection, queue: str) -> int:
        """How many hints of a queue nobody has begun to follow."""


class Engine(Hints, Protocol):
    """What hands hints out."""

    def start(self) -> None:
        """Begin; nothing is followed yet."""

    def serve(self, queues: Mapping[str, Follow]) -> None:
        """Follow the hints of these queues from now on, and of no others; what is under way is finished."""

    def stop(self, patience: timedelta) -> None:
        """Begin nothing new, wait so long at most for what is under way, and end."""


class NoHints:
    """For one process that does everything: it wakes its own threads."""

    def put(self, conn: Connection, hints: Sequence[WorkHint]) -> int:
        """Nothing."""
        return 0

    def waiting(self, conn: Connection, queue: str) -> int:
        """None."""
        return 0


def reads_of(helpdesk: str) -> str:
    """The queue of tickets that changed in a helpdesk."""
    return f"read {helpdesk}"
