"""Tickets that follow one another are one chain, whichever of them one looks at."""

from __future__ import annotations

from dataclasses import replace

from slabot.cli.chain import chain_lines
from slabot.domain import Category, Merged
from slabot.store import Store, chains
from tests.fixtures.stored import keep, kept
from tests.fixtures.tickets import a_ticket, asked, moved
from tests.fixtures.times import KOLKATA, after


def filled(store: Store) -> Store:
    """41 was merged into 42, which 43 follows; 4 and 420 have nothing to do with it."""
    keep(store, asked(), Merged(at=after(minutes=5), id="m", into="42"), ticket=a_ticket("41"))
    keep(store, asked(), moved(Category.CLOSED), ticket=a_ticket("42", created_at=after(minutes=1)))
    keep(store, asked(), ticket=a_ticket("43", follows="42", created_at=after(minutes=60)))
    keep(store, asked(), Merged(at=after(minutes=5), id="m", into="420"), ticket=a_ticket("4"))
    keep(store, asked(), ticket=a_ticket("420", subject='"follows": "42"'))
    keep(store, asked(), ticket=replace(a_ticket("44", follows="42"), helpdesk="partners"))
    return store


def chain(store: Store, ticket: str) -> tuple[list[str], list[str]]:
    stored = kept(store, ticket)
    return store.read(lambda conn: (chains.before(conn, stored), chains.after(conn, stored)))


def test_each_names_its_neighbours(store: Store) -> None:
    filled(store)
    assert chain(store, "41") == ([], ["42"])
    assert chain(store, "42") == (["41"], ["43"])
    assert chain(store, "43") == (["42"], [])
    assert chain(store, "4") == ([], ["420"])
    assert chain(store, "420") == (["4"], [])


def test_people_are_told_what_became_of_each(store: Store) -> None:
    filled(store)
    stored = kept(store, "42")
    assert store.read(lambda conn: chain_lines(conn, stored, KOLKATA))[1:] == [
        "  before  acme/41: merged into 42, Fri 9 Jan 2026 17:35",
        "  after   acme/43: Open since Fri 9 Jan 2026 18:30",
    ]
    alone = keep(store, asked(), ticket=a_ticket("9"))
    assert store.read(lambda conn: chain_lines(conn, alone, KOLKATA)) == []


def test_the_whole_chain_is_told_whichever_of_them_one_looks_at(store: Store) -> None:
    filled(store)
    for number, follows in (("45", "43"), ("46", "45")):
        keep(store, asked(), ticket=a_ticket(number, follows=follows, created_at=after(minutes=60 + int(number))))

    def told(number: str) -> list[str]:
        stored = kept(store, number)
        lines = store.read(lambda conn: chain_lines(conn, stored, KOLKATA))
        return [" ".join(line.split(":")[0].split()) for line in lines[1:]]

    assert told("46") == ["before acme/41", "before acme/42", "before acme/43", "before acme/45"]
    assert told("41") == ["after acme/42", "after acme/43", "after acme/45", "after acme/46"]
    keep(store, asked(), Merged(at=after(minutes=200), id="m2", into="45"), ticket=a_ticket("46", follows="45"))
    assert told("46")[-2:] == ["before acme/45", "after acme/45"]  # round in a circle, and each once
