"""When do the repeats of a rung end, what comes then, and which page is the last?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from slabot.domain import PageSent
from slabot.policy import Policy
from slabot.rules import Kind, decide
from tests.fixtures.policies import RESOLUTION, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import PENDING, WAITING, Story, due, only, planned, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, page, rung_and_repeat

FOR_AN_HOUR = "30m after, then every 30m for 1h"
DAILY = "every working day for 3 days"
LEADS = {"every": "working day", "notify": ["#leads"], "for": "3 days"}
HIGH = ticket("Mon 12 Jan 09:00", priority="high")  # due 15:00


def rules(*rungs: str, after: dict[str, Any] | None = LEADS) -> Policy:
    one = ladder(*rungs)
    return policy(ladders(one if after is None else {**one, "after_repeats": after}))


ENDING = rules("breach", FOR_AN_HOUR)


def told(story: Story, under: Policy, until: str) -> list[tuple[str, str | None, str | None]]:
    """Every page that goes out, each as soon as it is due: when, which rung, which repeat."""
    now: datetime | None = story.ticket.created_at
    seen: list[tuple[str, str | None, str | None]] = []
    while now is not None and now <= at(until):
        decision = decide(story.ticket, story.timeline, under, now)
        for action in (action for action in decision.due_now if action.kind is Kind.PAGE):
            assert action.at == now
            rung, repeat = rung_and_repeat(action)
            seen.append((f"{now.astimezone(under.display_zone):%d %H:%M}", rung, repeat))
            severity, clock = action.fact("severity"), action.fact("clock") or ""
            sent = PageSent(at=now, clock=clock, rung=rung or "", severity=severity, repetition=int(repeat or 0))
            story = story.happens(sent)
        now = decision.next_look
    return seen


def test_a_rung_is_repeated_until_its_end_and_then_once_a_working_day() -> None:
    assert told(CRITICAL, ENDING, "Fri 30 Jan 00:00") == [
        ("12 11:00", "breach", "0"),
        ("12 11:30", FOR_AN_HOUR, "0"),
        ("12 12:00", FOR_AN_HOUR, "1"),
        ("12 12:30", FOR_AN_HOUR, "2"),
        ("13 12:30", DAILY, "1"),
        ("14 12:30", DAILY, "2"),
        ("15 12:30", DAILY, "3"),
    ]


def test_working_days_are_those_of_the_clocks_calendar() -> None:
    # Due Thu 15:00; 24 hours a day from Monday to Friday, so 1 day from 15:30 is Fri 15:30. Monday is Republic Day.
    story = ticket("Thu 22 Jan 09:00", priority="high")
    lasting = "30m after, then every 6h for 1 day"
    assert told(story, rules(lasting), "Fri 6 Feb 00:00") == [
        ("22 15:30", lasting, "0"),
        ("22 21:30", lasting, "1"),
        ("23 03:30", lasting, "2"),
        ("23 09:30", lasting, "3"),
        ("23 15:30", lasting, "4"),
        ("27 15:30", DAILY, "1"),
        ("28 15:30", DAILY, "2"),
        ("29 15:30", DAILY, "3"),
    ]


def test_the_last_page_says_that_it_is_the_last() -> None:
    second = page(CRITICAL.decide("Wed 14 Jan 12:30", ENDING))
    last = page(CRITICAL.decide("Thu 15 Jan 12:30", ENDING))
    assert (second.fact("last"), last.fact("last")) == (None, "true")
    assert second.because.startswith("the repeats past the deadline have ended; working day 2 of 3; passed before it")
    assert last.because.startswith("the repeats past the deadline have ended; working day 3 of 3, the last page;")


def test_whom_the_policy_names_is_told_after_the_repeats() -> None:
    assert page(CRITICAL.decide("Tue 13 Jan 12:30", ENDING)).fact("to") == "#leads"
    own = {"rungs": [{"at": FOR_AN_HOUR, "notify": ["#oncall"]}], "after_repeats": {"every": "working day"}}
    assert page(CRITICAL.decide("Tue 13 Jan 12:30", policy(ladders(own)))).fact("to") == "#oncall"


def test_where_the_policy_says_nothing_a_page_comes_on_ten_working_days() -> None:
    plain = rules(FOR_AN_HOUR, after=None)
    pages = told(CRITICAL, plain, "Fri 27 Feb 00:00")
    days = [number for _, rung, number in pages if rung == "every working day for 10 days"]
    assert days == [str(number) for number in range(1, 11)]


def test_a_repeat_without_an_end_goes_on_and_nothing_comes_after_it() -> None:
    endless = rules(FOR_AN_HOUR, "1h after, then every 8h")
    found = page(CRITICAL.decide("Mon 23 Feb 11:00", endless))
    assert found.fact("rung") == "1h after, then every 8h"
    assert DAILY not in found.because


def test_of_two_repeats_the_later_end_counts() -> None:
    two = rules(FOR_AN_HOUR, "1h after, then every 2h for 6h")  # 12:30 and 18:00
    story = CRITICAL.paged("Mon 12 Jan 18:00", "1h after, then every 2h for 6h", repetition=3)
    coming = planned(story.decide("Mon 12 Jan 18:00", two), Kind.PAGE)
    assert coming == [at("Tue 13 Jan 18:00"), at("Wed 14 Jan 18:00"), at("Thu 15 Jan 18:00")]


def test_after_the_last_page_nothing_is_planned_and_nobody_looks() -> None:
    over = CRITICAL.paged("Thu 15 Jan 12:30", DAILY, repetition=3).decide("Thu 15 Jan 12:30", ENDING)
    assert (due(over, Kind.PAGE), planned(over, Kind.PAGE), over.next_look) == ([], [], None)


def test_the_next_look_is_the_first_working_day_after_the_last_repeat() -> None:
    story = CRITICAL.paged("Mon 12 Jan 12:30", FOR_AN_HOUR, repetition=2)
    quiet = story.decide("Mon 12 Jan 12:30", ENDING)
    assert quiet.next_look == at("Tue 13 Jan 12:30")
    assert due(story.decide("Tue 13 Jan 12:29:59", ENDING), Kind.PAGE) == []
    assert rung_and_repeat(page(story.decide("Tue 13 Jan 12:30", ENDING))) == (DAILY, "1")


def test_after_an_outage_only_the_newest_day_is_told() -> None:
    late = CRITICAL.paged("Mon 12 Jan 12:30", FOR_AN_HOUR, repetition=2).decide("Sat 31 Jan 09:00", ENDING)
    assert rung_and_repeat(only(late, Kind.PAGE)) == (DAILY, "3")


@pytest.mark.parametrize("repetition", [3, None])
def test_a_day_that_was_told_is_not_told_again(repetition: int | None) -> None:
    story = CRITICAL.paged("Thu 15 Jan 12:31", DAILY, repetition=repetition)
    assert due(story.decide("Fri 16 Jan 12:30", ENDING), Kind.PAGE) == []


def test_whoever_asks_after_the_last_page_gets_one_where_it_went() -> None:
    story = CRITICAL.paged("Thu 15 Jan 12:30", DAILY, repetition=3).escalated("Fri 16 Jan 09:00")
    found = page(story.decide("Fri 16 Jan 09:00", ENDING))
    assert (found.fact("rung"), found.fact("to"), found.fact("last")) == ("escalated", "#leads", None)
    assert found.because == "somebody asked for the next page at Fri 16 Jan 2026 09:00 +05:30"


def test_whoever_asks_before_the_first_day_gets_it_early_and_the_rest_come_in_their_time() -> None:
    story = CRITICAL.paged("Mon 12 Jan 12:30", FOR_AN_HOUR, repetition=2).escalated("Mon 12 Jan 13:00")
    asked = story.decide("Mon 12 Jan 13:00", ENDING)
    assert rung_and_repeat(page(asked)) == (DAILY, "1")
    assert planned(asked, Kind.PAGE) == [at("Wed 14 Jan 12:30"), at("Thu 15 Jan 12:30")]


def test_a_pause_moves_the_end_of_the_repeats_and_the_days_after_it() -> None:
    clocks = with_clocks({**RESOLUTION, "within": "2h", "calendar": "support_week"})
    under = policy(
        clocks, ladders(ladder("breach"), {**ladder(FOR_AN_HOUR, clock="resolution"), "after_repeats": LEADS})
    )
    story = HIGH.answers("Mon 12 Jan 09:30").becomes("Mon 12 Jan 12:00", WAITING).becomes("Tue 13 Jan 12:00", PENDING)
    assert [each[0] for each in told(story, under, "Fri 30 Jan 00:00") if each[1] != "breach"] == [
        "12 11:30", "12 12:00", "13 12:30", "14 12:30", "15 12:30", "16 12:30",
    ]  # fmt: skip


def test_frozen_ladders_keep_their_end() -> None:
    story = CRITICAL.frozen("Mon 12 Jan 09:00", ENDING)
    assert told(story, rules("breach", after=None), "Fri 30 Jan 00:00") == told(CRITICAL, ENDING, "Fri 30 Jan 00:00")
