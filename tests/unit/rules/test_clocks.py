"""What starts, stops and pauses a clock, and with which verdict does it end?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from slabot.domain import Actor, Message
from slabot.rules import Verdict
from tests.fixtures.policies import RESOLUTION, policy, with_clocks
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    CLOSED,
    CUSTOMER,
    PENDING,
    SOLVED,
    SYSTEM,
    Story,
    clock,
    ticket,
)
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
HIGH = ticket(START, priority="high")
LATER = "Mon 12 Jan 20:00"


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


@pytest.mark.parametrize(
    ("target", "promised"), [("23h", False), ("24h", False), ("86401s", True), ("25h", True), ("2 business days", True)]
)
def test_the_next_working_day_is_the_promise_only_where_it_ends_before_the_target(target: str, promised: bool) -> None:
    rules = policy({"severities.medium.respond_within": target})
    found = clock(ticket("Sat 10 Jan 15:00").decide("Sat 10 Jan 15:00", rules))
    assert (found.terms.promise == at("Tue 13 Jan 00:00")) is promised
    assert (found.terms.promise is None) is not promised
    assert found.due_at == min(found.terms.target_due, at("Tue 13 Jan 00:00"))


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


def test_a_message_before_the_creation_makes_no_outbound_ticket() -> None:
    decision = ticket(START).answers("Mon 12 Jan 08:59:59").decide(LATER)
    assert clock(decision).started_at == at(START)


def test_a_customer_and_an_agent_who_write_in_the_second_of_the_creation_make_a_request() -> None:
    story = ticket(START).says(START, AGENT, "Your order", by_id="agent-7").asks(START, "It does not work")
    assert clock(story.decide(LATER)).started_at == at(START)


@pytest.mark.parametrize("channel", ["sample_ticket", "SAMPLE_ticket", "monitoring", "Monitoring"])
def test_each_listed_channel_is_no_request(channel: str) -> None:
    rules = policy({"requests.not_from_channels": ["sample_ticket", "monitoring"]})
    assert ticket(START, channel=channel).decide(LATER, rules).clocks == ()
    assert ticket(START, channel="email").decide(LATER, rules).clocks != ()


def test_what_support_writes_one_second_before_the_customer_first_asks_is_no_answer() -> None:
    outbound = ticket(START).answers(START).answers("Mon 12 Jan 09:59:59").asks("Mon 12 Jan 10:00")
    found = clock(outbound.decide(LATER))
    assert (found.started_at, found.stopped_at) == (at("Mon 12 Jan 10:00"), None)
    answered = outbound.answers("Mon 12 Jan 10:00")
    assert clock(answered.decide(LATER)).stopped_at == at("Mon 12 Jan 10:00")


@pytest.mark.parametrize("agent", ["a", "q9", "r0", "r2", "z"])
def test_of_all_agents_only_the_requester_counts_as_the_customer(agent: str) -> None:
    story = ticket(START).says("Mon 12 Jan 10:00", AGENT, by_id=agent)
    assert clock(story.decide(LATER)).verdict is Verdict.MET
    assert clock(ticket(START).says("Mon 12 Jan 10:00", AGENT, by_id="r1").decide(LATER)).stopped_at is None


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


def test_a_ticket_may_be_deleted_and_restored_twice() -> None:
    story = ticket(START).deleted("Mon 12 Jan 10:00").restored("Mon 12 Jan 11:00")
    story = story.spam("Mon 12 Jan 12:00").restored("Mon 12 Jan 14:00")
    found = clock(story.decide("Mon 12 Jan 15:00"))
    assert found.verdict is Verdict.RUNNING
    assert [(pause.since, pause.until, pause.why) for pause in found.pauses] == [
        (at("Mon 12 Jan 10:00"), at("Mon 12 Jan 11:00"), "deleted"),
        (at("Mon 12 Jan 12:00"), at("Mon 12 Jan 14:00"), "marked as spam"),
    ]
    assert found.elapsed == timedelta(hours=3)
    assert clock(story.merged("Mon 12 Jan 14:30").decide("Mon 12 Jan 15:00")).verdict is Verdict.VOID


@pytest.mark.parametrize(
    ("deleted", "verdict"),
    [
        ("Mon 12 Jan 09:59:59", Verdict.VOID),
        ("Mon 12 Jan 10:00", Verdict.VOID),
        ("Mon 12 Jan 10:00:01", Verdict.UNANSWERED),
    ],
)
def test_what_ended_a_ticket_first_gives_its_verdict(deleted: str, verdict: Verdict) -> None:
    story = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED).deleted(deleted)
    assert clock(story.decide(LATER)).verdict is verdict


@pytest.mark.parametrize(("until", "seconds"), [("10:00", 0), ("10:00:01", 1), ("10:00:02", 2)])
def test_the_clock_leaves_out_the_solved_time_to_the_second(until: str, seconds: int) -> None:
    story = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED, id="a").becomes(f"Mon 12 Jan {until}", PENDING, id="b")
    if not seconds:  # within one second the later category comes last, so the other way round
        story = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED, seq=1).becomes("Mon 12 Jan 10:00", PENDING, seq=2)
    found = clock(story.decide("Mon 12 Jan 11:00"))
    assert len(found.pauses) == (seconds > 0)
    assert found.due_at == at("Mon 12 Jan 21:00") + timedelta(seconds=seconds)
    assert found.elapsed == timedelta(hours=2, seconds=-seconds)


def test_a_verdict_stands_though_the_solved_ticket_is_deleted_later() -> None:
    story = HIGH.becomes("Mon 12 Jan 10:00", SOLVED).deleted("Tue 13 Jan 10:00")
    rules = policy(with_clocks(RESOLUTION))
    found = clock(story.decide("Wed 14 Jan 10:00", rules))
    assert (found.verdict, found.stopped_at) == (Verdict.UNANSWERED, at("Mon 12 Jan 10:00"))
    assert clock(story.decide("Wed 14 Jan 10:00", rules), "resolution").verdict is Verdict.MET


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


@pytest.mark.parametrize(
    ("when", "severity", "raised"),
    [
        (START, "critical", False),
        ("Mon 12 Jan 09:00:01", "critical", True),
        ("Mon 12 Jan 09:59:58", "critical", True),
        ("Mon 12 Jan 09:59:59", "critical", True),
        ("Mon 12 Jan 10:00", "medium", False),
    ],
)
def test_a_severity_counts_if_it_is_chosen_before_the_second_of_the_answer(
    when: str, severity: str, raised: bool
) -> None:
    story = ticket(START).severity(when, "critical").answers("Mon 12 Jan 10:00")
    found = clock(story.decide(LATER))
    assert (found.terms.severity, found.raised) == (severity, raised)
    if raised:
        assert found.in_force_since == at(when)


def test_a_severity_that_is_chosen_twice_has_been_raised_once() -> None:
    story = ticket(START).severity("Mon 12 Jan 09:10", "high").severity("Mon 12 Jan 09:20", "high", reason="again")
    found = clock(story.decide("Mon 12 Jan 09:30"))
    assert (found.in_force_since, found.raised) == (at("Mon 12 Jan 09:10"), True)
    lowered = clock(story.severity("Mon 12 Jan 09:25", "low").decide("Mon 12 Jan 09:30"))
    assert (lowered.in_force_since, lowered.raised) == (at("Mon 12 Jan 09:25"), False)


def test_the_customers_message_in_the_second_of_the_answer_comes_after_it() -> None:
    story = ticket(START).asks("Mon 12 Jan 15:00", "production down").answers("Mon 12 Jan 15:00")
    assert clock(story.decide("Mon 12 Jan 15:00")).terms.severity == "medium"
