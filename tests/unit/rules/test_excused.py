"""What does an excuse change, and what does it leave alone?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Excused, TermsFrozen
from slabot.rules import ClockState, Verdict
from slabot.runtime.declarable import refuse_unless_counted
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, policy, with_clocks
from tests.fixtures.tickets import SOLVED, Story, clock, kinds, ticket
from tests.fixtures.times import at

RULES = policy(with_clocks(NEXT_RESPONSE, RESOLUTION))
HIGH = ticket("Mon 12 Jan 09:00", priority="high")  # 6h: due Mon 15:00
LATE = HIGH.answers("Mon 12 Jan 17:00")
AFTER = "Thu 15 Jan 09:00"
HOUR = timedelta(hours=1)


def response(story: Story, now: str = AFTER, rules: Any = None) -> ClockState:
    return clock(story.decide(now, rules or RULES))


def test_a_late_answer_stays_missed_and_is_met_without_the_excused_time() -> None:
    found = response(LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when="Tue 13 Jan 10:00"))
    assert (found.verdict, found.due_at, found.elapsed) == (Verdict.MISSED, at("Mon 12 Jan 15:00"), 8 * HOUR)
    beside = found.as_excused
    assert (beside.verdict, beside.due_at, beside.elapsed) == (Verdict.MET, at("Mon 12 Jan 18:00"), 5 * HOUR)
    assert found.excused_time == 3 * HOUR


def test_too_short_an_excuse_leaves_the_miss() -> None:
    found = response(LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 11:59:59", when=AFTER))
    assert found.as_excused.verdict is Verdict.MISSED
    assert response(LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 12:00", when=AFTER)).as_excused.verdict is Verdict.MET


def test_what_overlaps_counts_once_and_what_lies_outside_the_clock_not_at_all() -> None:
    story = LATE.excused("Mon 12 Jan 07:00", "Mon 12 Jan 11:00", when=AFTER)
    story = story.excused("Mon 12 Jan 10:00", "Mon 12 Jan 12:00", when=AFTER, clock="first_response")
    story = story.excused("Mon 12 Jan 16:30", "Mon 12 Jan 22:00", when=AFTER)
    assert response(story).excused_time == 3.5 * HOUR


def test_closed_hours_and_pauses_that_are_excused_excuse_nothing() -> None:
    low = ticket("Fri 9 Jan 18:00", priority="high").answers("Mon 12 Jan 12:00")
    found = response(low.excused("Sat 10 Jan 00:00", "Mon 12 Jan 00:00", when=AFTER))
    assert found.excused is not None
    assert (found.excused_time, found.as_excused.due_at) == (timedelta(), found.due_at)


def test_an_excuse_for_one_clock_leaves_the_others() -> None:
    story = LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when=AFTER, clock="resolution")
    decision = story.decide(AFTER, RULES)
    assert clock(decision).excused is None
    assert clock(decision, "resolution").excused_time == 3 * HOUR


def test_an_excuse_counts_from_when_it_was_declared_until_it_is_withdrawn() -> None:
    story = LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when="Tue 13 Jan 10:00", id="x")
    story = story.withdrawn("Wed 14 Jan 10:00", of="x")
    assert response(story, "Tue 13 Jan 09:59:59").excused is None
    assert response(story, "Tue 13 Jan 10:00").as_excused.verdict is Verdict.MET
    assert response(story, "Wed 14 Jan 10:00").excused is None
    other = story.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when="Wed 14 Jan 11:00", id="y")
    [excuse] = response(other).excused.excuses  # type: ignore[union-attr]
    assert excuse.number == 2


def test_a_running_clock_that_is_excused_is_paged_as_it_would_be_without() -> None:
    story = HIGH.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when="Mon 12 Jan 13:30")
    plain, excused = HIGH.decide("Mon 12 Jan 15:00:01"), story.decide("Mon 12 Jan 15:00:01")
    assert excused.due_now == plain.due_now
    assert kinds(excused) == ["page"]
    found = clock(excused)
    assert (found.is_missed, found.as_excused.is_missed) == (True, False)
    assert found.as_excused.due_at == at("Mon 12 Jan 18:00")
    assert clock(story.decide("Mon 12 Jan 18:00:01")).as_excused.is_missed


def test_slabot_looks_again_when_the_excused_view_changes() -> None:
    story = HIGH.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when="Mon 12 Jan 13:30")
    rules = policy({"escalate": []})
    assert story.decide("Mon 12 Jan 16:00", rules).next_look == at("Mon 12 Jan 18:00:01")
    assert HIGH.decide("Mon 12 Jan 16:00", rules).next_look is None


def test_solved_without_an_answer_is_unanswered_once_it_is_excused() -> None:
    story = HIGH.becomes("Mon 12 Jan 16:00", SOLVED).excused("Mon 12 Jan 10:00", "Mon 12 Jan 12:00", when=AFTER)
    assert (response(story).verdict, response(story).as_excused.verdict) == (Verdict.MISSED, Verdict.UNANSWERED)


def test_a_miss_under_a_severity_that_was_lowered_since_may_be_excused_too() -> None:
    story = (
        ticket("Mon 12 Jan 09:00", priority="urgent").priority("Mon 12 Jan 12:00", "low").answers("Mon 12 Jan 13:00")
    )
    found = response(story.excused("Mon 12 Jan 10:00", "Mon 12 Jan 11:30", when=AFTER))
    assert (found.verdict, found.as_excused.verdict) == (Verdict.MISSED, Verdict.MET)
    short = response(story.excused("Mon 12 Jan 10:00", "Mon 12 Jan 10:30", when=AFTER))
    assert short.as_excused.verdict is Verdict.MISSED
    assert short.as_excused.missed is not None
    assert short.as_excused.missed.due_at == at("Mon 12 Jan 11:30")


def test_a_ticket_that_was_moved_to_no_promise_after_its_miss_is_unpromised_once_that_is_excused() -> None:
    internal = {"name": "internal", "when": {"tags": ["ours"]}, "no_promise": "our own people"}
    rules = policy({"agreements": [internal]})
    story = HIGH.tagged("Mon 12 Jan 16:00", "ours").answers("Mon 12 Jan 17:00")
    found = response(story.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when=AFTER), rules=rules)
    assert found.verdict is Verdict.MISSED
    assert (found.as_excused.verdict, found.as_excused.no_promise) == (Verdict.NO_PROMISE, "our own people")
    assert found.as_excused.due_at is None


def test_a_clock_without_a_promise_has_nothing_to_excuse() -> None:
    rules = policy({"agreements": [{"name": "all", "when": {"helpdesk": ["acme"]}, "no_promise": "a trial"}]})
    assert response(LATE.excused("Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when=AFTER), rules=rules).excused is None


@pytest.mark.parametrize(
    ("until", "verdict"), [("Mon 12 Jan 17:00", Verdict.MET), ("Mon 12 Jan 16:00", Verdict.MISSED)]
)
def test_an_excuse_counts_on_the_terms_that_were_frozen(until: str, verdict: Verdict) -> None:
    terms = TermsFrozen(
        at=at("Mon 12 Jan 18:00"),
        clock="first_response",
        agreement="default",
        target="1h",
        calendar="support_week",
        stopped_at=at("Mon 12 Jan 17:00"),
    )
    found = response(LATE.happens(terms).excused("Mon 12 Jan 10:00", until, when=AFTER))
    assert (str(found.terms.target), found.due_at) == ("1h", at("Mon 12 Jan 10:00"))
    assert (found.verdict, found.as_excused.verdict) == (Verdict.MISSED, verdict)


def test_of_several_reasons_the_latest_counts_and_only_for_what_was_missed() -> None:
    story = LATE.because("Tue 13 Jan 09:00", "misrouted").because(
        "Wed 14 Jan 09:00", "understaffed", text="Two were ill"
    )
    given = response(story).reason
    assert given is not None
    assert (given.event.reason, given.means, given.event.text) == (
        "understaffed",
        "Too few people on shift",
        "Two were ill",
    )
    assert response(HIGH.answers("Mon 12 Jan 10:00").because("Tue 13 Jan 09:00", "misrouted")).reason is None


def test_a_reason_that_the_file_has_no_more_stays_by_its_name() -> None:
    given = response(LATE.because("Tue 13 Jan 09:00", "lost_in_mail")).reason
    assert given is not None
    assert given.means == "lost in mail"


def test_the_decision_shows_both_figures_side_by_side() -> None:
    story = LATE.because("Tue 13 Jan 09:00", "understaffed").excused(
        "Mon 12 Jan 10:00", "Mon 12 Jan 13:00", when=AFTER, by_id="U1", text="Away", proof="https://x"
    )
    written = story.decide(AFTER, RULES).as_json()["clocks"][0]
    assert (written["verdict"], written["excused"]["verdict"]) == ("missed", "met")
    assert written["breach_reason"]["reason"] == "understaffed"
    assert (written["elapsed_seconds"], written["excused"]["elapsed_seconds"]) == (28800, 18000)
    assert written["excused"]["excused_seconds"] == 10800
    [excuse] = written["excused"]["excuses"]
    assert (excuse["means"], excuse["by_id"], excuse["proof"]) == (
        "The customer could not be reached",
        "U1",
        "https://x",
    )


def test_whoever_declares_has_not_looked_at_the_ticket_for_the_rules() -> None:
    story = HIGH.waits("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", "Automatic reply: I am away")
    held = story.decide("Mon 12 Jan 12:00").as_json()
    declared = story.because("Mon 12 Jan 11:30", "misrouted").excused("Mon 12 Jan 09:00", "Mon 12 Jan 11:30", clock="x")
    assert declared.decide("Mon 12 Jan 12:00").as_json() == held


def asked_twice(**more: Any) -> Story:
    """Two questions after the first answer, each answered too late; the second one's miss has a reason."""
    story = (
        ticket("Mon 12 Jan 09:00", priority="urgent")
        .answers("Mon 12 Jan 09:30")
        .asks("Mon 12 Jan 10:00")
        .answers("Mon 12 Jan 13:00")
        .asks("Mon 12 Jan 14:00")
        .answers("Mon 12 Jan 18:00")
    )
    started: dict[str, Any] = {"started_at": at("Mon 12 Jan 14:00"), **more}
    story = story.because("Tue 13 Jan 09:00", "understaffed", "next_response#2", **started)
    return story.excused("Mon 12 Jan 09:00", "Mon 12 Jan 17:00", when=AFTER, clock="next_response#2", **started)


