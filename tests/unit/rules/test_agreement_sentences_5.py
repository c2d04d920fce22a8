"""Do clocks and severities keep DESIGN §5, sentence by sentence?

Promise: as in `test_agreement_sentences_3.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import Acknowledged, Actor, AnyEvent, AssigneeChanged, Claimed, Deleted, MarkedSpam, Merged
from slabot.rules import Kind, SeveritySource, Verdict
from tests.fixtures.policies import NEXT_RESPONSE, RESOLUTION, UPDATES, policy, with_clocks
from tests.fixtures.tickets import (
    AGENT,
    AUTOMATION,
    CLOSED,
    CUSTOMER,
    PENDING,
    SLABOT,
    SOLVED,
    SYSTEM,
    THIRD_PARTY,
    Story,
    clock,
    due,
    only,
    rung,
    ticket,
)
from tests.fixtures.times import at

SECTION = 5
ELSEWHERE = {
    "Clocks and severity": "a heading",
    "(counted apart in reports)": "reports; the verdict itself is tested here",
    "a policy list": "the sample ticket stands in the default one; another is tested in test_clocks.py",
    "system lines (Zendesk author -1)": "adapters say who wrote a line; the rule is tested with the author `system`",
}
NOT_YET = (  # what DESIGN has announced since, and slabot does not do yet
    "nor CC of this ticket",
    "> what the reader of texts finds (where it stands)",
    "### As it was when it was said Who spoke, for whom, publicly or not, and who the requester was are "
    "facts of that moment: from what the helpdesk dates (Zendesk's audits); else from the first complete "
    "reading (author known, history whole), marked as first read.",
    "Text follows the newest telling (redaction).",
    "For what is dated, a verdict depends neither on when nor on how often slabot looked (a property test).",
    "| who writes | speaks for | |---|---| | the requester; people in CC or of the requester's "
    "organisation, private replies by mail included; an agent who is requester or CC of this ticket | the "
    "customer | | any other human agent, in public; live chat by an agent | support | | a third party: "
    "neither requester, CC nor organisation, or on the policy's list | nobody: it ends no wait and starts "
    "no clock | | automation, system lines, merges, surveys, bots, slabot; light agents and internal "
    "notes | nobody (a bad rating holds the close) | | an automatic reply by the helpdesk's flag | "
    "nobody; a status that it changed may be set back by rule, once a round, and the stretch counts as "
    "never left | | an automatic reply by its words alone | the customer; writes wait until a person "
    "looks |",
    "An agent who writes down a request (telephone, forwarded mail) starts the customer's clock where the "
    "policy says so.",
    "Where history has a gap that could turn the verdict, it is unknown; a running clock is running, "
    "certain: false; the page leaves and says that slabot cannot see whether it was answered; no write.",
    "After the answer, later customer messages are evidence for later clocks; a more severe match pages once.",
    "### Agreements, and verdicts that stay The first of agreements whose conditions hold is in force; "
    "what it does not say is the file's own.",
    "Severity is one ladder of names for all; targets, calendars, ladders, waits and texts are the agreement's.",
    "no_promise: WORDS: clocks run without target, verdict and pages, shown with the words; switching to "
    "it near the deadline is listed with who did it, and a miss stays.",
    "Terms are frozen, not verdicts: a stopped clock keeps the terms by which it was judged (agreement, "
    "severity table, target, the open spans used).",
    "No edit of the file and no release of holidays moves it; an event that comes late still does, with a "
    "ledger row that names it.",
    "Running clocks keep or adopt (terms_changes); under adopt nothing told is told again.",
    "Only rejudge judges anew by other terms.",
    "Dated terms: from inclusive, until exclusive, 00:00 in the clock's calendar; a clock instance counts "
    "by its own start.",
    "A changed condition in mid-flight is like a change of severity: the start stays, the rest is computed anew.",
    "A calendar date without a year returns each year and only changes days that would be open.",
    "Every figure exists raw and excused; an excuse has a person, a reason from the file's list, and a span.",
)


def test_the_first_response_is_built_in() -> None:
    """`first_response` (the agreement's) is built in;"""
    assert [found.name for found in ticket().decide("Mon 12 Jan 09:00", policy(with_clocks())).clocks] == [
        "first_response"
    ]


def test_the_same_engine_offers_further_clocks() -> None:
    """the same engine offers `next_response`, `resolution` and `periodic_update`

    start, stop and pause conditions over the timeline.
    """
    rules = policy(with_clocks(NEXT_RESPONSE, RESOLUTION, UPDATES))
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").asks("Mon 12 Jan 11:00")
    story = story.becomes("Mon 12 Jan 11:30", THIRD_PARTY)
    decision = story.decide("Mon 12 Jan 12:00", rules)
    assert [(found.name, found.started_at, found.stopped_at) for found in decision.clocks] == [
        ("first_response", at("Mon 12 Jan 09:00"), at("Mon 12 Jan 10:00")),
        ("next_response", at("Mon 12 Jan 11:00"), None),
        ("resolution", at("Mon 12 Jan 09:00"), None),
        ("third_party_update", at("Mon 12 Jan 11:30"), None),
    ]


def test_the_assignee_is_nudged_after_two_business_days_without_a_public_update() -> None:
    """(the default policy uses the last for Waiting on Third Party: "updates will be provided", a nudge to the assignee
    after 2 business days without a public update):
    """
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 10:00").becomes("Mon 12 Jan 11:00", THIRD_PARTY)
    story = story.says("Tue 13 Jan 11:00", AGENT, "They look into it", public=False)  # no update to the customer
    assert due(story.decide("Wed 14 Jan 10:59:59"), Kind.NUDGE) == []
    assert only(story.decide("Wed 14 Jan 11:00"), Kind.NUDGE).mode.value == "act"
    updated = story.answers("Tue 13 Jan 15:00", "They look into it")
    assert due(updated.decide("Thu 15 Jan 14:59:59"), Kind.NUDGE) == []
    assert due(updated.decide("Thu 15 Jan 15:00"), Kind.NUDGE) != []


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


def _precedence(agent: bool, by_rule: bool, native: bool) -> Story:
    story = ticket("Mon 12 Jan 09:00", priority="urgent" if native else None)
    if agent:
        story = story.severity("Mon 12 Jan 09:10", "low")
    if by_rule:
        story = story.asks("Mon 12 Jan 09:20", "There is no workaround")
    return story


@pytest.mark.parametrize(
    ("agent", "by_rule", "native", "severity", "source"),
    [
        (True, True, True, "low", SeveritySource.AGENT),
        (True, True, False, "low", SeveritySource.AGENT),
        (True, False, True, "low", SeveritySource.AGENT),
        (True, False, False, "low", SeveritySource.AGENT),
        (False, True, True, "high", SeveritySource.RULE),
        (False, True, False, "high", SeveritySource.RULE),
        (False, False, True, "critical", SeveritySource.PRIORITY),
        (False, False, False, "medium", SeveritySource.DEFAULT),
    ],
)
def test_an_agents_choice_beats_a_rules_beats_the_priority_beats_the_default(
    agent: bool, by_rule: bool, native: bool, severity: str, source: SeveritySource
) -> None:
    """Severity in force at a time: an agent's or admin's choice > a rule's

    > the native priority's > the default, whatever came last;
    """
    found = _precedence(agent, by_rule, native).decide("Mon 12 Jan 10:00").severity
    assert (found.severity, found.source) == (severity, source)


def test_the_stronger_choice_stands_though_the_weaker_one_comes_later() -> None:
    """> the native priority's > the default, whatever came last;"""
    chosen = (
        ticket("Mon 12 Jan 09:00").severity("Mon 12 Jan 09:10", "low").priority("Mon 12 Jan 09:20", "urgent", SYSTEM)
    )
    assert chosen.decide("Mon 12 Jan 10:00").severity.severity == "low"
    by_rule = (
        ticket("Mon 12 Jan 09:00")
        .asks("Mon 12 Jan 09:00", "No workaround")
        .priority("Mon 12 Jan 09:20", "low", AUTOMATION)
    )
    assert by_rule.decide("Mon 12 Jan 10:00").severity.severity == "high"


def test_an_agents_change_of_priority_is_a_choice() -> None:
    """an agent's or admin's choice"""
    story = ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "No workaround").priority("Mon 12 Jan 09:30", "low")
    found = story.decide("Mon 12 Jan 10:00").severity
    assert (found.severity, found.source, found.since) == ("low", SeveritySource.AGENT, at("Mon 12 Jan 09:30"))


