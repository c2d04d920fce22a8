"""Does everything that real Zendesk accounts have said parse?

Promise: every ticket, comment, audit and export page among the recordings and samples is read, and none of it is lost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import Audit, read_audits
from adapters.zendesk.changes import Changes, read_changes
from adapters.zendesk.export import read_page, read_row
from adapters.zendesk.fields import Raw
from adapters.zendesk.limits import read_allowances
from adapters.zendesk.messages import is_comment, read_messages
from adapters.zendesk.reading import Gathered, read_snapshot
from adapters.zendesk.sides import read_sides
from adapters.zendesk.statuses import StatusMap
from adapters.zendesk.users import User, read_user
from slabot.domain import Actor, Category, StatusChanged, Timeline

from ..conftest import STATUSES

FOLDERS = ("zendesk-recordings", "zendesk-samples", "zendesk-errors-and-signatures")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
MAPPED = StatusMap("acme", STATUSES)


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a value, however deep."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


@pytest.fixture(scope="module")
def said(recorded: Path) -> list[dict[str, Any]]:
    """Every JSON object that was recorded."""
    files = sorted(file for folder in FOLDERS for file in (recorded / folder).rglob("*.json"))
    assert len(files) > 80
    return [each for file in files for each in objects(json.loads(file.read_text(encoding="utf-8")))]


def is_ticket(raw: Raw) -> bool:
    return {"id", "status", "requester_id", "created_at", "updated_at"} <= raw.keys()


def is_audit(raw: Raw) -> bool:
    return {"id", "ticket_id", "events", "created_at"} <= raw.keys() and isinstance(raw["events"], list)


def is_shown_comment(raw: Raw) -> bool:
    """As the comments endpoint shows it; beside an audit it would be one of its events."""
    return raw.get("type") in ("Comment", "VoiceComment") and {"id", "public", "created_at"} <= raw.keys()


def authors_of(items: Sequence[Raw]) -> Authors:
    ids = {str(each["author_id"]) for each in items if each.get("author_id")}
    return Authors({each: User(each, "agent") for each in ids}, {}, own_id="900")


def audits_of(history: Sequence[Raw]) -> tuple[Audit, ...]:
    audits, gaps = read_audits(history, datetime.fromisoformat(min(raw["created_at"] for raw in history)))
    assert gaps == []
    return audits


def changes_of(history: Sequence[Raw]) -> Changes:
    audits = audits_of(history)
    return read_changes(audits, authors_of(history), read_sides({}, audits), MAPPED, {})


def test_every_recorded_ticket_is_read(said: list[dict[str, Any]]) -> None:
    tickets = [raw for raw in said if is_ticket(raw)]
    assert len(tickets) > 1_000
    for raw in tickets:
        row = read_row(raw)
        gathered = Gathered(ticket=raw, audits=None, people={}, names={}, own_id="900", seen_at=NOW)
        snapshot = read_snapshot(gathered, helpdesk="acme", root="https://acme.zendesk.com", statuses=MAPPED)
        assert (row.id, row.version, row.gone) == (snapshot.ticket.id, snapshot.version, snapshot.gone)
        assert not snapshot.ticket.history_complete
        shown = (snapshot.status_now,) if snapshot.gone is None else ()
        assert tuple(event.to for event in snapshot.events if isinstance(event, StatusChanged)) == shown
        if row.gone is None:
            assert snapshot.status_now is STATUSES[row.status]
            assert snapshot.ticket.status is snapshot.status_now
        else:
            assert (row.status, snapshot.status_now) == ("deleted", Category.CLOSED)


def test_every_recorded_export_page_is_read(said: list[dict[str, Any]]) -> None:
    pages = [raw for raw in said if "end_of_stream" in raw and "tickets" in raw]
    assert len(pages) >= 4
    for raw in pages:
        page = read_page(raw)
        assert len(page.changed) == len(raw["tickets"])
        assert page.unreadable == ()
        if "after_cursor" in raw:
            assert page.cursor == raw["after_cursor"]
            assert page.cursor != ""  # also at the end of the stream


def test_every_recorded_audit_is_read(said: list[dict[str, Any]]) -> None:
    audits = [raw for raw in said if is_audit(raw)]
    assert len(audits) > 180
    by_ticket: dict[str, dict[int, Raw]] = {}
    for raw in audits:
        by_ticket.setdefault(str(raw["ticket_id"]), {})[raw["id"]] = raw
    for kept in by_ticket.values():
        history = list(kept.values())
        changes = changes_of(history)
        entries = [entry for raw in history for entry in raw["events"]]
        for entry in entries:
            if entry.get("type") == "Create" and entry.get("field_name") in ("status", "priority", "tags"):
                assert changes.beginning.get(entry["field_name"], "missing") == entry["value"]
        assert len({event.id for event in changes.events}) == len(changes.events)
        assert [event.seq for event in changes.events] == sorted(event.seq for event in changes.events)


def test_the_sample_ticket_began_open_and_the_change_is_told(said: list[dict[str, Any]]) -> None:
    history = [raw for raw in said if is_audit(raw) and raw["id"] in (6130852545178, 6130876540314)]
    changes = changes_of(history[:2])
    assert changes.beginning.get("status", None) == "open"
    assert changes.beginning.get("tags", None) == ["sample", "support", "zendesk"]
    assert changes.beginning.get("priority", "unset") is None
    assert [getattr(event, "to", None) for event in changes.events] == ["normal"]


def test_every_recorded_comment_event_is_read(said: list[dict[str, Any]]) -> None:
    read = 0
    for raw in filter(is_audit, said):
        events = [event for event in raw["events"] if is_comment(event)]
        audits = audits_of([raw])
        messages, gaps = read_messages(audits, authors_of([raw, *events]), read_sides({}, audits), messaging=False)
        assert gaps == []
        assert [message.id for message in messages] == [f"comment:{event['id']}" for event in events]
        assert [(message.public, message.text) for message in messages] == [
            (event["public"], event["body"]) for event in events
        ]
        assert all(message.author_known for message in messages)  # where the event names nobody, the audit does
        read += len(events)
    assert read > 170


def test_the_recorded_line_of_author_minus_one_is_nobodys_answer(recorded: Path) -> None:
    file = recorded / "zendesk-errors-and-signatures" / "ticket_comments_systemComment_200.json"
    comments = [raw for raw in objects(json.loads(file.read_text(encoding="utf-8"))) if is_shown_comment(raw)]
    # As an audit tells them: time and via are the audit's own.
    history = [
        {"id": raw["audit_id"], "created_at": raw["created_at"], "via": raw["via"], "events": [raw]} for raw in comments
    ]
    history[0]["events"].append({"id": 1, "type": "Create", "field_name": "status", "value": "new"})
    audits = audits_of(history)
    messages, gaps = read_messages(audits, authors_of(comments), read_sides({}, audits), messaging=True)
    # The opening line of the conversation, though it bears a person's name, and the closing one.
    assert [(message.by, message.public) for message in messages] == [(Actor.SYSTEM, False), (Actor.SYSTEM, True)]
    assert gaps == []


def test_recorded_ids_do_not_follow_time_so_the_order_is_that_of_the_answer(said: list[dict[str, Any]]) -> None:
    deleted, restored = 6164235643930, 6164183292186  # the later one has the smaller id
    history = list({raw["id"]: raw for raw in said if is_audit(raw) and raw["ticket_id"] == 1}.values())
    events = Timeline.of(changes_of(history).events)
    moved = [
        (type(event).__name__, event.id) for event in events if event.id.split(":")[1] in (str(deleted), str(restored))
    ]
    assert moved == [
        ("Deleted", f"audit:{deleted}:deleted"),
        ("StatusChanged", f"audit:{restored}:status"),
        ("Restored", f"audit:{restored}:restored"),
    ]


def test_every_recorded_user_is_read_but_the_anonymous_one(said: list[dict[str, Any]]) -> None:
    users = [raw for raw in said if {"id", "role", "email", "name"} <= raw.keys()]
    assert users
    for raw in users:
        user = read_user(raw)
        assert (user is None) == (raw["id"] is None)


def test_every_recorded_answer_tells_what_is_left(said: list[dict[str, Any]]) -> None:
    answers = [raw["headers"] for raw in said if {"status", "headers", "body"} <= raw.keys()]
    told = [
        read_allowances({name: value[0] if isinstance(value, list) else value for name, value in headers.items()})
        for headers in answers
        if any("limit" in name.lower() for name in headers)
    ]
    assert told
    assert all(any(each.name == "account" for each in allowances) for allowances in told)
