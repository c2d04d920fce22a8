"""Notice that the wall clock of this machine was set, ahead or back, and say what follows.

Promise: deadlines and verdicts follow the wall clock; waiting does not (`slabot.runtime.pauses`). What the store holds
for later is bounded when the clock is set back, also if that happened while slabot did not run. Each step is said
once, in the ledger and in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from slabot.clock import SET, set_to
from slabot.policy import Policy
from slabot.rules.words import length, when
from slabot.runtime.parts import Parts, brings_work
from slabot.store import LedgerEvent, absences, ledger, meta, set_back

LEAST = timedelta(seconds=5)  # between a start and the last sign of the run before; stored instants are whole seconds

AHEAD = (
    "the clock of this machine was set ahead by {by} and shows {now} (or the machine was suspended for that time). "
    "Deadlines follow it, and pages whose time has come leave now; pauses and retries last as long as they would have. "
    "If the clock is wrong, set it right"
)
BACK = (
    "the clock of this machine was set back by {by} and shows {now}. Deadlines follow it; what was put off until later "
    "is tried now, and every open ticket is decided about again. Pages that left while the clock was ahead stay sent, "
    "and acknowledgements of that time count from the instant that they bear"
)

log = structlog.get_logger("slabot.runtime")


class ClockWatch:
    """Compares the wall clock with the one that only goes forward. Asked whenever a sleeping thread is woken by a step.

    Attributes:
        on_set_back: called after the store was bounded, for whoever sleeps by a timer of their own.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._set_to = set_to(parts.clock)
        self.on_set_back: Callable[[], None] = lambda: None

    def drain(self) -> bool:
        """Look once; True if the clock was set since the last look."""
        parts, before = self._parts, self._set_to
        after = set_to(parts.clock)
        by = timedelta(seconds=after - before)
        if abs(by.total_seconds()) <= SET:
            self._set_to = after  # a clock that is brought in line bit by bit is not set
            return False
        installed = parts.store.read(meta.installed)
        parts.write(lambda conn: _say(conn, parts.policy, by, parts.now()))
        self._set_to = after  # after the write: where the store does not answer, it is said later
        if by < timedelta():
            parts.started_by(parts.now())
            if installed is not None and parts.policy.start_from == installed:
                parts.begin_with(parts.store.read(meta.installed) or installed)
            self.on_set_back()
        return True

    def next_instant(self) -> datetime | None:
        """None: a thread that sleeps by the system clock is woken when that is set."""
        return None


def set_back_while_away(conn: Connection, policy: Policy, now: datetime) -> None:
    """Bound what waits in the store, if its last sign of life lies in the future. For the start."""
    last = absences.last_sign(conn)
    if last is not None and last - now > LEAST:
        _say(conn, policy, now - last, now)


def _say(conn: Connection, policy: Policy, by: timedelta, now: datetime) -> None:
    back = by < timedelta()
    text = (BACK if back else AHEAD).format(
        by=length(timedelta(seconds=round(abs(by.total_seconds())))), now=when(now, policy.display_zone)
    )
    if back:
        set_back.bound(conn, now)
        meta.installed_sooner(conn, now, -by)
        brings_work(conn)
    log.warning("wall_clock.set", reason=text)
    facts = {"seconds": round(by.total_seconds())}
    ledger.write(conn, now, LedgerEvent.WALL_CLOCK_SET, text, None, None, facts=facts)
