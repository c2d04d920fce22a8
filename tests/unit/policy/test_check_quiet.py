"""Is somebody told whose quiet hours end in the middle of a night?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml

from slabot.policy import check_policy

from .conftest import RIGHT, TODAY

Warned = Callable[..., list[tuple[str, str, str]]]
NIGHTS = 'open: {mon-fri: ["20:00-08:00"], sat-sun: ["08:00-20:00", "20:00-08:00"]}'
ENDS, HOLIDAYS = "quiet-ends-at-night", "quiet-not-on-holidays"


def quiet(*entries: tuple[str, str], zone: str = "Europe/Berlin") -> str:
    """The right policy with quiet hours: of each entry the calendar's settings and the severities."""
    calendars = "".join(f"  q{n}: {{time_zone: {zone}, {spec}}}\n" for n, (spec, _) in enumerate(entries))
    held = ", ".join(f"{{calendar: q{n}, severities: [{names}]}}" for n, (_, names) in enumerate(entries))
    return RIGHT.replace("severities:\n", f"{calendars}severities:\n", 1) + f"quiet_hours: [{held}]\n"


def findings(*entries: tuple[str, str], zone: str = "Europe/Berlin") -> list[tuple[str, str, str, str]]:
    policy, problems = check_policy(quiet(*entries, zone=zone), "config.yaml", TODAY)
    assert policy is not None, "\n".join(map(str, problems))
    return [(one.code, one.path, one.message, one.fix) for one in problems]


@pytest.mark.parametrize(
    ("hours", "instants", "mended"),
    [
        (
            '{mon-fri: ["20:00-08:00"], sat-sun: ["00:00-24:00"]}',
            "Monday 00:00",
            '{mon: ["00:00-08:00", "20:00-08:00"], tue-fri: ["20:00-08:00"], sat-sun: ["00:00-24:00"]}',
        ),
        (  # a night that is written in two parts, of which the weekend lacks the second
            '{mon-fri: ["00:00-08:00", "20:00-24:00"]}',
            "Saturday 00:00",
            '{mon-fri: ["00:00-08:00", "20:00-24:00"], sat: ["00:00-08:00"]}',
        ),
        (  # not at midnight, and before the hours at which it is night in any case
            '{mon-fri: ["20:00-08:00"], sat: ["00:00-24:00"], sun: ["00:00-22:00"]}',
            "Sunday 22:00",
            '{mon-fri: ["20:00-08:00"], sat: ["00:00-24:00"], sun: ["00:00-22:00", "22:00-08:00"]}',
        ),
        ('{sat-sun: ["00:00-24:00"]}', "Monday 00:00", '{mon: ["00:00-08:00"], sat-sun: ["00:00-24:00"]}'),
        ('{fri: ["12:00-23:00"]}', "Friday 23:00", '{fri: ["12:00-23:00", "23:00-08:00"]}'),
        (
            '{mon-sun: ["20:00-24:00"]}',
            "Wednesday 00:00, Thursday 00:00, Friday 00:00 and 4 more times",
            '{mon-sun: ["00:00-08:00", "20:00-24:00"]}',
        ),
        (  # the one night on which the clock jumps over the end is no pattern
            '{mon-sun: ["22:00-02:00"]}',
            "Tuesday 02:00, Wednesday 02:00, Thursday 02:00 and 4 more times",
            '{mon-sun: ["02:00-08:00", "22:00-02:00"]}',
        ),
        ('{mon: ["20:00-03:58"]}', "Tuesday 03:58", '{mon: ["20:00-03:58"], tue: ["03:58-08:00"]}'),
    ],
)
def test_an_end_within_a_night_is_named_and_its_fix_works(hours: str, instants: str, mended: str) -> None:
    ((code, path, message, fix),) = findings((f"open: {hours}", "low"))

    assert (code, path) == (ENDS, "quiet_hours[0].calendar")
    assert message == f"q0 ends at {instants}, within a night: the pages that waited would come then"
    assert fix == f"let its hours run on to the morning: open: {mended}"
    assert findings((f"open: {mended}", "low")) == []


@pytest.mark.parametrize(
    "calendar",
    [
        NIGHTS,
        'open: {mon-sun: ["20:00-08:00"]}',
        'open: {mon-sun: ["00:00-08:00", "20:00-24:00"]}',  # two spans that adjoin have no end between them
        'open: {mon-thu: ["22:00-06:00"], fri-sat: ["22:00-10:00"], sun: ["22:00-06:00"]}',  # later at weekends
        'open: {mon-fri: ["12:00-13:00"]}',  # not a night at all
        'open: {mon-sun: ["21:00-04:00"]}',  # an early shift
        'open: {mon-sun: ["06:00-22:58"]}',  # a team that works by night
        f'{NIGHTS}, dates: [{{date: 2026-12-25, open: ["00:00-24:00", "20:00-08:00"], name: Christmas}}]',
        f'{NIGHTS}, breaks: [{{days: sat, at: "12:00-13:00", name: Open}}]',
    ],
)
def test_quiet_hours_that_end_by_day_are_no_doubt(calendar: str) -> None:
    assert findings((calendar, "low")) == []


def test_a_joint_of_two_calendars_is_no_end() -> None:
    nights, weekends = 'open: {mon-sun: ["20:00-08:00"]}', 'open: {sat-sun: ["00:00-24:00"]}'

    assert findings((nights, "high, low"), (weekends, "high, low")) == []
    assert findings((weekends, "high, low"), (nights, "high, low")) == []
    # For `high` the weekend stands alone.
    ((code, path, message, _),) = findings((nights, "low"), (weekends, "high, low"))
    assert (code, path) == (ENDS, "quiet_hours[1].calendar")
    assert message.startswith("q1 ends at Monday 00:00,")


