"""Is a ticket file read as it is meant, and written so that it reads the same?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from slabot.domain import (
    Acknowledged,
    Actor,
    Approved,
    AssigneeChanged,
    BreachReasonGiven,
    Category,
    Claimed,
    Deleted,
    Escalated,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    Indicated,
    LadderFrozen,
    MarkedSpam,
    Merged,
    Message,
    ModelAnswered,
    Noted,
    Nudged,
    PageSent,
    Person,
    PriorityChanged,
    Restored,
    SeverityChanged,
    Snoozed,
    StatusChanged,
    TagsChanged,
    Ticket,
    Unacknowledged,
    Would,
    read_tickets,
    write_ticket,
)

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
EXCUSED = Excused(
    at=NOON,
    by_id="U1",
    since=datetime(2026, 1, 12, 7, 30, tzinfo=UTC),
    until=datetime(2026, 1, 12, 8, 30, tzinfo=UTC),
    reason="force_majeure",
)
AT = "2026-01-12T12:00:00Z"
TICKET: dict[str, Any] = {"helpdesk": "acme", "id": "4711", "created_at": "2026-01-12T09:00:00Z"}


def text(**more: Any) -> str:
    return json.dumps({**TICKET, **more})


def event(**facts: Any) -> str:
    return text(events=[{"at": AT, **facts}])


# ── What is read ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_contracts_example_is_read() -> None:
    given = {
        "helpdesk": "acme", "id": "4711", "subject": "Agent offline on all hosts", "url": "https://…/4711",
        "created_at": "2026-01-09T18:00:00+01:00", "channel": "email", "priority": "urgent", "status": "open",
        "requester": {"id": "r1", "email": "ana@customer.example", "organization": "Customer Ltd"},
        "assignee": None, "tags": [], "fields": {},
        "events": [
            {"at": AT, "type": "message", "author": "customer", "author_id": "r1", "public": True, "text": "…",
             "auto_reply": False},
            {"at": AT, "type": "status", "to": "waiting_on_customer", "by": "agent"},
            {"at": AT, "type": "priority", "to": "high", "by": "customer"},
            {"at": AT, "type": "severity", "to": "critical", "by": "agent"},
            {"at": AT, "type": "tags", "to": ["vip"]},
            {"at": AT, "type": "assignee", "to": "agent-7"},
            {"at": AT, "type": "merged", "into": "4700"},
            {"at": AT, "type": "deleted"},
            {"at": AT, "type": "spam"},
            {"at": AT, "type": "page", "clock": "first_response", "rung": "50% used"},
            {"at": AT, "type": "acknowledged", "by_id": "U1"},
            {"at": AT, "type": "snoozed", "until": "2026-01-12T13:00:00Z"},
            {"at": AT, "type": "claimed", "by_id": "agent-7"},
            {"at": AT, "type": "excused", "from": "2026-01-12T13:00:00+05:30", "to": "2026-01-12T14:00:00+05:30",
             "reason": "force_majeure", "by_id": "U1"},
        ],
    }  # fmt: skip
    [record] = read_tickets(json.dumps(given))
    assert record.ticket == Ticket(
        helpdesk="acme",
        id="4711",
        created_at=datetime(2026, 1, 9, 17, tzinfo=UTC),
        subject="Agent offline on all hosts",
        url="https://…/4711",
        channel="email",
        priority="urgent",
        requester=Person("r1", "ana@customer.example", "Customer Ltd"),
    )
    assert set(record.timeline) == {
        Message(at=NOON, by=Actor.CUSTOMER, by_id="r1", text="…"),
        StatusChanged(at=NOON, to=Category.WAITING_ON_CUSTOMER),
        PriorityChanged(at=NOON, to="high", by=Actor.CUSTOMER),
        SeverityChanged(at=NOON, to="critical"),
        TagsChanged(at=NOON, to=("vip",)),
        AssigneeChanged(at=NOON, to="agent-7"),
        Merged(at=NOON, into="4700"),
        Deleted(at=NOON),
        MarkedSpam(at=NOON),
        PageSent(at=NOON, clock="first_response", rung="50% used"),
        Acknowledged(at=NOON, by_id="U1"),
        Snoozed(at=NOON, until=datetime(2026, 1, 12, 13, tzinfo=UTC)),
        Claimed(at=NOON, by_id="agent-7"),
        EXCUSED,
    }


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"type": "restored"}, Restored(at=NOON)),
        (
            {"type": "breach_reason", "clock": "resolution", "reason": "understaffed", "text": "Two were ill"},
            BreachReasonGiven(at=NOON, clock="resolution", reason="understaffed", text="Two were ill"),
        ),
        (
            {
                **{"type": "excused", "from": "2026-01-12T07:30:00Z", "to": "2026-01-12T08:30:00Z", "by_id": "U1"},
                **{"reason": "force_majeure", "text": "Flood", "proof": "https://x", "clock": "first_response"},
            },
            replace(EXCUSED, text="Flood", proof="https://x", clock="first_response"),
        ),
        (
            {"type": "excuse_withdrawn", "of": "x1", "text": "Wrong day"},
            ExcuseWithdrawn(at=NOON, of="x1", text="Wrong day"),
        ),
        ({"type": "unacknowledged", "clock": "resolution"}, Unacknowledged(at=NOON, clock="resolution")),
        ({"type": "field", "name": "plan", "to": "gold"}, FieldChanged(at=NOON, name="plan", to="gold")),
        ({"type": "field", "name": "seats", "to": 5}, FieldChanged(at=NOON, name="seats", to="5")),
        ({"type": "field", "name": "vip", "to": True}, FieldChanged(at=NOON, name="vip", to="true")),
        ({"type": "field", "name": "vip", "to": False}, FieldChanged(at=NOON, name="vip", to="false")),
        ({"type": "field", "name": "plan", "to": None}, FieldChanged(at=NOON, name="plan", to=None)),
        ({"type": "approved", "key": "k"}, Approved(at=NOON, key="k")),
        ({"type": "noted", "key": "k"}, Noted(at=NOON, key="k")),
        ({"type": "nudged", "key": "k"}, Nudged(at=NOON, key="k")),
        (
            {
                "type": "model_answered",
                "of": "d1",
                "texts": 1,
                "model": "m",
                "evidence": [{"shows": "dead", "about": "core", "hits": "all", "text": 1, "from": 0, "to": 9}],
            },
            ModelAnswered(at=NOON, of="d1", texts=1, model="m", evidence=(Indicated("dead", "core", "all", 1, 0, 9),)),
        ),
        ({"type": "would", "key": "k"}, Would(at=NOON, key="k")),
        ({"type": "priority", "to": None}, PriorityChanged(at=NOON, to=None)),
        ({"type": "assignee", "to": 7}, AssigneeChanged(at=NOON, to="7")),
        (
            {"type": "status", "to": "solved", "id": 99, "seq": 3, "observed_at": "2026-01-12T12:30:00Z"},
            StatusChanged(
                at=NOON, to=Category.SOLVED, id="99", seq=3, observed_at=datetime(2026, 1, 12, 12, 30, tzinfo=UTC)
            ),
        ),
        (
            {"type": "page", "clock": "c", "rung": "r", "severity": "high", "repetition": 2},
            PageSent(at=NOON, clock="c", rung="r", severity="high", repetition=2),
        ),
        (
            {"type": "page", "clock": "c", "rung": "r", "to": "rota:primary", "asked_at": "2026-01-12T12:30:00Z"},
            PageSent(
                at=NOON, clock="c", rung="r", to="rota:primary", asked_at=datetime(2026, 1, 12, 12, 30, tzinfo=UTC)
            ),
        ),
        ({"type": "escalated", "by_id": "U1"}, Escalated(at=NOON, by_id="U1")),
        ({"type": "escalated", "clock": "resolution"}, Escalated(at=NOON, clock="resolution")),
        (
            {"type": "ladder", "clock": "resolution#2", "plan": "{}", "policy_version": 7},
            LadderFrozen(at=NOON, clock="resolution#2", plan="{}", policy_version=7),
        ),
        (
            {"type": "message", "author": "agent", "author_email": "a@b.example", "public": False, "auto_reply": True},
            Message(at=NOON, by=Actor.AGENT, email="a@b.example", public=False, auto_reply=True),
        ),
    ],
)
def test_each_type_of_event_is_read(facts: dict[str, Any], expected: object) -> None:
    [record] = read_tickets(event(**facts))
    assert list(record.timeline) == [expected]


def test_ids_may_be_numbers_and_fields_plain_values() -> None:
    [record] = read_tickets(text(id=4711, assignee=7, fields={"a": 1, "b": None, "c": True, "d": "x", "e": 1.5}))
    assert (record.ticket.id, record.ticket.assignee) == ("4711", "7")
    assert record.ticket.fields == {"a": "1", "b": None, "c": "true", "d": "x", "e": "1.5"}


def test_events_are_put_in_order_and_kept_once() -> None:
    late, early = {"at": AT, "type": "deleted"}, {"at": "2026-01-12T11:00:00Z", "type": "restored"}
    [record] = read_tickets(text(events=[late, early, late]))
    assert [type(found) for found in record.timeline] == [Restored, Deleted]


def test_keys_that_begin_with_an_underscore_are_remarks() -> None:
    [record] = read_tickets(text(_comment="from the docs", requester={"id": "r1", "_who": "Ana"}))
    assert record.ticket.requester == Person("r1")


def test_an_event_in_the_second_of_the_creation_is_not_before_it() -> None:
    [record] = read_tickets(text(events=[{"at": "2026-01-12T09:00:00Z", "type": "deleted"}]))
    assert len(record.timeline) == 1


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_tickets("\ufeff" + text()) == read_tickets(text())


def test_several_tickets_stand_one_a_line() -> None:
    lines = f"{text(id='1')}\n\n  {text(id='2')}  \n{text(id='3')}\n"
    assert [record.ticket.id for record in read_tickets(lines)] == ["1", "2", "3"]
    assert [record.ticket.id for record in read_tickets(json.dumps({**TICKET, "id": "9"}, indent=2))] == ["9"]


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_written_is_one_line_with_what_differs_from_the_default() -> None:
    [record] = read_tickets(text(subject="a\nb", tags=["vip"], events=[{"at": AT, "type": "status", "to": "solved"}]))
    written = write_ticket(record)
    assert "\n" not in written
    assert json.loads(written) == {
        "helpdesk": "acme",
        "id": "4711",
        "created_at": "2026-01-12T09:00:00+00:00",
        "subject": "a\nb",
        "tags": ["vip"],
        "events": [{"at": "2026-01-12T12:00:00+00:00", "type": "status", "to": "solved"}],
    }
    assert read_tickets(written) == [record]
