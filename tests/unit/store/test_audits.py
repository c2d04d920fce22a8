"""The auditor's questions: does one round come by every running clock, and does each find what it looks for?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from slabot.store import Lane, OutboxRow, OutboxState, Store, audits, outbox, schema
from slabot.store.audits import AuditPosition, AuditVerdict, Named
from tests.fixtures.stored import a_row, in_lane

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ticket(
    store: Store, number: int, *met_until: datetime | None, verdict: str = "running", helpdesk: str = "acme"
) -> None:
    """A ticket with a clock for each of these deadlines."""
    own = {"helpdesk": helpdesk, "id": str(number), "facts": "{}", "version": "1", "created_at": NOW, "seen_at": NOW}
    clock = {
        "helpdesk": helpdesk,
        "ticket_id": str(number),
        "name": "first_response",
        "instance": 1,
        "severity": "critical",
        "target": "2h",
        "calendar": "always",
        "started_at": NOW,
        "verdict": verdict,
    }
    with_clocks = [clock | {"label": f"c{place}", "met_until": at} for place, at in enumerate(met_until)]

    def write(conn: object) -> None:
        conn.execute(insert(schema.ticket), own | {"generation": 1})  # type: ignore[attr-defined]
        for row in with_clocks:
            conn.execute(insert(schema.clock), row)  # type: ignore[attr-defined]

    store.write(write)


def rounds(store: Store, limit: int) -> list[Named]:
    """One whole round, a few at a time."""
    found: list[Named] = []
    place: AuditPosition | None = None
    for _ in range(100):
        named, place = store.read(lambda conn, place=place: audits.running(conn, place, limit))  # type: ignore[misc]
        found += named
        if place is None:
            return found
    raise AssertionError("the round does not end")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_a_round_comes_by_every_running_clock_those_due_soonest_first(store: Store, limit: int) -> None:
    for number in range(4):
        ticket(store, number, NOW + (4 - number) * MINUTE)
    for number in range(4, 8):  # of one second
        ticket(store, number, NOW)
    ticket(store, 8, None)  # paused
    ticket(store, 9, None, NOW + MINUTE)
    ticket(store, 10, NOW, verdict="met")
    ticket(store, 8, None, helpdesk="partners")

    found = rounds(store, limit)
    assert set(found) == {("acme", str(number)) for number in range(10)} | {("partners", "8")}
    assert list(dict.fromkeys(found))[:4] == [("acme", str(number)) for number in range(4, 8)]
    assert found[-1] == ("partners", "8")


def test_a_round_over_nothing_ends_at_once(store: Store) -> None:
    assert rounds(store, 5) == []


def test_what_is_due_next_is_not_what_is_past(store: Store) -> None:
    for number, minutes in enumerate((-5, 9, 1, 3)):
        ticket(store, number, NOW + minutes * MINUTE)

    assert store.read(lambda conn: audits.due_next(conn, NOW, 2)) == [("acme", "2"), ("acme", "3")]


def test_late_looks_are_those_of_helpdesks_that_are_named(store: Store) -> None:
    for number, helpdesk in ((1, "acme"), (2, "acme"), (3, "gone")):
        ticket(store, number, helpdesk=helpdesk)
    store.write(lambda conn: conn.execute(update(schema.ticket).values(next_look=NOW)))
    store.write(
        lambda conn: conn.execute(update(schema.ticket).where(schema.ticket.c.id == "2").values(next_look=NOW - MINUTE))
    )

    def ask(before: datetime, limit: int) -> tuple[int, list[Named]]:
        return store.read(lambda conn: audits.late_looks(conn, before, ["acme"], limit))

    assert ask(NOW, 5) == (2, [("acme", "2"), ("acme", "1")])
    assert ask(NOW, 1) == (2, [("acme", "2")])
    assert ask(NOW - 2 * MINUTE, 5) == (0, [])


def test_pages_under_way_and_failed_ones_are_counted_of_their_lane(store: Store) -> None:
    def row(key: str, lane: Lane) -> OutboxRow:
        times = {"urgency": NOW, "not_before": NOW, "created_at": NOW}
        return a_row(key, ticket_id="1", work=in_lane(lane, key), **times)

    for key, lane in (("a", Lane.PAGE), ("b", Lane.PAGE), ("c", Lane.WRITE)):
        store.write(lambda conn, key=key, lane=lane: outbox.put(conn, row(key, lane)))  # type: ignore[misc]
    store.write(lambda conn: outbox.claim(conn, NOW + MINUTE, Lane.PAGE, 1))
    assert store.read(lambda conn: audits.under_way_since(conn, Lane.PAGE)) == NOW
    assert store.read(lambda conn: audits.under_way_since(conn, Lane.WRITE)) is None
    store.write(lambda conn: outbox.settle(conn, "a", OutboxState.FAILED))
    assert store.read(lambda conn: audits.under_way_since(conn, Lane.PAGE)) is None
    assert store.read(lambda conn: audits.failed_since(conn, Lane.PAGE, NOW)) == 1
    assert store.read(lambda conn: audits.failed_since(conn, Lane.PAGE, NOW + MINUTE)) == 0
    assert store.read(lambda conn: audits.failed_since(conn, Lane.WRITE, NOW)) == 0


def test_the_last_verdict_is_kept_as_it_was_found(store: Store) -> None:
    assert store.read(audits.last_verdict) is None
    first = AuditVerdict(
        at=NOW, findings=("“a”", "b"), of_the_plan=("“a”",), looked_at=7, repaired=1, differs_since=NOW
    )
    for verdict in (first, AuditVerdict(at=NOW + MINUTE, heartbeat=True)):
        store.write(lambda conn, verdict=verdict: audits.keep_verdict(conn, verdict))  # type: ignore[misc]
        assert store.read(audits.last_verdict) == verdict
