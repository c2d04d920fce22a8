"""Does a time or a length read as people say it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slabot.rules.words import days_and_hours, length, listed, local_time, shorten, stamp, when, worked

NOON = datetime(2026, 1, 9, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Kolkata", "Fri 9 Jan 2026 18:00 +05:30"),
        ("UTC", "Fri 9 Jan 2026 12:30 +00:00"),
        ("America/St_Johns", "Fri 9 Jan 2026 09:00 -03:30"),
        ("Pacific/Kiritimati", "Sat 10 Jan 2026 02:30 +14:00"),
    ],
)
def test_an_instant_is_shown_in_its_zone_with_its_offset(zone: str, words: str) -> None:
    assert when(NOON, ZoneInfo(zone)) == words
    assert local_time(NOON, ZoneInfo(zone)) == words[:-7]


def test_an_offset_of_44_minutes_west_is_shown_in_hours_and_minutes() -> None:
    assert when(datetime(1971, 6, 1, 12, tzinfo=UTC), ZoneInfo("Africa/Monrovia")).endswith(" -00:44")


def test_seconds_are_shown_where_there_are_some() -> None:
    assert local_time(NOON + timedelta(seconds=5), ZoneInfo("UTC")) == "Fri 9 Jan 2026 12:30:05"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_600, "1 h"),
        (5_400, "1 h 30 min"),
        (86_400, "1 d"),
        (95_400, "1 d 2 h 30 min"),
        (-90, "-1 min 30 s"),
        (-1, "-1 s"),
        (3_599, "59 min 59 s"),
        (7_199, "1 h 59 min 59 s"),
        (86_399, "23 h 59 min 59 s"),
        (86_401, "1 d 1 s"),
        (172_799, "1 d 23 h 59 min 59 s"),
    ],
)
def test_a_length_names_its_units(seconds: int, words: str) -> None:
    assert length(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3_599, "59 min 59 s"),
        (7_199, "1 h 59 min 59 s"),
        (172_799, "47 h 59 min 59 s"),
    ],
)
def test_working_time_is_written_in_hours_to_the_second(seconds: int, said: str) -> None:
    assert worked(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=4), "4 hours"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=30), "30 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(), "no time"),
    ],
)
def test_a_length_of_the_policy_is_said_in_one_unit(amount: timedelta, words: str) -> None:
    assert days_and_hours(amount) == words


@pytest.mark.parametrize(
    ("items", "words"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_a_list_reads_as_a_sentence(items: tuple[str, ...], words: str) -> None:
    assert listed(items) == words


def test_a_quote_is_one_line_and_not_too_long() -> None:
    assert shorten(" a\n  b ") == "a b"
    assert shorten("x" * 80) == "x" * 80
    assert shorten("x" * 81) == "x" * 79 + "…"
    assert shorten("abcdef", 4) == "abc…"


def test_an_instant_in_a_key_is_in_utc() -> None:
    assert stamp(NOON) == "20260109T123000Z"
