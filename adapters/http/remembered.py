"""What was this answer, a moment ago?

Promise: an answer is asked for again once it is older than `FRESH`, and an answer of "nobody" once it is older than
`AGAIN`: whoever was just added to the account is found soon, and an account is not asked at every click.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Answer = TypeVar("Answer")

FRESH = timedelta(hours=1)
AGAIN = timedelta(minutes=5)
KEPT = 5_000  # answers; beyond this the oldest is forgotten


class Remembered(Generic[Answer]):
    """Answers by a text: the id for an e-mail address, say. Shared by all threads."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[Answer | None, datetime]] = OrderedDict()

    def find(self, wanted: str, now: datetime, ask: Callable[[], Answer | None]) -> Answer | None:
        """The answer, from memory where it is fresh enough; what `ask` raises is remembered by nobody."""
        with self._lock:
            known = self._known.get(wanted)
        # An age of less than nothing: the clock was set back since.
        if known is not None and timedelta() <= now - known[1] < (AGAIN if known[0] is None else FRESH):
            return known[0]
        answer = ask()
        with self._lock:
            self._known[wanted] = (answer, now)
            self._known.move_to_end(wanted)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return answer
