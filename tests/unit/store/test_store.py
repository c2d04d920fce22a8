from __future__ import annotations

import contextlib
import threading
import time
import traceback

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from slabot.store import Fault, Store, StoreClosed, StoreMisuse, StoreUnavailable, meta, open_store
from tests.fixtures.stores import postgres_server
from tests.fixtures.times import NOON


def value(store: Store, name: str = "a") -> str | None:
    return store.read(lambda conn: meta.get(conn, name))


def test_what_was_written_is_read_by_everybody_once_the_call_has_returned(store: Store, store_url: str) -> None:
    store.write(lambda conn: meta.put(conn, "a", "1"))
    assert value(store) == "1"
    with open_store(store_url) as other:
        assert value(other) == "1"


def test_a_write_returns_what_its_function_returns(store: Store) -> None:
    assert store.write(lambda conn: meta.installed_at(conn, NOON)) == NOON


def test_an_error_undoes_what_was_written_and_arrives_with_its_traceback(store: Store) -> None:
    def breaks_in_the_middle(conn: Connection) -> None:
        meta.put(conn, "a", "1")
        raise KeyError("a mistake")

    with pytest.raises(KeyError) as caught:
        store.write(breaks_in_the_middle)
    assert value(store) is None
    assert "breaks_in_the_middle" in "".join(traceback.format_exception(caught.value))


def test_a_mistake_in_the_program_is_not_dressed_up_as_a_fault_of_the_store(store: Store) -> None:
    with pytest.raises(DBAPIError):
        store.write(lambda conn: conn.execute(text("SELECT * FROM no_such_table")))
    with pytest.raises(IntegrityError):
        store.write(lambda conn: conn.execute(text("INSERT INTO meta (name, value) VALUES ('a', NULL)")))


def test_a_reader_can_write_nothing(store: Store) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        store.read(lambda conn: meta.put(conn, "a", "1"))
    assert caught.value.fault is Fault.READ_ONLY
    assert value(store) is None


def test_a_reader_sees_one_instant_of_the_store(store: Store) -> None:
    store.write(lambda conn: meta.put(conn, "a", "1"))

    def twice(conn: Connection) -> tuple[str | None, str | None]:
        before = meta.get(conn, "a")
        writer = threading.Thread(target=lambda: store.write(lambda other: meta.put(other, "a", "2")))
        writer.start()
        writer.join()
        return before, meta.get(conn, "a")

    assert store.read(twice) == ("1", "1")
    assert value(store) == "2"


@pytest.mark.parametrize("inner", ["read", "write"])
def test_a_call_of_the_store_within_a_write_is_a_mistake(store: Store, inner: str) -> None:
    with pytest.raises(StoreMisuse, match="use the connection it was handed"):
        store.write(lambda conn: getattr(store, inner)(lambda other: None))
    store.write(lambda conn: meta.put(conn, "a", "1"))
    assert value(store) == "1"


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_function_that_ends_the_transaction_itself_is_a_mistake(store: Store, end: str) -> None:
    with pytest.raises(StoreMisuse, match="leave that to the store"):
        store.write(lambda conn: getattr(conn, end)())
    store.write(lambda conn: meta.put(conn, "a", "1"))
    assert value(store) == "1"


def test_a_swallowed_error_never_passes_for_a_commit(postgres_url: str) -> None:
    def swallows(conn: Connection) -> None:
        meta.put(conn, "a", "1")
        with contextlib.suppress(DBAPIError):
            conn.execute(text("SELECT * FROM no_such_table"))

    with open_store(postgres_url) as store:
        with pytest.raises(StoreMisuse, match="swallowed an error"):
            store.write(swallows)
        assert value(store) is None


def test_many_threads_write_and_read_and_every_write_is_there(store: Store) -> None:
    wrong: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(20):
                name = f"{thread}/{number}"
                store.write(lambda conn, name=name: meta.put(conn, name, name))  # type: ignore[misc]
                assert value(store, name) == name
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.read(lambda conn: conn.execute(text("SELECT count(*) FROM meta")).scalar()) == 160


def test_failing_calls_keep_no_connection(store: Store) -> None:
    for _ in range(60):  # more than there are connections
        with pytest.raises(ZeroDivisionError):
            store.write(lambda conn: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            store.read(lambda conn: 1 // 0)
    assert store.connections_in_use == 0


def test_a_closed_store_says_so_and_can_be_closed_again(store_url: str) -> None:
    store = open_store(store_url)
    store.close()
    store.close()
    with pytest.raises(StoreClosed, match="slabot is stopping"):
        store.write(lambda conn: None)
    with pytest.raises(StoreClosed):
        store.read(lambda conn: None)


def test_the_address_shows_in_errors_without_its_password(postgres_url: str) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        open_store("postgres://ana:secret@127.0.0.1:9/slabot?connect_timeout=2")
    assert caught.value.fault is Fault.LOST
    assert "slabot at 127.0.0.1:9" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_postgresql_that_was_restarted_is_used_again_without_help(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        store.write(lambda conn: meta.put(conn, "a", "1"))
        throw_everybody_out(store)
        store.write(lambda conn: meta.put(conn, "b", "2"))
        assert value(store, "b") == "2"


def test_a_connection_lost_within_a_write_is_said_and_nothing_is_written(postgres_url: str) -> None:
    def lost(conn: Connection) -> None:
        meta.put(conn, "a", "1")
        throw_everybody_out(store)
        meta.put(conn, "a", "2")

    with open_store(postgres_url) as store:
        with pytest.raises(StoreUnavailable, match="tries again by itself") as caught:
            store.write(lost)
        assert caught.value.fault is Fault.LOST
        assert value(store) is None


def test_a_postgresql_that_is_set_to_read_only_is_said(postgres_url: str) -> None:
    def readonly(conn: Connection) -> None:
        conn.execute(text("SET TRANSACTION READ ONLY"))
        meta.put(conn, "a", "1")

    with open_store(postgres_url) as store:
        with pytest.raises(StoreUnavailable) as caught:
            store.write(readonly)
        assert caught.value.fault is Fault.READ_ONLY


def throw_everybody_out(store: Store) -> None:
    database = store.address.url.database
    query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute(query, [database])


def test_closing_waits_for_whoever_is_reading(store: Store) -> None:
    reading, seen = threading.Event(), list[int]()

    def slowly(conn: Connection) -> None:
        reading.set()
        time.sleep(0.2)
        seen.append(conn.execute(text("SELECT 1")).scalar_one())

    thread = threading.Thread(target=store.read, args=(slowly,))
    thread.start()
    assert reading.wait(60)
    store.close()
    assert seen == [1]
    assert store.connections_in_use == 0
    thread.join()
