from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, text

from slabot.domain import (
    Actor,
    AnyEvent,
    BreachReasonGiven,
    Excused,
    ExcuseWithdrawn,
    FieldChanged,
    Message,
    Person,
    Rated,
    SeverityChanged,
)
from slabot.store import OutboxState, Store, ledger, outbox, tickets
from slabot.store.erased import GONE
from slabot.store.erasing import erase_requester
from slabot.store.privacy import Removed, scrub_text, without_quotes
from slabot.store.work import InternalNote
from tests.fixtures.stored import a_row, keep, kept
from tests.fixtures.tickets import ANA, a_ticket, answered, asked
from tests.fixtures.times import NOON, after

QUOTING = 'it is critical: rule "down": the customer says "agent offline everywhere" and it is tagged "vip"'


def everything(store: Store) -> str:
    """Every word in the store."""

    def work(conn: Connection) -> str:
        tables = ("ticket", "event", "ledger", "outbox", "inbox", "message", "clock", "erased", "meta", "feed")
        rows = [row for table in tables for row in conn.execute(text(f"SELECT * FROM {table}"))]
        return "\n".join(str(value) for row in rows for value in row)

    return store.read(work)


def texts(store: Store) -> list[str]:
    return [event.text for event in kept(store).timeline if isinstance(event, Message)]


def scrub(store: Store, **length: float) -> Removed:
    return store.write(lambda conn: scrub_text(conn, after(**length)))


def test_the_text_of_old_messages_goes_and_nothing_else(store: Store) -> None:
    before = keep(store, asked("old words"), answered("new words"))
    assert scrub(store, minutes=30).messages == 1
    assert texts(store) == ["", "new words"]
    assert kept(store).timeline[0] == replace(before.timeline[0], text="", text_gone=True)  # type: ignore[arg-type]
    assert kept(store).ticket == before.ticket
    assert "old words" not in everything(store)


def test_what_a_customer_wrote_with_a_rating_goes_like_a_message_and_stays_away(store: Store) -> None:
    rated = Rated(at=NOON, id="rated:1", score="bad", text="old words")
    keep(store, rated)
    assert kept(store).timeline[0] == rated
    assert scrub(store, minutes=30).messages == 1
    keep(store, rated, version="v2")
    assert kept(store).timeline[0] == replace(rated, text="")
    assert "old words" not in everything(store)


def declared() -> list[AnyEvent]:
    """A reason, an excuse and its end, in the words of an agent who quotes the customer."""
    since, words = after(minutes=-60), "Ana wrote old words"
    return [
        BreachReasonGiven(at=NOON, id="b", by_id="U1", clock="first_response", reason="understaffed", text=words),
        Excused(at=NOON, id="x", since=since, until=NOON, reason="force_majeure", text=words, proof="old words.pdf"),
        Excused(at=NOON, id="y", since=since, until=NOON, reason="force_majeure", clock="resolution"),
        ExcuseWithdrawn(at=NOON, id="w", of="y", text=words),
    ]


def test_what_people_declared_is_kept_as_they_said_it(store: Store) -> None:
    keep(store, *declared())
    assert sorted(map(repr, kept(store).timeline)) == sorted(map(repr, declared()))


def test_the_words_of_reasons_and_excuses_go_like_a_message_and_what_they_do_stays(store: Store) -> None:
    reason, excuse, bare, withdrawn = declared()
    keep(store, reason, excuse, bare, withdrawn)
    assert scrub(store, minutes=30).messages == 3
    left = {event.id: event for event in kept(store).timeline}
    assert left["b"] == replace(reason, text="")  # type: ignore[arg-type]
    assert left["x"] == replace(excuse, text="", proof="")  # type: ignore[arg-type]
    assert left["y"] == bare
    assert left["w"] == replace(withdrawn, text="")  # type: ignore[arg-type]
    assert "old words" not in everything(store)


def test_scrubbed_text_does_not_come_back_with_the_next_sweep(store: Store) -> None:
    keep(store, asked("old words"))
    scrub(store, days=1)
    for version in ("v1", "v2", "v0"):
        keep(store, asked("old words"), answered(), version=version)
    assert texts(store) == ["", "We look at it"]
    assert scrub(store, days=1).messages == 1


def test_a_message_whose_words_are_gone_is_told_from_one_that_never_had_any(store: Store) -> None:
    keep(store, asked("old words"), asked("", minutes=1, event_id="comment:9"))
    assert [one.text_gone for one in kept(store).timeline if isinstance(one, Message)] == [False, False]
    scrub(store, days=1)
    keep(store, asked("", minutes=5000, event_id="comment:10"))
    assert [one.text_gone for one in kept(store).timeline if isinstance(one, Message)] == [True, True, False]


def test_quotes_go_with_the_messages_that_they_are_from(store: Store) -> None:
    store.write(
        lambda conn: ledger.write(
            conn,
            NOON,
            "severity.set",
            QUOTING,
            "acme",
            "4711",
            facts={"because": [QUOTING], "n": 1},
            evidence=["agent offline everywhere"],
        )
    )
    store.write(lambda conn: ledger.write(conn, after(days=2), "severity.set", QUOTING, "acme", "4711"))
    assert scrub(store, days=1).ledger_rows == 1
    old, new = store.read(lambda conn: ledger.of_ticket(conn, "acme", "4711"))
    assert old.text == f'it is critical: rule "down": the customer says {GONE}.'
    assert old.facts == {"because": [old.text.removesuffix(".")], "n": 1}
    assert old.evidence == ()
    assert new.text == f"{QUOTING}."
    assert scrub(store, days=3).ledger_rows == 1
    assert "everywhere" not in everything(store)


