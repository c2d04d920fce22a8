"""The engine of a process that only receives: what it is told is done by workers.

Promise: it shows in the store that it lives; it reads no helpdesk, keeps no alarm and sends nothing of the outbox.
"""

from __future__ import annotations

from datetime import timedelta

from slabot.runtime.engine import Engine
from slabot.runtime.leases import Leases


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
