"""What did the customer answer to a survey?"""

from __future__ import annotations

from typing import Any

import pytest

from adapters.freshdesk.adapter import FreshdeskAdapter
from adapters.freshdesk.ratings import read_ratings
from slabot.domain import Message, Rated
from slabot_sandbox import Sandbox
from slabot_sandbox.freshdesk.standin import FreshdeskStandIn

from ..conftest import Answer, Scripted
from .conftest import API

AT = "2026-01-10T09:00:00Z"
SURVEY: dict[str, Any] = {"id": 8, "source": 6, "user_id": 5, "created_at": AT, "body_text": "Slow!"}
RATING: dict[str, Any] = {"id": 3, "user_id": 5, "created_at": AT, "feedback": "Slow!", "ratings": {}}


@pytest.mark.parametrize(
    ("rating", "score"),
    [
        (103, "good"),
        (101, "good"),
        (100, "neutral"),
        (-101, "bad"),
        (-103, "bad"),
        (None, "unknown"),
        (True, "unknown"),
    ],
)
def test_a_number_is_a_score(rating: Any, score: str) -> None:
    (told,) = read_ratings([SURVEY], [{**RATING, "ratings": {"default_question": rating}}])
    assert (told.score, told.text, told.by_id, told.id) == (score, "Slow!", "5", "rating:3")


@pytest.mark.parametrize("ratings", [None, [], [{**RATING, "created_at": None}], [{**RATING, "id": None}]])
def test_a_survey_whose_rating_nobody_can_read_is_told_all_the_same(ratings: Any) -> None:
    (told,) = read_ratings([SURVEY], ratings)
    assert (told.score, told.text, told.id) == ("unknown", "Slow!", "survey:8")


def test_an_ordinary_ticket_costs_no_call_for_it_and_one_with_a_survey_costs_one(
    partners: FreshdeskAdapter, desk: FreshdeskStandIn, sandbox: Sandbox, own: str
) -> None:
    asked = f"{API}/tickets/{{id}}/satisfaction_ratings"
    assert not any(isinstance(event, Rated) for event in partners.fetch(own).events)
    assert asked not in [call.endpoint for call in sandbox.journal.calls()]
    desk.people.survey_feedback(int(own), "Too slow", rating=-103)
    told = [event for event in partners.fetch(own).events if isinstance(event, Rated)]
    assert [(event.score, event.text) for event in told] == [("bad", "Too slow")]
    assert [call.endpoint for call in sandbox.journal.calls()].count(asked) == 1


@pytest.mark.parametrize("status", [403, 404, 400])
def test_a_list_of_ratings_that_is_refused_is_no_error_of_the_ticket(
    book: Scripted, hostile: FreshdeskAdapter, status: int
) -> None:
    raw = {"id": 7, "status": 2, "created_at": AT, "updated_at": AT, "requester_id": 5}
    book.on("GET", "/tickets/7", Answer(body=raw))
    book.on("GET", "/tickets/7/conversations", Answer(body=[{**SURVEY, "incoming": True, "private": False}]))
    book.on("GET", "/tickets/7/satisfaction_ratings", Answer(status, {"message": "no"}))
    snapshot = hostile.fetch("7")
    assert [event.score for event in snapshot.events if isinstance(event, Rated)] == ["unknown"]
    assert sum(isinstance(event, Message) for event in snapshot.events) == 2
