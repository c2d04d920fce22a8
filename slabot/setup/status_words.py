"""What does the name of a status say about whose turn it is?

Promise: pure, and used to ask people, never to decide for them: the same word means opposite things in two accounts
("Pending" is the customer's turn in one and support's in the other).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from adapters.base import OwnStatus
from slabot.domain import Category

# The first that is found in the name counts: "waiting on customer" is no third party, "not resolved" is not solved.
_SIGNS: tuple[tuple[Category, str], ...] = (
    (Category.PENDING, r"not (?:re)?solved|unresolved|re-?opened|customer (?:has )?(?:responded|replied|answered)"),
    (Category.PENDING, r"(?:waiting|awaiting|pending) (?:on |for )?(?:us|agent|support|staff|our reply)\b"),
    (Category.WAITING_ON_CUSTOMER, r"customer|client|requester|your (?:reply|response|answer|feedback)|end.?user"),
    (
        Category.WAITING_ON_THIRD_PARTY,
        r"third.?party|3rd.?party|vendor|supplier|partner|manufacturer|on.?hold|\bhold\b",
    ),
    (Category.CLOSED, r"\bclosed\b|archived"),
    (Category.SOLVED, r"\bsolved\b|\bresolved\b|\bfixed\b|\bdone\b|completed"),
    (Category.PENDING, r"being (?:processed|worked)|in progress|working on|investigat|under review|escalated"),
    (Category.OPEN, r"^new\b|unassigned|untriaged|to be reviewed"),
)


def suggested(label: str) -> Category | None:
    """The category that a name suggests; None where it says nothing of the sort."""
    words = " ".join(label.casefold().split())
    return next((category for category, sign in _SIGNS if re.search(sign, words)), None)


@dataclass(frozen=True, slots=True)
class StatusQuestion:
    """A status that people must place.

    Attributes:
        suggestion: what to offer; None where nothing speaks for anything.
        because: why it is asked, as a sentence without a full stop.
    """

    status: OwnStatus
    suggestion: Category | None
    because: str


def question(status: OwnStatus) -> StatusQuestion | None:
    """Whether people must be asked about a status; None where name and number agree."""
    says = suggested(status.label)
    name = f'"{status.label}"' if status.word == status.label else f'{status.word} reads "{status.label}" and'
    if status.usual is None:
        why = "is one of this account's own" if status.own else "has not the name that such a status usually has"
        return StatusQuestion(status, says, f"The status {name} {why}")
    if says is None or says is status.usual:
        return None
    return StatusQuestion(
        status,
        says,
        f"The status {name} sounds like {says.words}, where such a status usually is {status.usual.words}",
    )
