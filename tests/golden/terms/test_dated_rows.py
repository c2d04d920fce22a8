"""Do targets and hours that hold from one date to another count for each clock by its own start?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from slabot.domain import Actor, Message, Person, SeverityChanged, TagsChanged, Ticket, Timeline
from slabot.policy import Policy, load_policy
from slabot.policy.used_dates import used_dates, with_dates
from slabot.rules import ClockState, decide

TEXT = """
version: 1
calendars:
  always: {always: true}
  office:
    time_zone: Asia/Kolkata
    open:
      - {until: 2027-01-01, hours: {mon-fri: ["09:00-17:00"]}}
      - {from: 2027-01-01, hours: {mon-fri: ["08:00-20:00"]}}
  other: {time_zone: UTC, open: {sat: ["09:00-17:00"]}}
  both: {open_when: [office, other]}
severities:
  critical: {means: x, respond_within: 1h, calendar: always}
  high:
    means: x
    respond_within: [{within: 6h, until: 2027-01-01}, {within: 2h, from: 2027-01-01}]
    calendar: office
classify: {otherwise: high}
clocks:
  - name: resolution
    kind: resolution
    within: {high: [{within: 40h, until: 2027-01-01}, {within: 20h, from: 2027-01-01}]}
agreements:
  - name: gold
    when: {tags: [gold]}
    severities: {high: {respond_within: [{within: 3h, from: 2026-12-28, until: 2026-12-31}]}}
    clocks: [{name: resolution, kind: resolution, within: [{within: 30h, from: 2026-12-28, until: 2026-12-31}]}]
start_from: 2000-01-01
"""
NEW_YEAR = datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # 00:00 in Kolkata
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(TEXT)


def clocks_of(policy: Policy, start: datetime, now: datetime, *events: Any, **more: Any) -> dict[str, ClockState]:
    ticket = Ticket(
        helpdesk="acme", id="1", created_at=start, subject="x", requester=Person(id="r1", email="a@b.example"), **more
    )
    return {clock.name: clock for clock in decide(ticket, Timeline.of(events), policy, now).clocks}


def targets(policy: Policy, start: datetime, *events: Any, **more: Any) -> list[str]:
    found = clocks_of(policy, start, start + HOUR, *events, **more)
    return [str(found[name].terms.target) for name in ("first_response", "resolution")]


def test_from_is_inclusive_and_until_exclusive_at_midnight_of_the_clocks_calendar(policy: Policy) -> None:
    assert targets(policy, NEW_YEAR - SECOND) == ["6h", "40h"]
    assert targets(policy, NEW_YEAR) == ["2h", "20h"]


def test_a_clock_keeps_the_hours_of_its_start_for_its_whole_life(policy: Policy) -> None:
    start = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)  # Thursday 16:00 in Kolkata, an hour before it closes
    clock = clocks_of(policy, start, start + HOUR)["first_response"]
    assert clock.due_at == datetime(2027, 1, 1, 8, 30, tzinfo=UTC)  # 1 h then, and 5 h from 09:00 on Friday
    later = clocks_of(policy, NEW_YEAR, NEW_YEAR + HOUR)["first_response"]
    assert later.due_at == datetime(2027, 1, 1, 4, 30, tzinfo=UTC)  # 08:00 to 10:00


def test_a_severity_that_changes_on_the_way_counts_by_the_start_as_well(policy: Policy) -> None:
    raised = SeverityChanged(at=NEW_YEAR + HOUR, by=Actor.AGENT, to="critical", id="a")
    lowered = SeverityChanged(at=NEW_YEAR + 1.5 * HOUR, by=Actor.AGENT, to="high", id="b")
    found = clocks_of(policy, NEW_YEAR - SECOND, NEW_YEAR + 1.75 * HOUR, raised, lowered)["first_response"]
    assert (str(found.terms.target), found.missed is not None) == ("6h", True)


@pytest.mark.parametrize(
    ("day", "wanted"),
    [(27, ["6h", "40h"]), (28, ["3h", "30h"]), (30, ["3h", "30h"]), (31, ["6h", "40h"])],
)
def test_where_the_rows_of_an_agreement_do_not_hold_the_files_do(policy: Policy, day: int, wanted: list[str]) -> None:
    start = datetime(2026, 12, day, 6, tzinfo=UTC)
    assert targets(policy, start, tags=("gold",)) == wanted
    tagged = TagsChanged(at=start + HOUR, by=Actor.AGENT, to=("gold",), id="t")
    assert targets(policy, start, tagged) == wanted
    assert targets(policy, NEW_YEAR, tags=("gold",)) == ["2h", "20h"]


def test_a_joined_calendar_has_the_hours_of_the_start_too(policy: Policy) -> None:
    former, later = policy.calendar_from("both", NEW_YEAR - SECOND), policy.calendar_from("both", NEW_YEAR)
    evening = datetime(2027, 1, 1, 13, tzinfo=UTC)  # 18:30 in Kolkata
    assert (former.is_open(evening), later.is_open(evening)) == (False, True)
    assert policy.calendar_from("both", NEW_YEAR + HOUR) is later
    assert policy.calendar_from("other", NEW_YEAR) is policy.calendar("other")


def test_what_is_no_clock_follows_the_dates(policy: Policy) -> None:
    calendar = policy.calendar("office")
    for year, opened in ((2026, False), (2027, True)):
        assert calendar.is_open(datetime(year, 12, 30, 13, tzinfo=UTC)) is opened
    assert [span.why for span in calendar.spans(NEW_YEAR - HOUR, NEW_YEAR + 9 * HOUR)][-1] == "office"


def test_recorded_dates_leave_dated_hours_as_they_are(policy: Policy) -> None:
    same = with_dates(policy, used_dates(policy, (2025, 2028)))
    for start in (NEW_YEAR - SECOND, NEW_YEAR):
        mine, theirs = same.calendar_from("both", start), policy.calendar_from("both", start)
        assert mine.elapsed(start, start + 99 * HOUR) == theirs.elapsed(start, start + 99 * HOUR)


def test_the_answer_stops_what_began_under_former_rows(policy: Policy) -> None:
    start = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)
    for hour, verdict in ((8, "met"), (9, "missed")):
        at = datetime(2027, 1, 1, hour, 30, tzinfo=UTC)
        answer = Message(at=at, by=Actor.AGENT, by_id="9", public=True, text="x", id="m")
        assert clocks_of(policy, start, at + HOUR, answer)["first_response"].verdict == verdict
