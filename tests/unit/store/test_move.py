"""A store is moved whole or the new one cannot be worked on; a move that was killed goes on where it stopped."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text

from slabot.store import LedgerEvent, Store, inbox, ledger, move, open_store, outbox, policies, rows, schema, try_store
from slabot.store.address import read_address
from slabot.store.errors import MoveRefused, StoreMoved, StoreNotWhole, StoresDiffer, UnmovableRow
from slabot.store.move import Moved, MoveStep, StoreMove
from slabot.store.schema import metadata
from tests.fixtures.stored import a_row, decided, keep, save_decision
from tests.fixtures.tickets import a_ticket, answered, asked
from tests.fixtures.times import NOON


def filled(url: str, tickets: int = 1) -> None:
    with open_store(url) as store:
        for number in range(4711, 4711 + tickets):
            decision = decided(keep(store, asked("🙂"), answered(), ticket=a_ticket(id=str(number))), NOON)
            version = store.write(lambda conn: policies.record(conn, "d", "text", NOON))
            save_decision(store, decision, str(number), version)
        store.write(lambda conn: outbox.put(conn, a_row()))
        store.write(lambda conn: inbox.accept(conn, "acme", "d1", "4711", NOON))
        for _ in range(3):
            store.write(lambda conn: ledger.write(conn, NOON, "page.sent", "paged", "acme", "4711", facts={"n": 1}))


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    def work(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
        return {
            table.name: sorted((tuple(map(repr, row)) for row in conn.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }

    return store.read(work)


def moved(old: str, new: str, *, afresh: bool = False, progress: move.Progress = lambda step: None) -> Moved | None:
    """Move; None if there was nothing to do."""
    with ExitStack() as opened:
        source = opened.enter_context(open_store(old, amid_move=True))
        target = opened.enter_context(open_store(new, amid_move=True, finish_migrating=True))
        moving = StoreMove(source, target, NOON, progress)
        if not moving.begin(afresh=afresh):
            return None
        moving.copy()
        return moving.finish()


def by_hand(url: str, statement: str, **values: object) -> None:
    """Somebody else writes to the store."""
    engine = create_engine(read_address(url).url)
    with engine.begin() as conn:
        conn.execute(text(statement), values)
    engine.dispose()


@contextmanager
def copied(source_url: str, target_url: str) -> Iterator[StoreMove]:
    """A move that has copied everything, and has not been finished."""
    with ExitStack() as opened:
        source = opened.enter_context(open_store(source_url, amid_move=True))
        target = opened.enter_context(open_store(target_url, amid_move=True))
        moving = StoreMove(source, target, NOON, lambda step: None)
        moving.begin()
        moving.copy()
        yield moving


@pytest.mark.parametrize("there_and_back", [False, True])
def test_everything_arrives_at_the_other_engine(sqlite_url: str, postgres_url: str, there_and_back: bool) -> None:
    old, new = (postgres_url, sqlite_url) if there_and_back else (sqlite_url, postgres_url)
    filled(old)
    result = moved(old, new)
    assert result is not None
    assert result.tables["ledger"].rows >= 3
    assert result.altered == 0
    with open_store(old, amid_move=True) as source, open_store(new) as target:
        assert everything(target) == everything(source)
        # Numbers go on where they were.
        assert target.write(lambda conn: ledger.write(conn, NOON, "page.sent", "again", "acme", "4711"))
        assert target.write(lambda conn: policies.record(conn, "d2", "text", NOON)) == 2


def test_a_store_that_was_moved_is_worked_on_no_more_and_says_where_it_went(sqlite_url: str, postgres_url: str) -> None:
    filled(sqlite_url)
    moved(sqlite_url, postgres_url)
    for opens in (open_store, try_store):
        with pytest.raises(StoreMoved, match=r"was moved to the PostgreSQL database \w+ at .*--give-up"):
            opens(sqlite_url)
    assert moved(sqlite_url, postgres_url) is None, "a second time there is nothing to do"


def test_a_store_that_has_given_no_number_yet_begins_with_one(sqlite_url: str, postgres_url: str) -> None:
    moved(sqlite_url, postgres_url)
    with open_store(postgres_url) as target:
        assert target.write(lambda conn: policies.record(conn, "d", "text", NOON)) == 1


class Killed(Exception):
    """Stands for the end of the process: what was committed by then is all there is."""


def steps(old: str, new: str) -> list[MoveStep]:
    """All steps of a move."""
    seen: list[MoveStep] = []
    moved(old, new, progress=seen.append)
    return seen


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "AT_ONCE", 3)


def test_a_move_that_is_killed_at_any_step_goes_on_and_arrives_whole(
    sqlite_url: str, postgres_url: str, tmp_path: Path, small_batches: None
) -> None:
    filled(sqlite_url, tickets=4)
    copies = [f"sqlite:///{tmp_path / name}" for name in ("a.db", "b.db")]
    for copy in copies:
        engine = create_engine(sqlite_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.execute(text(f"VACUUM INTO '{read_address(copy).file}'"))
        engine.dispose()
    number = len(steps(copies[0], f"sqlite:///{tmp_path / 'whole.db'}"))
    assert number > 40

    copied: list[tuple[str, int]] = []
    result, kills = None, 0
    for lives in itertools.count(2, 4):  # steps of each attempt
        left = lives

        def dies(step: MoveStep) -> None:
            nonlocal left
            if step.act == "copying" and step.done:
                copied.append((step.table, step.done))
            left -= 1
            if left == 0:
                raise Killed

        try:
            result = moved(sqlite_url, postgres_url, progress=dies)
            break
        except Killed:
            kills += 1
        with pytest.raises(StoreNotWhole, match="has been moved into it since 2026-01-09 12:00 UTC"):
            open_store(postgres_url)
        with pytest.raises(StoreMoved, match="on its way to the PostgreSQL database"):
            open_store(sqlite_url)
    assert result is not None
    assert kills > 5
    batches = [name for name, _ in dict.fromkeys(copied)]
    assert batches.count("event") == 3, "eight rows, three at a time, whoever copied them"
    with open_store(copies[1]) as as_it_was, open_store(postgres_url) as target:
        was, now = everything(as_it_was), everything(target)
        was.pop("meta"), now.pop("meta")  # the copy has not given itself a name
        assert now == was


def test_a_move_that_is_killed_between_closing_the_old_store_and_opening_the_new_one_goes_on(
    sqlite_url: str, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(sqlite_url)

    def dies(conn: Connection, table: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(move, "_go_on_counting", dies)
        with pytest.raises(Killed):
            moved(sqlite_url, postgres_url)
    with pytest.raises(StoreNotWhole):
        open_store(postgres_url)
    with pytest.raises(StoreMoved, match="was moved to"):
        open_store(sqlite_url)
    assert moved(sqlite_url, postgres_url) is not None
    open_store(postgres_url).close()


def test_what_is_written_to_the_old_store_during_the_move_is_noticed(sqlite_url: str, postgres_url: str) -> None:
    filled(sqlite_url)

    # The comparison itself is one transaction that keeps others out; so it is written just before.
    with copied(sqlite_url, postgres_url) as moving:
        by_hand(sqlite_url, "UPDATE ledger SET words = 'another' WHERE n = 2")
        with pytest.raises(
            StoresDiffer, match=r"differ in the table ledger: .*that differs: n = 2\..*--afresh"
        ) as told:
            moving.finish()
    assert (told.value.table, told.value.row) == ("ledger", "n = 2")
    with pytest.raises(StoreNotWhole):
        open_store(postgres_url)
    assert moved(sqlite_url, postgres_url, afresh=True) is not None
    with open_store(postgres_url) as store:
        found = store.read(lambda conn: ledger.latest(conn, [LedgerEvent.PAGE_SENT], 9))
        assert [row.text for row in found].count("another") == 1


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("DELETE FROM inbox", "inbox"),
        ("UPDATE event SET text = 'No' WHERE type = 'message'", "event"),
        ("INSERT INTO agent (helpdesk, id, name) VALUES ('acme', '1', 'Ana')", "agent"),
    ],
)
def test_what_is_changed_in_the_new_store_is_noticed(
    sqlite_url: str, postgres_url: str, statement: str, table: str
) -> None:
    filled(sqlite_url)
    with copied(sqlite_url, postgres_url) as moving:
        by_hand(postgres_url, statement)
        with pytest.raises(StoresDiffer) as told:
            moving.finish()
    assert told.value.table == table
    assert "helpdesk = 'acme'" in told.value.row or "n = " in told.value.row


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_store_that_holds_something_is_not_moved_into(
    sqlite_url: str, postgres_url: str, tmp_path: Path, engine: str
) -> None:
    filled(sqlite_url)
    new = postgres_url if engine == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"
    filled(new)
    with pytest.raises(MoveRefused, match=r"already holds something in its table .*Give an empty database"):
        moved(sqlite_url, new)
    for url in (sqlite_url, new):
        open_store(url).close()


def test_a_move_of_another_store_is_not_gone_on_with(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    filled(sqlite_url)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    filled(other)

    def dies(step: MoveStep) -> None:
        if step.table == "ledger":
            raise Killed

    with pytest.raises(Killed):
        moved(sqlite_url, postgres_url, progress=dies)
    for afresh in (False, True):
        with pytest.raises(MoveRefused, match="holds something"):
            moved(other, postgres_url, afresh=afresh)
    open_store(other).close()


def test_two_that_move_the_same_store_do_not_mix(sqlite_url: str, postgres_url: str, small_batches: None) -> None:
    filled(sqlite_url, tickets=4)
    other: list[bool] = []

    def another(step: MoveStep) -> None:
        if step.table == "event" and step.done == 3 and not other:
            other.append(True)
            assert moved(sqlite_url, postgres_url) is not None

    with pytest.raises(MoveRefused, match="Another process moves a store to the same place"):
        moved(sqlite_url, postgres_url, progress=another)
    open_store(postgres_url).close()


def test_signs_that_no_store_keeps_become_the_mark_for_a_sign_and_are_counted(
    sqlite_url: str, postgres_url: str
) -> None:
    filled(sqlite_url)
    by_hand(sqlite_url, "UPDATE ledger SET words = 'a' || char(0) || 'b' WHERE n = 1")
    by_hand(sqlite_url, "UPDATE ledger SET words = CAST(x'61ff62' AS TEXT) WHERE n = 2")
    result = moved(sqlite_url, postgres_url)
    assert result is not None
    assert result.altered == 2
    with open_store(postgres_url) as store:
        found = store.read(lambda conn: conn.execute(text("SELECT words FROM ledger WHERE n < 3 ORDER BY n")).all())
    assert found == [("a\ufffdb",), ("a\ufffdb",)]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE ledger SET at = 'soon' WHERE n = 2", r"table ledger \(n = 2\) holds no number in the column at"),
        ("UPDATE ledger SET words = x'00' WHERE n = 2", r"table ledger \(n = 2\) holds no text in the column words"),
        ("UPDATE ticket SET generation = 3000000000", "holds no integer in the column generation"),
        ("UPDATE inbox SET accepted_at = 1.5", "holds no number in the column accepted_at"),
        ("INSERT INTO erased (mark) VALUES (CAST(x'ff' AS TEXT))", "is named by text that is no UTF-8"),
    ],
)
def test_a_row_that_no_slabot_writes_is_told_with_its_place(
    sqlite_url: str, postgres_url: str, statement: str, why: str
) -> None:
    filled(sqlite_url)
    by_hand(sqlite_url, statement)
    with pytest.raises(UnmovableRow, match=why):
        moved(sqlite_url, postgres_url)


def test_two_rows_that_would_become_one_are_told(sqlite_url: str, postgres_url: str) -> None:
    by_hand(sqlite_url, "INSERT INTO erased (mark) VALUES ('a' || char(0)), ('a' || char(0xfffd))")
    with pytest.raises(MoveRefused, match="two rows of the old store would be one there"):
        moved(sqlite_url, postgres_url)


def test_a_move_that_is_given_up_leaves_the_old_store_to_be_worked_on(sqlite_url: str, postgres_url: str) -> None:
    filled(sqlite_url)
    moved(sqlite_url, postgres_url)
    with open_store(sqlite_url, amid_move=True) as source, open_store(postgres_url, amid_move=True) as target:
        away = move.give_up(source, target)
        assert away is not None
        assert away.gone
        assert move.give_up(source, target) is None
    open_store(sqlite_url).close()
    with pytest.raises(StoreNotWhole):
        open_store(postgres_url)
    with pytest.raises(MoveRefused, match="--afresh"):
        moved(sqlite_url, postgres_url)
    assert moved(sqlite_url, postgres_url, afresh=True) is not None


def test_a_store_is_not_moved_to_a_second_place(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    filled(sqlite_url)
    moved(sqlite_url, postgres_url)
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    for afresh in (False, True):
        with pytest.raises(StoreMoved, match="was moved to the PostgreSQL database"):
            moved(sqlite_url, elsewhere, afresh=afresh)
    with (
        open_store(sqlite_url, amid_move=True) as source,
        open_store(elsewhere, amid_move=True) as target,
        pytest.raises(MoveRefused, match="and not to the SQLite file"),
    ):
        move.give_up(source, target)


def test_the_digest_does_not_depend_on_engine_or_order(sqlite_url: str, postgres_url: str) -> None:
    found = set()
    for url, order in ((sqlite_url, ["b", "a", "Ä", "é"]), (postgres_url, ["é", "a", "b", "Ä"])):
        with open_store(url) as store:
            for each in order:
                store.write(partial(Connection.execute, statement=insert(schema.erased).values(mark=each)))
            found.add(store.read(rows.TableRows(schema.erased).fingerprint))
    (one,) = found
    assert (one.rows, len(one.digest)) == (4, 64)
