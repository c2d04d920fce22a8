"""Is a decision written down so that the store shows it, and is nothing written that it does not change?"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from slabot.domain import Category, Nudged
from slabot.store import LedgerEvent, OutboxState, Store, clocks, decisions, ledger, open_store, outbox, tickets
from slabot.store.decisions import Evaluated
from slabot.store.ledger import LedgerEntry
from tests.fixtures.stored import a_row, decided, keep, kept, save_decision
from tests.fixtures.tickets import a_ticket, answered, asked, moved
from tests.fixtures.times import NOON, after


def nothing_new(conn: Connection, *ticket_ids: str) -> list[Evaluated]:
    """What an evaluation at noon leads to for each, if it adds nothing."""
    stored = tickets.load_locked(conn, [("acme", ticket_id) for ticket_id in ticket_ids])
    return [
        Evaluated(
            known=known,
            decision=decided(known.stored, NOON),
            events=(),
            told=(),
            planned=(),
            revived=(),
            outdated=False,
        )
        for known in decisions.known(conn, list(stored.values()))
    ]


def with_more(each: Evaluated, **more: Any) -> Evaluated:
    facts = {name: getattr(each, name) for name in Evaluated.__dataclass_fields__}
    return Evaluated(**facts | more)


def test_a_decision_is_kept_with_its_clocks(store: Store) -> None:
    decision = decided(keep(store, asked()), after(minutes=1))
    save_decision(store, decision, version=7)
    found = kept(store)
    assert (found.category, found.severity) == (decision.category, decision.severity.severity)
    assert (found.generation, found.policy_version, found.next_look) == (1, 7, decision.next_look)
    (row,) = store.read(lambda conn: clocks.of_ticket(conn, "acme", "4711"))
    (clock,) = decision.clocks
    assert (row.name, row.instance, row.verdict) == ("first_response", 1, "running")
    assert (row.started_at, row.due_at, row.met_until) == (clock.started_at, clock.due_at, clock.met_until)
    assert (row.target, row.calendar) == (str(clock.terms.target), clock.terms.calendar.name)


def test_the_next_decision_takes_the_place_of_the_last(store: Store) -> None:
    keep(store, asked())
    save_decision(store, now=after(minutes=1))
    keep(store, answered(), version="v2")
    save_decision(store, now=after(minutes=31))
    (row,) = store.read(lambda conn: clocks.of_ticket(conn, "acme", "4711"))
    assert (row.verdict, row.stopped_at) == ("met", after(minutes=30))
    assert kept(store).generation == 2


def test_a_clock_that_is_no_more_is_taken_away(store: Store) -> None:
    keep(store, asked())
    save_decision(store)
    with_clock = decided(kept(store), NOON)
    without = type(with_clock)(
        **{name: getattr(with_clock, name) for name in with_clock.__dataclass_fields__} | {"clocks": ()}
    )
    save_decision(store, without)
    assert store.read(lambda conn: clocks.of_ticket(conn, "acme", "4711")) == []


def test_what_a_decision_does_not_change_is_not_written(store: Store) -> None:
    keep(store, asked())
    save_decision(store)
    before, written = kept(store), []

    def overhear(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        written.append(statement.split()[0])

    def work(conn: Connection) -> None:
        event.listen(conn, "before_cursor_execute", overhear)
        decisions.save(conn, nothing_new(conn, "4711"), 1)
        event.remove(conn, "before_cursor_execute", overhear)

    store.write(work)
    assert set(written) == {"SELECT"}
    assert kept(store) == before


@pytest.mark.parametrize(
    "more",
    [
        {"events": [Nudged(at=NOON, key="k", id="nudged:k")]},
        {"told": [LedgerEntry(NOON, LedgerEvent.SEVERITY_SET, "severity high", "acme", "4711", "k")]},
        {"planned": [a_row("k")]},
        {"outdated": True},
    ],
    ids=lambda more: next(iter(more)),
)
def test_whatever_comes_of_it_the_generation_goes_up(store: Store, more: dict[str, Any]) -> None:
    """A click on a button that was shown before is noticed by it."""
    keep(store, asked())
    save_decision(store)
    store.write(lambda conn: decisions.save(conn, [with_more(nothing_new(conn, "4711")[0], **more)], 1))
    assert kept(store).generation == 2


def test_a_policy_is_noted_under_which_nothing_is_different(store: Store) -> None:
    keep(store, asked())
    save_decision(store)
    save_decision(store, version=2)
    assert (kept(store).policy_version, kept(store).generation) == (2, 2)


def test_all_that_is_added_is_there_for_each_of_several(store: Store) -> None:
    for number in "12":
        keep(store, asked(), ticket=a_ticket(number))
    store.write(lambda conn: outbox.put(conn, a_row("was dropped 2")))
    store.write(lambda conn: outbox.settle(conn, "was dropped 2", OutboxState.SUPERSEDED, "nobody wanted it"))

    def work(conn: Connection) -> None:
        one, two = nothing_new(conn, "1", "2")
        told = [LedgerEntry(NOON, LedgerEvent.SEVERITY_SET, "severity high", "acme", number, number) for number in "12"]
        act = Nudged(at=NOON, key="k", id="nudged:k")
        rows = [a_row(f"planned {number}", ticket_id=number) for number in "12"]
        first = with_more(one, told=told[:1], planned=rows[:1], events=[act])
        second = with_more(two, told=told[1:], planned=rows[1:], revived=[a_row("was dropped 2", ticket_id="2")])
        decisions.save(conn, [first, second], 1)

    store.write(work)
    assert list(kept(store, "1").timeline)[-1] == Nudged(at=NOON, key="k", id="nudged:k")
    assert len(kept(store, "2").timeline) == 1
    for number in "12":
        assert [row.text for row in store.read(lambda conn, n=number: ledger.of_ticket(conn, "acme", n))] == [  # type: ignore[misc]
            "severity high."
        ]
        assert kept(store, number).generation == 1
    keys = ["planned 1", "planned 2", "was dropped 2", "never put in"]
    assert store.read(lambda conn: outbox.states(conn, keys)) == dict.fromkeys(keys[:3], OutboxState.PENDING)


def test_what_was_told_by_a_decision_is_known_to_the_next(store: Store) -> None:
    keep(store, asked(), moved(Category.PENDING))
    for key, kind in (("k", LedgerEvent.SEVERITY_SET), (None, LedgerEvent.CLOCK_STARTED), ("p", LedgerEvent.PAGE_SENT)):
        store.write(lambda conn, key=key, kind=kind: ledger.write(conn, NOON, kind, "x", "acme", "4711", key))  # type: ignore[misc]
    (each,) = store.write(lambda conn: nothing_new(conn, "4711"))
    assert each.known.told == {("severity.set", "k")}  # what is told by deliveries is no matter of a decision


def test_a_second_decision_sees_what_the_first_has_stored(postgres_url: str) -> None:
    """Without the lock both would read generation 0."""
    with open_store(postgres_url) as store:
        keep(store, asked())

        def evaluate(version: int) -> None:
            def work(conn: Connection) -> int:
                evaluated = nothing_new(conn, "4711")
                conn.execute(text("SELECT pg_sleep(0.05)"))
                decisions.save(conn, evaluated, version)
                return evaluated[0].known.stored.generation

            generations.append(store.write(work))

        generations: list[int] = []
        threads = [threading.Thread(target=evaluate, args=(version,)) for version in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(generations) == [0, 1, 2, 3]
