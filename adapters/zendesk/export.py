"""Which tickets changed since the cursor?

Promise: no call per ticket, memory for one page, and no change skipped: each page comes with the cursor to
store once it is dealt with, the last one too. The next page's address is built here, from the cursor: the
answer's own may name another host, and the token does not go there.

Zendesk withholds the changes of the last minute, may give a ticket twice, and lists tickets by a time of its
own (not by `updated_at`). A page that is too large is asked for again in smaller pieces; a cursor that is no
longer known begins anew at `since`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from adapters.base import Changed, Clock, RateBudget, SweepBatch
from adapters.errors import BadAnswer, CallsKept, Refused, TooLarge
from adapters.http.answers import read_object
from adapters.http.fields import instant_or_none
from adapters.zendesk import fields
from adapters.zendesk.client import Client
from adapters.zendesk.fields import Unreadable, ident, text

ENDPOINT = "incremental/tickets/cursor.json"
NAMED = f"GET /api/v2/{ENDPOINT}"
PER_PAGE = 1000  # the most that Zendesk gives
SMALLEST = 10
WITHHELD = timedelta(minutes=1)  # a start later than this ago is refused


def sweep(
    client: Callable[[], Client], clock: Clock, budget: RateBudget, *, cursor: str | None, since: datetime
) -> Iterator[SweepBatch]:
    """Pages until nothing is left.

    Raises:
        CallsKept: the next page has to wait; go on from the last cursor then.
    """
    size, restarted = PER_PAGE, False
    while True:
        now = clock.now()
        if (until := budget.closed_until(now)) is not None:
            raise CallsKept(until, endpoint=NAMED)
        query = {"cursor": cursor} if cursor else {"start_time": str(_start(since, now))}
        try:
            session = client().session
            answer = session.get(client().address.url(ENDPOINT), params={**query, "per_page": str(size)})
        except TooLarge:
            if size <= SMALLEST:
                raise
            size = max(SMALLEST, size // 4)
            continue
        except Refused:
            if not cursor or restarted:
                raise
            cursor, restarted = None, True
            continue
        page = read_page(read_object(answer, endpoint=NAMED), before=cursor or "", restarted=restarted)
        if not page.end and page.cursor in ("", cursor):
            raise BadAnswer("a cursor that does not move on", endpoint=NAMED)
        cursor = page.cursor
        yield page
        if page.end:
            return


def read_page(answer: dict[str, Any], *, before: str = "", restarted: bool = False) -> SweepBatch:
    """One page from its JSON.

    Raises:
        BadAnswer: no list of tickets in it.
    """
    tickets = answer.get("tickets")
    if not isinstance(tickets, list):
        raise BadAnswer("no list of tickets in it", endpoint=NAMED)
    changed, unreadable = read_rows(tickets)
    return SweepBatch(
        changed=tuple(changed),
        cursor=text(answer.get("after_cursor")) or before,
        end=answer.get("end_of_stream") is True,
        unreadable=tuple(unreadable),
        restarted=restarted,
    )


def read_rows(tickets: list[Any]) -> tuple[list[Changed], list[str]]:
    """The tickets of a list, and what is wrong with those that cannot be read."""
    changed: list[Changed] = []
    unreadable: list[str] = []
    for raw in tickets:
        try:
            changed.append(read_row(raw))
        except Unreadable as error:
            unreadable.append(str(error))
    return changed, unreadable


def read_row(raw: Any) -> Changed:
    """One ticket of a list.

    Raises:
        Unreadable: no object, or without id, status or time.
    """
    if not isinstance(raw, dict):
        raise Unreadable(f"a ticket that is no object but {type(raw).__name__}")
    own = ident(raw.get("id"))
    status = raw.get("status")
    if own is None:
        raise Unreadable("a ticket without an id")
    if not isinstance(status, str) or not status:
        raise Unreadable(f"ticket {own} without a status")
    return Changed(
        own,
        fields.version(raw),
        status.lower(),
        fields.gone(raw),
        raw,
        created_at=instant_or_none(raw, "created_at"),
        priority=text(raw.get("priority")) or None,
        ended=status.lower() in ("solved", "closed"),
    )


def _start(since: datetime, now: datetime) -> int:
    return max(0, int(min(since, now - WITHHELD - timedelta(seconds=1)).timestamp()))
