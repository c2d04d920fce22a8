"""Is each way in which people write a length of time read as the targets that it may mean?"""

from __future__ import annotations

import pytest

from slabot.calendars import parse_target
from slabot.calendars.target_words import readings

READ = {
    "2 working days": ("2 business days",),
    "2bd": ("2 business days",),
    "1 bd": ("1 business day",),
    "two business days": ("2 business days",),
    "2 workdays": ("2 business days",),
    "2 weekdays": ("2 business days",),
    "2-business-days": ("2 business days",),
    "2 b.d.": ("2 business days",),
    "2 buisness days": ("2 business days",),
    "2 business hours": ("2h",),
    "1 week": ("7d", "5 business days"),
    "2 days": ("2d", "2 business days"),
    "an hour": ("1h",),
    "half an hour": ("30m",),
    "1,5h": ("90m",),
    "1.5 days": ("36h",),
    "1:30": ("90m",),
    "PT2H": ("2h",),
    "P2D": ("2d", "2 business days"),
    "within 2 hours": ("2h",),
    "1 month": ("30d",),
    "1h30m": ("90m",),
    "soon": (),
    "2": (),
    "-2h": (),
    "2.5 business days": (),
    "0:00": (),
    "99999 weeks": (),
    "99999999 hours": (),
}


@pytest.mark.parametrize(("text", "meant"), READ.items(), ids=READ.keys())
def test_what_people_write_is_read(text: str, meant: tuple[str, ...]) -> None:
    assert readings(text) == meant


@pytest.mark.parametrize("meant", sorted({meant for all_meant in READ.values() for meant in all_meant}))
def test_each_reading_is_a_target(meant: str) -> None:
    assert str(parse_target(meant))
