"""What happened to a ticket, and what slabot cannot see of it, is in the ledger once, without a customer's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slabot.domain import (
    Actor,
    AnyEvent,
    Gap,
    Merged,
    Message,
    OrganizationChanged,
    PrivacyChanged,
    Rated,
    RequesterChanged,
)
from slabot.runtime.evaluation import take_in
from slabot.runtime.reading.merged import tell_of_merged
from slabot.store import LedgerEvent, ledger
from tests.fixtures.tickets import AGENT, ANA, CUSTOMER, message

from .conftest import MONDAY, World

MINUTE = timedelta(minutes=1)
ANSWER = message(MONDAY + MINUTE, AGENT, "We look", id="a:1")


def read(world: World, minutes: int, *events: AnyEvent, **facts: Any) -> None:
    """A reading at that minute."""
    own, at = world.desk.has(1, MONDAY, *events), MONDAY + minutes * MINUTE
    shown = world.desk.shows[own]
    snapshot = replace(shown, ticket=replace(shown.ticket, **facts), version=f"v{minutes:03}")
    world.clock.elapse(at - world.parts.now())
    world.parts.write(lambda conn: take_in(conn, world.parts, snapshot, at))
    world.parts.write(lambda conn: tell_of_merged(conn, world.parts, snapshot))


def told(world: World, *events: LedgerEvent) -> list[str]:
    rows = world.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", "1"))
    return [row.text for row in rows if row.event in events]


def test_a_gap_is_told_when_it_appears_and_when_it_is_over_and_once_each(world: World) -> None:
    gap = Gap(MONDAY, None, "the chat is not over yet")
    read(world, 2, gaps=(gap,))
    read(world, 3, gaps=(gap,))
    [appeared] = told(world, LedgerEvent.TICKET_GAP)
    assert appeared.startswith("slabot cannot see whether this was answered: the chat is not over yet (from Mon 12 Jan")
    assert told(world, LedgerEvent.TICKET_GAP_OVER) == []
    read(world, 4)
    read(world, 5)
    assert len(told(world, LedgerEvent.TICKET_GAP_OVER)) == 1
    read(world, 6, gaps=(Gap(MONDAY + 5 * MINUTE, MONDAY + 6 * MINUTE, "the chat cannot be read"),))
    assert "until Mon 12 Jan" in told(world, LedgerEvent.TICKET_GAP)[1]


CHANGES = [
    (RequesterChanged(at=MONDAY + 5 * MINUTE, id="1", to="r2", email="ben@x.example"),
     LedgerEvent.TICKET_REQUESTER_CHANGED, "the requester is now r2. What was said before still counts as it did."),
    (RequesterChanged(at=MONDAY + 5 * MINUTE, id="1", to=None, observed_at=MONDAY + 5 * MINUTE),
     LedgerEvent.TICKET_REQUESTER_CHANGED, "nobody is the requester any more; it was noticed then, and may have"),
    (OrganizationChanged(at=MONDAY + 5 * MINUTE, id="1", to="Gold Ltd"),
     LedgerEvent.TICKET_ORGANIZATION_CHANGED, "the ticket now belongs to the organisation Gold Ltd."),
    (PrivacyChanged(at=MONDAY + 5 * MINUTE, id="1", of="a:1", public=False),
     LedgerEvent.TICKET_PRIVACY_CHANGED, "was hidden from the customer afterwards. It counts as it was when"),
    (Rated(at=MONDAY + 5 * MINUTE, id="1", score="bad", text="useless, call 555"),
     LedgerEvent.TICKET_RATED, "the customer rated the ticket bad, and wrote something with it"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "name", "text"), CHANGES)
def test_what_changes_after_the_first_reading_is_told_once(
    world: World, event: AnyEvent, name: LedgerEvent, text: str
) -> None:
    read(world, 2, ANSWER)
    for minutes in (6, 7):
        read(world, minutes, ANSWER, event)
    [row] = told(world, name)
    assert text in row
    assert "555" not in row


@pytest.mark.parametrize("event", [event for event, _, _ in CHANGES])
def test_what_had_changed_before_the_first_reading_is_no_news(world: World, event: AnyEvent) -> None:
    for minutes in (6, 7):
        read(world, minutes, ANSWER, event)
    assert told(world, *(name for _, name, _ in CHANGES)) == []


@pytest.mark.parametrize(
    "event",
    [
        Rated(at=MONDAY + 5 * MINUTE, id="1", score="good", text="thanks"),
        PrivacyChanged(at=MONDAY + 5 * MINUTE, id="1", of="c:1", public=False),
    ],
    ids=["a good rating", "a customer's own words"],
)
def test_what_nobody_wants_to_know_is_not_told(world: World, event: AnyEvent) -> None:
    read(world, 2, ANSWER)
    read(world, 6, ANSWER, event)
    assert told(world, *(name for _, name, _ in CHANGES)) == []


@pytest.mark.parametrize(
    ("by", "minutes", "is_told"), [(CUSTOMER, 5, True), (CUSTOMER, 3, False), (Actor.SYSTEM, 5, False)]
)
def test_somebody_who_writes_on_a_merged_ticket_is_told_to_people(
    world: World, by: Actor, minutes: int, is_told: bool
) -> None:
    wrote: Message = message(MONDAY + minutes * MINUTE, by, "still down", id="c:2")
    for at in (6, 7):
        read(world, at, Merged(at=MONDAY + 4 * MINUTE, id="m", into="4700"), wrote)
    assert len(told(world, LedgerEvent.TICKET_WRITTEN_AFTER_MERGE)) == is_told
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    alerts = [row.text for row in rows if row.event is LedgerEvent.ALERT_RAISED]
    assert len(alerts) == is_told
    assert all("ticket acme/1: it was merged into acme/4700" in alert for alert in alerts)


@pytest.mark.parametrize(
    ("who", "is_told"),
    [
        ({"by": Actor.AGENT, "by_id": "r1"}, 1),  # one of support who asks for themselves
        ({"by": Actor.THIRD_PARTY, "by_id": "r8", "organization": "Customer Ltd"}, 1),
        ({"by": Actor.THIRD_PARTY, "by_id": "r8"}, 0),
    ],
)
def test_whoever_speaks_for_the_customer_on_a_merged_ticket_is_heard(
    world: World, who: dict[str, Any], is_told: int
) -> None:
    wrote = Message(at=MONDAY + 5 * MINUTE, text="still down", id="c:2", **who)
    read(world, 6, Merged(at=MONDAY + 4 * MINUTE, id="m", into="4700"), wrote, requester=ANA)
    assert len(told(world, LedgerEvent.TICKET_WRITTEN_AFTER_MERGE)) == is_told
