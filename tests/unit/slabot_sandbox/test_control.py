"""The control API: everything a test can do, over HTTP."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Sandbox
from tests.fixtures.sdk import NO_RETRIES

CUSTOMER = "ana@customer.example"


def test_it_tells_what_it_offers_and_is_not_journalled(sandbox: Sandbox, panel: Any) -> None:
    told = panel.json("")
    assert told["zendesk"] == sandbox.zendesk.url
    assert told["slack"] == sandbox.slack.url
    assert told["freshdesk"] == sandbox.freshdesk.url
    assert "GET, POST, DELETE /_sandbox/faults" in told["offered"]
    assert "chat.postMessage" in told["slack_api"]
    assert "GET /api/v2/tickets/<int:number>/conversations" in told["freshdesk_api"]
    assert panel.get("/nothing").status_code == 404
    assert sandbox.journal.entries() == ()


def test_people_act_by_name(sandbox: Sandbox, panel: Any, http: Any) -> None:
    made = panel("POST", "/zendesk/create_ticket", {"requester": CUSTOMER, "subject": "s", "text": "t"})
    ticket = made.json()["result"]
    answered = panel("POST", "/zendesk/agent_replies", {"ticket": ticket, "agent": "r@acme.example", "text": "x"})
    assert answered.status_code == 200
    assert http.json(f"/tickets/{ticket}.json")["ticket"]["status"] == "open"


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/zendesk/dance", {}, "choose one of"),
        ("/zendesk/create_ticket", {"subject": "s"}, "it takes: requester, subject"),
        ("/zendesk/solve", {"ticket": 9, "agent": "r@acme.example"}, "no ticket 9"),
        ("/faults", {"kind": "earthquake"}, "choose one of"),
        ("/faults", {}, "which kind"),
        ("/faults", {"kind": "down", "color": "red"}, "has no color"),
        ("/webhooks/burn", {}, "choose one of"),
        ("/webhooks/defer", {"by": 60}, "no switch .defer. in zendesk"),
        ("/webhooks/lose", {"service": "slack"}, "choose one of"),
        ("/freshdesk/system_line", {}, "choose one of"),
        ("/freshdesk/solve", {"ticket": 9, "agent": "r@partners.example"}, "no ticket 9"),
        ("/zendesk/create_ticket", [1], "JSON object"),
    ],
)
def test_what_makes_no_sense_is_answered_in_words(panel: Any, path: str, body: Any, said: str) -> None:
    answer = panel("POST", path, body)
    assert answer.status_code == 400
    assert re.search(said, answer.json()["error"])


def test_faults_are_switched_shown_and_cleared(panel: Any, http: Any) -> None:
    made = panel("POST", "/faults", {"kind": "unavailable", "service": "zendesk", "lasting": 60}).json()
    assert http.get("/tickets.json").status_code == 503
    assert [fault["number"] for fault in panel.json("/faults")["faults"]] == [made["number"]]
    assert panel("DELETE", "/faults").json() == {"cleared": 1}
    assert http.get("/tickets.json").status_code == 200
    until = panel("POST", "/faults", {"kind": "down", "until": "2026-01-10T11:00:00Z"}).json()["until"]
    assert until == "2026-01-10T11:00:00+00:00"


def test_the_journal_can_be_read_and_narrowed(sandbox: Sandbox, panel: Any, http: Any) -> None:
    sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    http.get("/tickets.json")
    lines = panel.get("/journal").text.splitlines()
    assert len(lines) == 2
    only = panel.get("/journal", entry="effect", kind="ticket.created").text.splitlines()
    assert [json.loads(line)["kind"] for line in only] == ["ticket.created"]
    assert panel.json("/counts") == {"GET /api/v2/tickets": 1}


def test_slabot_is_connected_and_webhooks_are_switched(sandbox: Sandbox, panel: Any, product: Any) -> None:
    assert panel("POST", "/connect", {"url": product.url + "/", "helpdesk": "acme"}).status_code == 200
    assert sandbox.slack.people.addresses.actions == f"{product.url}/slack/actions"
    panel("POST", "/webhooks/delay", {"by": 30})
    panel("POST", "/webhooks/lose", {"deliveries": 0})
    sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    assert panel("POST", "/deliver").json() == {"did_something": False}
    moved = panel("POST", "/time", {"to": "2026-01-10T10:00:30Z"}).json()
    assert moved["now"] == "2026-01-10T10:00:30+00:00"
    assert len(product.got) == 1


def test_freshdesk_is_driven_the_same_way(sandbox: Sandbox, panel: Any, product: Any, fresh: Any) -> None:
    panel("POST", "/connect", {"url": product.url, "freshdesk": "partners"})
    panel("POST", "/webhooks/defer", {"service": "freshdesk", "by": 30})
    requester = {"requester": CUSTOMER, "subject": "s", "text": "t", "priority": "Urgent"}
    ticket = panel("POST", "/freshdesk/create_ticket", requester).json()["result"]
    number = panel("POST", "/freshdesk/add_status", {"label": "With engineering"}).json()["result"]
    act = {"ticket": ticket, "agent": "r@partners.example", "status": "With engineering"}
    assert panel("POST", "/freshdesk/agent_sets_status", act).status_code == 200
    assert fresh.json(f"/tickets/{ticket}")["status"] == number
    assert panel.json("/counts", service="freshdesk") == {"GET /api/v2/tickets/{id}": 1}
    panel("POST", "/time", {"to": "2026-01-10T10:00:29Z"})
    assert product.got == []
    panel("POST", "/time", {"to": "2026-01-10T10:00:30Z"})
    assert [path for path, _, _ in product.got] == ["/hooks/partners", "/hooks/partners"]


def test_stepped_time_is_shown_with_who_waits(panel: Any, clock: SteppedClock) -> None:
    panel("POST", "/time", {"name": "slabot", "until": "2026-01-10T10:05:00Z"})
    shown = panel.json("/time")
    assert shown["stepped"] is True
    assert shown["waits"] == [{"until": "2026-01-10T10:05:00+00:00", "name": "slabot"}]
    assert shown["next"] == "2026-01-10T10:05:00+00:00"
    panel("POST", "/time", {"to": "2026-01-10T10:10:00Z"})
    assert clock.monotonic() == timedelta(minutes=10).total_seconds()


def test_clicks_are_made_by_name(sandbox: Sandbox, panel: Any, product: Any) -> None:
    sandbox.connect(product.url)
    assert panel("POST", "/slack/add_channel", {"name": "#esc"}).json()["result"]["name"] == "esc"
    blocks = [
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "ack", "text": {"type": "plain_text", "text": "Ack"}}],
        }
    ]
    slack = WebClient(token=sandbox.slack.token, base_url=sandbox.slack.api_url, retry_handlers=NO_RETRIES)
    ts = slack.chat_postMessage(channel="#esc", text="page", blocks=blocks)["ts"]
    click = {"channel": "esc", "ts": ts, "action_id": "ack", "user": "mia@acme.example"}
    assert panel("POST", "/slack/click", click).json()["result"]["status"] == 200
    assert len(sandbox.journal.effects(kind=Did.CLICKED)) == 1
