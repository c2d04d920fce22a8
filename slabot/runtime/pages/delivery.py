"""How do pages leave, the most urgent first, and none in another's way?

Promise: a page goes out at least once, and never while it is known to be needless. Pages for one channel leave one
after the other, those for several at the same time; a channel that takes nothing holds its own rows and no others. A
page whose outcome is unknown stays in doubt until it was looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial

from slabot.runtime import lanes
from slabot.runtime.acts import destination_of
from slabot.runtime.mistakes import mistake
from slabot.runtime.pages.bundles import Bundles
from slabot.runtime.pages.fallbacks import Overdue
from slabot.runtime.pages.fates import Fates
from slabot.runtime.pages.forgotten import Forgotten
from slabot.runtime.pages.pacing import Pacing
from slabot.runtime.pages.sending import RETRY, PageSending
from slabot.runtime.parts import Parts
from slabot.store import Lane, OutboxRow, StoreUnavailable, outbox

AT_ONCE = 20  # pages claimed together; few, so that a new, more urgent one waits for few
MANY_AT_ONCE = 200  # where each is for another channel


class PageDelivery:
    """Sends the pages of the outbox."""

    def __init__(self, parts: Parts, pool: Executor | None = None) -> None:
        """`pool` serves several channels at the same time; None for one after the other."""
        self._parts, self._pool = parts, pool
        self._pacing = Pacing(parts.clock)
        self._bundles, self._overdue, self._fates = Bundles(parts), Overdue(parts), Fates(parts)
        sender = parts.sender
        self._sending = None if sender is None else PageSending(parts, sender, self._pacing, parts.couriers)
        self._forgotten: Forgotten | None = None
        if sender is not None and parts.absence is not None:
            self._forgotten = Forgotten(parts, sender, self._fates, parts.absence)

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sending = self._sending
        if sending is None:
            return False
        now = self._parts.now()
        looked_up = self._forgotten is not None and self._forgotten.drain()
        in_doubt = lanes.doubtful(self._parts, Lane.PAGE, now)
        self._each_channel(in_doubt, sending.settle_doubt, claimed=False)
        did = self._bundles.gather(now)
        rows = self._claim(now)
        self._each_channel(rows, self._deliver, claimed=True)
        return any((self._overdue.drain(), looked_up, did, in_doubt, rows))

    def _deliver(self, row: OutboxRow) -> None:
        assert self._sending is not None
        if self._forgotten is None or not self._forgotten.settles(row):  # it may have come after the look above
            self._sending.deliver(row)

    def next_instant(self) -> datetime | None:
        """When something may be sent next, or a doubt can be settled; None where nothing can be sent at all."""
        if self._sending is None:
            return None
        closed = self._closed()
        waiting = lanes.next_instant(self._parts, Lane.PAGE, but_not_to=closed)
        wishes = (waiting, self._overdue.next_instant(), *closed.values())
        return min((wish for wish in wishes if wish is not None), default=None)

    def _claim(self, now: datetime) -> list[OutboxRow]:
        """The most urgent pages that may be sent; those for a channel that is closed are left where they are.

        Where Slack takes one a second, one of each channel is claimed: each page claimed for nothing costs two writes.
        """
        closed = list(self._closed())
        most, a_channel = (MANY_AT_ONCE, 1) if self._pacing.is_paced else (AT_ONCE, None)
        return self._parts.write(
            lambda conn: outbox.claim(conn, now, Lane.PAGE, most, but_not_to=closed, a_channel=a_channel)
        )

    def _closed(self) -> dict[str, datetime]:
        """Channels that take nothing now, and until when; all of Slack's while its answers are lost."""
        closed, silent = self._pacing.closed(), self._pacing.silent_until
        if silent is None:
            return closed
        waiting = self._parts.store.read(lambda conn: outbox.channels(conn, Lane.PAGE))
        return {**{channel: silent for channel in waiting if not destination_of(channel).kind.is_couriers}, **closed}

    def _each_channel(self, rows: Sequence[OutboxRow], work: Callable[[OutboxRow], None], *, claimed: bool) -> None:
        channels: dict[str, list[OutboxRow]] = {}
        for row in rows:
            channels.setdefault(row.channel or "", []).append(row)
        jobs = [partial(self._in_order, queue, work, claimed=claimed) for queue in channels.values()]
        if self._pool is None or len(jobs) < 2:
            for job in jobs:
                job()
            return
        for future in [self._pool.submit(job) for job in jobs]:
            future.result()

    def _in_order(self, rows: Sequence[OutboxRow], work: Callable[[OutboxRow], None], *, claimed: bool) -> None:
        for place, row in enumerate(rows):
            if self._parts.stopping.is_set() or (claimed and self._must_wait(row.channel or "")):
                if claimed:
                    lanes.put_back(self._parts, rows[place:], "it waits for its turn")
                return
            self._one(row, partial(work, row))

    def _must_wait(self, channel: str) -> bool:
        silent = self._pacing.silent_until is not None and not destination_of(channel).kind.is_couriers
        return silent or channel in self._pacing.closed()

    def _one(self, row: OutboxRow, work: Callable[[], None]) -> None:
        """One page; a mistake about it must not silence the others."""
        try:
            work()
        except StoreUnavailable:
            raise  # no fault of this page
        except Exception as error:
            # It may have been sent before the mistake, so it stays in doubt.
            why = mistake("page.broke", error, RETRY, key=row.key)
            self._fates.failed(row, self._parts.now() + RETRY, why, in_doubt=True)