def test_a_customers_lower_priority_is_told_and_changes_nothing() -> None:
    """a customer's later change of priority is evidence for the rules and a reason to tell people, never a
    downgrade.
    """
    story = ticket("Mon 12 Jan 09:00", priority="high").priority("Mon 12 Jan 09:30", "low", CUSTOMER)
    decision = story.decide("Mon 12 Jan 09:30")
    assert decision.severity.severity == "high"
    note = only(decision, Kind.NOTE)
    assert note.because == (
        'the customer changed the priority from the priority "high" to the priority "low" at '
        "Mon 12 Jan 2026 09:30 +05:30; the severity stays as it is; an agent decides"
    )
    assert due(story.noted("Mon 12 Jan 09:31", note.key).decide("Mon 12 Jan 09:31"), Kind.NOTE) == []


def test_a_customers_higher_priority_raises_the_severity() -> None:
    """is evidence for the rules and a reason to tell people"""
    decision = ticket("Mon 12 Jan 09:00").priority("Mon 12 Jan 09:30", "urgent", CUSTOMER).decide("Mon 12 Jan 09:30")
    assert (decision.severity.severity, clock(decision).due_at) == ("critical", at("Mon 12 Jan 11:00"))
    assert only(decision, Kind.NOTE).because.endswith("the severity was raised by it")


