"""What slabot asks of an engine, asked of each driver."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from slabot.runtime.engine import LOOKS, Engine, HintKind, WorkHint, reads_of
from slabot.runtime.engines.in_memory import InMemory
from slabot.runtime.engines.procrastinate import Procrastinate
from slabot.store import Store, open_store
from tests.fixtures.stores import postgres_url  # noqa: F401
from tests.fixtures.waits import until

LOOK, READ = WorkHint(HintKind.LOOK, "acme", "1"), WorkHint(HintKind.READ, "acme", "1")
OTHER = WorkHint(HintKind.LOOK, "acme", "2")
LONG = timedelta(seconds=30)


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:  # noqa: F811
    with open_store(postgres_url) as opened:
        yield opened


@pytest.fixture(params=["in memory", "procrastinate"])
def engine(request: pytest.FixtureRequest, store: Store) -> Iterator[Engine]:
    made: Engine = InMemory() if request.param == "in memory" else Procrastinate(store.address.url)
    yield made
    made.stop(LONG)


class Followed:
    """Follows hints, and can be held up."""

    def __init__(self) -> None:
        self.hints: list[WorkHint] = []
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, hint: WorkHint) -> None:
        self.hints.append(hint)
        self.may_end.wait(30)


def put(store: Store, engine: Engine, *hints: WorkHint) -> int:
    return store.write(lambda conn: engine.put(conn, hints))


def waiting(store: Store, engine: Engine, queue: str = LOOKS) -> int:
    return store.read(lambda conn: engine.waiting(conn, queue))


def test_a_hint_is_followed_by_whoever_serves_its_queue(store: Store, engine: Engine) -> None:
    engine.start()
    looks, reads = Followed(), Followed()
    engine.serve({LOOKS: looks, reads_of("acme"): reads})
    assert put(store, engine, LOOK, READ) == 2
    until(lambda: (looks.hints, reads.hints) == ([LOOK], [READ]))


def test_a_queue_that_nobody_serves_keeps_its_hints(store: Store, engine: Engine) -> None:
    engine.start()
    looks, reads = Followed(), Followed()
    engine.serve({LOOKS: looks})
    put(store, engine, READ, LOOK)
    until(lambda: looks.hints == [LOOK])
    assert waiting(store, engine, reads_of("acme")) == 1
    engine.serve({reads_of("acme"): reads})
    until(lambda: reads.hints == [READ])


def test_hints_that_say_the_same_are_one_while_they_wait(store: Store, engine: Engine) -> None:
    assert put(store, engine, LOOK, LOOK, OTHER) == 2
    assert put(store, engine, LOOK, OTHER, READ) == 1
    assert waiting(store, engine) == 2


def test_a_hint_of_a_transaction_that_fails_is_not_there(store: Store, engine: Engine) -> None:
    def breaks(conn: Connection) -> None:
        engine.put(conn, [LOOK])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.write(breaks)
    assert waiting(store, engine) == 0
    assert put(store, engine, LOOK) == 1


def test_a_transaction_goes_on_where_the_same_hint_came_in_between(store: Store, engine: Engine) -> None:
    met = threading.Event()

    def first(conn: Connection) -> None:
        engine.put(conn, [LOOK])
        met.set()
        other.join(0.2)  # it waits for this transaction, where the driver knows transactions

    def second() -> None:
        met.wait(30)
        store.write(write)

    def write(conn: Connection) -> None:
        engine.put(conn, [LOOK, OTHER])
        conn.execute(text("INSERT INTO meta (name, value) VALUES ('written', 'yes')"))

    other = threading.Thread(target=second)
    other.start()
    store.write(first)
    other.join()
    assert waiting(store, engine) == 2
    assert (
        store.read(lambda conn: conn.execute(text("SELECT value FROM meta WHERE name = 'written'")).scalar()) == "yes"
    )


def test_the_same_hint_is_followed_once_at_a_time(store: Store, engine: Engine) -> None:
    engine.start()
    followed = Followed()
    followed.may_end.clear()
    engine.serve({LOOKS: followed})
    put(store, engine, LOOK)
    until(lambda: followed.hints == [LOOK])
    assert put(store, engine, LOOK, OTHER) == 2  # something may have happened since it was begun
    until(lambda: followed.hints == [LOOK, OTHER])
    assert waiting(store, engine) == 1
    followed.may_end.set()
    until(lambda: followed.hints == [LOOK, OTHER, LOOK])


def test_an_error_ends_its_hint_and_no_other(store: Store, engine: Engine) -> None:
    engine.start()
    followed: list[WorkHint] = []

    def breaks(hint: WorkHint) -> None:
        followed.append(hint)
        if hint == LOOK:
            raise RuntimeError("a mistake")

    engine.serve({LOOKS: breaks})
    put(store, engine, LOOK, OTHER)
    until(lambda: set(followed) == {LOOK, OTHER})
    until(lambda: put(store, engine, LOOK) == 1)
    until(lambda: followed.count(LOOK) >= 2)


def test_stopping_waits_for_what_is_under_way(store: Store, engine: Engine) -> None:
    engine.start()
    followed = Followed()
    followed.may_end.clear()
    engine.serve({LOOKS: followed})
    put(store, engine, LOOK)
    until(lambda: followed.hints == [LOOK])
    stopped = threading.Thread(target=engine.stop, args=(LONG,))
    stopped.start()
    followed.may_end.set()
    stopped.join(30)
    assert not stopped.is_alive()
    assert waiting(store, engine) == 0
