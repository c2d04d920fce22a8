from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from slabot.domain import Category
from slabot.store import Lane, Store, looks, outbox
from slabot.store.schema import metadata
from tests.fixtures.stored import keep, kept, save_decision
from tests.fixtures.tickets import a_ticket, asked
from tests.fixtures.times import NOON, after

OUTSTANDING = 100_000

# 100,000 tickets, one a minute from noon on; and as many rows of the outbox, nearly all of them done.
FILL = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) {insert} FROM n",
    "postgresql": "{insert} FROM generate_series(0, {last}) AS n(i)",
}
TICKETS = (
    "INSERT INTO ticket (helpdesk, id, facts, version, created_at, seen_at, generation, next_look, category, severity) "
    "SELECT 'acme', CAST(i AS text), '{}', 'v', 0, 0, 0, 1767960000 + 60 * i, 'pending', 'high'"
)
OUTBOX = (
    "INSERT INTO outbox (key, kind, lane, helpdesk, ticket_id, body, urgency, not_before, attempts, created_at, state) "
    "SELECT CAST(i AS text), 'page', 'page', 'acme', '1', '{}', i, 0, 0, 0, "
    "CASE WHEN i % 10000 = 9999 THEN 'pending' ELSE 'sent' END"
)


def fill(store: Store, *inserts: str) -> None:
    def work(conn: Connection) -> None:
        for insert in inserts:
            statement = FILL[conn.dialect.name].format(last=OUTSTANDING - 1, insert=insert)
            conn.execute(text(statement))
        conn.exec_driver_sql("ANALYZE")

    store.write(work)


def plans(conn: Connection, question: Callable[[Connection], object]) -> list[str]:
    """The engine's own plan for every SELECT that the question asks."""
    asked_for: list[tuple[str, Any]] = []

    def overhear(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            asked_for.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", overhear)
    question(conn)
    event.remove(conn, "before_cursor_execute", overhear)
    assert asked_for
    explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
    found = []
    for statement, parameters in asked_for:
        rows = conn.exec_driver_sql(explain + statement, parameters).all()
        found.append("\n".join(str(row[-1]) for row in rows))
    return found


def look_at(store: Store, ticket_id: str, minutes: float | None) -> None:
    keep(store, asked(), ticket=a_ticket(ticket_id))
    if minutes is not None:
        store.write(lambda conn: looks.postpone(conn, "acme", ticket_id, after(minutes=minutes)))


def test_the_longest_overdue_comes_first_and_nobody_comes_early(store: Store) -> None:
    for ticket_id, minutes in {"a": 5, "b": 1, "c": 3, "d": None, "e": 4}.items():
        look_at(store, ticket_id, minutes)

    def due(minutes: float, limit: int = 10) -> list[str]:
        return [name for _, name in store.read(lambda conn: looks.due(conn, after(minutes=minutes), limit))]

    assert due(0.99) == []
    assert due(1) == ["b"]
    assert due(4) == ["b", "c", "e"]
    assert due(100, limit=2) == ["b", "c"]


def test_whether_so_many_are_due_is_known(store: Store) -> None:
    for ticket_id, minutes in {"a": 5, "b": 1, "c": None}.items():
        look_at(store, ticket_id, minutes)

    def are_due(minutes: float, least: int) -> bool:
        return store.read(lambda conn: looks.are_due(conn, after(minutes=minutes), least))

    assert [are_due(4.99, 1), are_due(4.99, 2)] == [True, False]
    assert [are_due(5, 2), are_due(5, 3)] == [True, False]


def test_the_earliest_look_is_known_whether_it_is_past_or_to_come(store: Store) -> None:
    assert store.read(looks.earliest) is None
    look_at(store, "a", 5)
    look_at(store, "b", 3)
    assert store.read(looks.earliest) == after(minutes=3)


def test_a_look_is_never_postponed_to_an_earlier_second_than_was_said(store: Store) -> None:
    keep(store, asked())
    store.write(lambda conn: looks.postpone(conn, "acme", "4711", NOON + timedelta(milliseconds=1)))
    assert kept(store).next_look == after(seconds=1)


def test_a_new_policy_recalls_every_ticket_that_can_still_change(store: Store) -> None:
    for ticket_id in ("old", "same", "closed"):
        keep(store, asked(), ticket=a_ticket(ticket_id))
        save_decision(store, ticket_id=ticket_id, version=2 if ticket_id == "same" else 1)
    store.write(lambda conn: conn.execute(text("UPDATE ticket SET category = 'closed' WHERE id = 'closed'")))
    keep(store, asked(), ticket=a_ticket("never decided"))
    assert store.write(lambda conn: looks.recall(conn, NOON, 2)) == 1
    assert kept(store, "old").next_look == NOON
    assert kept(store, "same").next_look != NOON
    assert kept(store, "same").category is Category.OPEN


@pytest.fixture
def crowded(store: Store) -> Store:
    fill(store, TICKETS, OUTBOX)
    return store


def test_with_100_000_clocks_outstanding_the_questions_of_the_alarm_read_an_index(crowded: Store) -> None:
    questions: dict[str, Callable[[Connection], object]] = {
        "ticket_next_look due": lambda conn: looks.due(conn, after(minutes=50), 50),
        "ticket_next_look many": lambda conn: looks.are_due(conn, after(minutes=50), 100),
        "ticket_next_look earliest": looks.earliest,
        "outbox_claim": lambda conn: outbox.claim(conn, NOON, Lane.PAGE, 50),
        "outbox_claim earliest": lambda conn: outbox.earliest(conn, Lane.PAGE),
        "outbox_sending": lambda conn: outbox.unknown(conn, NOON),
    }
    for name, question in questions.items():
        index = name.split()[0]
        for plan in crowded.write(lambda conn, question=question: plans(conn, question)):  # type: ignore[misc]
            assert index in plan, plan
            assert "Seq Scan" not in plan, plan
            assert "TEMP B-TREE" not in plan or index == "outbox_sending", plan  # these are few, and sorted
            assert not plan.startswith("SCAN") or f"USING INDEX {index}" in plan or f"COVERING INDEX {index}" in plan


def test_every_index_has_the_name_of_its_table(store: Store) -> None:
    for table in metadata.tables.values():
        for index in table.indexes:
            assert str(index.name).startswith(table.name)
