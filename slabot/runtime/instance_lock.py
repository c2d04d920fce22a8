"""Is this the only slabot on its store?

Promise: two embedded processes never work on one SQLite file, by whichever spelling of its path, or link to it; the
second one ends before it touches anything. The lock goes with the process, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from slabot.domain import SlabotError


class AlreadyRunning(SlabotError):
    """Another process holds the store."""


class LockRefused(SlabotError):
    """The lock file cannot be opened."""


class SeveralNames(SlabotError):
    """The file has another name, under which a second slabot could work on it."""


def lock_file(database: Path) -> Path:
    """The file beside a SQLite store that is locked while a slabot works on it; one, however the store is spelt."""
    own = database.resolve()
    return own.with_name(own.name + "-running")


class InstanceLock:
    """Holds a lock beside the SQLite file for as long as it is open."""

    def __init__(self, database: Path) -> None:
        """Take the lock.

        Raises:
            AlreadyRunning: somebody else has it.
            LockRefused: the file is somebody else's, or the folder is.
            SeveralNames: the file is a hard link to one that has another name.
        """
        refuse_hard_links(database)
        self._path = lock_file(database)
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise LockRefused(
                f"the lock file {self._path} cannot be used ({error.strerror}), so it is not known whether another "
                "slabot works on the store.",
                "Run slabot as the user that the file belongs to, who must be able to write "
                "in its folder; if nothing runs, the file may be deleted",
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise AlreadyRunning(
                f"another slabot works on {database} already",
                "two would page twice. End it first, or give this one a store of its own under store.url",
            ) from None

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._file)

    def __enter__(self) -> InstanceLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def refuse_hard_links(database: Path) -> None:
    """Refuse a file with two names: SQLite keeps its log beside the one by which it was opened.

    Raises:
        SeveralNames: it has.
    """
    try:
        names = database.stat().st_nlink
    except OSError:
        return  # it is not there yet, or is not to be had: opening it says why
    if names > 1:
        raise SeveralNames(
            f"the store {database} has {names} names (hard links), so another slabot could work on it unnoticed, and "
            "SQLite would damage it.",
            f"Keep one of them: find / -xdev -samefile {database} shows all",
        )
