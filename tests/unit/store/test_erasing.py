"""A person who was erased is in no column and in no byte of the files, and what slabot goes by is untouched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Text, insert, select, type_coerce

from slabot.domain import (
    Actor,
    BreachReasonGiven,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    Message,
    ParticipantsChanged,
    Person,
    Rated,
    RequesterChanged,
    SeverityChanged,
)
from slabot.policy import Mode
from slabot.rules import Action, Kind
from slabot.store import OutboxState, Store, erasing, feeds, ledger, meta, open_store, outbox, policies, schema
from slabot.store.columns import Json, Words
from slabot.store.erased import GONE
from slabot.store.erasing import KnownPerson, erase_requester
from slabot.store.personal import IMPERSONAL, PERSONAL, REPLACED
from slabot.store.remains import Wiped, wipe
from slabot.store.work import Alert, InternalNote, Page
from tests.fixtures.stored import a_row, keep, kept
from tests.fixtures.tickets import a_ticket, answered, asked
from tests.fixtures.times import NOON, after

ADDRESS = "Ana.Lima@Customer.example"
ANA = Person("r1", ADDRESS, "Customer Ltd")
WORDS = ("Lima@", "lima@", "Wanderfalke", "555 1234", "Regenbogen", "Kopfschmerz", "\nr1\n", '"r1"')
SHOWN = tuple(word for word in WORDS if "r1" not in word)


def columns() -> Iterator[Column[Any]]:
    for table in schema.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, Words | Json))


def everything(store: Store) -> str:
    """Every text of every column of every table."""

    def work(conn: Connection) -> list[str]:
        found = []
        for column in columns():
            found += [str(value) for value in conn.execute(select(type_coerce(column, Text))).scalars()]
        return found

    return "\n".join(store.read(work))


def test_every_text_of_the_schema_is_erased_or_declared_free_of_personal_data() -> None:
    named = {f"{column.table.name}.{column.name}" for column in columns()}
    erased = {f"{column.table.name}.{column.name}" for column in PERSONAL} | set(REPLACED)

    assert erased & set(IMPERSONAL) == set()
    assert erased | set(IMPERSONAL) == named
    assert all(IMPERSONAL.values())


@pytest.fixture
def with_ana(store: Store) -> Store:
    return filled(store)


def filled(store: Store) -> Store:
    """Ana's ticket, Ben's on which she wrote, Cem's whose words name her, and rows about no ticket."""
    keep(
        store,
        asked("Wanderfalke", email=ANA.email),
        answered("Dear Wanderfalke"),
        FieldChanged(at=after(minutes=1), id="f", name="phone", to="555 1234"),
        SeverityChanged(at=after(minutes=2), id="s", to="high", reason="Regenbogen called"),
        ticket=a_ticket(subject="Kopfschmerz", fields={"phone": "555 1234"}, requester=ANA),
    )
    keep(
        store,
        Message(at=after(minutes=1), id="c1", by=Actor.CUSTOMER, by_id="ben", text="I am Ben"),
        asked("Wanderfalke here", minutes=2, event_id="c2", email=ANA.email),
        ParticipantsChanged(at=after(minutes=3), id="p1", to=("r1", ANA.email or "", "copy@customer.example")),
        ticket=a_ticket(
            "4712",
            subject="Ben's laptop",
            requester=Person("ben", "ben@customer.example"),
            participants=("r1", ADDRESS.lower()),
        ),
    )
    keep(
        store,
        RequesterChanged(at=after(minutes=1), id="q1", to="r1", email=ANA.email),
        answered("Dear Wanderfalke"),
        Rated(at=after(minutes=60), id="rated", by_id="r1", score="bad", text="Wanderfalke is not amused"),
        BreachReasonGiven(
            at=after(minutes=61), id="b", clock="first_response", reason="misrouted", text=f"Mail of {ANA.email}"
        ),
        Excused(
            at=after(minutes=62),
            id="x",
            by_id="U1",
            since=NOON,
            until=after(minutes=60),
            reason="force_majeure",
            text="Wanderfalke was away",
            proof=f"https://x/{ANA.email}",
        ),
        ExcuseWithdrawn(at=after(minutes=63), id="w", of="x", text="Wanderfalke was there"),
        ticket=a_ticket("4714", subject="Kopfschmerz", requester=Person("dora", "dora@customer.example")),
    )
    ask = "Please ask ana.lima@customer.example, or jana.lima@customer.example, today"
    keep(
        store,
        Message(at=after(minutes=1), id="c1", by=Actor.CUSTOMER, by_id="cem", text=ask),
        ticket=a_ticket("4713", subject=f"For {ANA.email}", requester=Person("cem")),
    )

    def more(conn: Connection) -> None:
        said = f'agent 7 chose high: Regenbogen called {ANA.email}: the customer says "Wanderfalke"'
        ledger.write(conn, NOON, "severity.set", said, "acme", "4711", "k", {"by": "r1"}, evidence=["Wanderfalke"])
        ledger.write(conn, NOON, "alert.raised", f"an alert about {ANA.email}", None, None)
        because = 'rule "x": the customer says "Wanderfalke"'
        page = Action(
            kind=Kind.PAGE, mode=Mode.ACT, at=NOON, key="waits", because=because, facts=(("clock", "first_response"),)
        )
        outbox.put(conn, a_row("waits", work=Page(page)))
        outbox.put(conn, a_row("sent", work=InternalNote(f"{because}; Regenbogen called")))
        outbox.settle(conn, "sent", OutboxState.SENT, f"told {ANA.email}", {"to": ANA.email})
        outbox.put(conn, a_row("alert", helpdesk="", ticket_id="", work=Alert("feed/acme", f"{ANA.email} waits")))
        feeds.failed(conn, "acme", f"no such user: {ANA.email}", NOON)
        meta.put(conn, "audit", f'{{"findings": ["{ANA.email}"]}}')
        policies.record(conn, "d", f"bots: [{ANA.email}]", NOON)

    store.write(more)
    return store


