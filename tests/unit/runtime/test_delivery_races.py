"""What happens between two commits, and while a call is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from slabot.channels.errors import SlackOutcomeUnknown, SlackRetry
from slabot.channels.slack.interactions import Click
from slabot.channels.slack.message import Button
from slabot.domain import Actor, AssigneeChanged, Message, RequesterChanged
from slabot.runtime.alarm import Alarm
from slabot.runtime.delivery.loop import Delivery
from slabot.runtime.delivery.pages import Pages
from slabot.runtime.evaluation import evaluate, take_in, take_out
from slabot.runtime.parts import LEASE
from slabot.runtime.people.clicks import click
from slabot.runtime.people.outcomes import Answer
from slabot.store import Lane, LedgerEvent, OutboxState, ledger, messages, outbox, tickets

from .conftest import MONDAY, World, page_delivery, update_delivery

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def keep(world: World, *events: object, number: int = 1, version: str | None = None) -> str:
    own = world.desk.has(number, MONDAY, *events, **({} if version is None else {"version": version}))
    world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], world.parts.now()))
    return own


def paged(world: World) -> Delivery[Any]:
    """One ticket whose first page is about to leave."""
    keep(world)
    world.later(HOUR)
    Alarm(world.parts).drain()
    return page_delivery(world.parts)


def answer(world: World, at: timedelta) -> Message:
    return Message(at=MONDAY + at, by=Actor.AGENT, by_id="a1", text="We are on it", id=f"a:{at}")


def pages(world: World) -> list[outbox.OutboxRow]:
    rows = world.parts.store.read(lambda conn: outbox.of_ticket(conn, "acme", "1"))
    return [row for row in rows if row.lane.value == "page"]


def unknown() -> SlackOutcomeUnknown:
    return SlackOutcomeUnknown("broken off", method="chat.postMessage", code="broken_off")


def test_an_unknown_outcome_is_looked_for_once_the_lease_is_over_and_not_before(world: World) -> None:
    delivery = paged(world)
    world.slack.raises = [unknown()]
    assert delivery.drain()
    assert delivery.next_instant() == world.parts.now() + LEASE
    for _ in range(int(LEASE.total_seconds()) - 1):
        world.later(SECOND)
        assert not delivery.drain()
    world.later(SECOND)
    assert delivery.drain()
    assert len(world.slack.posted) == 1


def test_an_outcome_that_stays_unknown_does_not_spin(world: World) -> None:
    delivery = paged(world)
    world.slack.raises = [unknown() for _ in range(5)]
    rounds = 0
    while delivery.drain():
        rounds += 1
        assert rounds < 3
    assert len(world.slack.raises) == 4  # one call, then a wait


def test_after_an_answer_is_lost_the_pages_claimed_with_it_go_back_unsent(world: World) -> None:
    for number in range(1, 5):
        keep(world, number=number)
    world.later(HOUR)
    Alarm(world.parts).drain()
    delivery = page_delivery(world.parts)
    world.slack.raises = [unknown() for _ in range(4)]
    delivery.drain()
    assert len(world.slack.raises) == 3  # one page finds out when answers come again
    kept = world.parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))
    assert len(kept) == 3
    world.slack.raises = []
    world.later(LEASE + 3 * SECOND)
    while delivery.drain():
        pass
    assert len(world.slack.posted) == 4
    rows = world.parts.store.read(lambda conn: ledger.since(conn, MONDAY))
    assert sum(row.event is LedgerEvent.PAGE_REPEATED for row in rows) == 1


def test_a_doubt_survives_a_limit_while_it_is_settled(world: World) -> None:
    delivery = paged(world)
    delivery.drain()  # it arrived …
    key = pages(world)[0].key
    assert len(world.slack.posted) == 1

    def limited(*_: object, **__: object) -> None:
        until = world.parts.now() + 30 * SECOND
        raise SlackRetry("limited", method="conversations.history", code="ratelimited", until=until)

    # … but the process died before it could note that.
    world.parts.write(lambda conn: _as_being_sent(conn, key, world))
    world.later(LEASE)
    real = world.slack.find
    world.slack.find = limited  # type: ignore[method-assign]
    delivery.drain()
    assert pages(world)[0].state is OutboxState.SENDING  # still in doubt: not taken for "never tried"
    world.later(30 * SECOND)
    world.slack.find = real  # type: ignore[method-assign]
    delivery.drain()
    assert len(world.slack.posted) == 1
    assert pages(world)[0].state is OutboxState.SENT


def test_what_another_process_may_still_be_sending_is_looked_up_when_it_must_have_ended(world: World) -> None:
    paged(world).drain()
    (row,) = pages(world)
    world.parts.write(lambda conn: _as_being_sent(conn, row.key, world))
    world.later(2 * LEASE)
    still_sending = 5 * SECOND
    delivery = Delivery(world.parts, Pages(world.parts), after_another=still_sending)
    assert not delivery.drain()
    assert pages(world)[0].state is OutboxState.SENDING
    assert delivery.next_instant() == world.parts.now() + still_sending
    world.later(still_sending)
    assert delivery.drain()
    assert pages(world)[0].state is OutboxState.SENT
    assert len(world.slack.posted) == 1


def test_pages_claimed_one_at_a_time_leave_the_others_for_whoever_comes_next(world: World) -> None:
    for number in (1, 2, 3):
        keep(world, number=number)
    world.later(HOUR)
    Alarm(world.parts).drain()
    first = Pages(world.parts, at_once=1)
    claimed = world.parts.write(lambda conn: first.claim(conn, world.parts.now(), ()))
    assert len(claimed) == 1
    while Delivery(world.parts, Pages(world.parts, at_once=1), after_another=LEASE).drain():
        pass
    assert len(world.slack.posted) == 2


def test_a_page_that_another_process_has_locked_holds_up_no_other_of_its_channel(world: World) -> None:
    for number in (1, 2):
        keep(world, number=number)
    world.later(HOUR)
    Alarm(world.parts).drain()
    handler, now = Pages(world.parts, at_once=1), world.parts.now()

    def claimed(conn: Connection) -> list[str]:
        return [row.key for row in handler.claim(conn, now, ())]

    if world.parts.store.address.is_sqlite:  # where one writer works at a time
        assert len(world.parts.write(claimed)) == 1
        return
    locked, done = threading.Event(), threading.Event()
    first: list[str] = []

    def hold(conn: Connection) -> None:
        first.extend(row.key for row in Pages(world.parts, at_once=1).claim(conn, now, ()))
        locked.set()
        done.wait(30)

    stopped = threading.Thread(target=lambda: world.parts.store.write(hold))
    stopped.start()
    assert locked.wait(30)
    second = world.parts.write(claimed)
    done.set()
    stopped.join()
    assert (len(first), len(second)) == (1, 1)
    assert first != second


def _as_being_sent(conn: object, key: str, world: World) -> None:
    from sqlalchemy import delete, update

    from slabot.store import schema

    table = schema.outbox
    conn.execute(update(table).where(table.c.key == key).values(state="sending", sending_since=world.parts.now()))  # type: ignore[attr-defined]
    conn.execute(delete(schema.event).where(schema.event.c.id == f"page:{key}"))  # type: ignore[attr-defined]


def test_an_update_that_is_overtaken_on_its_way_is_followed_by_another(world: World) -> None:
    paged(world).drain()
    keep(world, answer(world, HOUR + MINUTE), version="2026-01-12T10:01:00Z")
    world.later(2 * MINUTE)
    evaluate_now(world)
    updates = update_delivery(world.parts)

    def moves_on() -> None:
        world.slack.before_update = lambda: None
        # While the first update is under way, it turns out that who answered was the requester: the clock runs again.
        keep(world, RequesterChanged(at=MONDAY + HOUR, to="a1", id="r:1"), version="2026-01-12T10:02:00Z")

    world.slack.before_update = moves_on
    while updates.drain():
        pass
    assert len(world.slack.updated) == 2


def evaluate_now(world: World) -> None:
    now = world.parts.now()
    world.parts.write(lambda conn: evaluate(conn, world.parts, "acme", "1", now=now))


def test_an_update_of_a_message_that_was_posted_anew_does_not_bring_the_old_one_back(world: World) -> None:
    paged(world).drain()
    keep(world, answer(world, HOUR + MINUTE), version="2026-01-12T10:01:00Z")
    world.later(2 * MINUTE)
    evaluate_now(world)

    def posted_anew() -> None:
        world.slack.before_update = lambda: None

        def swap(conn: object) -> None:
            [found] = messages.of_clock(conn, "acme", "1", "first_response")  # type: ignore[arg-type]
            messages.remove(conn, found)  # type: ignore[arg-type]
            messages.put(conn, replace(found, ref="99.0", digest=""))  # type: ignore[arg-type]

        world.parts.write(swap)

    world.slack.before_update = posted_anew
    update_delivery(world.parts).drain()
    [found] = world.parts.store.read(lambda conn: messages.of_clock(conn, "acme", "1", "first_response"))
    assert found.ref == "99.0"


def test_while_an_update_waits_no_second_one_is_put_beside_it(world: World) -> None:
    paged(world).drain()
    for number in range(5):
        world.later(SECOND)
        event = answer(world, HOUR + number * SECOND)
        keep(world, event, version=f"2026-01-12T10:00:0{number}Z")
    rows = world.parts.store.read(lambda conn: outbox.of_ticket(conn, "acme", "1"))
    assert len([row for row in rows if row.lane.value == "update"]) == 1


def test_gone_and_back_again_as_often_as_you_like(world: World) -> None:
    keep(world)
    for _ in range(3):
        world.later(MINUTE)
        decision = world.parts.write(lambda conn: take_out(conn, world.parts, "acme", "1", world.parts.now()))
        assert decision is not None
        assert [clock.verdict.value for clock in decision.clocks] == ["void"]
        world.parts.write(lambda conn: take_out(conn, world.parts, "acme", "1", world.parts.now()))  # known already
        world.later(MINUTE)
        keep(world)
        stored = world.parts.store.read(lambda conn: tickets.load(conn, "acme", "1"))
        assert stored is not None
        assert stored.next_look is not None  # its clock runs
    rows = world.parts.store.read(lambda conn: ledger.of_ticket(conn, "acme", "1"))
    assert len([row for row in rows if row.event is LedgerEvent.TICKET_GONE]) == 3


def test_a_reading_that_began_before_the_ticket_went_does_not_bring_it_back(world: World) -> None:
    own = keep(world)
    read_at = world.parts.now()
    world.later(2 * SECOND)
    world.parts.write(lambda conn: take_out(conn, world.parts, "acme", own, world.parts.now()))
    world.later(SECOND)
    decision = world.parts.write(lambda conn: take_in(conn, world.parts, world.desk.shows[own], read_at))
    assert [clock.verdict.value for clock in decision.clocks] == ["void"]


def test_a_ticket_that_was_never_stored_cannot_be_taken_out(world: World) -> None:
    assert world.parts.write(lambda conn: take_out(conn, world.parts, "acme", "9", world.parts.now())) is None


def test_the_same_page_is_planned_once_however_often_it_is_decided(make: Callable[..., World]) -> None:
    world = make()
    paged(world)
    for _ in range(3):
        evaluate_now(world)
    assert len(pages(world)) == 1


def test_a_page_that_changes_back_and_forth_under_each_update_shows_the_last_state_in_the_end(world: World) -> None:
    paged(world).drain()
    changes: list[object] = []

    def reassign() -> None:
        to = "agent-7" if len(changes) % 2 == 0 else None
        world.later(SECOND)
        changes.append(AssigneeChanged(at=world.parts.now(), by=Actor.AGENT, to=to, id=f"to:{len(changes)}"))
        keep(world, *changes, version=world.parts.now().isoformat())

    def reassign_under_way() -> None:
        if len(changes) < 6:
            reassign()

    reassign()
    world.slack.before_update = reassign_under_way
    updates = update_delivery(world.parts)
    while updates.drain():
        pass
    assert len(world.slack.updated) == 6  # one for each change: each came after the one before it had left


def test_of_two_clicks_on_a_page_that_is_not_known_to_be_sent_the_second_is_late(world: World) -> None:
    """Its message is not kept yet, and that somebody is on it changes no time at which anything is due."""
    delivery = paged(world)
    real, texts = world.slack.post, list[str]()

    def clicked_at_once(channel: str, view: Any, **more: Any) -> Any:
        posted = real(channel, view, **more)
        stored = world.parts.store.read(lambda conn: tickets.load(conn, "acme", "1"))
        assert stored is not None
        for user, button in (("U1", Button.ACKNOWLEDGE), ("U2", Button.ESCALATE)):
            clicked = Click(
                action=button,
                key="acme/1/first_response",
                generation=stored.generation,
                user_id=user,
                user_name=user,
                channel="C1",
                ts="1.0",
                response_url=None,
                trigger_id="t",
                action_ts="1.5",
                shows="open",
            )
            came = click(world.parts, clicked)
            assert isinstance(came, Answer)
            texts.append(came.text)
        return posted

    world.slack.post = clicked_at_once  # type: ignore[method-assign]
    delivery.drain()
    assert texts[0] == ""
    assert texts[1].startswith("This page is older than the ticket's state")
