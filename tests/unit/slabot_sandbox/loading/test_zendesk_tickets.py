"""Ticket files become tickets with their own history."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slabot_sandbox import LoadError, Sandbox

TICKET: dict[str, Any] = {
    "helpdesk": "acme",
    "id": "4711",
    "subject": "Agent offline on all hosts",
    "created_at": "2026-01-09T18:00:00+01:00",
    "channel": "email",
    "priority": "urgent",
    "status": "open",
    "kind": "incident",
    "requester": {"id": "r1", "email": "ana@customer.example", "organization": "Customer Ltd"},
    "assignee": None,
    "tags": ["edr"],
    "events": [
        {
            "at": "2026-01-09T18:00:00+01:00",
            "type": "message",
            "author": "customer",
            "author_id": "r1",
            "text": "Help",
        },
        {"at": "2026-01-09T17:30:00Z", "type": "assignee", "to": "agent-7"},
        {"at": "2026-01-09T17:30:00Z", "type": "status", "to": "waiting_on_customer", "by": "agent"},
        {
            "at": "2026-01-09T17:30:00Z",
            "type": "message",
            "author": "agent",
            "author_id": "agent-7",
            "public": True,
            "text": "Which version?",
        },
        {"at": "2026-01-09T17:40:00Z", "type": "page", "clock": "first_response", "rung": "50% used"},
        {"at": "2026-01-09T17:50:00Z", "type": "message", "author": "customer", "public": True, "text": "4.1"},
        {"at": "2026-01-09T18:00:00Z", "type": "priority", "to": "high", "by": "customer"},
        {"at": "2026-01-09T18:10:00Z", "type": "message", "author": "automation", "public": True, "text": "Auto"},
        {"at": "2026-01-09T18:20:00Z", "type": "tags", "to": ["vip"]},
    ],
}


def write(path: Path, *tickets: dict[str, Any]) -> Path:
    file = path / ("ticket.json" if len(tickets) == 1 else "tickets.jsonl")
    file.write_text("\n".join(json.dumps(ticket) for ticket in tickets), encoding="utf-8")
    return file


def test_the_history_is_replayed_with_its_own_instants(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    report = sandbox.load(write(tmp_path, TICKET))
    shown = http.json("/tickets/4711.json")["ticket"]
    assert (shown["created_at"], shown["updated_at"]) == ("2026-01-09T17:00:00Z", "2026-01-09T18:20:00Z")
    assert (shown["priority"], shown["type"], shown["tags"]) == ("high", "incident", ["vip"])
    # The file does not say that the customer's answer opened it, so it stays as the file has it.
    assert shown["status"] == "pending"
    page = http.json("/tickets/4711/comments.json", include="users")
    roles = {user["id"]: user["role"] for user in page["users"]}
    assert [(one["body"], roles.get(one["author_id"]), one["created_at"]) for one in page["comments"]] == [
        ("Help", "end-user", "2026-01-09T17:00:00Z"),
        ("Which version?", "agent", "2026-01-09T17:30:00Z"),
        ("4.1", "end-user", "2026-01-09T17:50:00Z"),
        ("Auto", None, "2026-01-09T18:10:00Z"),
    ]
    assert (report.tickets, report.comments) == (1, 4)
    assert dict(report.left_out) == {"page": 1}
    assert "page (1)" in str(report)


def test_in_one_second_messages_come_before_statuses_before_the_rest(
    sandbox: Sandbox, http: Any, tmp_path: Path
) -> None:
    sandbox.load(write(tmp_path, TICKET))
    audits = http.json("/tickets/4711/audits.json")["audits"]
    at = [audit for audit in audits if audit["created_at"] == "2026-01-09T17:30:00Z"]
    assert [audit["events"][0].get("field_name", "comment") for audit in at] == [
        "comment",
        "status",
        "assignee_id",
    ]


def test_loading_makes_no_webhooks_and_no_journal(sandbox: Sandbox, tmp_path: Path, product: Any) -> None:
    sandbox.connect(product.url)
    sandbox.load(write(tmp_path, TICKET))
    sandbox.deliver_due()
    assert product.got == []
    assert sandbox.journal.entries() == ()


def test_a_left_out_first_message_is_the_creation(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    sandbox.load(write(tmp_path, {**TICKET, "events": TICKET["events"][1:]}))
    first = http.json("/tickets/4711/comments.json")["comments"][0]
    assert (first["body"], first["created_at"]) == ("Agent offline on all hosts", "2026-01-09T17:00:00Z")


def test_many_tickets_come_one_a_line_or_in_a_folder(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    others = [{**TICKET, "id": str(number)} for number in (1, 2, "T-3")]
    assert sandbox.load(write(tmp_path, *others)).tickets == 3
    found = http.json("/tickets.json")["tickets"]
    assert [(one["id"], one["external_id"]) for one in found] == [(1, None), (2, None), (3, "T-3")]
    (tmp_path / "more").mkdir()
    write(tmp_path / "more", {**TICKET, "id": "77"})
    assert sandbox.load(tmp_path / "more").tickets == 1


def test_a_file_that_cannot_be_read_does_not_keep_the_rest_of_the_folder_out(sandbox: Sandbox, tmp_path: Path) -> None:
    write(tmp_path, {**TICKET, "id": "77"})
    (tmp_path / "cut.jsonl").write_text(json.dumps({**TICKET, "id": "78"}) + '\n{"id":', encoding="utf-8")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    report = sandbox.load(tmp_path)
    assert report.tickets == 1  # nothing of a file that breaks off
    assert [said.partition(": ")[0] for said in report.unreadable] == [
        f"{tmp_path}/bytes.json",
        f"{tmp_path}/cut.jsonl, line 2",
        f"{tmp_path}/other.json",
    ]


def test_a_folder_of_which_nothing_can_be_read_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"id":', encoding="utf-8")
    with pytest.raises(LoadError, match=r"cut\.json: it is not JSON"):
        sandbox.load(tmp_path)


def test_merged_deleted_and_solved_tickets_are_what_they_are(sandbox: Sandbox, http: Any, tmp_path: Path) -> None:
    def ending(number: int, **event: Any) -> dict[str, Any]:
        return {**TICKET, "id": str(number), "events": [{"at": "2026-01-09T19:00:00Z", **event}]}

    report = sandbox.load(
        write(
            tmp_path,
            ending(1, type="merged", into="4"),
            ending(2, type="deleted"),
            ending(3, type="status", to="solved"),
        )
    )
    assert report.deleted == 1
    merged = http.json("/tickets/1.json")["ticket"]
    assert (merged["status"], merged["tags"]) == ("closed", ["closed_by_merge", "edr"])
    assert http.get("/tickets/2.json").status_code == 404
    assert http.json("/tickets/3.json")["ticket"]["status"] == "solved"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"created_at": "yesterday"}, r"created_at: .yesterday. is no time"),
        ({"created_at": "2026-01-09T18:00:00"}, "no offset"),
        ({"status": "new"}, "no category"),
        ({"events": [{"at": "2026-01-09T18:00:00Z", "type": "status", "to": "hold"}]}, r"events\[0\]\.to"),
        ({"events": [{"type": "deleted"}]}, r"events\[0\]\.at"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(
    sandbox: Sandbox, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(LoadError, match=said) as caught:
        sandbox.load(write(tmp_path, {**TICKET, **change}))
    assert "ticket 4711" in caught.value.place


def test_a_ticket_that_is_there_already_is_not_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    file = write(tmp_path, TICKET)
    sandbox.load(file)
    with pytest.raises(LoadError, match="a ticket 4711 already"):
        sandbox.load(file)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.json", "{", "not JSON"),
        ("x.jsonl", '{"helpdesk": "a", "created_at": "2026-01-09T18:00:00Z", "id": "5"}\n{', "line 2"),
        ("x.json", '{"a": 1}', "nothing in it is known"),
        ("x.json", "[]", "nothing in it is known"),
        ("x.jsonl", "\n\n", "it is empty"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    sandbox: Sandbox, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(LoadError, match=said):
        sandbox.load(tmp_path / name)
    with pytest.raises(LoadError, match="no such file"):
        sandbox.load(tmp_path / "missing.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LoadError, match="no file that ends in"):
        sandbox.load(tmp_path / "empty")


def test_who_belongs_to_the_ticket_and_what_it_belongs_to_are_replayed(
    sandbox: Sandbox, http: Any, tmp_path: Path
) -> None:
    at = "2026-01-09T18:{:02}:00Z".format
    events = [
        {"at": at(1), "type": "message", "author": "agent", "text": "Which version?", "id": "m1"},
        {"at": at(2), "type": "privacy", "of": "m1", "public": False},
        {"at": at(3), "type": "requester", "to": "r2"},
        {"at": at(4), "type": "participants", "to": ["r3", "r4"]},
        {"at": at(5), "type": "organization", "to": "Gold Ltd"},
        {"at": at(6), "type": "group", "to": "Billing"},
        {"at": at(7), "type": "rating", "score": "bad", "text": "Too slow"},
        {"at": at(8), "type": "deleted"},
        {"at": at(9), "type": "restored"},
    ]
    given = {**TICKET, "events": events, "participants": ["r3"], "brand": "Umbrella", "form": "Outage"}
    report = sandbox.load(write(tmp_path, given))
    assert (dict(report.left_out), report.deleted) == ({}, 0)
    told = [
        (event["type"], event.get("field_name"))
        for audit in http.json("/tickets/4711/audits.json")["audits"][1:]
        for event in audit["events"]
    ]
    assert told == [
        ("Comment", None),
        ("CommentPrivacyChange", None),
        ("Change", "requester_id"),
        ("EmailCcChange", None),
        ("Change", "organization_id"),
        ("Change", "group_id"),
        ("SatisfactionRating", None),
        ("Change", "status"),
        ("Change", "status"),
    ]
    shown = http.json("/tickets/4711.json")["ticket"]
    assert len(shown["email_cc_ids"]) == 2
    assert http.json(f"/brands/{shown['brand_id']}.json")["brand"]["name"] == "Umbrella"
    assert http.json("/tickets/4711/comments.json")["comments"][-1]["public"] is False


def test_whoever_else_speaks_for_the_customer_is_in_copy_and_a_third_party_is_not(
    sandbox: Sandbox, http: Any, tmp_path: Path
) -> None:
    said = {"at": "2026-01-09T18:30:00Z", "type": "message", "text": "Me too"}
    events = [{**said, "author": "customer", "author_id": "r9"}, {**said, "author": "third_party", "author_id": "x"}]
    sandbox.load(write(tmp_path, {**TICKET, "events": events}))
    copies = http.json("/tickets/4711.json")["ticket"]["email_cc_ids"]
    assert [http.json(f"/users/{one}.json")["user"]["email"] for one in copies] == ["r9@customers.example"]
