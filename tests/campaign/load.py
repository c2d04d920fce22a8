"""Tickets come in at a steady rate, and people act on them.

Promise: what is drawn is drawn from the seed. Every so often the next golden ticket comes in among the others.
"""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from slabot_sandbox import Sandbox
from tests.campaign.acts import Act, Deed, Script, ask, do
from tests.campaign.golden import GOLDEN, Golden

LIFE = 75.0  # seconds in which people act on a ticket
DEEDS = (Deed.ANSWERS, Deed.NOTES, Deed.ASKS_BACK, Deed.SOLVES, Deed.REPLIES, Deed.RAISES, Deed.LOWERS)


@dataclass(slots=True)
class Load:
    """The work of people.

    Attributes:
        rate: tickets a second.
        created: when each was created, as the helpdesk says, by its number.
        golden: those whose pages and writes were worked out by hand.
    """

    sandbox: Sandbox
    chance: random.Random
    rate: float
    golden_every: int
    created: dict[str, datetime] = field(default_factory=dict)
    golden: dict[str, Golden] = field(default_factory=dict)
    _agenda: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def run(self, asking: threading.Event, over: threading.Event) -> None:
        """Let people ask until `asking` is cleared, and act until it is over."""
        following = time.monotonic()
        rows = itertools.cycle(GOLDEN)
        while not over.is_set():
            now = time.monotonic()
            if asking.is_set() and now >= following:
                following += 1 / self.rate
                golden = next(rows) if next(self._numbers) % self.golden_every == 0 else None
                self._ask(golden, self._drawn() if golden is None else golden.script)
            while self._agenda and self._agenda[0][0] <= now:
                heapq.heappop(self._agenda)[2]()
            due = min(self._agenda[0][0] if self._agenda else now + 0.1, following if asking.is_set() else now + 0.1)
            over.wait(min(0.1, max(0.002, due - time.monotonic())))

    def _ask(self, golden: Golden | None, script: Script) -> None:
        ticket = ask(self.sandbox, next(self._numbers), script.priority)
        shown = self.sandbox.zendesk.account.tickets[int(ticket)].shown["created_at"]
        self.created[ticket] = datetime.fromisoformat(shown).astimezone(UTC)
        if golden is not None:
            self.golden[ticket] = golden
        began = time.monotonic()
        for act in script.acts:
            heapq.heappush(self._agenda, (began + act.after, next(self._numbers), self._acting(ticket, act.deed)))

    def _acting(self, ticket: str, deed: Deed) -> Callable[[], None]:
        return lambda: do(self.sandbox, ticket, deed)

    def _drawn(self) -> Script:
        """Some life."""
        chance = self.chance
        priority = chance.choice(("urgent", "urgent", "high", "normal"))
        acts = sorted(
            (Act(chance.uniform(3, LIFE), chance.choice(DEEDS)) for _ in range(chance.choice((0, 0, 1, 1, 2, 3)))),
            key=lambda act: act.after,
        )
        return Script(priority, tuple(acts))
