"""Which words are a rung, and what do they say?"""

from __future__ import annotations

import pytest

from slabot.policy import parse_rung
from slabot.policy.rungs import RungError, days_of_each_day, each_day


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("30m after, then every 30m for 3 days", None),
        ("30m after, then every 30m for 1 day", None),
        ("30m after, then every 2h for 12h", None),
        ("30m after, then every 30m for 30m", None),
        ("30m after, then every  30m for 3 working days", "30m after, then every 30m for 3 days"),
        ("1h after, then every 30m for 3 business days", "1h after, then every 30m for 3 days"),
        ("30m after, then every 30m for 72h", None),
    ],
)
def test_a_rung_is_written_as_it_is_read(text: str, written: str | None) -> None:
    assert str(parse_rung(text)) == (written or text)
    assert parse_rung(str(parse_rung(text))) == parse_rung(text)


@pytest.mark.parametrize(
    "text",
    [
        "30m after, then every 30m for",
        "30m after, then every 30m for ever",
        "30m after, then every 30m for 29m",
        "30m after, then every 30m for 0h",
        "30m after, then every 30m for 0 days",
        "30m after, then every 30m for 367 days",
        "30m after, then every 30m for 3 days and more",
        "30m after for 3 days",
        "breach for 3 days",
        "every working day for 10 days",
    ],
)
def test_what_is_no_rung_is_refused(text: str) -> None:
    with pytest.raises(RungError):
        parse_rung(text)


def test_the_pages_after_the_repeats_have_a_name_that_says_how_many() -> None:
    assert (each_day(1), each_day(10)) == ("every working day for 1 day", "every working day for 10 days")
    assert [days_of_each_day(name) for name in (each_day(1), each_day(10), "breach")] == [1, 10, None]
