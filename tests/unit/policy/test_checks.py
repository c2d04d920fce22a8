"""Is the author told what is well formed and may still not be meant?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

Warned = Callable[..., list[tuple[str, str, str]]]
TODAY = date(2026, 11, 24)


def test_critical_on_a_calendar_that_closes_is_a_doubt(warned: Warned) -> None:
    assert warned(("respond_within: 2h, calendar: around_the_clock", "respond_within: 2h, calendar: office")) == [
        (
            "critical-not-around-the-clock",
            "severities.critical.calendar",
            "critical is answered only in office; the agreement counts it around the clock",
        )
    ]


@pytest.mark.parametrize(
    ("when", "unless", "never"),
    [
        ("{text: [down]}", "", True),
        ("{text: [down], tags: [vip]}", "", True),  # asks for more, so critical matches as well
        ("{text: [down, slow]}", "", False),  # "slow" is not critical's
        ("{tags: [vip]}", "", False),
        ("{text: [down]}", ", unless: {tags: [test]}", False),  # critical holds off where a test is made
    ],
)
def test_a_rule_under_a_wider_and_more_severe_one_never_wins(
    warned: Warned, when: str, unless: str, never: bool
) -> None:
    rules = (
        f"\n  rules:\n    - {{name: Down, severity: critical, when: {{text: [down]}}{unless}}}"
        f"\n    - {{name: Slow, severity: low, when: {when}}}"
    )
    found = warned(("classify:", f"classify:{rules}"))

    assert [(code, path) for code, path, _ in found] == [("rule-never-wins", "classify.rules[1].name")] * never


def test_a_less_severe_rule_takes_nothing_from_a_more_severe_one(warned: Warned) -> None:
    rules = (
        "\n  rules:\n    - {name: Slow, severity: low, when: {text: [down]}}"
        "\n    - {name: Down, severity: critical, when: {text: [down]}}"
    )
    assert [path for _, path, _ in warned(("classify:", f"classify:{rules}"))] == ["classify.rules[0].name"]


@pytest.mark.parametrize(
    ("calendar", "code", "path", "words"),
    [
        (
            "holidays: {also: [{date: 2025-12-24, name: Eve}]}",
            "stale-holidays",
            "holidays.also",
            "every holiday here has passed; the last was 2025-12-24",
        ),
        (
            "dates: [{date: 2026-11-23, open: [], name: Closed}]",
            "stale-holidays",
            "dates",
            "every date here has passed; the last was 2026-11-23",
        ),
        ('years: "2020-2026"', "years-end-soon", "years", "this calendar answers for dates up to the end of 2026"),
        (
            "holidays: {country: DE, region: national, except: [Karneval]}",
            "unused-exception",
            "holidays.except",
            '"Karneval" takes away no public holiday of 2026 or 2027',
        ),
        (
            "holidays: {country: DE, region: national, except: ['2027-03-03']}",
            "unused-exception",
            "holidays.except",
            '"2027-03-03" takes away no public holiday of 2026 or 2027',
        ),
    ],
)
def test_holidays_that_do_nothing_any_more_are_a_doubt(
    warned: Warned, calendar: str, code: str, path: str, words: str
) -> None:
    ((found, where, message),) = warned(("time_zone: Europe/Berlin", f"time_zone: Europe/Berlin, {calendar}"))

    assert (found, where) == (code, f"calendars.office.{path}")
    assert message.startswith(words)


@pytest.mark.parametrize(
    "calendar",
    [
        "holidays: {country: DE, region: national}",
        "holidays: {country: DE, region: BY, except: [Good Friday, '2025-12-25', '2027-01-01']}",
        "holidays: {also: [{date: 2025-12-24, name: Eve}, {date: 2026-12-24, name: Eve}]}",
        "dates: [{date: 2026-11-24, open: [], name: Today}]",
        'years: "2020-2027"',
    ],
)
def test_holidays_of_the_coming_year_are_no_doubt(warned: Warned, calendar: str) -> None:
    found = warned(("time_zone: Europe/Berlin", f"time_zone: Europe/Berlin, {calendar}"))

    assert found == []


def test_a_country_without_a_known_holiday_in_the_coming_year_is_a_doubt(
    warned: Warned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slabot.calendars.holiday_book.HolidayBook._public", lambda book, year: {})
    ((code, path, message),) = warned(
        ("time_zone: Europe/Berlin", "time_zone: Europe/Berlin, holidays: {country: DE, region: BY}")
    )

    assert (code, path) == ("no-holidays-ahead", "calendars.office.holidays.country")
    assert message == 'no public holiday of "DE" is known from 2026-11-24 to 2027-11-24'
