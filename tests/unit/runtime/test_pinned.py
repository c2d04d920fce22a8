"""What rests on words stays as it was once they are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.domain import Actor, Category, Message, PriorityChanged, StatusChanged, Ticket, TicketRecord, Timeline
from slabot.rules import Kind, SeveritySource, decide
from slabot.runtime.pinned import pinned
from tests.fixtures.policies import NO_RULES, SOLVED_ACTS, policy, the_policy

NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def severity(record: TicketRecord) -> str:
    return str(decide(record.ticket, record.timeline, the_policy(), NOON + 3 * HOUR).severity.severity)


def wordless(record: TicketRecord) -> TicketRecord:
    events = [replace(one, text="", text_gone=True) if isinstance(one, Message) else one for one in record.timeline]
    return TicketRecord(replace(record.ticket, subject=""), Timeline.of(events))


@pytest.mark.parametrize(
    ("subject", "text", "priority", "expected"),
    [
        ("Help", "production down", None, "critical"),
        ("How to start", "hello", None, "low"),
        ("How to start", "hello", "high", "high"),  # the rule excepts it: since then, the priority counts
        ("How to start", "hello", "normal", "low"),
        ("Help", "hello", "high", "high"),
    ],
)
def test_a_severity_is_the_same_without_the_words(subject: str, text: str, priority: str | None, expected: str) -> None:
    request = Message(at=NOON, by=Actor.CUSTOMER, by_id="r1", text=text, id="c1")
    changed = [PriorityChanged(at=NOON + HOUR, by=Actor.AUTOMATION, to=priority, id="p1")] if priority else []
    ticket = Ticket(helpdesk="acme", id="1", created_at=NOON, subject=subject)
    record = TicketRecord(ticket, Timeline.of([request, *changed]))
    assert severity(record) == expected

    assert severity(wordless(pinned(record, the_policy(), NOON + 2 * HOUR))) == expected


@pytest.mark.parametrize(
    ("text", "priority", "expected"),
    [
        ("All agents are offline since this morning.", None, "critical"),
        ("All agents are offline since this morning.", "low", "critical"),
        ("The export does not work.", None, "high"),  # undecided, and the more severe counts
        ("How do I rename a report?", None, "low"),
        ("How do I rename a report?", "high", "high"),
    ],
)
@pytest.mark.parametrize("subject_stays", [True, False])
def test_what_the_reader_found_is_the_same_without_the_words(
    text: str, priority: str | None, expected: str, subject_stays: bool
) -> None:
    judged = policy(NO_RULES, {"classify.reader": {"mode": "act"}})
    request = Message(at=NOON, by=Actor.CUSTOMER, by_id="r1", text=text, id="c1")
    ticket = Ticket(helpdesk="acme", id="1", created_at=NOON, subject="Question", priority=priority)
    record = TicketRecord(ticket, Timeline.of([request]))
    now = NOON + 3 * HOUR
    before = decide(record.ticket, record.timeline, judged, now).severity
    assert before.severity == expected

    kept = pinned(record, judged, NOON + 2 * HOUR)
    gone = wordless(kept)
    ticket = kept.ticket if subject_stays else gone.ticket
    after = decide(ticket, gone.timeline, judged, now).severity
    assert after.severity == expected
    if before.source is SeveritySource.READER:  # and whoever was asked about it still is
        assert (after.source, after.or_else) == (before.source, before.or_else)
    reason = " ".join(after.because)
    assert '"' not in reason.replace(f'the helpdesk\'s priority is "{priority}"', "")
    assert "agents" not in reason


@pytest.mark.parametrize("text", ["Many thanks for your help!", "It works now, you can close the ticket."])
def test_what_a_reply_meant_is_the_same_without_the_words(text: str) -> None:
    judged = policy(SOLVED_ACTS, {"replies": {"mode": "act"}})
    record = TicketRecord(
        Ticket(helpdesk="acme", id="1", created_at=NOON),
        Timeline.of(
            [
                Message(at=NOON, by=Actor.CUSTOMER, by_id="r1", text="It fails.", id="c1"),
                Message(at=NOON + HOUR, by=Actor.AGENT, by_id="a1", text="Please update.", id="c2"),
                StatusChanged(at=NOON + HOUR, to=Category.SOLVED, id="s1"),
                Message(at=NOON + 2 * HOUR, by=Actor.CUSTOMER, by_id="r1", text=text, id="c3"),
            ]
        ),
    )
    gone = wordless(pinned(record, judged, NOON + 3 * HOUR))
    for one in (record, gone):
        decision = decide(one.ticket, one.timeline, judged, NOON + 3 * HOUR)
        assert Kind.REOPEN not in [action.kind for action in decision.due_now]
    assert [one.meant for one in gone.timeline if isinstance(one, Message)][-1] in ("thanks_only", "closing_word")
