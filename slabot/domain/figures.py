"""What a helpdesk itself says about how a ticket fared.

Promise: as the helpdesk tells it, to the second or to the whole minute; what it does not tell is missing, and what it
tells to be nothing ("no reply yet") is there without a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from slabot.domain.category import Category


class Measure(StrEnum):
    """What a figure is about."""

    FIRST_REPLY = "first_reply"
    """When support answered first."""
    FIRST_REPLY_DUE = "first_reply_due"
    """Until when it was to."""
    SOLVED = "solved"
    """When the ticket was solved; without a value while it is not."""
    RESOLUTION_DUE = "resolution_due"
    """Until when it was to be."""
    UPDATE_DUE = "update_due"
    """Until when support was to tell the customer how things stand."""
    FIRST_REPLY_MINUTES = "first_reply_minutes"
    FIRST_REPLY_BUSINESS_MINUTES = "first_reply_business_minutes"
    FIRST_RESOLUTION_MINUTES = "first_resolution_minutes"
    FULL_RESOLUTION_MINUTES = "full_resolution_minutes"
    REQUESTER_WAIT_MINUTES = "requester_wait_minutes"
    """How long the customer waited for support, or for others whom support had asked."""
    REQUESTER_WAIT_BUSINESS_MINUTES = "requester_wait_business_minutes"
    AGENT_WAIT_MINUTES = "agent_wait_minutes"
    """How long support waited for the customer."""
    ON_HOLD_MINUTES = "on_hold_minutes"

    @property
    def is_instant(self) -> bool:
        """True for a time, False for a length in whole minutes."""
        return self in _INSTANTS


_INSTANTS = frozenset(
    {Measure.FIRST_REPLY, Measure.FIRST_REPLY_DUE, Measure.SOLVED, Measure.RESOLUTION_DUE, Measure.UPDATE_DUE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHours:
    """Business hours of a helpdesk's, as it tells them.

    Attributes:
        name: what it calls them.
        zone: the time zone in the helpdesk's spelling, a name of IANA or of Ruby on Rails.
        week: weekday (0 is Monday), and the seconds after midnight at which it opens and closes.
        holidays: the first and the last date of each closed stretch, and its name.
    """

    name: str
    zone: str
    week: tuple[tuple[int, int, int], ...]
    holidays: tuple[tuple[date, date, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTarget:
    """What a helpdesk promises itself for one of its priorities.

    Attributes:
        priority: the native one, in slabot's word.
        business_hours: True where it counts in its own hours, False around the clock.
    """

    priority: str
    target: timedelta
    business_hours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a helpdesk's.

    Attributes:
        at: of an instant; None where the helpdesk says that there is none.
        minutes: of a length, cut off to whole ones; None likewise.
        target: of a deadline: how long the helpdesk gives, where it tells that with the deadline.
        business_hours: True where it counts that target in its own hours.
        by_priority: of a deadline: what it gives for each priority, where it tells only that.
        hours: the business hours in which it may be counted, as the helpdesk tells them; None where it does not.
        paused_in: of a deadline: where the helpdesk lets its clock stand still; None where it does not tell.
        began_at: of a deadline that comes again: when this run of it began.
    """

    measure: Measure
    at: datetime | None = None
    minutes: int | None = None
    target: timedelta | None = None
    business_hours: bool = False
    by_priority: tuple[OwnTarget, ...] = ()
    hours: tuple[OwnHours, ...] | None = None
    paused_in: frozenset[Category] | None = None
    began_at: datetime | None = None
