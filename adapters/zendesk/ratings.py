"""How did the customer rate the ticket?

Promise: an answer to a survey is a rating, with its words; the offer of one is none. Zendesk tells it as an event
(`SatisfactionRating`, a survey response), as changes of `satisfaction_score` and `satisfaction_comment`, or as both:
of one save it is one rating.
"""

from __future__ import annotations

from adapters.zendesk.actors import Authors
from adapters.zendesk.audits import SEQ_STEP, Audit
from adapters.zendesk.fields import Raw, mapping, scalar, text
from slabot.domain import Rated

SCORE, COMMENT = "satisfaction_score", "satisfaction_comment"
_EVENTS = ("rating", "surveyresponse", "survey_response", "csat")
_SCORES = ("rating_category", "score", "rating", "value")
_WORDS = ("comment", "body", "reason", "text")


def read_rating(audit: Audit, authors: Authors) -> Rated | None:
    """The rating that came with an audit, if any did."""
    score, words = "", ""
    for entry in audit.entries:
        name, kind = entry.get("field_name"), text(entry.get("type")).lower().replace(" ", "")
        if name == SCORE:
            score = _score(entry.get("value")) or score
        elif name == COMMENT:
            words = text(entry.get("value")) or words
        elif any(word in kind for word in _EVENTS) and "offer" not in kind:
            told = _of_event(entry)
            score, words = told[0] or score, told[1] or words
    if not score:
        return None
    # A save by support or by a rule may carry the score; it is the customer's all the same.
    by_id = None if authors.is_staff(audit.author) else audit.author
    seq = audit.place * SEQ_STEP
    return Rated(at=audit.at, by_id=by_id, id=f"audit:{audit.id}:rated", seq=seq, score=score, text=words)


def _of_event(entry: Raw) -> tuple[str, str]:
    """Score and words of an event; some forms hold both one level down."""
    for holder in (entry, mapping(entry.get("value")), mapping(entry.get("response")), mapping(entry.get("rating"))):
        score = next((found for key in _SCORES if (found := _score(holder.get(key)))), "")
        if score:
            words = next((found for key in _WORDS if (found := text(holder.get(key)))), "")
            return score, words
    return "", ""


def _score(value: object) -> str:
    """``good`` and ``bad`` as such, with or without a comment; an offer is none; anything else as it stands."""
    if isinstance(value, (dict, list)):
        return ""
    word = (scalar(value) or "").strip().lower()
    for plain in ("good", "bad"):
        if word.startswith(plain):
            return plain
    return "" if word in ("offered", "unoffered") else word
