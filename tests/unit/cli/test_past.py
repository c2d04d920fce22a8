"""Times in the past, as people say them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from slabot.cli.past_times import past_instant
from slabot.domain import SlabotError

NOW = datetime(2026, 11, 28, 20, 30, tzinfo=UTC)  # already the 29th in Kolkata
KOLKATA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("now", "2026-11-28T20:30:00+00:00"),
        ("today", "2026-11-29T00:00:00+05:30"),
        ("Yesterday", "2026-11-28T00:00:00+05:30"),
        ("90s", "2026-11-28T20:28:30+00:00"),
        ("90m", "2026-11-28T19:00:00+00:00"),
        ("1h", "2026-11-28T19:30:00+00:00"),
        ("2 hours ago", "2026-11-28T18:30:00+00:00"),
        ("2 days", "2026-11-26T20:30:00+00:00"),
        ("1w", "2026-11-21T20:30:00+00:00"),
        ("2026-11-28", "2026-11-28T00:00:00+05:30"),
        ("2026-11-28 14:00", "2026-11-28T14:00:00+05:30"),
        ("2026-11-28T14:00:00+01:00", "2026-11-28T14:00:00+01:00"),
        ("2026-11-28T14:00Z", "2026-11-28T14:00:00+00:00"),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_policy(text: str, instant: str) -> None:
    assert past_instant(text, NOW, KOLKATA) == datetime.fromisoformat(instant)


def test_a_midnight_that_does_not_exist_is_the_first_instant_of_its_day() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # clocks went from 00:00 to 01:00
    assert past_instant("2026-04-24", NOW, cairo) == datetime(2026, 4, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-40", "1 fortnight", "-1h", "999999999w", "0001-01-01", "9999-12-31", "1.5h", "\x1b[2J"],
)
def test_what_is_no_time_is_refused_with_the_forms_that_are(text: str) -> None:
    with pytest.raises(SlabotError, match=r'--since: .*"yesterday"'):
        past_instant(text, NOW, KOLKATA)


def test_a_time_to_come_is_said_to_be_one() -> None:
    with pytest.raises(SlabotError, match=r"Mon 30 Nov 2026 00:00 \(Asia/Kolkata\), which is still to come"):
        past_instant("2026-11-30", NOW, KOLKATA)
