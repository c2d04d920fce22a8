"""Count the requests that were refused, and mention them in the log once a minute at most.

Promise: whoever sends a million bad requests writes no million lines: each is counted under its reason, which the
metric `slabot_web_refused` shows, and the log tells the numbers. No line holds anything that the client has sent.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import structlog

TOLD_EVERY = 60.0  # seconds between two lines about the same

log = structlog.get_logger("slabot.web")


class TurnedAway(StrEnum):
    """Why a request was not answered as its sender wished, or a connection was ended."""

    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    NOT_FOUND = "not_found"
    WRONG_METHOD = "wrong_method"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    CROWDED_OUT = "crowded_out"
    NO_FILE_HANDLE = "no_file_handle"
    OTHER_WORKSPACE = "other_workspace"
    OTHER = "other"


_OF_STATUS = {
    "400": TurnedAway.MALFORMED,
    "401": TurnedAway.UNSIGNED,
    "404": TurnedAway.NOT_FOUND,
    "405": TurnedAway.WRONG_METHOD,
    "408": TurnedAway.TOO_SLOW,
    "413": TurnedAway.TOO_LARGE,
    "431": TurnedAway.TOO_LARGE,
}


class Refusals:
    """The refusals of this process. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: Counter[TurnedAway] = Counter()
        self._told: Counter[TurnedAway] = Counter()
        self._tell_at = float("-inf")

    def add(self, reason: TurnedAway) -> None:
        """Count one."""
        with self._lock:
            self._totals[reason] += 1

    def answered(self, status: str) -> None:
        """Count an answer by its status line, ``404 NOT FOUND``, if it is a refusal."""
        if status.startswith("4"):
            self.add(_OF_STATUS.get(status[:3], TurnedAway.OTHER))

    def totals(self) -> Mapping[TurnedAway, int]:
        """How many there were of each, since this process began."""
        with self._lock:
            return {reason: self._totals[reason] for reason in TurnedAway}

    def tell(self, now: float) -> None:
        """Log what has been refused since the last line, unless that is less than a minute old.

        Args:
            now: seconds of the monotonic clock.
        """
        with self._lock:
            since = self._totals - self._told
            if not since or now < self._tell_at:
                return
            self._told, self._tell_at = self._totals.copy(), now + TOLD_EVERY
        numbers = {reason.value: number for reason, number in sorted(since.items())}
        log.warning("web.refused", since_last_told=numbers, more="docs/running.md#who-may-ask-and-how-much")


class OnceAMinute(logging.Filter):
    """Lets a record pass once a minute, without a traceback: the server's own records are about what clients do."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False if a record from the same line has passed in the last minute."""
        if record.exc_info and (error := record.exc_info[1]) is not None:
            record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
        record.exc_info = record.exc_text = None
        key = f"{record.module}:{record.lineno}"
        if record.created - self._passed.get(key, float("-inf")) < TOLD_EVERY:
            return False
        self._passed[key] = record.created
        return True
