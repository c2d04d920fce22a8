"""The engine of a process that only receives: what it is told is done by workers.

Promise: it shows in the store that it lives; it reads no helpdesk, keeps no alarm and sends nothing of the outbox.
Where one process does everything else, in the place of workers, it is told that there is work, and no hints pile up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from slabot.runtime.engine import Engine, Hints, WorkHint
from slabot.runtime.leases import Leases


class HintsForWorkers:
    """Where hints are put while workers follow them."""

    def __init__(self, hints: Hints, leases: Leases) -> None:
        self._hints, self._leases = hints, leases

    def put(self, conn: Connection, hints: Sequence[WorkHint]) -> int:
        """Put hints in; none beside a slabot run, which follows none and looks into the store."""
        return 0 if self._leases.company.whole() is not None else self._hints.put(conn, hints)

    def waiting(self, conn: Connection, queue: str) -> int:
        """How many hints of a queue nobody has begun to follow."""
        return self._hints.waiting(conn, queue)


class Receiving:
    """Beats, and puts hints in."""

    def __init__(self, leases: Leases, engine: Engine) -> None:
        self._leases, self._engine = leases, engine

    def start(self) -> None:
        """Begin; returns at once."""
        self._leases.start()

    def stop(self, patience: timedelta = timedelta(seconds=2)) -> None:
        """Be gone."""
        self._engine.stop(patience)
        self._leases.stop(patience)
