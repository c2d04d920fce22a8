"""When do quiet hours hold a page back, and until when exactly?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slabot.policy import Policy
from tests.fixtures.policies import policy
from tests.fixtures.times import at

SECOND = timedelta(seconds=1)


def quiet(*severities: str, **calendars: dict[str, Any]) -> Policy:
    """Quiet while one of these calendars is open."""
    edits: dict[str, Any] = {
        f"calendars.{name}": {"time_zone": "Asia/Kolkata", **spec} if "always" not in spec else spec
        for name, spec in calendars.items()
    }
    entries = [{"calendar": name, "severities": list(severities)} for name in calendars]
    return policy(edits, {"quiet_hours": entries})


NIGHTS = {"open": {"mon-sun": ["20:00-08:00"]}}
WEEKENDS = {"open": {"sat,sun": ["00:00-24:00"]}}


@pytest.mark.parametrize(
    ("when", "until", "since"),
    [
        ("Mon 12 Jan 19:59:59", None, None),
        ("Mon 12 Jan 20:00", "Tue 13 Jan 08:00", "Mon 12 Jan 20:00"),
        ("Tue 13 Jan 00:00", "Tue 13 Jan 08:00", "Mon 12 Jan 20:00"),
        ("Tue 13 Jan 07:59:59", "Tue 13 Jan 08:00", "Mon 12 Jan 20:00"),
        ("Tue 13 Jan 08:00", None, None),
    ],
)
def test_it_is_quiet_from_the_opening_to_before_the_closing(when: str, until: str | None, since: str | None) -> None:
    rules = quiet("low", nights=NIGHTS)
    assert rules.quiet_until("low", at(when)) == (None if until is None else at(until))
    assert rules.quiet_since("low", at(when)) == (None if since is None else at(since))


def test_quiet_times_that_adjoin_or_overlap_are_one() -> None:
    rules = quiet("low", nights=NIGHTS, weekends=WEEKENDS)
    for when in ("Fri 16 Jan 20:00", "Sat 17 Jan 12:00", "Sun 18 Jan 21:00", "Mon 19 Jan 07:59:59"):
        assert rules.quiet_until("low", at(when)) == at("Mon 19 Jan 08:00")
        assert rules.quiet_since("low", at(when)) == at("Fri 16 Jan 20:00")
    assert rules.quiet_until("low", at("Fri 16 Jan 19:59:59")) is None
    assert rules.quiet_until("low", at("Mon 19 Jan 08:00")) is None


def test_what_the_file_does_not_name_is_never_held() -> None:
    rules = quiet("medium", "low", nights=NIGHTS)
    night = at("Mon 12 Jan 23:00")
    assert [name for name in rules.severities if rules.quiet_until(name, night) is not None] == ["medium", "low"]
    assert [name for name in rules.severities if rules.has_quiet_hours(name)] == ["medium", "low"]
    assert all(policy().quiet_until(name, night) is None for name in policy().severities)


def test_each_severity_has_its_own_quiet() -> None:
    entries = [
        {"calendar": "nights", "severities": ["medium"]},
        {"calendar": "weekends", "severities": ["low"]},
    ]
    both = {f"calendars.{name}": {"time_zone": "Asia/Kolkata", **spec} for name, spec in
            {"nights": NIGHTS, "weekends": WEEKENDS}.items()}  # fmt: skip
    rules = policy(both, {"quiet_hours": entries})
    night, noon = at("Mon 12 Jan 23:00"), at("Sat 17 Jan 12:00")
    assert (rules.quiet_until("medium", night), rules.quiet_until("low", night)) == (at("Tue 13 Jan 08:00"), None)
    assert (rules.quiet_until("medium", noon), rules.quiet_until("low", noon)) == (None, at("Mon 19 Jan 00:00"))


def test_one_entry_needs_no_list() -> None:
    spec = {"calendars.nights": {"time_zone": "Asia/Kolkata", **NIGHTS}}
    rules = policy(spec, {"quiet_hours": {"calendar": "nights", "severities": "low"}})
    assert rules.quiet_until("low", at("Mon 12 Jan 23:00")) == at("Tue 13 Jan 08:00")


def test_a_calendar_that_answers_for_other_years_is_not_quiet() -> None:
    rules = quiet("low", nights={**NIGHTS, "years": "2027-2028"})
    assert rules.quiet_until("low", at("Mon 12 Jan 23:00")) is None
    assert rules.quiet_since("low", at("Mon 12 Jan 23:00")) is None


def test_quiet_that_lasts_for_more_than_a_month_holds_only_its_last_month() -> None:
    weeks = [
        {"date": f"2026-{month:02}-{day:02}", "open": ["00:00-24:00"], "name": "works holidays"}
        for month, days in ((7, range(1, 32)), (8, range(1, 16)))
        for day in days
    ]
    rules = quiet("low", holidays={"dates": weeks})
    end = at("Sun 16 Aug 00:00")
    first = end - timedelta(days=31)
    assert rules.quiet_until("low", first - SECOND) is None
    assert rules.quiet_until("low", first) == rules.quiet_until("low", end - SECOND) == end
    assert rules.quiet_since("low", end - SECOND) == first
    assert rules.quiet_since("low", first - SECOND) is None


def _times(start: datetime, hours: int) -> list[datetime]:
    return [start + timedelta(minutes=20 * step) for step in range(3 * hours)]


def test_since_and_until_are_the_same_for_all_of_one_quiet_time() -> None:
    rules = quiet("low", nights=NIGHTS, weekends=WEEKENDS)
    for when in _times(at("Thu 15 Jan 00:00"), 120):
        until, since = rules.quiet_until("low", when), rules.quiet_since("low", when)
        assert (until is None) == (since is None)
        if until is not None and since is not None:
            assert since <= when < until
            assert rules.quiet_until("low", since) == rules.quiet_until("low", until - SECOND) == until
            assert rules.quiet_until("low", until) is rules.quiet_until("low", since - SECOND) is None
