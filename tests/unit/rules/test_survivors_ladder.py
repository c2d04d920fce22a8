"""Are pages right to the second and to the repeat: late ones, held ones, and those of an older policy?"""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import SECOND, PageSent
from slabot.rules import Action, Decision, Kind
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, RESOLUTION, Edits, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import WAITING, Story, clock, due, only, planned, rung, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
EVERY = "30m after, then every 30m"
CRITICAL = ticket(START, priority="urgent")  # due at 11:00


def page(decision: Decision, name: str = "first_response") -> Action:
    (found,) = [action for action in due(decision, Kind.PAGE) if action.fact("clock") == name]
    return found


def named(action: Action) -> tuple[str | None, str | None]:
    return action.fact("rung"), action.fact("repetition")


def all_told(until: str, **facts: Any) -> Story:
    """Every rung of the default ladder was paged by 11:30, and its repeats up to `until`."""
    story = CRITICAL
    for when, name in [("10:00", "50% used"), ("10:30", "75% used"), ("10:45", "15m before"), ("11:00", "breach")]:
        story = story.paged(f"Mon 12 Jan {when}", name, repetition=0)
    for number, when in enumerate(("11:30", "12:00", "12:30", "13:00")):
        if when <= until:
            story = story.paged(f"Mon 12 Jan {when}", EVERY, repetition=number)
    return story


# ── Repeats ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rung_that_repeats_does_not_name_itself_among_those_that_were_passed() -> None:
    assert page(all_told("11:00").decide("Mon 12 Jan 11:30")).because == (
        "30 min past the deadline of Mon 12 Jan 2026 11:00 +05:30"
    )


@pytest.mark.parametrize(
    ("told", "nothing_until", "then"),
    [("11:30", "11:59:59", "1"), ("12:00", "12:29:59", "2"), ("12:30", "12:59:59", "3"), ("13:00", "13:29:59", "4")],
)
def test_a_repeat_that_went_out_is_not_sent_again_and_the_next_one_is(told: str, nothing_until: str, then: str) -> None:
    story = all_told(told)
    assert due(story.decide(f"Mon 12 Jan {told}"), Kind.PAGE) == []
    quiet = story.decide(f"Mon 12 Jan {nothing_until}")
    assert due(quiet, Kind.PAGE) == []
    coming = quiet.upcoming[0]
    assert named(coming) == (EVERY, then)
    assert coming.at == at(f"Mon 12 Jan {nothing_until}") + SECOND


def test_pages_that_were_told_out_of_order_reach_as_far_as_the_furthest() -> None:
    story = all_told("11:30")
    story = story.paged("Mon 12 Jan 12:31", EVERY, repetition=2).paged("Mon 12 Jan 12:40", EVERY, repetition=1)
    assert due(story.decide("Mon 12 Jan 12:59:59"), Kind.PAGE) == []
    assert named(page(story.decide("Mon 12 Jan 13:00"))) == (EVERY, "3")


def test_the_next_repeats_are_foretold_one_after_the_other() -> None:
    assert [named(action) for action in all_told("12:30").decide("Mon 12 Jan 12:30").upcoming] == [
        (EVERY, "3"),
        (EVERY, "4"),
        (EVERY, "5"),
        (EVERY, "6"),
        (EVERY, "7"),
    ]


def test_a_repeat_of_another_rung_is_named_with_its_number() -> None:
    rules = policy(ladders(ladder("30m after, then every 30m", "1h after, then every 4h")))
    because = page(CRITICAL.decide("Mon 12 Jan 16:00", rules)).because
    assert because.endswith(
        "passed before it without a page: 30m after, then every 30m, 1h after, then every 4h "
        "and 30m after, then every 30m (repeat 9)"
    )
    assert named(page(CRITICAL.decide("Mon 12 Jan 16:00", rules))) == ("1h after, then every 4h", "1")


