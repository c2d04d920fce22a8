"""Do clocks start, stop and pause in the right second?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import SECOND
from slabot.policy import Policy
from slabot.rules import Decision, Kind, SeveritySource, Verdict, assessments
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, RESOLUTION, UPDATES, policy, rule, with_clocks
from tests.fixtures.tickets import AGENT, AUTOMATION, CUSTOMER, PENDING, SOLVED, THIRD_PARTY, Story, clock, due, ticket
from tests.fixtures.times import at

START = "Mon 12 Jan 09:00"
LATER = "Mon 12 Jan 20:00"


def instances(decision: Decision, name: str) -> list[tuple[Any, ...]]:
    return [
        (found.instance, found.started_at, found.stopped_at, found.verdict)
        for found in decision.clocks
        if found.name == name
    ]


# ── The request and its answer ──────────────────────────────────────────────────────────────────────────────────────


def test_what_was_said_before_the_creation_makes_no_outbound_ticket() -> None:
    decision = ticket(START).answers("Mon 12 Jan 08:59:59").decide(LATER)
    assert clock(decision).started_at == at(START)


def test_a_customer_who_writes_in_the_second_of_the_creation_has_asked_then() -> None:
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
def test_only_the_requester_itself_among_the_agents_is_the_customer(agent: str) -> None:
    story = ticket(START).says("Mon 12 Jan 10:00", AGENT, by_id=agent)
    assert clock(story.decide(LATER)).verdict is Verdict.MET
    assert clock(ticket(START).says("Mon 12 Jan 10:00", AGENT, by_id="r1").decide(LATER)).stopped_at is None


# ── Two clocks of a name ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_latest_clock_of_a_name_is_the_one_that_is_meant() -> None:
    story = ticket(START).answers("Mon 12 Jan 09:10").asks("Mon 12 Jan 10:00").answers("Mon 12 Jan 10:10")
    decision = story.asks("Mon 12 Jan 11:00").decide("Mon 12 Jan 11:30", policy(with_clocks(NEXT_RESPONSE)))
    assert [found.label for found in decision.clocks] == ["first_response", "next_response", "next_response#2"]
    assert clock(decision, "next_response").instance == 2


# ── Gone, and back ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_may_be_taken_away_and_brought_back_twice() -> None:
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


# ── Pauses of one second, and of none ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("until", "seconds"), [("10:00", 0), ("10:00:01", 1), ("10:00:02", 2)])
def test_a_solved_second_does_not_count(until: str, seconds: int) -> None:
    story = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED, id="a").becomes(f"Mon 12 Jan {until}", PENDING, id="b")
    if not seconds:  # within one second the later category comes last, so the other way round
        story = ticket(START).becomes("Mon 12 Jan 10:00", SOLVED, seq=1).becomes("Mon 12 Jan 10:00", PENDING, seq=2)
    found = clock(story.decide("Mon 12 Jan 11:00"))
    assert len(found.pauses) == (seconds > 0)
    assert found.due_at == at("Mon 12 Jan 21:00") + timedelta(seconds=seconds)
    assert found.elapsed == timedelta(hours=2, seconds=-seconds)


# ── Updates while others are waited for ─────────────────────────────────────────────────────────────────────────────

ENTERED, LEFT = "Mon 12 Jan 10:00", "Mon 12 Jan 12:00"


def updated(*updates: str) -> list[tuple[Any, ...]]:
    story: Story = ticket(START).becomes(ENTERED, THIRD_PARTY)
    for update in updates:
        story = story.answers(f"Mon 12 Jan {update}")
    decision = story.becomes(LEFT, PENDING).decide(LATER, policy(with_clocks(UPDATES)))
    return [(start, stop, verdict) for _, start, stop, verdict in instances(decision, "third_party_update")]


def test_an_update_counts_from_the_second_after_the_entry_to_the_second_of_the_end() -> None:
    entered, left = at(ENTERED), at(LEFT)
    assert updated() == [(entered, left, Verdict.MET)]
    assert updated("10:00") == [(entered, left, Verdict.MET)]
    after_one = entered + SECOND
    assert updated("10:00:01") == [(entered, after_one, Verdict.MET), (after_one, left, Verdict.MET)]
    before_end = left - SECOND
    assert updated("11:59:59") == [(entered, before_end, Verdict.MET), (before_end, left, Verdict.MET)]
    assert updated("12:00") == [(entered, left, Verdict.MET)]
    assert updated("12:00:01") == [(entered, left, Verdict.MET)]


def test_time_in_which_the_ticket_was_deleted_makes_no_update_late() -> None:
    story = ticket(START).becomes(ENTERED, THIRD_PARTY).deleted("Mon 12 Jan 11:00").restored("Fri 16 Jan 11:00")
    decision = story.becomes("Fri 16 Jan 12:00", PENDING).decide("Fri 16 Jan 13:00", policy(with_clocks(UPDATES)))
    found = clock(decision, "third_party_update")
    assert (found.verdict, found.elapsed) == (Verdict.MET, timedelta(hours=2))


def test_a_stay_of_one_second_had_its_clock() -> None:
    story = ticket(START).becomes(ENTERED, THIRD_PARTY).becomes("Mon 12 Jan 10:00:01", PENDING)
    decision = story.decide(LATER, policy(with_clocks(UPDATES)))
    assert [found[1:] for found in instances(decision, "third_party_update")] == [
        (at(ENTERED), at(ENTERED) + SECOND, Verdict.MET)
    ]


# ── Severities over a clock ─────────────────────────────────────────────────────────────────────────────────────────


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
def test_a_severity_chosen_while_the_clock_runs_counts_to_the_second(when: str, severity: str, raised: bool) -> None:
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


def test_a_severity_without_a_target_ends_a_clock_unless_it_was_missed_before() -> None:
    rules = policy(with_clocks(RESOLUTION), NO_RULES)  # critical 8 h, high 24 h, medium 48 h, low has no target
    story = ticket(START, priority="urgent")
    in_time = story.severity("Mon 12 Jan 16:59", "low")
    assert in_time.decide("Mon 12 Jan 18:00", rules).clock("resolution") is None
    late = story.severity("Mon 12 Jan 17:30", "low").decide("Mon 12 Jan 18:00", rules)
    missed = clock(late, "resolution").missed
    assert missed is not None
    assert missed.severity == "critical"


@pytest.mark.parametrize(
    ("target", "promised"), [("23h", False), ("24h", False), ("86401s", True), ("25h", True), ("2 business days", True)]
)
def test_the_next_working_day_is_the_promise_only_where_it_ends_before_the_target(target: str, promised: bool) -> None:
    rules = policy({"severities.medium.respond_within": target})
    found = clock(ticket("Sat 10 Jan 15:00").decide("Sat 10 Jan 15:00", rules))
    assert (found.terms.promise == at("Tue 13 Jan 00:00")) is promised
    assert (found.terms.promise is None) is not promised
    assert found.due_at == min(found.terms.target_due, at("Tue 13 Jan 00:00"))


# ── What a severity rests on ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("when", "severity"),
    [
        ("Mon 12 Jan 09:59:59", "critical"),
        ("Mon 12 Jan 10:00", "critical"),
        ("Mon 12 Jan 10:00:01", "medium"),
        ("Mon 12 Jan 10:00:02", "medium"),
    ],
)
def test_rules_read_the_customers_words_up_to_the_second_of_the_answer(when: str, severity: str) -> None:
    story = ticket(START).says("Mon 12 Jan 10:00", AGENT).asks(when, "production down")
    assert story.decide(LATER).severity.severity == severity


def test_every_severity_that_was_in_force_can_be_asked_for() -> None:
    story = ticket(START).severity("Mon 12 Jan 09:30", "high").asks("Mon 12 Jan 09:40", "production down")
    for answered in (story, story.answers("Mon 12 Jan 10:00")):
        found = assessments(answered.ticket, answered.timeline, policy(), at("Mon 12 Jan 11:00"))
        assert [(each.severity, each.since) for each in found] == [
            ("medium", at(START)),
            ("high", at("Mon 12 Jan 09:30")),
        ]
    unread = ticket(START).answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 10:30", "production down")
    assert len(assessments(unread.ticket, unread.timeline, policy(), at(LATER))) == 1


def test_everything_in_the_second_of_the_creation_is_read_at_once() -> None:
    story = ticket(START).asks(START, "production down").tagged(START, "vip").field(START, "plan", "gold")
    history = story.decide(LATER)
    assert (history.severity.severity, history.severity.since) == ("critical", at(START))
    rules = policy(rule("high", {"tags": ["vip"], "fields": {"plan": ["gold"]}}))
    found = story.decide(LATER, rules)
    assert (found.severity.severity, found.severity.since) == ("high", at(START))
    assert clock(found).raised is False


def test_a_change_one_second_after_the_creation_is_a_change() -> None:
    rules: Policy = policy(rule("high", {"tags": ["vip"]}))
    found = ticket(START).tagged("Mon 12 Jan 09:00:01", "vip").decide(LATER, rules)
    assert (found.severity.since, clock(found).raised) == (at("Mon 12 Jan 09:00:01"), True)


def test_two_changes_in_one_second_leave_the_last() -> None:
    rules = policy(rule("high", {"tags": ["vip"]}))
    story = ticket(START).happens(
        *ticket().tagged("Mon 12 Jan 09:30", "vip").events,
        *ticket().severity("Mon 12 Jan 09:30", "low").events,
    )
    found = story.decide("Mon 12 Jan 09:40", rules)
    assert (found.severity.severity, found.severity.source) == ("low", SeveritySource.AGENT)
    assert clock(found).raised is False


def test_messages_that_are_not_the_customers_words_change_nothing() -> None:
    story = ticket(START).says("Mon 12 Jan 09:10", AGENT, "production down", public=False)
    story = story.says("Mon 12 Jan 09:20", AUTOMATION, "production down").assigned("Mon 12 Jan 09:30")
    found = story.asks("Mon 12 Jan 09:40", "").decide(LATER)
    assert (found.severity.severity, found.severity.since) == ("medium", at(START))


@pytest.mark.parametrize(("when", "quiet"), [("Mon 12 Jan 09:29:59", False), ("Mon 12 Jan 09:30", True)])
def test_a_page_that_names_no_severity_went_out_under_the_one_in_force(when: str, quiet: bool) -> None:
    # Under medium it told nothing of the ladder of high, which is due at 15:00.
    story = ticket(START).severity("Mon 12 Jan 09:30", "high").paged(when, "breach")
    assert (due(story.decide("Mon 12 Jan 15:10"), Kind.PAGE) == []) is quiet


def test_a_customer_who_asks_for_a_higher_priority_raises_the_severity() -> None:
    story = ticket(START).priority("Mon 12 Jan 09:10", "urgent", by=CUSTOMER)
    assert story.decide(LATER).severity.severity == "critical"
