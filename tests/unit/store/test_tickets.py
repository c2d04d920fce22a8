from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection

from slabot.domain import (
    Acknowledged,
    Actor,
    AnyEvent,
    Category,
    Gap,
    Message,
    PageSent,
    StatusChanged,
    Timeline,
)
from slabot.store import Store, UnknownTicket, open_store, ticket_counts, tickets
from tests.fixtures.stored import keep, kept, save_decision
from tests.fixtures.tickets import a_ticket, answered, asked, moved
from tests.fixtures.times import NOON, after


def read_first(*events: AnyEvent, at: datetime = NOON) -> Timeline:
    """The timeline as the store gives it back after one complete reading."""
    return Timeline.of(replace(event, as_first_read=at) if isinstance(event, Message) else event for event in events)


PAGE = PageSent(at=after(minutes=60), id="page:1", clock="first_response", rung="50% used", severity="high")


def test_what_was_stored_is_what_is_loaded(store: Store) -> None:
    ticket = a_ticket(fields={"product": "agent", "empty": None}, priority="urgent", kind="incident", url="https://x/1")
    merged = keep(store, moved(Category.PENDING), asked(), answered(), ticket=ticket)
    assert merged.merged
    assert merged.ticket == ticket
    assert merged.timeline == read_first(asked(), answered(), moved(Category.PENDING))
    assert kept(store) == merged


def test_a_ticket_that_was_never_stored_is_none(store: Store) -> None:
    assert store.read(lambda conn: tickets.load(conn, "acme", "1")) is None


def test_tickets_of_two_helpdesks_may_have_the_same_number(store: Store) -> None:
    keep(store, asked("one"))
    keep(store, asked("two"), ticket=replace(a_ticket(), helpdesk="partners"))
    assert [event.text for event in kept(store).timeline if hasattr(event, "text")] == ["one"]


def test_a_newer_snapshot_brings_its_facts_and_its_events(store: Store) -> None:
    keep(store, asked(), version="2026-01-09T12:00:00Z")
    newer = a_ticket(subject="Agent offline everywhere")
    merged = keep(store, answered(), ticket=newer, version="2026-01-09T12:30:00Z", seen_at=after(hours=1))
    assert merged.ticket == newer
    assert len(merged.timeline) == 2
    assert (merged.version, merged.seen_at) == ("2026-01-09T12:30:00Z", after(hours=1))


def test_an_older_snapshot_is_refused(store: Store) -> None:
    before = keep(store, asked(), answered(), version="v2", seen_at=after(hours=1))
    merged = keep(store, asked(), ticket=a_ticket(subject="old"), version="v1", seen_at=after(hours=2))
    assert not merged.merged
    assert replace(merged, merged=True) == before == kept(store)


def test_an_older_snapshot_may_still_tell_of_an_event_that_the_newer_one_was_not_told(store: Store) -> None:
    keep(store, answered(), version="v2")
    merged = keep(store, asked(), ticket=a_ticket(subject="old"), version="v1")
    assert merged.merged
    assert (merged.version, merged.ticket.subject) == ("v2", "Question")
    assert kept(store).timeline == read_first(asked(), answered())


def test_the_same_snapshot_again_changes_nothing(store: Store) -> None:
    first = keep(store, asked(), answered())
    again = keep(store, answered(), asked())
    assert again == first


def test_a_comment_that_was_redacted_in_the_helpdesk_is_redacted_here(store: Store) -> None:
    keep(store, asked("my password is 1234"), version="v1")
    keep(store, asked("my password is ▇▇▇▇"), version="v2")
    keep(store, asked("my password is 1234"), version="v1")
    assert [event.text for event in kept(store).timeline] == ["my password is ▇▇▇▇"]  # type: ignore[union-attr]


def test_the_first_observation_of_a_change_is_kept_until_the_helpdesk_tells_it_exactly(store: Store) -> None:
    def seen(hours: int) -> StatusChanged:
        return StatusChanged(at=after(hours=hours), observed_at=after(hours=hours), id="s", to=Category.SOLVED)

    keep(store, seen(5), version="v2")
    keep(store, seen(3), version="v1")
    keep(store, seen(9), version="v3")
    assert kept(store).timeline.events == (seen(3),)
    exact = StatusChanged(at=after(hours=2), id="s", to=Category.SOLVED)
    keep(store, exact, version="v3")
    keep(store, seen(4), version="v4")
    assert kept(store).timeline.events == (exact,)


