"""Whoever speaks at Zendesk is heard, over HTTP, by the stand-in that tells it as the documentation has it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.base import Snapshot
from adapters.zendesk.adapter import ZendeskAdapter
from adapters.zendesk.chats import NOT_OVER
from slabot.clock import SteppedClock
from slabot.domain import (
    Actor,
    BrandChanged,
    Deleted,
    FormChanged,
    Gap,
    GroupChanged,
    Message,
    OrganizationChanged,
    ParticipantsChanged,
    PrivacyChanged,
    Rated,
    RequesterChanged,
    Restored,
)
from slabot_sandbox import Sandbox

from ..conftest import SATURDAY
from .conftest import ANA, BOB, MINUTE

CARL, DORA, STRANGER = "carl@customer.example", "dora@elsewhere.example", "sam@supplier.example"


def said(snapshot: Snapshot) -> list[tuple[Actor, bool, str]]:
    return [(event.by, event.public, event.text) for event in snapshot.events if isinstance(event, Message)]


def told(snapshot: Snapshot, kind: type) -> list[object]:
    return [getattr(event, "to", None) for event in snapshot.events if isinstance(event, kind)]


def test_a_chat_is_heard_when_it_is_over_and_a_gap_before(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    people = sandbox.zendesk.people
    number = people.start_chat(ANA, "It is down")
    clock.elapse(MINUTE)
    people.say_in_chat(number, "I am looking", agent=BOB)
    clock.elapse(MINUTE)
    open_still = acme.fetch(str(number))
    assert open_still.ticket.gaps == (Gap(SATURDAY, None, NOT_OVER),)
    assert open_still.ticket.history_complete
    assert [by for by, *_ in said(open_still)] == [Actor.SYSTEM]
    people.say_in_chat(number, "Thank you")
    clock.elapse(MINUTE)
    people.end_chat(number)
    over = acme.fetch(str(number))
    assert over.ticket.gaps == ()
    live = [event for event in over.events if isinstance(event, Message) and event.conversation is not None]
    assert [(event.by, event.text, event.at - SATURDAY) for event in live] == [
        (Actor.CUSTOMER, "It is down", timedelta()),
        (Actor.AGENT, "I am looking", MINUTE),
        (Actor.CUSTOMER, "Thank you", 2 * MINUTE),
    ]
    assert len({event.conversation for event in live}) == 1
    assert [by for by, *_ in said(over) if by is Actor.SYSTEM] == [Actor.SYSTEM, Actor.SYSTEM]  # opening and transcript


def test_a_second_chat_on_the_ticket_is_a_gap_of_its_own(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    people = sandbox.zendesk.people
    number = people.start_chat(ANA, "It is down")
    clock.elapse(MINUTE)
    people.end_chat(number)
    clock.elapse(MINUTE)
    people.start_chat(ANA, ticket=number)
    assert acme.fetch(str(number)).ticket.gaps == (Gap(SATURDAY + 2 * MINUTE, None, NOT_OVER),)


def test_an_answer_that_is_hidden_later_stays_public_as_it_was_sent(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Please restart it")
    clock.elapse(MINUTE)
    sandbox.zendesk.people.hide_comment(number, BOB)
    snapshot = acme.fetch(str(number))
    assert said(snapshot)[-1] == (Actor.AGENT, True, "Please restart it")
    answer = [event for event in snapshot.events if isinstance(event, Message)][-1]
    assert [(e.of, e.public) for e in snapshot.events if isinstance(e, PrivacyChanged)] == [(answer.id, False)]


def test_the_requester_of_then_is_the_requester_of_then(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Please restart it")
    clock.elapse(MINUTE)
    sandbox.zendesk.people.change_requester(number, BOB, BOB)
    snapshot = acme.fetch(str(number))
    assert snapshot.ticket.requester is not None
    assert snapshot.ticket.requester.email == ANA
    (event,) = [event for event in snapshot.events if isinstance(event, RequesterChanged)]
    assert event.email == BOB


def test_people_in_copy_belong_to_the_customer_from_then_on(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock
) -> None:
    people = sandbox.zendesk.people
    number = people.create_ticket(ANA, "Help", "It is down", cc=[CARL])
    clock.elapse(MINUTE)
    people.customer_replies(number, "From Carl", author=CARL, public=False)
    people.customer_replies(number, "From Dora, too early", author=DORA)
    clock.elapse(MINUTE)
    people.add_cc(number, BOB, DORA)
    clock.elapse(MINUTE)
    people.customer_replies(number, "From Dora", author=DORA, public=False)
    people.remove_cc(number, BOB, CARL)
    snapshot = acme.fetch(str(number))
    assert snapshot.ticket.participants == (CARL,)
    assert told(snapshot, ParticipantsChanged) == [(CARL, DORA), (DORA,)]
    assert said(snapshot)[1:] == [
        (Actor.CUSTOMER, False, "From Carl"),
        (Actor.THIRD_PARTY, True, "From Dora, too early"),
        (Actor.CUSTOMER, False, "From Dora"),
    ]


def test_a_strangers_mail_is_a_third_partys(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.stranger_writes(number, STRANGER, "I can help")
    assert said(acme.fetch(str(number)))[-1] == (Actor.THIRD_PARTY, False, "I can help")


def test_a_colleague_of_the_requester_belongs_to_the_customer(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int
) -> None:
    sandbox.zendesk.account.add_user(CARL, organization="Customer Ltd")
    sandbox.zendesk.people.customer_replies(number, "Me too", author=CARL)
    message = [event for event in acme.fetch(str(number)).events if isinstance(event, Message)][-1]
    assert (message.by, message.organization) == (Actor.CUSTOMER, "Customer Ltd")


def test_what_the_ticket_belongs_to_is_told_by_name_with_its_history(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    people = sandbox.zendesk.people
    clock.elapse(MINUTE)
    people.agent_sets_organization(number, BOB, "Gold Ltd")
    people.agent_sets_group(number, BOB, "Billing")
    people.agent_sets_brand(number, BOB, "Umbrella")
    people.agent_sets_form(number, BOB, "Outage")
    snapshot = acme.fetch(str(number))
    assert [told(snapshot, kind) for kind in (OrganizationChanged, GroupChanged, BrandChanged, FormChanged)] == [
        ["Gold Ltd"],
        ["Billing"],
        ["Umbrella"],
        ["Outage"],
    ]
    first = snapshot.ticket
    assert (first.group, first.brand, first.form) == (None, "Acme", "Default ticket form")
    assert first.requester is not None
    assert first.requester.organization == "Customer Ltd"


def test_a_rating_is_told(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    sandbox.zendesk.people.solve(number, BOB, "Fixed")
    sandbox.zendesk.people.rate(number, "bad", "It is not")
    (rated,) = [event for event in acme.fetch(str(number)).events if isinstance(event, Rated)]
    assert (rated.score, rated.text, rated.by) == ("bad", "It is not", Actor.CUSTOMER)


def test_a_redaction_takes_the_words_and_nothing_else(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    sandbox.zendesk.people.customer_replies(number, "my key is 1234")
    before = said(acme.fetch(str(number)))
    clock.elapse(MINUTE)
    sandbox.zendesk.people.redact_comment(number, BOB, "1234")
    after = acme.fetch(str(number))
    assert said(after)[:-1] == before[:-1]
    assert said(after)[-1] == (Actor.CUSTOMER, True, "my key is ▇▇▇▇")
    assert after.ticket.gaps == ()


def test_a_light_agent_and_an_agent_who_writes_a_request_down_are_told(acme: ZendeskAdapter, sandbox: Sandbox) -> None:
    sandbox.zendesk.account.add_agent("lia@acme.example", light=True)
    number = sandbox.zendesk.people.create_ticket(ANA, "Phoned", "The key is rejected", agent=BOB, public=False)
    sandbox.zendesk.people.agent_replies(number, "lia@acme.example", "I know this", public=False)
    snapshot = acme.fetch(str(number))
    bob = sandbox.zendesk.account.user_by_email(BOB)
    assert bob is not None
    assert snapshot.ticket.written_by == str(bob["id"])
    assert [event.light_agent for event in snapshot.events if isinstance(event, Message)] == [False, True]


def test_the_lines_of_a_merge_are_nobodys_word(acme: ZendeskAdapter, sandbox: Sandbox, number: int) -> None:
    other = sandbox.zendesk.people.create_ticket(ANA, "Help again", "Still down")
    sandbox.zendesk.people.merge(number, other, BOB)
    for own in (number, other):
        assert said(acme.fetch(str(own)))[-1][0] is Actor.SYSTEM


def test_a_restored_ticket_says_when_it_was_away(
    acme: ZendeskAdapter, sandbox: Sandbox, clock: SteppedClock, number: int
) -> None:
    clock.elapse(MINUTE)
    sandbox.zendesk.people.delete(number, BOB)
    clock.elapse(60 * MINUTE)
    sandbox.zendesk.people.restore(number, BOB)
    events = acme.fetch(str(number)).events
    away = [event.at for event in events if isinstance(event, Deleted)]
    back = [event.at for event in events if isinstance(event, Restored)]
    assert [b - a for a, b in zip(away, back, strict=True)] == [60 * MINUTE]


@pytest.mark.parametrize("role", ["end-user", "admin"])
def test_a_role_of_today_makes_no_other_message_of_an_answer(
    acme: ZendeskAdapter, sandbox: Sandbox, number: int, role: str
) -> None:
    sandbox.zendesk.people.agent_replies(number, BOB, "Please restart it")
    before = [event.id for event in acme.fetch(str(number)).events]
    sandbox.zendesk.account.set_role(BOB, role)
    assert [event.id for event in acme.fetch(str(number)).events] == before
