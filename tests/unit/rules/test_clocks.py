"""What starts, stops and pauses a clock, and with which verdict does it end?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slabot.domain import Actor, Message
from slabot.policy import PolicyError
from slabot.rules import ClockState, Kind, Verdict
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, UPDATES, policy, with_clocks
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    CLOSED,
    CUSTOMER,
    PENDING,
    SOLVED,
    SYSTEM,
    THIRD_PARTY,
    WAITING,
    Story,
    clock,
    due,
    only,
    planned,
    ticket,
)
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
RULES = policy(with_clocks(NEXT_RESPONSE, RESOLUTION))
HIGH = ticket(START, priority="high")


# ── Boundaries of the agreement's four targets ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("priority", "met_until"),
    [
        ("urgent", "Mon 12 Jan 11:00"),
        ("high", "Mon 12 Jan 15:00"),
        ("normal", "Mon 12 Jan 21:00"),
        ("low", "Wed 14 Jan 09:00"),
    ],
)
def test_an_answer_is_in_time_up_to_the_second(priority: str, met_until: str) -> None:
    story, end = ticket(START, priority=priority), at(met_until)

    def answered(instant: datetime) -> Verdict:
        told = story.happens(Message(at=instant, by=AGENT, by_id="agent-7", text="…"))
        return clock(told.decide("Fri 16 Jan 09:00")).verdict

    second = timedelta(seconds=1)
    assert [answered(end - second), answered(end), answered(end + second)] == [
        Verdict.MET,
        Verdict.MET,
        Verdict.MISSED,
    ]
    assert clock(story.decide(met_until)).missed is None
    assert clock(story.decide(f"{met_until}:01")).missed is not None


def test_an_answer_in_the_second_of_the_request_is_one() -> None:
    found = clock(ticket(START).answers("Mon 12 Jan 09:00:00").asks(START).decide(START))
    assert (found.verdict, found.elapsed) == (Verdict.MET, timedelta())


# ── The request ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", [AUTOMATION, SYSTEM, CUSTOMER])
def test_what_no_agent_wrote_starts_the_clock_at_the_creation(by: Actor) -> None:
    assert clock(ticket(START).says(START, by, "…").decide(START)).started_at == at(START)


def test_an_agent_who_asks_for_help_starts_the_clock_at_the_creation() -> None:
    assert clock(ticket(START).says(START, AGENT, "…", by_id="r1").decide(START)).started_at == at(START)


def test_an_outbound_ticket_is_one_though_the_agents_words_are_internal() -> None:
    assert ticket(START).says(START, AGENT, "…", public=False).decide("Tue 13 Jan 09:00").clocks == ()


def test_an_automatic_answer_in_the_second_of_the_creation_makes_no_outbound_ticket() -> None:
    story = ticket(START).says(START, AGENT, "We have received your request", auto_reply=True)
    assert clock(story.decide(START)).started_at == at(START)


def test_the_promise_of_an_outbound_ticket_goes_by_the_customers_first_message() -> None:
    story = ticket("Fri 9 Jan 10:00", priority="low").answers("Fri 9 Jan 10:00").asks("Sat 10 Jan 15:00")
    assert clock(story.decide("Sat 10 Jan 15:00")).due_at == at("Tue 13 Jan 00:00")


def test_channels_are_compared_in_any_case() -> None:
    rules = policy({"requests.not_from_channels": ["Policy_List"]})
    assert ticket(START, channel="policy_list").decide(START, rules).clocks == ()
    assert ticket(START, channel="sample_ticket").decide(START, rules).clocks != ()
    assert ticket(START, channel=None).decide(START, rules).clocks != ()


# ── How it ends ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_before_the_merge_keeps_its_verdict() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").merged("Mon 12 Jan 11:00")
    assert clock(story.decide("Mon 12 Jan 12:00")).verdict is Verdict.MET
    same_second = HIGH.answers("Mon 12 Jan 11:00").merged("Mon 12 Jan 11:00")
    assert clock(same_second.decide("Mon 12 Jan 12:00")).verdict is Verdict.MET


@pytest.mark.parametrize("end", ["merged", "deleted", "spam"])
def test_what_is_written_on_a_ticket_that_is_gone_is_no_answer(end: str) -> None:
    gone: Story = getattr(HIGH, end)("Mon 12 Jan 10:00")
    found = clock(gone.answers("Mon 12 Jan 10:00:01", "This ticket was merged").decide("Mon 12 Jan 12:00"))
    assert (found.verdict, found.stopped_at) == (Verdict.VOID, at("Mon 12 Jan 10:00"))


def test_a_restored_ticket_resumes_without_the_time_it_was_gone() -> None:
    story = HIGH.deleted("Mon 12 Jan 10:00").restored("Mon 12 Jan 14:00")
    found = clock(story.decide("Mon 12 Jan 15:00"))
    assert (found.running, found.elapsed, found.due_at) == (True, timedelta(hours=2), at("Mon 12 Jan 19:00"))
    again = story.spam("Mon 12 Jan 15:00").spam("Mon 12 Jan 16:00")  # marked twice; the first counts
    assert clock(again.decide("Mon 12 Jan 17:00")).stopped_at == at("Mon 12 Jan 15:00")


def test_a_restore_of_what_was_not_gone_changes_nothing() -> None:
    assert clock(HIGH.restored("Mon 12 Jan 10:00").decide("Mon 12 Jan 11:00")).elapsed == timedelta(hours=2)


def test_a_verdict_stands_though_the_solved_ticket_is_deleted_later() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).deleted("Tue 13 Jan 10:00")
    found = clock(story.decide("Wed 14 Jan 10:00", RULES))
    assert (found.verdict, found.stopped_at) == (Verdict.UNANSWERED, at("Mon 12 Jan 10:00"))
    assert clock(story.decide("Wed 14 Jan 10:00", RULES), "resolution").verdict is Verdict.MET


def test_a_merge_that_closes_the_ticket_in_the_same_second_makes_it_void() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", CLOSED).merged("Mon 12 Jan 10:00")
    assert clock(story.decide("Mon 12 Jan 11:00")).verdict is Verdict.VOID


def test_closing_a_solved_ticket_does_not_move_the_stop() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).becomes("Thu 15 Jan 10:00", CLOSED)
    assert clock(story.decide("Fri 16 Jan 10:00")).stopped_at == at("Mon 12 Jan 10:00")


def test_a_ticket_created_as_solved_is_unanswered_at_once() -> None:
    found = clock(ticket(START, status=SOLVED).asks(START).decide(START))
    assert (found.verdict, found.stopped_at) == (Verdict.UNANSWERED, at(START))


def test_an_answer_on_a_solved_ticket_is_an_answer() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).answers("Mon 12 Jan 20:00")
    found = clock(story.decide("Tue 13 Jan 10:00"))
    assert (found.verdict, found.elapsed) == (Verdict.MET, timedelta(hours=1))


def test_spans_name_the_pauses() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).becomes("Tue 13 Jan 10:00", PENDING)
    spans = clock(story.decide("Tue 13 Jan 12:00")).spans()
    assert [(span.start, span.end, span.counts, span.why) for span in spans] == [
        (at(START), at("Mon 12 Jan 10:00"), True, "support week"),
        (at("Mon 12 Jan 10:00"), at("Tue 13 Jan 10:00"), False, "Solved"),
        (at("Tue 13 Jan 10:00"), at("Tue 13 Jan 12:00"), True, "support week"),
    ]


# ── Changes of severity ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_miss_under_a_severity_that_was_in_force_for_a_while_only_stays() -> None:
    story = ticket(START).severity("Mon 12 Jan 10:00", "critical").severity("Mon 12 Jan 11:00:01", "medium")
    found = clock(story.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00"))
    assert found.verdict is Verdict.MISSED
    in_time = ticket(START).severity("Mon 12 Jan 10:00", "critical").severity("Mon 12 Jan 11:00", "medium")
    assert clock(in_time.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00")).verdict is Verdict.MET


def test_raised_tells_a_rise_from_a_fall() -> None:
    risen = clock(ticket(START).severity("Mon 12 Jan 10:00", "high").decide("Mon 12 Jan 10:00"))
    assert (risen.raised, risen.in_force_since) == (True, at("Mon 12 Jan 10:00"))
    fallen = clock(ticket(START).severity("Mon 12 Jan 10:00", "low").decide("Mon 12 Jan 10:00"))
    assert (fallen.raised, fallen.in_force_since) == (False, at("Mon 12 Jan 10:00"))
    same = clock(ticket(START).severity("Mon 12 Jan 10:00", "medium").decide("Mon 12 Jan 10:00"))
    assert (same.raised, same.in_force_since) == (False, at(START))


def test_the_customers_message_in_the_second_of_the_answer_comes_after_it() -> None:
    story = ticket(START).asks("Mon 12 Jan 15:00", "production down").answers("Mon 12 Jan 15:00")
    assert clock(story.decide("Mon 12 Jan 15:00")).terms.severity == "medium"


# ── The next response ────────────────────────────────────────────────────────────────────────────────────────────────


def _next(story: Story, now: str) -> list[tuple[str, datetime, datetime | None, Verdict]]:
    decision = story.decide(now, RULES)
    return [(c.label, c.started_at, c.stopped_at, c.verdict) for c in decision.clocks if c.name == "next_response"]


def test_each_question_after_the_first_answer_has_a_clock() -> None:
    story = HIGH.asks("Mon 12 Jan 09:30").answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").asks("Mon 12 Jan 12:00")
    story = story.says("Mon 12 Jan 12:30", AGENT, "a note", public=False).answers("Mon 12 Jan 17:00")
    story = story.answers("Mon 12 Jan 18:00").asks("Tue 13 Jan 09:00")
    assert _next(story, "Tue 13 Jan 10:00") == [
        ("next_response", at("Mon 12 Jan 11:00"), at("Mon 12 Jan 17:00"), Verdict.MET),  # 6 h, to the second
        ("next_response#2", at("Tue 13 Jan 09:00"), None, Verdict.RUNNING),
    ]


def test_no_next_response_is_owed_before_the_first() -> None:
    assert _next(HIGH.asks("Mon 12 Jan 10:00"), "Mon 12 Jan 12:00") == []


@pytest.mark.parametrize("facts", [{"auto_reply": True}, {"public": False}])
def test_what_is_no_public_question_starts_no_next_response(facts: dict[str, Any]) -> None:
    assert _next(HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00", **facts), "Mon 12 Jan 12:00") == []


def test_within_a_second_the_question_comes_after_the_answer_unless_the_source_says_otherwise() -> None:
    unnumbered = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:00")
    assert [label for label, *_ in _next(unnumbered, "Mon 12 Jan 12:00")] == ["next_response"]
    numbered = HIGH.asks("Mon 12 Jan 10:00", id="1", seq=1).answers("Mon 12 Jan 10:00", id="2", seq=2)
    assert _next(numbered, "Mon 12 Jan 12:00") == []


def test_a_next_response_follows_the_severity_then_in_force() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").severity("Mon 12 Jan 10:30", "critical").asks("Mon 12 Jan 11:00")
    found = clock(story.decide("Mon 12 Jan 11:00", RULES), "next_response")
    assert (found.terms.severity, found.due_at, found.raised) == ("critical", at("Mon 12 Jan 13:00"), False)
    same_second = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00").severity("Mon 12 Jan 11:00", "critical")
    assert clock(same_second.decide("Mon 12 Jan 11:00", RULES), "next_response").due_at == at("Mon 12 Jan 13:00")


def test_a_next_response_has_no_end_of_the_next_working_day() -> None:
    story = ticket("Fri 9 Jan 10:00", priority="low").answers("Fri 9 Jan 11:00").asks("Sat 10 Jan 15:00")
    assert clock(story.decide("Sat 10 Jan 15:00", RULES), "next_response").due_at == at("Wed 14 Jan 00:00")


def test_a_question_on_a_solved_ticket_is_unanswered_until_it_is_reopened() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", SOLVED).asks("Mon 12 Jan 12:00")
    assert _next(story, "Mon 12 Jan 13:00") == [
        ("next_response", at("Mon 12 Jan 12:00"), at("Mon 12 Jan 12:00"), Verdict.UNANSWERED)
    ]
    reopened = story.becomes("Mon 12 Jan 14:00", PENDING)
    found = clock(reopened.decide("Mon 12 Jan 15:00", RULES), "next_response")
    assert (found.running, found.elapsed) == (True, timedelta(hours=1))


def test_a_severity_without_a_target_has_no_such_clock() -> None:
    rules = policy(with_clocks({**NEXT_RESPONSE, "within": {"critical": "2h"}}))
    story = HIGH.answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    assert story.decide("Mon 12 Jan 12:00", rules).clock("next_response") is None
    assert story.severity("Mon 12 Jan 11:30", "critical").decide("Mon 12 Jan 12:00", rules).clock("next_response")


def test_a_clock_may_count_in_a_calendar_of_its_own() -> None:
    rules = policy(with_clocks({**NEXT_RESPONSE, "within": "2h", "calendar": "around_the_clock"}))
    story = HIGH.answers("Mon 12 Jan 10:00").asks("Sat 17 Jan 11:00")
    found = clock(story.decide("Sat 17 Jan 11:00", rules), "next_response")
    assert (found.due_at, found.terms.calendar.name) == (at("Sat 17 Jan 13:00"), "around_the_clock")


# ── Resolution ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _resolution(story: Story, now: str) -> ClockState:
    return clock(story.decide(now, RULES), "resolution")


@pytest.mark.parametrize(
    ("solved", "verdict"),
    [("Tue 13 Jan 09:00", Verdict.MET), ("Tue 13 Jan 09:00:01", Verdict.MISSED)],
)
def test_the_solve_stops_the_resolution(solved: str, verdict: Verdict) -> None:
    found = _resolution(HIGH.answers("Mon 12 Jan 10:00").becomes(solved, SOLVED), "Fri 16 Jan 09:00")
    assert (found.verdict, found.stopped_at) == (verdict, at(solved))


def test_the_resolution_pauses_while_the_customer_is_waited_for() -> None:
    story = HIGH.waits("Mon 12 Jan 10:00").asks("Thu 15 Jan 10:00").becomes("Thu 15 Jan 10:00", PENDING)
    assert _resolution(story, "Wed 14 Jan 10:00").paused_since == at("Mon 12 Jan 10:00")
    assert _resolution(story, "Wed 14 Jan 10:00").elapsed == timedelta(hours=1)
    found = _resolution(story, "Thu 15 Jan 10:00")
    assert (found.paused_since, found.due_at) == (None, at("Fri 16 Jan 09:00"))
    assert _resolution(story.becomes("Fri 16 Jan 09:00", SOLVED), "Mon 19 Jan 09:00").verdict is Verdict.MET


def test_the_resolution_runs_on_while_a_third_party_is_waited_for() -> None:
    story = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 10:00", THIRD_PARTY)
    assert _resolution(story, "Mon 12 Jan 12:00").elapsed == timedelta(hours=3)


def test_a_pause_that_lasts_when_the_ticket_goes_does_not_count() -> None:
    story = HIGH.waits("Mon 12 Jan 10:00").deleted("Mon 12 Jan 15:00")
    found = _resolution(story, "Tue 13 Jan 09:00")
    assert (found.verdict, found.elapsed) == (Verdict.VOID, timedelta(hours=1))
    assert sum((span.end - span.start for span in found.spans() if span.counts), timedelta()) == timedelta(hours=1)


def test_a_reopening_resumes_the_resolution() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).becomes("Wed 14 Jan 10:00", PENDING)
    found = _resolution(story, "Wed 14 Jan 12:00")
    assert (found.running, found.elapsed, found.due_at) == (True, timedelta(hours=3), at("Thu 15 Jan 09:00"))


def test_a_deadline_in_real_days_is_paused_in_real_time() -> None:
    rules = policy(with_clocks({**RESOLUTION, "within": "7d"}))
    story = HIGH.waits("Mon 12 Jan 10:00").asks("Sat 17 Jan 10:00").becomes("Sat 17 Jan 10:00", PENDING)
    found = clock(story.decide("Sat 17 Jan 10:00", rules), "resolution")
    assert (found.due_at, found.met_until) == (at("Sat 24 Jan 09:00"), at("Tue 27 Jan 00:00"))  # Republic Day on Monday


# ── Periodic updates ─────────────────────────────────────────────────────────────────────────────────────────────────

NUDGING = policy(with_clocks(UPDATES))
HELD = HIGH.answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)


def test_each_public_update_starts_the_next_one() -> None:
    story = HELD.answers("Tue 13 Jan 11:00").answers("Thu 15 Jan 11:00:01").becomes("Fri 16 Jan 11:00", PENDING)
    found = [c for c in story.decide("Mon 19 Jan 11:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.stopped_at, c.verdict) for c in found] == [
        (at("Mon 12 Jan 11:00"), at("Tue 13 Jan 11:00"), Verdict.MET),
        (at("Tue 13 Jan 11:00"), at("Thu 15 Jan 11:00:01"), Verdict.MISSED),
        (at("Thu 15 Jan 11:00:01"), at("Fri 16 Jan 11:00"), Verdict.MET),
    ]


def test_what_the_customer_cannot_read_is_no_update() -> None:
    story = HELD.says("Tue 13 Jan 11:00", AGENT, "a note", public=False).says("Tue 13 Jan 12:00", AUTOMATION, "…")
    story = story.asks("Tue 13 Jan 13:00").assigned("Tue 13 Jan 14:00")
    assert clock(story.decide("Tue 13 Jan 15:00", NUDGING), "third_party_update").started_at == at("Mon 12 Jan 11:00")


def test_an_update_with_the_entry_is_of_the_time_before() -> None:
    story = HIGH.answers("Mon 12 Jan 11:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    found = [c for c in story.decide("Mon 12 Jan 12:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.running) for c in found] == [(at("Mon 12 Jan 11:00"), True)]


def test_an_update_in_the_second_of_leaving_is_the_last() -> None:
    story = HELD.answers("Tue 13 Jan 11:00").becomes("Tue 13 Jan 11:00", PENDING)
    found = [c for c in story.decide("Wed 14 Jan 11:00", NUDGING).clocks if c.name == "third_party_update"]
    assert [(c.started_at, c.stopped_at) for c in found] == [(at("Mon 12 Jan 11:00"), at("Tue 13 Jan 11:00"))]


def test_reminders_come_again_and_again_and_only_the_newest_is_due() -> None:
    assert planned(HELD.decide("Mon 12 Jan 11:00", NUDGING), Kind.NUDGE) == [at("Wed 14 Jan 11:00")]
    first = only(HELD.decide("Wed 14 Jan 11:00", NUDGING), Kind.NUDGE)
    assert (first.fact("number"), first.fact("clock")) == ("1", "third_party_update")
    assert first.because == "no public update since Mon 12 Jan 2026 11:00 +05:30; one is owed every 2 business days"
    assert planned(HELD.decide("Wed 14 Jan 11:00", NUDGING), Kind.NUDGE) == [at("Fri 16 Jan 11:00")]
    nudged = HELD.nudged("Wed 14 Jan 11:00", first.key)
    assert due(nudged.decide("Fri 16 Jan 10:59:59", NUDGING), Kind.NUDGE) == []
    assert only(nudged.decide("Fri 16 Jan 11:00", NUDGING), Kind.NUDGE).fact("number") == "2"
    assert only(HELD.decide("Wed 21 Jan 12:00", NUDGING), Kind.NUDGE).fact("number") == "3"  # Tuesday 20 Jan 11:00
    assert only(HELD.decide("Wed 21 Jan 12:00", NUDGING), Kind.NUDGE).at == at("Tue 20 Jan 11:00")


def test_a_clock_that_gives_no_time_at_all_is_refused() -> None:
    with pytest.raises(PolicyError, match="no time at all"):
        policy(with_clocks({**UPDATES, "within": "0m"}))


def test_no_reminder_outside_the_categories_that_owe_updates() -> None:
    back = HELD.becomes("Tue 13 Jan 11:00", PENDING)
    assert due(back.decide("Fri 16 Jan 11:00", NUDGING), Kind.NUDGE) == []
    rules = policy(with_clocks({**UPDATES, "during": ["pending", "waiting_on_third_party"]}))
    assert only(back.decide("Thu 15 Jan 11:00", rules), Kind.NUDGE).at == at("Thu 15 Jan 11:00")
    assert back.decide("Thu 15 Jan 11:00", NUDGING).clock("third_party_update") is not None


def test_a_solve_while_others_are_waited_for_ends_the_wait() -> None:
    story = HELD.becomes("Tue 13 Jan 11:00", SOLVED)
    found = clock(story.decide("Fri 16 Jan 11:00", NUDGING), "third_party_update")
    assert (found.verdict, found.stopped_at) == (Verdict.MET, at("Tue 13 Jan 11:00"))
    gone = HELD.merged("Tue 13 Jan 11:00")
    assert clock(gone.decide("Fri 16 Jan 11:00", NUDGING), "third_party_update").verdict is Verdict.VOID


def test_waiting_on_the_customer_pauses_nothing_but_the_resolution() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", WAITING)  # without a word
    assert clock(story.decide("Mon 12 Jan 12:00", RULES)).elapsed == timedelta(hours=3)
