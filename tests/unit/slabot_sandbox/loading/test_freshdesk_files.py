"""Freshdesk's own objects and ticket files fill the Freshdesk account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from slabot_sandbox import LoadError, Sandbox

TICKET: dict[str, Any] = {
    "helpdesk": "partners",
    "id": "4711",
    "subject": "Agent offline",
    "created_at": "2026-01-09T18:00:00+01:00",
    "channel": "phone",
    "priority": "normal",
    "kind": "incident",
    "requester": {"id": "r1", "email": "ana@customer.example", "organization": "Customer Ltd"},
    "events": [
        {"at": "2026-01-09T17:00:00Z", "type": "message", "author": "customer", "text": "Help"},
        {"at": "2026-01-09T17:30:00Z", "type": "assignee", "to": "agent-7"},
        {"at": "2026-01-09T17:30:00Z", "type": "status", "to": "waiting_on_customer", "by": "agent"},
        {"at": "2026-01-09T17:30:00Z", "type": "message", "author": "agent", "author_id": "agent-7", "text": "Which?"},
        {"at": "2026-01-09T17:40:00Z", "type": "page", "clock": "first_response", "rung": "50% used"},
        {"at": "2026-01-09T17:50:00Z", "type": "message", "author": "customer", "text": "4.1"},
        {"at": "2026-01-09T18:00:00Z", "type": "priority", "to": "high"},
        {"at": "2026-01-09T18:05:00Z", "type": "message", "author": "slabot", "public": False, "text": "Paged"},
        {"at": "2026-01-09T18:10:00Z", "type": "message", "author": "automation", "text": "Auto"},
        {"at": "2026-01-09T18:20:00Z", "type": "tags", "to": ["vip"]},
    ],
}


def write(path: Path, *tickets: dict[str, Any]) -> Path:
    file = path / "tickets.jsonl"
    file.write_text("\n".join(json.dumps(ticket) for ticket in tickets), encoding="utf-8")
    return file


class TestTicketFiles:
    def test_the_history_is_replayed_with_its_own_instants(self, sandbox: Sandbox, fresh: Any, tmp_path: Path) -> None:
        report = sandbox.load(write(tmp_path, TICKET), freshdesk=True)
        shown = fresh.json("/tickets/4711", include="stats,requester,company")
        assert (shown["created_at"], shown["updated_at"]) == ("2026-01-09T17:00:00Z", "2026-01-09T18:20:00Z")
        assert (shown["status"], shown["priority"], shown["source"], shown["type"]) == (6, 3, 3, "Incident")
        assert (shown["tags"], shown["description_text"]) == (["vip"], "Help")
        assert shown["requester"]["email"] == "ana@customer.example"
        assert shown["company"]["name"] == "Customer Ltd"
        assert shown["stats"]["first_responded_at"] == "2026-01-09T17:30:00Z"
        assert shown["stats"]["requester_responded_at"] == "2026-01-09T17:50:00Z"
        lines = fresh.json("/tickets/4711/conversations")
        assert [(one["body_text"], one["incoming"], one["private"], bool(one["automation_id"])) for one in lines] == [
            ("Which?", False, False, False),
            ("4.1", True, False, False),
            ("Paged", False, True, False),
            ("Auto", False, False, True),
        ]
        assert (report.tickets, report.comments, dict(report.left_out)) == (1, 5, {"page": 1})
        assert sandbox.journal.entries() == sandbox.journal.calls()  # loading is nothing that happened

    def test_they_go_to_zendesk_unless_it_is_said(self, sandbox: Sandbox, tmp_path: Path) -> None:
        sandbox.load(write(tmp_path, TICKET))
        assert (len(sandbox.zendesk.account.tickets), len(sandbox.freshdesk.account.tickets)) == (1, 0)

    def test_merged_deleted_and_restored_tickets(self, sandbox: Sandbox, fresh: Any, tmp_path: Path) -> None:
        def ended(number: str, *kinds: str) -> dict[str, Any]:
            events = [{"at": f"2026-01-09T18:0{at}:00Z", "type": kind, "into": "9"} for at, kind in enumerate(kinds)]
            return {**TICKET, "id": number, "events": events}

        files = [ended("1", "merged"), ended("2", "deleted"), ended("3", "spam", "restored"), ended("x", "spam")]
        report = sandbox.load(write(tmp_path, *files), freshdesk=True)
        assert fresh.json("/tickets/1")["status"] == 5
        assert fresh.json("/tickets/2")["deleted"] is True
        assert [one["id"] for one in fresh.json("/tickets")] == [3, 1]
        assert (report.tickets, report.deleted) == (4, 2)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"created_at": "yesterday"}, "is no time"),
            ({"status": "new"}, "no category"),
            (
                {"events": [{"at": "2026-01-09T18:00:00Z", "type": "status", "to": "waiting_on_customer"}]},
                "no status for",
            ),
        ],
    )
    def test_what_cannot_be_read_is_named_with_its_place(
        self, sandbox: Sandbox, tmp_path: Path, change: dict[str, Any], said: str
    ) -> None:
        sandbox.freshdesk.account.remove_status(6)
        with pytest.raises(LoadError, match=said) as caught:
            sandbox.load(write(tmp_path, {**TICKET, **change}), freshdesk=True)
        assert "ticket 4711" in caught.value.place

    def test_a_ticket_that_is_there_already_is_not_replaced(self, sandbox: Sandbox, tmp_path: Path) -> None:
        file = write(tmp_path, TICKET)
        sandbox.load(file, freshdesk=True)
        with pytest.raises(LoadError, match="a ticket 4711 already"):
            sandbox.load(file, freshdesk=True)


class TestRecordings:
    def test_a_recorded_ticket_is_shown_as_it_was(self, sandbox: Sandbox, fresh: Any, shared_dir: Path) -> None:
        file = shared_dir / "recorded" / "freshdesk-samples" / "ticket_1.json"
        report = sandbox.load(file)
        real = json.loads(file.read_text(encoding="utf-8"))
        ours = fresh.json("/tickets/1", include="stats")
        # The client that recorded it added a name, and whoever made it anonymous gave the requester another number.
        told = real.keys() - {"priority_name", "requester"}
        assert {name: ours[name] for name in told} == {name: real[name] for name in told}
        assert fresh.json(f"/contacts/{real['requester']['id']}")["email"] == real["requester"]["email"]
        assert (report.tickets, report.silent) == (1, 1)
        assert fresh.get("/tickets/1/conversations").status_code == 404

    def test_a_folder_puts_them_together(self, sandbox: Sandbox, fresh: Any, shared_dir: Path, tmp_path: Path) -> None:
        samples = shared_dir / "recorded" / "freshdesk-samples"
        for name in ("ticket_1", "conversations", "agents", "contacts"):
            (tmp_path / f"{name}.json").write_text((samples / f"{name}.json").read_text(encoding="utf-8"))
        report = sandbox.load(tmp_path)
        assert [one["body_text"] for one in fresh.json("/tickets/1/conversations")] == [
            "This is a private note",
            "This is a reply",
        ]
        assert fresh.json("/agents/432")["contact"]["name"] == "Clark Kent"
        assert (report.tickets, report.comments, report.silent) == (1, 2, 0)
        assert sandbox.freshdesk.people.create_ticket("new@customer.example", "s", "t") == 2

    @pytest.mark.parametrize("name", ["all_tickets", "search_tickets", "outbound_email_1", "note_1", "agent_1"])
    def test_answers_of_either_version_are_known(
        self, sandbox: Sandbox, fresh: Any, shared_dir: Path, name: str
    ) -> None:
        sandbox.load(shared_dir / "recorded" / "freshdesk-samples" / f"{name}.json")
        if name == "all_tickets":
            shown = fresh.json("/tickets/1")
            assert (shown["type"], shown["tags"]) == ("Question", ["mytag"])
            assert shown["updated_at"] == "2015-01-01T00:58:39Z"
            assert shown["description_text"] == "This is a sample ticket, feel free to delete it."
        if name == "search_tickets":
            assert fresh.json("/tickets/1")["subject"] == "This is another ticket"

    def test_a_changed_recording_is_found_by_the_search_as_it_was(
        self, sandbox: Sandbox, fresh: Any, shared_dir: Path
    ) -> None:
        sandbox.load(shared_dir / "recorded" / "freshdesk-samples" / "ticket_1.json")
        fresh("PUT", "/tickets/1", {"status": 4})
        assert fresh.json("/search/tickets", query='"status:2"')["total"] == 1
        assert fresh.json("/search/tickets", query='"status:4"')["total"] == 0
