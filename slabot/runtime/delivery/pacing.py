"""Keep track of the addresses to which nothing may be sent just now.

Promise: during a pause that a channel asked for, nothing is sent; for a while after it, there is a second between two
messages to an address, so that a rate limit delays rows and never blocks a thread. While a channel's answers are lost,
one page finds out when they come again, so that no other ends with an unknown outcome.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from slabot.clock import Clock
from slabot.policy import Way

PACED = timedelta(seconds=60)  # for how long a channel is spared after Slack asked for a pause
AGAIN = timedelta(seconds=1)  # the least wait before a channel is tried again
JUST_AFTER = timedelta(seconds=2)  # stored instants are whole seconds


class Pacing:
    """The pauses of all channels, to the microsecond. Shared by the threads that send."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._after: dict[str, datetime] = {}  # where a pause was asked for
        self._paced: dict[str, datetime] = {}  # where it did so a moment ago
        self._silent_until: dict[Way, datetime] = {}  # an answer was lost: no other page is risked before

    def closed(self) -> dict[str, datetime]:
        """Channels in which nothing may be posted now, and until when."""
        now = self._clock.now()
        with self._lock:
            return {channel: until for channel, until in self._after.items() if until > now}

    def silent(self) -> dict[Way, datetime]:
        """Channels to which no page is sent because an answer was lost, and until when."""
        now = self._clock.now()
        with self._lock:
            return {way: until for way, until in self._silent_until.items() if until > now}

    def lost_an_answer(self, way: Way, until: datetime) -> None:
        """The outcome of a page is unknown; it is looked up at that instant, and the others wait until then."""
        with self._lock:
            self._silent_until[way] = until + JUST_AFTER

    def answers_again(self, way: Way) -> None:
        """The channel has answered."""
        with self._lock:
            self._silent_until.pop(way, None)

    @property
    def is_paced(self) -> bool:
        """True while a channel is paced."""
        now = self._clock.now()
        with self._lock:
            return any(until > now for until in self._paced.values())

    def asked_for_pause(self, channel: str, until: datetime) -> None:
        """A pause was asked for; for a while after it there is a pause after each message."""
        now = self._clock.now()
        with self._lock:
            self._after[channel] = max(until, now + AGAIN)
            self._paced[channel] = now + PACED

    def posted(self, channel: str, way: Way) -> None:
        """A message went there."""
        now = self._clock.now()
        with self._lock:
            self._silent_until.pop(way, None)
            if self._paced.get(channel, now) > now:
                self._after[channel] = now + AGAIN
