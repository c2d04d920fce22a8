"""Tell other processes over PostgreSQL that there is work, and hear it.

Promise: a process that is told is woken within milliseconds of the commit. Nothing rests on it: where a pooler between
slabot and PostgreSQL swallows notifications, or the connection is lost, work is found by looking every two seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import structlog
from sqlalchemy import URL, Connection, func, select

from slabot.runtime.unexpected import log_unexpected

CHANNEL = "slabot_work"
LISTENS = 0.5  # seconds; then it is looked whether to end
AGAIN = 2.0  # seconds before it connects anew

_NOTIFY = select(func.pg_notify(CHANNEL, ""))

log = structlog.get_logger("slabot.runtime")


def announce(conn: Connection) -> None:
    """This transaction brings work; who listens hears of it with the commit."""
    conn.execute(_NOTIFY)


class Notifications:
    """Listens in a thread."""

    def __init__(self, url: URL, wake: Callable[[], None]) -> None:
        """`wake` is called for each notification, and whenever some may have been missed."""
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._wake = wake
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._keep_listening, name="notifications", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, patience: timedelta = timedelta(seconds=2 * LISTENS)) -> None:
        """End. Harmless where it was never started."""
        self._ending.set()
        if self._thread.ident is not None:
            self._thread.join(min(patience.total_seconds(), 2 * LISTENS))

    def _keep_listening(self) -> None:
        while not self._ending.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("notifications.lost", reason=str(error).strip())
            except Exception as error:
                log_unexpected("notifications.broke", error, timedelta(seconds=AGAIN))
            self._ending.wait(AGAIN)

    def _listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            self._wake()
            while not self._ending.is_set():
                for _ in connection.notifies(timeout=LISTENS, stop_after=1):
                    self._wake()
