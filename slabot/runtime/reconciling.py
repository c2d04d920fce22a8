"""Put the figures that helpdesks told beside the stored tickets.

Promise: a ticket that has changed in the helpdesk since slabot read it is left out and counted: what differs there is a
matter of time and not of rules. Tickets are read in parts, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import Figure, OwnHours
from slabot.domain.sentences import sentence
from slabot.policy import Policy
from slabot.policy.problems import plural
from slabot.reports.predictions.own_hours import unusable
from slabot.reports.reconciling import Comparison, compare
from slabot.rules import PastPolicies
from slabot.store import tickets
from slabot.store.of_tickets import AT_ONCE, Name


@dataclass(frozen=True, slots=True)
class ToldOf:
    """What a helpdesk told of a ticket.

    Attributes:
        updated_at: when it last changed there; None where that is not told.
    """

    figures: tuple[Figure, ...]
    updated_at: datetime | None


@dataclass(slots=True)
class HelpdeskFigures:
    """What helpdesks told, and by what it is judged.

    Attributes:
        asked: how many tickets were asked for.
        problems: what could not be read, in whole sentences.
    """

    policy: Policy
    past: PastPolicies
    of: Mapping[Name, ToldOf]
    asked: int
    problems: Sequence[str] = ()
    _changed: int = field(default=0, init=False)

    def comparisons(self, conn: Connection, now: datetime) -> Iterator[Comparison]:
        """Each figure beside slabot's."""
        names = list(self.of)
        for start in range(0, len(names), AT_ONCE):
            for name, stored in tickets.load_several(conn, names[start : start + AT_ONCE]).items():
                told = self.of[name]
                if told.updated_at is not None and told.updated_at > stored.seen_at:
                    self._changed += 1
                    continue
                yield from compare(stored.ticket, stored.timeline, told.figures, self.policy, now, past=self.past)

    @property
    def scope(self) -> tuple[str, ...]:
        """How many tickets were read, and in which business hours each helpdesk says that it counts."""
        told = (f"{plural(self.asked, 'ticket')} asked for, {len(self.of)} read.",)
        return (*told, *(_hours(helpdesk, hours) for helpdesk, hours in self._usable()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is left out or could not be read, once all was compared."""
        said = [*self.problems, *self._unusable()]
        if self._changed:
            left = "it, so it is" if self._changed == 1 else "them, so they are"
            said.append(f"Changed since slabot read {left} left out: {plural(self._changed, 'ticket')}.")
        return tuple(said)

    def _usable(self) -> Iterator[tuple[str, list[OwnHours]]]:
        for helpdesk, told in self._told_hours().items():
            if usable := [hours for hours in told if not unusable(hours)]:
                yield helpdesk, usable

    def _unusable(self) -> Iterator[str]:
        """The business hours that make no calendar, and why."""
        for helpdesk, told in self._told_hours().items():
            for hours in told:
                if why := unusable(hours):
                    yield sentence(f'{helpdesk}: the business hours "{hours.name}" cannot be counted in: {why}')

    def _told_hours(self) -> Mapping[str, Mapping[OwnHours, None]]:
        """By helpdesk, each once."""
        told: dict[str, dict[OwnHours, None]] = {}
        for (helpdesk, _), ticket in self.of.items():
            for figure in ticket.figures:
                told.setdefault(helpdesk, {}).update(dict.fromkeys(figure.hours or ()))
        return told


def _hours(helpdesk: str, hours: Sequence[OwnHours]) -> str:
    named = ", ".join(f'"{each.name}" ({each.zone})' for each in hours)
    return f"Business hours that {helpdesk} tells: {named}."
