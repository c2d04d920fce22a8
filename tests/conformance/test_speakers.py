"""Does every helpdesk tell alike who speaks, for whom, and what lives on, where it tells it at all?

Promise: a test that needs one of `house.FACTS` runs for each house that tells it. Whether a fact is dated or only shown
as it is, what an adapter gives comes to the same for a ticket that is read once.
"""

from __future__ import annotations

import contextlib

import pytest

from adapters.base import Adapter, Snapshot
from adapters.errors import Gone
from slabot.domain import (
    Category,
    GroupChanged,
    Merged,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    Restored,
    StatusChanged,
    Timeline,
)
from slabot.policy import Policy, load_policy
from slabot.rules.voices import CustomerSide, Voice
from tests.conformance.house import BOB, COLLEAGUE, CUSTOMER_LTD, MINUTE, STRANGER, House

POLICY = """\
version: 1
calendars: {always: {always: true}}
severities: {low: {means: A question, respond_within: 2h, calendar: always}}
classify: {otherwise: low}
slack: {token_env: SLACK_BOT_TOKEN, channel: "#support-escalations"}
"""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(POLICY)


@pytest.fixture
def own(house: House) -> str:
    """A ticket, a minute old."""
    own = house.create("Help", "It is down")
    house.clock.elapse(MINUTE)
    return own


def heard(snapshot: Snapshot, policy: Policy) -> list[tuple[str, Voice]]:
    """For whom each message speaks by the rules, which follow what is told."""
    side, found = CustomerSide.at_creation(snapshot.ticket), []
    for event in Timeline.of(snapshot.events):
        if isinstance(event, Message):
            found.append((event.text.strip(), side.voice(event, policy).voice))
        else:
            side.take(event)
    return found


def became(snapshot: Snapshot, first: object, change: type) -> object:
    """What a fact is at the end: the last change of it, or what it was at first."""
    changes = [event for event in Timeline.of(snapshot.events) if isinstance(event, change)]
    return getattr(changes[-1], "to") if changes else first  # noqa: B009


@pytest.mark.tells("group")
def test_the_group_is_told_by_its_name(house: House, adapter: Adapter, own: str) -> None:
    house.set_group(own, "Billing")
    snapshot = adapter.fetch(own)
    assert became(snapshot, snapshot.ticket.group, GroupChanged) == "Billing"
    assert snapshot.standing is None or snapshot.standing.group == "Billing"


@pytest.mark.tells("organization")
def test_a_colleague_of_the_requester_speaks_for_the_customer(
    house: House, adapter: Adapter, own: str, policy: Policy
) -> None:
    house.writes_in(own, COLLEAGUE, "Me too")
    snapshot = adapter.fetch(own)
    requester = snapshot.ticket.requester
    organization = None if requester is None else requester.organization
    assert became(snapshot, organization, OrganizationChanged) == CUSTOMER_LTD
    assert heard(snapshot, policy)[-1] == ("Me too", Voice.CUSTOMER)


@pytest.mark.tells("third_party")
def test_a_stranger_speaks_for_nobody(house: House, adapter: Adapter, own: str, policy: Policy) -> None:
    house.writes_in(own, STRANGER, "Buy this")
    house.customer_writes(own, "Hello?")
    assert heard(adapter.fetch(own), policy)[-2:] == [("Buy this", Voice.NOBODY), ("Hello?", Voice.CUSTOMER)]


@pytest.mark.tells("participants")
def test_somebody_in_copy_speaks_for_the_customer(house: House, adapter: Adapter, own: str, policy: Policy) -> None:
    house.put_in_copy(own, STRANGER)
    house.clock.elapse(MINUTE)
    house.writes_in(own, STRANGER, "I can reproduce it")
    snapshot = adapter.fetch(own)
    assert became(snapshot, snapshot.ticket.participants, ParticipantsChanged)
    assert heard(snapshot, policy)[-1] == ("I can reproduce it", Voice.CUSTOMER)


@pytest.mark.tells("agent_in_copy")
def test_an_agent_in_copy_speaks_for_the_customer_on_this_ticket_alone(
    house: House, adapter: Adapter, own: str, policy: Policy
) -> None:
    house.agent()
    house.put_in_copy(own, BOB)
    house.clock.elapse(MINUTE)
    house.writes_in(own, BOB, "It is mine too")
    assert heard(adapter.fetch(own), policy)[-1] == ("It is mine too", Voice.CUSTOMER)
    other = house.create("Another", "It is slow")
    house.clock.elapse(MINUTE)
    house.agent_writes(other, "Which version?")
    assert heard(adapter.fetch(other), policy)[-1] == ("Which version?", Voice.AGENT)


@pytest.mark.tells("merged_and_written_to")
@pytest.mark.parametrize("looked", [True, False], ids=["looked at before", "looked at once"])
def test_a_merged_ticket_to_which_the_customer_writes_lives_again(
    house: House, adapter: Adapter, own: str, looked: bool
) -> None:
    house.merge(own, house.create("Help again", "Still down"))
    merged_at = house.clock.now()
    events = list(adapter.fetch(own).events) if looked else []
    house.clock.elapse(MINUTE)
    house.customer_writes(own, "Is anybody there?")
    snapshot = adapter.fetch(own)
    lives = Timeline.of((*events, *snapshot.events))
    assert [(type(event), event.at) for event in lives if isinstance(event, Merged | Restored)] == [
        (Merged, merged_at),
        (Restored, house.clock.now()),
    ]
    ways = [(event.to.ended, event.at) for event in lives if isinstance(event, StatusChanged)]
    assert ways[-2:] == [(True, merged_at), (False, house.clock.now())]
    assert snapshot.status_now in (Category.OPEN, Category.PENDING)


@pytest.mark.tells("restored")
def test_a_ticket_that_is_brought_back_is_there_with_all_of_it(house: House, adapter: Adapter, own: str) -> None:
    before = adapter.fetch(own)
    house.delete(own)
    house.clock.elapse(MINUTE)
    with contextlib.suppress(Gone):
        assert adapter.fetch(own).gone is not None
    house.restore(own)
    after = adapter.fetch(own)
    assert after.gone is None
    assert after.version > before.version
    assert {event.id for event in before.events} <= {event.id for event in after.events}
    assert not after.status_now.ended
