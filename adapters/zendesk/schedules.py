"""Read the account's business hours: its schedules, and the holidays of each.

Promise: one call for the schedules and one for the holidays of each, whenever somebody asks; what the account does not
have or does not let slabot see is told apart from having none.

Source: Schedules in Zendesk's API reference; the shape of a schedule, and that its minutes count from Sunday 00:00 in a
zone that Ruby on Rails names, stand in recordings too. Holidays have a first and a last date and a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from adapters.errors import BadAnswer, NoSuchPlace, NotAllowed, SignInRefused
from adapters.http.fields import Raw, ident, objects, text
from slabot.domain import OwnHours
from slabot.domain.sentences import sentence

SCHEDULES = "business_hours/schedules.json"
DAY = 24 * 60  # minutes
MINUTE = 60  # seconds

Get = Callable[[str], Raw]


class ReadHours(NamedTuple):
    """The business hours of an account.

    Attributes:
        hours: None where they cannot be read.
        lacking: why not, in a whole sentence; empty where they can.
    """

    hours: tuple[OwnHours, ...] | None
    lacking: str = ""


def read_schedules(get: Get) -> ReadHours:
    """Ask for them; `get` is handed a path. What is amiss with the network, or the calls, is raised."""
    try:
        listed = _listed(get(SCHEDULES), SCHEDULES, "schedules")
        return ReadHours(tuple(_hours(raw, get) for raw in listed if ident(raw.get("id")) is not None))
    except SignInRefused:
        raise
    except (NotAllowed, NoSuchPlace) as error:
        return ReadHours(
            None, sentence(f"its schedules cannot be read, so figures in business hours may stay unexplained: {error}")
        )


def _hours(raw: Raw, get: Get) -> OwnHours:
    number = ident(raw.get("id"))
    path = f"business_hours/schedules/{number}/holidays.json"
    return OwnHours(
        name=text(raw.get("name")) or f"schedule {number}",
        zone=text(raw.get("time_zone")),
        week=tuple(sorted(_intervals(objects(raw.get("intervals"))))),
        holidays=tuple(_holidays(_listed(get(path), path, "holidays"))),
    )


def _listed(answer: Raw, path: str, name: str) -> list[Raw]:
    listed = answer.get(name)
    if not isinstance(listed, list):
        raise BadAnswer(f"no list of {name} in it", endpoint=f"GET /api/v2/{path}")
    return objects(listed)


def _intervals(listed: Iterable[Raw]) -> Iterator[tuple[int, int, int]]:
    """Weekday (0 is Monday) and seconds after midnight, of minutes since Sunday 00:00; cut at midnight."""
    for interval in listed:
        opens, closes = interval.get("start_time"), interval.get("end_time")
        if not (isinstance(opens, int) and isinstance(closes, int)):
            continue
        while opens < closes:
            day, minute = divmod(opens, DAY)
            end = min(closes, (day + 1) * DAY)
            yield (day - 1) % 7, minute * MINUTE, (end - day * DAY) * MINUTE
            opens = end


def _holidays(listed: Iterable[Raw]) -> Iterator[tuple[date, date, str]]:
    for holiday in listed:
        try:
            begins, ends = (date.fromisoformat(text(holiday.get(name))) for name in ("start_date", "end_date"))
        except ValueError:
            continue
        if begins <= ends:
            yield begins, ends, text(holiday.get("name")) or "holiday"