def test_what_was_sent_loses_its_body_and_what_waits_keeps_it(store: Store) -> None:
    for key in ("sent", "waits"):
        store.write(lambda conn, key=key: outbox.put(conn, a_row(key, work=InternalNote(QUOTING))))  # type: ignore[misc]
    store.write(lambda conn: outbox.settle(conn, "sent", OutboxState.SENT, "sent", {"ts": "1.2"}))
    assert scrub(store, days=1).outbox_rows == 1
    works = {row.key: row.work for row in store.read(lambda conn: outbox.of_ticket(conn, "acme", "4711"))}
    assert works == {"sent": None, "waits": InternalNote(QUOTING)}
    assert scrub(store, days=1) == Removed()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ('the customer says "down" and more', f"the customer says {GONE} and more"),
        ('the subject says "a "quoted" word"; next', f"the subject says {GONE}; next"),
        ('the requester is "ana@customer.example"', f"the requester is {GONE}"),
        ('rule "says" holds', 'rule "says" holds'),
        ("no quotes at all", "no quotes at all"),
    ],
)
def test_a_quote_is_found_by_the_words_before_it(words: str, left: str) -> None:
    assert without_quotes(words) == left


def test_of_two_quotes_near_each_other_none_stays() -> None:
    first, second = "all down", "nobody of the whole company of four hundred people can log in since the update"
    words = f'the customer says "{first}"; the customer says "{second[:75]}"; it is critical'
    left = without_quotes(words)
    assert left == "the customer says (no longer kept); the customer says (no longer kept); it is critical"


def erase(store: Store, person: str = "r1", **options: Any) -> Removed:
    return store.write(lambda conn: erase_requester(conn, person, **options))


@pytest.fixture
def with_ana(store: Store) -> Store:
    """Ana's ticket, and Ben's, on which she wrote as well."""
    keep(
        store,
        asked("I am Ana"),
        answered("Dear Ana"),
        FieldChanged(at=after(minutes=1), id="f", name="phone", to="555 1234"),
        SeverityChanged(at=after(minutes=2), id="s", to="high", reason="Ana called"),
        ticket=a_ticket(subject="Ana's laptop", fields={"phone": "555 1234"}),
    )
    keep(
        store,
        Message(at=after(minutes=1), id="c1", by=Actor.CUSTOMER, by_id="ben", text="I am Ben"),
        asked("Ana here", minutes=2, event_id="c2"),
        ticket=a_ticket("4712", subject="Ben's laptop", requester=Person("ben", "ben@customer.example")),
    )
    words = f'{ANA.email} wrote about "Ana\'s laptop": the customer says "I am Ana"'
    store.write(lambda conn: ledger.write(conn, NOON, "ticket.seen", words, "acme", "4711", facts={"requester": "r1"}))
    store.write(lambda conn: outbox.put(conn, a_row("waits", work=InternalNote("Ana's laptop"))))
    store.write(lambda conn: outbox.put(conn, a_row("sent", work=InternalNote("Ana's laptop"))))
    store.write(lambda conn: outbox.settle(conn, "sent", OutboxState.SENT))
    return store


def test_a_person_who_was_erased_is_nowhere_in_the_store(with_ana: Store) -> None:
    removed = erase(with_ana)
    assert removed.tickets == 1
    left = everything(with_ana)
    for word in ("Ana", "ana@", "555 1234", "\nr1\n", '"r1"'):
        assert word not in left, word
    assert "I am Ben" in left
    assert "Ben's laptop" in left


def test_what_happened_to_the_ticket_of_an_erased_person_stays(with_ana: Store) -> None:
    before = kept(with_ana).timeline
    erase(with_ana)
    after_it = kept(with_ana)
    assert [(event.at, type(event), event.by) for event in after_it.timeline] == [
        (event.at, type(event), event.by) for event in before
    ]
    assert after_it.ticket.requester is not None
    assert after_it.ticket.requester.organization == "Customer Ltd"
    assert after_it.ticket.requester.id == after_it.timeline[0].by_id  # still the same somebody
    assert with_ana.read(lambda conn: outbox.get(conn, "waits")).work == InternalNote(GONE)  # type: ignore[union-attr]


def test_an_erased_person_does_not_come_back_with_the_next_sweep(with_ana: Store) -> None:
    erase(with_ana)
    left = everything(with_ana)
    keep(with_ana, asked("I am Ana"), answered("Dear Ana"), ticket=a_ticket(subject="Ana's laptop"), version="v2")
    keep(with_ana, asked("Ana again", event_id="c9"), ticket=a_ticket("5000", subject="Ana's phone"))
    assert "Ana" not in everything(with_ana)
    assert "ana@" not in everything(with_ana)
    assert len(kept(with_ana).timeline) == 4
    assert left.count("erased-") < everything(with_ana).count("erased-")


def test_erasing_twice_is_erasing_once(with_ana: Store) -> None:
    erase(with_ana)
    left = everything(with_ana)
    assert erase(with_ana) == Removed()
    assert everything(with_ana) == left


def test_a_person_of_the_same_number_at_another_helpdesk_can_be_spared(with_ana: Store) -> None:
    assert erase(with_ana, helpdesk="partners") == Removed()
    assert texts(with_ana) == ["I am Ana", "Dear Ana"]
    assert erase(with_ana, helpdesk="acme").tickets == 1


def test_a_person_whom_nobody_knows_leaves_a_mark_and_changes_nothing(with_ana: Store) -> None:
    assert erase(with_ana, "nobody") == Removed()
    assert with_ana.read(lambda conn: tickets.load(conn, "acme", "4711")) is not None
