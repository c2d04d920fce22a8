from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from slabot.calendars import (
    Calendar,
    Override,
    UnknownCountryError,
    moved_working_days,
    parse_hours,
    regional_holidays,
)
from tests.unit.calendars.conftest import ALL_DAY, OFFICE, Make


def test_the_public_holidays_of_a_country_are_closed(support_week: Calendar) -> None:
    republic_day = datetime(2026, 1, 26, 12, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert support_week.holiday(republic_day) == "Republic Day"
    assert not support_week.is_open(republic_day)
    assert support_week.closes_all_day(republic_day)


def test_a_holiday_is_the_zones_own_date_from_midnight_to_midnight(support_week: Calendar) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    assert support_week.holiday(datetime(2026, 1, 25, 23, 59, 59, tzinfo=zone)) is None
    assert support_week.holiday(datetime(2026, 1, 26, tzinfo=zone)) == "Republic Day"
    assert support_week.holiday(datetime(2026, 1, 26, 23, 59, 59, tzinfo=zone)) == "Republic Day"
    assert support_week.holiday(datetime(2026, 1, 27, tzinfo=zone)) is None


def test_a_region_has_its_own_holidays_and_may_be_named(make: Make) -> None:
    for region in ("BY", "by", "Bayern"):
        bavaria = make(week=OFFICE, country="de", region=region).holidays(2026)
        assert bavaria[date(2026, 1, 6)] == "Epiphany"
    assert date(2026, 1, 6) not in make(week=OFFICE, country="DE").holidays(2026)


def test_names_do_not_depend_on_the_language_of_the_machine(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("de", "hi", "C"):
        monkeypatch.setenv("LANGUAGE", language)
        assert make(week=OFFICE, country="DE").holidays(2026)[date(2026, 12, 25)] == "Christmas Day"


def test_an_observed_date_is_closed_in_its_own_year(make: Make) -> None:
    calendar = make(week=OFFICE, country="US")
    assert calendar.holidays(2021)[date(2021, 12, 31)] == "New Year's Day (observed)"
    assert date(2021, 12, 31) not in calendar.holidays(2022)


def test_own_holidays_are_added_and_their_name_wins(make: Make) -> None:
    calendar = make(
        week=OFFICE, country="IN", holidays={date(2026, 1, 26): "Company day", date(2026, 1, 27): "Bridge day"}
    )
    assert calendar.holidays(2026)[date(2026, 1, 26)] == "Company day"
    assert calendar.holidays(2026)[date(2026, 1, 27)] == "Bridge day"


def test_the_holidays_of_a_year_are_in_the_order_of_their_dates_and_of_that_year_alone(make: Make) -> None:
    own = {date(2026, 1, 2): "Second", date(2025, 12, 31): "Before", date(2027, 1, 1): "After"}
    listed = list(make(week=ALL_DAY, country="IN", holidays=own).holidays(2026))
    assert listed == sorted(listed)
    assert date(2026, 1, 2) in listed
    assert {day.year for day in listed} == {2026}
    for year in (2025, 2026, 2027):
        assert list(make(week=ALL_DAY, holidays=own).holidays(year)) == [day for day in own if day.year == year]


def test_a_public_holiday_is_excepted_by_its_date_once(make: Make) -> None:
    calendar = make(week=OFFICE, country="IN", except_holidays=frozenset({date(2026, 1, 26)}))
    assert date(2026, 1, 26) not in calendar.holidays(2026)
    assert calendar.holidays(2027)[date(2027, 1, 26)] == "Republic Day"


def test_a_public_holiday_is_excepted_by_its_name_in_every_year_in_any_case(make: Make) -> None:
    calendar = make(week=OFFICE, country="IN", except_holidays=frozenset({" republic DAY "}))
    assert not any(calendar.holiday(datetime(year, 1, 26, 12, tzinfo=ZoneInfo("UTC"))) for year in range(2020, 2030))


def test_an_excepted_name_takes_its_observed_date_along(make: Make) -> None:
    calendar = make(week=OFFICE, country="US", except_holidays=frozenset({"Christmas Day"}))
    assert date(2021, 12, 24) not in calendar.holidays(2021)  # observed, for the 25th was a Saturday
    assert date(2021, 12, 25) not in calendar.holidays(2021)


def test_an_own_holiday_is_not_excepted(make: Make) -> None:
    day = date(2026, 1, 26)
    calendar = make(
        week=OFFICE, country="IN", holidays={day: "Republic Day"}, except_holidays=frozenset({day, "Republic Day"})
    )
    assert calendar.holidays(2026)[day] == "Republic Day"


def test_several_names_of_one_date_are_joined_and_excepted_one_by_one(make: Make) -> None:
    day = date(2025, 10, 2)
    assert make(week=OFFICE, country="IN").holidays(2025)[day] == "Dussehra, Mahatma Gandhi's Birthday"
    for excepted, left in (
        ({"Dussehra"}, "Mahatma Gandhi's Birthday"),
        ({"Dussehra", "mahatma gandhi's birthday"}, None),
    ):
        calendar = make(week=OFFICE, country="IN", except_holidays=frozenset(excepted))
        assert calendar.holidays(2025).get(day) == left


def test_an_exception_that_takes_nothing_away_is_reported(make: Make) -> None:
    calendar = make(
        week=OFFICE,
        country="IN",
        except_holidays=frozenset({"Republic Day", "Republik Day", date(2026, 1, 26), date(2026, 1, 28)}),
    )
    assert calendar.unused_exceptions(range(2025, 2028)) == ("2026-01-28", "Republik Day")


def test_exceptions_that_take_nothing_away_are_listed_in_order(make: Make) -> None:
    names = [f"{letter} Day" for letter in "QWERTZUIOP"]
    calendar = make(week=ALL_DAY, country="IN", except_holidays=frozenset({*names, date(2026, 3, 3)}))
    assert calendar.unused_exceptions(range(2026, 2027)) == ("2026-03-03", *sorted(names))


def test_a_dated_override_beats_the_holiday_and_its_name(make: Make) -> None:
    day = date(2026, 1, 26)
    calendar = make(week=OFFICE, country="IN", overrides={day: Override((parse_hours("10:00-12:00"),), "Stocktaking")})
    at = datetime(2026, 1, 26, 11, tzinfo=ZoneInfo("UTC"))
    assert calendar.is_open(at)
    assert calendar.holiday(at) is None


def test_a_country_known_for_some_years_only_warns_nobody(make: Make) -> None:
    assert date(2090, 1, 26) in make(week=OFFICE, country="IN").holidays(2090)


@pytest.mark.parametrize(
    ("country", "region", "message"),
    [
        ("India", None, 'no holidays are known for the country "India"; did you mean "IN"?'),
        ("Germny", None, 'no holidays are known for the country "Germny"; did you mean "DE"'),
        ("XX", None, 'no holidays are known for the country "XX"; write its ISO code, as in IN or US'),
        ("DE", "Bayer", 'no holidays are known for the region "Bayer" of DE; did you mean "BY"?'),
        ("CH", "XX", 'no holidays are known for the region "XX" of CH; its regions are AG, AI, '),
        (
            "VA",
            "XX",
            'no holidays are known for the region "XX" of VA; its holidays are the same everywhere, so leave out',
        ),
    ],
)
def test_an_unknown_country_or_region_is_refused_with_the_nearest_names(
    make: Make, country: str, region: str | None, message: str
) -> None:
    with pytest.raises(UnknownCountryError) as refused:
        make(week=OFFICE, country=country, region=region)
    assert str(refused.value).startswith(message)
    assert (refused.value.country, refused.value.region) == (country, region)


def test_the_holidays_of_each_region_are_those_that_the_country_has_not() -> None:
    britain = regional_holidays("GB", 2027)
    assert list(britain) == ["ENG", "NIR", "SCT", "WLS"]
    assert britain["ENG"] == {date(2027, 3, 29): "Easter Monday", date(2027, 8, 30): "Late Summer Bank Holiday"}
    assert date(2027, 12, 25) not in britain["SCT"]
    assert regional_holidays("JP", 2027) == {}
    assert "HH" in regional_holidays("DE", 2027)
    assert "Berlin" not in regional_holidays("DE", 2027)


def test_moved_working_days_are_weekend_days_of_the_year_itself() -> None:
    assert moved_working_days("HU", None, 2026) == (date(2026, 1, 10), date(2026, 8, 8))
    assert moved_working_days("HU", None, 2025) == (date(2025, 5, 17), date(2025, 10, 18), date(2025, 12, 13))
    assert moved_working_days("CN", None, 2027) == ()
    assert moved_working_days("JP", None, 2026) == ()
    # Of Armenia the package tells more than it is asked about.
    assert all(day.year == year for year in range(2000, 2016) for day in moved_working_days("AM", None, year))
    assert moved_working_days("AM", None, 2006)


LOADED = """
import sys
from slabot.calendars import known_country, regional_holidays
assert known_country("in") == "IN" and regional_holidays("IN", 2026)
print(sorted(name for name in sys.modules if name.startswith("holidays.countries.")))
import holidays
from tests.unit.calendars.conftest import Make
print(len(holidays.list_supported_countries()) > 200)
"""


def test_only_the_countries_that_are_asked_for_are_loaded_and_each_can_be_loaded_alone() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["['holidays.countries.india']", "True"]
