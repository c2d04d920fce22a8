"""Do we agree with the business-time answers of other projects?

Promise: every vector of an operation that slabot has is run, every other operation is named with the reason
why not, and the counts are fixed, so that a vector can neither be dropped nor be added unseen.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from slabot.calendars import (
    Break,
    Calendar,
    CalendarSpec,
    Hours,
    Override,
    Worked,
    due_with_pauses,
    elapsed_with_pauses,
    iana_zone,
    parse_hours,
)

Vector = dict[str, Any]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

RUN = {
    "deadline": 48,
    "elapsed": 26,
    "add": 6,
    "active": 5,
    "periods": 5,
    "subtract": 3,
    "on_break": 2,
    "on_holiday": 2,
    "resolve_local": 1,
}

NOT_RUN = {
    "add_days": (
        5,
        "the source rolls on to the next opening; our business days are due at the earliest instant",
    ),
    "subtract_days": (2, "nothing in slabot counts business days backwards"),
    "add_invalid": (
        2,
        "an amount is a timedelta here, so a list or a parsec cannot be given; targets are tested as text",
    ),
    "business_dates": (1, "slabot asks for the N-th business date only, which the business-day targets test"),
    "intersection": (1, "the severity in force names one calendar; calendars are never intersected"),
    "config_invalid": (
        2,
        "closing before opening is a span over midnight here; a calendar without hours is a unit test",
    ),
    "config": (1, "holidays are a mapping by date here, so there is nothing to collapse"),
    "deadline_after_wait": (
        1,
        "it moves a deadline by time waited; our due times are computed afresh from the pauses",
    ),
    "anchor": (1, "from when a clock counts is a rule over the timeline, not a question about time"),
    "invalid": (1, "an amount is a timedelta here, so it cannot be non-numeric"),
    "state": (1, "it is the verdict of a clock, which belongs to the rules"),
    "elapsed_multi_schedule": (
        1,
        "one calendar is in force for the whole clock; elapsed is recomputed, never joined",
    ),
    "behaviour": (2, "it says when a clock ends or starts, which belongs to the rules"),
}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def hours(spans: list[list[str]]) -> tuple[Hours, ...]:
    return tuple(parse_hours("-".join(span)) for span in spans)


def calendar_of(vector: Vector) -> Calendar:
    said = vector["calendar"]
    week = {WEEK.index(day): hours(spans) for day, spans in said.get("hours", {"mon": [["09:00", "17:00"]]}).items()}
    return Calendar(
        CalendarSpec(
            name=vector["id"],
            zone=iana_zone(said["timezone"]),
            week=week,
            holidays={date.fromisoformat(day): "Holiday" for day in said.get("holidays", ())},
            breaks=tuple(
                Break(hours=span, name="Break", date=date.fromisoformat(day))
                for day, spans in said.get("breaks", {}).items()
                for span in hours(spans)
            ),
            overrides={
                date.fromisoformat(day): Override(hours(spans), "Shift")
                for day, spans in said.get("shifts", {}).items()
            },
        )
    )


def pauses_of(vector: Vector) -> list[tuple[datetime, datetime | None]]:
    return [(instant(since), instant(until)) for since, until in vector.get("pauses", ())]


def deadline(vector: Vector) -> bool:
    calendar, start = calendar_of(vector), instant(vector["start"])
    budget, expected = timedelta(seconds=vector["target_seconds"]), instant(vector["expected"])
    assert vector["convention"] == "same"
    right = due_with_pauses(calendar, start, budget, pauses_of(vector)) == expected
    if not vector["pauses"]:
        right = right and calendar.due(start, Worked(budget)) == expected
    if "deadline_roll_forward" in vector:  # the other convention's answer is the last instant at which ours is met
        right = right and calendar.met_until(expected) == instant(vector["deadline_roll_forward"])
    return right


def elapsed(vector: Vector) -> bool:
    start, end = instant(vector["start"]), instant(vector["end"])
    worked = elapsed_with_pauses(calendar_of(vector), start, end, pauses_of(vector))
    return worked == timedelta(seconds=vector["expected"])


def add(vector: Vector) -> bool:
    found = calendar_of(vector).add(instant(vector["start"]), timedelta(seconds=vector["seconds"]))
    return found == instant(vector["expected"])


def subtract(vector: Vector) -> bool:
    found = calendar_of(vector).subtract(instant(vector["start"]), timedelta(seconds=vector["seconds"]))
    return found == instant(vector["expected"])


def active(vector: Vector) -> bool:
    return calendar_of(vector).is_open(instant(vector["at"])) is vector["expected"]


def on_break(vector: Vector) -> bool:
    return (calendar_of(vector).on_break(instant(vector["at"])) == "Break") is vector["expected"]


def on_holiday(vector: Vector) -> bool:
    return (calendar_of(vector).holiday(instant(vector["at"])) == "Holiday") is vector["expected"]


def periods(vector: Vector) -> bool:
    stream = calendar_of(vector).periods(**{vector["direction"]: instant(vector["origin"])})
    found = list(itertools.islice(stream, vector["take"]))
    return found == [(instant(begin), instant(end)) for begin, end in vector["expected"]]


def resolve_local(vector: Vector) -> bool:
    hour, minute, second = map(int, vector["wall"].split(":"))
    wall = hour * 3600 + minute * 60 + second
    found = calendar_of(vector).resolve(date.fromisoformat(vector["date"]), wall)
    return found == instant(vector["expected"])


CHECKS: dict[str, Callable[[Vector], bool]] = {
    check.__name__: check
    for check in (deadline, elapsed, add, active, periods, subtract, on_break, on_holiday, resolve_local)
}


@pytest.fixture(scope="module")
def vectors(shared_dir: Path) -> list[Vector]:
    document: dict[str, list[Vector]] = json.loads((shared_dir / "vectors" / "business_time.json").read_text())
    return document["vectors"]


@pytest.mark.parametrize("operation", RUN)
def test_every_vector_of_an_operation_gives_the_expected_answer(operation: str, vectors: list[Vector]) -> None:
    chosen = [vector for vector in vectors if vector["op"] == operation]
    wrong = [f"{vector['id']}: {vector['name']}" for vector in chosen if not CHECKS[operation](vector)]
    print(f"{operation}: {len(chosen)} vectors run, {len(wrong)} wrong")
    assert wrong == []
    assert len(chosen) == RUN[operation]


def test_every_other_operation_is_named_with_its_reason_and_its_count(vectors: list[Vector]) -> None:
    counts = Counter(vector["op"] for vector in vectors)
    for operation, (count, reason) in NOT_RUN.items():
        print(f"{operation}: {count} vectors not run: {reason}")
    assert counts == RUN | {operation: count for operation, (count, _) in NOT_RUN.items()}
    assert sum(RUN.values()) == 98
    assert len(vectors) == 119
