"""Does a fetch say what is so, the same each time, and nothing that is not?"""

from __future__ import annotations

import pytest

from adapters.base import Adapter
from adapters.errors import AdapterError, BadAnswer, Gone, RateLimited, UnmappedStatus, Unreachable
from slabot.domain import Timeline
from slabot_sandbox import FaultKind
from tests.conformance.house import MINUTE, START, House, texts

BROKEN = {
    FaultKind.DROP_BEFORE: Unreachable,
    FaultKind.DROP_AFTER: Unreachable,
    FaultKind.DOWN: Unreachable,
    FaultKind.RATE_LIMIT: RateLimited,
    FaultKind.RATE_LIMIT_TEXT: RateLimited,
    FaultKind.UNAVAILABLE: Unreachable,
    FaultKind.ERROR: Unreachable,
    FaultKind.HTML: BadAnswer,
    FaultKind.TRUNCATED: BadAnswer,
}


@pytest.fixture
def own(house: House) -> str:
    """A ticket with a conversation, a minute apart."""
    own = house.create("Help", "It is down")
    house.clock.elapse(MINUTE)
    house.agent_writes(own, "Known already", public=False)
    house.clock.elapse(MINUTE)
    house.agent_writes(own, "Which version?")
    house.clock.elapse(MINUTE)
    house.customer_writes(own, "1.2")
    house.clock.elapse(MINUTE)
    return own


def test_a_conversation_is_told_as_it_happened(adapter: Adapter, own: str) -> None:
    assert texts(adapter.fetch(own)) == [
        ("customer", True, "It is down"),
        ("agent", False, "Known already"),
        ("agent", True, "Which version?"),
        ("customer", True, "1.2"),
    ]


def test_the_ticket_is_that_of_this_helpdesk_at_its_creation(house: House, adapter: Adapter, own: str) -> None:
    ticket = adapter.fetch(own).ticket
    assert (ticket.helpdesk, ticket.id, ticket.subject) == (adapter.name, own, "Help")
    assert ticket.created_at == START
    assert ticket.history_complete
    assert ticket.requester is not None


def test_two_fetches_give_the_same_events_with_the_same_ids(house: House, adapter: Adapter, own: str) -> None:
    first, second = adapter.fetch(own), house.open().fetch(own)
    assert first == second
    named = [event.id for event in first.events]
    assert None not in named
    assert "" not in named
    assert len(set(named)) == len(named)


def test_later_events_join_the_earlier_ones_and_repeat_none(house: House, adapter: Adapter, own: str) -> None:
    before = Timeline.of(adapter.fetch(own).events)
    house.customer_writes(own, "and 1.3")
    after = Timeline.of(adapter.fetch(own).events)
    assert before.merged(after.events) == after == after.merged(before.events)
    assert len(after) > len(before)


def test_the_reread_before_an_act_says_the_same(adapter: Adapter, own: str) -> None:
    assert adapter.version_of(own).version == adapter.fetch(own).version


def test_a_version_is_never_newer_than_the_events(house: House, adapter: Adapter, own: str) -> None:
    version = adapter.fetch(own).version
    house.customer_writes(own, "later")
    assert adapter.fetch(own).version >= version


def test_a_deleted_ticket_is_gone(house: House, adapter: Adapter, own: str) -> None:
    house.delete(own)
    try:
        gone = adapter.fetch(own).gone
    except Gone as error:
        gone = f"ticket {error.ticket} is deleted"
    assert gone is not None
    assert "deleted" in gone


@pytest.mark.parametrize("number", ["999999", "x", "", "-1", "7/../8", "٧"])
def test_what_is_no_ticket_here_is_gone_and_no_other_error(adapter: Adapter, number: str) -> None:
    with pytest.raises(Gone):
        adapter.fetch(number)


def test_a_status_that_the_policy_does_not_map_is_an_error_that_names_it(house: House, own: str) -> None:
    word = next(word for word, category in house.statuses.items() if category.ended)
    statuses = {word: house.statuses[word]}
    with pytest.raises(UnmappedStatus, match="stands for no category; add it under") as caught:
        house.open(statuses=statuses).fetch(own)
    assert caught.value.status


