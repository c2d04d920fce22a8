"""At which times are follow-ups owed in a wait?

Promise: the check of the file and the rules plan with the same arithmetic, so what `slabot check` proves is what
happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from slabot.calendars import BusinessDays, Calendar


def follow_up_times(
    calendar: Calendar,
    waiting_since: datetime,
    *,
    on_business_days: Sequence[int],
    spacing: timedelta,
    ask: datetime | None = None,
    sent: Sequence[datetime] = (),
) -> tuple[datetime, ...]:
    """The times of all follow-ups: those that were sent, then those that are owed.

    Each owed one is due at the later of its business day and the previous message plus the spacing (real time), moved
    into the calendar's hours.

    Args:
        calendar: whose business days and hours are meant.
        waiting_since: when the wait began.
        on_business_days: the day of the wait for each follow-up, counted from 1.
        spacing: real time between two messages that count.
        ask: the question, which the first follow-up keeps its distance from as well.
        sent: when earlier follow-ups of this wait were sent, in order.
    """
    times = list(sent)
    previous = sent[-1] if sent else ask
    for day in on_business_days[len(sent) :]:
        at = calendar.due(waiting_since, BusinessDays(day))
        if previous is not None:
            at = max(at, previous + spacing)
        previous = calendar.next_open(at)
        times.append(previous)
    return tuple(times)
