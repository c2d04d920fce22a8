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


def test_the_name_of_a_folder_of_zones_is_no_zone() -> None:
    with pytest.raises(UnknownZoneError):
        iana_zone("America")
