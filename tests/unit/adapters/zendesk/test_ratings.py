"""Read how the customer rated a ticket."""

from __future__ import annotations

from typing import Any

import pytest

from slabot.domain import Actor, Rated

from .objects import ANA, BOB, BORN, audit, change, only, read, ticket


@pytest.mark.parametrize(
    ("events", "score", "text"),
    [
        ([{"type": "SatisfactionRating", "score": "bad", "body": "Too slow"}], "bad", "Too slow"),
        ([{"type": "SatisfactionRating", "score": "good"}], "good", ""),
        ([{"type": "Satisfaction rating", "score": "goodwithcomment", "comment": "Thanks"}], "good", "Thanks"),
        ([change("satisfaction_score", "offered", "badwithcomment")], "bad", ""),
        ([change("satisfaction_score", "offered", "bad"), change("satisfaction_comment", None, "No")], "bad", "No"),
        (
            [{"type": "SatisfactionRating", "score": "bad"}, change("satisfaction_comment", None, "No")],
            "bad",
            "No",
        ),
        ([{"type": "SurveyResponseSubmitted", "value": {"rating": 2, "comment": "Hm"}}], "2", "Hm"),
        ([{"type": "SurveyResponseSubmitted", "response": {"rating": 1, "rating_category": "bad"}}], "bad", ""),
    ],
)
def test_a_rating_is_the_customers_with_its_words(events: list[dict[str, Any]], score: str, text: str) -> None:
    snapshot = read(ticket(), [BORN, audit(20, ANA, 5, *events)])
    (rated,) = only(snapshot, Rated)
    assert (rated.score, rated.text, rated.by, rated.by_id, rated.id) == (
        score,
        text,
        Actor.CUSTOMER,
        "5",
        "audit:20:rated",
    )
    assert snapshot.ticket.gaps == ()


@pytest.mark.parametrize(
    "event",
    [
        {"type": "SatisfactionRating", "score": "offered"},
        {"type": "SatisfactionRating", "score": "unoffered"},
        {"type": "SatisfactionRating", "score": None},
        {"type": "SurveyOffered", "value": {"score": "bad"}},
        change("satisfaction_score", "unoffered", "offered"),
        change("satisfaction_score", "bad", None),
    ],
)
def test_an_offer_is_no_rating(event: dict[str, Any]) -> None:
    assert only(read(ticket(), [BORN, audit(20, ANA, 5, event)]), Rated) == []


def test_a_rating_that_comes_with_a_save_by_support_is_the_customers_all_the_same() -> None:
    told = audit(20, BOB, 5, {"type": "SatisfactionRating", "score": "bad"})
    (rated,) = only(read(ticket(), [BORN, told]), Rated)
    assert (rated.by, rated.by_id) == (Actor.CUSTOMER, None)
