"""Say what every event has in common.

Promise: an event is a fact that never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from slabot.domain.category import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What all events have.

    Attributes:
        at: when it happened, UTC.
        by: who caused it.
        by_id: the helpdesk's id (or Slack's, for a click) of whoever caused it, if known.
        id: the source's own id of the event, if it has one; the same id is the same event, however often it arrives.
        seq: the source's own order within a second (an audit number, say).
        observed_at: when slabot noticed it, where the helpdesk does not tell when it happened. Rules that cannot
            be undone count from the later of the two.
    """

    at: datetime
    by: Actor = Actor.AGENT
    by_id: str | None = None
    id: str = ""
    seq: int = 0
    observed_at: datetime | None = None

    @property
    def latest(self) -> datetime:
        """The later of when it is said to have happened and when it was noticed."""
        return self.at if self.observed_at is None else max(self.at, self.observed_at)
