"""The journal is the judge: calls and effects apart, nothing forgotten."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from slabot.clock import SteppedClock
from slabot_sandbox import Did, Journal, Sandbox

CUSTOMER = "ana@customer.example"


def test_a_call_stands_with_time_caller_body_and_status(sandbox: Sandbox, clock: SteppedClock, http: Any) -> None:
    ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    clock.elapse(timedelta(seconds=5))
    http("PUT", f"/tickets/{ticket}.json?x=1", {"ticket": {"priority": "high"}})
    (call,) = sandbox.journal.calls()
    assert call.at == clock.now()
    assert (call.service, call.endpoint) == ("zendesk", "PUT /api/v2/tickets/{id}")
    assert (call.method, call.path, call.query) == ("PUT", "/api/v2/tickets/1.json", "x=1")
    assert (call.status, call.who, call.fault) == (200, "bot@acme.example", None)
    assert call.body == {"ticket": {"priority": "high"}}
    assert len(call.digest) == 16


def test_an_effect_names_the_call_that_brought_it_about(sandbox: Sandbox, http: Any) -> None:
    ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    http.update(ticket, priority="high", comment={"body": "b", "public": False})
    (call,) = sandbox.journal.calls()
    by_api = sandbox.journal.effects(by="api")
    assert {effect.kind for effect in by_api} == {Did.TICKET_UPDATED, Did.COMMENT_PRIVATE}
    assert {effect.call for effect in by_api} == {call.seq}
    assert [effect.call for effect in sandbox.journal.effects(by="people")] == [None]


def test_a_refused_request_is_a_call_without_effect(sandbox: Sandbox, http: Any) -> None:
    ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
    http.update(ticket, status="solved")
    assert [call.status for call in sandbox.journal.calls()] == [422]
    assert sandbox.journal.effects(by="api") == ()


def test_it_can_be_asked_by_kind_fact_time_and_endpoint(sandbox: Sandbox, clock: SteppedClock, http: Any) -> None:
    people, journal = sandbox.zendesk.people, sandbox.journal
    for _ in range(2):
        people.create_ticket(CUSTOMER, "s", "t")
        clock.elapse(timedelta(minutes=1))
    http.get("/tickets/1.json")
    http.get("/tickets/2.json")
    http.get("/tickets/3.json")
    begin = clock.now() - timedelta(minutes=1)
    assert [effect["ticket"] for effect in journal.effects(kind="ticket.created", since=begin)] == [2]
    assert [effect["ticket"] for effect in journal.effects(before=begin)] == [1]
    assert len(journal.effects(ticket=2)) == 1
    assert journal.effects(ticket=2, who="nobody") == ()
    assert [call.path for call in journal.calls(status=404)] == ["/api/v2/tickets/3.json"]
    assert journal.counts() == {"GET /api/v2/tickets/{id}": 3}
    assert journal.counts(service="slack") == {}


def test_it_is_exported_as_jsonl_in_order(sandbox: Sandbox, http: Any, tmp_path: Path, clock: SteppedClock) -> None:
    sandbox.zendesk.people.create_ticket(CUSTOMER, "Überlast", "t")
    http.update(1, priority="high")
    sandbox.journal.write(tmp_path / "journal.jsonl")
    lines = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert [entry["entry"] for entry in entries] == ["effect", "call", "effect"]
    assert [entry["seq"] for entry in entries] == [1, 2, 3]
    assert entries[0]["facts"]["subject"] == "Überlast"
    assert "Überlast" in lines[0]


def test_two_runs_of_one_script_write_the_same_journal(clock: SteppedClock) -> None:
    def play() -> list[str]:
        sandbox = Sandbox(clock=SteppedClock(clock.now()), seed=7)
        sandbox.connect("http://127.0.0.1:9")
        sandbox.zendesk.webhooks.lose(5)
        ticket = sandbox.zendesk.people.create_ticket(CUSTOMER, "s", "t")
        sandbox.zendesk.people.agent_replies(ticket, "ravi@acme.example", "x", status="pending")
        return list(sandbox.journal.lines())

    assert play() == play()


def test_a_body_that_is_no_json_is_kept_as_text_and_form_tokens_are_not_kept(clock: SteppedClock) -> None:
    journal = Journal(clock)

    def call(body: bytes, kind: str) -> Any:
        draft = journal.begin(
            service="slack", endpoint="x", method="POST", path="/x", query="", body=body, content_type=kind
        )
        journal.finish(draft, status=200)
        return journal.calls()[-1].body

    assert call(b"{broken", "application/json") == "{broken"
    assert call(b"", "application/json") is None
    form = "application/x-www-form-urlencoded"
    assert call(b"token=xoxb&payload=%7B%22a%22%3A1%7D", form) == {"token": "(secret)", "payload": {"a": 1}}