def test_what_was_declared_stays_with_its_clock_where_an_exchange_before_it_comes_to_light_late() -> None:
    told = asked_twice()
    for story in (told, told.asks("Mon 12 Jan 09:40").answers("Mon 12 Jan 09:45"), told.asks("Mon 12 Jan 13:50")):
        *others, last = [each for each in story.decide(AFTER, RULES).clocks if each.name == "next_response"]
        assert (last.reason is not None, last.as_excused.verdict) == (True, Verdict.MET)
        assert [(each.reason, each.excused) for each in others] == [(None, None)] * len(others)


def test_what_was_declared_about_a_clock_that_is_none_any_more_is_about_no_other() -> None:
    story = asked_twice()
    gone = replace(story, events=tuple(each for each in story.events if each.at != at("Mon 12 Jan 14:00")))
    for each in gone.asks("Mon 12 Jan 20:00").decide(AFTER, RULES).clocks:
        assert (each.reason, each.excused) == (None, None)


def test_where_a_file_does_not_say_when_the_clock_started_its_label_counts() -> None:
    *_, last = (
        each for each in asked_twice(started_at=None).decide(AFTER, RULES).clocks if each.name == "next_response"
    )
    assert (last.reason is not None, last.as_excused.verdict) == (True, Verdict.MET)


def test_days_of_real_time_are_excused_in_real_time() -> None:
    rules = policy({"severities.high.respond_within": "2d"})
    story = ticket("Fri 9 Jan 18:00", priority="high").answers("Mon 12 Jan 12:00")
    found = response(story.excused("Sat 10 Jan 00:00", "Sun 11 Jan 00:00", when=AFTER), rules=rules)
    assert (found.verdict, found.as_excused.verdict, found.excused_time) == (Verdict.MISSED, Verdict.MET, 24 * HOUR)


def test_what_was_missed_around_the_clock_is_excused_around_the_clock_whatever_holds_since() -> None:
    urgent = ticket("Sat 10 Jan 10:00", priority="urgent")
    story = urgent.priority("Sat 10 Jan 13:00", "low").answers("Sat 10 Jan 14:00")
    story = story.excused("Sat 10 Jan 10:30", "Sat 10 Jan 12:30", when=AFTER)
    found = response(story)
    assert (found.verdict, found.as_excused.verdict, found.excused_time) == (Verdict.MISSED, Verdict.MET, 2 * HOUR)
    [event] = [each for each in story.events if isinstance(each, Excused)]
    refuse_unless_counted([found], event, RULES)
