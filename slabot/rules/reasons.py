"""Read from the timeline why deadlines were missed, and which time is excused.

Promise: what people declared is read in the order in which they did; of several reasons for one clock the latest
counts, and an excuse that was withdrawn excuses nothing. Neither touches what a clock says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slabot.calendars import Pause
from slabot.domain import AnyEvent, BreachReasonGiven, Excused, ExcuseWithdrawn
from slabot.policy import Policy
from slabot.policy.breach_reasons import meaning_of


@dataclass(frozen=True, slots=True)
class GivenReason:
    """Why a deadline was missed, as somebody said.

    Attributes:
        event: who, when, and in which words.
        means: the words of the policy for it; its name where the policy has it no more.
    """

    event: BreachReasonGiven
    means: str


@dataclass(frozen=True, slots=True)
class Excuse:
    """A span of time that somebody declared not to count in the excused figures.

    Attributes:
        number: of the excuses of this ticket, in the order in which they were declared; from 1.
        event: the span, who, when, and in which words.
        means: the words of the policy for its reason; its name where the policy has it no more.
        withdrawn: set once somebody has taken it back.
    """

    number: int
    event: Excused
    means: str
    withdrawn: ExcuseWithdrawn | None = None

    def covers(self, name: str, label: str) -> bool:
        """True for a clock that it is declared for."""
        return self.event.clock in (None, name, label)

    @property
    def pause(self) -> Pause:
        """As the engine of the clocks counts it."""
        return Pause(self.event.since, self.event.until, f"excused: {self.means}")


def excuses_of(events: Iterable[AnyEvent], policy: Policy) -> tuple[Excuse, ...]:
    """All excuses of a ticket, those that were withdrawn included.

    Args:
        events: in the order of the timeline.
        policy: whose words are shown for the reasons.
    """
    declared = [event for event in events if isinstance(event, Excused | ExcuseWithdrawn)]
    withdrawn = {event.of: event for event in reversed(declared) if isinstance(event, ExcuseWithdrawn)}
    excused = (event for event in declared if isinstance(event, Excused))
    return tuple(
        Excuse(number, event, meaning_of(policy.breach_reasons, event.reason), withdrawn.get(event.id or ""))
        for number, event in enumerate(excused, 1)
    )


def reasons_of(events: Iterable[AnyEvent], policy: Policy) -> dict[str, GivenReason]:
    """The reason that counts for each clock, by its label.

    Args:
        events: in the order of the timeline.
        policy: whose words are shown for the reasons.
    """
    return {
        event.clock: GivenReason(event, meaning_of(policy.breach_reasons, event.reason))
        for event in events
        if isinstance(event, BreachReasonGiven)
    }