# ── Pages of an older slabot, that do not say which repeat they were ────────────────────────────────────────────────


def test_a_page_that_does_not_say_which_repeat_it_was_counts_for_the_one_of_its_time() -> None:
    told = all_told("11:00").paged("Mon 12 Jan 11:30", EVERY)
    assert due(told.decide("Mon 12 Jan 11:59:59"), Kind.PAGE) == []
    assert named(page(told.decide("Mon 12 Jan 12:00"))) == (EVERY, "1")
    again = told.paged("Mon 12 Jan 12:00:05", EVERY)
    assert due(again.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert named(page(again.decide("Mon 12 Jan 12:30"))) == (EVERY, "2")


def test_two_such_pages_about_one_rung_count_each_for_its_time() -> None:
    story = CRITICAL.paged("Mon 12 Jan 11:30", EVERY).paged("Mon 12 Jan 12:00", EVERY)
    assert due(story.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert named(page(story.decide("Mon 12 Jan 12:30"))) == (EVERY, "2")


def test_a_page_that_went_out_before_its_rung_counts_for_the_rung_itself() -> None:
    early = CRITICAL.paged("Mon 12 Jan 11:10", EVERY)
    assert due(early.decide("Mon 12 Jan 11:30"), Kind.PAGE) == []
    assert due(early.decide("Mon 12 Jan 11:59:59"), Kind.PAGE) == []


def test_of_several_such_pages_the_furthest_counts() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used").paged("Mon 12 Jan 11:00", "breach")
    assert due(story.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []
    back = CRITICAL.paged("Mon 12 Jan 11:00", "breach").paged("Mon 12 Jan 11:05", "50% used")
    assert due(back.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []


@pytest.mark.parametrize("second", ["Mon 12 Jan 10:40", "Mon 12 Jan 10:30"])
def test_a_rung_that_the_policy_no_longer_has_told_of_everything_until_its_last_page(second: str) -> None:
    old = "2h before"
    story = CRITICAL.paged("Mon 12 Jan 09:10", old, repetition=0).paged(second, old, repetition=0)
    assert due(story.decide("Mon 12 Jan 10:44"), Kind.PAGE) == []
    assert page(story.decide("Mon 12 Jan 10:45")).because.endswith("Mon 12 Jan 2026 11:00 +05:30")


# ── Pauses ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PAUSED: tuple[Edits, ...] = (
    with_clocks(RESOLUTION),
    ladders(ladder("50% used", "breach", EVERY, clock=["resolution"])),
    NO_RULES,
)


def test_nothing_of_a_ladder_is_foretold_that_a_pause_without_an_end_hides() -> None:
    rules = policy(*PAUSED)  # critical: 8 hours
    story = CRITICAL.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 12:00", WAITING)
    decision = story.decide("Tue 13 Jan 12:00", rules)
    assert clock(decision, "resolution").due_at is None
    assert [action for action in decision.upcoming if action.fact("clock") == "resolution"] == []
    assert [action for action in due(decision, Kind.PAGE) if action.fact("clock") == "resolution"] == []


@pytest.mark.parametrize(("rungs", "place"), [(("breach", EVERY), 1), (("50% used", "breach", EVERY), 2)])
def test_a_repeat_that_a_late_pause_hides_does_not_bring_the_earlier_ones_again(
    rungs: tuple[str, ...], place: int
) -> None:
    rules = policy(with_clocks(RESOLUTION), ladders(ladder(*rungs, clock=["resolution"])), NO_RULES)
    story = CRITICAL.answers("Mon 12 Jan 10:00")  # resolution is due at 17:00
    for when, number in [("17:30", 0), ("18:00", 1), ("18:30", 2)]:
        story = story.paged(f"Mon 12 Jan {when}", EVERY, clock="resolution", repetition=number)
    assert due(story.decide("Mon 12 Jan 18:59", rules), Kind.PAGE) == []
    # It was learnt late that support has waited for the customer since 18:10: the second repeat was none.
    paused = story.becomes("Mon 12 Jan 18:10", WAITING)
    assert due(paused.decide("Mon 12 Jan 18:59", rules), Kind.PAGE) == []


# ── Somebody asked for quiet ────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_at_the_end_of_the_quiet_is_the_newest_and_names_what_passed_meanwhile() -> None:
    story = all_told("11:30").acknowledged("Mon 12 Jan 11:40")  # quiet until 12:10
    found = page(story.decide("Mon 12 Jan 12:10"))
    assert named(found) == ("acknowledged Mon 12 Jan 2026 11:40 +05:30, still unanswered", "0")
    assert found.key.endswith("/acknowledged Mon 12 Jan 2026 11:40 +05:30, still unanswered/0")
    assert found.because.endswith(f"passed before it without a page: {EVERY} (repeat 1)")
    assert found.at == at("Mon 12 Jan 12:10")


def test_what_comes_after_the_quiet_begins_with_its_end() -> None:
    story = all_told("11:30").snoozed("Mon 12 Jan 11:40", "Mon 12 Jan 12:30")
    for now in ("Mon 12 Jan 11:41", "Mon 12 Jan 12:00", "Mon 12 Jan 12:29:58", "Mon 12 Jan 12:29:59"):
        coming = story.decide(now).upcoming
        assert coming[0].at == at("Mon 12 Jan 12:30")
        assert coming[0].because == "snoozed Mon 12 Jan 2026 11:40 +05:30, still unanswered"
        assert [named(action) for action in coming[1:3]] == [(EVERY, "3"), (EVERY, "4")]
        assert [action.at for action in coming] == sorted(action.at for action in coming)


def test_a_rung_one_second_before_the_end_of_the_quiet_is_not_foretold() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", repetition=0)
    story = story.snoozed("Mon 12 Jan 10:05", "Mon 12 Jan 10:30:01")
    coming = story.decide("Mon 12 Jan 10:06").upcoming
    assert [action.at for action in coming[:2]] == [at("Mon 12 Jan 10:30:01"), at("Mon 12 Jan 10:45")]


def test_the_repeats_are_foretold_in_order_among_other_rungs() -> None:
    rules = policy(ladders(ladder("30m after, then every 30m", "70m after", "100m after")))
    coming = CRITICAL.decide("Mon 12 Jan 11:31", rules).upcoming
    assert [action.fact("rung") for action in coming] == [EVERY, "70m after", EVERY, "100m after", EVERY]
    assert [action.at for action in coming] == sorted(action.at for action in coming)


def test_the_next_five_are_the_nearest_ones_wherever_they_stand_in_the_file() -> None:
    rules = policy(ladders(ladder("10h after", EVERY)))
    coming = CRITICAL.decide("Mon 12 Jan 11:31", rules).upcoming
    assert [named(action) for action in coming] == [(EVERY, str(number)) for number in range(1, 6)]


@pytest.mark.parametrize(("when", "quiet"), [("Mon 12 Jan 08:59:59", False), (START, True)])
def test_an_acknowledgement_counts_from_the_second_in_which_the_clock_starts(when: str, quiet: bool) -> None:
    rules = policy({"re_page_after": "90m"})
    story = CRITICAL.acknowledged(when)
    assert (due(story.decide("Mon 12 Jan 10:00", rules), Kind.PAGE) == []) is quiet


@pytest.mark.parametrize(("when", "told"), [("Mon 12 Jan 08:59:59", False), (START, True)])
def test_a_page_counts_from_the_second_in_which_the_clock_starts(when: str, told: bool) -> None:
    rules = policy(ladders(ladder("3h before", "breach")))
    story = CRITICAL.paged(when, "3h before", repetition=0)
    assert (due(story.decide("Mon 12 Jan 09:10", rules), Kind.PAGE) == []) is told


@pytest.mark.parametrize(
    ("raised", "quiet"),
    [("09:09:59", True), ("09:10", True), ("09:10:01", False), ("09:20", False)],
)
def test_an_acknowledgement_holds_unless_the_severity_was_raised_later(raised: str, quiet: bool) -> None:
    story = ticket(START).acknowledged("Mon 12 Jan 09:10").severity(f"Mon 12 Jan {raised}", "critical")
    held = story.decide("Mon 12 Jan 10:10", policy({"re_page_after": "3h"}))  # half of 2 hours is used
    assert (due(held, Kind.PAGE) == []) is quiet


# ── Severities ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("was", "to"), [("critical", "high"), ("critical", "medium"), ("high", "medium"), ("medium", "low")]
)
def test_a_page_under_a_higher_severity_has_told_of_everything_before_it(was: str, to: str) -> None:
    rules = policy(NO_RULES, ladders(ladder("1% used", "breach")))
    story = ticket(START).severity(START, was).paged("Mon 12 Jan 13:00", "breach", severity=was)
    lowered = story.severity("Mon 12 Jan 13:00:01", to)
    assert due(lowered.decide("Mon 12 Jan 13:00:02", rules), Kind.PAGE) == []


def test_pages_under_the_former_severity_and_under_this_one_count_together() -> None:
    story = ticket(START).severity(START, "critical").paged("Mon 12 Jan 09:40", "50% used", severity="critical")
    lowered = story.severity("Mon 12 Jan 09:50", "high").paged("Mon 12 Jan 13:30", "75% used", severity="high")
    assert due(lowered.decide("Mon 12 Jan 13:31"), Kind.PAGE) == []
    late = lowered.paged("Mon 12 Jan 14:10", "breach", severity="critical")
    assert due(late.decide("Mon 12 Jan 14:29:59"), Kind.PAGE) == []


def test_a_page_under_a_lower_severity_has_told_of_nothing() -> None:
    rules = policy(NO_RULES, ladders(ladder("1% used", "breach")))
    story = ticket(START).paged("Mon 12 Jan 09:30", "1% used", severity="medium")
    raised = story.severity("Mon 12 Jan 09:31", "high")
    assert rung(raised.decide("Mon 12 Jan 09:32", rules)) == "1% used"


def test_a_share_of_real_time_without_any_working_time_is_used_when_it_is_over() -> None:
    rules = policy(
        {"severities.medium.respond_within": "1d", "severities.medium.received_when_closed": "as_usual"},
        ladders(ladder("50% used")),
    )
    decision = ticket("Sat 10 Jan 09:00").decide("Sat 10 Jan 09:00", rules)
    assert clock(decision).due_at == at("Sun 11 Jan 09:00")
    assert planned(decision, Kind.PAGE) == [at("Sun 11 Jan 09:00")]


# ── Which clock a page is about ─────────────────────────────────────────────────────────────────────────────────────


def test_a_page_of_an_earlier_instance_is_none_of_the_next_one() -> None:
    rules = policy(with_clocks(NEXT_RESPONSE), ladders(ladder("10% used", "breach", clock=["next_response"])), NO_RULES)
    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 13:00")
    story = story.asks("Mon 12 Jan 14:00").happens(
        PageSent(at=at("Mon 12 Jan 13:59:59"), clock="next_response", rung="10% used", repetition=0)
    )
    assert rung(story.decide("Mon 12 Jan 14:30", rules), "next_response#2") == "10% used"
    at_start = story.happens(PageSent(at=at("Mon 12 Jan 14:00"), clock="next_response", rung="10% used", repetition=0))
    assert rung(at_start.decide("Mon 12 Jan 14:30", rules), "next_response#2") is None


def test_only_one_page_about_a_clock_is_due() -> None:
    assert only(CRITICAL.decide("Mon 12 Jan 12:31"), Kind.PAGE).fact("repetition") == "2"