def test_the_entry_that_ends_is_named_once_however_many_severities_it_holds() -> None:
    nights, weekends = 'open: {mon-fri: ["20:00-08:00"]}', 'open: {sat-sun: ["00:00-24:00"]}'
    found = findings((nights, "high"), (nights, "low"), (weekends, "high, low"))

    assert [(code, path) for code, path, _, _ in found] == [(ENDS, "quiet_hours[2].calendar")]


def test_a_date_of_its_own_hours_that_ends_at_night_is_named_and_its_fix_works() -> None:
    nights = 'open: {mon-sun: ["20:00-08:00"]}'
    christmas = '{date: 2026-12-25, open: ["00:00-24:00"], name: Christmas}'
    ((code, _, message, fix),) = findings((f"{nights}, dates: [{christmas}]", "low"))

    assert code == ENDS
    assert message.startswith("q0 ends at Saturday 26 Dec 2026 00:00, within a night")
    assert fix == (
        "give such a date its own hours under dates: "
        '{date: 2026-12-26, open: ["00:00-08:00", "20:00-08:00"], name: Quiet}'
    )
    assert findings((f"{nights}, dates: [{christmas}, {fix.partition('dates: ')[2]}]", "low")) == []


def test_a_date_that_has_own_hours_keeps_them_in_the_fix() -> None:
    dates = '{date: 2026-12-26, open: ["00:00-02:00", "12:00-13:00"], name: Boxing Day}'
    ((_, _, message, fix),) = findings((f'open: {{mon-sun: ["20:00-24:00", "00:00-08:00"]}}, dates: [{dates}]', "low"))

    assert message.startswith("q0 ends at Saturday 26 Dec 2026 02:00")
    assert '["00:00-02:00", "02:00-08:00", "12:00-13:00"]' in fix


def test_holidays_in_the_calendar_of_quiet_hours_are_a_doubt_of_their_own() -> None:
    for holidays in ("{country: DE, region: BE}", "{also: [{date: 2026-12-24, name: Eve}]}"):
        for nights in (NIGHTS, 'open: {mon-sun: ["00:00-08:00", "20:00-24:00"]}'):
            found = findings((f"{nights}, holidays: {holidays}", "low"), (f"{nights}", "high"))
            assert [(code, path) for code, path, _, _ in found] == [(HOLIDAYS, "calendars.q0.holidays")]
            assert found[0][2] == "holidays close q0, so on them it is not quiet and pages come at any hour"


def test_a_calendar_in_two_entries_has_its_holidays_named_once() -> None:
    text = quiet((f"{NIGHTS}, holidays: {{country: DE, region: BE}}", "low"))
    text = text.replace("quiet_hours: [", "quiet_hours: [{calendar: q0, severities: [high]}, ")
    _, problems = check_policy(text, "config.yaml", TODAY)

    assert [problem.code for problem in problems] == [HOLIDAYS]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("split", ["00:00", "02:00", "02:30", "03:00"])
def test_a_change_of_the_clocks_makes_no_end(zone: str, split: str) -> None:
    """Spans that adjoin on the wall clock adjoin on the dates on which the clock jumps, too."""
    morning = '"00:00-08:00"' if split == "00:00" else f'"00:00-{split}", "{split}-08:00"'

    assert findings((f'open: {{mon-sun: [{morning}, "20:00-24:00"]}}', "low"), zone=zone) == []


def test_an_end_that_the_clock_jumps_over_is_judged_by_the_time_that_it_shows() -> None:
    """A night until 04:00 ends at 04:00 on each date, and one until 02:30 is short on every date but the jump's."""
    assert findings(('open: {mon-sun: ["20:00-04:00"]}', "low")) == []
    ((_, _, message, _),) = findings(('open: {mon-sun: ["20:00-02:30"]}', "low"))
    assert "03:30" not in message


def test_a_calendar_of_other_years_is_left_to_its_own_check() -> None:
    found = findings(('open: {sat-sun: ["00:00-24:00"]}, years: "2020-2025"', "low"))

    assert [code for code, *_ in found] == ["years-end-soon"]


def test_the_example_in_the_documentation_is_quiet_from_friday_evening_to_monday_morning(checkout: Path) -> None:
    page = (checkout / "docs" / "settings.md").read_text(encoding="utf-8")
    part = page.partition("### quiet_hours.calendar\n")[2].partition("\n### ")[0]
    match = re.search(r"```yaml\n(.*?)```", part, re.DOTALL)
    assert match is not None
    (spec,) = yaml.safe_load(match[1])["calendars"].values()
    policy, problems = check_policy(quiet((f"open: {spec['open']}", "low"), zone=spec["time_zone"]), "c", TODAY)

    assert problems == ()
    assert policy is not None
    friday = datetime.combine(TODAY + timedelta(days=3), time(12, 0), UTC)  # 17:30 in Kolkata
    end = policy.quiet_until("low", friday + timedelta(hours=5))
    assert end is not None
    assert f"{end.astimezone(policy.calendar('q0').zone):%A %H:%M}" == "Monday 08:00"


def test_the_published_slip_is_a_warning(shared_dir: Path) -> None:
    slips = yaml.safe_load((shared_dir / "cases" / "policy" / "slips.yaml").read_text(encoding="utf-8"))
    (slip,) = [slip for slip in slips if "quiet_hours.calendar" in slip["says"]]
    text = RIGHT.replace("severities:\n", f"  {slip['text']}\nseverities:\n", 1)
    policy, (problem,) = check_policy(f"{text}quiet_hours: {{calendar: nights, severities: [low]}}", "c", TODAY)

    assert policy is not None
    assert (problem.severity, problem.path) == ("warning", "quiet_hours.calendar")
    assert "nights ends at Monday 00:00, within a night" in problem.message
