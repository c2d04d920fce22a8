"""Is the first response promised, started and judged as agreed?

Each paragraph of a docstring is a clause of the agreement: `tests/golden/test_agreement_is_covered.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Acknowledged, Actor, AnyEvent, AssigneeChanged, Claimed, Deleted, MarkedSpam, Merged
from slabot.rules import Verdict
from tests.fixtures.policies import policy, with_clocks
from tests.fixtures.tickets import AGENT, AUTOMATION, CLOSED, CUSTOMER, PENDING, SLABOT, SOLVED, SYSTEM, clock, ticket
from tests.fixtures.times import at

# ── How soon ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_critical_is_answered_within_two_hours_around_the_clock() -> None:
    """| Critical | severely impacts the customer's or partner's use of the product | 2 hours | around the clock, weekends and holidays too |"""  # noqa: E501
    for start, end in [
        ("Mon 12 Jan 09:00", "Mon 12 Jan 11:00"),
        ("Sat 10 Jan 15:00", "Sat 10 Jan 17:00"),
        ("Sun 11 Jan 23:30", "Mon 12 Jan 01:30"),
        ("Mon 26 Jan 10:00", "Mon 26 Jan 12:00"),  # Republic Day
    ]:
        found = clock(ticket(start, priority="urgent").decide(start))
        assert (found.terms.severity, found.due_at, found.met_until) == ("critical", at(end), at(end))
    assert policy().severities["critical"].means == "Severely impacts the customer's or partner's use of the product"


def test_high_is_answered_within_six_hours_of_the_support_week() -> None:
    """| High | major functionality, business operation affected, no workaround | 6 hours | support week |"""
    found = clock(ticket("Mon 12 Jan 09:00", priority="high").decide("Mon 12 Jan 09:00"))
    assert (found.terms.severity, found.due_at) == ("high", at("Mon 12 Jan 15:00"))
    means = policy().severities["high"].means.casefold()
    assert "major functionality" in means
    assert "business operation" in means
    assert "no workaround" in means


def test_medium_is_answered_within_twelve_hours_of_the_support_week() -> None:
    """| Medium | partial impact, a workaround exists | 12 hours | support week |"""
    found = clock(ticket("Fri 9 Jan 18:00", priority="normal").decide("Fri 9 Jan 18:00"))
    assert (found.terms.severity, found.due_at) == ("medium", at("Mon 12 Jan 06:00"))
    assert policy().severities["medium"].means == "Partial impact, a workaround exists"


def test_low_is_answered_within_two_business_days_of_the_support_week() -> None:
    """| Low | routine technical issue or inquiry | 2 business days | support week |"""
    found = clock(ticket("Thu 8 Jan 15:00", priority="low").decide("Thu 8 Jan 15:00"))
    assert (found.terms.severity, found.due_at) == ("low", at("Mon 12 Jan 15:00"))
    assert policy().severities["low"].means == "Routine technical issue or inquiry"


# ── When it starts ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", ["Sat 10 Jan 03:00", "Sun 11 Jan 12:00", "Mon 26 Jan 00:00", "Tue 13 Jan 02:59:59"])
def test_a_request_may_arrive_at_any_time(start: str) -> None:
    """Requests may arrive at any time,"""
    found = clock(ticket(start).decide(start))
    assert found.started_at == at(start)
    assert found.running


def test_the_first_response_is_built_in() -> None:
    """`first_response` (the agreement's) is built in;"""
    assert [found.name for found in ticket().decide("Mon 12 Jan 09:00", policy(with_clocks())).clocks] == [
        "first_response"
    ]


def test_the_clock_starts_at_the_creation() -> None:
    """The clock starts at the customer's first message: the creation,"""
    assert clock(ticket("Mon 12 Jan 09:00").decide("Mon 12 Jan 12:00")).started_at == at("Mon 12 Jan 09:00")
    story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:30")
    assert clock(story.decide("Mon 12 Jan 12:00")).started_at == at("Mon 12 Jan 09:00")


def test_the_clock_of_an_outbound_ticket_starts_at_the_first_customer_message() -> None:
    """unless an agent wrote it (outbound), then the first customer message."""
    story = ticket("Mon 12 Jan 09:00", priority="high").answers("Mon 12 Jan 09:00", "Please update your agents")
    assert story.decide("Mon 12 Jan 23:00").clocks == ()
    asked = story.asks("Tue 13 Jan 10:00", "How?")
    found = clock(asked.decide("Tue 13 Jan 10:00"))
    assert (found.started_at, found.due_at, found.running) == (at("Tue 13 Jan 10:00"), at("Tue 13 Jan 16:00"), True)
    answered = clock(asked.answers("Tue 13 Jan 12:00").decide("Tue 13 Jan 12:00"))
    assert (answered.verdict, answered.stopped_at) == (Verdict.MET, at("Tue 13 Jan 12:00"))


def test_the_sample_ticket_has_no_clock() -> None:
    """Channels that are no request (the sample ticket, a policy list) get none."""
    decision = ticket("Mon 12 Jan 09:00", channel="sample_ticket").decide("Fri 16 Jan 09:00")
    assert (decision.clocks, decision.due_now) == ((), ())
    assert ticket("Mon 12 Jan 09:00", channel="email").decide("Mon 12 Jan 09:00").clocks != ()


# ── What stops it ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_answer_meets_the_promise_though_the_ticket_is_not_solved() -> None:
    """These are initial response times, not resolution times."""
    found = clock(ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").decide("Fri 16 Jan 09:00"))
    assert (found.verdict, found.stopped_at) == (Verdict.MET, at("Mon 12 Jan 10:00"))


def test_a_first_response_is_the_first_public_message_by_a_person_of_support() -> None:
    """A first response is the first public message by a human agent

    when it was sent, public when it was sent.
    """
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").answers("Mon 12 Jan 09:40")
    assert clock(story.decide("Mon 12 Jan 12:00")).stopped_at == at("Mon 12 Jan 09:40")


@pytest.mark.parametrize(
    ("by", "facts"),
    [
        (AGENT, {"by_id": "r1"}),
        (AGENT, {"public": False}),
        (AUTOMATION, {}),
        (AGENT, {"auto_reply": True}),
        (SYSTEM, {}),
        (AGENT, {"by_id": None, "email": "Integrations@ACME.example"}),
        (AGENT, {"by_id": "integrations@acme.example"}),
        (SLABOT, {}),
        (CUSTOMER, {}),
    ],
)
def test_what_is_no_answer_by_a_person_never_counts(by: Actor, facts: dict[str, Any]) -> None:
    """who was neither requester

    Internal notes, automation and auto-replies, system lines (Zendesk author -1), accounts on the policy's `bots`
    list and slabot's own messages never count.
    """
    story = ticket("Mon 12 Jan 09:00").says("Mon 12 Jan 09:30", by, **facts)
    assert clock(story.decide("Mon 12 Jan 10:00")).running


@pytest.mark.parametrize(
    "event",
    [
        AssigneeChanged(at=at("Mon 12 Jan 09:30"), to="agent-7"),
        Acknowledged(at=at("Mon 12 Jan 09:30"), by_id="U1"),
        Claimed(at=at("Mon 12 Jan 09:30"), by_id="U1"),
    ],
)
def test_taking_a_ticket_does_not_answer_it(event: AnyEvent) -> None:
    """Assignment or acknowledgement never stops a clock."""
    assert clock(ticket("Mon 12 Jan 09:00").happens(event).decide("Mon 12 Jan 10:00")).running


# ── How it ends without an answer ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "event",
    [
        Merged(at=at("Tue 13 Jan 09:00"), into="4700"),
        Deleted(at=at("Tue 13 Jan 09:00")),
        MarkedSpam(at=at("Tue 13 Jan 09:00")),
    ],
)
def test_merged_deleted_and_spam_tickets_have_void_clocks(event: AnyEvent) -> None:
    """Merged, deleted and spam tickets end their clocks `void`."""
    story = ticket("Mon 12 Jan 09:00").happens(event)  # the deadline, Mon 21:00, had passed
    decision = story.decide("Wed 14 Jan 09:00")
    found = clock(decision)
    assert (found.verdict, found.stopped_at) == (Verdict.VOID, at("Tue 13 Jan 09:00"))
    assert (decision.due_now, decision.next_look) == ((), None)


@pytest.mark.parametrize("category", [SOLVED, CLOSED])
@pytest.mark.parametrize(
    ("when", "verdict"),
    [("Mon 12 Jan 21:00", Verdict.UNANSWERED), ("Mon 12 Jan 21:00:01", Verdict.MISSED)],
)
def test_a_solve_without_an_answer_is_missed_or_unanswered(category: object, when: str, verdict: Verdict) -> None:
    """Solved or closed without any response: `missed` if met-until had passed, else `unanswered` (counted apart in
    reports);
    """
    story = ticket("Mon 12 Jan 09:00").becomes(when, SOLVED if category is SOLVED else CLOSED)
    found = clock(story.decide("Mon 26 Jan 09:00"))
    assert (found.verdict, found.stopped_at) == (verdict, at(when))


def test_a_reopening_resumes_the_clock_without_the_solved_time() -> None:
    """a reopening resumes the clock, the solved span not counting."""
    story = ticket("Mon 12 Jan 09:00").becomes("Mon 12 Jan 13:00", SOLVED).becomes("Tue 13 Jan 10:00", PENDING)
    found = clock(story.decide("Tue 13 Jan 12:00"))
    assert (found.running, found.elapsed, found.due_at) == (True, timedelta(hours=6), at("Tue 13 Jan 18:00"))
    met = clock(story.answers("Tue 13 Jan 18:00").decide("Wed 14 Jan 00:00"))
    assert (met.verdict, met.elapsed) == (Verdict.MET, timedelta(hours=12))
    assert clock(story.answers("Tue 13 Jan 18:00:01").decide("Wed 14 Jan 00:00")).verdict is Verdict.MISSED


def test_a_running_clock_past_its_deadline_is_reported_as_missed_at_once() -> None:
    """A running clock past met-until is reported as missed at once, wherever numbers are shown."""
    story = ticket("Fri 9 Jan 18:00", priority="high")
    assert clock(story.decide("Mon 12 Jan 00:00")).missed is None
    found = clock(story.decide("Mon 12 Jan 00:00:01"))
    assert found.running
    assert found.missed is not None
    assert (found.missed.due_at, found.missed.met_until) == (at("Sat 10 Jan 00:00"), at("Mon 12 Jan 00:00"))
    written = story.decide("Mon 12 Jan 00:00:01").as_json()["clocks"][0]
    assert (written["verdict"], written["overdue_seconds"]) == ("running", 1)
    assert written["missed"]["severity"] == "high"
