"""Find the clock that somebody meant, where one of its name has run several times.

Promise: a clock is known by its name and by when it started. Its label counts the runs, so an exchange that comes to
light late moves the labels of those after it; what was written down about a clock stays with that clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from slabot.domain import AnyEvent, BreachReasonGiven, Excused, TermsFrozen
from slabot.rules.clock import Course


class KnownClock(Protocol):
    """A clock, as it stands or stood."""

    @property
    def name(self) -> str:
        """Without its place among the runs."""

    @property
    def label(self) -> str:
        """With it."""

    @property
    def started_at(self) -> datetime:
        """When it started."""

    @property
    def stopped_at(self) -> datetime | None:
        """None while it runs."""


_Clock = TypeVar("_Clock", bound=KnownClock)


class Instances(Generic[_Clock]):
    """The clocks of one ticket, to be asked for by what was written down about them."""

    def __init__(self, clocks: Iterable[_Clock]) -> None:
        """Sort the clocks by name."""
        self._named: dict[str, list[_Clock]] = {}
        self._started: dict[tuple[str, datetime], _Clock] = {}
        self._labelled: dict[str, _Clock] = {}
        for clock in clocks:
            self._named.setdefault(clock.name, []).append(clock)
            self._started[(clock.name, clock.started_at)] = clock
            self._labelled[clock.label] = clock

    def meant(self, event: BreachReasonGiven | Excused | TermsFrozen) -> _Clock | None:
        """The clock that an event is about; None where the ticket has it no more, or all clocks are meant."""
        if event.clock is None:
            return None
        stopped_at = event.stopped_at if isinstance(event, TermsFrozen) else None
        return self.started(event.clock, event.started_at, stopped_at)

    def started(self, label: str, started_at: datetime | None, stopped_at: datetime | None = None) -> _Clock | None:
        """The clock of a label's name that started then, or ran then where an earlier start has come to light since.

        Args:
            label: as it was then.
            started_at: of the clock; None where the source does not say, and then its stop or else its label counts.
            stopped_at: of the clock, where that is known.
        """
        name = label.partition("#")[0]
        if started_at is None:
            return self._stopped(name, stopped_at) or self._labelled.get(label)
        if (exact := self._started.get((name, started_at))) is not None:
            return exact
        ours = self._named.get(name, [])
        for clock in ours:
            if clock.started_at < started_at and (clock.stopped_at is None or started_at < clock.stopped_at):
                return clock
        if len(ours) == 1 and ours[0].label == label and (stopped_at is None or ours[0].started_at < stopped_at):
            return ours[0]  # its start was put later
        return None

    def _stopped(self, name: str, stopped_at: datetime | None) -> _Clock | None:
        if stopped_at is None:
            return None
        return next((clock for clock in self._named.get(name, ()) if clock.stopped_at == stopped_at), None)


def as_they_stood(clocks: Iterable[Course], rows: Iterable[_Clock]) -> Mapping[str, _Clock]:
    """How each clock stood before, by its label of today; those that are new are missing."""
    clocks = list(clocks)
    instances, found, left = Instances(clocks), dict[str, _Clock](), list[_Clock]()
    for row in rows:
        clock = instances.started(row.label, row.started_at, row.stopped_at)
        if clock is None or clock.label in found:
            left.append(row)
        else:
            found[clock.label] = row
    labels = {clock.label for clock in clocks}
    for row in left:  # of one that started later than was known
        if row.label in labels and row.label not in found:
            found[row.label] = row
    return found


def last_terms(events: Iterable[AnyEvent], clocks: Iterable[Course]) -> Mapping[str, TermsFrozen]:
    """The terms that were frozen last for each clock, by its label of today."""
    instances, found = Instances(clocks), dict[str, TermsFrozen]()
    for event in events:
        if isinstance(event, TermsFrozen) and (clock := instances.meant(event)) is not None:
            found[clock.label] = event
    return found
