"""Is an admin warned of the traps that others have fallen into, with a fix that works?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from slabot.policy import check_policy
from slabot.policy.check_traps import _PLACES

from .conftest import RIGHT, TODAY

Warned = Callable[..., list[tuple[str, str, str]]]
OFFICE = 'office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}}'


def findings(office: str, today: date = TODAY) -> list[tuple[str, str, str, str]]:
    """The warnings where the calendar `office` says this."""
    assert OFFICE in RIGHT
    policy, problems = check_policy(RIGHT.replace(OFFICE, f"office: {{{office}}}"), "config.yaml", today)
    assert policy is not None, "\n".join(map(str, problems))
    return [(one.code, one.path, one.message, one.fix) for one in problems]


def holidays(said: str, hours: str = '{mon-fri: ["09:00-17:00"]}', more: str = "") -> str:
    return f"time_zone: Europe/London, open: {hours}, holidays: {{{said}}}{more}"


# ── Regions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_country_with_regions_and_none_given_names_them_and_what_they_close() -> None:
    ((code, path, message, fix),) = findings(holidays("country: gb"))

    assert (code, path) == ("region-left-out", "calendars.office.holidays.country")
    assert message == (
        "GB has regions, none is given, and this calendar is open on holidays that only they have "
        "(ENG, WLS: Easter Monday, Late Summer Bank Holiday; "
        "NIR: Saint Patrick's Day, Easter Monday, Battle of the Boyne and 1 more; "
        "SCT: Saint Andrew's Day, New Year Holiday (observed), Summer Bank Holiday)"
    )
    assert fix == (
        "add region: ENG (or another of ENG, NIR, SCT, WLS), or region: national for the holidays of the whole "
        "country alone"
    )


@pytest.mark.parametrize(
    "said",
    [
        "country: GB, region: ENG",
        "country: GB, region: England",
        "country: GB, region: national",
        "country: GB, region: National",
        "country: JP",  # no regions
        "country: NL",
    ],
)
def test_what_is_said_or_the_same_everywhere_is_no_doubt(said: str) -> None:
    assert findings(holidays(said)) == []


def test_national_closes_what_the_whole_country_closes() -> None:
    text = RIGHT.replace(OFFICE, f"office: {{{holidays('country: GB, region: national')}}}")
    plain = RIGHT.replace(OFFICE, f"office: {{{holidays('country: GB')}}}")
    for year in (2026, 2027):
        (closed, known) = (_closed(written, year) for written in (text, plain))
        assert closed == known


def _closed(text: str, year: int) -> dict[date, str]:
    policy, _ = check_policy(text, "c", TODAY)
    assert policy is not None
    return policy.calendar("office").holidays(year)


def test_national_of_no_country_is_an_error() -> None:
    policy, (problem,) = check_policy(RIGHT.replace(OFFICE, f"office: {{{holidays('region: national')}}}"), "c", TODAY)

    assert policy is None
    assert problem.code == "bad-calendar"


@pytest.mark.parametrize(
    ("hours", "more"),
    [
        ('{thu: ["09:00-17:00"]}', ""),  # in the year ahead none of them is a Thursday
        ('{tue: ["09:00-17:00"]}', ", years: '2026-2026'"),  # the other years are not this calendar's
    ],
)
def test_holidays_on_which_the_calendar_is_closed_anyway_are_no_loss(hours: str, more: str) -> None:
    codes = [code for code, *_ in findings(holidays("country: GB", hours, more))]

    assert "region-left-out" not in codes


def test_holidays_of_your_own_close_what_a_region_would() -> None:
    own = "date: 2027-03-29, name: Easter Monday}, {date: 2027-08-30, name: Late Summer Bank Holiday"
    ((_, _, message, fix),) = findings(holidays(f"country: GB, also: [{{{own}}}]"))

    assert "ENG" not in message
    assert fix.startswith("add region: NIR (or another of NIR, SCT)")


def test_a_code_of_digits_is_quoted_since_yaml_would_read_a_number() -> None:
    ((_, _, _, fix),) = findings(holidays("country: FR"))
    region = fix.removeprefix("add region: ").split(" ")[0]

    assert region == '"57"'
    assert findings(holidays(f"country: FR, region: {region}")) == []


def test_many_regions_are_cut_short() -> None:
    ((_, _, message, fix),) = findings(holidays("country: US"))

    assert message.endswith("; and 38 more)")
    assert " and so on), or region: national" in fix


def test_the_published_case_is_warned_about_and_runs_longer_with_its_region(shared_dir: Path) -> None:
    text = (shared_dir / "cases" / "policy" / "14_country_without_region.yaml").read_text(encoding="utf-8")
    _, problems = check_policy(text, "c", TODAY)
    (found,) = [problem for problem in problems if problem.code == "region-left-out"]
    _, mended = check_policy(text.replace("country: GB", "country: GB, region: ENG"), "c", TODAY)

    assert "Easter Monday" in found.message
    assert "Summer Bank Holiday" in found.message
    assert "region-left-out" not in [problem.code for problem in mended]


# ── Zones ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "message", "fix"),
    [
        (
            "EST",
            '"EST" is UTC-5 all year round; the clocks of America/New_York change',
            "America/New_York or America/P",
        ),
        ("MST", '"MST" is UTC-7 all year round; the clocks of America/Denver change', "America/Denver or America/Phoe"),
        ("HST", '"HST" is UTC-10 all year round', "Pacific/Honolulu"),
        ("GMT", '"GMT" is UTC all year round; the clocks of Europe/London change', "Europe/London or Africa/Accra"),
        ("Etc/GMT", '"Etc/GMT" is UTC all year round; the clocks of Europe/London change', "Europe/London"),
        (
            "Etc/GMT+5",
            '"Etc/GMT+5" is UTC-5 all year round, the other way round than its sign says',
            "America/New_York",
        ),
        ("Etc/GMT-5", '"Etc/GMT-5" is UTC+5 all year round, the other way round than its sign says', "Asia/Karachi"),
        ("Etc/GMT-10", '"Etc/GMT-10" is UTC+10 all year round', "Australia/Sydney or Australia/Brisbane, which has no"),
    ],
)
def test_a_zone_that_is_a_number_of_hours_is_answered_with_places(zone: str, message: str, fix: str) -> None:
    ((code, path, said, how),) = findings(f'time_zone: {zone}, open: {{mon-fri: ["09:00-17:00"]}}')

    assert (code, path) == ("fixed-offset-zone", "calendars.office.time_zone")
    assert said.startswith(message)
    assert how.startswith(f"write a place: {fix}")
    for place in re.findall(r"\w+/\w+", how):
        assert findings(f'time_zone: {place}, open: {{mon-fri: ["09:00-17:00"]}}') == []
        assert _winter(place) == _winter(zone)


@pytest.mark.parametrize("offset", [*range(-14, 0), *range(1, 13)])
def test_every_number_of_hours_is_answered(offset: int) -> None:
    ((code, *_, fix),) = findings(f'time_zone: Etc/GMT{offset:+d}, open: {{mon-fri: ["09:00-17:00"]}}')

    assert code == "fixed-offset-zone"
    assert re.fullmatch(r"write a place: (\w+/\w+( or \w+/\w+, which has no summer time)?|the one .+)", fix)


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "EST5EDT", "CET", "America/Phoenix", "Arizona", "Asia/Kolkata"])
def test_a_place_without_summer_time_and_utc_are_meant(zone: str) -> None:
    assert findings(f'time_zone: {zone}, open: {{mon-fri: ["09:00-17:00"]}}') == []


def test_the_zone_of_a_rota_is_looked_at_too_and_that_of_an_open_calendar_is_not(warned: Warned) -> None:
    rota = "rotas: {one: {time_zone: EST, begins: 2026-01-05, hand_over: 'mon 09:00', people: [a@acme.example]}}\n"
    found = warned(("waiting:", f"{rota}waiting:"), ("{always: true}", "{always: true, time_zone: GMT}"))

    assert [(code, path) for code, path, _ in found] == [("fixed-offset-zone", "rotas.one.time_zone")]


@pytest.mark.parametrize("place", _PLACES)
def test_every_place_that_is_named_exists(place: str) -> None:
    assert ZoneInfo(place).key == place


def _winter(zone: str) -> timedelta:
    offsets = (datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))
    return min(timedelta() if offset is None else offset for offset in offsets)


# ── Moved working days ──────────────────────────────────────────────────────────────────────────────────────────────


def test_working_days_that_a_country_moved_are_opened_and_no_doubt() -> None:
    assert findings(holidays("country: HU"), date(2026, 1, 1)) == []


def test_a_calendar_that_opens_at_weekends_loses_nothing() -> None:
    assert findings(holidays("country: HU", '{mon-sun: ["09:00-17:00"]}'), date(2026, 1, 1)) == []


def test_a_country_that_has_not_announced_them_yet_is_still_a_trap() -> None:
    ((code, _, message, fix),) = findings(holidays("country: CN"), date(2026, 11, 24))

    assert code == "working-days-moved"
    assert "those of the coming year are not known yet" in message
    assert fix.startswith("update slabot's packages once they are announced, or open them under dates")
    assert findings(holidays("country: CN, moved_working_days: false"), date(2026, 11, 24)) == []


@pytest.mark.parametrize("country", ["JP", "NL", "FI"])
def test_a_country_that_moves_none_is_no_doubt(country: str) -> None:
    codes = {code for code, *_ in findings(holidays(f"country: {country}, region: national"))}

    assert "working-days-moved" not in codes


# ── The last minute ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "where", "lost", "mended"),
    [
        ('open: {mon-fri: ["00:00-23:59"]}', "open.mon-fri[0]", "minute", "00:00-24:00"),
        ('open: {mon-fri: "00:00-23:59"}', "open.mon-fri", "minute", "00:00-24:00"),
        ('open: {mon: ["09:00-12:00", "13:00-16:59"]}', "open.mon[1]", "minute", "13:00-17:00"),
        ('open: {mon: ["00:00-23:59:59"]}', "open.mon[0]", "second", "00:00-24:00"),
        ('open: {mon: ["20:00-07:59"]}', "open.mon[0]", "minute", "20:00-08:00"),
        (
            'open: {mon: ["09:00-17:00"]}, dates: [{date: 2026-12-31, open: ["09:00-11:59"], name: Eve}]',
            "dates[0].open[0]",
            "minute",
            "09:00-12:00",
        ),
        (
            'open: {mon: ["09:00-17:00"]}, breaks: [{days: mon, at: "12:00-12:59"}]',
            "breaks[0].at",
            "minute",
            "12:00-13:00",
        ),
    ],
)
def test_hours_that_end_a_minute_early_lose_it(written: str, where: str, lost: str, mended: str) -> None:
    ((code, path, message, fix),) = findings(f"time_zone: Europe/Berlin, {written}")

    assert (code, path) == ("last-minute-lost", f"calendars.office.{where}")
    assert f"ends a {lost} before the hour is full" in message
    assert fix == f'write "{mended}"'
    wrong = re.search(r'^"([^"]+)"', message)
    assert wrong is not None
    assert findings(f"time_zone: Europe/Berlin, {written.replace(wrong[1], mended)}") == []


@pytest.mark.parametrize("hours", ["09:00-17:30", "09:00-16:58", "09:00-16:45", "09:59-17:00", "00:00-24:00"])
def test_other_ends_are_meant(hours: str) -> None:
    assert findings(f'time_zone: Europe/Berlin, open: {{mon-fri: ["{hours}"]}}') == []
