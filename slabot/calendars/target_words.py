"""What do people write instead of a target?

Promise: each reading is a text that `parse_target` takes; what could mean nothing sensible has none.
"""

from __future__ import annotations

import re

from slabot.domain.suggestions import nearest_meant

LARGEST, LARGEST_DAYS = 99_999, 1_000  # more is a slip of the keyboard

_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}
_SIZES = {"h": 3600, "m": 60, "s": 1, "d": 86_400}  # in seconds
# Units as people write them, in the singular and without spaces, dots and hyphens; "bd" is a business day.
_UNITS = {
    **dict.fromkeys(("second", "sec", "s"), "s"),
    **dict.fromkeys(("minute", "min", "mn", "m"), "m"),
    **dict.fromkeys(("hour", "hr", "h", "businesshour", "workinghour", "workhour", "bh", "wh"), "h"),
    **dict.fromkeys(("day", "d", "calendarday", "cd"), "d"),
    **dict.fromkeys(
        ("businessday", "workingday", "workday", "weekday", "bizday", "busday", "bday", "officeday", "bd", "wd", "bsd"),
        "bd",
    ),
    **dict.fromkeys(("week", "wk", "w"), "w"),
    **dict.fromkeys(("month", "mo", "mth"), "mo"),
}
_QUANTITY = re.compile(r"(?P<number>\d{1,5}(?:[.,]\d{1,3})?|[a-z]+)[\s-]*(?P<unit>[a-z][a-z\s./-]*)")
_PARTS = re.compile(r"(?:\d{1,5}\s*[hms]\s*){2,}")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)\s*h?(?:ours?|rs?)?")
_ISO = re.compile(r"p(?:(\d{1,4})d)?(?:t(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?)?")


def readings(text: str) -> tuple[str, ...]:
    """The targets that a text may mean, the likeliest first: ``2 business days`` for ``2bd``."""
    words = " ".join(text.lower().split()).rstrip(".").removeprefix("within ").removeprefix("in ")
    if words in ("half an hour", "half hour", "a half hour", "1/2 hour", "1/2h", "½ hour", "½h"):
        return ("30m",)
    if _PARTS.fullmatch(words):
        return _length(sum(int(count) * _SIZES[unit] for count, unit in re.findall(r"(\d+)\s*([hms])", words)))
    if match := _CLOCK.fullmatch(words):
        return _length(int(match[1]) * 3600 + int(match[2]) * 60)
    if match := _ISO.fullmatch(words):
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if days and not (hours or minutes or seconds):
            return _days(days)
        return _length(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
    if match := _QUANTITY.fullmatch(words):
        return _quantity(match["number"], re.sub(r"[\s./-]", "", match["unit"]))
    return ()


def _quantity(number: str, unit: str) -> tuple[str, ...]:
    count = _NUMBERS.get(number) if number.isalpha() else float(number.replace(",", "."))
    kind = _unit(unit)
    if count is None or kind is None or count > (LARGEST if kind in "hms" else LARGEST_DAYS):
        return ()
    if count != int(count):
        return _length(round(count * _SIZES[kind])) if kind in _SIZES else ()
    whole = int(count)
    match kind:
        case "d":
            return _days(whole)
        case "bd":
            return (business_days(whole),)
        case "w":
            return (f"{7 * whole}d", business_days(5 * whole))
        case "mo":
            return (f"{30 * whole}d",)
        case _:
            return (f"{whole}{kind}",)


def _unit(word: str) -> str | None:
    singular = word.removesuffix("s") or word
    if known := _UNITS.get(word) or _UNITS.get(singular):
        return known
    return next(iter(nearest_meant(singular, {name: unit for name, unit in _UNITS.items() if len(name) > 3})), None)


def _days(count: int) -> tuple[str, ...]:
    return (f"{count}d", business_days(count))


def _length(seconds: int) -> tuple[str, ...]:
    unit = next(unit for unit in "hms" if seconds % _SIZES[unit] == 0)
    return (f"{seconds // _SIZES[unit]}{unit}",) if seconds else ()


def business_days(count: int) -> str:
    """``1 business day``, ``2 business days``."""
    return f"{count} business day" if count == 1 else f"{count} business days"
