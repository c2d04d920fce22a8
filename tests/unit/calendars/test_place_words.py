"""Are the places that stand for an offset there, and do the names of regions lead to them?"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from slabot.calendars import UnknownZoneError, iana_zone
from slabot.calendars.errors import UnknownCountryError
from slabot.calendars.holiday_book import known_country, known_region
from slabot.calendars.place_words import OFFSETS, REGIONS

WINTER, SUMMER = datetime(2026, 1, 15), datetime(2026, 7, 15)


@pytest.mark.parametrize(("minutes", "place"), [(east, place) for east, places in OFFSETS.items() for place in places])
def test_a_place_that_is_suggested_for_an_offset_has_it_as_its_standard_time(minutes: int, place: str) -> None:
    offsets = {when.replace(tzinfo=ZoneInfo(place)).utcoffset() for when in (WINTER, SUMMER)}

    assert timedelta(minutes=minutes) in offsets


@pytest.mark.parametrize(
    ("zone", "suggested"),
    [
        ("UTC+1", "Europe/Berlin"),
        ("GMT-5", "America/New_York"),
        ("UTC-03:00", "America/Sao_Paulo"),
        ("UTC+5:30", "Asia/Kolkata"),
        ("UTC+5.5", "Asia/Kolkata"),
        ("GMT+0530", "Asia/Kolkata"),
        ("(GMT+01:00) Berlin", "Europe/Berlin"),
        ("UTC−3", "America/Sao_Paulo"),
        ("+01:00", "Europe/Berlin"),
        ("IST", "Asia/Jerusalem"),
        ("PST", "America/Los_Angeles"),
        ("Germany", "Europe/Berlin"),
    ],
)
def test_an_offset_and_an_abbreviation_are_answered_with_places(zone: str, suggested: str) -> None:
    with pytest.raises(UnknownZoneError, match=suggested):
        iana_zone(zone)


@pytest.mark.parametrize(
    "zone", ["UTC+1", "GMT-5", "GMT5", "Etc/GMT-15", "Etc/GMT-05", "UTC 2", "GMT-05:00", "UTC+99", "ETC/GMT-5 "]
)
def test_neither_utc_nor_a_zone_with_its_sign_turned_is_suggested_for_an_offset(zone: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        iana_zone(zone)

    remedy = str(refused.value).partition("; ")[2]
    assert "Etc" not in remedy
    assert "GMT" not in remedy
    assert "UTC" not in remedy


@pytest.mark.parametrize(
    ("country", "name", "code"),
    [(country, name, code) for country, names in REGIONS.items() for name, code in names.items()],
)
def test_a_region_by_its_english_name_leads_to_its_code(country: str, name: str, code: str) -> None:
    assert known_region(country, code) == code
    with pytest.raises(UnknownCountryError, match=rf'did you mean "{code}"\?'):
        known_region(country, name)


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("DE", "DE-BY", "BY"),
        ("US", "us-ca", "CA"),
        ("CH", "Zurich", "ZH"),
        ("CH", "Canton of Zurich", "ZH"),
        ("AT", "AT-9", "9"),
    ],
)
def test_a_region_with_its_country_or_without_its_accents_is_understood(country: str, region: str, code: str) -> None:
    with pytest.raises(UnknownCountryError) as refused:
        known_region(country, region)
    assert str(refused.value).endswith(f'did you mean "{code}"?')


@pytest.mark.parametrize(
    ("country", "remedy"),
    [
        ("DE-BY", "write country: DE and region: BY"),
        ("AT-9", 'write country: AT and region: "9"'),
        ("Scotland", "write country: GB and region: SCT"),
        ("Deutschland", "write country: DE"),
        ("Germany", 'did you mean "DE"?'),
    ],
)
def test_a_country_by_another_name_is_understood(country: str, remedy: str) -> None:
    with pytest.raises(UnknownCountryError) as refused:
        known_country(country)
    assert str(refused.value).endswith(remedy)
