"""People in the account, and what the account does by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Did, Sandbox

AGENT, OTHER = "ravi@acme.example", "mia@acme.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.zendesk.people.create_ticket(CUSTOMER, "Agent offline", "All hosts are down", priority="high")


def status(http: Any, ticket: int) -> str:
    return str(http.json(f"/tickets/{ticket}.json")["ticket"]["status"])


class TestCustomers:
    def test_a_request_is_new_and_by_its_requester(self, http: Any, ticket: int) -> None:
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert (shown["status"], shown["priority"], shown["via"]["channel"]) == ("new", "high", "email")
        assert shown["requester_id"] == shown["submitter_id"]

    def test_an_agent_can_write_on_a_customers_behalf(self, sandbox: Sandbox, http: Any) -> None:
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t", agent=AGENT)
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert shown["requester_id"] != shown["submitter_id"]
        assert http.json(f"/users/{shown['submitter_id']}.json")["user"]["role"] == "agent"

    @pytest.mark.parametrize("waiting", ["pending", "hold", "solved"])
    def test_a_reply_opens_a_waiting_or_solved_ticket(
        self, sandbox: Sandbox, http: Any, ticket: int, waiting: str
    ) -> None:
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "Please try again", status=waiting)
        assert status(http, ticket) == waiting
        sandbox.zendesk.people.customer_replies(ticket, "Still down")
        assert status(http, ticket) == "open"
        last = http.json(f"/tickets/{ticket}/audits.json")["audits"][-1]
        assert [event["type"] for event in last["events"]] == ["Comment", "Change", "Change"]

    def test_a_reply_to_a_new_or_open_ticket_changes_no_status(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.customer_replies(ticket, "Anybody?")
        assert status(http, ticket) == "new"

    def test_a_reply_to_a_closed_ticket_makes_a_follow_up(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT)
        http.update(ticket, status="closed")
        follow_up = sandbox.zendesk.people.customer_replies(ticket, "It is back")
        assert follow_up != ticket
        shown = http.json(f"/tickets/{follow_up}.json")["ticket"]
        assert shown["via"]["source"]["rel"] == "follow_up"
        assert shown["via"]["source"]["from"]["ticket_id"] == ticket
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["followup_ids"] == [follow_up]

    def test_another_customer_can_write_too(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.customer_replies(ticket, "Me too", author="bob@customer.example")
        comments = http.json(f"/tickets/{ticket}/comments.json", include="users")
        assert {user["email"] for user in comments["users"]} == {CUSTOMER, "bob@customer.example"}


class TestAgents:
    def test_a_public_reply_takes_an_unassigned_ticket(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "Looking")
        shown = http.json(f"/tickets/{ticket}.json", include="users")
        assert shown["ticket"]["status"] == "open"
        assert shown["ticket"]["assignee_id"] in [user["id"] for user in shown["users"]]

    def test_a_note_takes_nothing(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "Strange", public=False)
        assert status(http, ticket) == "new"
        (effect,) = sandbox.journal.effects(kind=Did.COMMENT_PRIVATE)
        assert (effect.by, effect.who, effect.call) == ("people", AGENT, None)

    def test_they_set_status_priority_tags_and_assignee(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        people = sandbox.zendesk.people
        people.agent_sets_priority(ticket, AGENT, "urgent")
        people.agent_sets_tags(ticket, AGENT, ["vip", "outage"])
        people.agent_sets_assignee(ticket, AGENT, OTHER)
        people.agent_sets_status(ticket, AGENT, "hold")
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert (shown["status"], shown["priority"], shown["tags"]) == ("hold", "urgent", ["outage", "vip"])
        people.agent_sets_assignee(ticket, AGENT, None)
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["assignee_id"] is None

    def test_they_set_a_custom_status_by_its_name(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        own = sandbox.zendesk.account.add_custom_status("hold", label="With the vendor")
        sandbox.zendesk.people.agent_sets_status(ticket, AGENT, "with the vendor")
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert (shown["status"], shown["custom_status_id"]) == ("hold", own["id"])

    def test_solving_takes_the_ticket_and_may_say_something(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT, "Fixed in 4.2")
        assert status(http, ticket) == "solved"
        assert http.json(f"/tickets/{ticket}/comments.json")["comments"][-1]["body"] == "Fixed in 4.2"

    def test_a_merge_closes_the_one_and_tells_both(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        into = sandbox.zendesk.people.create_ticket(CUSTOMER, "Same thing", "again")
        sandbox.zendesk.people.merge(ticket, into, AGENT)
        shown = http.json(f"/tickets/{ticket}.json")["ticket"]
        assert (shown["status"], shown["tags"]) == ("closed", ["closed_by_merge"])
        last = http.json(f"/tickets/{ticket}/comments.json")["comments"][-1]
        assert (last["public"], last["via"]["source"]["rel"]) == (False, "merge")
        assert f"#{into}" in last["body"]
        assert f"#{ticket}" in http.json(f"/tickets/{into}/comments.json")["comments"][-1]["body"]
        assert sandbox.journal.effects(kind=Did.TICKET_MERGED)[0]["into"] == into

    def test_a_deleted_ticket_can_be_restored_as_it_was(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.delete(ticket, AGENT)
        sandbox.zendesk.people.restore(ticket, AGENT)
        assert http.json(f"/tickets/{ticket}.json")["ticket"]["subject"] == "Agent offline"

    def test_spam_suspends_its_requester(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        requester = http.json(f"/tickets/{ticket}.json")["ticket"]["requester_id"]
        sandbox.zendesk.people.spam(ticket, AGENT)
        assert http.json(f"/users/{requester}.json")["user"]["suspended"] is True
        assert len(sandbox.journal.effects(kind=Did.TICKET_SPAM)) == 1


class TestWhatCannotBeDone:
    def test_is_said_in_words_with_a_way_out(self, sandbox: Sandbox, ticket: int) -> None:
        people = sandbox.zendesk.people
        with pytest.raises(ActError, match="no ticket 99"):
            people.customer_replies(99, "hello")
        with pytest.raises(ActError, match='cannot set "new"'):
            people.agent_sets_status(ticket, AGENT, "new")
        with pytest.raises(ActError, match="no priority"):
            people.agent_sets_priority(ticket, AGENT, "critical")
        with pytest.raises(ActError, match="has no assignee"):
            people.agent_sets_status(ticket, AGENT, "solved")
        with pytest.raises(ActError, match="a ticket 1 already"):
            people.create_ticket(CUSTOMER, "s", "t", number=1)
        with pytest.raises(ActError, match="not deleted"):
            people.restore(ticket, AGENT)
        people.delete(ticket, AGENT)
        with pytest.raises(ActError, match="is deleted"):
            people.agent_replies(ticket, AGENT, "x")


class TestAutomations:
    def solve_and_wait(self, sandbox: Sandbox, clock: SteppedClock, ticket: int, wait: timedelta) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT)
        clock.run_until(clock.now() + wait, sandbox.deliver_due)

    def test_the_shipped_one_closes_at_the_first_full_hour_after_four_days(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
    ) -> None:
        clock.elapse(timedelta(minutes=20))
        self.solve_and_wait(sandbox, clock, ticket, timedelta(hours=96, minutes=39))
        assert status(http, ticket) == "solved"
        clock.run_until(clock.now() + timedelta(minutes=1), sandbox.deliver_due)
        assert status(http, ticket) == "closed"
        effect = sandbox.journal.effects(kind=Did.TICKET_UPDATED)[-1]
        assert (effect.by, effect.at.minute) == ("automation", 0)
        audit = http.json(f"/tickets/{ticket}/audits.json")["audits"][-1]
        assert (audit["via"]["channel"], audit["via"]["source"]["rel"]) == ("rule", "automation")

    def test_without_it_a_ticket_is_closed_after_28_days_regardless(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
    ) -> None:
        sandbox.zendesk.automations.set_close(active=False)
        self.solve_and_wait(sandbox, clock, ticket, timedelta(days=28, seconds=-1))
        assert status(http, ticket) == "solved"
        clock.run_until(clock.now() + timedelta(seconds=1), sandbox.deliver_due)
        assert status(http, ticket) == "closed"

    def test_a_reopened_ticket_is_left_alone_and_a_new_solve_starts_anew(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
    ) -> None:
        self.solve_and_wait(sandbox, clock, ticket, timedelta(days=3))
        sandbox.zendesk.people.customer_replies(ticket, "not yet")
        clock.run_until(clock.now() + timedelta(days=2), sandbox.deliver_due)
        assert status(http, ticket) == "open"
        self.solve_and_wait(sandbox, clock, ticket, timedelta(days=4))
        assert status(http, ticket) == "solved"

    def test_its_hours_can_be_changed_for_tickets_solved_already(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any, ticket: int
    ) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT)
        sandbox.zendesk.automations.set_close(hours=48)
        clock.run_until(clock.now() + timedelta(hours=49), sandbox.deliver_due)
        assert status(http, ticket) == "closed"
        assert "2 days" in http.json("/automations.json")["automations"][0]["title"]

    def test_metrics_follow_reopenings(self, sandbox: Sandbox, http: Any, ticket: int) -> None:
        sandbox.zendesk.people.solve(ticket, AGENT, "done")
        assert http.json(f"/tickets/{ticket}/metrics.json")["ticket_metric"]["solved_at"] is not None
        sandbox.zendesk.people.customer_replies(ticket, "no")
        metric = http.json(f"/tickets/{ticket}/metrics.json")["ticket_metric"]
        assert (metric["reopens"], metric["replies"], metric["solved_at"]) == (1, 1, None)
