"""Does `slabot check` prove what it says about follow-ups, for every second of the year?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from slabot.calendars import Break, Calendar, CalendarSpec, Hours, Override, YearlyDate
from slabot.policy import Waiting
from slabot.policy.check_waiting import misfits
from slabot.policy.follow_up_plan import follow_up_times

TODAY = date(2026, 3, 1)  # clocks change in these weeks in each zone below that changes them
DATES = 60
# Clock changes at midnight, by half an hour, on ordinary dates; and none.
ZONES = ("Asia/Kolkata", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")

dates = st.dates(TODAY, TODAY + timedelta(days=DATES + 20))
minutes = st.integers(0, 24 * 60 - 1)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens = draw(minutes)  # longer than a break, so that the calendar opens
    return Hours(opens * 60, (opens + draw(st.integers(31, 20 * 60))) * 60)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    whole_days = draw(st.booleans())
    week = {
        day: (Hours(0, 86_400),) if whole_days else (draw(hours()),)
        for day in draw(st.sets(st.integers(0, 6), min_size=2))
    }
    return Calendar(
        CalendarSpec(
            name="drawn",
            zone=ZoneInfo(draw(st.sampled_from(ZONES))),
            week=week,
            overrides={day: Override((draw(hours()),), "own hours") for day in draw(st.lists(dates, max_size=2))},
            each_year={
                YearlyDate(day.month, day.day): Override((draw(hours()),), "each year")
                for day in draw(st.lists(dates, max_size=1))
            },
            before_holidays=draw(st.none() | st.builds(Override, st.tuples(hours()), st.just(""))),
            holidays=dict.fromkeys(draw(st.lists(dates, max_size=6)), "holiday"),
            breaks=tuple(
                Break(Hours(at * 60, at * 60 + 1800), "break")
                for at in draw(st.lists(st.integers(0, 1400), max_size=1))
            ),
        )
    )


@st.composite
def joined_calendars(draw: st.DrawFn) -> Calendar:
    """Two calendars, whose clocks may change on different dates, by the dates of either or of another zone."""
    parts = tuple(draw(calendars()).spec for _ in range(2))
    return Calendar(CalendarSpec(name="joined", joins=parts, zone=ZoneInfo(draw(st.sampled_from(ZONES)))))


@st.composite
def waits(draw: st.DrawFn) -> Waiting:
    days = sorted(draw(st.sets(st.integers(1, 5), min_size=1, max_size=3)))
    return Waiting(
        follow_ups=len(days),
        on_business_days=tuple(days),
        follow_up_spacing=timedelta(minutes=draw(st.sampled_from((0, 240, 1439, 2000, 2880)))),
        or_after=timedelta(minutes=draw(st.integers(2 * 1440, 12 * 1440))),
    )


@settings(max_examples=15)
@given(
    calendars() | joined_calendars(), waits(), st.lists(st.integers(0, DATES * 86_400 - 1), min_size=60, max_size=60)
)
def test_no_start_needs_longer_than_the_proof_says(calendar: Calendar, waiting: Waiting, seconds: list[int]) -> None:
    proved = misfits(calendar, waiting, TODAY, dates=DATES)
    for offset in seconds:
        start = calendar.resolve(TODAY, 0) + timedelta(seconds=offset)
        need = _need(calendar, waiting, start)

        if need > waiting.or_after:
            assert proved is not None, f"a wait from {start} does not fit, and nothing was said"
            assert need <= proved.need
            assert start >= proved.start


@settings(max_examples=15)
@given(calendars() | joined_calendars(), waits())
def test_the_start_that_is_named_does_not_fit_and_the_second_before_does(calendar: Calendar, waiting: Waiting) -> None:
    proved = misfits(calendar, waiting, TODAY, dates=DATES)
    if proved is None:
        return

    assert _need(calendar, waiting, proved.start) == proved.last - proved.start > waiting.or_after
    if proved.start > calendar.resolve(TODAY, 0):
        assert _need(calendar, waiting, proved.start - timedelta(seconds=1)) <= waiting.or_after


def _need(calendar: Calendar, waiting: Waiting, start: datetime) -> timedelta:
    assert start.tzinfo is UTC
    times = follow_up_times(
        calendar,
        start,
        on_business_days=waiting.on_business_days,
        spacing=waiting.follow_up_spacing,
        ask=start,
    )
    return times[-1] - start
