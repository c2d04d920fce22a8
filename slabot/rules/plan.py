"""What does a rule want, now and later?

Promise: what is due rests on facts alone; what is only expected (a follow-up after one that was not yet sent) is
listed as coming, and never acted on before it has become fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from slabot.policy import Mode
from slabot.rules.decision import Action, Kind, Refusal

_AT = attrgetter("at")

_ENDS = (
    Kind.AUTO_SOLVE,
    Kind.AUTO_CLOSE,
    Kind.REOPEN,
    Kind.SET_CATEGORY,
    Kind.SET_BACK,
)  # after these the rule has nothing more to do


def _nothing() -> tuple[Action, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The acts of one rule.

    Attributes:
        mode: the rule's mode.
        since: when the wait or solve began, for ``start_from``.
        certain: acts whose time rests on what has happened.
        expected: works out the acts whose time supposes that earlier ones are done when they are due; none of them is
            earlier than the first certain one.
        held: acts that the rule would want if the ticket were not exempt from them.
    """

    mode: Mode = Mode.OFF
    since: datetime | None = None
    certain: tuple[Action, ...] = ()
    expected: Callable[[], tuple[Action, ...]] = _nothing
    held: tuple[Refusal, ...] = ()

    def due(self, now: datetime) -> tuple[Action, ...]:
        """What is to be done now: an act that ends the matter, or else the first that is due."""
        passed = [action for action in self.certain if action.at <= now]
        ending = next((action for action in passed if action.kind in _ENDS), None)
        return (ending,) if ending is not None else tuple(passed[:1])

    def next(self, now: datetime) -> Action | None:
        """The first act after ``now``, if nobody does anything; None once the act that ends the matter is due."""
        later = [action for action in self.certain if action.at > now]
        if not later or any(action.kind in _ENDS for action in self.due(now)):
            return None
        return min(later, key=_AT)

    def coming(self, now: datetime) -> Iterator[Action]:
        """What follows after ``now`` if nobody does anything, up to the act that ends the matter."""
        if any(action.kind in _ENDS for action in self.due(now)):
            return
        # What supposes an act that is late itself is not foretold: it will be planned from when that act is done.
        expected = self.expected()
        foretold = () if any(action.at <= now for action in (*self.certain[:1], *expected)) else expected
        for action in sorted((*self.certain, *foretold), key=_AT):
            if action.at > now:
                yield action
                if action.kind in _ENDS:
                    return


NO_PLAN = RulePlan()  # as for most rules and most tickets
