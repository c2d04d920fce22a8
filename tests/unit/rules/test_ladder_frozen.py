"""Does a clock keep the ladders that were frozen into it?"""

from __future__ import annotations

from slabot.domain import LadderFrozen
from slabot.policy import Policy
from slabot.reports import explanation
from slabot.rules import Kind
from tests.fixtures.policies import NEXT_RESPONSE, ladder, ladders, policy, with_clocks
from tests.fixtures.tickets import Story, due, only, rung
from tests.fixtures.times import at
from tests.unit.rules.critical_ticket import CRITICAL, START

RE_PAGE = {"re_page_after": "45m"}
OLD = policy(ladders(ladder("10% used", "breach")), RE_PAGE)  # 09:12
NEW = policy(ladders(ladder("50% used", "breach")))  # 10:00
REPLAN = policy(ladders(ladder("50% used", "breach")), {"ladder_changes": "replan"})


def first(story: Story, rules: Policy) -> str | None:
    page = next((step for step in story.decide(START, rules).upcoming if step.kind is Kind.PAGE), None)
    return None if page is None else page.fact("rung")


def test_a_change_of_the_file_does_not_move_the_pages_of_a_clock_that_runs() -> None:
    frozen = CRITICAL.frozen(START, OLD)
    assert first(frozen, NEW) == "10% used"
    assert rung(frozen.decide("Mon 12 Jan 09:12", NEW)) == "10% used"
    assert frozen.decide("Mon 12 Jan 10:00", NEW).as_json() == frozen.decide("Mon 12 Jan 10:00", OLD).as_json()


def test_it_is_said_of_a_clock_that_runs_under_another_ladder_than_the_files() -> None:
    frozen = CRITICAL.frozen(START, OLD)
    assert frozen.decide("Mon 12 Jan 09:05", NEW).kept_ladders == ("first_response",)
    assert frozen.decide("Mon 12 Jan 09:05", OLD).kept_ladders == ()
    assert frozen.decide("Mon 12 Jan 09:05", REPLAN).kept_ladders == ()
    assert frozen.answers("Mon 12 Jan 09:04").decide("Mon 12 Jan 09:05", NEW).kept_ladders == ()


def test_a_change_of_another_severitys_ladder_is_none_of_this_clocks() -> None:
    other = policy(ladders(ladder("50% used", severity=["low"]), ladder("10% used", "breach")), RE_PAGE)
    assert CRITICAL.frozen(START, OLD).decide("Mon 12 Jan 09:05", other).kept_ladders == ()


def test_another_time_to_the_next_page_is_another_ladder() -> None:
    later = policy(ladders(ladder("10% used", "breach")), {"re_page_after": "50m"})
    assert CRITICAL.frozen(START, OLD).decide("Mon 12 Jan 09:05", later).kept_ladders == ("first_response",)


def test_an_explanation_says_why_a_change_of_the_file_moves_no_page() -> None:
    frozen = CRITICAL.frozen(START, OLD)
    said = explanation.text(frozen.ticket, frozen.decide("Mon 12 Jan 09:05", NEW), NEW)
    assert "The first response keeps the ladder that it started under" in said
    assert "keeps the ladder" not in explanation.text(frozen.ticket, frozen.decide("Mon 12 Jan 09:05", OLD), OLD)


def test_a_clock_into_which_nothing_was_frozen_runs_under_the_file() -> None:
    assert first(CRITICAL, NEW) == "50% used"
    assert first(CRITICAL.frozen(START, OLD, "resolution"), NEW) == "50% used"


def test_replan_takes_the_files_ladders_at_once() -> None:
    assert first(CRITICAL.frozen(START, OLD), REPLAN) == "50% used"


def test_the_last_ladders_that_were_frozen_hold() -> None:
    assert first(CRITICAL.frozen(START, OLD).frozen("Mon 12 Jan 09:00:00", NEW), OLD) == "50% used"


def test_ladders_hold_from_the_moment_at_which_they_were_frozen() -> None:
    story = CRITICAL.frozen("Mon 12 Jan 09:30", NEW)
    assert rung(story.decide("Mon 12 Jan 09:29:59", OLD)) == "10% used"
    assert rung(story.decide("Mon 12 Jan 09:30", OLD)) is None


def test_how_long_an_acknowledgement_lasts_is_frozen_too() -> None:
    story = CRITICAL.frozen(START, OLD).acknowledged("Mon 12 Jan 09:05")
    assert due(story.decide("Mon 12 Jan 09:49:59", NEW), Kind.PAGE) == []
    assert len(due(story.decide("Mon 12 Jan 09:50", NEW), Kind.PAGE)) == 1


def test_a_file_without_ladders_is_kept_to_as_well() -> None:
    silent = CRITICAL.frozen(START, policy({"escalate": []}))
    assert silent.decide("Mon 12 Jan 12:00", NEW).upcoming == ()


def test_what_cannot_be_read_is_as_if_it_were_not_there() -> None:
    unreadable = LadderFrozen(at=at(START), clock="first_response", plan="of another slabot")
    assert first(CRITICAL.happens(unreadable), NEW) == "50% used"
    assert first(CRITICAL.frozen("Mon 12 Jan 09:00", OLD).happens(unreadable), NEW) == "10% used"


def test_each_clock_that_runs_again_has_ladders_of_its_own() -> None:
    def rules(words: str) -> Policy:
        return policy(with_clocks(NEXT_RESPONSE), ladders(ladder(words, clock=["next_response"])))

    story = CRITICAL.answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 10:10")
    story = story.asks("Mon 12 Jan 11:00").frozen("Mon 12 Jan 11:00", rules("10% used"), "next_response#2")
    page = only(story.decide("Mon 12 Jan 11:12", rules("90% used")), Kind.PAGE)
    assert (page.fact("clock"), page.fact("rung")) == ("next_response#2", "10% used")
    third = story.answers("Mon 12 Jan 11:20").asks("Mon 12 Jan 12:00")
    assert due(third.decide("Mon 12 Jan 13:00", rules("90% used")), Kind.PAGE) == []


def test_a_severity_that_is_new_to_the_file_has_the_files_ladders() -> None:
    old = policy(ladders(ladder("10% used", severity=["critical", "high"]), ladder("20% used")))
    frozen = CRITICAL.frozen(START, old)
    renamed = {
        "severities.blocker": {"means": "x", "respond_within": "1h", "calendar": "around_the_clock"},
    }
    new = policy(renamed, ladders(ladder("50% used", severity="blocker"), ladder("90% used")))
    assert first(frozen, new) == "10% used"
    raised = frozen.severity("Mon 12 Jan 09:20", "blocker")
    assert rung(raised.decide("Mon 12 Jan 09:30", new)) == "50% used"


def test_a_frozen_selector_is_asked_about_the_ticket_as_it_is_now() -> None:
    old = policy(ladders(ladder("10% used", tag=["vip"]), ladder("90% used")))
    story = CRITICAL.frozen(START, old).tagged("Mon 12 Jan 09:30", "vip")
    assert rung(story.decide("Mon 12 Jan 09:29:59", NEW)) is None
    assert rung(story.decide("Mon 12 Jan 09:30", NEW)) == "10% used"
