"""Which pages does one that was sent already make superfluous?"""

from __future__ import annotations

import pytest

from slabot.domain import PageSent
from slabot.rules import Kind
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import due, rung, ticket
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, EVERY, START, all_paged, page, rung_and_repeat


@pytest.mark.parametrize("severity", ["critical", None])
def test_nobody_is_paged_twice_about_the_same_rung(severity: str | None) -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity=severity)
    assert due(story.decide("Mon 12 Jan 10:29:59"), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 10:30")) == "75% used"


def test_a_rung_that_was_overtaken_is_named_and_never_sent_later() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", severity="critical", repetition=0)
    found = page(story.decide("Mon 12 Jan 11:10"))
    assert found.fact("rung") == "breach"
    assert found.because.endswith("; passed before it without a page: 75% used and 15m before")
    told = story.paged("Mon 12 Jan 11:10", "breach", severity="critical", repetition=0)
    assert due(told.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []


def test_a_page_with_a_rung_of_an_older_policy_told_everything_until_then() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:40", "20m before", severity="critical", repetition=0)
    assert due(story.decide("Mon 12 Jan 10:44:59"), Kind.PAGE) == []
    assert rung(story.decide("Mon 12 Jan 10:45")) == "15m before"


def test_pages_about_another_clock_told_nothing_about_this_one() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used", clock="resolution", severity="critical", repetition=0)
    assert rung(story.decide("Mon 12 Jan 10:00")) == "50% used"


def test_a_raise_begins_the_ladder_anew_and_a_lowering_does_not() -> None:
    medium = ticket(START).paged("Mon 12 Jan 10:00", "1h before", severity="medium", repetition=0)
    raised = medium.severity("Mon 12 Jan 10:10", "critical")
    assert rung(raised.decide("Mon 12 Jan 10:10")) == "50% used"
    lowered = CRITICAL.paged("Mon 12 Jan 11:00", "breach", severity="critical", repetition=0)
    lowered = lowered.severity("Mon 12 Jan 11:10", "high")  # due 15:00, 75 % at 13:30
    assert due(lowered.decide("Mon 12 Jan 13:29:59"), Kind.PAGE) == []
    assert rung(lowered.decide("Mon 12 Jan 13:30")) == "75% used"


def test_a_page_without_its_severity_is_taken_for_one_of_the_severity_then_in_force() -> None:
    story = ticket(START).paged("Mon 12 Jan 10:00", "50% used").severity("Mon 12 Jan 10:10", "critical")
    assert rung(story.decide("Mon 12 Jan 10:10")) == "50% used"


@pytest.mark.parametrize(("when", "quiet"), [("Mon 12 Jan 09:29:59", False), ("Mon 12 Jan 09:30", True)])
def test_a_page_without_its_severity_follows_a_raise_to_the_second(when: str, quiet: bool) -> None:
    # Under medium it told nothing of the ladder of high, which is due at 15:00.
    story = ticket(START).severity("Mon 12 Jan 09:30", "high").paged(when, "breach")
    assert (due(story.decide("Mon 12 Jan 15:10"), Kind.PAGE) == []) is quiet


def test_a_raise_before_due_does_not_speak_of_the_past() -> None:
    story = ticket(START).severity("Mon 12 Jan 10:59:59", "critical")
    assert "already past" not in page(story.decide("Mon 12 Jan 10:59:59")).because
    at_due = ticket(START).severity("Mon 12 Jan 11:00", "critical")
    assert "already past" in page(at_due.decide("Mon 12 Jan 11:00")).because


# ── Pages of an older slabot, which do not say which repeat they were ────────────────────────────────────────────────


def test_a_page_without_its_number_counts_for_the_repeat_of_its_time() -> None:
    told = all_paged("11:00").paged("Mon 12 Jan 11:30", EVERY)
    assert due(told.decide("Mon 12 Jan 11:59:59"), Kind.PAGE) == []
    assert rung_and_repeat(page(told.decide("Mon 12 Jan 12:00"))) == (EVERY, "1")
    again = told.paged("Mon 12 Jan 12:00:05", EVERY)
    assert due(again.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert rung_and_repeat(page(again.decide("Mon 12 Jan 12:30"))) == (EVERY, "2")


def test_two_pages_of_one_rung_without_numbers_count_each_for_its_time() -> None:
    story = CRITICAL.paged("Mon 12 Jan 11:30", EVERY).paged("Mon 12 Jan 12:00", EVERY)
    assert due(story.decide("Mon 12 Jan 12:29:59"), Kind.PAGE) == []
    assert rung_and_repeat(page(story.decide("Mon 12 Jan 12:30"))) == (EVERY, "2")


def test_a_page_that_went_out_before_its_rung_counts_for_the_rung_itself() -> None:
    early = CRITICAL.paged("Mon 12 Jan 11:10", EVERY)
    assert due(early.decide("Mon 12 Jan 11:30"), Kind.PAGE) == []
    assert due(early.decide("Mon 12 Jan 11:59:59"), Kind.PAGE) == []


def test_of_several_pages_without_numbers_the_furthest_counts() -> None:
    story = CRITICAL.paged("Mon 12 Jan 10:00", "50% used").paged("Mon 12 Jan 11:00", "breach")
    assert due(story.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []
    back = CRITICAL.paged("Mon 12 Jan 11:00", "breach").paged("Mon 12 Jan 11:05", "50% used")
    assert due(back.decide("Mon 12 Jan 11:29:59"), Kind.PAGE) == []


# ── Pages under another policy, severity or clock ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("second", ["Mon 12 Jan 10:40", "Mon 12 Jan 10:30"])
def test_a_rung_that_the_policy_no_longer_has_covers_everything_until_its_last_page(second: str) -> None:
    old = "2h before"
    story = CRITICAL.paged("Mon 12 Jan 09:10", old, repetition=0).paged(second, old, repetition=0)
    assert due(story.decide("Mon 12 Jan 10:44"), Kind.PAGE) == []
    assert page(story.decide("Mon 12 Jan 10:45")).because.endswith("Mon 12 Jan 2026 11:00 +05:30")


@pytest.mark.parametrize(
    ("was", "to"), [("critical", "high"), ("critical", "medium"), ("high", "medium"), ("medium", "low")]
)
def test_a_page_under_a_higher_severity_covers_everything_before_it(was: str, to: str) -> None:
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


def test_a_page_under_a_lower_severity_covers_nothing() -> None:
    rules = policy(NO_RULES, ladders(ladder("1% used", "breach")))
    story = ticket(START).paged("Mon 12 Jan 09:30", "1% used", severity="medium")
    raised = story.severity("Mon 12 Jan 09:31", "high")
    assert rung(raised.decide("Mon 12 Jan 09:32", rules)) == "1% used"


@pytest.mark.parametrize(("when", "told"), [("Mon 12 Jan 08:59:59", False), (START, True)])
def test_a_page_counts_from_the_second_in_which_the_clock_starts(when: str, told: bool) -> None:
    rules = policy(ladders(ladder("3h before", "breach")))
    story = CRITICAL.paged(when, "3h before", repetition=0)
    assert (due(story.decide("Mon 12 Jan 09:10", rules), Kind.PAGE) == []) is told


def test_a_page_about_an_earlier_instance_of_a_clock_does_not_count_for_the_next_one() -> None:
    rules = policy(with_clocks(NEXT_RESPONSE), ladders(ladder("10% used", "breach", clock=["next_response"])), NO_RULES)
    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 13:00")
    story = story.asks("Mon 12 Jan 14:00").happens(
        PageSent(at=at("Mon 12 Jan 13:59:59"), clock="next_response", rung="10% used", repetition=0)
    )
    assert rung(story.decide("Mon 12 Jan 14:30", rules), "next_response#2") == "10% used"
    at_start = story.happens(PageSent(at=at("Mon 12 Jan 14:00"), clock="next_response", rung="10% used", repetition=0))
    assert rung(at_start.decide("Mon 12 Jan 14:30", rules), "next_response#2") is None
