"""What did the customer answer to a survey?

Promise: the rating as Freshdesk's list of them tells it, with the customer's words. Where that list cannot be read, the
survey's conversation still says that there was one, and its words are kept: the score is then unknown, never guessed.
A rating is a positive number for happy, 100 for neutral and a negative one for unhappy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.freshdesk.authors import SURVEY
from adapters.http.fields import Raw, Unreadable, ident, instant, mapping, own_id, text
from slabot.domain import Rated

GOOD, BAD, NEUTRAL, UNKNOWN = "good", "bad", "neutral", "unknown"
QUESTION = "default_question"
_NEUTRAL = 100


def was_surveyed(conversations: Iterable[Raw]) -> bool:
    """True if one of them is the answer to a survey."""
    return any(raw.get("source") == SURVEY for raw in conversations)


def read_ratings(conversations: Iterable[Raw], ratings: Sequence[Raw] | None) -> tuple[Rated, ...]:
    """The ratings of a ticket.

    Raises:
        Unreadable: a conversation without id or time.
    """
    try:
        told = tuple(map(_rating, ratings or ()))
    except Unreadable:
        told = ()
    return told or tuple(_survey(raw) for raw in conversations if raw.get("source") == SURVEY)


def _rating(raw: Raw) -> Rated:
    return Rated(
        at=instant(raw, "created_at", "a rating"),
        by_id=ident(raw.get("user_id")),
        id=f"rating:{own_id(raw, 'a rating')}",
        score=_score(mapping(raw.get("ratings")).get(QUESTION)),
        text=text(raw.get("feedback")),
    )


def _survey(raw: Raw) -> Rated:
    number = own_id(raw, "a conversation")
    return Rated(
        at=instant(raw, "created_at", f"conversation {number}"),
        by_id=ident(raw.get("user_id")),
        id=f"survey:{number}",
        score=UNKNOWN,
        text=text(raw.get("body_text")),
    )


def _score(rating: object) -> str:
    match rating:
        case bool():
            return UNKNOWN
        case int() if rating == _NEUTRAL:
            return NEUTRAL
        case int():
            return GOOD if rating > 0 else BAD
        case _:
            return UNKNOWN