def test_of_two_readings_of_one_version_the_complete_one_counts(store: Store) -> None:
    partly = a_ticket(history_complete=False)
    keep(store, asked(), ticket=partly)
    assert not kept(store).ticket.history_complete
    keep(store, answered())
    keep(store, asked(), ticket=partly)
    assert kept(store).ticket.history_complete


def test_of_two_readings_of_one_version_the_one_with_fewer_gaps_counts(store: Store) -> None:
    running, over = Gap(NOON, None, "the chat is not over"), Gap(NOON, after(hours=1), "the chat cannot be read")
    told: list[tuple[Gap, ...]] = [(running,), (over,), (running,)]
    for gaps in told:
        keep(store, asked(), ticket=a_ticket(gaps=gaps))
    assert kept(store).ticket.gaps == (over,)
    keep(store, asked(), ticket=a_ticket(gaps=(running,)), version="v2")
    assert kept(store).ticket.gaps == (running,), "a newer version tells how it is now"
    for better in [(), (running,)]:
        keep(store, asked(), ticket=a_ticket(gaps=better), version="v2")
    assert kept(store).ticket.gaps == ()


def the_message(store: Store) -> Message:
    """The only one that is stored."""
    (message,) = kept(store).timeline
    assert isinstance(message, Message)
    return message


def test_who_wrote_a_message_stays_as_it_was_first_read_and_its_words_follow_the_newest(store: Store) -> None:
    keep(store, answered("call 1234"), version="v1", seen_at=after(hours=1))
    left = replace(
        answered("call ▇▇▇▇"), by=Actor.CUSTOMER, public=False, organization="Elsewhere", email="bob@x.example"
    )
    keep(store, left, version="v2", seen_at=after(hours=2))
    message = the_message(store)
    assert (message.by, message.public, message.organization, message.email) == (Actor.AGENT, True, None, None)
    assert message.as_first_read == after(hours=1)
    assert message.text == "call ▇▇▇▇"


def test_of_two_complete_readings_the_earlier_one_counts_whichever_is_stored_first(store: Store) -> None:
    keep(store, replace(answered(), by=Actor.CUSTOMER), version="v2", seen_at=after(hours=2))
    keep(store, answered("before"), version="v1", seen_at=after(hours=1))
    message = the_message(store)
    assert (message.by, message.as_first_read, message.text) == (Actor.AGENT, after(hours=1), "We look at it")


@pytest.mark.parametrize(
    ("unsure", "complete"),
    [
        (replace(answered(), by=Actor.CUSTOMER, author_known=False), True),
        (replace(answered(), by=Actor.CUSTOMER), False),
    ],
    ids=["nobody could say who wrote it", "not all of the history could be read"],
)
def test_an_incomplete_reading_is_not_the_first(store: Store, unsure: Message, complete: bool) -> None:
    keep(store, unsure, ticket=a_ticket(history_complete=complete), version="v1", seen_at=after(hours=1))
    assert the_message(store).as_first_read is None
    keep(store, answered(), version="v2", seen_at=after(hours=2))
    keep(store, unsure, ticket=a_ticket(history_complete=complete), version="v3", seen_at=after(hours=3))
    assert (the_message(store).by, the_message(store).as_first_read) == (Actor.AGENT, after(hours=2))


def test_events_without_an_id_are_told_apart_by_what_they_say(store: Store) -> None:
    one, two = asked("a", event_id=""), asked("b", event_id="")
    keep(store, one, two, one)
    keep(store, two, one)
    assert kept(store).timeline == read_first(one, two)


def test_characters_that_cannot_be_stored_are_marked_and_stay_marked(store: Store) -> None:
    nasty = asked("before \x00 and \ud83d after 🙂")
    first = keep(store, nasty, ticket=a_ticket(subject="\udc00 NUL \x00"))
    assert keep(store, nasty, ticket=a_ticket(subject="\udc00 NUL \x00")) == first == kept(store)
    assert first.timeline[0].text == "before \ufffd and \ufffd after 🙂"  # type: ignore[union-attr]


