"""Delete texts of customers that are kept no longer.

Promise: a message's text, and every quote from it, is gone from the store after `scrub_text`, and does not come back
with the next sweep. That something happened, when, and what was done about it stays, so that clocks and reports do not
change. How a person is forgotten: `slabot.store.erasing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, select, update

from slabot.domain import parse_instant, utc
from slabot.store import meta, schema
from slabot.store.erased import GONE
from slabot.store.vocabulary import OutboxState

_EVENT, _LEDGER, _OUTBOX = schema.event, schema.ledger, schema.outbox
SETTLED = [state.value for state in OutboxState if state.settled]
_SCRUBBED_UNTIL = "text_scrubbed_until"

QUOTE = 80  # characters; the rules quote no more of a message
_BEGINS = '(says|the requester is) "'
# To the last mark before another quote begins: a quote may hold marks.
_QUOTES = re.compile(rf'{_BEGINS}(?:(?!(?:says|the requester is) ")[^\n]){{0,{QUOTE}}}"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much was taken out.

    Attributes:
        messages: and other events.
        mentions: places elsewhere in which an address stood.
    """

    tickets: int = 0
    messages: int = 0
    ledger_rows: int = 0
    outbox_rows: int = 0
    mentions: int = 0

    def __add__(self, other: Removed) -> Removed:
        """Both together."""
        return Removed(**{name: getattr(self, name) + getattr(other, name) for name in self.__slots__})


def to_scrub(conn: Connection, before: datetime, limit: int) -> list[tuple[str, str]]:
    """(helpdesk, id) of tickets that hold text which `scrub_text` would take out."""
    query = select(_EVENT.c.helpdesk, _EVENT.c.ticket_id).where(_EVENT.c.text.is_not(None), _EVENT.c.at < utc(before))
    return [(row.helpdesk, row.ticket_id) for row in conn.execute(query.distinct().limit(limit))]


def scrub_ticket(conn: Connection, helpdesk: str, ticket_id: str, before: datetime) -> int:
    """Take out the text of one ticket's messages from before an instant; returns how many."""
    where = (_EVENT.c.helpdesk == helpdesk, _EVENT.c.ticket_id == ticket_id)
    texts = update(_EVENT).where(*where, _EVENT.c.text.is_not(None), _EVENT.c.at < utc(before))
    return conn.execute(texts.values(text=None)).rowcount


def scrub_text(conn: Connection, before: datetime) -> Removed:
    """Take out the text of messages written before an instant, and what quotes it.

    Ledger rows and settled outbox rows from before it lose their quotes and bodies; rows of the outbox that wait
    still keep theirs until they are settled.
    """
    before = utc(before)
    texts = update(_EVENT).where(_EVENT.c.text.is_not(None), _EVENT.c.at < before)
    bodies = update(_OUTBOX).where(
        _OUTBOX.c.state.in_(SETTLED), _OUTBOX.c.created_at < before, cast(_OUTBOX.c.body, Text) != "{}"
    )
    messages = conn.execute(texts.values(text=None)).rowcount
    outbox_rows = conn.execute(bodies.values(body={})).rowcount
    former = meta.get(conn, _SCRUBBED_UNTIL)
    fresh = () if former is None else (_LEDGER.c.at >= parse_instant(former),)
    ledger_rows = rewrite_ledger(conn, (_LEDGER.c.at < before, *fresh), without_quotes)
    meta.put(conn, _SCRUBBED_UNTIL, before.isoformat())
    return Removed(messages=messages, outbox_rows=outbox_rows, ledger_rows=ledger_rows)


def without_quotes(text: str) -> str:
    """The text without what it quotes from a customer."""
    return _QUOTES.sub(rf"\1 {GONE}", text)


def rewrite_ledger(conn: Connection, where: Iterable[Any], clean: Callable[[str], str]) -> int:
    """Clean the words and facts of ledger rows, and drop their evidence; returns how many changed."""
    rows = conn.execute(select(_LEDGER.c.n, _LEDGER.c.words, _LEDGER.c.facts, _LEDGER.c.evidence).where(*where)).all()
    changed = 0
    for row in rows:
        new = {"words": clean(row.words), "facts": each_text(row.facts, clean), "evidence": []}
        if new != {"words": row.words, "facts": row.facts, "evidence": row.evidence}:
            conn.execute(update(_LEDGER).where(_LEDGER.c.n == row.n).values(**new))
            changed += 1
    return changed


def each_text(value: Any, clean: Callable[[str], str]) -> Any:
    """A JSON value with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case list():
            return [each_text(item, clean) for item in value]
        case dict():
            return {name: each_text(item, clean) for name, item in value.items()}
        case _:
            return value
