"""Keep the rules that are in force.

Promise: a rule hits the calls that it names, as often and as long as it says, and what it hit is counted. The share of
the calls is drawn from its seed, so that a run can be repeated.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from slabot.clock import Clock
from slabot_sandbox.proxy.kinds import BEFORE_READING
from slabot_sandbox.proxy.rules import Asked, Rule


@dataclass(slots=True, kw_only=True)
class InForce:
    """A rule that was added.

    Attributes:
        number: by which it is cleared.
        until: the instant at which it ends; None for never.
        hits: how many calls it has hit.
    """

    number: int
    rule: Rule
    until: datetime | None
    hits: int = 0
    _drawn: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Begin the series that the share is drawn from."""
        self._drawn = random.Random(self.rule.seed)

    def strikes(self, asked: Asked, now: datetime) -> bool:
        """True if it hits this call, which is then counted."""
        rule = self.rule
        over = self.hits == rule.times or (self.until is not None and now >= self.until)
        if over or not rule.fits(asked) or self._drawn.random() >= rule.share:
            return False
        self.hits += 1
        return True


class RuleBook:
    """The rules in force, oldest first. May be used from any thread.

    Attributes:
        added, cleared: called with each rule that comes or goes.
    """

    def __init__(self, clock: Clock) -> None:
        """No rule yet; how long one is in force is the clock's."""
        self._clock = clock
        self._rules: list[InForce] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self.added: Callable[[InForce], object] = lambda rule: None
        self.cleared: Callable[[InForce], object] = lambda rule: None

    def add(self, rule: Rule) -> InForce:
        """Misbehave like this from now on."""
        until = rule.until if rule.lasting is None else self._clock.now() + rule.lasting
        with self._lock:
            added = InForce(number=next(self._numbers), rule=rule, until=until)
            self._rules.append(added)
        self.added(added)
        return added

    def clear(self, number: int | None = None) -> int:
        """Take back the rule of this number, or all: all is well from the next call on. Returns how many there were."""
        with self._lock:
            gone = [rule for rule in self._rules if number in (None, rule.number)]
            self._rules = [rule for rule in self._rules if rule not in gone]
        for rule in gone:
            self.cleared(rule)
        return len(gone)

    def on(self) -> tuple[InForce, ...]:
        """All that were added and not cleared, also those that have come to their end."""
        with self._lock:
            return tuple(self._rules)

    def take(self, asked: Asked, *, before_reading: bool = False) -> InForce | None:
        """The oldest rule that hits this call; it is counted. What happens before reading is asked for by itself."""
        now = self._clock.now()
        with self._lock:
            for each in self._rules:
                if (each.rule.kind in BEFORE_READING) is before_reading and each.strikes(asked, now):
                    return each
        return None
