"""What are the support hours, as people type them in one line?

Promise: pure. What can be told apart as weekdays and spans becomes the `open` of a calendar; each of them is
left in the words that were typed, so that the checks of the policy file judge it as they judge the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from slabot.calendars import parse_days
from slabot.calendars.hours import WEEKDAYS
from slabot.domain import SlabotError

Open = Mapping[str, Sequence[str]]
"""As the policy file has it: ``{"mon-fri": ["09:00-17:00"]}``."""

WHOLE_DAY = "00:00-24:00"
_SHORT = {"24/7": f"mon-sun {WHOLE_DAY}", "24/5": f"mon-fri {WHOLE_DAY}"}
_EXAMPLE = 'write "mon-fri 09:00-17:00", or "mon-thu 09:00-18:00, fri 09:00-15:00"'


def read_hours(text: str) -> Open:
    """Read ``mon-fri 09:00-17:00``, ``mon to thu 09:00-12:00 13:00-18:00, fri 09:00-15:00`` or ``24/7``.

    Raises:
        SlabotError: days without hours, or hours without days.
    """
    typed = re.sub(r"\s*[-–]\s*|\s+to\s+", "-", _SHORT.get(text.strip(), text), flags=re.IGNORECASE)
    found: dict[str, list[str]] = {}
    days, open_days = "", False
    for word in re.split(r"[\s,;]+", typed.strip(" ,;")):
        if word[:1].isdigit():
            if not days:
                raise SlabotError(f'"{text}" names no weekdays before "{word}"', _EXAMPLE)
            found.setdefault(days, []).append(word)
            open_days = False
        else:
            days = f"{days},{word.lower()}" if open_days else word.lower()
            open_days = True
    if open_days or not found:
        raise SlabotError(f'"{text}" names no hours after its weekdays', _EXAMPLE)
    return found


def hours_phrase(hours: Open) -> str:
    """The hours for a comment: ``24 hours, Monday to Friday``. Of hours that the checks have accepted."""
    parts = []
    for days, spans in hours.items():
        named = days_phrase(parse_days(days))
        parts.append(f"{'24 hours' if list(spans) == [WHOLE_DAY] else ' and '.join(spans)}, {named}")
    return "; ".join(parts)


def closed_days(hours: Open) -> tuple[int, ...]:
    """The weekdays (0 is Monday) without hours."""
    opened = {day for days in hours for day in parse_days(days)}
    return tuple(day for day in range(7) if day not in opened)


def days_phrase(days: Sequence[int], join: str = "and") -> str:
    """Weekdays by name: ``Monday to Friday``, ``Sunday to Thursday``, ``Tuesday and Friday``."""
    if len(days) == len(WEEKDAYS):
        return "every day"
    runs = _run(days)
    if runs is not None and len(days) > 2:
        return f"{WEEKDAYS[runs[0]]} to {WEEKDAYS[runs[1]]}"
    names = [WEEKDAYS[day] for day in days]
    return f" {join} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def working_week(days: Sequence[int]) -> str:
    """Weekdays as the file writes them: ``mon-fri``."""
    runs = _run(days)
    short = [WEEKDAYS[day][:3].lower() for day in (days if runs is None else runs)]
    return (",".join if runs is None else "-".join)(short)


def _run(days: Sequence[int]) -> tuple[int, int] | None:
    """First and last of days that follow one another, around the week; None for others."""
    if len(days) < 2:
        return None
    starts = [day for day in days if (day - 1) % 7 not in days]
    if len(starts) != 1:
        return None
    return starts[0], (starts[0] + len(days) - 1) % 7
