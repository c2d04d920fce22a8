"""When does a clock stand still, and when does it go on although the status says that it pauses?

Promise: a wait for the customer pauses a clock from the entry into the category to the customer's feedback, and from
support's next question on; whether the helpdesk or slabot has changed the status by then is no matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from operator import attrgetter

from slabot.calendars import Pause
from slabot.domain import Category
from slabot.rules.case import Case
from slabot.rules.stays import Stay
from slabot.rules.words import when

_SINCE = attrgetter("since")


def pauses_of(case: Case, start: datetime, stop: datetime | None, pause_in: tuple[Category, ...]) -> tuple[Pause, ...]:
    """When a clock stands still, between its start and its stop; ended categories are left out too."""
    here = case.category
    if len(case.stays) == 1 and not case.endings and not here.ended and here not in pause_in:
        return ()  # as for most tickets: it has been in one category all the time
    pauses: list[Pause] = []
    first = max(0, bisect_right(case.stays, start, key=_SINCE) - 1)
    for stay in islice(case.stays, first, None):
        if stop is not None and stay.since >= stop:
            break
        if stay.category.ended:
            pauses.append(Pause(stay.since, stay.until, stay.category.words))
        elif stay.category in pause_in:
            pauses.extend(_waits(case, stay))
    pauses.extend(Pause(ending.since, ending.until, ending.why) for ending in case.endings if ending.until is not None)
    return clipped(pauses, start, stop)


def _waits(case: Case, stay: Stay) -> Iterator[Pause]:
    """The stay, without what came between an answer of the customer's and the next question to them."""
    begin: datetime | None = stay.since
    for answered, asked in case.answered_in(stay):
        assert begin is not None, "only the last has no end"
        yield Pause(begin, answered, stay.category.words)
        begin = asked
    if begin is not None:
        yield Pause(begin, stay.until, stay.category.words)


def went_on(case: Case, start: datetime, stop: datetime | None, pause_in: tuple[Category, ...]) -> tuple[Pause, ...]:
    """When it counts although the ticket is in a category that pauses it: the customer has answered."""
    zone = case.policy.display_zone
    counted = (
        Pause(
            answered,
            asked,
            f"the customer answered {when(answered, zone)}, though the status still said {stay.category.words}",
        )
        for stay in case.stays
        if stay.category in pause_in
        for answered, asked in case.answered_in(stay)
    )
    return clipped(counted, start, stop)


def clipped(pauses: Iterable[Pause], start: datetime, stop: datetime | None) -> tuple[Pause, ...]:
    """The pauses as far as they lie between start and stop."""
    kept = (_clip(pause, start, stop) for pause in pauses)
    return tuple(pause for pause in kept if pause is not None)


def _clip(pause: Pause, start: datetime, stop: datetime | None) -> Pause | None:
    since = max(pause.since, start)
    until = pause.until if stop is None else (stop if pause.until is None else min(pause.until, stop))
    return None if until is not None and until <= since else Pause(since, until, pause.why)


def paused_since(pauses: Iterable[Pause]) -> datetime | None:
    """When the pause began that still lasts; None where none does."""
    return next((pause.since for pause in pauses if pause.until is None), None)
