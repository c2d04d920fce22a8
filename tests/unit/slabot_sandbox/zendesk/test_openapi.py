"""The stand-in agrees with Zendesk's own description of its API, where that declares something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from slabot_sandbox import Sandbox
from slabot_sandbox.zendesk.objects import PRIORITIES, STATUSES, TYPES
from slabot_sandbox.zendesk.updates import HANDLED

AGENT = "ravi@acme.example"


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """A bare `=` stands in the description; YAML 1.1 gives it a type of its own."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: str(node.value))


@cache
def _described(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`; JSON Schema wants null among the types. Read-only parts of answers may be null."""
    if isinstance(schema, list):
        return [_nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _nullable(value) for key, value in schema.items() if key not in ("example", "nullable")}
    if schema.get("nullable") and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


@pytest.fixture(scope="module")
def check(shared_dir: Path) -> Callable[[str, Any], list[str]]:
    """What a value has against a schema of the description, in words."""
    described = _described(shared_dir / "recorded" / "zendesk-openapi" / "zendesk-spec.yaml")
    schemas = _nullable({"components": {"schemas": described["components"]["schemas"]}})

    def check(name: str, value: Any) -> list[str]:
        validator = jsonschema.Draft7Validator({"$ref": f"#/components/schemas/{name}", **schemas})
        return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(value)]

    return check


@pytest.fixture(scope="module")
def schemas(shared_dir: Path) -> Any:
    described = _described(shared_dir / "recorded" / "zendesk-openapi" / "zendesk-spec.yaml")
    return described["components"]["schemas"]


def test_every_field_that_can_be_written_is_known_to_the_stand_in(schemas: Any) -> None:
    assert set(schemas["TicketUpdateInput"]["properties"]) <= HANDLED


def test_statuses_priorities_and_types_are_the_described_ones(schemas: Any) -> None:
    described = schemas["TicketUpdateInput"]["properties"]
    assert set(described["status"]["enum"]) == set(STATUSES)
    assert set(described["priority"]["enum"]) == set(PRIORITIES)
    assert set(described["type"]["enum"]) == set(TYPES)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "pending", "priority": "high", "tags": ["vip"]},
        {"comment": {"body": "Any news?", "public": True}, "metadata": {"slabot": "k"}},
        {"status": "open", "safe_update": True, "updated_stamp": "2026-01-10T10:00:00Z"},
        # custom_fields are left out: the description gives them the schema of the fields' own set-up, by mistake
        {"type": "incident", "subject": "new", "due_at": None, "external_id": "x"},
    ],
)
def test_what_the_description_allows_the_stand_in_takes(
    sandbox: Sandbox, http: Any, check: Callable[[str, Any], list[str]], fields: dict[str, Any]
) -> None:
    ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    assert check("TicketUpdateRequest", {"ticket": fields}) == []
    assert http.update(ticket, **fields).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "waiting"},
        {"priority": "critical"},
        {"type": "bug"},
        {"assignee_id": "5"},
        {"custom_status_id": "5"},
        {"custom_fields": {"a": 1}},
        {"tags": 5},
        {"comment": 5},
    ],
)
def test_what_the_description_forbids_the_stand_in_refuses(
    sandbox: Sandbox, http: Any, check: Callable[[str, Any], list[str]], fields: dict[str, Any]
) -> None:
    ticket = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    assert check("TicketUpdateRequest", {"ticket": fields})
    assert http.update(ticket, **fields).status_code == 422


def test_answers_have_no_key_that_the_description_does_not_know(sandbox: Sandbox, http: Any, schemas: Any) -> None:
    sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    known = set(schemas["TicketObject"]["properties"]) | set(schemas["TicketUpdateInput"]["properties"])
    undescribed = {"fields", "allow_channelback"}  # in every recording all the same
    shown = http.json("/tickets/1.json", include="metric_sets")["ticket"]
    assert set(shown) - known - undescribed - {"metric_set"} == set()
    metrics = set(schemas["TicketMetricObject"]["properties"])
    assert set(http.json("/tickets/1/metrics.json")["ticket_metric"]) - metrics == set()
    comment = http.json("/tickets/1/comments.json")["comments"][0]
    assert set(comment) <= set(schemas["TicketCommentObject"]["properties"])
    audit = http.json("/tickets/1/audits.json")["audits"][0]
    assert set(audit) == set(schemas["TicketAuditObject"]["properties"])
    status = http.json("/custom_statuses.json")["custom_statuses"][0]
    assert set(status) - {"url"} >= set(schemas["CustomStatusObject"]["properties"])


def test_metric_events_have_the_described_form(
    sandbox: Sandbox, http: Any, check: Callable[[str, Any], list[str]], schemas: Any
) -> None:
    people = sandbox.zendesk.people
    late = people.create_ticket("ana@customer.example", "s", "t", priority="urgent")
    sandbox.clock.elapse(timedelta(hours=3))
    people.agent_replies(late, AGENT, "Sorry", status="pending")
    sandbox.clock.elapse(timedelta(hours=1))
    people.customer_replies(late, "Still so")
    people.agent_replies(late, AGENT, "Now", status="solved")
    sandbox.clock.elapse(timedelta(minutes=2))

    page = http.json("/incremental/ticket_metric_events.json", start_time=0)
    assert check("TicketMetricEventsResponse", page) == []
    events = page["ticket_metric_events"]
    base = schemas["TicketMetricEventBaseObject"]["properties"]
    assert {event["type"] for event in events} == {
        *("measure", "activate", "apply_sla", "breach", "fulfill", "update_status", "pause")
    }
    assert {event["type"] for event in events} <= set(base["type"]["enum"])
    assert {event["metric"] for event in events} <= set(base["metric"]["enum"])
    assert {key for event in events for key in event} - set(base) == {"sla", "deleted", "status"}
    breach = next(event for event in events if event["type"] == "breach")
    replies = [event for event in events if (event["type"], event["metric"]) == ("fulfill", "reply_time")]
    assert [event["instance_id"] for event in replies] == [1, 2]
    assert breach["time"] < replies[0]["time"]
    assert len({event["id"] for event in events}) == len(events)
    assert http.json("/incremental/ticket_metric_events.json", start_time=0) == page


def test_sla_policies_have_the_described_form(
    sandbox: Sandbox, http: Any, check: Callable[[str, Any], list[str]]
) -> None:
    sandbox.zendesk.account.set_sla_target("agent_work_time", "high", 90, business_hours=True)
    assert check("SLAPoliciesResponse", http.json("/slas/policies.json")) == []


def test_metric_events_come_in_pages_that_are_cut_at_whole_seconds(sandbox: Sandbox, http: Any) -> None:
    for number in range(3):
        sandbox.zendesk.people.create_ticket("ana@customer.example", f"s{number}", "t")
        sandbox.clock.elapse(timedelta(minutes=2))
    whole = http.json("/incremental/ticket_metric_events.json", start_time=0)["ticket_metric_events"]
    start, seen = 0, {}
    while True:
        page = http.json("/incremental/ticket_metric_events.json", start_time=start, per_page=2)
        seen.update({event["id"]: event for event in page["ticket_metric_events"]})
        if page["end_of_stream"]:
            break
        assert page["end_time"] > start
        start = page["end_time"]
    assert list(seen.values()) == whole
