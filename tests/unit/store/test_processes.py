from __future__ import annotations

import threading

from sqlalchemy import Connection

from slabot.store import Store, processes
from slabot.store.processes import Process, ProcessKind
from tests.fixtures.times import NOON


def a_process(name: str, tables: str = "0012") -> Process:
    return Process(
        name=name,
        kind=ProcessKind.WORKER,
        place=f"{name}:1",
        tables=tables,
        policy_version=1,
        started_at=NOON,
    )


def entered(store: Store, *names: str) -> None:
    for name in names:
        store.write(lambda conn, name=name: processes.enter(conn, a_process(name)))  # type: ignore[misc]


def test_a_process_is_there_from_its_entry_to_its_leave(store: Store) -> None:
    entered(store, "a", "b")
    assert store.read(processes.everyone) == [a_process("a"), a_process("b")]
    store.write(lambda conn: processes.leave(conn, "a"))
    assert store.read(processes.everyone) == [a_process("b")]


def test_a_beat_of_a_process_that_was_taken_out_finds_nothing(store: Store) -> None:
    entered(store, "a")
    assert store.write(lambda conn: processes.beat(conn, "a"))
    (seen,) = store.read(processes.everyone)
    assert seen.beats == 1
    assert store.write(lambda conn: processes.take_out(conn, seen))
    assert not store.write(lambda conn: processes.beat(conn, "a"))


def test_a_process_that_has_beaten_since_it_was_read_is_not_taken_out(store: Store) -> None:
    entered(store, "a")
    (seen,) = store.read(processes.everyone)
    store.write(lambda conn: processes.beat(conn, "a"))
    assert not store.write(lambda conn: processes.take_out(conn, seen))
    assert store.write(lambda conn: processes.beat(conn, "a"))


def test_nobody_waits_for_a_process_that_was_stopped_in_the_middle_of_its_beat(store: Store) -> None:
    if store.address.is_sqlite:
        return  # one process works on it
    entered(store, "a")
    (seen,) = store.read(processes.everyone)
    beating, done = threading.Event(), threading.Event()

    def stops(conn: Connection) -> None:
        processes.beat(conn, "a")
        processes.take(conn, "alarm", "a", of=None)
        beating.set()
        done.wait(30)

    stopped = threading.Thread(target=lambda: store.write(stops))
    stopped.start()
    assert beating.wait(30)
    assert not store.write(lambda conn: processes.take_out(conn, seen))
    done.set()
    stopped.join()


def test_of_two_who_take_a_lease_one_holds_it(store: Store) -> None:
    assert store.write(lambda conn: processes.take(conn, "alarm", "a", of=None))
    assert not store.write(lambda conn: processes.take(conn, "alarm", "b", of=None))
    assert store.write(lambda conn: processes.take(conn, "alarm", "b", of="a"))
    assert not store.write(lambda conn: processes.take(conn, "alarm", "c", of="a"))
    assert store.read(processes.holders) == {"alarm": "b"}


def test_a_lease_that_somebody_else_holds_by_now_is_not_given_back(store: Store) -> None:
    store.write(lambda conn: processes.take(conn, "alarm", "a", of=None))
    store.write(lambda conn: processes.take(conn, "pages", "b", of=None))
    store.write(lambda conn: processes.give_back(conn, ["alarm", "pages"], "a"))
    assert store.read(processes.holders) == {"pages": "b"}


def test_who_leaves_holds_nothing(store: Store) -> None:
    entered(store, "a")
    store.write(lambda conn: processes.take(conn, "alarm", "a", of=None))
    store.write(lambda conn: processes.leave(conn, "a"))
    assert store.read(processes.holders) == {}


def test_processes_that_know_fewer_migrations_are_named(store: Store) -> None:
    store.write(lambda conn: processes.enter(conn, a_process("old", "0012")))
    store.write(lambda conn: processes.enter(conn, a_process("new", "0014")))
    assert store.read(lambda conn: processes.knowing_less(conn, "0013")) == ["old:1"]
    assert store.read(lambda conn: processes.knowing_less(conn, "0012")) == []
