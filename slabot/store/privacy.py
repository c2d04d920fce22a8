"""What of the customers' words is kept no longer, and how is a person forgotten?

Promise: a message's text, and every quote from it, is gone from the store after `scrub_text`; a person is gone
after `erase_requester`, and neither comes back with the next sweep. That something happened, when, and what was
done about it stays, so that clocks and reports do not change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, or_, select, update

from slabot.domain import TicketRecord, Timeline, parse_instant, read_tickets, utc, write_ticket
from slabot.store import meta, schema, tickets
from slabot.store.columns import storable
from slabot.store.erased import forget, mark, pseudonym
from slabot.store.event_rows import EventRow, event_row
from slabot.store.once import insert_once
from slabot.store.vocabulary import OutboxState

_EVENT, _LEDGER, _OUTBOX, _TICKET = schema.event, schema.ledger, schema.outbox, schema.ticket
_SETTLED = [state.value for state in OutboxState if state.settled]
_SCRUBBED_UNTIL = "text_scrubbed_until"

QUOTE = 80  # characters; the rules quote no more of a message
_QUOTES = re.compile(rf'(says|the requester is) "[^\n]{{0,{QUOTE}}}"')  # to the last mark: a quote may hold marks
GONE = "(no longer kept)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """How much was taken out."""

    tickets: int = 0
    messages: int = 0
    ledger_rows: int = 0
    outbox_rows: int = 0


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
        _OUTBOX.c.state.in_(_SETTLED), _OUTBOX.c.created_at < before, cast(_OUTBOX.c.body, Text) != "{}"
    )
    messages = conn.execute(texts.values(text=None)).rowcount
    outbox_rows = conn.execute(bodies.values(body={})).rowcount
    former = meta.get(conn, _SCRUBBED_UNTIL)
    fresh = () if former is None else (_LEDGER.c.at >= parse_instant(former),)
    ledger_rows = _rewrite_ledger(conn, (_LEDGER.c.at < before, *fresh), without_quotes)
    meta.put(conn, _SCRUBBED_UNTIL, before.isoformat())
    return Removed(messages=messages, outbox_rows=outbox_rows, ledger_rows=ledger_rows)


def erase_requester(conn: Connection, requester_id: str, *, helpdesk: str | None = None) -> Removed:
    """Forget a person: their tickets' words, their words on other tickets, their address, and what quotes them.

    Args:
        conn: of a `Store.write`.
        requester_id: the helpdesk's id of the person.
        helpdesk: only there; None for every helpdesk that the store knows (ids of two helpdesks may coincide).
    """
    names = [helpdesk] if helpdesk is not None else _helpdesks(conn)
    removed = Removed()
    for name in names:
        insert_once(conn, schema.erased, {"mark": mark(name, requester_id)})
        removed = _added(removed, _erase_at(conn, name, requester_id))
    return removed


def without_quotes(text: str) -> str:
    """The text without what it quotes from a customer."""
    return _QUOTES.sub(rf"\1 {GONE}", text)


def _helpdesks(conn: Connection) -> list[str]:
    return sorted({*conn.execute(select(_TICKET.c.helpdesk).distinct()).scalars()} | _feed_names(conn))


def _feed_names(conn: Connection) -> set[str]:
    return set(conn.execute(select(schema.feed.c.helpdesk)).scalars())


def _erase_at(conn: Connection, helpdesk: str, person: str) -> Removed:
    own = _TICKET.c.requester_id == person
    wrote = select(_EVENT.c.ticket_id).where(_EVENT.c.helpdesk == helpdesk, _EVENT.c.author == person)
    query = select(_TICKET.c.id, own.label("own")).where(
        _TICKET.c.helpdesk == helpdesk, or_(own, _TICKET.c.id.in_(wrote))
    )
    removed = Removed()
    for row in conn.execute(query).all():
        tickets.lock(conn, helpdesk, row.id)
        removed = _added(removed, _erase_on(conn, helpdesk, row.id, person, own=bool(row.own)))
    return removed


def _erase_on(conn: Connection, helpdesk: str, ticket_id: str, person: str, *, own: bool) -> Removed:
    where = (_TICKET.c.helpdesk == helpdesk, _TICKET.c.id == ticket_id)
    facts = conn.execute(select(_TICKET.c.facts).where(*where)).scalar_one()
    before = read_tickets(facts)[0].ticket
    known = {mark(helpdesk, person)}
    kept = tickets.event_rows(conn, helpdesk, ticket_id)
    after, _ = forget(before, (), known)
    changed = [new for row in kept.values() if (new := _forgotten(row, before, known)) != row]
    for row in changed:
        tickets.write_event(conn, helpdesk, ticket_id, row)
    if own:
        new_facts = storable(write_ticket(TicketRecord(after, Timeline())))
        values = {"facts": new_facts, "requester_id": pseudonym(mark(helpdesk, person))}
        conn.execute(update(_TICKET).where(*where).values(**values))
    email = None if before.requester is None or not own else before.requester.email
    secrets = [word for word in (person, email, before.subject if own else None) if word]
    cleaned = _cleaner(secrets)
    ledger_rows = _rewrite_ledger(conn, (_LEDGER.c.helpdesk == helpdesk, _LEDGER.c.ticket_id == ticket_id), cleaned)
    outbox_rows = _rewrite_outbox(conn, helpdesk, ticket_id, cleaned)
    return Removed(tickets=1 if own else 0, messages=len(changed), ledger_rows=ledger_rows, outbox_rows=outbox_rows)


def _forgotten(row: EventRow, ticket: Any, known: set[str]) -> EventRow:
    event = row.event()
    _, (after,) = forget(ticket, (event,), known)
    if after == event:
        return row
    new = replace(event_row(after, row.version), id=row.id)
    return new.without_text() if new.text == "" else new


def _cleaner(secrets: list[str]) -> Callable[[str], str]:
    """Takes out the words that name or quote the person; the longest first, so that no part of one is left."""
    ordered = sorted(secrets, key=len, reverse=True)

    def cleaned(text: str) -> str:
        for secret in ordered:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", GONE, text)
        return without_quotes(text)

    return cleaned


def _rewrite_ledger(conn: Connection, where: Iterable[Any], clean: Callable[[str], str]) -> int:
    rows = conn.execute(select(_LEDGER.c.n, _LEDGER.c.words, _LEDGER.c.facts, _LEDGER.c.evidence).where(*where)).all()
    changed = 0
    for row in rows:
        new = {"words": clean(row.words), "facts": _each(row.facts, clean), "evidence": []}
        if new != {"words": row.words, "facts": row.facts, "evidence": row.evidence}:
            conn.execute(update(_LEDGER).where(_LEDGER.c.n == row.n).values(**new))
            changed += 1
    return changed


def _rewrite_outbox(conn: Connection, helpdesk: str, ticket_id: str, clean: Callable[[str], str]) -> int:
    """Settled rows lose their bodies; those that wait lose the person, and are sent without."""
    where = (_OUTBOX.c.helpdesk == helpdesk, _OUTBOX.c.ticket_id == ticket_id)
    rows = conn.execute(select(_OUTBOX.c.key, _OUTBOX.c.state, _OUTBOX.c.body, _OUTBOX.c.words).where(*where)).all()
    changed = 0
    for row in rows:
        body = {} if row.state in _SETTLED else _each(row.body, clean)
        words = None if row.words is None else clean(row.words)
        if (body, words) != (row.body, row.words):
            conn.execute(update(_OUTBOX).where(_OUTBOX.c.key == row.key).values(body=body, words=words))
            changed += 1
    return changed


def _each(value: Any, clean: Callable[[str], str]) -> Any:
    """A JSON value with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_each(item, clean) for item in value]
        case dict():
            return {name: _each(item, clean) for name, item in value.items()}
        case _:
            return value


def _added(one: Removed, other: Removed) -> Removed:
    return Removed(
        tickets=one.tickets + other.tickets,
        messages=one.messages + other.messages,
        ledger_rows=one.ledger_rows + other.ledger_rows,
        outbox_rows=one.outbox_rows + other.outbox_rows,
    )
