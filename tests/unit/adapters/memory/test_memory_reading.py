"""What does the desk in memory tell of who speaks, for whom, and of what cannot be read yet?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.base import Snapshot
from adapters.errors import Gone
from adapters.memory.adapter import MemoryAdapter
from adapters.memory.desk import Desk, desk_at, forget
from slabot.clock import SteppedClock
from slabot.domain import (
    Actor,
    BrandChanged,
    Category,
    Deleted,
    FormChanged,
    Gap,
    GroupChanged,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    Person,
    Rated,
    RequesterChanged,
    Restored,
)

URL = "memory://reading"
START = datetime(2026, 1, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOB, LEA = "901", "902"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture
def desk(clock: SteppedClock) -> Iterator[Desk]:
    made = desk_at(URL, clock.now)
    made.introduce("ana", email="ana@customer.example", organization="Customer Ltd")
    made.introduce("dan", email="dan@customer.example", organization="Customer Ltd")
    made.introduce("eve", email="eve@elsewhere.example", organization="Elsewhere Ltd")
    yield made
    forget(URL)


@pytest.fixture
def adapter(desk: Desk, clock: SteppedClock) -> MemoryAdapter:
    statuses = {"open": Category.PENDING, "solved": Category.SOLVED}
    return MemoryAdapter(name="desk", url=URL, token="t", statuses=statuses, clock=clock)


def authors(snapshot: Snapshot) -> list[Actor]:
    return [event.by for event in snapshot.events if isinstance(event, Message)]


def test_the_ticket_is_as_it_was_made_and_its_changes_are_dated(
    desk: Desk, adapter: MemoryAdapter, clock: SteppedClock
) -> None:
    own = desk.create("Help", "Down", group="Support", brand="Cameras", form="Returns", participants=("cleo",))
    clock.elapse(MINUTE)
    changes: dict[str, Any] = {
        "group": "Billing",
        "brand": "Lenses",
        "form": None,
        "participants": ["dan"],
        "organization": "Daughter Ltd",
        "requester": "dan",
        "priority": "urgent",
    }
    desk.write(own, BOB, changes)
    snapshot = adapter.fetch(own)
    ticket = snapshot.ticket
    assert ticket.requester == Person("ana", "ana@customer.example", "Customer Ltd")
    assert (ticket.group, ticket.brand, ticket.form, ticket.participants) == (
        "Support",
        "Cameras",
        "Returns",
        ("cleo",),
    )
    assert (ticket.priority, snapshot.priority_now) == (None, "urgent")
    assert snapshot.standing is None  # the events tell all of it
    kinds = (GroupChanged, BrandChanged, FormChanged, ParticipantsChanged, OrganizationChanged, RequesterChanged)
    told = [event for event in snapshot.events if isinstance(event, kinds)]
    assert [event.to for event in told] == ["Billing", "Lenses", None, ("dan",), "Daughter Ltd", "dan"]
    assert {event.at for event in told} == {START + MINUTE}
    assert isinstance(told[-1], RequesterChanged)
    assert told[-1].email == "dan@customer.example"


def test_whoever_writes_is_on_the_customers_side_as_of_then(desk: Desk, adapter: MemoryAdapter) -> None:
    own = desk.create("Help", "Down")
    for name in ("dan", "eve", "zoe"):
        desk.write(own, name, {"message": "Me too"})
    desk.write(own, BOB, {"participants": ["EVE@elsewhere.example"]})
    desk.write(own, "eve", {"message": "And me"})
    desk.write(own, BOB, {"participants": []})
    desk.write(own, "eve", {"message": "Still"})
    outside, ours = Actor.THIRD_PARTY, Actor.CUSTOMER
    assert authors(adapter.fetch(own)) == [ours, ours, outside, outside, ours, outside]


def test_agents_are_agents_and_light_ones_are_told_as_such(desk: Desk, adapter: MemoryAdapter) -> None:
    own = desk.create("Call", "It is down", written_by=BOB)
    desk.write(own, LEA, {"note": "The fuse"})
    snapshot = adapter.fetch(own)
    said = [event for event in snapshot.events if isinstance(event, Message)]
    assert [(message.by, message.light_agent) for message in said] == [(Actor.AGENT, False), (Actor.AGENT, True)]
    assert snapshot.ticket.written_by == BOB


def test_a_chat_is_a_gap_until_it_is_over_and_its_messages_have_their_times(
    desk: Desk, adapter: MemoryAdapter, clock: SteppedClock
) -> None:
    own = desk.create("Help", "Down")
    clock.elapse(MINUTE)
    desk.open_chat(own)
    before = adapter.fetch(own)
    assert before.ticket.gaps == (Gap(START + MINUTE, None, "the chat is not over"),)
    clock.elapse(10 * MINUTE)
    desk.close_chat(own, [(START + 2 * MINUTE, BOB, "Hello"), (START + 3 * MINUTE, "ana", "It is down")], chat="c1")
    after = adapter.fetch(own)
    assert after.ticket.gaps == ()
    assert after.version > before.version
    said = [event for event in after.events if isinstance(event, Message) and event.conversation == "c1"]
    assert [(message.at, message.by) for message in said] == [
        (START + 2 * MINUTE, Actor.AGENT),
        (START + 3 * MINUTE, Actor.CUSTOMER),
    ]


def test_a_rating_is_told_and_a_deleted_ticket_may_come_back(desk: Desk, adapter: MemoryAdapter) -> None:
    own = desk.create("Help", "Down")
    desk.rate(own, "bad", "Too slow")
    assert [(each.score, each.text) for each in adapter.fetch(own).events if isinstance(each, Rated)] == [
        ("bad", "Too slow")
    ]
    desk.delete(own)
    with pytest.raises(Gone):
        adapter.fetch(own)
    desk.restore(own)
    assert [type(event) for event in adapter.fetch(own).events][-2:] == [Deleted, Restored]