def test_rules_read_all_customer_messages_until_the_answer() -> None:
    """Rules read all customer messages while the ticket is unanswered."""
    story = (
        ticket("Mon 12 Jan 09:00").asks("Mon 12 Jan 09:00", "It is slow").asks("Mon 12 Jan 10:00", "Now: system down")
    )
    assert story.decide("Mon 12 Jan 09:59:59").severity.severity == "medium"
    assert story.decide("Mon 12 Jan 10:00").severity.severity == "critical"
    answered = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 09:30").asks("Mon 12 Jan 10:00", "Now: system down")
    assert answered.decide("Mon 12 Jan 10:00").severity.severity == "medium"


def test_severity_freezes_for_a_clock_that_stops() -> None:
    """It freezes for a clock when that clock stops."""
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 15:00").severity("Mon 12 Jan 16:00", "critical")
    decision = story.decide("Mon 12 Jan 16:00")
    assert decision.severity.severity == "critical"
    assert (clock(decision).terms.severity, clock(decision).verdict) == ("medium", Verdict.MET)


def test_an_answer_that_raises_the_severity_in_the_same_second_was_given_under_the_former_one() -> None:
    """It freezes for a clock when that clock stops."""
    story = ticket("Mon 12 Jan 09:00").answers("Mon 12 Jan 15:00").priority("Mon 12 Jan 15:00", "urgent")
    found = clock(story.decide("Mon 12 Jan 16:00"))
    assert (found.terms.severity, found.verdict) == ("medium", Verdict.MET)


def test_a_change_of_severity_keeps_the_start_and_takes_the_new_target_and_calendar() -> None:
    """Severity changes: the start stays; target and calendar follow the severity in force; elapsed is recomputed."""
    story = ticket("Fri 9 Jan 18:00", priority="high").severity("Sun 11 Jan 10:00", "critical")
    before, after = clock(story.decide("Sun 11 Jan 09:59:59")), clock(story.decide("Sun 11 Jan 10:00"))
    assert (before.started_at, before.due_at) == (at("Fri 9 Jan 18:00"), at("Sat 10 Jan 00:00"))
    assert (before.elapsed, before.terms.calendar.name) == (timedelta(hours=6), "support_week")
    assert (after.started_at, after.due_at) == (at("Fri 9 Jan 18:00"), at("Fri 9 Jan 20:00"))
    assert (after.elapsed, after.terms.calendar.name) == (timedelta(hours=40), "around_the_clock")


def test_a_late_raise_keeps_the_due_time_and_pages_once() -> None:
    """Raised so late that due has passed: due stands, one page goes out, worded "raised at 08:00, already past"."""
    story = ticket("Mon 12 Jan 02:00").severity("Mon 12 Jan 08:00", "critical")
    decision = story.decide("Mon 12 Jan 08:00")
    assert clock(decision).due_at == at("Mon 12 Jan 04:00")
    page = only(decision, Kind.PAGE)
    assert "raised to critical at Mon 12 Jan 2026 08:00 +05:30, already past" in page.because
    sent = story.paged("Mon 12 Jan 08:00:01", page.fact("rung") or "", severity="critical", repetition=7)
    assert due(sent.decide("Mon 12 Jan 08:00:02"), Kind.PAGE) == []


def test_a_miss_stays_though_the_severity_is_lowered_afterwards() -> None:
    """Lowered after a miss: the miss stays."""
    story = ticket("Mon 12 Jan 09:00", priority="urgent").severity("Mon 12 Jan 11:00:01", "low")
    found = clock(story.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00"))
    assert (found.verdict, found.terms.severity) == (Verdict.MISSED, "low")
    assert found.missed is not None
    assert (found.missed.severity, found.missed.met_until) == ("critical", at("Mon 12 Jan 11:00"))
    in_time = ticket("Mon 12 Jan 09:00", priority="urgent").severity("Mon 12 Jan 11:00", "low")
    assert clock(in_time.answers("Mon 12 Jan 12:00").decide("Mon 12 Jan 12:00")).verdict is Verdict.MET


def test_of_several_rungs_passed_at_once_the_newest_is_sent_and_names_the_others() -> None:
    """Several rungs passed at once (outage, late raise): only the newest is sent and names the others."""
    decision = ticket("Mon 12 Jan 09:00", priority="urgent").decide("Mon 12 Jan 11:00")
    assert rung(decision) == "breach"
    assert only(decision, Kind.PAGE).because == (
        "the deadline of Mon 12 Jan 2026 11:00 +05:30 passes; passed before it without a page: 50% used, 75% used and "
        "15m before"
    )
