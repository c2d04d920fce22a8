"""Is each kind of write made once, knowingly, and only where nothing has changed?"""

from __future__ import annotations

import contextlib
import socket

import pytest

from adapters.base import Adapter, Repeat, Write
from adapters.errors import AdapterError, BadAnswer, Conflict, OutcomeUnknown, RateLimited, Refused, Unreachable
from slabot.domain import Category
from slabot_sandbox import FaultKind
from tests.conformance.house import ACTS, MARK, MINUTE, WORDS, Act, House, texts

PRIORITY_BACK = "low"


@pytest.fixture(params=list(ACTS))
def act(request: pytest.FixtureRequest) -> Act:
    return ACTS[request.param]


@pytest.fixture
def own(house: House) -> str:
    """A ticket, a minute old."""
    own = house.create()
    house.clock.elapse(MINUTE)
    return own


def do(act: Act, house: House, adapter: Adapter, own: str) -> None:
    act.do(house, adapter, own, adapter.fetch(own).version)


# -- each kind -----------------------------------------------------------------------------------------------------


def test_it_is_done_once_and_said(house: House, adapter: Adapter, own: str, act: Act) -> None:
    seen = adapter.fetch(own).version
    before = house.writes()
    done = act.do(house, adapter, own, seen)
    assert done.words
    assert done.changed
    assert done.undoable is act.write.undoable
    assert act.times(house, house.state(own)) == 1
    assert 1 <= house.writes() - before <= 2
    assert adapter.fetch(own).version >= (done.version or "")


def test_slabots_own_message_is_read_back_as_slabots(house: House, adapter: Adapter, own: str) -> None:
    do(ACTS["public message"], house, adapter, own)
    assert texts(adapter.fetch(own))[-1] == ("slabot", True, WORDS)


def test_a_note_is_never_public(house: House, adapter: Adapter, own: str) -> None:
    do(ACTS["note"], house, adapter, own)
    state = house.state(own)
    assert not any(WORDS in text for text in state.public)
    by, public, _ = texts(adapter.fetch(own))[-1]
    assert (by, public) == ("slabot", False)


def test_a_message_and_its_move_go_together(house: House, adapter: Adapter, own: str) -> None:
    do(ACTS["public message with a move"], house, adapter, own)
    assert adapter.fetch(own).status_now is Category.WAITING_ON_CUSTOMER


def test_what_was_set_is_what_is_read(house: House, adapter: Adapter, own: str) -> None:
    for name in ("category", "priority", "assignee"):
        do(ACTS[name], house, adapter, own)
        house.clock.elapse(MINUTE)
    snapshot = adapter.fetch(own)
    assert snapshot.status_now is Category.WAITING_ON_CUSTOMER
    assert (snapshot.priority_now, snapshot.assignee_now) == (house.priority, house.agent())


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.repeats])
def test_repeating_what_is_so_changes_nothing(house: House, adapter: Adapter, own: str, name: str) -> None:
    do(ACTS[name], house, adapter, own)
    once = house.state(own)
    house.clock.elapse(MINUTE)
    do(ACTS[name], house, adapter, own)
    assert house.state(own) == once


# -- undo ----------------------------------------------------------------------------------------------------------


def test_a_category_a_priority_and_an_assignee_can_be_set_back(house: House, adapter: Adapter, own: str) -> None:
    do(ACTS["category"], house, adapter, own)
    house.clock.elapse(MINUTE)
    done = adapter.set_category(own, Category.PENDING, seen=adapter.fetch(own).version, marker="undo/1")
    assert done.undoable
    assert house.state(own).status is Category.PENDING
    do(ACTS["priority"], house, adapter, own)
    house.clock.elapse(MINUTE)
    adapter.set_priority(own, PRIORITY_BACK, seen=adapter.fetch(own).version, marker="undo/2")
    assert house.state(own).priority == PRIORITY_BACK
    do(ACTS["assignee"], house, adapter, own)
    house.clock.elapse(MINUTE)
    adapter.assign(own, adapter.whoami().id, seen=adapter.fetch(own).version, marker="undo/3")
    assert house.state(own).assignee == adapter.whoami().id