@pytest.mark.parametrize("kind", BROKEN)
def test_every_trouble_of_a_read_is_one_clear_error_and_passes(
    house: House, adapter: Adapter, own: str, kind: FaultKind
) -> None:
    adapter.fetch(own)
    house.disturb(kind, writes=False)
    with pytest.raises(BROKEN[kind]) as caught:
        adapter.fetch(own)
    assert isinstance(caught.value, AdapterError)
    assert caught.value.endpoint
    assert caught.value.endpoint in str(caught.value)
    if isinstance(caught.value, RateLimited):
        assert caught.value.until > house.clock.now()
    house.calm()
    house.clock.elapse(MINUTE)
    assert adapter.fetch(own).ticket.id == own


def test_the_reread_before_an_act_keeps_its_time(house: House, adapter: Adapter, own: str) -> None:
    adapter.fetch(own)
    house.disturb(FaultKind.DOWN, writes=False)
    with pytest.raises(Unreachable):
        adapter.version_of(own, timeout=0.3)


def test_nobody_writes_by_reading(house: House, adapter: Adapter, own: str) -> None:
    before = (house.writes(), house.state(own))
    adapter.fetch(own)
    adapter.version_of(own)
    adapter.find_marker(own, "m")
    list(adapter.sweep(None, since=START))
    assert (house.writes(), house.state(own)) == before


def test_it_says_who_slabot_is_and_finds_agents_only(house: House, adapter: Adapter, own: str) -> None:
    account = adapter.whoami()
    assert account.id
    assert account.role
    assert adapter.agent_id_by_email(account.email.upper()) == account.id
    assert adapter.agent_id_by_email("nobody@nowhere.example") is None
    assert adapter.agent_id_by_email("") is None


def test_agents_are_named_and_nobody_else_is(house: House, adapter: Adapter, own: str) -> None:
    agent, requester = house.agent(), adapter.fetch(own).ticket.requester
    assert requester is not None
    assert dict(adapter.agent_names([agent, requester.id, "99999"])) == {agent: "Bob"}
    assert dict(adapter.agent_names([])) == {}


def test_a_name_that_cannot_be_read_keeps_its_time(house: House, adapter: Adapter) -> None:
    agent = house.agent()
    house.disturb(FaultKind.DOWN, writes=False)
    with pytest.raises(Unreachable):
        adapter.agent_names([agent], timeout=0.3)


def test_a_message_of_the_very_second_in_which_it_was_last_read_is_not_lost(house: House, adapter: Adapter) -> None:
    """The history has no cursor of its own: each reading is of all of it, by whoever reads."""
    own = house.create()
    house.customer_writes(own, "first")
    before = texts(adapter.fetch(own))
    house.customer_writes(own, "second")  # in the same second
    house.agent_writes(own, "third")
    after = texts(adapter.fetch(own))
    assert after[: len(before)] == before
    assert [text for _, _, text in after[len(before) :]] == ["second", "third"]
    assert texts(house.open().fetch(own)) == after


def test_looking_ahead_saves_calls_and_changes_nothing(house: House, adapter: Adapter, own: str) -> None:
    other = house.create("Another")
    names = [own, other, "999999", "x", ""]
    plain = {name: house.open().fetch(name) for name in (own, other)}
    before = house.calls()
    for name in plain:
        adapter.fetch(name)
    alone = house.calls() - before
    adapter.look_ahead(names)
    before = house.calls()
    assert {name: adapter.fetch(name) for name in plain} == plain
    assert house.calls() - before <= alone


def test_what_goes_wrong_in_looking_ahead_is_passed_over(house: House, adapter: Adapter, own: str) -> None:
    other = house.create("Another")
    adapter.fetch(own)
    house.disturb(FaultKind.DOWN, writes=False)
    adapter.look_ahead([own, other], timeout=0.3)
    house.calm()
    assert adapter.fetch(own).ticket.id == own


@pytest.mark.parametrize("brought_by", ["a sweep", "looking ahead"])
def test_nothing_that_was_brought_hides_what_happened_since(house: House, adapter: Adapter, brought_by: str) -> None:
    made = [house.create("Help"), house.create("Another")]
    house.clock.elapse(house.withheld + MINUTE)
    if brought_by == "a sweep":
        list(adapter.sweep(None, since=START))
    else:
        adapter.look_ahead(made)
    house.agent_writes(made[0], "Which version?")
    house.delete(made[1])
    snapshot = adapter.fetch(made[0])
    assert texts(snapshot)[-1] == ("agent", True, "Which version?")
    assert snapshot.version == house.open().fetch(made[0]).version
    try:
        gone = adapter.fetch(made[1]).gone
    except Gone:
        gone = "deleted"
    assert gone is not None
