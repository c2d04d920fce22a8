"""Stay until SIGTERM or Ctrl-C, and end in time.

Promise: what is under way is finished if it can be, nothing is lost, and within ten seconds of the signal the process
is gone. A second Ctrl-C ends it at once. Logs go to standard error as JSON.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue
from types import FrameType

import structlog

log = structlog.get_logger("slabot.run")

LONGEST_END = 9.5  # seconds from the signal to the end, whatever hangs


class Signals:
    """Takes SIGTERM and Ctrl-C from now on.

    By queues, which a handler may fill at any moment. One that sets an event waits for ever if it comes just while the
    main thread begins to wait for that event.
    """

    def __init__(self) -> None:
        self._came, self._guarded = SimpleQueue[int](), SimpleQueue[int]()
        self._ending = self._interrupts = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._take)
        signal.signal(signal.SIGHUP, self._stay)
        threading.Thread(target=self._end_in_any_case, name="longest end", daemon=True).start()

    def wait(self) -> None:
        """Wait for the first one."""
        self._came.get()

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """Let a signal end the process inside, where nothing is under way that would have to be finished."""
        self._interrupts = True
        try:
            yield
        finally:
            self._interrupts = False

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._ending and number == signal.SIGINT:
            _end_at_once("slabot ends at once; the next start settles what was under way.")
        self._ending = True
        self._came.put(number)
        self._guarded.put(number)
        if self._interrupts:
            raise SystemExit(0)

    def _stay(self, number: int, frame: FrameType | None) -> None:
        # In a thread, for the one that is interrupted here may be writing a line of the log.
        threading.Thread(target=_log_hangup, daemon=True).start()

    def _end_in_any_case(self) -> None:
        self._guarded.get()
        time.sleep(LONGEST_END)
        _end_at_once("slabot ends although something still hangs; the next start settles what was under way.")


def _end_at_once(why: str) -> None:
    """End without waiting for any thread; written past the buffers, which a thread may hold."""
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), f"{why}\n".encode())
    os._exit(1)


def _log_hangup() -> None:
    log.warning("slabot.hangup_ignored", reason="SIGHUP changes nothing; restart slabot to read the policy anew")


def log_to_stderr() -> None:
    """Write one JSON object a line."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
