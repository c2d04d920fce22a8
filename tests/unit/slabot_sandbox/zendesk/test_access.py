"""Who may ask, how often, and what the account says about itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Generation, Sandbox

AGENT = "ravi@acme.example"


class TestCredentials:
    @pytest.mark.parametrize(
        "auth",
        [
            None,
            ("bot@acme.example/token", "wrong"),
            ("bot@acme.example", "sandbox-zendesk-token"),
            ("stranger@acme.example/token", "sandbox-zendesk-token"),
            ("ana@customer.example/token", "sandbox-zendesk-token"),
        ],
    )
    def test_wrong_ones_are_refused_in_the_recorded_words(
        self, sandbox: Sandbox, http: Any, auth: tuple[str, str] | None
    ) -> None:
        sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
        http.session.auth = auth
        answer = http.get("/tickets/1.json")
        assert answer.status_code == 401
        assert answer.json() == {"error": "Couldn't authenticate you"}

    def test_users_me_tells_a_stranger_that_he_is_anonymous_as_recorded(
        self, http: Any, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-recordings-node/authentication_test_incorrect_token.json")[0]
        http.session.auth = ("bot@acme.example/token", "wrong")
        answer = http.get("/users/me.json")
        assert answer.status_code == real["status"] == 200
        assert answer.json()["user"]["name"] == real["response"]["user"]["name"]
        assert answer.json()["user"]["id"] is None

    @pytest.mark.parametrize("header", ["Basic ???", "Basic", "Digest x", "Bearer nothing", "Basic w7w="])
    def test_malformed_ones_are_refused(self, http: Any, header: str) -> None:
        http.session.auth = None
        assert http("GET", "/tickets.json", headers={"Authorization": header}).status_code == 401

    def test_a_bearer_token_speaks_for_its_user(self, sandbox: Sandbox, http: Any) -> None:
        sandbox.zendesk.guard.bearer_tokens["oauth"] = sandbox.zendesk.email
        http.session.auth = None
        me = http("GET", "/users/me.json", headers={"Authorization": "Bearer oauth"}).json()["user"]
        assert me["email"] == sandbox.zendesk.email
        assert me["role"] == "admin"

    def test_the_journal_names_the_caller_and_never_the_token(self, sandbox: Sandbox, http: Any) -> None:
        http.get("/tickets.json")
        (call,) = sandbox.journal.calls()
        assert call.who == sandbox.zendesk.email
        assert sandbox.zendesk.token not in "".join(sandbox.journal.lines())


class TestLimits:
    @pytest.mark.parametrize(
        ("generation", "names"),
        [
            (Generation.FIRST, {"x-rate-limit", "x-rate-limit-remaining"}),
            (
                Generation.SECOND,
                {
                    "x-rate-limit",
                    "x-rate-limit-remaining",
                    "rate-limit",
                    "rate-limit-remaining",
                    "rate-limit-reset",
                    "zendesk-rate-limit-tickets-update",
                },
            ),
            (
                Generation.THIRD,
                {
                    "x-rate-limit",
                    "x-rate-limit-remaining",
                    "ratelimit-limit",
                    "ratelimit-remaining",
                    "ratelimit-reset",
                    "zendesk-ratelimit-per-ticket-updates",
                },
            ),
        ],
    )
    def test_headers_come_in_three_generations(
        self, sandbox: Sandbox, http: Any, generation: Generation, names: set[str]
    ) -> None:
        sandbox.zendesk.limits.limits.generation = generation
        ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
        headers = http.update(ticket, priority="low").headers
        assert {name for name in headers if "rate" in name} == names
        assert headers["x-rate-limit"] == "700"

    def test_the_account_limit_counts_by_the_clock(self, sandbox: Sandbox, clock: SteppedClock, http: Any) -> None:
        sandbox.zendesk.limits.limits.account = 2
        statuses = [http.get("/tickets.json").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        clock.elapse(timedelta(minutes=1))
        assert http.get("/tickets.json").status_code == 200

    def test_one_ticket_takes_thirty_updates_in_ten_minutes(
        self, sandbox: Sandbox, clock: SteppedClock, http: Any
    ) -> None:
        ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
        for number in range(30):
            assert http.update(ticket, tags=[f"t{number}"]).status_code == 200
        refused = http.update(ticket, tags=["one too many"])
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "600"
        assert sandbox.journal.effects(kind=Did.TICKET_UPDATED)[-1]["changes"]["tags"][1] == ["t29"]
        clock.elapse(timedelta(minutes=10))
        assert http.update(ticket, tags=["again"]).status_code == 200

    def test_limits_can_be_switched_off(self, sandbox: Sandbox, http: Any) -> None:
        limits = sandbox.zendesk.limits.limits
        limits.account = limits.incremental = limits.webhooks = None
        answers = [http.get("/incremental/tickets/cursor.json", start_time=0) for _ in range(12)]
        assert {answer.status_code for answer in answers} == {200}
        assert not [name for name in answers[0].headers if "rate" in name]


class TestDirectory:
    def test_users_are_found_by_id_list_and_address(self, sandbox: Sandbox, http: Any) -> None:
        agent = sandbox.zendesk.account.add_agent(AGENT)
        assert http.json(f"/users/{agent['id']}.json")["user"]["email"] == AGENT
        many = http.json("/users/show_many.json", ids=f"{agent['id']},1")
        assert [user["id"] for user in many["users"]] == [agent["id"]]
        assert http.json("/users/search.json", query=f"email:{AGENT}")["users"][0]["id"] == agent["id"]
        assert {user["role"] for user in http.json("/users.json", role="agent,admin")["users"]} == {
            "agent",
            "admin",
        }
        assert http.get("/users/1.json").status_code == 404

    def test_organisations_and_groups_are_there(self, sandbox: Sandbox, http: Any) -> None:
        sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t", organization="Customer Ltd")
        organization = http.json("/tickets/1.json")["ticket"]["organization_id"]
        assert http.json(f"/organizations/{organization}.json")["organization"]["name"] == "Customer Ltd"
        assert http.json("/groups.json")["groups"][0]["name"] == "Support"

    def test_the_account_tells_its_statuses_fields_and_policies(self, http: Any) -> None:
        categories = [one["status_category"] for one in http.json("/custom_statuses.json")["custom_statuses"]]
        assert categories == ["new", "open", "pending", "hold", "solved"]
        types = [field["type"] for field in http.json("/ticket_fields.json")["ticket_fields"]]
        assert {"status", "priority", "custom_status"} <= set(types)
        policy = http.json("/slas/policies.json")["sla_policies"][0]
        assert {metric["metric"] for metric in policy["policy_metrics"]} == {"first_reply_time"}

    def test_the_shipped_close_automation_can_be_read(
        self, sandbox: Sandbox, http: Any, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-samples/GET/automations.json")["automations"][0]
        (ours,) = http.json("/automations.json")["automations"]
        assert ours["title"] == real["title"]
        assert ours.keys() >= real.keys()
        assert {"field": "SOLVED", "operator": "greater_than", "value": "96"} in ours["conditions"]["all"]
        assert ours["active"] is True
        sandbox.zendesk.automations.set_close(active=False)
        assert http.json("/automations/active.json")["automations"] == []
