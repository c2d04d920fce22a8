"""Note in the store whether Slack reaches slabot over Socket Mode.

Promise: each process on the store can say so within seconds. Where the store takes nothing just then, it is noted as
soon as it does. Nothing of this holds up or ends a connection.
"""

from __future__ import annotations

import contextlib
import threading

from slabot.runtime.parts import Parts
from slabot.store import StoreError, socket_mode
from slabot.store.socket_mode import SocketState


class SocketWatch:
    """Keeps how it stands. Safe to be used by several threads."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._state: SocketState | None = None
        self._is_noted = True

    def lost(self, reason: str) -> None:
        """There is no connection, or none that can be relied on.

        Args:
            reason: why, for people; without an address or a token.
        """
        with self._lock:
            since = None if self._state is None else self._state.lost_since
            self._note(SocketState(since or self._parts.now(), reason))

    def connected(self) -> None:
        """Slack has said hello."""
        with self._lock:
            self._note(SocketState(None))

    def again(self) -> None:
        """Note it now, if that could not be done before."""
        with self._lock:
            if self._state is not None and not self._is_noted:
                self._note(self._state)

    def end(self) -> None:
        """This process keeps no connection any more."""
        with self._lock:
            if self._state is None:
                return
            self._state, self._is_noted = None, True
            with contextlib.suppress(StoreError):  # whoever keeps a connection next notes how it stands
                self._parts.store.write(socket_mode.forget)

    def _note(self, state: SocketState) -> None:
        if self._is_noted and state == self._state:
            return
        self._state = state
        try:
            self._parts.store.write(lambda conn: socket_mode.note(conn, state))
            self._is_noted = True
        except StoreError:
            self._is_noted = False
