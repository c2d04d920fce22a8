"""Say on standard error how far work is that takes longer than a second.

Promise: nothing for what is quick; one line that is written over on a terminal, a line every few seconds elsewhere.
"""

from __future__ import annotations

import sys
import time

QUIET = 1.0  # seconds before anything is said, and between two words on a terminal
IN_A_LOG = 5.0  # seconds between two where standard error is no terminal


class CountedProgress:
    """How many are done."""

    def __init__(self, what: str) -> None:
        """Args: what is counted: ``tickets replayed``."""
        self._what, self._stream = what, sys.stderr
        self._terminal = self._stream.isatty()
        self._next = time.monotonic() + QUIET
        self._said = False

    def say(self, count: int) -> None:
        """So many are done; said if it is time."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (QUIET if self._terminal else IN_A_LOG)
        self._said = True
        self._stream.write(f"\r{count:,} {self._what} " if self._terminal else f"{count:,} {self._what}\n")
        self._stream.flush()

    def done(self) -> None:
        """End the line on a terminal."""
        if self._said and self._terminal:
            self._stream.write("\n")
            self._stream.flush()
