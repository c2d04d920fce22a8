"""How is one value of the file read?

Promise: a value is read exactly or refused with a check code, what is wrong and how to mend it; never bent to fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictInt, StrictStr, ValidationInfo
from pydantic_core import PydanticCustomError

from slabot.calendars import (
    BusinessDays,
    CalendarError,
    Hours,
    RealTime,
    Target,
    TargetError,
    Worked,
    YearlyDate,
    parse_days,
    parse_hours,
    parse_target,
)
from slabot.domain import Category, InstantError, parse_instant
from slabot.domain.suggestions import suggestion
from slabot.policy.paths import Path
from slabot.policy.walk import SchemaMark

_LIKE = "2h, 90m, 7d or 2 business days"
_LIKE_DATE = "2026-12-24, or 12-24 for each year"
_LONGEST_NUMBER = 10**9  # one above it was not meant as a length of time
_LEAP_YEAR = 2028  # has every date that any year has
_LIKE_REAL = "4h, 30m or 3d"
_LIKE_WORKING = "minutes or hours: 30m, 2h"


@dataclass(frozen=True, slots=True)
class Names:
    """The names that other parts of the file may refer to, gathered before it is validated."""

    severities: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    helpdesks: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class Mode(StrEnum):
    """What a rule that writes to the helpdesk may do."""

    OFF = "off"
    OBSERVE = "observe"
    ACT = "act"


def refuse(code: str, message: str, fix: str, *, under: Path = ()) -> PydanticCustomError:
    """A refusal with its check code.

    Args:
        code: of slabot.policy.codes.
        message: what is wrong.
        fix: what to write instead.
        under: where in the value that is refused it stands, if not all of it is meant.
    """
    return PydanticCustomError(code, "{message}", {"message": message, "fix": fix, "under": under})


def refuse_empty(part: BaseModel, of: str) -> None:
    """Refuse a setting of a part behind which nothing stands, where it would be taken for one that is not given.

    Raises:
        PydanticCustomError: there is one.
    """
    for name in type(part).model_fields:
        if name in part.model_fields_set and getattr(part, name) is None:
            key = type(part).model_fields[name].alias or name
            raise refuse(
                "empty-value", f'"{key}" of {of} is empty', f"write a value behind {key}, or take it out", under=(key,)
            )


def _text(value: object, wanted: str, code: str, example: str) -> str:
    if not isinstance(value, str):
        raise refuse(code, f"{value!r} is no {wanted}", f"write it like {example}")
    return value.strip()


def _target(
    value: object, kinds: tuple[type[Target], ...] = (Worked, RealTime, BusinessDays), like: str = ""
) -> Target:
    """The target of a text; what may stand there instead is of these kinds, `like` some examples."""
    if isinstance(value, Target):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = isinstance(value, int) or value.is_integer()
        number = f"{value:g}" if abs(value) < _LONGEST_NUMBER else "this number"
        units = [f'"{number}{unit}"' for unit in ("h", "m")] if 0 < value < _LONGEST_NUMBER and whole else []
        raise refuse("bad-duration", f"{number} has no unit", f"write {' or '.join([*units, like or _LIKE])}")
    text = _text(value, "duration", "bad-duration", like or _LIKE)
    try:
        return parse_target(text)
    except TargetError as error:
        fix = error.remedy
        if error.meant and like:
            fitting = [meant for meant in error.meant if isinstance(parse_target(meant), kinds)]
            fix = f"write {' or '.join(fitting or [like])}"
        raise refuse("bad-duration", error.why, fix if error.meant or not like else f"write it like {like}") from None


def some_target(value: object) -> Target:
    """A target that gives at least a second: one of none is missed before anybody can keep it."""
    target = _target(value)
    if target in (Worked(timedelta()), RealTime(timedelta()), BusinessDays(0)):
        raise refuse("bad-duration", f'"{value}" is no time at all', "write at least 1s")
    return target


def _real(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    target = _target(value, (Worked, RealTime), _LIKE_REAL)
    if isinstance(target, BusinessDays):
        raise refuse(
            "bad-duration", f'"{value}" counts business days, but this is a length of real time', f"write {_LIKE_REAL}"
        )
    return target.amount


def _working(value: object) -> timedelta:
    target = _target(value, (Worked,), _LIKE_WORKING)
    if isinstance(target, BusinessDays | RealTime):
        raise refuse("bad-duration", f'"{value}" is no length of working time', f"write {_LIKE_WORKING}")
    return target.amount


def _hours(value: object) -> Hours:
    if isinstance(value, Hours):
        return value
    text = _text(value, "span of hours", "bad-hours", '"09:00-17:00"')
    try:
        return parse_hours(text)
    except CalendarError as error:
        raise refuse("bad-hours", error.why, error.remedy) from None


def _days(value: object) -> tuple[int, ...]:
    text = _text(value, "weekday", "bad-weekday", "mon, mon-fri or sat,sun")
    try:
        return parse_days(text)
    except CalendarError as error:
        raise refuse("bad-weekday", error.why, error.remedy) from None


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    text = _text(value, "date", "bad-date", "2026-12-24")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("bad-date", f'"{text}" is no date', "write it like 2026-12-24") from None


def returning_date(text: str) -> YearlyDate | None:
    """The date that returns each year of a text such as ``12-24``; None for other texts."""
    match = re.fullmatch(r"(\d{2})-(\d{2})", text)
    found = None if match is None else YearlyDate(int(match[1]), int(match[2]))
    return found if found is not None and found.on(_LEAP_YEAR) is not None else None


def _date_or_returning(value: object) -> date | YearlyDate:
    if isinstance(value, date | YearlyDate):
        return value
    if isinstance(value, str) and (returning := returning_date(value.strip())) is not None:
        return returning
    text = _text(value, "date", "bad-date", _LIKE_DATE)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(
            "bad-date", f'"{text}" is no date', f"write {_date_meant(text) or f'it like {_LIKE_DATE}'}"
        ) from None


def _date_meant(text: str) -> str:
    """The month and day of a text that names them in another way (``24.12.``, ``12/24``); empty where it names none."""
    match = re.fullmatch(r"-*(\d{1,2})[-./ ]+(\d{1,2})[-./ ]*", text)
    if match is None:
        return ""
    orders = [(match[1], match[2]), (match[2], match[1])]
    meant = [YearlyDate(int(month), int(day)) for month, day in orders]
    known = dict.fromkeys(str(one) for one in meant if one.on(_LEAP_YEAR) is not None)
    return f"{' or '.join(known)}, the month first, for each year" if known else ""


def _start(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    text = _text(value, "date or time", "bad-date", "2026-12-01 or 2026-12-01T08:00:00+05:30")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.combine(_date(text), time(), UTC)
    try:
        return parse_instant(text)
    except InstantError as error:
        raise refuse("bad-date", error.why, error.remedy) from None


def _category(value: object) -> Category:
    if isinstance(value, Category):
        return value
    names = [category.value for category in Category]
    if value not in names:
        raise refuse(
            "unknown-category", f'"{value}" is no category', f"use one of {', '.join(names)}{suggestion(value, names)}"
        )
    return Category(str(value))


def _mode(value: object) -> Mode:
    if isinstance(value, Mode):
        return value
    names = [mode.value for mode in Mode]
    if value not in names:
        raise refuse("unknown-mode", f'"{value}" is no mode', f"use off, observe or act{suggestion(value, names)}")
    return Mode(str(value))


def _known(what: str, pick: Callable[[Names], tuple[str, ...]]) -> Callable[[Any, ValidationInfo], str]:
    article = {"severity": "a severity", "calendar": "a calendar", "helpdesk": "a helpdesk"}[what]

    def read(value: Any, info: ValidationInfo) -> str:
        names = pick(info.context) if isinstance(info.context, Names) else (str(value),)
        if not isinstance(value, str):
            fix = f'quote it: "{value}"' if str(value).lower() in names else f"name {article} of this file"
            raise refuse(f"unknown-{what}", f"{value!r} is no name of {article}", fix)
        if value not in names:
            known = f"use one of {', '.join(names)}" if names else f"add {article} of that name"
            raise refuse(
                f"unknown-{what}", f'"{value}" is not {article} of this file', known + suggestion(value, names)
            )
        return value

    return read


def _variable(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        # The value is not repeated: it may be the secret itself.
        raise refuse(
            "secret-in-file",
            "this should be the name of an environment variable",
            "write a name such as ZENDESK_TOKEN here and put the secret into that variable",
        )
    return value


def plainly(words: str) -> str:
    """In small letters, with single spaces, and with the apostrophe of keyboards: customers type either."""
    return " ".join(words.casefold().replace("’", "'").split())


def one_mapping(value: object) -> object:
    """One entry need not stand in a list."""
    return [value] if isinstance(value, dict) else value


def one_or_many(value: object) -> object:
    """``critical`` is the same as ``[critical]``."""
    return [value] if isinstance(value, str) else value


def _beginning(value: str) -> str:
    letters = [sign for sign in value if sign.isalpha()]
    whole_words = not any(sign.lower() != sign.upper() for sign in letters)  # 不在: a sign of such a script says more
    if len(letters) < (2 if whole_words else 3):
        raise refuse(
            "bad-beginning",
            f'"{value}" is too short: messages that only happen to begin so would be taken for it',
            "write at least a word of three letters, as in Automatic reply",
        )
    return value


def _percent(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
        meant = (
            re.fullmatch(r"\s*(\d{1,3})(?:[.,](\d{1,4}))?\s*(?:%|percent)?\s*", value)
            if isinstance(value, str)
            else None
        )
        number = float(f"{meant[1]}.{meant[2] or 0}") if meant else 0
        fix = f"write {number:g}" if 0 < number <= 100 else "write a number above 0 and up to 100"
        raise refuse("bad-number", f"{value!r} is no percentage", fix)
    return value


TargetText = Annotated[Target, BeforeValidator(some_target)]
RealDuration = Annotated[timedelta, BeforeValidator(_real)]
WorkingDuration = Annotated[timedelta, BeforeValidator(_working)]
HoursText = Annotated[Hours, BeforeValidator(_hours)]
HoursList = Annotated[tuple[HoursText, ...], BeforeValidator(one_or_many)]
DaysText = Annotated[tuple[int, ...], BeforeValidator(_days), SchemaMark.ONE_TEXT]
DateText = Annotated[date, BeforeValidator(_date)]
ReturningDateText = Annotated[date | YearlyDate, BeforeValidator(_date_or_returning), SchemaMark.ONE_TEXT]
StartText = Annotated[datetime, BeforeValidator(_start)]
CategoryName = Annotated[Category, BeforeValidator(_category)]
ModeName = Annotated[Mode, BeforeValidator(_mode)]
SeverityName = Annotated[str, BeforeValidator(_known("severity", lambda names: names.severities))]
CalendarName = Annotated[str, BeforeValidator(_known("calendar", lambda names: names.calendars))]
HelpdeskName = Annotated[str, BeforeValidator(_known("helpdesk", lambda names: names.helpdesks))]
EnvironmentName = Annotated[str, BeforeValidator(_variable)]
Percent = Annotated[float, BeforeValidator(_percent)]
Text = Annotated[StrictStr, Field(min_length=1)]
Prose = Annotated[Text, SchemaMark.PROSE]
PriorityText = Annotated[Text, SchemaMark.PRIORITY]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]
Beginnings = Annotated[tuple[Annotated[Text, AfterValidator(_beginning)], ...], BeforeValidator(one_or_many)]
"""How texts begin, in any case."""
Priorities = Annotated[tuple[PriorityText, ...], BeforeValidator(one_or_many)]
Count = Annotated[StrictInt, Field(ge=0)]
