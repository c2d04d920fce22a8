"""Keep track of the addresses to which nothing may be sent just now.

Promise: during a pause that a channel asked for, nothing is sent; for a while after it, there is a second between two
messages to an address, so that a rate limit delays rows and never blocks a thread. While a channel's answers are lost,
one page finds out when they come again, so that no other ends with an unknown outcome. A clock that is set changes none
of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from slabot.clock import Clock
from slabot.policy import Way
from slabot.runtime.pauses import Pauses

PACED = timedelta(seconds=60)  # for how long a channel is spared after Slack asked for a pause
AGAIN = timedelta(seconds=1)  # the least wait before a channel is tried again
JUST_AFTER = timedelta(seconds=2)  # stored instants are whole seconds


class Pacing:
    """The pauses of all channels, to the microsecond. Shared by the threads that send."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._after = Pauses[str](clock)  # where a pause was asked for
        self._paced = Pauses[str](clock)  # where that was a moment ago
        self._silent = Pauses[Way](clock)  # an answer was lost: no other page is risked before

    def closed(self) -> dict[str, datetime]:
        """Channels in which nothing may be posted now, and until when."""
        return self._after.all()

    def silent(self) -> dict[Way, datetime]:
        """Channels to which no page is sent because an answer was lost, and until when."""
        return self._silent.all()

    def lost_an_answer(self, way: Way, until: datetime) -> None:
        """The outcome of a page is unknown; it is looked up at that instant, and the others wait until then."""
        self._silent.begin(way, until + JUST_AFTER)

    def answers_again(self, way: Way) -> None:
        """The channel has answered."""
        self._silent.end(way)

    @property
    def is_paced(self) -> bool:
        """True while a channel is paced."""
        return bool(self._paced.all())

    def asked_for_pause(self, channel: str, until: datetime) -> None:
        """A pause was asked for; for a while after it there is a pause after each message."""
        now = self._clock.now()
        self._after.begin(channel, max(until, now + AGAIN))
        self._paced.begin(channel, now + PACED)

    def posted(self, channel: str, way: Way) -> None:
        """A message went there."""
        self._silent.end(way)
        if channel in self._paced:
            self._after.begin(channel, self._clock.now() + AGAIN)
