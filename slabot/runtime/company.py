"""Know which processes share the store, as far as the others' work depends on it.

Promise: what is not in order is said in words for the health page; one process that does everything has no company.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Company(Protocol):
    """The processes that share the store."""

    def findings(self) -> Sequence[str]:
        """What is not in order between them; each a clause without a full stop."""

    def is_overruled(self) -> bool:
        """True if this process reads another policy than the one in force, by which a worker that lives decides."""


class Alone:
    """One process that does everything."""

    def findings(self) -> Sequence[str]:
        """Nothing."""
        return ()

    def is_overruled(self) -> bool:
        """Never."""
        return False


ALONE = Alone()
