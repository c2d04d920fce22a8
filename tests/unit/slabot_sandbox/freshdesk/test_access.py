"""Who may ask, how often, and how Freshdesk says no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from slabot.clock import SteppedClock
from slabot_sandbox import Did, FreshdeskLimits, Plan, Sandbox

AGENT = "ravi@partners.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def ticket(sandbox: Sandbox) -> int:
    return sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t")


class TestCredentials:
    @pytest.mark.parametrize("auth", [None, ("wrong", "X"), ("", "X"), ("X", "sandbox-freshdesk-key")])
    def test_wrong_ones_are_refused(self, fresh: Any, auth: tuple[str, str] | None) -> None:
        fresh.session.auth = auth
        answer = fresh.get("/tickets")
        assert answer.status_code == 401
        assert answer.json()["code"] == "invalid_credentials"
        assert answer.json().keys() == {"code", "message"}

    @pytest.mark.parametrize("header", ["Basic ???", "Basic", "Bearer x", "Basic w7w="])
    def test_malformed_ones_are_refused(self, fresh: Any, header: str) -> None:
        fresh.session.auth = None
        assert fresh("GET", "/tickets", headers={"Authorization": header}).status_code == 401

    def test_the_password_means_nothing(self, fresh: Any) -> None:
        fresh.session.auth = (fresh.session.auth[0], "anything")
        assert fresh.json("/agents/me")["contact"]["email"] == "bot@partners.example"

    def test_a_key_has_the_rights_of_its_agent(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        freshdesk = sandbox.freshdesk
        freshdesk.account.add_agent(AGENT, restricted=True)
        freshdesk.guard.keys["ravis-key"] = AGENT
        fresh.session.auth = ("ravis-key", "X")
        for path in (f"/tickets/{ticket}", f"/tickets/{ticket}/conversations", "/admin/ticket_fields"):
            answer = fresh.get(path)
            assert (answer.status_code, answer.json()["code"]) == (403, "access_denied")
        assert fresh.json("/tickets") == []
        freshdesk.people.agent_sets_assignee(ticket, AGENT, AGENT)
        assert [one["id"] for one in fresh.json("/tickets")] == [ticket]
        assert fresh.get(f"/tickets/{ticket}").status_code == 200

    def test_the_journal_names_the_caller_and_never_the_key(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        fresh.get(f"/tickets/{ticket}")
        (call,) = sandbox.journal.calls(service="freshdesk")
        assert (call.who, call.endpoint) == ("bot@partners.example", "GET /api/v2/tickets/{id}")
        assert sandbox.freshdesk.token not in "".join(sandbox.journal.lines())
        assert sandbox.journal.counts(service="freshdesk") == {"GET /api/v2/tickets/{id}": 1}
        assert sandbox.journal.counts(service="zendesk") == {}


class TestLimits:
    def use(self, sandbox: Sandbox, plan: Plan, *, floats: bool = False) -> None:
        sandbox.freshdesk.limits.limits = FreshdeskLimits.of(plan)
        sandbox.freshdesk.limits.limits.floats = floats

    def test_the_headers_count_down_and_start_again_with_the_minute(
        self, sandbox: Sandbox, fresh: Any, clock: SteppedClock
    ) -> None:
        self.use(sandbox, Plan.GROWTH)
        seen = []
        for _ in range(2):
            headers = fresh.get("/agents/me").headers
            seen.append((headers["X-RateLimit-Total"], headers["X-RateLimit-Remaining"]))
            assert headers["X-RateLimit-Used-CurrentRequest"] == "1"
        assert seen == [("200", "199"), ("200", "198")]
        clock.elapse(timedelta(minutes=1))
        assert fresh.get("/agents/me").headers["X-RateLimit-Remaining"] == "199"

    def test_some_accounts_write_the_numbers_with_a_fraction(self, sandbox: Sandbox, fresh: Any) -> None:
        self.use(sandbox, Plan.PRO, floats=True)
        headers = fresh.get("/agents/me").headers
        assert (headers["X-RateLimit-Total"], headers["X-RateLimit-Remaining"]) == ("400.0", "399.0")

    def test_growth_lists_twenty_times_a_minute(self, sandbox: Sandbox, fresh: Any, clock: SteppedClock) -> None:
        self.use(sandbox, Plan.GROWTH)
        clock.elapse(timedelta(seconds=18))
        assert [fresh.get("/tickets").status_code for _ in range(21)] == [200] * 20 + [429]
        refused = fresh.get("/tickets")
        assert refused.headers["Retry-After"] == "42"
        assert refused.json().keys() == {"message"}
        assert fresh.get("/agents/me").headers["X-RateLimit-Remaining"] == "179"
        clock.elapse(timedelta(seconds=42))
        assert fresh.get("/tickets").status_code == 200

    @pytest.mark.parametrize(
        ("path", "include", "credits"),
        [
            ("/tickets", "", "1"),
            ("/tickets", "stats", "3"),
            ("/tickets", "stats,requester,description", "7"),
            ("/tickets/1", "stats,requester", "3"),
            ("/tickets/1/conversations", "", "1"),
        ],
    )
    def test_what_is_included_costs_more(self, fresh: Any, ticket: int, path: str, include: str, credits: str) -> None:
        answer = fresh.get(path, **({"include": include} if include else {}))
        assert answer.status_code == 200
        assert answer.headers["X-RateLimit-Used-CurrentRequest"] == credits

    def test_failed_requests_count_too(self, sandbox: Sandbox, fresh: Any) -> None:
        fresh.get("/tickets/99")
        fresh.session.auth = None
        assert fresh.get("/tickets").headers["X-RateLimit-Remaining"] == "698"

    def test_the_limit_is_the_accounts_whatever_is_asked(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        self.use(sandbox, Plan.TRIAL)
        assert [fresh.get("/agents/me").status_code for _ in range(50)] == [200] * 50
        assert fresh("PUT", f"/tickets/{ticket}", {"priority": 2}).status_code == 429
        assert sandbox.journal.effects(kind=Did.TICKET_UPDATED) == ()

    def test_a_free_account_has_no_api(self, sandbox: Sandbox, fresh: Any) -> None:
        self.use(sandbox, Plan.FREE)
        assert fresh.get("/agents/me").status_code == 403

    def test_limits_can_be_switched_off(self, sandbox: Sandbox, fresh: Any) -> None:
        sandbox.freshdesk.limits.limits = FreshdeskLimits(total=None)
        assert "X-RateLimit-Total" not in fresh.get("/agents/me").headers


class TestRefusals:
    def test_what_is_not_there_is_an_empty_404(self, fresh: Any) -> None:
        for path in ("/tickets/99", "/tickets/99/conversations", "/contacts/99", "/agents/99"):
            answer = fresh.get(path)
            assert (answer.status_code, answer.content) == (404, b"")

    def test_a_path_that_the_stand_in_lacks_names_those_it_has(self, fresh: Any) -> None:
        answer = fresh.get("/time_entries")
        assert answer.status_code == 404
        assert "GET /api/v2/tickets" in answer.json()["offered"]

    def test_another_method_is_refused_with_those_that_are_allowed(self, fresh: Any, ticket: int) -> None:
        answer = fresh("DELETE", f"/tickets/{ticket}")
        assert answer.status_code == 405
        assert answer.json()["code"] == "method_not_allowed"
        assert answer.headers["Allow"] == "GET, PUT"

    def test_a_body_that_is_not_declared_as_json_is_415(self, fresh: Any, ticket: int) -> None:
        answer = fresh.session.put(f"{fresh.base}/tickets/{ticket}", data={"status": 4}, timeout=10)
        assert answer.status_code == 415

    @pytest.mark.parametrize("body", [b"{", b"[1]", b""])
    def test_a_body_that_is_no_json_object_is_400(self, fresh: Any, ticket: int, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answer = fresh.session.put(f"{fresh.base}/tickets/{ticket}", data=body, headers=headers, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")

    def test_a_contact_that_is_there_already_is_409(self, sandbox: Sandbox, fresh: Any) -> None:
        made = fresh("POST", "/contacts", {"email": CUSTOMER, "name": "Ana"})
        assert made.status_code == 201
        again = fresh("POST", "/contacts", {"email": CUSTOMER.upper()})
        assert again.status_code == 409
        assert again.json()["errors"][0]["additional_info"] == {"user_id": made.json()["id"]}
        assert fresh("POST", "/contacts", {"name": "Bob"}).status_code == 400

    @pytest.mark.parametrize("kind", ["unavailable", "server_error"])
    def test_its_own_failures_are_pages_for_people(self, sandbox: Sandbox, fresh: Any, kind: str) -> None:
        sandbox.faults.add(kind, service="freshdesk", times=1)
        answer = fresh.get("/tickets")
        assert answer.status_code in (500, 503)
        assert "html" in answer.headers["Content-Type"]

    def test_a_rate_limit_that_is_switched_on_looks_like_a_real_one(self, sandbox: Sandbox, fresh: Any) -> None:
        sandbox.faults.add("rate_limit", service="freshdesk", lasting=timedelta(seconds=30), times=1)
        sandbox.faults.add("rate_limit_text", service="freshdesk", seconds=5, times=1)
        answer = fresh.get("/tickets")
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
        assert answer.json().keys() == {"message"}
        assert fresh.get("/tickets").headers["Content-Type"].startswith("text/plain")

    def test_a_dropped_reply_has_been_sent_all_the_same(self, sandbox: Sandbox, fresh: Any, ticket: int) -> None:
        sandbox.faults.add("drop_after", service="freshdesk", method="POST", path="/api/v2/tickets/*/reply", times=1)
        with pytest.raises(requests.ConnectionError):
            fresh("POST", f"/tickets/{ticket}/reply", {"body": "Any news?"})
        (effect,) = sandbox.journal.effects(kind=Did.COMMENT_PUBLIC, service="freshdesk")
        assert (effect["text"], effect.by) == ("Any news?", "api")


class TestDirectory:
    def test_agents_have_the_recorded_shape(self, fresh: Any, recorded: Callable[[str], Any]) -> None:
        real = recorded("freshdesk-samples/agents.json")[0]
        ours = fresh.json("/agents")[0]
        assert real.keys() <= ours.keys()
        assert real["contact"].keys() <= ours["contact"].keys()
        assert fresh.json(f"/agents/{ours['id']}") == ours

    def test_agents_are_found_by_address_and_paged(self, sandbox: Sandbox, fresh: Any) -> None:
        for number in range(30):
            sandbox.freshdesk.account.add_agent(f"agent{number}@partners.example")
        first = fresh.get("/agents")
        assert len(first.json()) == 30
        assert 'page=2>; rel="next"' in first.headers["Link"]
        (found,) = fresh.json("/agents", email="AGENT7@partners.example")
        assert found["contact"]["email"] == "agent7@partners.example"

    def test_contacts_are_those_who_ask(self, sandbox: Sandbox, fresh: Any, recorded: Callable[[str], Any]) -> None:
        ticket = sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t", company="Customer Ltd")
        requester = fresh.json(f"/tickets/{ticket}")["requester_id"]
        contact = fresh.json(f"/contacts/{requester}")
        old = {"customer_id", "deleted", "fb_profile_id", "helpdesk_agent", "custom_field"}  # of the first version
        assert recorded("freshdesk-samples/contact.json").keys() - old <= contact.keys()
        assert contact["email"] == CUSTOMER
        assert fresh.json("/contacts", email=CUSTOMER) == [contact]
        assert fresh.json(f"/tickets/{ticket}", include="company")["company"]["name"] == "Customer Ltd"
        me = fresh.json("/agents/me")["id"]
        assert fresh.get(f"/contacts/{me}").status_code == 404  # an agent is none


class TestFields:
    def status(self, fresh: Any, path: str = "/ticket_fields") -> dict[str, list[str]]:
        choices: dict[str, list[str]] = next(one for one in fresh.json(path) if one["name"] == "status")["choices"]
        return choices

    def test_statuses_are_told_as_agents_and_as_customers_read_them(self, fresh: Any) -> None:
        assert self.status(fresh)["3"] == ["Pending", "Awaiting your Reply"]
        assert list(self.status(fresh)) == ["2", "3", "4", "5", "6", "7"]
        assert self.status(fresh, "/admin/ticket_fields") == self.status(fresh)

    def test_statuses_beyond_the_four_are_the_accounts_own(self, sandbox: Sandbox, fresh: Any) -> None:
        account = sandbox.freshdesk.account
        account.remove_status(6)
        account.remove_status(7)
        account.rename_status(3, "Awaiting your reply")
        number = account.add_status("With engineering", customer_label="Being Processed")
        assert self.status(fresh) == {
            "2": ["Open", "Being Processed"],
            "3": ["Awaiting your reply", "Awaiting your Reply"],
            "4": ["Resolved", "This ticket has been Resolved"],
            "5": ["Closed", "This ticket has been Closed"],
            str(number): ["With engineering", "Being Processed"],
        }

    def test_custom_fields_say_what_they_need(self, sandbox: Sandbox, fresh: Any) -> None:
        sandbox.freshdesk.account.add_field("Root cause", required_for_closure=True)
        field = fresh.json("/ticket_fields")[-1]
        assert (field["name"], field["type"], field["default"]) == ("cf_root_cause", "custom_text", False)
        assert field["required_for_closure"] is True
