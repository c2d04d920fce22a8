"""Which tickets changed since the cursor?

Promise: no call per ticket, memory for one page, and no change skipped.

Freshdesk lists tickets by `updated_at`, pages by number, and refuses pages beyond the 300th. Paging by number through
a list that changes meanwhile skips tickets: one that is updated leaves its place, and all behind it move up. So the
next page is always the first one *from the last second seen*, which is listed again (`updated_since` is inclusive)
and taken out by id and time. Only where one second fills a whole page is its next page asked for, and such a second
is read again until a reading brings nothing new. A second that fills 300 pages is an error, not an endless loop.

Deleted tickets and spam are left out of lists. They have lists of their own; a sweep ends with a look at one of them,
each once an hour. Freshdesk's usual 30 days never apply, since `updated_since` is always said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Changed, Clock, SweepBatch
from adapters.errors import AdapterError, BadAnswer, RateLimited, TooLarge, Unreachable
from adapters.freshdesk.client import PER_PAGE, Client
from adapters.freshdesk.cursors import SETTLED, STAMP, Cursor
from adapters.freshdesk.limits import Limits
from adapters.freshdesk.reading import gone, status_number
from adapters.freshdesk.ticket_fields import PRIORITY_WORDS
from adapters.http.fields import Raw, Unreadable, ident, instant_or_none, version
from slabot.domain import SECOND, parse_instant, utc

NAMED = "GET /api/v2/tickets"
MOST_PAGES = 300  # Freshdesk refuses the 301st
SMALLEST = 10
ENDED = (4, 5)  # resolved and closed, on every account
GONE = ("deleted", "spam")
GONE_EVERY = timedelta(hours=1)  # between two looks at each of those lists
GONE_BACK = timedelta(days=1)  # how far the first look goes back
GONE_PAGES = 3


class Listing:
    """The sweeps of one account."""

    def __init__(self, client: Callable[[], Client], clock: Clock, limits: Limits) -> None:
        """List nothing yet."""
        self._client = client
        self._clock = clock
        self._limits = limits
        self._lock = threading.Lock()
        self._gone_looked: dict[str, datetime] = {}
        self._parked: tuple[str | None, _Place] | None = None

    def sweep(self, cursor: str | None, *, since: datetime) -> Iterator[SweepBatch]:
        """Pages until nothing is left.

        Raises:
            RateLimited: the next page has to wait; go on from the last cursor then.
        """
        known = Cursor.read(cursor)
        restarted = bool(cursor) and known is None
        place = self._parked_at(cursor) or _Place(
            known or Cursor(utc(since)), complete=utc(self._clock.now()) - SETTLED
        )
        while True:
            try:
                listed, more, at = self._list(place)
            except RateLimited:
                self._parked = (cursor, place)
                raise
            changed, unreadable = read_rows(listed)
            new, end = place.take(changed, more=more, at=at)
            if not (new or unreadable or end):
                continue  # all of it was reported before
            page = SweepBatch(
                changed=new, cursor=place.cursor(end=end), end=end, unreadable=unreadable, restarted=restarted
            )
            restarted, cursor = False, page.cursor
            if end:
                yield self._with_gone(page)
                return
            yield page

    def _parked_at(self, cursor: str | None) -> _Place | None:
        """Where a sweep had to wait, if everything that it brought was stored: its cursor is the one given.

        Else a second of more pages than the plan allows at once would begin anew each time, and never end.
        """
        parked, self._parked = self._parked, None
        return parked[1] if cursor and parked is not None and parked[0] == cursor else None

    def _list(self, place: _Place) -> tuple[list[Raw], bool, datetime]:
        while True:
            at = self._take_turn()
            since = place.second.strftime(STAMP)
            try:
                listed, more = self._client().tickets(since=since, page=place.page, size=place.size)
            except TooLarge:
                if place.size <= SMALLEST or place.page > 1:
                    raise
                place.size = max(SMALLEST, place.size // 4)
                continue
            return listed, more, at

    def _take_turn(self) -> datetime:
        """Count a list, or say until when it has to wait."""
        now = utc(self._clock.now())
        if (until := self._limits.closed_until(now)) is not None:
            raise RateLimited(
                until,
                endpoint=NAMED,
                why=f"the plan allows {self._limits.lists_a_minute} lists of tickets a minute, "
                "and a part of the account's calls is kept for people",
            )
        self._limits.count_list(now)
        return now

    def _with_gone(self, page: SweepBatch) -> SweepBatch:
        """The last page, with what was deleted or marked as spam lately where that is due to be asked."""
        now = utc(self._clock.now())
        with self._lock:
            looked = self._gone_looked
            due = [word for word in GONE if word not in looked or not timedelta() <= now - looked[word] < GONE_EVERY]
            if not due:
                return page
            word, before = due[0], looked.get(due[0])
            looked[word] = now
        since = (now - GONE_BACK if before is None else min(before, now) - GONE_EVERY).strftime(STAMP)
        try:
            changed, unreadable = self._gone_rows(word, since)
        except (RateLimited, Unreachable):
            with self._lock:  # not now; the next sweep asks
                if before is None:
                    looked.pop(word, None)
                else:
                    looked[word] = before
            return page
        except AdapterError as error:
            words = f"tickets that are {word} could not be listed: {error}"
            return replace(page, unreadable=(*page.unreadable, words))
        return replace(page, changed=(*page.changed, *changed), unreadable=(*page.unreadable, *unreadable))

    def _gone_rows(self, word: str, since: str) -> tuple[tuple[Changed, ...], tuple[str, ...]]:
        found: list[Changed] = []
        bad: list[str] = []
        for number in range(1, GONE_PAGES + 1):
            self._take_turn()
            listed, more = self._client().tickets(since=since, page=number, size=PER_PAGE, order="desc", only=word)
            rows, unreadable = read_rows(listed)
            # Deleting may leave `updated_at` as it was: the word makes the row newer than the ticket that is stored.
            found += (replace(row, gone="deleted", version=f"{row.version} {word}") for row in rows)
            bad += unreadable
            if not more:
                break
        return tuple(found), tuple(bad)


class _Place:
    """Where a sweep is: the second that it lists from, the page of that list, and what it has reported since."""

    def __init__(self, begun: Cursor, *, complete: datetime) -> None:
        """Begin at a cursor; what happened before `complete` is all there when it is listed now."""
        self.second = begun.since
        self.page = 1
        self.size = PER_PAGE
        self._begun = begun.since
        self._complete = max(begun.since, complete)
        self._reported = dict.fromkeys(begun.reported, True)  # rows, and whether each can be relied on
        self._any = False
        self._grew = False  # this reading of a second of several pages brought something new

    def take(self, changed: tuple[Changed, ...], *, more: bool, at: datetime) -> tuple[tuple[Changed, ...], bool]:
        """What is new of a page that was listed at an instant, and whether it was the last; moves on.

        Raises:
            BadAnswer: too many tickets in one second.
        """
        new = tuple(row for row in changed if (row.id, row.version) not in self._reported)
        for row in new:
            # A ticket may change again within the second that its time names: then it must be reported again.
            self._reported[row.id, row.version] = parse_instant(row.version) + 2 * SECOND <= at
        here = self.second.strftime(STAMP)
        self._any = self._any or bool(changed)
        self._grew = self._grew or any(row.version == here for row in new)
        latest = max((row.version for row in changed), default=here)
        if more and latest <= here:
            if self.page >= MOST_PAGES:
                raise BadAnswer(
                    f"more than {MOST_PAGES * self.size} tickets were changed in the one second {here}, "
                    "and Freshdesk lists no more of them",
                    endpoint=NAMED,
                    remedy="it is tried again, and goes on once some of them have changed again; "
                    "change tickets in smaller lots",
                )
            self.page += 1
            return new, False
        if self.page > 1 and self._grew:  # some of it may have moved up meanwhile: read this second again
            self.page, self._grew = 1, False
            return new, False
        if self.page > 1 and latest > here:
            # What follows may have moved up past us as well, so it is listed from its own beginning.
            self._move_on((self.second + SECOND).strftime(STAMP))
            return new, False
        self._move_on(latest)
        return new, not more

    def cursor(self, *, end: bool) -> str:
        """Where to go on if nothing more comes of this sweep."""
        # The last second seen is over at the end, unless it is so young that something may be added to it.
        over = self.second + SECOND if end and self._any else self.second
        since = max(self._begun, min(over, self._complete))
        return Cursor(since, frozenset(row for row, sure in self._reported.items() if sure), self.page).text()

    def _move_on(self, latest: str) -> None:
        if latest > self.second.strftime(STAMP):
            self.second = parse_instant(latest)
            oldest = min(latest, self._complete.strftime(STAMP))
            self._reported = {row: sure for row, sure in self._reported.items() if row[1] >= oldest}
        self.page, self._grew = 1, False


def read_rows(listed: list[Raw]) -> tuple[tuple[Changed, ...], tuple[str, ...]]:
    """The tickets of a page, and what could not be read, in words."""
    changed: list[Changed] = []
    unreadable: list[str] = []
    for raw in listed:
        try:
            changed.append(read_row(raw))
        except Unreadable as error:
            unreadable.append(str(error))
    return tuple(changed), tuple(unreadable)


def read_row(raw: Any) -> Changed:
    """One ticket of a list.

    Raises:
        Unreadable: no object, or without id, status or time.
    """
    if not isinstance(raw, dict):
        raise Unreadable(f"a ticket that is no object but {type(raw).__name__}")
    own = ident(raw.get("id"))
    if own is None:
        raise Unreadable("a ticket without an id")
    number, priority = status_number(raw), raw.get("priority")
    return Changed(
        own,
        version(raw),
        str(number),
        gone(raw),
        raw,
        created_at=instant_or_none(raw, "created_at"),
        priority=PRIORITY_WORDS.get(priority) if isinstance(priority, int) else None,
        ended=number in ENDED,
    )
