"""What does Freshdesk say about how a ticket fared?

Promise: its `stats` and the deadlines that it shows, as they are; a stamp that is empty is a figure without a value.
Nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Iterator

from adapters.http.fields import Raw, instant_or_none, mapping
from slabot.domain import Figure, Measure

INCLUDE = "stats"

_STAMPS = ((Measure.FIRST_REPLY, "first_responded_at"), (Measure.SOLVED, "resolved_at"))


def of_ticket(raw: Raw) -> Iterator[Figure]:
    """The figures of a ticket with its stats; without them, its deadline alone."""
    if isinstance(raw.get("stats"), dict):
        stats = mapping(raw["stats"])
        for measure, name in _STAMPS:
            if name in stats:
                yield Figure(measure=measure, at=instant_or_none(stats, name))
    if (due := instant_or_none(raw, "fr_due_by")) is not None:
        yield Figure(measure=Measure.FIRST_REPLY_DUE, at=due)
