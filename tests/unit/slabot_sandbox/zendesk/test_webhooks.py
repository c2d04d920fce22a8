"""Webhooks out of the account: envelopes, signatures, retries, and deliveries that go wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Sandbox
from slabot_sandbox.signing import zendesk_signature

AGENT = "ravi@acme.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def connected(sandbox: Sandbox, product: Any) -> Sandbox:
    sandbox.connect(product.url, "acme")
    return sandbox


def types(product: Any) -> list[str]:
    return [body["type"].removeprefix("zen:event-type:ticket.") for body in product.bodies()]


class TestEnvelopes:
    def test_each_thing_that_happened_is_told_once(self, connected: Sandbox, product: Any) -> None:
        people = connected.zendesk.people
        ticket = people.create_ticket(CUSTOMER, "s", "t")
        people.agent_replies(ticket, AGENT, "Hello", status="pending")
        people.agent_sets_priority(ticket, AGENT, "high")
        people.agent_sets_tags(ticket, AGENT, ["vip"])
        people.delete(ticket, AGENT)
        assert connected.deliver_due() is True
        assert connected.deliver_due() is False
        assert types(product) == [
            "created",
            "comment_added",
            "status_changed",
            "agent_assignment_changed",
            "custom_status_changed",
            "group_assignment_changed",
            "priority_changed",
            "tags_changed",
            "soft_deleted",
        ]

    def test_the_shape_is_that_of_the_real_events(
        self, connected: Sandbox, product: Any, recorded: Callable[[str], Any]
    ) -> None:
        real = recorded("zendesk-errors-and-signatures/webhook_user_group_membership_created.json")
        ticket = connected.zendesk.people.create_ticket(CUSTOMER, "s", "t", priority="high")
        connected.zendesk.people.agent_sets_status(ticket, AGENT, "pending")
        connected.deliver_due()
        status = product.bodies()[1]
        assert status.keys() == real.keys()
        assert status["subject"] == f"zen:ticket:{ticket}"
        assert status["event"]["current"] == "PENDING"
        assert status["event"]["previous"] == "NEW"
        detail = status["detail"]
        assert (detail["id"], detail["status"], detail["priority"]) == (str(ticket), "PENDING", "HIGH")
        assert detail["assignee_id"] == "0"
        assert detail["external_id"] == ""
        assert all(isinstance(detail[name], str) for name in detail if name.endswith("_id"))

    def test_a_trigger_sends_the_admins_own_text_filled_in(self, sandbox: Sandbox, product: Any) -> None:
        template = '{"id": "{{ticket.id}}", "who": "{{ ticket.requester.email }}", "no": "{{ticket.nonsense}}"}'
        sandbox.zendesk.webhooks.subscribe(f"{product.url}/hooks/acme", trigger=True, template=template)
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, 'say "hi"', "t")
        sandbox.deliver_due()
        assert product.bodies() == [{"id": str(ticket), "who": CUSTOMER, "no": ""}]

    def test_a_trigger_fires_once_an_update_and_not_for_deleted_tickets(self, sandbox: Sandbox, product: Any) -> None:
        sandbox.connect(product.url, "acme", trigger=True)
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        sandbox.zendesk.people.agent_replies(ticket, AGENT, "x", status="pending")
        sandbox.zendesk.people.delete(ticket, AGENT)
        sandbox.deliver_due()
        assert [body["status"] for body in product.bodies()] == ["New", "Pending"]

    def test_the_bots_own_updates_are_told_too(self, connected: Sandbox, product: Any, http: Any) -> None:
        ticket = connected.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        http.update(ticket, priority="low")
        connected.deliver_due()
        assert types(product) == ["created", "priority_changed"]

    def test_a_merge_names_its_target(self, connected: Sandbox, product: Any) -> None:
        people = connected.zendesk.people
        one, two = (people.create_ticket(CUSTOMER, "s", "t") for _ in range(2))
        people.merge(one, two, AGENT)
        connected.deliver_due()
        merged = next(body for body in product.bodies() if body["type"].endswith("merged"))
        assert merged["event"]["target_ticket_id"] == str(two)


class TestSignatures:
    def test_the_published_vectors_hold(self, shared_dir: Path, recorded: Callable[[str], Any]) -> None:
        folder = "zendesk-errors-and-signatures"
        for vector in recorded(f"{folder}/signature_vectors.json"):
            if "body" in vector:
                body = vector["body"].encode()
            else:
                body = (shared_dir / "recorded" / folder / vector["body_file"]).read_bytes()
            made = zendesk_signature(vector["secret"], timestamp=vector["timestamp"], body=body)
            assert (made == vector["signature"]) is (vector["order"] == "timestamp+body")

    def test_a_delivery_carries_the_headers_of_a_real_one(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        clock.elapse(timedelta(seconds=7))
        connected.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        path, headers, body = product.got[0]
        assert path == "/hooks/acme"
        assert headers["User-Agent"] == "Zendesk Webhook"
        assert headers["Content-Type"] == "application/json; charset=utf-8"
        assert headers["X-Zendesk-Webhook-Signature-Timestamp"] == "2026-01-10T10:00:07Z"
        assert len(headers["X-Zendesk-Webhook-Invocation-Id"]) == 26
        assert len(headers["X-Zendesk-Webhook-Id"]) == 26
        assert headers["X-Zendesk-Account-Id"].isdigit()
        message = headers["X-Zendesk-Webhook-Signature-Timestamp"].encode() + body
        digest = hmac.new(connected.zendesk.webhook_secret.encode(), message, hashlib.sha256).digest()
        assert headers["X-Zendesk-Webhook-Signature"] == base64.b64encode(digest).decode()


class TestRetries:
    def play(
        self, sandbox: Sandbox, product: Any, clock: SteppedClock, answers: list[tuple[int, dict[str, str]]]
    ) -> list[str]:
        """Create a ticket against these answers; returns the invocation id of each attempt."""
        product.answers.extend(answers)
        sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(clock.now() + timedelta(minutes=10), sandbox.deliver_due)
        return [headers["X-Zendesk-Webhook-Invocation-Id"] for _, headers, _ in product.got]

    def test_a_409_is_repeated_up_to_three_times_with_one_invocation_id(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        ids = self.play(connected, product, clock, [(409, {})] * 9)
        assert len(ids) == 4
        assert len(set(ids)) == 1

    def test_a_503_that_asks_for_less_than_a_minute_is_repeated_then(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        assert len(self.play(connected, product, clock, [(503, {"Retry-After": "30"})])) == 2
        sent = connected.journal.effects(kind=Did.WEBHOOK_SENT)
        assert [effect["status"] for effect in sent] == [503, 200]
        assert sent[1].at - sent[0].at == timedelta(seconds=30)

    def test_a_receiver_that_always_asks_for_a_moment_is_given_up(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        assert len(self.play(connected, product, clock, [(429, {"Retry-After": "0"})] * 20)) == 6

    @pytest.mark.parametrize(
        "answer", [(503, {"Retry-After": "60"}), (503, {}), (500, {}), (401, {}), (404, {}), (400, {})]
    )
    def test_other_errors_are_not_repeated(
        self, connected: Sandbox, product: Any, clock: SteppedClock, answer: tuple[int, dict[str, str]]
    ) -> None:
        assert len(self.play(connected, product, clock, [answer])) == 1

    def test_nobody_listening_loses_the_delivery(self, sandbox: Sandbox, clock: SteppedClock) -> None:
        sandbox.connect("http://127.0.0.1:9", "acme")
        sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(clock.now() + timedelta(hours=1), sandbox.deliver_due)
        assert len(sandbox.journal.effects(kind=Did.WEBHOOK_LOST)) == 1


class TestSwitches:
    def test_a_lost_delivery_never_leaves_and_is_in_the_journal(self, connected: Sandbox, product: Any) -> None:
        connected.zendesk.webhooks.lose()
        first, second = (connected.zendesk.people.create_ticket(CUSTOMER, "s", "t") for _ in range(2))
        connected.deliver_due()
        assert [body["detail"]["id"] for body in product.bodies()] == [str(second)]
        assert [effect["ticket"] for effect in connected.journal.effects(kind=Did.WEBHOOK_LOST)] == [first]

    def test_a_doubled_delivery_is_the_same_invocation(self, connected: Sandbox, product: Any) -> None:
        connected.zendesk.webhooks.double()
        connected.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        (_, one, body), (_, two, again) = product.got
        assert body == again
        assert one["X-Zendesk-Webhook-Invocation-Id"] == two["X-Zendesk-Webhook-Invocation-Id"]

    def test_a_delayed_delivery_is_signed_when_it_leaves(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        connected.zendesk.webhooks.delay(timedelta(minutes=8))
        connected.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(clock.now() + timedelta(minutes=7), connected.deliver_due)
        assert product.got == []
        clock.run_until(clock.now() + timedelta(minutes=1), connected.deliver_due)
        _, headers, _ = product.got[0]
        assert headers["X-Zendesk-Webhook-Signature-Timestamp"] == "2026-01-10T10:08:00Z"
        assert product.bodies()[0]["time"] == "2026-01-10T10:00:00Z"

    def test_reordered_deliveries_come_last_first(self, connected: Sandbox, product: Any) -> None:
        connected.zendesk.webhooks.reorder(2)
        first, second = (connected.zendesk.people.create_ticket(CUSTOMER, "s", "t") for _ in range(2))
        connected.deliver_due()
        assert [body["detail"]["id"] for body in product.bodies()] == [str(second), str(first)]


class TestSetup:
    BODY = {  # noqa: RUF012
        "webhook": {
            "name": "slabot",
            "endpoint": "http://127.0.0.1:9/hooks/acme",
            "http_method": "POST",
            "request_format": "json",
            "status": "active",
            "subscriptions": ["zen:event-type:ticket.created"],
        }
    }

    def test_a_webhook_made_by_api_has_the_recorded_shape(self, http: Any, recorded: Callable[[str], Any]) -> None:
        made, shown, deleted = recorded("zendesk-recordings/Webhooks.show_webhook-show.json")
        answer = http("POST", "/webhooks", self.BODY)
        assert answer.status_code == made["response"]["status"]
        ours = answer.json()["webhook"]
        assert ours.keys() == made["response"]["body"]["webhook"].keys()
        assert len(ours["created_at"]) == len("2023-09-18T23:38:20.834517419Z")
        assert isinstance(ours["created_by"], str)
        again = http.json(f"/webhooks/{ours['id']}")["webhook"]
        assert len(again["created_at"]) == len(shown["response"]["body"]["webhook"]["created_at"])
        assert http("DELETE", f"/webhooks/{ours['id']}").status_code == deleted["response"]["status"]
        assert http.get(f"/webhooks/{ours['id']}").status_code == 404

    def test_its_secret_can_be_read_and_rotated(self, http: Any, recorded: Callable[[str], Any]) -> None:
        real = recorded("zendesk-recordings/Webhooks.webhook_show_secret-show-secret.json")[1]["response"]["body"]
        hook = http("POST", "/webhooks", self.BODY).json()["webhook"]["id"]
        secret = http.json(f"/webhooks/{hook}/signing_secret")
        assert secret.keys() == real.keys()
        assert secret["signing_secret"]["algorithm"] == real["signing_secret"]["algorithm"]
        assert http("POST", f"/webhooks/{hook}/signing_secret").json() != secret

    def test_the_kinds_cannot_be_mixed(self, http: Any) -> None:
        mixed = {"webhook": {**self.BODY["webhook"], "subscriptions": ["conditional_ticket_events", "x"]}}
        assert http("POST", "/webhooks", mixed).status_code == 400
        assert http("POST", "/webhooks", {"webhook": {"name": "x"}}).status_code == 400

    def test_past_invocations_can_be_read(self, connected: Sandbox, product: Any, http: Any) -> None:
        product.answers.append((500, {}))
        for _ in range(2):
            connected.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        (hook,) = http.json("/webhooks")["webhooks"]
        done = http.json(f"/webhooks/{hook['id']}/invocations")["invocations"]
        assert [one["status_code"] for one in done] == [200, 500]
        failed = http.json(f"/webhooks/{hook['id']}/invocations", **{"filter[status]": "failed"})["invocations"]
        assert [one["status_code"] for one in failed] == [500]
