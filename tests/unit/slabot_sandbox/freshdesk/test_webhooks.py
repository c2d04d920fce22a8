"""Webhooks of automation rules: bodies, the secret, retries, and deliveries that go wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Sandbox

AGENT = "ravi@partners.example"
CUSTOMER = "ana@customer.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def connected(sandbox: Sandbox, product: Any) -> Sandbox:
    sandbox.connect(product.url, freshdesk="partners")
    return sandbox


def hooks(product: Any) -> list[dict[str, str]]:
    return [body["freshdesk_webhook"] for body in product.bodies()]


def events(product: Any) -> list[str]:
    return [hook["triggered_event"] for hook in hooks(product)]


class TestBodies:
    def test_they_are_the_recorded_ones(self, sandbox: Sandbox, product: Any, recorded: Callable[[str], Any]) -> None:
        people = sandbox.freshdesk.people
        ticket = people.create_ticket(
            "requester-bob@example.com", "Test ticket subject", "Test ticket description.", type="Incident", number=11
        )
        people.agent_sets_status(ticket, AGENT, "Resolved")
        sandbox.connect(product.url)
        people.agent_sets_status(ticket, AGENT, "Waiting on Customer")
        people.agent_replies(ticket, AGENT, "hm", public=False)
        sandbox.deliver_due()
        own = {
            "ticket_url",
            "requester_name",
            "ticket_priority",
            "ticket_status",
            "ticket_subject",
            "ticket_description",
        }
        for name, ours in zip(("status_changed", "private_note"), hooks(product), strict=True):
            real = recorded(f"freshdesk-webhooks/{name}.json")["freshdesk_webhook"]
            assert real.keys() == ours.keys()
            assert {key: ours[key] for key in real if key not in own} == {
                key: real[key] for key in real if key not in own
            }
            assert all(isinstance(value, str) for value in ours.values())
        assert hooks(product)[0]["ticket_status"] == "Waiting on Customer"
        assert hooks(product)[0]["ticket_priority"] == "Low"

    def test_a_created_ticket_is_told_as_recorded(
        self, connected: Sandbox, product: Any, recorded: Callable[[str], Any]
    ) -> None:
        connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t", priority="High", status="Pending")
        connected.deliver_due()
        real = recorded("freshdesk-webhooks/ticket_created.json")["freshdesk_webhook"]
        (ours,) = hooks(product)
        for name in ("triggered_event", "ticket_status", "ticket_priority"):
            assert ours[name] == real[name]

    def test_events_are_no_json_and_labels_are_the_accounts_own(self, connected: Sandbox, product: Any) -> None:
        connected.freshdesk.account.rename_status(3, "Wartet auf Antwort")
        ticket = connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.freshdesk.people.agent_sets_status(ticket, AGENT, 3)
        connected.deliver_due()
        told = hooks(product)[1]
        assert told["triggered_event"] == "{status:{from:2,to:3}}"
        assert told["ticket_status"] == "Wartet auf Antwort"
        with pytest.raises(ValueError, match="property name"):
            json.loads(told["triggered_event"])

    def test_each_act_is_told_once_and_some_are_not_told(self, connected: Sandbox, product: Any) -> None:
        people = connected.freshdesk.people
        ticket, other = (people.create_ticket(CUSTOMER, "s", "t") for _ in range(2))
        people.agent_replies(ticket, AGENT, "Which version?", status="Waiting on Customer")
        people.customer_replies(ticket, "4.1")
        people.agent_sets_priority(ticket, AGENT, "Urgent")
        people.survey_feedback(ticket)
        people.agent_sets_tags(ticket, AGENT, ["vip"])  # no event of a rule
        people.escalate(ticket)  # nor this, though `updated_at` moves
        people.merge(other, ticket, AGENT)
        people.delete(ticket, AGENT)
        connected.deliver_due()
        assert events(product) == [
            "{ticket_action:created}",
            "{ticket_action:created}",
            "{status:{from:2,to:6},reply_sent:sent}",
            "{status:{from:6,to:2},reply_sent:sent}",
            "{priority:{from:1,to:4}}",
            "{customer_feedback:given}",
            "{note_type:private}",
            "{ticket_action:merge}",
            "{ticket_action:delete}",
        ]

    def test_what_the_api_writes_fires_the_rules_again(self, connected: Sandbox, product: Any, fresh: Any) -> None:
        ticket = connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        fresh("POST", f"/tickets/{ticket}/notes", {"body": "x"})
        connected.deliver_due()
        assert events(product) == ["{ticket_action:created}", "{note_type:private}"]

    def test_it_takes_two_rules_to_hear_everything(self, sandbox: Sandbox, product: Any) -> None:
        sandbox.freshdesk.webhooks.subscribe(f"{product.url}/hooks/partners", updated=False)
        ticket = sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        sandbox.freshdesk.people.agent_sets_status(ticket, AGENT, "Pending")
        sandbox.deliver_due()
        assert events(product) == ["{ticket_action:created}"]


class TestHeaders:
    def test_the_secret_is_all_there_is(self, connected: Sandbox, product: Any) -> None:
        connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        ((path, headers, _),) = product.got
        assert path == "/hooks/partners"
        assert headers["X-Webhook-Secret"] == connected.freshdesk.webhook_secret
        assert headers["Content-Type"] == "application/json"
        assert not [name for name in headers if "signature" in name.lower() or "invocation" in name.lower()]

    def test_the_header_can_be_another_or_none(self, sandbox: Sandbox, product: Any) -> None:
        sandbox.freshdesk.webhooks.subscribe(f"{product.url}/a", secret="s", header="X-Other", updated=False)
        sandbox.freshdesk.webhooks.subscribe(f"{product.url}/b", updated=False)
        sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        sandbox.deliver_due()
        (_, first, _), (_, second, _) = product.got
        assert first["X-Other"] == "s"
        assert "X-Webhook-Secret" not in {**first, **second}

    def test_the_journal_holds_no_secret(self, connected: Sandbox, product: Any, tmp_path: Path) -> None:
        connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        connected.journal.write(tmp_path / "j.jsonl")
        assert connected.freshdesk.webhook_secret not in (tmp_path / "j.jsonl").read_text()


class TestRetries:
    def play(self, sandbox: Sandbox, clock: SteppedClock, hours: int = 3) -> list[timedelta]:
        """Create a ticket; returns when each attempt was made."""
        start = clock.now()
        sandbox.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(start + timedelta(hours=hours), sandbox.deliver_due)
        kinds = (Did.WEBHOOK_SENT, Did.WEBHOOK_LOST)
        return [one.at - start for one in sandbox.journal.effects(service="freshdesk") if one.kind in kinds]

    @pytest.mark.parametrize("status", [500, 503, 404, 401, 302])
    def test_any_failure_is_repeated_after_5_30_and_60_minutes(
        self, connected: Sandbox, product: Any, clock: SteppedClock, status: int
    ) -> None:
        product.answers.extend([(status, {})] * 9)
        assert self.play(connected, clock) == [0 * MINUTE, 5 * MINUTE, 35 * MINUTE, 95 * MINUTE]
        sent = connected.journal.effects(kind=Did.WEBHOOK_SENT, service="freshdesk")
        assert [(one["status"], one["again"]) for one in sent] == [(status, True)] * 3 + [(status, False)]

    def test_a_success_ends_it(self, connected: Sandbox, product: Any, clock: SteppedClock) -> None:
        product.answers.append((500, {}))
        assert self.play(connected, clock) == [0 * MINUTE, 5 * MINUTE]
        assert len({body for _, _, body in product.got}) == 1

    def test_nobody_listening_is_a_failure_like_any_other(self, sandbox: Sandbox, clock: SteppedClock) -> None:
        sandbox.connect("http://127.0.0.1:9")
        assert len(self.play(sandbox, clock)) == 4
        assert len(sandbox.journal.effects(kind=Did.WEBHOOK_LOST, service="freshdesk")) == 4


class TestSwitches:
    def test_a_lost_delivery_never_leaves(self, connected: Sandbox, product: Any) -> None:
        connected.freshdesk.webhooks.lose()
        first, second = (connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t") for _ in range(2))
        connected.deliver_due()
        assert [hook["ticket_id"] for hook in hooks(product)] == [str(second)]
        assert [one["ticket"] for one in connected.journal.effects(kind=Did.WEBHOOK_LOST)] == [first]

    def test_a_doubled_delivery_cannot_be_told_from_two(self, connected: Sandbox, product: Any) -> None:
        connected.freshdesk.webhooks.double()
        connected.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
        connected.deliver_due()
        (_, _, one), (_, _, two) = product.got
        assert one == two

    def test_deliveries_are_delayed_and_reordered(self, connected: Sandbox, product: Any, clock: SteppedClock) -> None:
        webhooks, people = connected.freshdesk.webhooks, connected.freshdesk.people
        webhooks.delay(10 * MINUTE)
        webhooks.reorder(2)
        first, second, third = (people.create_ticket(CUSTOMER, "s", "t") for _ in range(3))
        clock.run_until(clock.now() + 11 * MINUTE, connected.deliver_due)
        assert [hook["ticket_id"] for hook in hooks(product)] == [str(second), str(first), str(third)]

    def test_deferred_deliveries_come_later_or_are_dropped_after_a_day(
        self, connected: Sandbox, product: Any, clock: SteppedClock
    ) -> None:
        people, start = connected.freshdesk.people, clock.now()
        connected.freshdesk.webhooks.defer(timedelta(hours=30))
        early = people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(start + timedelta(hours=10), connected.deliver_due)
        late = people.create_ticket(CUSTOMER, "s", "t")
        clock.run_until(start + timedelta(hours=48), connected.deliver_due)
        (dropped,) = connected.journal.effects(kind=Did.WEBHOOK_LOST, service="freshdesk")
        assert (dropped["ticket"], dropped.at - start) == (early, timedelta(hours=24))
        (sent,) = connected.journal.effects(kind=Did.WEBHOOK_SENT, service="freshdesk")
        assert (sent["ticket"], sent.at - start) == (late, timedelta(hours=30))
