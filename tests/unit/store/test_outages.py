from __future__ import annotations

import threading

from sqlalchemy import Connection

from slabot.domain import TagsChanged
from slabot.store import Store, marked, outages
from slabot.store.outages import LoggedOutage
from tests.fixtures.stored import keep
from tests.fixtures.tickets import SOLVED, a_ticket, asked, moved
from tests.fixtures.times import NOON, after


def log(
    conn: Connection, service: str | None = None, *, begins: float = 0, ends: float | None = None, planned: bool = False
) -> LoggedOutage | None:
    return outages.insert(
        conn,
        service,
        after(minutes=begins),
        None if ends is None else after(minutes=ends),
        "login fails",
        maintenance=planned,
        by="maya",
        now=NOON,
    )


def test_what_was_logged_can_be_read_again(store: Store) -> None:
    made = store.write(lambda conn: log(conn, "console"))
    assert made == LoggedOutage(
        n=1,
        service="console",
        maintenance=False,
        begins=NOON,
        ends=None,
        reason="login fails",
        logged_at=NOON,
        logged_by="maya",
        ended_by=None,
        withdrawn_at=None,
        withdrawn_by=None,
        withdrawn_why=None,
    )
    assert store.read(lambda conn: outages.get(conn, 1)) == made
    assert store.read(lambda conn: outages.get(conn, 2)) is None


def test_of_one_service_one_entry_of_a_kind_lasts(store: Store) -> None:
    assert store.write(lambda conn: log(conn)) is not None
    assert store.write(lambda conn: log(conn, begins=5)) is None
    assert store.write(lambda conn: log(conn, "console", begins=5)) is not None
    assert store.write(lambda conn: log(conn, begins=5, planned=True)) is not None
    assert store.write(lambda conn: outages.end(conn, 1, after(minutes=30), "priya"))
    assert not store.write(lambda conn: outages.end(conn, 1, after(minutes=40), "priya"))
    again = store.write(lambda conn: log(conn, begins=60))
    assert again is not None
    ended = store.read(lambda conn: outages.get(conn, 1))
    assert ended is not None
    assert (ended.ends, ended.ended_by) == (after(minutes=30), "priya")


def test_of_two_who_begin_at_once_one_is_first(store: Store) -> None:
    made: list[LoggedOutage | None] = []
    both = threading.Barrier(2)

    def begin(minute: int) -> None:
        both.wait()
        made.append(store.write(lambda conn: log(conn, begins=minute)))

    threads = [threading.Thread(target=begin, args=(minute,)) for minute in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([each for each in made if each is not None]) == 1


def test_one_that_was_a_mistake_is_withdrawn_and_makes_room(store: Store) -> None:
    store.write(lambda conn: log(conn))
    assert store.write(lambda conn: outages.withdraw(conn, 1, after(minutes=3), "maya", "it was the other account"))
    assert not store.write(lambda conn: outages.withdraw(conn, 1, after(minutes=4), "maya", "again"))
    assert not store.write(lambda conn: outages.withdraw(conn, 7, NOON, "maya", "none"))
    assert store.read(lambda conn: outages.lasting(conn, None, maintenance=False)) is None
    assert store.write(lambda conn: log(conn)) is not None
    kept = store.read(lambda conn: outages.between(conn, NOON, after(hours=1), withdrawn=True))
    assert [(each.n, each.withdrawn_why) for each in kept] == [(1, "it was the other account"), (2, None)]


def test_between_finds_what_touches_and_nothing_else(store: Store) -> None:
    store.write(lambda conn: log(conn, begins=-60, ends=0))
    store.write(lambda conn: log(conn, begins=-30, ends=1))
    store.write(lambda conn: log(conn, begins=59))
    store.write(lambda conn: log(conn, "console", begins=60))
    found = store.read(lambda conn: outages.between(conn, NOON, after(hours=1)))
    assert [each.begins for each in found] == [after(minutes=-30), after(minutes=59)]


# ── Tickets that bear a mark ────────────────────────────────────────────────────────────────────────────────────────


def test_tickets_that_have_ever_shown_a_word_are_found(store: Store) -> None:
    tagged = TagsChanged(at=after(minutes=5), id="t1", to=("vip", "Outage"))
    keep(store, asked(), ticket=a_ticket("1", tags=("outage",)))
    keep(store, asked(), tagged, moved(SOLVED), ticket=a_ticket("2"))
    keep(store, asked("an outage"), ticket=a_ticket("3", tags=("outages",)))
    keep(store, asked(), ticket=a_ticket("4", fields={"impact": "x"}))

    def found(*words: str) -> list[str]:
        return [ticket for _, ticket in store.read(lambda conn: marked.find(conn, words))]

    assert found("OUTAGE") == ["1", "2"]
    assert found("impact", "outage") == ["1", "2", "4"]
    assert found() == []
    assert {"1", "2", "4"} <= set(found("störung", "outage", "impact"))


def test_what_a_mark_rests_on_is_read_without_what_was_said(store: Store) -> None:
    tagged = TagsChanged(at=after(minutes=5), id="t1", to=("outage",))
    keep(store, asked(), tagged, moved(SOLVED), ticket=a_ticket("2"))
    [stored] = store.read(lambda conn: list(marked.load(conn, [("acme", "2"), ("acme", "9")])))
    assert [type(event).__name__ for event in stored.timeline] == ["TagsChanged", "StatusChanged"]
