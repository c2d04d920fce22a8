"""Read the reasons that may be given for a missed deadline.

Promise: what is picked after a miss stands in this list; only a reason that the list lets excuse may excuse a span of
time. One that was given stays given, whatever the list says later.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import StrictBool

from slabot.policy.base import Part
from slabot.policy.scalars import Prose


class BreachReason(Part):
    """Why a deadline may have been missed.

    Attributes:
        means: in words, as whoever picks it reads them.
        excuses: True where a span of time may be excused for it.
    """

    means: Prose
    excuses: StrictBool = False


def meaning_of(reasons: Mapping[str, BreachReason], name: str) -> str:
    """The words of a reason; its name where the list does not have it, or not any more."""
    known = reasons.get(name)
    return name.replace("_", " ") if known is None else known.means
