"""Exports and recordings of the real API are loaded as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from slabot_sandbox import Sandbox


def objects(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Every object that stands under this key, singular or plural, anywhere in a JSON value."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if name == key and isinstance(inside, dict):
                yield inside
            elif name == f"{key}s" and isinstance(inside, list):
                yield from (one for one in inside if isinstance(one, dict))
            yield from objects(inside, key)
    elif isinstance(value, list):
        for one in value:
            yield from objects(one, key)


@pytest.fixture
def answers(shared_dir: Path) -> list[Any]:
    files = sorted((shared_dir / "recorded" / "zendesk-recordings").glob("*.json"))
    return [exchange["response"]["body"] for file in files for exchange in json.loads(file.read_text())]


def test_every_recorded_ticket_is_there(sandbox: Sandbox, shared_dir: Path, answers: list[Any]) -> None:
    report = sandbox.load(shared_dir / "recorded" / "zendesk-recordings")
    recorded_ids = {one["id"] for one in objects(answers, "ticket") if "requester_id" in one}
    assert set(sandbox.zendesk.account.tickets) == recorded_ids
    assert report.tickets == len(recorded_ids) > 250
    assert report.deleted == 1


def test_a_loaded_ticket_is_shown_as_it_was_recorded(
    sandbox: Sandbox, http: Any, shared_dir: Path, recorded: Callable[[str], Any]
) -> None:
    sandbox.load(shared_dir / "recorded" / "zendesk-recordings" / "TicketsIncremental.get_values.json")
    export = recorded("zendesk-recordings/TicketsIncremental.get_values.json")[1]["response"]["body"]["tickets"]
    ours = http.json("/incremental/tickets/cursor.json", start_time=0)
    assert ours["tickets"] == export
    assert ours["end_of_stream"] is True


def test_a_history_that_was_recorded_from_the_start_can_be_read(
    sandbox: Sandbox, http: Any, shared_dir: Path, answers: list[Any]
) -> None:
    sandbox.load(shared_dir / "recorded" / "zendesk-recordings")
    audits = [one for one in objects(answers, "audit") if one["ticket_id"] == 1]
    ours = http.json("/tickets/1/audits.json")["audits"]
    assert {audit["id"] for audit in ours} == {audit["id"] for audit in audits}
    comments = http.json("/tickets/1/comments.json")["comments"]
    assert comments[0]["body"].startswith("Hi there")
    assert comments[0].keys() >= {"id", "type", "author_id", "body", "public", "via", "created_at", "metadata"}


def test_a_history_that_was_not_recorded_answers_404_and_not_an_empty_list(
    sandbox: Sandbox, http: Any, shared_dir: Path
) -> None:
    report = sandbox.load(shared_dir / "recorded" / "zendesk-recordings" / "TicketsIncremental.get_values.json")
    assert report.silent == 86
    assert "the messages of 86 tickets were not recorded" in str(report)
    assert http.get("/tickets/28.json").status_code == 200
    for part in ("comments", "audits"):
        answer = http.get(f"/tickets/28/{part}.json")
        assert (answer.status_code, answer.json()["error"]) == (404, "RecordNotFound")


def test_custom_statuses_that_only_the_recording_knows_belong_to_their_tickets_category(
    sandbox: Sandbox, http: Any, shared_dir: Path
) -> None:
    sandbox.load(shared_dir / "recorded" / "zendesk-recordings")
    known = {one["id"]: one["status_category"] for one in http.json("/custom_statuses.json")["custom_statuses"]}
    for ticket in sandbox.zendesk.account.visible():
        if ticket.status != "closed" and ticket.shown["custom_status_id"]:
            assert known[ticket.shown["custom_status_id"]] == ticket.status


def test_a_recorded_ticket_can_be_updated_and_new_ids_do_not_collide(
    sandbox: Sandbox, http: Any, shared_dir: Path, answers: list[Any]
) -> None:
    sandbox.load(shared_dir / "recorded" / "zendesk-recordings")
    taken = {one["id"] for one in objects(answers, "audit")}
    answer = http.update(28, priority="low").json()
    assert answer["ticket"]["priority"] == "low"
    assert answer["audit"]["id"] not in taken
    made = sandbox.zendesk.people.create_ticket("ana@customer.example", "s", "t")
    assert made > max(number for number in sandbox.zendesk.account.tickets if number != made)


def test_recordings_of_the_other_layout_and_samples_are_read_too(sandbox: Sandbox, shared_dir: Path) -> None:
    folder = shared_dir / "recorded"
    node = sandbox.load(folder / "zendesk-recordings-node" / "organizations_test_list_all.json")
    assert node.organizations > 0
    assert sandbox.load(folder / "zendesk-samples" / "GET" / "ticket.json").tickets == 1
    assert sandbox.load(folder / "zendesk-samples" / "GET" / "tickets.json").tickets > 1
    assert sandbox.load(folder / "zendesk-samples" / "ticket_result.json").tickets == 1
    assert sandbox.load(folder / "zendesk-samples" / "GET" / "users.json").users > 0


def test_an_export_with_comments_inside_is_whole(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    comment = {"id": 9, "type": "Comment", "author_id": 5, "body": "Hi", "public": True}
    ticket = {
        "id": 3,
        "requester_id": 5,
        "subject": "s",
        "status": "solved",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "comments": [{**comment, "created_at": "2026-01-01T00:00:00Z"}],
    }
    user = {"id": 5, "email": "ana@customer.example", "role": "end-user", "name": "Ana", "organization_id": None}
    (tmp_path / "export.json").write_text(json.dumps({"tickets": [ticket], "users": [user]}))
    report = sandbox.load(tmp_path / "export.json")
    assert (report.tickets, report.comments, report.users, report.silent) == (1, 1, 1, 0)
    assert http.json("/tickets/3/comments.json", include="users")["users"][0]["name"] == "Ana"
    assert http.get("/tickets/3/audits.json").status_code == 404
    assert http.json("/tickets/3.json")["ticket"]["tags"] == []


def test_the_latest_of_several_versions_is_kept(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    def version(status: str, updated: str) -> dict[str, Any]:
        return {"id": 3, "requester_id": 5, "subject": "s", "status": status, "updated_at": updated,
                "created_at": "2026-01-01T00:00:00Z"}  # fmt: skip

    tickets = [version("pending", "2026-01-03T00:00:00Z"), version("open", "2026-01-02T00:00:00Z")]
    (tmp_path / "export.json").write_text(json.dumps({"tickets": tickets}))
    sandbox.load(tmp_path / "export.json")
    assert http.json("/tickets/3.json")["ticket"]["status"] == "pending"
