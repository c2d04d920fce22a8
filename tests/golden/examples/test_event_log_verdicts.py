"""Are the verdicts on the recorded log right?

Promise: those of a sample are worked out a second time by arithmetic that shares nothing with slabot.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from slabot.policy import FIRST_RESPONSE
from tests.golden.examples.event_log import Replayed, log_path

MINUTE = timedelta(minutes=1)
EASTER_MONDAYS = {date(2010, 4, 5), date(2011, 4, 25), date(2012, 4, 9), date(2013, 4, 1), date(2014, 4, 21)}
HOLIDAYS = {(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)}
UNITY = date(2011, 3, 17)  # 150 years of Italy, a holiday that once
HOURS = {"Value 4": 2, "Value 1": 6, "Value 2": 12}
CRITICAL = "Value 4"


def local(row: dict[str, str]) -> datetime:
    return datetime.strptime(row["Complete Timestamp"], "%Y/%m/%d %H:%M:%S.000")


def rome_to_utc(wall: datetime) -> datetime:
    """Summer time from the last Sunday of March to that of October; no row of the log lies in the hour of a change."""
    begins, ends = (_last_sunday(wall.year, month) for month in (3, 10))
    return wall - timedelta(hours=2 if begins <= wall < ends else 1)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 2)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@cache
def works(day: date) -> bool:
    holiday = (day.month, day.day) in HOLIDAYS or day in EASTER_MONDAYS or day == UNITY
    return day.weekday() < 5 and not holiday


def walked(start: datetime, end: datetime, *, always: bool) -> int:
    """Working seconds between two local times, minute by minute."""
    if always:
        return int((rome_to_utc(end) - rome_to_utc(start)).total_seconds())
    seconds, at = 0, start
    while at < end:
        if not works(at.date()):
            at = datetime.combine(at.date() + timedelta(days=1), datetime.min.time())
            continue
        following = min(at.replace(second=0) + MINUTE, end)
        if 7 <= at.hour < 18:
            seconds += int((following - at).total_seconds())
        at = following
    return seconds


@pytest.fixture(scope="module")
def raw(shared_dir: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of the log as they are, by case."""
    cases: dict[str, list[dict[str, str]]] = {}
    with gzip.open(log_path(shared_dir), "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            cases.setdefault(row["Case ID"].removeprefix("Case "), []).append(row)
    return cases


class TestTheVerdictsOnceMore:
    def test_a_sample_is_met_and_missed_as_a_walk_by_the_minute_says(
        self, replayed: Replayed, raw: dict[str, list[dict[str, str]]]
    ) -> None:
        tally: Counter[str] = Counter()
        for number in list(raw)[::9]:
            rows = raw[number]
            severities = {row["seriousness_2"] for row in rows}
            answer = next((row for row in rows if row["Activity"] == "Take in charge ticket"), None)
            ended = next((row for row in rows if row["Activity"] in ("Resolve ticket", "Closed")), None)
            (severity,) = severities if len(severities) == 1 else (None,)
            if severity is None or not works(local(rows[0]).date()):
                tally["left out: the severity changed, or it came on a closed date"] += 1
                continue
            if ended is not None and (answer is None or rows.index(answer) > rows.index(ended)):
                tally["left out: solved before it was answered"] += 1
                continue
            assert answer is not None  # every ticket of the log was either answered or solved
            took = walked(local(rows[0]), local(answer), always=severity == CRITICAL)
            verdict = "met" if took <= HOURS[severity] * 3600 else "missed"
            clock = replayed.followed[number].last.clock(FIRST_RESPONSE)
            assert clock is not None
            assert (clock.verdict.value, int(clock.elapsed.total_seconds())) == (verdict, took), f"case {number}"
            tally[f"{severity} {verdict}"] += 1
        assert tally == {
            "Value 1 met": 135,
            "Value 1 missed": 129,
            "Value 2 met": 104,
            "Value 2 missed": 82,
            "Value 4 met": 14,
            "Value 4 missed": 4,
            "left out: the severity changed, or it came on a closed date": 8,
            "left out: solved before it was answered": 33,
        }

    def test_solved_without_an_answer_is_missed_or_unanswered_as_the_walk_says(
        self, replayed: Replayed, raw: dict[str, list[dict[str, str]]]
    ) -> None:
        tally: Counter[str] = Counter()
        for number, rows in raw.items():
            acts = [row["Activity"] for row in rows]
            if "Take in charge ticket" in acts or acts[-2:] != ["Resolve ticket", "Closed"]:
                continue
            (severity, *more) = {row["seriousness_2"] for row in rows}
            if more or acts.count("Resolve ticket") > 1 or not works(local(rows[0]).date()):
                continue
            open_for = walked(local(rows[0]), local(rows[-2]), always=severity == CRITICAL)
            verdict = "unanswered" if open_for <= HOURS[severity] * 3600 else "missed"
            clock = replayed.followed[number].last.clock(FIRST_RESPONSE)
            assert clock is not None
            assert clock.verdict.value == verdict, f"case {number}"
            tally[verdict] += 1
        assert tally == {"missed": 98, "unanswered": 121}