def test_a_close_says_that_it_cannot_be_undone(house: House, adapter: Adapter, own: str) -> None:
    do(ACTS["solve"], house, adapter, own)
    house.clock.elapse(MINUTE)
    done = adapter.set_category(own, Category.CLOSED, seen=adapter.fetch(own).version, marker="close")
    assert not done.undoable
    assert house.state(own).status is Category.CLOSED


# -- conflict and refusal ------------------------------------------------------------------------------------------


def test_a_ticket_that_changed_since_is_left_alone(house: House, adapter: Adapter, own: str, act: Act) -> None:
    if not act.needs_seen:
        pytest.skip("a note rests on no version: it tells no customer anything")
    seen = adapter.fetch(own).version
    house.clock.elapse(MINUTE)
    house.customer_writes(own, "never mind")
    before = house.state(own)
    with pytest.raises(Conflict, match="read it again and decide again"):
        act.do(house, adapter, own, seen)
    assert house.state(own) == before
    # Decided again on what is so now, it is done: nothing is stuck.
    act.do(house, adapter, own, adapter.fetch(own).version)
    assert act.times(house, house.state(own)) == 1


@pytest.mark.parametrize(
    ("what", "do_it"),
    [
        ("no text", lambda adapter, own, seen: adapter.send_public(own, "  ", seen=seen, marker="m")),
        ("no note", lambda adapter, own, seen: adapter.add_note(own, "", marker="m")),
        ("no marker", lambda adapter, own, seen: adapter.add_note(own, "x", marker="")),
        ("no such priority", lambda adapter, own, seen: adapter.set_priority(own, "worst", seen=seen, marker="m")),
        ("no such agent", lambda adapter, own, seen: adapter.assign(own, "bob", seen=seen, marker="m")),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_field_and_changes_nothing(
    house: House, adapter: Adapter, own: str, what: str, do_it: object
) -> None:
    before = house.state(own)
    seen = adapter.fetch(own).version
    with pytest.raises(Refused) as caught:
        do_it(adapter, own, seen)  # type: ignore[operator]
    assert caught.value.field
    assert caught.value.reason
    assert house.state(own) == before


# -- trouble on the way --------------------------------------------------------------------------------------------

NOTHING_DONE = {
    FaultKind.RATE_LIMIT: RateLimited,
    FaultKind.RATE_LIMIT_TEXT: RateLimited,
    FaultKind.UNAVAILABLE: Unreachable,
}


@pytest.mark.parametrize("kind", NOTHING_DONE)
def test_told_to_wait_nothing_was_done_and_nobody_slept(
    house: House, adapter: Adapter, own: str, act: Act, kind: FaultKind
) -> None:
    seen, before, now = adapter.fetch(own).version, house.state(own), house.clock.now()
    house.disturb(kind, writes=True)
    with pytest.raises(NOTHING_DONE[kind]):
        act.do(house, adapter, own, seen)
    house.calm()
    assert house.state(own) == before
    assert house.clock.now() - now < MINUTE / 2
    assert not _found(house, adapter, own, act)
    act.do(house, adapter, own, seen)
    assert act.times(house, house.state(own)) == 1


def _found(house: House, adapter: Adapter, own: str, act: Act) -> bool:
    return act.write in house.finds and adapter.find_marker(own, MARK)


@pytest.mark.over_http
def test_where_nobody_listens_nothing_was_done_and_everything_says_so(house: House, own: str, act: Act) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = house.open(url=f"http://127.0.0.1:{port}")
    with pytest.raises(Unreachable):
        act.do(house, away, own, house.open().fetch(own).version)
    with pytest.raises(Unreachable):
        away.fetch(own)


# -- a lost reply: the rows of the delivery contract ---------------------------------------------------------------

LOST = [
    FaultKind.DROP_BEFORE,
    FaultKind.DOWN,
    FaultKind.DROP_AFTER,
    FaultKind.TRUNCATED,
    FaultKind.HTML,
    FaultKind.ERROR,
]
MESSAGES = (Write.PUBLIC_MESSAGE, Write.NOTE)
ACTED = frozenset({FaultKind.DROP_AFTER, FaultKind.TRUNCATED})


@pytest.mark.parametrize("kind", LOST)
def test_after_a_lost_reply_the_contract_is_kept(
    house: House, adapter: Adapter, own: str, act: Act, kind: FaultKind
) -> None:
    if not house.moves_with_message and act is ACTS["public message with a move"]:
        _two_calls(house, adapter, own, act, kind)
        return
    seen = adapter.fetch(own).version
    adapter.whoami()
    house.disturb(kind, writes=True, times=1)
    before = house.writes()
    with pytest.raises(OutcomeUnknown) as caught:
        act.do(house, adapter, own, seen)
    assert caught.value.endpoint
    assert house.writes() - before == 1, "a write is sent once"
    house.calm()
    acted = act.times(house, house.state(own)) == 1
    assert acted is (kind in ACTED)

    # Settled as the contract says: by the marker where it can be found, else by reading the ticket.
    happened = adapter.find_marker(own, MARK) if act.write in house.finds else _stands(act, house, adapter, own)
    assert happened is acted, "a marker tells what happened"
    if not happened and act.write in house.at_most_once:
        with pytest.raises(AdapterError):
            act.do(house, adapter, own, adapter.fetch(own).version)
        assert act.times(house, house.state(own)) == 0, "nobody can be sure, so a person has to decide"
        return
    if not happened:
        act.do(house, adapter, own, adapter.fetch(own).version)
    assert act.times(house, house.state(own)) == 1, "nobody sees it twice, and it is not lost"


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("name", ["public message", "note"])
def test_after_a_lost_reply_and_a_restart_a_message_is_found_where_it_arrived(
    house: House, own: str, name: str, kind: FaultKind
) -> None:
    act, former, decided = ACTS[name], house.open(), house.clock.now()
    seen = former.fetch(own).version
    house.disturb(kind, writes=True, times=1)
    with pytest.raises(OutcomeUnknown):
        act.do(house, former, own, seen)
    house.calm()
    house.clock.elapse(MINUTE)
    now = house.open()  # it remembers nothing
    assert now.find_marker(own, MARK, words=WORDS, since=decided) is (kind in ACTED)
    assert not now.find_marker(own, f"{MARK}0", words="Something else", since=decided)


def test_it_says_of_each_kind_whether_it_may_be_repeated(house: House, adapter: Adapter) -> None:
    messages = {write: Repeat.NEVER if write in house.at_most_once else Repeat.IF_NOT_FOUND for write in MESSAGES}
    assert {write: adapter.repeat(write) for write in Write} == {
        write: messages.get(write, Repeat.HARMLESS) for write in Write
    }


def _two_calls(house: House, adapter: Adapter, own: str, act: Act, kind: FaultKind) -> None:
    """Where a message and its move are two calls, whichever is lost: no customer reads the message twice."""
    seen = adapter.fetch(own).version
    house.disturb(kind, writes=True, times=1)
    with pytest.raises(AdapterError):
        act.do(house, adapter, own, seen)
    house.calm()
    for _ in range(2):
        if not adapter.find_marker(own, MARK):
            with contextlib.suppress(AdapterError):
                act.do(house, adapter, own, adapter.fetch(own).version)
        assert act.times(house, house.state(own)) <= 1


def _stands(act: Act, house: House, adapter: Adapter, own: str) -> bool:
    """What a re-read says of status, priority and assignee; these may be set again without harm."""
    assert act.repeats, "what cannot be found again is never repeated"
    return act.times(house, house.state(own)) == 1


def test_a_marker_is_found_whole_or_not_at_all(house: House, adapter: Adapter, own: str) -> None:
    if ACTS["note"].write not in house.finds:
        pytest.skip("this helpdesk keeps no markers with its notes")
    do(ACTS["note"], house, adapter, own)
    assert adapter.find_marker(own, MARK)
    assert not adapter.find_marker(own, MARK[:-2])
    assert not adapter.find_marker(own, f"{MARK}0")


def test_that_a_marker_cannot_be_looked_for_is_an_error_and_not_a_no(house: House, adapter: Adapter, own: str) -> None:
    adapter.fetch(own)
    house.disturb(FaultKind.DOWN, writes=False)
    with pytest.raises((Unreachable, BadAnswer)) as caught:
        adapter.find_marker(own, MARK)
    assert isinstance(caught.value, AdapterError)
