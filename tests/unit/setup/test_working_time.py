"""The first file's working time: hours as people type them, and what is known of countries, regions and zones."""

from __future__ import annotations

from datetime import date

import holidays
import pytest
import yaml

from slabot.domain import SlabotError
from slabot.policy import check_policy
from slabot.setup import places
from slabot.setup.first_facts import WAITING, adapt
from slabot.setup.first_file import example_text
from slabot.setup.hours_text import closed_days, days_phrase, hours_phrase, read_hours, working_week
from slabot.setup.working_time import WorkingTime, block, closed_dates, judge

TODAY = date(2026, 11, 28)


def test_the_example_is_clean_but_for_the_warning_that_it_gives_its_reason_for() -> None:
    text = example_text()
    (warning,) = check_policy(text, "config.example.yaml", TODAY)[1] or (None,)
    if warning is not None:
        assert warning.code == WAITING
        assert text.splitlines()[warning.line - 2].strip().startswith(f"# slabot: ignore[{WAITING}] the agreement")


def test_an_example_of_another_release_is_refused() -> None:
    for broken in ("version: 1\n", example_text().replace("\nescalate:\n", "\nladders:\n")):
        with pytest.raises(SlabotError, match="install slabot again"):
            adapt(broken, kind="zendesk", working=WorkingTime(), facts=None, today=TODAY)


def test_an_answer_is_judged_by_the_checks_of_the_file() -> None:
    assert judge(WorkingTime(), TODAY) == ()
    (problem,) = judge(WorkingTime(zone="UTC+1:00"), TODAY)
    assert (problem.code, problem.severity) == ("unknown-time-zone", "error")
    (problem,) = judge(WorkingTime(hours={"mon-fri": ["09:00-09:00"]}), TODAY)
    assert problem.code == "bad-hours"


@pytest.mark.parametrize(
    ("typed", "hours", "phrase"),
    [
        ("mon-fri 09:00-17:00", {"mon-fri": ["09:00-17:00"]}, "09:00-17:00, Monday to Friday"),
        ("Mon – Fri 00:00 - 24:00", {"mon-fri": ["00:00-24:00"]}, "24 hours, Monday to Friday"),
        ("24/7", {"mon-sun": ["00:00-24:00"]}, "24 hours, every day"),
        ("sat, sun 10:00-14:00", {"sat,sun": ["10:00-14:00"]}, "10:00-14:00, Saturday and Sunday"),
        (
            "mon-thu 09:00-12:00 13:00-18:00; fri 09:00-15:00",
            {"mon-thu": ["09:00-12:00", "13:00-18:00"], "fri": ["09:00-15:00"]},
            "09:00-12:00 and 13:00-18:00, Monday to Thursday; 09:00-15:00, Friday",
        ),
    ],
)
def test_hours_are_read_from_one_line(typed: str, hours: dict[str, list[str]], phrase: str) -> None:
    assert read_hours(typed) == hours
    assert hours_phrase(hours) == phrase


@pytest.mark.parametrize("typed", ["", "mon-fri", "09:00-17:00", "mon-fri 09:00-17:00, sat"])
def test_days_without_hours_and_hours_without_days_are_refused(typed: str) -> None:
    with pytest.raises(SlabotError, match='write "mon-fri 09:00-17:00"'):
        read_hours(typed)


def test_days_are_named_around_the_week() -> None:
    assert closed_days({"sun-thu": ["09:00-17:00"]}) == (4, 5)
    assert days_phrase((0, 1, 2, 3, 6)) == "Sunday to Thursday"
    assert working_week((0, 1, 2, 3, 6)) == "sun-thu"
    assert working_week((0, 2)) == "mon,wed"
    assert closed_dates(WorkingTime(country="DE")) == "a Saturday, Sunday or holiday"
    assert closed_dates(WorkingTime(hours={"mon-sun": ["00:00-24:00"]})) == "a closed date"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("germany", "DE"), ("de", "DE"), ("DEU", "DE"), ("UK", "GB"), ("United States", "US"), ("Narnia", "Narnia")],
)
def test_a_country_is_known_by_name_and_code(typed: str, code: str) -> None:
    assert places.country_code(typed) == code


@pytest.mark.parametrize(
    ("country", "region", "zone"),
    [
        ("DE", "BY", "Europe/Berlin"),
        ("IN", "", "Asia/Kolkata"),
        ("AU", "NSW", "Australia/Sydney"),
        ("BR", "SP", "America/Sao_Paulo"),
        ("US", "CA", None),
        ("US", "", None),
        ("", "", None),
    ],
)
def test_a_zone_is_suggested_only_where_the_tables_leave_no_doubt(country: str, region: str, zone: str | None) -> None:
    assert places.likely_zone(country, region) == zone


def test_regions_are_told_by_name_and_code() -> None:
    assert places.regions("DE")["BY"] == "Bayern"
    assert places.regions("FR")["971"] == "Guadeloupe"
    assert places.regions("JP") == places.regions("") == {}


def test_the_calendar_of_every_country_is_written_with_and_without_its_regions() -> None:
    countries = holidays.list_supported_countries()
    assert len(countries) > 200
    for country in countries:
        for region in ("", *list(places.regions(country))[:1]):
            written = yaml.safe_load(block(WorkingTime(country=country, region=region), TODAY))
            expected = region or ("national" if places.regions(country) else None)
            assert written["support_week"]["holidays"]["country"] == country
            assert written["support_week"]["holidays"].get("region") == expected


def test_where_regions_have_no_short_codes_one_is_named_as_an_example() -> None:
    assert "# or Midden: the holidays of Midden as well" in block(WorkingTime(country="NL"), TODAY)
