"""The search: its language, its bounds, and how far it lags behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from slabot.clock import SteppedClock
from slabot_sandbox import Sandbox

AGENT = "ravi@partners.example"
CUSTOMER = "ana@customer.example"


@pytest.fixture
def prompt(sandbox: Sandbox) -> Sandbox:
    """A sandbox whose index does not lag."""
    sandbox.freshdesk.search.lag = timedelta(0)
    return sandbox


def find(fresh: Any, query: str, **more: Any) -> Any:
    return fresh.get("/search/tickets", query=f'"{query}"', **more)


def numbers(fresh: Any, query: str) -> list[int]:
    answer = find(fresh, query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


def test_the_answer_has_the_recorded_shape(prompt: Sandbox, fresh: Any, recorded: Any) -> None:
    prompt.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
    body = find(fresh, "status:2").json()
    assert body.keys() == recorded("freshdesk-samples/search_tickets.json").keys()
    assert body["total"] == 1


def test_the_index_lags_behind(sandbox: Sandbox, fresh: Any, clock: SteppedClock) -> None:
    people = sandbox.freshdesk.people
    ticket = people.create_ticket(CUSTOMER, "s", "t")
    assert numbers(fresh, "status:2") == []
    clock.elapse(timedelta(minutes=2))
    people.solve(ticket, AGENT)
    assert numbers(fresh, "status:2") == [ticket]
    assert fresh.json(f"/tickets/{ticket}")["status"] == 4
    clock.elapse(timedelta(minutes=2))
    assert numbers(fresh, "status:2") == []
    people.agent_sets_tags(ticket, AGENT, ["vip"])
    assert numbers(fresh, "status:4") == [ticket]
    assert numbers(fresh, "tag:'vip'") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:2", [2, 1]),
        ("status:2 AND priority:4", [2]),
        ("status:4 OR priority:4", [3, 2]),
        ("(status:4 OR priority:4) AND tag:'vip'", [2]),
        ("priority:>3", [3, 2]),
        ("priority:<1", [1]),
        ("type:'Incident'", [3]),
        ("type:null", [2, 1]),
        ("agent_id:null AND status:2", [2, 1]),
        ("created_at:>'2026-01-11'", [3]),
        ("created_at:<'2026-01-10'", [2, 1]),
        ("updated_at:'2026-01-11'", [3]),
        ("cf_area:'Cloud'", [2]),
        ("cf_urgent:true", [2]),
    ],
)
def test_queries_find_what_they_say(
    prompt: Sandbox, fresh: Any, clock: SteppedClock, query: str, found: list[int]
) -> None:
    people, account = prompt.freshdesk.people, prompt.freshdesk.account
    area, urgent = account.add_field("Area"), account.add_field("Urgent", type="custom_checkbox")
    people.create_ticket(CUSTOMER, "s", "t")
    vip = people.create_ticket(CUSTOMER, "s", "t", priority="Urgent", tags=["vip"])
    people.agent_sets_field(vip, AGENT, area, "Cloud")
    people.agent_sets_field(vip, AGENT, urgent, True)
    clock.elapse(timedelta(days=1))
    people.create_ticket(CUSTOMER, "s", "t", priority="High", status="Resolved", type="Incident")
    assert numbers(fresh, query) == found


def test_there_are_ten_pages_of_thirty(prompt: Sandbox, fresh: Any) -> None:
    for number in range(301):
        prompt.freshdesk.people.create_ticket(CUSTOMER, str(number), "t")
    last = find(fresh, "status:2", page=10).json()
    assert (len(last["results"]), last["total"]) == (30, 301)
    beyond = find(fresh, "status:2", page=11)
    assert beyond.status_code == 400
    assert beyond.json()["errors"][0]["field"] == "page"


def test_deleted_tickets_are_not_found(prompt: Sandbox, fresh: Any) -> None:
    ticket = prompt.freshdesk.people.create_ticket(CUSTOMER, "s", "t")
    prompt.freshdesk.people.delete(ticket, AGENT)
    assert numbers(fresh, "status:2") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status:2", "query"),  # no quotes
        ('"status 2"', "query"),
        ('"(status:2"', "query"),
        ('"status:2 status:3"', "query"),
        ('"AND"', "query"),
        (f'"type:{"x" * 510}"', "query"),
        ('"requester_id:1"', "requester_id"),
        ("\"created_at:>'2026-01-10T10:00:00Z'\"", "created_at"),
    ],
)
def test_what_is_no_query_is_refused(fresh: Any, query: str, field: str) -> None:
    answer = fresh.get("/search/tickets", query=query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
