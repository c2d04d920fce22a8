"""What a helpdesk itself says about how a ticket fared.

Promise: as the helpdesk tells it, to the second or to the whole minute; what it does not tell is missing, and what it
tells to be nothing ("no reply yet") is there without a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Measure(StrEnum):
    """What a figure is about."""

    FIRST_REPLY = "first_reply"
    """When support answered first."""
    FIRST_REPLY_DUE = "first_reply_due"
    """Until when it was to."""
    SOLVED = "solved"
    """When the ticket was solved; without a value while it is not."""
    FIRST_REPLY_MINUTES = "first_reply_minutes"
    FIRST_REPLY_BUSINESS_MINUTES = "first_reply_business_minutes"
    FIRST_RESOLUTION_MINUTES = "first_resolution_minutes"
    FULL_RESOLUTION_MINUTES = "full_resolution_minutes"
    ON_HOLD_MINUTES = "on_hold_minutes"

    @property
    def is_instant(self) -> bool:
        """True for a time, False for a length in whole minutes."""
        return self in (Measure.FIRST_REPLY, Measure.FIRST_REPLY_DUE, Measure.SOLVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a helpdesk's.

    Attributes:
        at: of an instant; None where the helpdesk says that there is none.
        minutes: of a length, cut off to whole ones; None likewise.
        target: of a deadline: how long the helpdesk gives, where it tells.
        business_hours: True where it counts that target in its own hours.
    """

    measure: Measure
    at: datetime | None = None
    minutes: int | None = None
    target: timedelta | None = None
    business_hours: bool = False
