"""Does `slabot explain --ticket-file` know everything that is told of who speaks, and of what cannot be seen?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from slabot.cli import main
from tests.fixtures.policies import EXAMPLE

TICKET: dict[str, Any] = {
    "helpdesk": "acme",
    "id": "7",
    "created_at": "2026-01-12T09:00:00+05:30",
    "channel": "native_messaging",
    "priority": "high",
    "requester": {"id": "r1", "email": "ana@customer.example", "organization": "Customer Ltd"},
    "participants": ["kim@customer.example"],
    "group": "Sensors",
    "brand": "Acme",
    "form": "Fault",
    "events": [
        {"at": "2026-01-12T09:10:00+05:30", "type": "participants", "to": ["a2"]},
        {"at": "2026-01-12T09:11:00+05:30", "type": "group", "to": "Core"},
        {"at": "2026-01-12T09:12:00+05:30", "type": "brand", "to": None},
        {"at": "2026-01-12T09:13:00+05:30", "type": "form", "to": "Other"},
        {"at": "2026-01-12T09:14:00+05:30", "type": "organization", "to": "Gold Ltd"},
        {"at": "2026-01-12T09:15:00+05:30", "type": "message", "author": "agent", "author_id": "a2", "id": "m1"},
        {"at": "2026-01-12T09:16:00+05:30", "type": "privacy", "of": "m1", "public": False},
        {"at": "2026-01-12T09:20:00+05:30", "type": "message", "author": "third_party", "author_email": "v@v.example"},
        {"at": "2026-01-12T09:25:00+05:30", "type": "requester", "to": "r2", "email": "bo@customer.example"},
        {"at": "2026-01-12T09:30:00+05:30", "type": "rating", "score": "bad", "text": "Slow"},
    ],
}
GAP = {"since": "2026-01-12T09:00:00+05:30", "until": None, "why": "the chat is not over"}


def explained(tmp_path: Path, now: str, **changed: Any) -> dict[str, Any]:
    file = tmp_path / "ticket.json"
    file.write_text(json.dumps({**TICKET, **changed}), encoding="utf-8")
    result = CliRunner().invoke(
        main, ["explain", "-c", str(EXAMPLE), "--ticket-file", str(file), "--now", now, "--json"]
    )
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_each_message_that_did_not_count_is_named_with_the_reason(tmp_path: Path) -> None:
    found = explained(tmp_path, "2026-01-12T10:00:00+05:30")

    assert [(odd["id"], odd["author"], odd["speaks_for"]) for odd in found["odd_messages"]] == [
        ("m1", "agent", "customer"),
        ("", "third_party", "nobody"),
    ]
    assert found["odd_messages"][1]["because"].startswith("its author is a third party")
    assert [(clock["verdict"], clock["certain"]) for clock in found["clocks"]] == [("running", True)]


@pytest.mark.parametrize(
    ("more", "verdict"),
    [([], "running"), ([{"at": "2026-01-12T11:00:00+05:30", "type": "status", "to": "solved"}], "unknown")],
)
def test_what_cannot_be_seen_is_said(tmp_path: Path, more: list[dict[str, Any]], verdict: str) -> None:
    events = [*TICKET["events"], *more]
    (clock,) = explained(tmp_path, "2026-01-12T12:00:00+05:30", gaps=[GAP], events=events)["clocks"]

    assert (clock["verdict"], clock["certain"]) == (verdict, False)
    assert clock["uncertain_because"] == "the chat is not over"


def test_a_chat_is_one_answer_and_a_light_agent_none(tmp_path: Path) -> None:
    said = {"type": "message", "conversation": "c1"}
    events = [
        {**said, "at": "2026-01-12T09:01:00+05:30", "author": "agent", "author_id": "a9", "light_agent": True},
        {**said, "at": "2026-01-12T09:02:00+05:30", "author": "agent", "author_id": "a1"},
    ]
    found = explained(tmp_path, "2026-01-12T10:00:00+05:30", events=events)

    assert [(clock["verdict"], clock["elapsed_seconds"]) for clock in found["clocks"]] == [("met", 120)]
    assert len(found["odd_messages"]) == 1
