"""What does Freshdesk say about how a ticket fared?

Promise: its `stats` and the deadlines that it shows, as they are; a stamp that is empty is a figure without a value.
Nothing is worked out here: a deadline comes with the targets and hours of the account, as far as those could be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.freshdesk.terms import RESOLVE, RESPOND, AccountTerms
from adapters.http.fields import Raw, instant_or_none, mapping
from slabot.domain import Figure, Measure

INCLUDE = "stats"
NO_TERMS = AccountTerms()

_STAMPS = ((Measure.FIRST_REPLY, "first_responded_at"), (Measure.SOLVED, "resolved_at"))
_DEADLINES = ((Measure.FIRST_REPLY_DUE, "fr_due_by", RESPOND), (Measure.RESOLUTION_DUE, "due_by", RESOLVE))


def of_ticket(raw: Raw, terms: AccountTerms = NO_TERMS) -> Iterator[Figure]:
    """The figures of a ticket with its stats; without them, its deadlines alone."""
    if isinstance(raw.get("stats"), dict):
        stats = mapping(raw["stats"])
        for measure, name in _STAMPS:
            if name in stats:
                yield Figure(measure=measure, at=instant_or_none(stats, name))
    for measure, name, target in _DEADLINES:
        if (due := instant_or_none(raw, name)) is not None:
            yield Figure(measure=measure, at=due, by_priority=terms.targets(raw, target), hours=terms.hours_for(raw))
