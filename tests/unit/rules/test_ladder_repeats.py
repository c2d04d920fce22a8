"""When does a rung repeat itself, and which repeat is next?"""

from __future__ import annotations

import pytest

from slabot.domain import SECOND
from slabot.rules import Kind
from tests.fixtures.policies import ladder, ladders, policy
from tests.fixtures.tickets import due, planned, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, all_paged, page, rung_and_repeat


def test_repeats_are_working_time_too() -> None:
    story = ticket("Fri 9 Jan 16:00", priority="high")  # due 22:00; 2h after = Sat 00:00, then Mon 04:00, 08:00
    assert planned(story.decide("Fri 9 Jan 22:00"), Kind.PAGE)[:3] == [
        at("Sat 10 Jan 00:00"),
        at("Mon 12 Jan 04:00"),
        at("Mon 12 Jan 08:00"),
    ]


@pytest.mark.parametrize("repetition", [1, None])
def test_repeats_go_on_after_the_last_one_that_was_sent(repetition: int | None) -> None:
    story = CRITICAL.paged("Mon 12 Jan 12:00", EVERY, severity="critical", repetition=repetition)
    assert due(story.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert page(story.decide("Mon 12 Jan 12:30")).fact("repetition") == "2"
    assert page(story.decide("Mon 12 Jan 12:30")).because == (
        "1 h 30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30"
    )


def test_a_missed_repeat_names_the_rung_itself() -> None:
    story = CRITICAL.paged("Mon 12 Jan 11:00", "breach", severity="critical", repetition=0)
    assert page(story.decide("Mon 12 Jan 12:40")).because.endswith(f"passed before it without a page: {EVERY}")


def test_a_rung_that_repeats_does_not_list_itself_as_passed() -> None:
    assert page(all_paged("11:00").decide("Mon 12 Jan 11:30")).because == (
        "30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30"
    )


@pytest.mark.parametrize(
    ("told", "nothing_until", "then"),
    [("11:30", "11:59:59", "1"), ("12:00", "12:29:59", "2"), ("12:30", "12:59:59", "3"), ("13:00", "13:29:59", "4")],
)
def test_a_repeat_that_went_out_is_not_sent_again_and_the_next_one_is(told: str, nothing_until: str, then: str) -> None:
    story = all_paged(told)
    assert due(story.decide(f"Mon 12 Jan {told}"), Kind.PAGE) == []
    quiet = story.decide(f"Mon 12 Jan {nothing_until}")
    assert due(quiet, Kind.PAGE) == []
    coming = quiet.upcoming[0]
    assert rung_and_repeat(coming) == (EVERY, then)
    assert coming.at == at(f"Mon 12 Jan {nothing_until}") + SECOND


def test_of_repeats_sent_out_of_order_the_furthest_counts() -> None:
    story = all_paged("11:30")
    story = story.paged("Mon 12 Jan 12:31", EVERY, repetition=2).paged("Mon 12 Jan 12:40", EVERY, repetition=1)
    assert due(story.decide("Mon 12 Jan 12:59:59"), Kind.PAGE) == []
    assert rung_and_repeat(page(story.decide("Mon 12 Jan 13:00"))) == (EVERY, "3")


def test_a_repeat_of_another_rung_is_named_with_its_number() -> None:
    rules = policy(ladders(ladder("30m after, then every 30m", "1h after, then every 4h")))
    because = page(CRITICAL.decide("Mon 12 Jan 16:00", rules)).because
    assert because.endswith(
        "passed before it without a page: 30m after, then every 30m, 1h after, then every 4h "
        "and 30m after, then every 30m (repeat 9)"
    )
    assert rung_and_repeat(page(CRITICAL.decide("Mon 12 Jan 16:00", rules))) == ("1h after, then every 4h", "1")


def test_the_next_five_repeats_are_listed_in_order() -> None:
    assert [rung_and_repeat(action) for action in all_paged("12:30").decide("Mon 12 Jan 12:30").upcoming] == [
        (EVERY, "3"),
        (EVERY, "4"),
        (EVERY, "5"),
        (EVERY, "6"),
        (EVERY, "7"),
    ]


def test_repeats_and_other_rungs_are_listed_in_the_order_of_their_times() -> None:
    rules = policy(ladders(ladder(EVERY, "70m after", "100m after")))
    coming = CRITICAL.decide("Mon 12 Jan 11:31", rules).upcoming
    assert [action.fact("rung") for action in coming] == [EVERY, "70m after", EVERY, "100m after", EVERY]
    assert [action.at for action in coming] == sorted(action.at for action in coming)


def test_the_next_five_are_the_nearest_ones_wherever_they_stand_in_the_file() -> None:
    rules = policy(ladders(ladder("10h after", EVERY)))
    coming = CRITICAL.decide("Mon 12 Jan 11:31", rules).upcoming
    assert [rung_and_repeat(action) for action in coming] == [(EVERY, str(number)) for number in range(1, 6)]
