"""Does an unquoted word mean what YAML 1.2 says?"""

from __future__ import annotations

import math

import pytest

from slabot.policy.core_schema import scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # What YAML 1.1 would bend: booleans, numbers to base 60, octal, dates
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("9:30", "9:30"),
        ("12:30:45", "12:30:45"),
        ("010", 10),
        ("2026-12-24", "2026-12-24"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("<<", "<<"),
        # The core schema's own words
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("0o17", 15),
        ("0xfF", 255),
        ("0o8", "0o8"),
        ("-0x1", "-0x1"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1e3", -1000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        # What a policy says
        ("2h", "2h"),
        ("50% used", "50% used"),
        ("1.2.3", "1.2.3"),
        ("٣", "٣"),  # a digit, but not one of YAML's
        ("9" * 40, int("9" * 40)),
        ("9" * 41, "9" * 41),
        ("9" * 5_000, "9" * 5_000),  # Python refuses to convert so many
        ("1e999999", math.inf),
    ],
)
def test_an_unquoted_word_means_what_yaml_1_2_says(text: str, value: object) -> None:
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


def test_not_a_number_is_one() -> None:
    assert math.isnan(scalar(".nan"))  # type: ignore[arg-type]