def erase(store: Store, person: str = "r1") -> None:
    store.write(lambda conn: erase_requester(conn, person, helpdesk="acme"))


def test_nothing_in_any_column_names_the_person_any_more(with_ana: Store) -> None:
    assert all(word in everything(with_ana) for word in SHOWN)

    erase(with_ana)

    left = everything(with_ana)
    for word in WORDS:
        assert word not in left.replace("jana.lima@", ""), word
    for word in ("I am Ben", "Ben's laptop", "jana.lima@customer.example, today", "Customer Ltd"):
        assert word in left


def test_the_next_sweep_brings_back_neither_the_address_nor_the_words(with_ana: Store) -> None:
    erase(with_ana)
    ask = f"Please ask {ANA.email}!"
    for version in ("v1", "v2"):
        keep(with_ana, asked("Wanderfalke"), ticket=a_ticket(subject="Kopfschmerz", requester=ANA), version=version)
        keep(
            with_ana,
            Message(at=after(minutes=5), id=f"c{version}", by=Actor.CUSTOMER, by_id="cem", text=ask),
            ticket=a_ticket("4713", subject=f"For {ANA.email}", requester=Person("cem")),
            version=version,
        )
        # The helpdesk has made a second account of the same address.
        again = Person("r99", ANA.email)
        keep(with_ana, asked("Wanderfalke", by_id="r99", email=ANA.email), ticket=a_ticket("99", requester=again))
    left = everything(with_ana).replace("jana.lima@", "")
    assert [word for word in WORDS if word in left] == []
    assert kept(with_ana, "4713").ticket.subject == f"For {GONE}"


def test_what_waits_to_be_sent_keeps_what_slabot_goes_by(with_ana: Store) -> None:
    before = with_ana.read(lambda conn: outbox.get(conn, "waits"))
    # A subject that is one of slabot's own words takes nothing from the row.
    keep(with_ana, ticket=a_ticket(subject="page", requester=ANA), version="v2")
    erase(with_ana)
    after_it = with_ana.read(lambda conn: outbox.get(conn, "waits"))
    assert before is not None
    assert after_it is not None
    assert isinstance(before.work, Page)
    assert isinstance(after_it.work, Page)
    old, new = before.work.action, after_it.work.action
    assert (new.kind, new.mode, new.at, new.facts) == (old.kind, old.mode, old.at, old.facts)
    assert new.because == f'rule "x": the customer says {GONE}'


@pytest.mark.parametrize(
    ("asked_for", "helpdesk", "found"),
    [
        ("ana.lima@customer.EXAMPLE", None, ["r1"]),  # whatever the letters' size
        ("r1", None, ["r1"]),
        ("r1", "acme", ["r1"]),
        ("r1", "partners", []),
        ("jana.lima@customer.example", None, []),  # named in words, and nobody's account
        ("lima@customer.example", None, []),  # the end of an address is another one
        ("nobody", None, []),
    ],
)
def test_a_person_is_found_by_address_or_number(
    with_ana: Store, asked_for: str, helpdesk: str | None, found: list[str]
) -> None:
    known = with_ana.read(lambda conn: erasing.find(conn, asked_for, helpdesk))
    assert [person.id for person in known] == found
    expected = KnownPerson(
        helpdesk="acme",
        id="r1",
        addresses=frozenset({ADDRESS.lower()}),
        own=("4711", "4714"),
        elsewhere=("4712",),
    )
    assert known in ([expected], [])


