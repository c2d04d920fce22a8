"""What rests on words stays as it was once they are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slabot.domain import Actor, Message, PriorityChanged, Ticket, TicketRecord, Timeline
from slabot.rules import decide
from slabot.runtime.pinned import pinned
from tests.fixtures.policies import the_policy

NOON = datetime(2026, 1, 12, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def severity(record: TicketRecord) -> str:
    return str(decide(record.ticket, record.timeline, the_policy(), NOON + 3 * HOUR).severity.severity)


def wordless(record: TicketRecord) -> TicketRecord:
    events = [replace(one, text="") if isinstance(one, Message) else one for one in record.timeline]
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
