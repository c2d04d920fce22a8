"""Do all follow-ups go out before the wait is over, whenever it begins?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

Warned = Callable[..., list[tuple[str, str, str]]]
TODAY = date(2026, 11, 24)


def waiting(warned: Warned, rule: str, *more: tuple[str, str], today: date = TODAY) -> list[tuple[str, str, str]]:
    return [
        found
        for found in warned(("waiting: {mode: off}", f"waiting: {{{rule}}}"), *more, today=today)
        if found[0] == "waiting-does-not-fit"
    ]


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ("or_after: 7d", True),
        # The longest way begins at Friday's close: counted from Monday 09:00, three business days end Thursday 09:00,
        # 5 days and 16 hours later. In the night in which the clocks go back it is an hour more.
        ("or_after: 137h", True),
        ("or_after: 493199s", False),
        ("or_after: 5d, mode: off", True),
        ("follow_ups: 1, on_business_days: [1], or_after: 89h", True),
        ("follow_ups: 1, on_business_days: [1], or_after: 320399s", False),
    ],
)
def test_the_longest_way_to_the_last_follow_up_is_found_to_the_second(warned: Warned, rule: str, fits: bool) -> None:
    assert (waiting(warned, rule) == []) is fits


def test_the_first_wait_that_does_not_fit_is_said_with_its_dates(warned: Warned) -> None:
    ((code, path, message),) = waiting(warned, "or_after: 5d")

    assert (code, path) == ("waiting-does-not-fit", "waiting.or_after")
    assert message == (
        "a wait that begins on Tue 24 Nov 2026 17:00 is over on Sun 29 Nov 2026 17:00, before follow-up 3 on "
        "Mon 30 Nov 2026 09:00; it is so on 262 dates of the coming year"
    )


def test_the_holidays_that_are_the_reason_are_named(warned: Warned) -> None:
    week = ("time_zone: Europe/Berlin", "time_zone: Europe/Berlin, holidays: {country: DE}")
    ((_, _, message),) = waiting(warned, "or_after: 7d", week)

    assert "closed on Good Friday (Fri 26 Mar), Easter Monday (Mon 29 Mar); it is so on 5 dates" in message


def test_the_spacing_counts_where_it_is_longer_than_the_days_between(warned: Warned) -> None:
    assert waiting(warned, "or_after: 10d, follow_up_spacing: 50h") == []
    assert waiting(warned, "or_after: 7d, follow_up_spacing: 50h") != []


def test_a_calendar_whose_years_end_is_looked_at_as_far_as_it_goes(warned: Warned) -> None:
    years = ("time_zone: Europe/Berlin", 'time_zone: Europe/Berlin, years: "2020-2026"')

    assert waiting(warned, "or_after: 7d", years) == []
    assert waiting(warned, "or_after: 5d", years) != []


def test_what_is_past_does_not_matter(warned: Warned) -> None:
    closed = ", ".join(f"{{date: 2026-11-{day}, open: [], name: Closed}}" for day in range(23, 28))
    week = ("time_zone: Europe/Berlin", f"time_zone: Europe/Berlin, dates: [{closed}]")

    assert waiting(warned, "or_after: 7d", week, today=date(2026, 11, 20)) != []
    assert waiting(warned, "or_after: 7d", week, today=date(2026, 11, 30)) == []
