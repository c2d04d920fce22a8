"""Read Zendesk's JSON as a ticket with its events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.zendesk.fields import Unreadable
from slabot.domain import (
    Actor,
    AssigneeChanged,
    Category,
    Deleted,
    FieldChanged,
    Merged,
    Message,
    PriorityChanged,
    Restored,
    StatusChanged,
    TagsChanged,
    Timeline,
)

from .objects import ANA, BOB, BORN, BOT, EVE, START, at, audit, change, comment, created, only, read, ticket

MARK = {"system": {}, "custom": {"slabot": "key"}}


RULE = {"channel": "rule", "source": {"from": {"id": 1, "title": "t"}, "rel": "trigger"}}


@pytest.mark.parametrize(
    ("said", "by", "by_id"),
    [
        (comment(1, ANA), Actor.CUSTOMER, "5"),
        (comment(1, "5"), Actor.CUSTOMER, "5"),  # ids come as text as well
        (comment(1, BOB), Actor.AGENT, "6"),
        (comment(1, BOT), Actor.SLABOT, "900"),
        (comment(1, BOB, audit={"metadata": MARK}), Actor.SLABOT, "6"),
        (comment(1, -1), Actor.SYSTEM, None),
        (comment(1, -1, via={"channel": "chat_transcript"}), Actor.SYSTEM, None),
        (comment(1, None), Actor.SYSTEM, None),
        (comment(1, BOB, via=RULE), Actor.AUTOMATION, "6"),
        (comment(1, BOB, via={"channel": "web", "source": {"rel": "automation"}}), Actor.AUTOMATION, "6"),
        (comment(1, BOB, via={"channel": 8}), Actor.AUTOMATION, "6"),
        (comment(1, BOB, via={"channel": "api"}), Actor.AGENT, "6"),
        (comment(1, BOB, via="email"), Actor.AGENT, "6"),
    ],
)
def test_who_said_it(said: dict[str, Any], by: Actor, by_id: str | None) -> None:
    (message,) = only(read(audits=[BORN, said]), Message)
    assert (message.by, message.by_id) == (by, by_id)


def test_a_message_is_ours_if_its_audit_carries_our_mark() -> None:
    marked = comment(2, BOB, audit={"metadata": MARK})
    forged = comment(3, BOB, metadata=MARK)  # in the comment alone, where anybody's words could put it
    assert [m.by for m in only(read(audits=[BORN, marked, forged]), Message)] == [Actor.SLABOT, Actor.AGENT]


def test_an_agent_who_is_the_requester_stays_an_agent_by_id() -> None:
    snapshot = read(ticket(requester_id=BOB), [BORN, comment(1, BOB)])
    message = only(snapshot, Message)[0]
    assert (message.by, message.by_id) == (Actor.AGENT, "6")
    assert snapshot.ticket.requester is not None
    assert snapshot.ticket.requester.id == "6"


def test_somebody_whom_nobody_knows_makes_the_history_incomplete_and_answers_nothing() -> None:
    snapshot = read(audits=[BORN, comment(1, EVE)])
    assert (only(snapshot, Message)[0].by, only(snapshot, Message)[0].author_known) == (Actor.SYSTEM, False)
    assert not snapshot.ticket.history_complete


def test_an_unknown_requester_is_the_customer_all_the_same() -> None:
    snapshot = read(ticket(requester_id=EVE), [BORN, comment(1, EVE)])
    assert only(snapshot, Message)[0].by is Actor.CUSTOMER


def test_a_message_keeps_its_id_its_words_and_whether_it_was_public() -> None:
    snapshot = read(audits=[BORN, comment(1, ANA), comment(2, BOB, 5, public=False)])
    first, note = only(snapshot, Message)
    assert (first.id, first.text, first.public, first.email) == ("comment:1", "words 1", True, "ana@customer.example")
    assert (note.id, note.public, note.at) == ("comment:2", False, START + timedelta(minutes=5))


def test_public_is_true_only_where_it_is_said() -> None:
    said = comment(1, BOB)
    del said["events"][0]["public"]
    assert not only(read(audits=[BORN, said]), Message)[0].public


def test_a_voice_comment_is_a_message() -> None:
    call = comment(1, BOB, type="VoiceComment", body="", data={"transcription_text": "the call"})
    assert only(read(audits=[BORN, call]), Message)[0].text == "the call"


def test_fractions_of_a_second_and_offsets_are_understood() -> None:
    said = comment(1, ANA, audit={"created_at": "2026-01-10T10:00:00.999+01:00"})
    assert only(read(audits=[BORN, said]), Message)[0].at == START


@pytest.mark.parametrize("subject", ["Out of Office", "Automatic reply: Help", "Abwesenheitsnotiz"])
def test_nothing_is_guessed_from_a_subject(subject: str) -> None:
    snapshot = read(ticket(subject=subject), [BORN, comment(1, ANA)])
    assert not only(snapshot, Message)[0].auto_reply


def test_a_mail_that_zendesk_marks_as_machine_made_is_an_auto_reply() -> None:
    said = comment(1, ANA, audit={"metadata": {"system": {"machine_generated": True}}})
    assert only(read(audits=[BORN, said]), Message)[0].auto_reply


def test_the_ticket_is_as_it_was_at_creation_and_events_change_it() -> None:
    born = audit(
        10,
        ANA,
        0,
        created("status", "new"),
        created("priority", "low"),
        created("tags", ["a", "b"]),
        created("assignee_id", "6"),
        created("123", "red"),
    )
    later = audit(
        20,
        BOB,
        5,
        change("status", "new", "open"),
        change("priority", "low", "URGENT"),
        change("tags", ["a", "b"], ["a"]),
        change("assignee_id", "6", "12"),
        change("123", "red", "blue"),
        change("subject", "x", "y"),
        {"id": 3, "type": "SLA target change", "field_name": "status", "value": "solved"},
        {"id": 4, "type": "Notification", "via": RULE, "recipients": [5]},
    )
    now = ticket(
        status="open", priority="urgent", assignee_id=12, tags=["a"], custom_fields=[{"id": 123, "value": "blue"}]
    )
    snapshot = read(now, [born, later])
    born_as = snapshot.ticket
    assert (born_as.status, born_as.priority, born_as.assignee) == (Category.OPEN, "low", "6")
    assert (born_as.tags, born_as.fields) == (("a", "b"), {"123": "red"})
    assert (snapshot.status_now, snapshot.priority_now, snapshot.assignee_now) == (Category.PENDING, "urgent", "12")
    assert [(type(event), getattr(event, "to", None)) for event in snapshot.events] == [
        (PriorityChanged, "urgent"),
        (TagsChanged, ("a",)),
        (AssigneeChanged, "12"),
        (FieldChanged, "blue"),
        (StatusChanged, Category.PENDING),
    ]
    assert {event.id for event in snapshot.events} == {
        "audit:20:priority",
        "audit:20:tags",
        "audit:20:assignee",
        "audit:20:123",
        "audit:20:status",
    }
    assert all((event.by, event.by_id) == (Actor.AGENT, "6") for event in snapshot.events)


def test_without_the_creation_the_first_change_tells_how_it_was() -> None:
    later = audit(20, BOB, 5, change("status", "pending", "open"), change("priority", "low", "high"))
    snapshot = read(ticket(priority="high"), [later])
    assert (snapshot.ticket.status, snapshot.ticket.priority) == (Category.WAITING_ON_CUSTOMER, "low")
    assert [event.to for event in only(snapshot, StatusChanged)] == [Category.PENDING]


def test_what_never_changed_is_as_it_is_now() -> None:
    snapshot = read(ticket(priority="high", tags=["x"], assignee_id="6"), [audit(10, ANA, 0)])
    assert (snapshot.ticket.priority, snapshot.ticket.tags, snapshot.ticket.assignee) == ("high", ("x",), "6")


def test_a_trigger_that_the_agent_set_off_is_an_automation_and_comes_after_the_agent() -> None:
    both = audit(20, BOB, 5, change("status", "new", "pending"), change("status", "pending", "open", via=RULE))
    snapshot = read(ticket(), [BORN, both])
    first, second = [e for e in Timeline.of(snapshot.events) if isinstance(e, StatusChanged)]
    assert (first.to, first.by, first.id) == (Category.WAITING_ON_CUSTOMER, Actor.AGENT, "audit:20:status")
    assert (second.to, second.by, second.id) == (Category.PENDING, Actor.AUTOMATION, "audit:20:status.2")


def test_our_own_changes_are_ours_and_what_they_set_off_is_not() -> None:
    ours = audit(20, BOT, 5, change("status", "new", "solved"), change("tags", [], ["x"], via=RULE), metadata=MARK)
    snapshot = read(ticket(status="solved"), [BORN, ours])
    assert only(snapshot, StatusChanged)[0].by is Actor.SLABOT
    assert only(snapshot, TagsChanged)[0].by is Actor.AUTOMATION


def test_a_customers_reply_that_reopens_is_the_customers_change() -> None:
    reply = audit(20, ANA, 5, change("status", "pending", "open"))
    assert only(read(ticket(), [BORN, reply]), StatusChanged)[0].by is Actor.CUSTOMER


def test_audits_out_of_order_give_the_same_snapshot() -> None:
    later = [
        audit(20 + n, BOB, n + 1, change("status", a, b))
        for n, (a, b) in enumerate([("new", "open"), ("open", "hold")])
    ]
    assert read(ticket(status="hold"), [BORN, *later]) == read(ticket(status="hold"), [*later[::-1], BORN])


def test_deleted_and_restored_are_no_statuses() -> None:
    away = audit(20, BOB, 5, change("status", "new", "deleted"))
    back = audit(30, BOB, 6, change("status", "deleted", "open"))
    snapshot = read(ticket(), [BORN, away, back])
    assert [type(event) for event in snapshot.events] == [Deleted, Restored, StatusChanged]


@pytest.mark.parametrize(
    ("entries", "more"),
    [
        ([change("status", "open", "closed"), change("tags", [], ["closed_by_merge"])], {}),
        ([change("status", "open", "closed"), change("tags", "", "closed_by_merge")], {}),
        (
            [change("status", "open", "closed")],
            {"via": {"channel": "web", "source": {"from": {"ticket_id": 4}, "rel": "merge"}}},
        ),
    ],
)
def test_a_merged_ticket_says_so(entries: list[dict[str, Any]], more: dict[str, Any]) -> None:
    snapshot = read(ticket(status="closed"), [BORN, audit(20, BOB, 5, *entries, **more)])
    (merged,) = only(snapshot, Merged)
    assert merged.into == ("4" if more else None)


def test_the_ticket_that_another_was_merged_into_is_not_merged() -> None:
    via = {"channel": "web", "source": {"from": {"ticket_id": 4}, "rel": "merge"}}
    assert only(read(ticket(), [BORN, audit(20, BOB, 5, via=via)]), Merged) == []


def test_a_move_that_no_audit_shows_is_seen_once_and_marked_as_observed() -> None:
    # Zendesk closes tickets 28 days after the solve by itself.
    solved = audit(20, BOB, 5, change("status", "new", "solved"))
    snapshot = read(ticket(status="closed"), [BORN, solved])
    unseen = only(snapshot, StatusChanged)[-1]
    assert (unseen.to, unseen.by) == (Category.CLOSED, Actor.SYSTEM)
    assert (unseen.at, unseen.observed_at) == (START + timedelta(hours=1), START + timedelta(hours=2))
    assert read(ticket(status="closed", updated_at=at(90)), [BORN, solved]).events[-1].id == unseen.id


def test_audits_newer_than_the_ticket_know_better() -> None:
    late = audit(20, BOB, 61, change("status", "new", "solved"))
    assert [e.to for e in only(read(ticket(status="open"), [BORN, late]), StatusChanged)] == [Category.SOLVED]


@pytest.mark.parametrize(("audits", "complete"), [([BORN], True), (None, False), ([], False)])
def test_what_could_not_be_read_makes_the_history_incomplete(
    audits: list[dict[str, Any]] | None, complete: bool
) -> None:
    # The audits of old closed tickets may be away; every ticket has had one at least, that which made it.
    assert read(ticket(), audits).ticket.history_complete is complete


def test_without_audits_the_ticket_is_as_it_is_now() -> None:
    snapshot = read(ticket(status="hold", priority="low"), None)
    assert (snapshot.ticket.status, snapshot.ticket.priority) == (Category.WAITING_ON_THIRD_PARTY, "low")
    (shown,) = snapshot.events  # says nothing new here, and moves on what was read before
    assert isinstance(shown, StatusChanged)
    assert (shown.to, shown.observed_at) == (Category.WAITING_ON_THIRD_PARTY, START + timedelta(hours=2))


@pytest.mark.parametrize(
    "raw",
    [
        ticket(id=None),
        ticket(created_at="soon"),
        ticket(updated_at=None),
        ticket(status=None),
        ticket(created_at=17),
    ],
)
def test_a_ticket_that_makes_no_sense_is_unreadable(raw: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(raw, [])
