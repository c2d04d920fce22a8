"""People in the account, and what the account does by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Did, Sandbox

AGENT, OTHER = "ravi@partners.example", "mia@partners.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.freshdesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down", priority="High")


def status(fresh: Any, ticket: int) -> int:
    return int(fresh.json(f"/tickets/{ticket}")["status"])


class TestCustomers:
    @pytest.mark.parametrize("waiting", [3, 4, 5, 6, 7])
    def test_a_reply_opens_the_ticket_a_closed_one_too(
        self, sandbox: Sandbox, fresh: Any, ticket: int, waiting: int
    ) -> None:
        sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, waiting)
        sandbox.freshdesk.people.customer_replies(ticket, "Still down")
        assert status(fresh, ticket) == 2

    def test_an_account_may_have_switched_that_off(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        sandbox.freshdesk.account.quirks.reopen = False
        sandbox.freshdesk.people.solve(ticket, AGENT, "Please try again")
        sandbox.freshdesk.people.customer_replies(ticket, "Still down")
        assert status(fresh, ticket) == 4

    def test_another_customer_can_write_too(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        sandbox.freshdesk.people.customer_replies(ticket, "Me too", author="bob@customer.example")
        (line,) = fresh.json(f"/tickets/{ticket}/conversations")
        assert fresh.json(f"/contacts/{line['user_id']}")["email"] == "bob@customer.example"

    def test_an_agent_can_be_the_requester(self, sandbox: Sandbox, fresh: Any) -> None:
        sandbox.freshdesk.account.add_agent(AGENT)
        ticket = sandbox.freshdesk.people.create_ticket(AGENT, "s", "t")
        shown = fresh.json(f"/tickets/{ticket}", include="requester")
        assert shown["requester"]["email"] == AGENT
        assert shown["requester_id"] in [agent["id"] for agent in fresh.json("/agents")]


class TestAgents:
    def test_a_reply_sets_a_status_with_it_and_takes_nothing(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        sandbox.freshdesk.people.agent_replies(ticket, AGENT, "Which version?", status="waiting on customer")
        shown = fresh.json(f"/tickets/{ticket}")
        assert (shown["status"], shown["responder_id"]) == (6, None)
        (effect,) = sandbox.journal.effects(kind=Did.COMMENT_PUBLIC)
        assert (effect.by, effect.who, effect.call, effect.service) == ("people", AGENT, None, "freshdesk")

    def test_they_set_priority_tags_and_assignee(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        people = sandbox.freshdesk.people
        people.agent_sets_priority(ticket, AGENT, "urgent")
        people.agent_sets_tags(ticket, AGENT, ["vip"])
        people.agent_sets_assignee(ticket, AGENT, OTHER)
        shown = fresh.json(f"/tickets/{ticket}")
        assert (shown["priority"], shown["tags"]) == (4, ["vip"])
        assert fresh.json(f"/agents/{shown['responder_id']}")["contact"]["email"] == OTHER
        assert shown["due_by"] == "2026-01-10T14:00:00Z"  # another priority has other targets
        people.agent_sets_assignee(ticket, AGENT, None)
        assert fresh.json(f"/tickets/{ticket}")["responder_id"] is None

    def test_they_solve_and_close(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        sandbox.freshdesk.people.solve(ticket, AGENT, "Fixed")
        assert status(fresh, ticket) == 4
        sandbox.freshdesk.people.close(ticket, AGENT)
        assert status(fresh, ticket) == 5

    def test_a_merge_closes_one_and_moves_what_was_said(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        people = sandbox.freshdesk.people
        other = people.create_ticket(CUSTOMER, "Again", "The same")
        people.customer_replies(other, "first")
        clock.elapse(timedelta(seconds=1))
        people.agent_replies(ticket, AGENT, "second")
        people.merge(other, ticket, AGENT)
        assert (status(fresh, other), status(fresh, ticket)) == (5, 2)
        there = fresh.json(f"/tickets/{ticket}/conversations")
        assert [one["body_text"] for one in there[:2]] == ["first", "second"]
        assert {one["ticket_id"] for one in there} == {ticket}
        (note,) = fresh.json(f"/tickets/{other}/conversations")
        assert note["private"] is True
        (effect,) = sandbox.journal.effects(kind=Did.TICKET_MERGED)
        assert (effect["ticket"], effect["into"], effect.service) == (other, ticket, "freshdesk")

    @pytest.mark.parametrize(("act", "kind"), [("delete", Did.TICKET_DELETED), ("spam", Did.TICKET_SPAM)])
    def test_what_is_put_away_can_be_restored(
        self, sandbox: Sandbox, fresh: Any, ticket: int, act: str, kind: Did
    ) -> None:
        people = sandbox.freshdesk.people
        getattr(people, act)(ticket, AGENT)
        assert len(sandbox.journal.effects(kind=kind, service="freshdesk")) == 1
        with pytest.raises(ActError, match="restore it first"):
            people.customer_replies(ticket, "hello?")
        people.restore(ticket, AGENT)
        assert fresh.json("/tickets")[0]["id"] == ticket
        with pytest.raises(ActError, match="nothing to restore"):
            people.restore(ticket, AGENT)

    def test_what_makes_no_sense_is_said_in_words(self, sandbox: Sandbox, ticket: int) -> None:
        freshdesk = sandbox.freshdesk
        for act, said in (
            (lambda: freshdesk.people.solve(99, AGENT), "no ticket 99"),
            (lambda: freshdesk.people.agent_sets_status(ticket, AGENT, "hold"), 'no status "hold"; choose one of'),
            (lambda: freshdesk.people.agent_sets_priority(ticket, AGENT, "normal"), "no priority; choose one of"),
            (lambda: freshdesk.people.escalate(ticket, "x"), "choose one of: first_response"),
            (lambda: freshdesk.people.create_ticket(CUSTOMER, "s", "t", number=ticket), "already"),
            (lambda: freshdesk.account.remove_status(2), "it stays"),
            (lambda: freshdesk.account.add_field("x", type="custom_file"), "choose one of: custom_text"),
        ):
            with pytest.raises(ActError, match=said):
                act()


class TestAutomations:
    def play(self, sandbox: Sandbox, clock: SteppedClock, hours: float) -> None:
        clock.run_until(clock.now() + timedelta(hours=hours), sandbox.deliver_due)

    def test_both_rules_are_off_at_first(self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock) -> None:
        sandbox.freshdesk.people.solve(ticket, AGENT)
        before = fresh.json(f"/tickets/{ticket}")
        self.play(sandbox, clock, 24 * 30)
        assert fresh.json(f"/tickets/{ticket}") == before

    def test_resolved_tickets_are_closed_by_the_hour(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        sandbox.freshdesk.people.solve(ticket, AGENT)
        sandbox.freshdesk.automations.set_close(hours=48)
        self.play(sandbox, clock, 48)
        assert status(fresh, ticket) == 4
        self.play(sandbox, clock, 1)
        assert status(fresh, ticket) == 5
        effect = sandbox.journal.effects(kind=Did.TICKET_UPDATED)[-1]
        assert (effect.by, effect["changes"]) == ("automation", {"status": [4, 5]})

    def test_a_reopened_ticket_is_left_alone(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        sandbox.freshdesk.automations.set_close()
        sandbox.freshdesk.people.solve(ticket, AGENT)
        self.play(sandbox, clock, 40)
        sandbox.freshdesk.people.customer_replies(ticket, "Still down")
        self.play(sandbox, clock, 40)
        assert status(fresh, ticket) == 2

    def test_overdue_tickets_are_escalated_and_look_changed(
        self, sandbox: Sandbox, fresh: Any, ticket: int, clock: SteppedClock
    ) -> None:
        sandbox.freshdesk.automations.set_escalations()
        solved = sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t", priority="High")
        sandbox.freshdesk.people.solve(solved, AGENT)
        assert fresh.json(f"/tickets/{ticket}")["due_by"] == "2026-01-11T10:00:00Z"
        self.play(sandbox, clock, 25)
        shown = fresh.json(f"/tickets/{ticket}")
        assert (shown["is_escalated"], shown["updated_at"]) == (True, "2026-01-11T10:05:00Z")
        assert fresh.json(f"/tickets/{solved}")["is_escalated"] is False
