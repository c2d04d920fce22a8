"""Read from the timeline why deadlines were missed, and which time is excused.

Promise: what people declared is read in the order in which they did; of several reasons for one clock the latest
counts, and an excuse that was withdrawn excuses nothing. Neither touches what a clock says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    @property
    def of_one_clock(self) -> bool:
        """True where it is declared for one run of a clock; False for all clocks, or for each run of a name."""
        event = self.event
        return event.clock is not None and (event.started_at is not None or "#" in event.clock)

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


def reasons_of(events: Iterable[AnyEvent], policy: Policy) -> Iterator[GivenReason]:
    """The reasons that were given, in their order; the latest for a clock is the one that counts.

    Args:
        events: in the order of the timeline.
        policy: whose words are shown for the reasons.
    """
    for event in events:
        if isinstance(event, BreachReasonGiven):
            yield GivenReason(event, meaning_of(policy.breach_reasons, event.reason))
