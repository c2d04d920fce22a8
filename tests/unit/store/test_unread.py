from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from slabot.store import LedgerEvent, Store, ledger, schema, unread
from slabot.store.unread import Turn, Unread
from tests.fixtures.stored import keep, save_decision
from tests.fixtures.tickets import a_ticket, asked
from tests.fixtures.times import NOON, after

SOON = timedelta(minutes=1)


def add(store: Store, *tickets: str, minutes: float = 0, helpdesk: str = "acme") -> None:
    store.write(lambda conn: unread.add(conn, [(helpdesk, ticket) for ticket in tickets], after(minutes=minutes)))


def rows(store: Store) -> dict[str, Unread]:
    return {row.ticket_id: row for row in store.read(lambda conn: unread.waiting(conn, 100))}


def taken(store: Store, turn: Turn, limit: int = 10, minutes: float = 0, helpdesk: str = "acme") -> list[str]:
    now = after(minutes=minutes)
    found = store.read(lambda conn: unread.next_of(conn, helpdesk, turn, now, limit, soon=SOON))
    return [row.ticket_id for row in found]


def fail(store: Store, ticket: str, minutes: float = 0) -> None:
    row, at = rows(store)[ticket], after(minutes=minutes)
    store.write(lambda conn: unread.failed(conn, row, "no answer", at, at))


def test_one_row_for_a_ticket_however_often_it_is_named(store: Store) -> None:
    add(store, "1", "2")
    add(store, "1", minutes=5)
    add(store)
    assert {ticket: (row.hints, row.since) for ticket, row in rows(store).items()} == {"1": (2, NOON), "2": (1, NOON)}


def test_what_is_named_while_it_is_read_is_read_again(store: Store) -> None:
    add(store, "1")
    row = rows(store)["1"]
    add(store, "1", minutes=5)
    store.write(lambda conn: unread.done(conn, row, after(minutes=1)))
    left = rows(store)["1"]
    assert (left.hints, left.since) == (1, after(minutes=1))
    store.write(lambda conn: unread.done(conn, left, after(minutes=2)))
    assert rows(store) == {}


def test_a_ticket_that_failed_stands_behind_the_others_until_its_pause_is_over(store: Store) -> None:
    add(store, "1", "2")
    row = rows(store)["1"]
    store.write(lambda conn: unread.failed(conn, row, "no answer", NOON, after(minutes=2)))
    assert taken(store, Turn.NEVER_READ) == ["2"]
    assert taken(store, Turn.FAILED, minutes=1) == []
    assert taken(store, Turn.FAILED, minutes=2) == ["1"]
    add(store, "1")  # a further webhook shortens no pause
    again = rows(store)["1"]
    assert (again.attempts, again.failing_since, again.not_before) == (1, NOON, after(minutes=2))
    store.write(lambda conn: unread.failed(conn, again, "no answer", after(minutes=2), after(minutes=9)))
    assert rows(store)["1"].failing_since == NOON
    assert store.read(lambda conn: unread.next_try(conn, "acme")) == (True, after(minutes=9))
    assert store.read(lambda conn: unread.next_try(conn, "acme", but_not=["2"])) == (False, after(minutes=9))
    assert store.read(lambda conn: unread.next_try(conn, "acme", but_not=["1"])) == (True, None)


def test_a_hint_that_came_while_it_failed_forgets_what_was_held_against_it_once_it_was_read(store: Store) -> None:
    add(store, "1")
    fail(store, "1")
    row = rows(store)["1"]
    add(store, "1", minutes=1)
    store.write(lambda conn: unread.done(conn, row, after(minutes=2)))
    left = rows(store)["1"]
    assert (left.attempts, left.failing_since, left.reason, left.told_at) == (0, None, None, None)


def test_the_kinds_of_turn(store: Store) -> None:
    for ticket in ("due", "later", "long past"):
        keep(store, asked(), ticket=a_ticket(ticket))
    for ticket, minutes in (("due", 0.5), ("later", 5), ("long past", -5)):
        save_decision(store, ticket_id=ticket)
        due = update(schema.clock).where(schema.clock.c.ticket_id == ticket).values(met_until=after(minutes=minutes))
        store.write(lambda conn, due=due: conn.execute(due))  # type: ignore[misc]
    add(store, "new", "due", "later", "long past")
    add(store, "new", helpdesk="partners")
    assert taken(store, Turn.DUE_SOON) == ["due"]
    assert taken(store, Turn.NEVER_READ) == ["new"]
    assert taken(store, Turn.OTHER) == ["due", "later", "long past"]
    assert taken(store, Turn.OTHER, limit=1) == ["due"]


