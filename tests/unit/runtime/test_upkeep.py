"""Customers' words go after ``keep_text``, and what was decided on them stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from slabot.clock import SteppedClock
from slabot.domain import Actor, Message, read_tickets
from slabot.policy import Policy, load_policy
from slabot.rules.case import read_case
from slabot.runtime import Parts
from slabot.runtime.evaluation import evaluate
from slabot.runtime.upkeep import Upkeep
from slabot.store import StoredTicket, inbox, open_store, tickets

ROOT = Path(__file__).resolve().parents[3]
START = datetime(2026, 1, 9, 12, 0, tzinfo=UTC)
TICKET = """{"helpdesk": "acme", "id": "1", "subject": "Help", "created_at": "2026-01-09T12:00:00Z",
 "requester": {"id": "r1"}, "events": [
 {"at": "2026-01-09T12:00:00Z", "id": "c1", "type": "message", "author": "customer", "text": "hello there"},
 {"at": "2026-01-09T12:30:00Z", "id": "c2", "type": "message", "author": "customer", "text": "production down"}]}"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy((ROOT / "config.example.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def parts(policy: Policy, tmp_path: Path) -> Iterator[Parts]:
    with open_store(f"sqlite:///{tmp_path / 'slabot.db'}") as store:
        clock = SteppedClock(START)
        yield Parts(
            store=store, policy=policy, policy_version=1, adapters={}, sender=None, clock=clock, started_at=START
        )


def _stored(parts: Parts) -> StoredTicket:
    stored = parts.store.read(lambda conn: tickets.load(conn, "acme", "1"))
    assert stored is not None
    return stored


def _keep(parts: Parts, at: datetime) -> None:
    record = read_tickets(TICKET)[0]

    def take(conn: Connection) -> None:
        tickets.merge(conn, record.ticket, record.timeline.events, "v1", at)
        evaluate(conn, parts, "acme", "1", now=at)

    parts.store.write(take)


def _days_later(parts: Parts, days: int) -> None:
    clock = parts.clock
    assert isinstance(clock, SteppedClock)
    clock.elapse(timedelta(days=days))


def test_words_are_gone_after_keep_text_and_the_severity_stays(parts: Parts) -> None:
    _keep(parts, START + timedelta(hours=1))
    upkeep = Upkeep(parts)
    before = parts.store.write(lambda conn: evaluate(conn, parts, "acme", "1", now=START + timedelta(hours=2)))

    _days_later(parts, 31)
    while upkeep.drain():
        pass

    stored = _stored(parts)
    assert "production" not in repr(stored.timeline)
    after = parts.store.write(lambda conn: evaluate(conn, parts, "acme", "1", now=START + timedelta(hours=2)))
    assert (after.severity.severity, after.severity.since) == (before.severity.severity, before.severity.since)
    assert [clock.due_at for clock in after.clocks] == [clock.due_at for clock in before.clocks]
    assert "(no longer kept)" in after.severity.because[0]


def test_words_stay_until_keep_text_is_over(parts: Parts) -> None:
    _keep(parts, START + timedelta(hours=1))

    _days_later(parts, 29)
    Upkeep(parts).drain()

    assert "production down" in repr(_stored(parts).timeline)


def test_upkeep_is_done_once_a_day(parts: Parts) -> None:
    upkeep = Upkeep(parts)

    assert upkeep.drain() is False
    assert upkeep.next_instant() == START + timedelta(days=1)


def test_deliveries_are_forgotten_after_a_week(parts: Parts) -> None:
    parts.store.write(lambda conn: inbox.accept(conn, "acme", "d1", "1", START))

    _days_later(parts, 8)
    Upkeep(parts).drain()

    assert parts.store.write(lambda conn: inbox.accept(conn, "acme", "d1", "1", START)) is True


def test_a_mere_thanks_stays_one_after_its_words_have_gone(parts: Parts) -> None:
    policy = parts.policy.model_copy(
        update={"waiting": parts.policy.waiting.model_copy(update={"not_feedback": ("thank you",)})}
    )
    parts = replace(parts, policy=policy)
    thanks = Message(at=START + timedelta(hours=2), by=Actor.CUSTOMER, by_id="r1", text="Thank you!", id="c3")

    def swept(version: str) -> int:
        """The customer's messages that count as an answer, after a sweep."""
        ticket = read_tickets(TICKET)[0].ticket
        parts.store.write(lambda conn: tickets.merge(conn, ticket, [thanks], version, parts.now()))
        stored = _stored(parts)
        return len(read_case(stored.ticket, policy, stored.timeline).feedback)

    _keep(parts, START)
    _days_later(parts, 1)
    before = swept("v1")

    _days_later(parts, 40)
    while Upkeep(parts).drain():
        pass

    assert "Thank you" not in repr(_stored(parts).timeline)
    assert swept("v1") == before
    assert swept("v2") == before