def test_acts_of_slabot_are_events_and_are_kept_once(store: Store) -> None:
    keep(store, asked())
    assert store.write(lambda conn: tickets.append_event(conn, "acme", "4711", PAGE))
    assert not store.write(lambda conn: tickets.append_event(conn, "acme", "4711", PAGE))
    click = Acknowledged(at=after(minutes=61), by_id="U1", clock="first_response")
    assert store.write(lambda conn: tickets.append_event(conn, "acme", "4711", click))
    assert not store.write(lambda conn: tickets.append_event(conn, "acme", "4711", click))
    keep(store, answered(), version="v2")
    assert kept(store).timeline == read_first(asked(), answered(), PAGE, click)


def test_a_ticket_that_is_not_stored_takes_no_act(store: Store) -> None:
    with pytest.raises(UnknownTicket, match="no ticket acme/4711"):
        store.write(lambda conn: tickets.append_event(conn, "acme", "4711", PAGE))
    assert store.write(lambda conn: tickets.load_locked(conn, [("acme", "4711")])) == {}


def test_several_are_loaded_at_once_each_with_its_own_timeline(store: Store) -> None:
    keep(store, asked("one"), ticket=a_ticket("1"))
    keep(store, asked("two"), answered(), ticket=a_ticket("2"))
    keep(store, asked("other"), ticket=replace(a_ticket("1"), helpdesk="partners"))
    names = [("acme", "2"), ("acme", "3"), ("partners", "1"), ("acme", "1")]
    found = store.write(lambda conn: tickets.load_locked(conn, names))
    assert found.keys() == {("acme", "1"), ("acme", "2"), ("partners", "1")}
    assert [found["acme", number] for number in "12"] == [kept(store, number) for number in "12"]
    assert [event.text for event in found["partners", "1"].timeline if hasattr(event, "text")] == ["other"]


def test_a_sweep_asks_which_versions_are_stored(store: Store) -> None:
    for number in range(3):
        keep(store, asked(), ticket=a_ticket(str(number)), version=f"v{number}")
    ids = [str(number) for number in range(1000)]
    known = store.read(lambda conn: tickets.seen(conn, "acme", ids))
    assert known == {"0": ("v0", NOON), "1": ("v1", NOON), "2": ("v2", NOON)}
    assert store.read(lambda conn: tickets.seen(conn, "acme", [])) == {}


def test_solved_tickets_are_not_open_ones(store: Store) -> None:
    for number, category in enumerate([Category.PENDING, Category.SOLVED, Category.WAITING_ON_CUSTOMER]):
        keep(store, asked(), moved(category), ticket=a_ticket(str(number)))
        save_decision(store, ticket_id=str(number), now=after(hours=1))
    assert store.read(ticket_counts.count_open) == 2


@pytest.mark.parametrize("known", [True, False], ids=["a stored ticket", "a new ticket"])
def test_two_evaluators_of_one_ticket_wait_for_one_another(postgres_url: str, known: bool) -> None:
    order: list[str] = []
    entered = threading.Event()

    def evaluate(name: str) -> None:
        def work(conn: Connection) -> None:
            tickets.lock(conn, "acme", "4711")
            tickets.merge(conn, a_ticket(), [asked()], "v1", NOON)
            order.append(f"{name} in")
            entered.set()
            time.sleep(0.2)
            order.append(f"{name} out")

        store.write(work)

    with open_store(postgres_url) as store:
        if known:
            keep(store, asked())
        first = threading.Thread(target=evaluate, args=("first",))
        second = threading.Thread(target=evaluate, args=("second",))
        first.start()
        assert entered.wait(60)
        second.start()
        first.join()
        second.join()
    assert order == ["first in", "first out", "second in", "second out"]


def test_two_evaluators_of_two_tickets_do_not_wait(postgres_url: str) -> None:
    both = threading.Barrier(2, timeout=60)

    def evaluate(ticket_id: str) -> None:
        def work(conn: Connection) -> None:
            tickets.merge(conn, a_ticket(ticket_id), [asked()], "v1", NOON)
            both.wait()

        store.write(work)

    with open_store(postgres_url) as store:
        threads = [threading.Thread(target=evaluate, args=(ticket_id,)) for ticket_id in "12"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not both.broken