def test_of_those_that_were_never_read_the_one_that_can_be_missed_soonest_comes_first(store: Store) -> None:
    dues = {"far": 300, "near": 20, "missed": -5, "long missed": -500, "ended": None, "met by then": 9}
    due_by = {("acme", name): None if due is None else after(minutes=due) for name, due in dues.items()}
    store.write(lambda conn: unread.add(conn, due_by, NOON, due_by))
    assert taken(store, Turn.NEVER_READ) == ["met by then", "near", "far", "missed", "long missed", "ended"]
    assert taken(store, Turn.NEVER_READ, limit=4, minutes=10) == ["near", "far", "met by then", "missed"]
    assert store.read(lambda conn: unread.count_never_read(conn, "acme")) == 6
    assert store.read(lambda conn: unread.count_never_read(conn, "partners")) == 0


@pytest.mark.parametrize(("then", "due"), [(5, 5), (50, 10), (None, 10)])
def test_of_two_estimates_the_earlier_one_stays(store: Store, then: int | None, due: int) -> None:
    for minutes in (10, then):
        told = {("acme", "1"): None if minutes is None else after(minutes=minutes)}
        store.write(lambda conn, told=told: unread.add(conn, told, NOON, told))  # type: ignore[misc]
    assert rows(store)["1"].due_by == after(minutes=due)


def test_a_ticket_that_had_ended_and_is_named_again_can_be_missed(store: Store) -> None:
    add(store, "1")
    store.write(lambda conn: unread.add(conn, [("acme", "1")], NOON, {("acme", "1"): after(minutes=5)}))
    assert rows(store)["1"].due_by == after(minutes=5)


def test_who_must_be_told_of(store: Store) -> None:
    add(store, "1", "2", "3")
    fail(store, "1")
    fail(store, "2", minutes=3)
    assert store.read(lambda conn: unread.oldest(conn, "acme")) == (3, 2, NOON)
    found = store.read(lambda conn: unread.untold(conn, "acme", after(minutes=2)))
    assert [row.ticket_id for row in found] == ["1"]
    store.write(lambda conn: unread.told(conn, found, after(minutes=10)))
    assert [row.ticket_id for row in store.read(lambda conn: unread.untold(conn, "acme", after(minutes=9)))] == ["2"]
    assert store.read(lambda conn: unread.oldest(conn, "acme")) == (2, 1, NOON)
    assert [row.ticket_id for row in store.read(unread.failing)] == ["1", "2"]
    assert store.read(lambda conn: unread.is_failing(conn, "acme", "1"))
    assert not store.read(lambda conn: unread.is_failing(conn, "acme", "3"))
    assert store.read(lambda conn: unread.oldest(conn, "partners")) == (0, 0, None)


@pytest.mark.parametrize(("after_", "until", "number"), [(-1, 0, 3), (0, 5, 1), (-1, 5, 4), (5, 9, 0)])
def test_how_many_came_between_two_instants(store: Store, after_: int, until: int, number: int) -> None:
    add(store, "1", "2", "failed")
    add(store, "3", minutes=5)
    add(store, "undecided")
    event = LedgerEvent.TICKET_DECISION_FAILED
    store.write(lambda conn: ledger.write(conn, NOON, event, "it cannot be decided about", "acme", "undecided"))
    fail(store, "failed")
    span = {"after": after(minutes=after_), "until": after(minutes=until)}
    assert store.read(lambda conn: unread.count(conn, "acme", **span)) == number


def test_nobody_waits_for_a_ticket_of_which_people_were_told(store: Store) -> None:
    add(store, "1", "2", minutes=1)
    fail(store, "1", minutes=2)
    span = {"after": NOON, "until": after(minutes=5)}
    assert store.read(lambda conn: unread.count(conn, "acme", **span)) == 2
    row = rows(store)["1"]
    store.write(lambda conn: unread.told(conn, [row], after(minutes=12)))
    assert store.read(lambda conn: unread.count(conn, "acme", **span)) == 1
