"""Into which channels may something be posted just now?

Promise: where Slack has asked for a pause, nothing is posted before it is over; for a while after, a channel is given a
second between two messages, so that the rate holds rows and never a thread. While answers of Slack are lost, one page
finds out when they come again, and the fate of no other is put in doubt.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from slabot.clock import Clock

PACED = timedelta(seconds=60)  # for how long a channel is spared after Slack asked for a pause
AGAIN = timedelta(seconds=1)  # the least wait before a channel is tried again
JUST_AFTER = timedelta(seconds=2)  # stored instants are whole seconds


class Pacing:
    """The pauses of all channels, to the microsecond. Shared by the threads that send."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._after: dict[str, datetime] = {}  # where Slack has asked for a pause
        self._paced: dict[str, datetime] = {}  # where it did so a moment ago
        self._silent_until: datetime | None = None  # an answer was lost: no other page is risked before

    def closed(self) -> dict[str, datetime]:
        """Channels in which nothing may be posted now, and until when."""
        now = self._clock.now()
        with self._lock:
            return {channel: until for channel, until in self._after.items() if until > now}

    @property
    def silent_until(self) -> datetime | None:
        """Until when no page is sent to Slack at all, for an answer was lost; None if that is not so."""
        now = self._clock.now()
        with self._lock:
            return self._silent_until if self._silent_until is not None and self._silent_until > now else None

    def lost_an_answer(self, until: datetime) -> None:
        """Nobody knows what became of a page; it is looked for at that instant, and the others wait until then."""
        with self._lock:
            self._silent_until = until + JUST_AFTER

    def answers_again(self) -> None:
        """Slack has answered."""
        with self._lock:
            self._silent_until = None

    @property
    def is_paced(self) -> bool:
        """True while some channel is spared."""
        now = self._clock.now()
        with self._lock:
            return any(until > now for until in self._paced.values())

    def asked_for_pause(self, channel: str, until: datetime) -> None:
        """Slack asked for it, so from now on the channel is given one after each message, for a while."""
        now = self._clock.now()
        with self._lock:
            self._after[channel] = max(until, now + AGAIN)
            self._paced[channel] = now + PACED

    def posted(self, channel: str) -> None:
        """A message went there."""
        now = self._clock.now()
        with self._lock:
            self._silent_until = None
            if self._paced.get(channel, now) > now:
                self._after[channel] = now + AGAIN
