"""Is a row of the event log read as what it was: a message, a wait, a solve?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from slabot.domain import (
    Actor,
    Category,
    Message,
    StatusChanged,
)
from slabot.policy import FIRST_RESPONSE, load_policy
from slabot.rules import decide
from tests.golden.examples.event_log import POLICY, one


class TestTheReading:
    def test_local_times_are_put_into_utc_with_summer_time(self) -> None:
        winter = one("Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1")
        summer = one("Assign seriousness,Value 1,2012/07/09 10:00:00,Value 1")
        assert winter.ticket.created_at == datetime(2012, 1, 9, 9, tzinfo=UTC)
        assert summer.ticket.created_at == datetime(2012, 7, 9, 8, tzinfo=UTC)

    def test_a_time_that_came_twice_is_the_first_and_one_that_was_skipped_moves_on(self) -> None:
        twice = one("Assign seriousness,Value 1,2012/10/28 02:30:00,Value 1")
        skipped = one("Assign seriousness,Value 1,2012/03/25 02:30:00,Value 1")
        assert twice.ticket.created_at == datetime(2012, 10, 28, 0, 30, tzinfo=UTC)
        assert skipped.ticket.created_at == datetime(2012, 3, 25, 1, 30, tzinfo=UTC)

    def test_the_row_after_a_wait_infers_a_customers_message_one_second_before_it(self) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Take in charge ticket,Value 1,2012/01/09 10:01:00,Value 1",
            "Wait,Value 1,2012/01/09 10:02:00,Value 1",
            "Resolve ticket,Value 1,2012/01/10 11:00:00,Value 1",
        )
        inferred = [event for event in record.timeline if event.id.startswith("inferred-")]
        assert [(type(event), event.by, event.at) for event in inferred] == [
            (Message, Actor.CUSTOMER, datetime(2012, 1, 10, 9, 59, 59, tzinfo=UTC))
        ]

    def test_that_message_is_never_before_the_wait_itself(self) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Wait,Value 1,2012/01/09 10:02:00,Value 1",
            "Resolve ticket,Value 1,2012/01/09 10:02:00,Value 1",
        )
        (message,) = (event for event in record.timeline if isinstance(event, Message))
        assert message.at == datetime(2012, 1, 9, 9, 2, tzinfo=UTC)

    def test_only_the_first_take_in_charge_is_an_answer(self) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Take in charge ticket,Value 1,2012/01/09 10:01:00,Value 1",
            "Take in charge ticket,Value 2,2012/01/09 11:00:00,Value 1",
        )
        answers = [event for event in record.timeline if isinstance(event, Message)]
        assert [(event.by, event.public, event.by_id) for event in answers] == [(Actor.AGENT, True, "agent Value 1")]

    def test_a_ticket_that_is_answered_as_it_is_created_was_still_asked_for(self) -> None:
        record = one("Take in charge ticket,Value 1,2012/01/09 10:00:00,Value 1")
        policy = load_policy(POLICY.read_bytes(), str(POLICY))
        clock = decide(record.ticket, record.timeline, policy, record.ticket.created_at).clock(FIRST_RESPONSE)
        assert clock is not None
        assert (clock.verdict.value, clock.elapsed) == ("met", timedelta())

    def test_an_agent_and_a_customer_of_the_same_anonymous_name_are_two_people(self) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Take in charge ticket,Value 1,2012/01/09 10:01:00,Value 1",
        )
        assert record.ticket.requester is not None
        assert record.ticket.requester.id not in {event.by_id for event in record.timeline}

    @pytest.mark.parametrize(
        ("activity", "category"),
        [
            ("Take in charge ticket", Category.PENDING),
            ("Require upgrade", Category.PENDING),
            ("Wait", Category.WAITING_ON_CUSTOMER),
        ],
    )
    def test_a_row_after_a_resolve_reopens_the_ticket(self, activity: str, category: Category) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Resolve ticket,Value 1,2012/01/09 11:00:00,Value 1",
            f"{activity},Value 1,2012/01/09 12:00:00,Value 1",
        )
        assert [event.to for event in record.timeline if isinstance(event, StatusChanged)] == [
            Category.SOLVED,
            category,
        ]

    def test_a_second_resolve_was_a_second_solve(self) -> None:
        record = one(
            "Assign seriousness,Value 1,2012/01/09 10:00:00,Value 1",
            "Resolve ticket,Value 1,2012/01/09 11:00:00,Value 1",
            "Resolve ticket,Value 1,2012/01/09 12:00:00,Value 1",
        )
        moves = [(event.at.hour, event.to) for event in record.timeline if isinstance(event, StatusChanged)]
        assert moves == [(10, Category.SOLVED), (10, Category.PENDING), (11, Category.SOLVED)]
