from __future__ import annotations

from datetime import timedelta

import pytest

from slabot.calendars import BusinessDays, RealTime, Target, TargetError, Worked, parse_target


@pytest.mark.parametrize(
    ("text", "target", "canonical"),
    [
        ("90s", Worked(timedelta(seconds=90)), "90s"),
        ("15m", Worked(timedelta(minutes=15)), "15m"),
        ("2h", Worked(timedelta(hours=2)), "2h"),
        ("120m", Worked(timedelta(hours=2)), "2h"),
        ("90m", Worked(timedelta(minutes=90)), "90m"),
        ("0h", Worked(timedelta(0)), "0h"),
        ("48h", Worked(timedelta(hours=48)), "48h"),
        ("7d", RealTime(timedelta(days=7)), "7d"),
        ("36525d", RealTime(timedelta(days=36_525)), "36525d"),  # the longest
        (" 2 H ", Worked(timedelta(hours=2)), "2h"),
        ("1 business day", BusinessDays(1), "1 business day"),
        ("1 business days", BusinessDays(1), "1 business day"),
        ("2 Business Days", BusinessDays(2), "2 business days"),
        ("0 business days", BusinessDays(0), "0 business days"),
    ],
)
def test_a_target_is_read_and_shown(text: str, target: Target, canonical: str) -> None:
    assert parse_target(text) == target
    assert str(target) == canonical
    assert parse_target(canonical) == target


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", 'write it like "15m", "2h", "7d" or "2 business days"'),
        ("soon", 'write it like "15m", "2h", "7d" or "2 business days"'),
        ("2", 'write it like "15m", "2h", "7d" or "2 business days"'),
        ("-2h", 'write it like "15m", "2h", "7d" or "2 business days"'),
        ("2 hours", 'write "2h"'),
        ("45 min", 'write "45m"'),
        ("2 days", 'write "2d" (of 24 hours, weekends too) or "2 business days"'),
        ("1 day", 'write "1d" (of 24 hours, weekends too) or "1 business day"'),
        ("1h30m", 'write it in one unit, "90m"'),
        ("1h 30m 5s", 'write it in one unit, "5405s"'),
        ("1.5h", 'write a whole number, "90m"'),
        ("0.5 hours", 'write a whole number, "30m"'),
    ],
)
def test_text_that_is_no_target_is_refused_with_what_was_probably_meant(text: str, remedy: str) -> None:
    with pytest.raises(TargetError) as refused:
        parse_target(text)
    assert str(refused.value) == f'"{text}" is no target; {remedy}'


@pytest.mark.parametrize("text", ["999999h", "36526d", "99999 business days", "9" * 50 + "s", "9" * 5000 + "d"])
def test_a_target_of_more_than_a_hundred_years_is_a_slip_of_the_keyboard(text: str) -> None:
    with pytest.raises(TargetError, match="is longer than a hundred years; give a smaller number"):
        parse_target(text)


@pytest.mark.parametrize("make", [Worked, RealTime])
def test_a_target_is_not_less_than_nothing(make: type[Worked] | type[RealTime]) -> None:
    with pytest.raises(TargetError, match="a target is less than nothing; give 0 or more"):
        make(timedelta(seconds=-1))
    with pytest.raises(TargetError):
        BusinessDays(-1)


def test_a_target_of_nothing_is_one() -> None:
    assert (Worked(timedelta()).amount, RealTime(timedelta()).amount) == (timedelta(), timedelta())
    assert (str(BusinessDays(0)), str(BusinessDays(1))) == ("0 business days", "1 business day")


def test_real_time_that_the_file_cannot_say_is_shown_in_words() -> None:
    assert str(RealTime(timedelta(hours=36))) == "36h of real time"


def test_a_target_is_at_most_a_hundred_years() -> None:
    most = 36_525
    assert parse_target(f"{most}d") == RealTime(timedelta(days=most))
    assert parse_target(f"{most} business days") == BusinessDays(most)
    assert parse_target(f"{most * 24}h") == Worked(timedelta(days=most))
    assert parse_target(f"{most * 86_400}s") == Worked(timedelta(days=most))
    for text in (f"{most + 1}d", f"{most + 1} business days", f"{most * 24 + 1}h", f"{most * 86_400 + 1}s"):
        with pytest.raises(TargetError, match="longer than a hundred years"):
            parse_target(text)
    assert parse_target("0" * 11 + "5m") == Worked(timedelta(minutes=5))
    with pytest.raises(TargetError, match="longer than a hundred years"):
        parse_target("0" * 12 + "5m")


@pytest.mark.parametrize("target", ["0s", "1s", "59s", "1m", "90s", "59m", "1h", "25h", "0d", "1d", "7d"])
def test_a_target_is_shown_in_the_unit_it_was_written_in(target: str) -> None:
    assert str(parse_target(target)) == ("0h" if target == "0s" else target)


@pytest.mark.parametrize("length", [59, 60, 61])
def test_a_text_of_more_than_60_characters_is_not_repeated_in_the_message(length: int) -> None:
    text = "9" * (length - 1) + "h"
    with pytest.raises(TargetError) as error:
        parse_target(text)
    assert (text in str(error.value)) == (length <= 60)
    assert ("this target" in str(error.value)) == (length > 60)
