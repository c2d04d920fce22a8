"""Do the pages about a missed deadline come to an end, and as it was meant?

Promise: a repeat without an end is a warning, and so is what the file says about the time after the repeats where that
time never comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from slabot.calendars import BusinessDays, Calendar
from slabot.policy.agreement import Ladder
from slabot.policy.paths import Path
from slabot.policy.problems import PathProblem
from slabot.policy.rungs import After


def repeat_warnings(place: int, ladder: Ladder, calendars: Iterable[Calendar]) -> Iterator[PathProblem]:
    """What about the repeats of a ladder may not be meant.

    Args:
        place: of the ladder in the file.
        ladder: with its rungs.
        calendars: those that count the clocks that it serves.
    """
    where: Path = ("escalate", place)
    for index, rung in ladder.repeating:
        path: Path = (*where, "rungs", index, "at")
        if rung.lasts is None:
            yield PathProblem(
                "repeats-without-end",
                path,
                f'"{rung}" goes on for as long as nobody answers: weeks, if it comes to that',
                f'say for how long: "{rung} for 3 days"; afterwards one page comes each working day, for 10 days or as '
                "after_repeats says",
            )
        elif calendar := _too_short(rung, calendars):
            yield PathProblem(
                "repeat-never-comes",
                path,
                f'"{rung}" is never repeated: {calendar.name} is not open for so long in that time',
                "choose more days, or repeat it more often",
            )
    if ladder.after_repeats is not None and ladder.in_the_end is None:
        reason = "one of its rungs is repeated without an end" if ladder.repeating else "none of its rungs is repeated"
        yield PathProblem(
            "after-repeats-never",
            (*where, "after_repeats"),
            f"this never comes: {reason}",
            'give each rung that is repeated an end, as in "30m after, then every 30m for 3 days", or take this out',
            at_key=True,
        )


def _too_short(rung: After, calendars: Iterable[Calendar]) -> Calendar | None:
    """A calendar that is open in those days for less time than lies between two repeats."""
    lasts, every = rung.lasts, rung.every
    if not isinstance(lasts, BusinessDays) or every is None:
        return None
    return next((each for each in calendars if longest_day(each) * lasts.days < every), None)


def longest_day(calendar: Calendar) -> timedelta:
    """No less than the working time of its longest date; for a joined one, that of all its parts."""
    if calendar.spec.always:
        return timedelta(days=1)
    longest = sum(
        max((sum(hours.closes - hours.opens for hours in day) for day in member.every_hours), default=0)
        for member in calendar.spec.members
    )
    return timedelta(seconds=longest)
