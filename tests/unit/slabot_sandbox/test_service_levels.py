"""What the accounts promise themselves: shown in the described form, and kept by their tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import ActError, Sandbox

AGENT, CUSTOMER = "ravi@acme.example", "ana@customer.example"
OFFICE = [(540 + day * 1440, 1020 + day * 1440) for day in range(1, 6)]  # Monday to Friday, 9 to 17
HOUR = timedelta(hours=1)


def events(sandbox: Sandbox, http: Any, metric: str) -> list[tuple[str, int, str]]:
    sandbox.clock.elapse(timedelta(minutes=2))  # the last minute is withheld
    page = http.json("/incremental/ticket_metric_events.json", start_time=0)
    listed = page["ticket_metric_events"]
    return [(each["type"], each["instance_id"], each["time"]) for each in listed if each["metric"] == metric]


class TestZendesk:
    def test_a_schedule_is_shown_as_recorded_ones_are(self, sandbox: Sandbox, http: Any) -> None:
        assert http.json("/business_hours/schedules.json")["schedules"] == []
        closed = {"name": "New year", "start_date": "2026-12-31", "end_date": "2027-01-01"}
        made = sandbox.zendesk.account.add_schedule("Office", "London", OFFICE, [closed])
        [shown] = http.json("/business_hours/schedules.json")["schedules"]
        assert set(shown) == {"id", "name", "time_zone", "intervals", "created_at", "updated_at"}
        assert shown["intervals"][0] == {"start_time": 1980, "end_time": 2460}
        [holiday] = http.json(f"/business_hours/schedules/{made['id']}/holidays.json")["holidays"]
        assert {name: holiday[name] for name in closed} == closed
        assert http.get("/business_hours/schedules/1/holidays.json").status_code == 404

    def test_the_policy_tells_every_target(self, sandbox: Sandbox, http: Any) -> None:
        sandbox.zendesk.account.set_sla_target("agent_work_time", "high", 90, business_hours=True)
        page = http.json("/slas/policies.json")
        metrics = page["sla_policies"][0]["policy_metrics"]
        assert metrics[-1] == {
            "priority": "high",
            "metric": "agent_work_time",
            "target": 90,
            "target_in_seconds": 5400,
            "business_hours": True,
        }
        with pytest.raises(ActError, match="no metric of an SLA policy"):
            sandbox.zendesk.account.set_sla_target("patience", "high", 1)

    def test_agent_work_stands_still_in_pending_and_on_hold(self, sandbox: Sandbox, http: Any) -> None:
        account, people = sandbox.zendesk.account, sandbox.zendesk.people
        account.set_sla_target("agent_work_time", "high", 90)
        ticket = people.create_ticket(CUSTOMER, "s", "t", priority="high")  # Saturday, 10:00
        sandbox.clock.elapse(HOUR)
        people.agent_sets_status(ticket, AGENT, "hold")
        sandbox.clock.elapse(HOUR)
        people.agent_sets_status(ticket, AGENT, "open")
        sandbox.clock.elapse(2 * HOUR)
        people.solve(ticket, AGENT)
        assert [each for each in events(sandbox, http, "agent_work_time") if each[1]] == [
            ("activate", 1, "2026-01-10T10:00:00Z"),
            ("apply_sla", 1, "2026-01-10T10:00:00Z"),
            ("pause", 1, "2026-01-10T11:00:00Z"),
            ("activate", 1, "2026-01-10T12:00:00Z"),
            ("breach", 1, "2026-01-10T12:30:00Z"),
            ("fulfill", 1, "2026-01-10T14:00:00Z"),
        ]

    def test_an_update_runs_from_comment_to_comment(self, sandbox: Sandbox, http: Any) -> None:
        account, people = sandbox.zendesk.account, sandbox.zendesk.people
        account.set_sla_target("periodic_update_time", "high", 60)
        ticket = people.create_ticket(CUSTOMER, "s", "t", priority="high")
        sandbox.clock.elapse(HOUR)
        people.agent_replies(ticket, AGENT, "We look", status="open")
        sandbox.clock.elapse(HOUR / 2)
        people.agent_replies(ticket, AGENT, "Still", status="open")
        sandbox.clock.elapse(2 * HOUR)
        people.agent_replies(ticket, AGENT, "Done", status="solved")
        told = events(sandbox, http, "periodic_update_time")
        assert [(type, instance) for type, instance, _ in told if type in ("breach", "fulfill")] == [
            ("fulfill", 1),
            ("breach", 2),
            ("fulfill", 2),
        ]

    def test_business_minutes_are_those_of_the_schedule(self, sandbox: Sandbox, http: Any) -> None:
        sandbox.zendesk.account.add_schedule("Office", "London", OFFICE)
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")  # Saturday, 10:00
        sandbox.clock.elapse(48 * HOUR)
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "Hello", status="open")  # Monday, 10:00
        shown = http.json(f"/tickets/{ticket}/metrics.json")["ticket_metric"]
        assert shown["reply_time_in_minutes"] == {"calendar": 48 * 60, "business": 60}
        assert shown["requester_wait_time_in_minutes"] == {"calendar": 48 * 60, "business": 60}


class TestFreshdesk:
    def test_policies_and_hours_are_shown_to_administrators(self, sandbox: Sandbox, fresh: Any) -> None:
        [policy] = fresh.json("/sla_policies")
        assert isinstance(policy["id"], str), "quoted here, and nowhere else"
        assert set(policy["sla_target"]) == {"priority_1", "priority_2", "priority_3", "priority_4"}
        assert policy["sla_target"]["priority_4"]["respond_within"] == 3600
        [hours] = fresh.json("/business_hours")
        assert hours["business_hours"]["monday"] == {"start_time": "09:00:00 am", "end_time": "06:00:00 pm"}
        assert "sunday" not in hours["business_hours"]

    def test_deadlines_follow_the_policy_that_fits(self, sandbox: Sandbox, clock: SteppedClock, fresh: Any) -> None:
        account, people = sandbox.freshdesk.account, sandbox.freshdesk.people
        account.add_sla_policy("By e-mail", {"sources": [1]})
        account.set_sla_target("By e-mail", priority="Low", respond_within=3600, resolve_within=2 * 3600)
        clock.elapse(43 * HOUR)  # Monday, 05:00: half past ten in New Delhi
        ticket = people.create_ticket(CUSTOMER, "s", "t")
        shown = fresh.json(f"/tickets/{ticket}")
        assert (shown["fr_due_by"], shown["due_by"]) == ("2026-01-12T06:00:00Z", "2026-01-12T07:00:00Z")

    def test_a_group_keeps_its_own_hours(self, sandbox: Sandbox, clock: SteppedClock, fresh: Any) -> None:
        account, people = sandbox.freshdesk.account, sandbox.freshdesk.people
        account.set_sla_target(priority="Urgent", respond_within=3600, resolve_within=2 * 3600)
        account.add_business_hours("Late", "New Delhi", {"monday": ["02:00:00 pm", "10:00:00 pm"]}, group="Support")
        ticket = people.create_ticket(CUSTOMER, "s", "t")  # Saturday
        people.agent_sets_group(ticket, AGENT, "Support")
        people.agent_sets_priority(ticket, AGENT, "Urgent")
        assert fresh.json(f"/tickets/{ticket}")["fr_due_by"] == "2026-01-12T09:30:00Z"  # Monday, 15:00 there
        with pytest.raises(ActError):
            account.set_sla_target(priority="Dire", respond_within=1, resolve_within=1)

    def test_a_status_without_a_timer_moves_the_deadlines(
        self, sandbox: Sandbox, clock: SteppedClock, fresh: Any
    ) -> None:
        account, people = sandbox.freshdesk.account, sandbox.freshdesk.people
        account.stop_timer_in("Waiting on Customer")
        ticket = people.create_ticket(CUSTOMER, "s", "t")
        people.agent_sets_status(ticket, AGENT, "Waiting on Customer")
        clock.elapse(HOUR)
        people.agent_sets_status(ticket, AGENT, "Open")
        moved = fresh.json(f"/tickets/{ticket}")
        assert (moved["fr_due_by"], moved["due_by"]) == ("2026-01-11T11:00:00Z", "2026-01-13T11:00:00Z")
        people.agent_replies(ticket, AGENT, "Hello", status="Waiting on Customer")
        clock.elapse(HOUR)
        people.agent_sets_status(ticket, AGENT, "Open")
        again = fresh.json(f"/tickets/{ticket}")
        assert (again["fr_due_by"], again["due_by"]) == ("2026-01-11T11:00:00Z", "2026-01-13T12:00:00Z")
