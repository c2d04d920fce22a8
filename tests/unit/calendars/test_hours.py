from __future__ import annotations

import pytest

from slabot.calendars import Break, Hours, HoursError, parse_days, parse_hours

HOUR = 3600


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("09:00-17:00", 9 * HOUR, 17 * HOUR),
        ("9:00-17:00", 9 * HOUR, 17 * HOUR),
        (" 09:00 – 17:00 ", 9 * HOUR, 17 * HOUR),  # an en dash, as text processors write it
        ("00:00-24:00", 0, 24 * HOUR),
        ("22:00-06:00", 22 * HOUR, 30 * HOUR),  # closes on the next date
        ("22:00-00:00", 22 * HOUR, 24 * HOUR),
        ("22:00-24:00", 22 * HOUR, 24 * HOUR),
        ("09:00:30-09:00:31", 9 * HOUR + 30, 9 * HOUR + 31),
    ],
)
def test_hours_are_read_in_seconds_after_midnight(text: str, opens: int, closes: int) -> None:
    assert parse_hours(text) == Hours(opens, closes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '"" is no span of hours; write it like "09:00-17:00"'),
        ("9-17", '"9-17" is no span of hours; write it like "09:00-17:00"'),
        ("10-18", '"10-18" is no span of hours; write it like "10:00-18:00"'),
        ("8.30-17", '"8.30-17" is no span of hours; write it like "08:30-17:00"'),
        ("9am – 5:30pm", '"9am – 5:30pm" is no span of hours; write it like "09:00-17:30"'),
        ("12am-12PM", '"12am-12PM" is no span of hours; write it like "00:00-12:00"'),
        ("0-24", '"0-24" is no span of hours; write it like "00:00-24:00"'),
        ("9-5", '"9-5" is no span of hours; write it like "09:00-17:00"'),
        ("10-30", '"10-30" is no span of hours; write it like "09:00-17:00"'),
        ("09:00", '"09:00" is no span of hours; write it like "09:00-17:00"'),
        ("09:00-17:00-18:00", '"09:00-17:00-18:00" is no span of hours; write it like "09:00-17:00"'),
        ("09:00-09:00", '"09:00-09:00" opens and closes at the same time; write "00:00-24:00" for a whole day'),
        ("00:00-00:00", '"00:00-00:00" opens and closes at the same time; write "00:00-24:00" for a whole day'),
        ("24:00-06:00", '"24:00-06:00" opens at 24:00, which is on the next date; write "00:00" there'),
        (
            "22:00-30:00",
            '"22:00-30:00" has a time that no clock shows; write 00:00 to 24:00, '
            'and hours that close on the next date like "22:00-06:00"',
        ),
        (
            "09:60-17:00",
            '"09:60-17:00" has a time that no clock shows; write 00:00 to 24:00, '
            'and hours that close on the next date like "22:00-06:00"',
        ),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_the_right_way(text: str, message: str) -> None:
    with pytest.raises(HoursError) as refused:
        parse_hours(text)
    assert str(refused.value) == message


@pytest.mark.parametrize("text", ["09:60-17:00", "09:00:60-17:00", "09:00-24:01", "09:00-24:00:01", "24:00-25:00"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        parse_hours(text)


@pytest.mark.parametrize(
    "text",
    [
        "09:00-17:00",
        "00:00-24:00",
        "22:00-06:00",
        "09:00:30-17:00",
        "22:00-24:00",
        "00:00-00:01",
        "23:59-24:00",
        "23:59:59-24:00",
        "09:59-10:59",
        "09:00:59-17:00:59",
    ],
)
def test_hours_are_shown_as_they_are_written(text: str) -> None:
    assert str(parse_hours(text)) == text


@pytest.mark.parametrize(("opens", "closes"), [(-1, 5), (86_400, 90_000), (5, 5), (6, 5), (0, 172_801)])
def test_hours_from_numbers_must_open_within_the_date_and_close_within_the_next(opens: int, closes: int) -> None:
    with pytest.raises(HoursError):
        Hours(opens, closes)


def test_hours_may_run_to_the_end_of_the_next_date() -> None:
    assert Hours(86_399, 172_800).closes == 172_800
    assert Hours(0, 1).closes == 1
    assert str(Hours(0, 172_800)) == "00:00-48:00"
    assert str(Hours(9 * HOUR, 33 * HOUR)) == "09:00-33:00"  # 24 hours long, which "09:00-09:00" would not say


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        (Hours(0, 86_400), "00:00-24:00"),
        (Hours(2, 86_401), "00:00:02-00:00:01"),
        (Hours(1, 86_401), "00:00:01-24:00:01"),  # a whole day: "00:00:01-00:00:01" would be none
        (Hours(1, 86_400), "00:00:01-24:00"),
        (Hours(3_600, 86_400 + 7_200), "01:00-26:00"),
    ],
)
def test_hours_that_close_on_the_next_date_are_shown_so_that_they_can_be_told_apart(hours: Hours, shown: str) -> None:
    assert str(hours) == shown


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", (0,)),
        ("Sunday", (6,)),
        ("mon-fri", (0, 1, 2, 3, 4)),
        ("sat,sun", (5, 6)),
        ("fri-mon", (0, 4, 5, 6)),  # over the weekend; sorted
        ("mon - wed, fri", (0, 1, 2, 4)),
        ("mon-mon", (0,)),
        ("sun-sat", (0, 1, 2, 3, 4, 5, 6)),
        ("mon,mon", (0,)),
        ("tue-tue", (1,)),
        ("sun,wed,fri-mon", (0, 2, 4, 5, 6)),
    ],
)
def test_weekdays_are_read_with_0_for_monday(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["", "mo", "mon-", "mon,,tue", "weekdays", "1"])
def test_a_weekday_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(HoursError, match="is no weekday; write mon, mon-fri or sat,sun"):
        parse_days(text)


def test_a_break_has_weekdays_or_a_date_but_not_both() -> None:
    from datetime import date

    with pytest.raises(HoursError, match='the break "Lunch" has weekdays and a date; give one of them'):
        Break(hours=Hours(0, 60), name="Lunch", weekdays=(0,), date=date(2026, 1, 5))
