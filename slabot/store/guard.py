"""Notice that the store was deleted, moved, replaced or put back from a backup while slabot works on it.

Promise: nothing is read from such a store or answered on the strength of it. A file that was moved away may be put
back, and then work goes on; whatever else happened needs a restart, which looks up what the store does not know.

SQLite goes on writing to a file that was deleted, without an error, and all of it is gone when the process ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from slabot.store.errors import StoreReplaced

Mark = tuple[int, int]

RESTART = (
    "Put the right one in its place and restart slabot. Until then webhooks are refused (helpdesks send them again), "
    "and nothing is paged"
)


class Guard:
    """Knows the store that was opened.

    Args:
        name: of the store, for people.
        file: of SQLite; None for PostgreSQL.
    """

    def __init__(self, name: str, file: Path | None) -> None:
        self._name, self._file = name, file
        self._mark = None if file is None else _mark(file)
        self._why: tuple[str, str] | None = None

    def check(self) -> None:
        """Make sure that it is still there; a look at the file's number costs a few microseconds.

        Raises:
            StoreReplaced: it is not.
        """
        if self._why is not None:
            raise self._replaced(*self._why)
        if self._mark is None or self._file is None or (found := _mark(self._file)) == self._mark:
            return
        what = "is gone: its file was deleted or moved" if found is None else "was replaced: another file is there"
        raise self._replaced(what)

    def condemn(self, why: str, remedy: str = RESTART) -> StoreReplaced:
        """Refuse to work on it from now on; ``why`` completes "the store …"."""
        self._why = why, remedy
        return self._replaced(why, remedy)

    def _replaced(self, what: str, remedy: str = RESTART) -> StoreReplaced:
        return StoreReplaced(f"The store ({self._name}) {what}", remedy)


def _mark(file: Path) -> Mark | None:
    """Device and number of a file: the same until another one is put in its place; None where there is none."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_dev, found.st_ino