def test_somebody_who_is_in_copy_and_nothing_else_is_found_and_erased(with_ana: Store) -> None:
    [person] = with_ana.read(lambda conn: erasing.find(conn, "Copy@customer.example"))
    assert (person.own, person.elsewhere) == ((), ("4712",))
    with_ana.write(lambda conn: erasing.remember(conn, person))
    with_ana.write(lambda conn: erasing.erase(conn, person, "4712"))
    assert "copy@" not in everything(with_ana)
    changed = next(event for event in kept(with_ana, "4712").timeline if isinstance(event, ParticipantsChanged))
    assert len(changed.to) == 3, "that somebody was in copy stays"


def test_who_was_in_copy_is_known_by_the_same_name_as_who_wrote(with_ana: Store) -> None:
    erase(with_ana)
    ticket, timeline = kept(with_ana, "4712").ticket, kept(with_ana, "4712").timeline
    theirs = next(event.by_id for event in timeline if event.id == "c2")
    assert ticket.participants[0] == theirs


def raw(url: str) -> bytes:
    file = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in sorted(file.parent.glob(f"{file.name}*")))


@pytest.fixture
def busy_file(sqlite_url: str) -> Iterator[tuple[Store, Callable[[], bytes]]]:
    """PostgreSQL's files are its administrator's; its columns are read above."""
    with open_store(sqlite_url) as store:
        yield filled(store), lambda: raw(sqlite_url)


def test_no_byte_of_file_and_log_holds_the_person(busy_file: tuple[Store, Callable[[], bytes]]) -> None:
    store, read = busy_file
    before = read()
    assert all(word.encode() in before for word in SHOWN)

    erase(store)
    assert any(word.encode() in read() for word in SHOWN)  # in the log, until it is emptied
    assert wipe(store, alone=True) is Wiped.GONE

    left = read().replace(b"jana.lima@", b"")
    assert [word for word in SHOWN if word.encode() in left] == []


def test_remains_of_an_earlier_slabot_are_found_and_overwritten(busy_file: tuple[Store, Callable[[], bytes]]) -> None:
    store, read = busy_file
    with sqlite3.connect(str(store.address.file)) as old:  # which did not overwrite what it deleted
        old.execute("PRAGMA secure_delete=OFF")
        old.execute("CREATE TABLE t (x)")
        old.executemany("INSERT INTO t VALUES (?)", [(f"Wanderfalke {n} " * 40,) for n in range(50)])
        old.commit()
        old.execute("DROP TABLE t")
    old.close()
    erase(store)
    assert store.read(meta.may_hold_remains)

    assert wipe(store, alone=False) is Wiped.GONE

    assert b"Wanderfalke" not in read()
    assert not store.read(meta.may_hold_remains)


def test_a_reader_in_the_way_is_told_of(busy_file: tuple[Store, Callable[[], bytes]], monkeypatch: Any) -> None:
    store, read = busy_file
    monkeypatch.setattr("slabot.store.remains.PATIENCE", 0.4)
    store.write(meta.leaves_no_remains)

    def while_reading(conn: Connection) -> Wiped:
        conn.execute(select(schema.meta)).all()
        erase(store)
        return wipe(store, alone=False, sleep=lambda seconds: None)

    assert store.read(while_reading) is Wiped.LOG_LEFT
    assert wipe(store, alone=False) is Wiped.GONE
    assert b"Wanderfalke" not in read()


def test_a_new_store_holds_no_remains_from_its_first_day(store: Store) -> None:
    store.write(lambda conn: meta.installed_at(conn, NOON))
    assert not store.read(meta.may_hold_remains)
    keep(store, asked())
    assert wipe(store, alone=False) in (Wiped.GONE, Wiped.VACUUMED)


def test_a_large_file_of_an_earlier_slabot_is_rewritten_only_while_slabot_stands_still(
    busy_file: tuple[Store, Callable[[], bytes]], monkeypatch: Any
) -> None:
    store, _ = busy_file
    monkeypatch.setattr("slabot.store.remains.QUICK", 10)
    assert wipe(store, alone=False) is Wiped.REMAINS_LEFT
    assert wipe(store, alone=True) is Wiped.GONE
    assert wipe(store, alone=False) is Wiped.GONE  # once is enough


def test_rows_of_other_columns_can_be_put_in_by_hand(store: Store) -> None:
    """The column walk above sees what a plain INSERT puts in: a test must be able to fail."""
    store.write(lambda conn: conn.execute(insert(schema.meta).values(name="x", value="Wanderfalke")))
    assert "Wanderfalke" in everything(store)
