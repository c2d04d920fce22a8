from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from slabot.calendars import UnknownZoneError, iana_zone
from slabot.calendars.rails_zones import RAILS_ZONES


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Asia/Kolkata", "Asia/Kolkata"),
        ("UTC", "Etc/UTC"),
        (" Europe/Berlin ", "Europe/Berlin"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("New Delhi", "Asia/Kolkata"),
        ("Nuku'alofa", "Pacific/Tongatapu"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Kyev", "Europe/Kyiv"),
    ],
)
def test_iana_and_rails_names_give_a_zone(name: str, key: str) -> None:
    assert iana_zone(name).key == key


def test_every_rails_name_leads_to_a_zone_that_exists() -> None:
    assert set(RAILS_ZONES.values()) <= available_timezones()
    assert len(RAILS_ZONES) == 153  # 151 of ActiveSupport and two old spellings


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("Asia/Kolkatta", 'did you mean "Asia/Kolkata"?'),
        ("berlin", 'did you mean "Europe/Berlin"?'),
        ("new york", 'did you mean "America/New_York"?'),
        ("Pacific Time (US and Canada)", 'did you mean "Pacific Time (US & Canada)"?'),
        ("IST", "write an IANA name such as Asia/Kolkata"),
        ("", "write an IANA name such as Asia/Kolkata"),
        ("../../etc/passwd", "write an IANA name such as Asia/Kolkata"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_names(name: str, remedy: str) -> None:
    with pytest.raises(UnknownZoneError) as refused:
        iana_zone(name)
    assert str(refused.value).startswith(f'"{name}" is no time zone; {remedy}')
    assert refused.value.zone == name


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("istanbul", "Asia/Istanbul"),
        ("nicosia", "Asia/Nicosia"),
        ("louisville", "America/Kentucky/Louisville"),
        ("indianapolis", "America/Indiana/Indianapolis"),
        ("cordoba", "America/Argentina/Cordoba"),
        ("mendoza", "America/Argentina/Mendoza"),
        ("jujuy", "America/Argentina/Jujuy"),
        ("catamarca", "America/Argentina/Catamarca"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_of_several_zones_of_a_city_the_first_in_the_alphabet_is_suggested(city: str, zone: str) -> None:
    with pytest.raises(UnknownZoneError, match=f'did you mean "{zone}"'):
        iana_zone(city)


def test_a_zone_is_suggested_for_a_city_that_is_nearly_right() -> None:
    with pytest.raises(UnknownZoneError, match=r"Europe/Berlin"):
        iana_zone("berlim")


def test_the_name_of_a_folder_of_zones_is_no_zone() -> None:
    with pytest.raises(UnknownZoneError):
        iana_zone("America")
