"""Tickets whose pages and writes were worked out by hand.

Promise: nothing in this table was computed. Whoever doubts a row reads the policy of the campaign (critical: 60
seconds, pages at half, at three quarters and at the deadline; high: 30 seconds, a page at the deadline; a wait for the
customer ends after more than 30 seconds; solved is closed after more than 20) and counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.campaign.acts import Act, Deed, Script


@dataclass(frozen=True, slots=True)
class Expected:
    """One page or write.

    Attributes:
        what: the clock's severity and the rung of a page (``critical/50% used``), or the status that is written.
        after: seconds from the ticket's creation; not sooner.
        until: from then on nobody needs it any more, so it may be left out if it could not be done before; None if it
            is needed for good.
    """

    what: str
    after: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Golden:
    """A ticket with what is expected of it."""

    name: str
    script: Script
    pages: tuple[Expected, ...] = ()
    writes: tuple[Expected, ...] = ()


HALF = Expected("critical/50% used", 30)
THREE_QUARTERS = Expected("critical/75% used", 45)
BREACH = Expected("critical/breach", 60)
WHOLE_LADDER = (HALF, THREE_QUARTERS, BREACH)

GOLDEN: tuple[Golden, ...] = (
    Golden("nobody answers", Script("urgent"), WHOLE_LADDER),
    Golden("answered before the first page", Script("urgent", (Act(10, Deed.ANSWERS),))),
    Golden(
        "answered between two pages",
        Script("urgent", (Act(42, Deed.ANSWERS),)),
        (Expected("critical/50% used", 30, until=42),),
    ),
    Golden("an internal note is no answer", Script("urgent", (Act(10, Deed.NOTES),)), WHOLE_LADDER),
    Golden("the customer writes again", Script("urgent", (Act(20, Deed.REPLIES),)), WHOLE_LADDER),
    Golden("raised while it waits", Script("normal", (Act(10, Deed.RAISES),)), WHOLE_LADDER),
    Golden("lowered before the first page", Script("urgent", (Act(15, Deed.LOWERS),))),
    Golden("high, nobody answers", Script("high"), (Expected("high/breach", 30),)),
    Golden("marked as spam", Script("urgent", (Act(10, Deed.SPAM),))),
    Golden(
        "solved by an agent: closed after more than 20 seconds",
        Script("high", (Act(10, Deed.SOLVES),)),
        writes=(Expected("closed", 31),),
    ),
    Golden(
        "silent for more than 30 seconds: solved, and closed after more than 20",
        Script("urgent", (Act(8, Deed.ASKS_BACK),)),
        writes=(Expected("solved", 39), Expected("closed", 60)),
    ),
    Golden(
        "the customer answers in time: nothing is written",
        Script("urgent", (Act(8, Deed.ASKS_BACK), Act(20, Deed.REPLIES))),
    ),
)
