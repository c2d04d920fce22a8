"""A new release of the public holidays, or of the time zones, gives the same policy file other dates.

Promise: no clock that has stopped moves; a running one keeps its dates or adopts the new ones as the file says, a new
ticket has the new ones; the ledger names the dates; the release of before gives the version of before.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from slabot.calendars import holiday_book
from slabot.policy import load_policy
from slabot.policy.used_dates import changes, used_dates, with_dates
from slabot.rules import ClockState
from slabot.store import LedgerEvent, policies, tickets
from tests.promises.scene import DAY, HOUR, Make, Scene

OFFICE = {
    "around_the_clock": {"always": True},
    "support_week": {
        "time_zone": "Asia/Kolkata",
        "open": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"country": "IN", "region": "KA"},
    },
}
ADDED, REMOVED = date(2026, 1, 19), date(2026, 1, 26)  # a Monday; Republic Day, a Monday as well
TEXT = """
version: 1
calendars: {office: {time_zone: Europe/Berlin, open: {mon-fri: ["09:00-17:00"]}, holidays: {country: DE}}}
severities: {normal: {means: x, respond_within: 2 business days, calendar: office}}
classify: {otherwise: normal}
"""


class Package:
    """The package of holidays, of which a newer release knows a holiday more and one less."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch, self._now = patch, holiday_book._looked_up

    def newer(self) -> None:
        def looked_up(country: str, region: str | None, year: int, category: str = holiday_book.PUBLIC) -> Any:
            found, moved = self._now(country, region, year, category)
            days = {day: names for day, names in found.items() if day != REMOVED}
            return days | ({ADDED: ["Founders' Day"]} if year == ADDED.year else {}), moved

        self._patch.setattr(holiday_book, "_looked_up", looked_up)

    def former(self) -> None:
        self._patch.setattr(holiday_book, "_looked_up", self._now)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Package:
    return Package(monkeypatch)


def clock_of(scene: Scene, ticket: int) -> ClockState:
    stored = scene.parts.store.read(lambda conn: tickets.load(conn, "acme", str(ticket)))
    assert stored is not None
    found = scene.parts.decide(stored, scene.parts.now()).clock("first_response")
    assert found is not None
    return found


def judged(scene: Scene, ticket: int) -> tuple[Any, ...]:
    found = clock_of(scene, ticket)
    return found.verdict, found.due_at, found.met_until, found.elapsed, found.spans()


def start(scene: Scene, **changes: Any) -> None:
    """Friday noon in India, three days before what will be a holiday."""
    scene.start(calendars=OFFICE, waiting={"mode": "off"}, solved={"mode": "off"}, **changes)
    scene.run_until(datetime(2026, 1, 16, 6, 30, tzinfo=UTC))


def due_on(scene: Scene, ticket: int) -> date:
    due = clock_of(scene, ticket).due_at
    assert due is not None
    return (due + timedelta(hours=5, minutes=30)).date()


def test_no_clock_that_has_stopped_moves_and_a_running_one_keeps_its_dates(
    stage: Make, store_url: str, package: Package
) -> None:
    scene = stage(store_url)
    scene.sweep_every = 4 * HOUR
    start(scene)
    missed, running = scene.ask("Cannot log in"), scene.ask("Cannot print")
    scene.run_for(3 * DAY + 4 * HOUR)  # Monday, twelve hours of work later at 16:00
    scene.answer(missed)
    scene.run_for(HOUR)
    before = judged(scene, missed), judged(scene, running)[1:3]
    rows = scene.told(missed)
    package.newer()
    scene.restart()
    scene.run_for(HOUR)
    assert (judged(scene, missed), judged(scene, running)[1:3]) == before
    assert scene.told(missed) == rows
    (kept,) = scene.told(running, LedgerEvent.CLOCK_TERMS_KEPT)
    assert kept == (
        "first response keeps the dates that it started with, and is due Mon 19 Jan 2026 16:00 +05:30; by those of "
        "today, 12h in support week as medium, it would be due Tue 20 Jan 2026 16:00 +05:30."
    )
    (changed,) = [row.text for row in scene.ledger() if row.event is LedgerEvent.POLICY_CHANGED]
    assert changed.startswith(
        "the holidays of support week changed: 2026-01-19 (Founders' Day) is a holiday, "
        "2026-01-26 (Republic Day) is no holiday any more"
    )
    scene.run_until(datetime(2026, 1, 23, 9, 30, tzinfo=UTC))  # Friday 15:00
    new = scene.ask("Cannot read mails")
    scene.run_for(HOUR)
    assert due_on(scene, new) == date(2026, 1, 27)  # 2 h on Friday, 8 h on Monday 26, which is worked now
    scene.restart()
    assert scene.parts.policy_version == 2
    assert len([row for row in scene.ledger() if row.event is LedgerEvent.POLICY_CHANGED]) == 1
    package.former()
    scene.restart()
    assert scene.parts.policy_version == 1
    assert judged(scene, missed) == before[0]
    assert due_on(scene, new) == date(2026, 1, 27)


def test_a_running_clock_adopts_the_new_dates_where_the_file_says_so(
    stage: Make, sqlite_url: str, package: Package
) -> None:
    scene = stage(sqlite_url)
    start(scene, terms_changes="adopt")
    ended, running = scene.ask("Cannot log in"), scene.ask("Cannot print")
    scene.run_for(HOUR)
    scene.answer(ended)
    scene.run_for(HOUR)
    before = judged(scene, ended)
    assert due_on(scene, running) == date(2026, 1, 19)
    package.newer()
    scene.restart()
    scene.run_for(HOUR)
    assert judged(scene, ended) == before
    assert due_on(scene, running) == date(2026, 1, 20)
    (adopted,) = scene.told(running, LedgerEvent.CLOCK_TERMS_ADOPTED)
    assert adopted == (
        "first response runs by the dates of today: by the same 12h in support week as medium it is due "
        "Tue 20 Jan 2026 16:00 +05:30 instead of Mon 19 Jan 2026 16:00 +05:30."
    )


def test_a_version_without_dates_gets_those_of_its_first_start(stage: Make, sqlite_url: str) -> None:
    scene = stage(sqlite_url)
    scene.start(calendars=OFFICE)
    scene.parts.store.write(lambda conn: policies.keep_dates(conn, 1, None))
    scene.restart()
    (version,) = scene.parts.store.read(policies.every).values()
    assert version.dates["calendars"]["support_week"]["2026"]["closed"]["2026-01-26"] == "Republic Day"


def test_other_offsets_of_a_time_zone_are_other_dates() -> None:
    policy = load_policy(TEXT)
    recorded = used_dates(policy, (2024, 2029))
    assert changes(policy, recorded, used_dates(policy, (2024, 2029))) == []
    zone = recorded["zones"]["Europe/Berlin"]
    zone["offsets"] = [[at, 3600] for at, _ in zone["offsets"][:1]]  # as if it had abolished summer time
    assert changes(policy, recorded, used_dates(policy, (2024, 2029))) == [
        "the time zone Europe/Berlin changed: from 2024-03-31 on"
    ]
    former = with_dates(policy, recorded).calendar("office")
    start = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert (policy.calendar("office").is_open(start), former.is_open(start)) == (False, False)
    assert (policy.calendar("office").is_open(start + HOUR), former.is_open(start + HOUR)) == (True, False)
    assert former.is_open(start.replace(year=2032) + HOUR)  # a Thursday beyond the recorded years
