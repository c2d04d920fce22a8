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
