"""Do records say of a ticket what happened, and nothing that depends on when they were made?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slabot.domain import AssigneeChanged, Claimed, GroupChanged, OrganizationChanged, PageSent
from slabot.rules import Decision, Verdict, decide
from slabot.rules.records import ClockRecord, RecordError, Records, records
from tests.fixtures.policies import NEXT_RESPONSE, NO_RULES, Edits, policy
from tests.fixtures.tickets import AGENT, CLOSED, CUSTOMER, PENDING, SLABOT, SOLVED, SYSTEM, Story, ticket
from tests.fixtures.times import at

NOW = "Fri 30 Jan 12:00"
CLOCKS: Edits = {"clocks": [NEXT_RESPONSE]}


def of(story: Story, now: str = NOW, *edits: Edits) -> Records:
    made = policy(*edits)
    return records(decide(story.ticket, story.timeline, made, at(now)), made, 7)


def first(story: Story, now: str = NOW, *edits: Edits) -> ClockRecord:
    return of(story, now, *edits).clocks[0]


HIGH = ticket("Mon 12 Jan 10:00", priority="high")  # due within 6 hours of a week that never closes by night


def test_an_answer_in_time_is_recorded_with_who_gave_it_and_what_was_left() -> None:
    record = first(HIGH.answers("Mon 12 Jan 12:30", by_id="agent-7"))

    assert (record.verdict, record.answered, record.answered_by) == (Verdict.MET, True, "agent-7")
    assert (record.worked_seconds, record.margin_seconds) == (2.5 * 3600, 3.5 * 3600)
    assert record.judged_at == record.stopped_at == at("Mon 12 Jan 12:30")
    assert record.policy_version == 7


def test_a_late_answer_was_judged_when_the_deadline_passed_and_not_when_it_came() -> None:
    record = first(HIGH.answers("Mon 12 Jan 18:00"))

    assert (record.verdict, record.judged_at) == (Verdict.MISSED, at("Mon 12 Jan 16:00"))
    assert record.margin_seconds == -2 * 3600


def test_no_working_time_past_due_is_no_lateness() -> None:
    story = ticket("Fri 9 Jan 18:00", priority="high").answers("Sun 11 Jan 12:00")

    record = first(story)

    assert (record.verdict, record.margin_seconds) == (Verdict.MET, 0)


def test_a_clock_that_runs_has_no_length_and_is_judged_once_its_deadline_has_passed() -> None:
    before, later = (first(HIGH, now) for now in ("Mon 12 Jan 11:00", "Mon 12 Jan 17:00"))

    assert (before.worked_seconds, before.margin_seconds, before.judged_at) == (None, None, None)
    assert (later.verdict, later.judged_at, later.worked_seconds) == (Verdict.RUNNING, at("Mon 12 Jan 16:00"), None)


def test_a_clock_that_the_end_of_the_ticket_stopped_was_not_answered() -> None:
    record = first(HIGH.becomes("Mon 12 Jan 11:00", SOLVED))

    assert (record.verdict, record.answered, record.answered_by) == (Verdict.UNANSWERED, False, None)


def test_group_and_organisation_are_those_at_the_answer() -> None:
    story = (
        HIGH.happens(GroupChanged(at=at("Mon 12 Jan 10:30"), to="Second line"))
        .answers("Mon 12 Jan 11:00")
        .happens(GroupChanged(at=at("Tue 13 Jan 10:00"), to="Billing"))
        .happens(OrganizationChanged(at=at("Tue 13 Jan 10:00"), to="Northwind"))
    )
    found = of(story)

    assert (found.clocks[0].group, found.clocks[0].organization) == ("Second line", "Customer Ltd")
    assert (found.ticket.group, found.ticket.organization) == ("Billing", "Northwind")


def test_pages_and_the_first_acknowledgement_of_the_clock_are_counted() -> None:
    story = (
        HIGH.paged("Mon 12 Jan 13:00", "50% used")
        .paged("Mon 12 Jan 15:00", "30m before")
        .paged("Mon 12 Jan 15:00", "breach", clock="resolution")
        .happens(Claimed(at=at("Mon 12 Jan 15:10"), by_id="U1", clock="first_response"))
        .acknowledged("Mon 12 Jan 15:20")
        .answers("Mon 12 Jan 15:30")
    )
    record = first(story)

    assert (record.pages, record.first_paged_at) == (2, at("Mon 12 Jan 13:00"))
    assert (record.acknowledged_at, record.acknowledged_by) == (at("Mon 12 Jan 15:10"), "U1")


def test_without_figures_by_agent_no_record_names_anybody() -> None:
    story = (
        HIGH.assigned("Mon 12 Jan 10:10")
        .paged("Mon 12 Jan 13:00", "50% used")
        .happens(Claimed(at=at("Mon 12 Jan 13:10"), by_id="U1", clock="first_response"))
        .answers("Mon 12 Jan 14:00", by_id="agent-7")
    )
    found = of(story, NOW, {"reports.by_agent": False})
    named = {"agent-7", "U1"}

    assert (found.clocks[0].answered, found.clocks[0].answered_by, found.clocks[0].acknowledged_by) == (
        True,
        None,
        None,
    )
    assert found.ticket.assignee is None
    assert not named & {value for clock in found.clocks for value in _values(clock)}
    assert of(story).ticket.assignee == "agent-7"


def _values(record: ClockRecord) -> list[Any]:
    return [getattr(record, name) for name in ClockRecord.__dataclass_fields__]


def test_each_instance_of_a_clock_has_a_record_of_its_own() -> None:
    story = (
        HIGH.answers("Mon 12 Jan 11:00").asks("Mon 12 Jan 12:00").answers("Mon 12 Jan 13:00").asks("Tue 13 Jan 09:00")
    )

    labels = [clock.label for clock in of(story, NOW, CLOCKS).clocks]

    assert labels == ["first_response", "next_response", "next_response#2"]


def test_a_policy_version_is_that_of_the_terms_that_were_frozen() -> None:
    from slabot.domain import TermsFrozen

    frozen = TermsFrozen(
        at=at("Mon 12 Jan 10:00"),
        clock="first_response",
        agreement="default",
        target="6h",
        calendar="support_week",
        policy_version=3,
    )
    made = policy()
    decision = decide(HIGH.ticket, HIGH.timeline, made, at("Mon 12 Jan 11:00"))

    assert records(decision, made, 7, [frozen]).clocks[0].policy_version == 3


class TestTicket:
    def test_it_says_who_spoke_last(self) -> None:
        found = of(HIGH.answers("Mon 12 Jan 11:00").asks("Mon 12 Jan 12:00")).ticket

        assert (found.customer_spoke_at, found.support_spoke_at) == (at("Mon 12 Jan 12:00"), at("Mon 12 Jan 11:00"))

    def test_an_internal_note_is_no_word_to_the_customer(self) -> None:
        assert of(HIGH.says("Mon 12 Jan 11:00", AGENT, public=False)).ticket.support_spoke_at is None

    def test_it_compares_what_was_proposed_with_what_somebody_chose(self) -> None:
        found = of(HIGH.severity("Mon 12 Jan 11:00", "critical")).ticket

        assert (found.proposed_severity, found.proposed_source) == ("high", "priority")
        assert (found.severity, found.confirmed) == ("critical", True)
        assert not of(HIGH).ticket.confirmed

    def test_it_counts_clocks_that_run(self) -> None:
        assert of(HIGH, "Mon 12 Jan 11:00").ticket.clocks_running == 1
        assert of(HIGH.answers("Mon 12 Jan 11:00")).ticket.clocks_running == 0


class TestStretches:
    def test_a_ticket_is_open_until_it_is_solved_and_again_from_its_reopening(self) -> None:
        story = (
            HIGH.answers("Mon 12 Jan 11:00")
            .becomes("Tue 13 Jan 10:00", SOLVED)
            .asks("Wed 14 Jan 10:00")
            .becomes("Wed 14 Jan 10:00", PENDING, by=CUSTOMER)
            .becomes("Thu 15 Jan 10:00", SOLVED, by=SLABOT)
            .becomes("Thu 22 Jan 10:00", CLOSED, by=SLABOT)
        )
        first_, second = of(story).stretches

        assert (first_.opened_at, first_.ended_at) == (at("Mon 12 Jan 10:00"), at("Tue 13 Jan 10:00"))
        assert (first_.ended_by, first_.wrote_again_at) == ("agent", at("Wed 14 Jan 10:00"))
        assert (second.ended_as, second.ended_by, second.wrote_again_at) == ("solved", "slabot", None)

    def test_a_merged_ticket_is_open_no_more_whatever_its_status_becomes(self) -> None:
        story = HIGH.merged("Mon 12 Jan 12:00").becomes("Mon 12 Jan 13:00", PENDING)
        (only,) = of(story).stretches

        assert (only.ended_at, only.ended_as) == (at("Mon 12 Jan 12:00"), "void")

    def test_one_that_was_brought_back_is_open_again(self) -> None:
        story = HIGH.deleted("Mon 12 Jan 12:00").restored("Mon 12 Jan 14:00")
        ends = [(each.opened_at, each.ended_at) for each in of(story).stretches]

        assert ends == [
            (at("Mon 12 Jan 10:00"), at("Mon 12 Jan 12:00")),
            (at("Mon 12 Jan 14:00"), None),
        ]

    def test_where_nobody_tells_who_solved_it_whoever_wrote_with_it_did(self) -> None:
        story = HIGH.answers("Mon 12 Jan 11:00")
        by_us = story.follows_up("Tue 13 Jan 10:00").becomes("Tue 13 Jan 10:00", SOLVED, by=SYSTEM)
        by_somebody = story.becomes("Tue 13 Jan 10:00", SOLVED, by=SYSTEM)
        by_an_agent = story.answers("Tue 13 Jan 09:59").becomes("Tue 13 Jan 10:00", SOLVED, by=SYSTEM)

        assert [of(each).stretches[0].ended_by for each in (by_us, by_somebody, by_an_agent)] == [
            "slabot",
            None,
            "agent",
        ]

    def test_a_mere_thanks_is_no_second_question(self) -> None:
        story = HIGH.answers("Mon 12 Jan 11:00").becomes("Tue 13 Jan 10:00", SOLVED)

        (only,) = of(story.asks("Tue 13 Jan 11:00", "thanks"), NOW, {"waiting.not_feedback": ["thanks"]}).stretches

        assert only.wrote_again_at is None


def test_a_decision_that_read_no_ticket_has_no_records() -> None:
    made = policy()
    decision: Decision = replace(decide(HIGH.ticket, HIGH.timeline, made, at(NOW)), case=None)

    with pytest.raises(RecordError, match="no ticket"):
        records(decision, made, 1)


def test_the_assignee_of_now_is_recorded() -> None:
    story = HIGH.assigned("Mon 12 Jan 10:10").happens(AssigneeChanged(at=at("Mon 12 Jan 11:00"), to=None))

    assert of(story).ticket.assignee is None


def test_a_page_of_another_clock_is_not_counted() -> None:
    record = first(HIGH.happens(PageSent(at=at("Mon 12 Jan 13:00"), clock="next_response", rung="breach")))

    assert (record.pages, record.first_paged_at) == (0, None)


class TestReadings:
    START = "Mon 12 Jan 10:00"
    DOWN = "URGENT: all agents are offline since this morning, nobody can work."
    LOGO = "URGENT!! How do I change our logo?"

    def read(self, text: str, story: Story | None = None, **reader: Any) -> tuple[str | None, ...]:
        told = (story or ticket(self.START)).asks(self.START, text)
        found = of(told, NOW, NO_RULES, {"classify.reader": {"mode": "observe", **reader}}).ticket
        return found.read_severity, found.read_or_else, found.claimed_severity

    def test_what_the_reader_finds_stands_beside_what_the_text_claims(self) -> None:
        assert self.read(self.DOWN) == ("critical", None, "critical")
        assert self.read(self.LOGO) == ("low", None, "critical")
        assert self.read("All agents are offline since this morning, nobody can work.")[2] is None

    @pytest.mark.parametrize("abstain", ["up", "down", "neither"])
    def test_an_undecided_reading_is_both_severities_whichever_counts(self, abstain: str) -> None:
        assert self.read("The export does not work.", abstain=abstain)[:2] == ("high", "medium")

    def test_it_is_recorded_whatever_decided(self) -> None:
        chosen = ticket(self.START, priority="urgent").severity("Mon 12 Jan 10:30", "medium")
        assert self.read(self.LOGO, chosen) == ("low", None, "critical")

    def test_names_are_those_of_the_policy(self) -> None:
        levels = {"critical": "high", "high": "high", "medium": "medium", "low": "low"}
        assert self.read(self.DOWN, levels=levels) == ("high", None, "high")

    def test_nothing_is_recorded_of_what_is_not_read(self) -> None:
        assert self.read(self.DOWN, mode="off") == (None, None, None)
        assert self.read("Hm", ticket(self.START, subject="")) == (None, None, None)
        gone = ticket(self.START).asks(self.START, "", text_gone=True)
        found = of(gone, NOW, NO_RULES, {"classify.reader": {"mode": "act"}})
        assert found.words_gone
        assert found.ticket.read_severity is None
