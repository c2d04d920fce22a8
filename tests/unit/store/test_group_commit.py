"""One SQLite file, many writers. What PostgreSQL does by itself is in test_store.py."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import sqlite3
import stat
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from slabot.store import Fault, Store, StoreClosed, StoreDamaged, StoreUnavailable, meta, open_store, writer

NOBODY = 65534  # a user without rights, where the tests run as root


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def one(sqlite_url: str) -> Iterator[Store]:
    with open_store(sqlite_url, busy_timeout=0.1) as store:
        yield store


def names(store: Store) -> list[str]:
    return store.read(lambda conn: list(conn.execute(text("SELECT name FROM meta ORDER BY name")).scalars()))


def put(name: str) -> Callable[[Connection], None]:
    return lambda conn: meta.put(conn, name, name)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group takes in whoever is queued, however slow the machine is."""
    monkeypatch.setattr(writer, "COMPANY", 60.0)


class Together:
    """Hands several functions to the writer while it is busy, so that they become one group."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.outcomes: dict[str, Any] = {}

    def run(self, **members: Callable[[Connection], Any]) -> dict[str, Any]:
        entered, leave = threading.Event(), threading.Event()

        def blocks(conn: Connection) -> None:
            entered.set()
            assert leave.wait(60)

        threads = [threading.Thread(target=self._one, args=("first", blocks))]
        threads[0].start()
        assert entered.wait(60)
        for name, fn in members.items():
            threads.append(threading.Thread(target=self._one, args=(name, fn)))
            threads[-1].start()
            waiting = self._store._writer._queue  # type: ignore[attr-defined]
            while waiting.qsize() < len(threads) - 1:
                assert threads[-1].is_alive()
        leave.set()
        for thread in threads:
            thread.join(60)
        return self.outcomes

    def _one(self, name: str, fn: Callable[[Connection], Any]) -> None:
        try:
            self.outcomes[name] = self._store.write(fn)
        except BaseException as error:
            self.outcomes[name] = error


def test_who_is_queued_is_committed_together(one: Store) -> None:
    begun = []

    def transaction(conn: Connection) -> int:
        begun.append(id(conn.get_transaction()))
        return len(begun)

    Together(one).run(a=transaction, b=transaction, c=transaction)
    assert len(begun) == 3
    assert len(set(begun)) == 1


def test_a_member_that_fails_harms_nobody(one: Store) -> None:
    def fails(conn: Connection) -> None:
        meta.put(conn, "b", "never")
        raise LookupError("my own mistake")

    outcomes = Together(one).run(a=put("a"), b=fails, c=put("c"))
    assert isinstance(outcomes.pop("b"), LookupError)
    assert outcomes == {"first": None, "a": None, "c": None}  # first: it kept the writer busy
    assert names(one) == ["a", "c"]


def test_a_member_sees_what_the_one_before_it_wrote(one: Store) -> None:
    outcomes = Together(one).run(a=put("a"), b=lambda conn: meta.get(conn, "a"))
    assert outcomes["b"] == "a"


def test_closing_answers_everybody_who_was_in_time(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    answers: list[str] = []

    def work(thread: int) -> None:
        number = 0
        while True:
            try:
                store.write(put(f"{thread}/{number}"))
            except StoreClosed:
                return
            answers.append(f"{thread}/{number}")
            number += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    while len(answers) < 30:
        assert any(thread.is_alive() for thread in threads)
    store.close()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    with open_store(sqlite_url) as again:
        assert names(again) == sorted(answers)


def test_nothing_of_a_caller_is_kept_alive_after_its_answer(one: Store) -> None:
    class Thing:
        pass

    thing = Thing()
    gone = weakref.ref(thing)
    one.write(lambda conn, thing=thing: None)  # type: ignore[misc]
    del thing
    one.write(lambda conn: None)
    gc.collect()
    assert gone() is None


def test_the_file_survives_a_power_cut_and_holds_its_foreign_keys(one: Store) -> None:
    def settings(conn: Connection) -> dict[str, object]:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        return {name: conn.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas}

    assert one.write(settings) == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        store.write(put("a"))
        for made in tmp_path.iterdir():
            assert stat.S_IMODE(made.stat().st_mode) == 0o600, made.name


def test_a_clean_close_leaves_one_file(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'new.db'}") as store:
        store.write(put("a"))
    assert [made.name for made in tmp_path.iterdir()] == ["new.db"]


def test_a_file_locked_by_somebody_else_is_said_and_used_again_when_it_is_free(one: Store, file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked by another process") as caught:
        one.write(put("a"))
    assert caught.value.fault is Fault.LOCKED
    assert names(one) == []  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    one.write(put("a"))
    assert names(one) == ["a"]


def test_a_full_disk_turns_the_whole_group_away_and_is_used_again_when_there_is_room(one: Store) -> None:
    def limit(pages: int) -> None:
        one.write(lambda conn: conn.execute(text(f"PRAGMA max_page_count = {pages}")).scalar())

    pages = one.read(lambda conn: conn.execute(text("PRAGMA page_count")).scalar())
    assert pages is not None
    limit(pages)
    outcomes = Together(one).run(a=put("a"), b=lambda conn: meta.put(conn, "b", "x" * 100_000), c=put("c"))
    for name in ("first", "a", "b"):
        assert isinstance(outcomes[name], StoreUnavailable)
        assert outcomes[name].fault is Fault.FULL
        assert "Free some space" in str(outcomes[name])
    assert outcomes["a"] is not outcomes["b"]
    assert names(one) in ([], ["c"])  # whoever came after may have found room again
    limit(1_000_000)
    one.write(put("d"))
    assert "d" in names(one)


def test_a_store_opened_for_reading_only_answers_questions_and_refuses_writes(one: Store, file: Path) -> None:
    one.write(put("a"))
    with open_store(f"sqlite:///file:{file}?mode=ro&uri=true") as readonly:
        assert names(readonly) == ["a"]
        with pytest.raises(StoreUnavailable, match="Give the user that runs slabot the right") as caught:
            readonly.write(put("b"))
        assert caught.value.fault is Fault.READ_ONLY


@pytest.fixture
def guarded(sqlite_url: str) -> Iterator[Path]:
    """A folder with a store in it, in a place that every user can reach."""
    open_store(sqlite_url).close()  # whatever is loaded late is loaded now, as the user who may read it
    folder = Path(tempfile.mkdtemp(prefix="slabot-guarded-"))
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), folder / "slabot.db")
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@contextlib.contextmanager
def as_somebody_whom_permissions_bind() -> Iterator[None]:
    """Root may write anywhere, so it takes on another user for the time."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_may_not_be_written_is_said(guarded: Path) -> None:
    (guarded / "slabot.db").chmod(0o444)
    guarded.chmod(0o777)
    with (
        as_somebody_whom_permissions_bind(),
        pytest.raises(StoreUnavailable, match="Give the user that runs slabot the right") as caught,
        open_store(f"sqlite:///{guarded / 'slabot.db'}") as store,
    ):
        store.write(put("a"))
    assert caught.value.fault is Fault.READ_ONLY


def test_a_folder_that_may_not_be_written_is_said(guarded: Path) -> None:
    guarded.chmod(0o555)
    with (
        as_somebody_whom_permissions_bind(),
        pytest.raises(StoreUnavailable, match="slabot's user may write in it") as caught,
    ):
        open_store(f"sqlite:///{guarded / 'new.db'}")
    assert caught.value.fault is Fault.CANNOT_OPEN


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="Check that the folder exists") as caught:
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'slabot.db'}")
    assert caught.value.fault is Fault.CANNOT_OPEN


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Dear diary, " * 500)
    with pytest.raises(StoreDamaged, match="Put back the latest backup"):
        open_store(f"sqlite:///{tmp_path / 'notes.db'}")
