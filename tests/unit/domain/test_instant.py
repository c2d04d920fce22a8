"""Which texts are instants, and what is said about those that are none?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from slabot.domain import SECOND, InstantError, parse_instant, utc

NOON = datetime(2026, 1, 9, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-09T18:00:00+05:30",
        "2026-01-09T12:30:00Z",
        "2026-01-09T12:30Z",
        "2026-01-09 12:30:00+00:00",
        "  2026-01-09T12:30:00.999999Z\n",
        "20260109T123000Z",
        "2026-01-09T07:30:00-05:00",
    ],
)
def test_a_time_with_an_offset_is_an_instant_in_utc_and_whole_seconds(text: str) -> None:
    found = parse_instant(text)
    assert (found, found.tzinfo) == (NOON, UTC)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "2026-01-09T18:00:00",
            '"2026-01-09T18:00:00" has no offset from UTC, so it could mean many instants; add one, for example '
            '"2026-01-09T18:00:00Z"',
        ),
        (
            "2026-01-09",
            '"2026-01-09" has no offset from UTC, so it could mean many instants; add one, for example '
            '"2026-01-09T00:00:00Z"',
        ),
        (
            "1969-12-31T23:59:59Z",
            "the year of 1969-12-31T23:59:59+00:00 is outside 1970 to 2200; check the date",
        ),
        (
            "2201-01-01T00:00:00Z",
            "the year of 2201-01-01T00:00:00+00:00 is outside 1970 to 2200; check the date",
        ),
        (
            "0001-01-01T00:00:00+05:30",
            "the year of 0001-01-01T00:00:00+05:30 is outside 1970 to 2200; check the date",
        ),
        (
            "9999-12-31T23:59:59-12:00",
            "the year of 9999-12-31T23:59:59-12:00 is outside 1970 to 2200; check the date",
        ),
        (None, 'a time is text such as "2026-01-09T18:00:00+05:30", not null'),
        (True, 'a time is text such as "2026-01-09T18:00:00+05:30", not true or false'),
        (1767960000, 'a time is text such as "2026-01-09T18:00:00+05:30", not the number 1767960000'),
        (1.5, 'a time is text such as "2026-01-09T18:00:00+05:30", not the number 1.5'),
        ([], 'a time is text such as "2026-01-09T18:00:00+05:30", not a list'),
        ({}, 'a time is text such as "2026-01-09T18:00:00+05:30", not an object'),
        ((), 'a time is text such as "2026-01-09T18:00:00+05:30", not tuple'),
    ],
)
def test_what_is_no_instant_is_refused_with_the_way_to_write_it(text: object, message: str) -> None:
    with pytest.raises(InstantError) as caught:
        parse_instant(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["yesterday", "", "2026-02-30T10:00:00Z", "2026-01-09T25:00:00Z", "18:00", "x" * 60, "x" * 61]
)
def test_what_is_no_time_at_all_is_quoted_with_an_example(text: str) -> None:
    with pytest.raises(InstantError) as caught:
        parse_instant(text)
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    assert str(caught.value) == f'"{shown}" is not a time; write it like "2026-01-09T18:00:00+05:30"'


def test_the_years_1970_to_2200_are_accepted_to_the_second() -> None:
    assert parse_instant("1970-01-01T00:00:00Z").year == 1970
    assert parse_instant("2200-12-31T23:59:59Z").year == 2200
    assert parse_instant("1969-12-31T20:00:00-05:00").year == 1970  # by the clock of UTC


def test_an_aware_datetime_of_any_zone_becomes_utc() -> None:
    assert utc(datetime(2026, 1, 9, 18, 0, 0, 999_999, tzinfo=ZoneInfo("Asia/Kolkata"))) == NOON
    assert utc(NOON) is NOON
    assert utc(NOON.astimezone(timezone(timedelta(hours=1)))).tzinfo is UTC


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(InstantError, match=r"^2026-01-09 12:30:00 has no offset from UTC; give an aware datetime$"):
        utc(NOON.replace(tzinfo=None))


def test_the_precision_is_a_second() -> None:
    assert timedelta(seconds=1) == SECOND
