"""Send a page or an alert elsewhere as well where its channel does not take it.

Promise: after ``fallback.after``, or at once after a refusal for good, it goes to the next destination of the policy's
list as well, once, and a note on the ticket says so. The page itself is still retried, since its channel may come back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain.sentences import clause
from slabot.rules import Action
from slabot.runtime.delivery.loop import ANY
from slabot.runtime.delivery.notes import owe_note
from slabot.runtime.parts import LEASE, Parts, brings_work
from slabot.store import Lane, LedgerEvent, OutboxRow, OutboxState, ledger, outbox, outbox_questions
from slabot.store.work import Alert, Page


def owe_instead(conn: Connection, parts: Parts, row: OutboxRow, why: str, now: datetime) -> bool:
    """Put the next fallback of a page or an alert into the outbox; False if there is none, or it is there already."""
    fallback, work = parts.policy.fallback, row.work
    if fallback is None or not isinstance(work, Page | Alert):
        return False
    original = work.instead_of or row.key
    first = 0 if work.place is None else work.place + 1
    place = next((n for n in range(first, len(fallback.to)) if str(fallback.to[n]) != row.channel), None)
    if place is None:
        return False
    to, reached = str(fallback.to[place]), row.channel or "anybody"
    instead = replace(work, instead_of=original, place=place)
    if isinstance(instead, Page):
        unknown = row.sending_since is not None  # then people may hear of it twice, and it says so
        instead = replace(instead, action=_to(instead.action, to), bundle=None, repeat=unknown)
    owed = OutboxRow(
        key=f"{original}/instead/{to}",
        work=instead,
        helpdesk=row.helpdesk,
        ticket_id=row.ticket_id,
        channel=to,
        rank=row.rank,
        urgency=row.urgency,
        not_before=now,
        created_at=now,
    )
    if not outbox.put(conn, owed):
        return False
    brings_work(conn)
    why = clause(why)
    if isinstance(work, Alert):
        text = f"{reached} could not be told about slabot itself ({why}), so {to} is told"
        ledger.write(conn, now, LedgerEvent.PAGE_FELL_BACK, text, None, None, owed.key)
        return True
    text = f"{reached} could not be paged ({why}), so {to} is paged as well"
    ledger.write(conn, now, LedgerEvent.PAGE_FELL_BACK, text, row.helpdesk, row.ticket_id, owed.key)
    text = f"slabot could not page {reached}: {why}. It pages {to} instead. The page: {clause(work.because)}."
    owe_note(conn, row.helpdesk, row.ticket_id, f"{original}/note/instead", text, now)
    return True


def sent_elsewhere(conn: Connection, parts: Parts, row: OutboxRow) -> bool:
    """True for an alert that goes elsewhere instead, once its own destination or another fallback has taken it."""
    fallback, alert = parts.policy.fallback, row.work
    if not isinstance(alert, Alert) or alert.instead_of is None:
        return False
    others = () if fallback is None else fallback.to
    keys = {alert.instead_of, *(f"{alert.instead_of}/instead/{to}" for to in others)} - {row.key}
    found = (outbox.get(conn, key) for key in keys)
    return any(each is not None and each.state is OutboxState.SENT for each in found)


class Overdue:
    """Finds pages and alerts that have waited for longer than the policy lets them, whatever they wait for."""

    def __init__(self, parts: Parts, lane: Lane) -> None:
        self._parts, self._lane = parts, lane
        self._done: set[str] = set()

    def drain(self) -> bool:
        """Send overdue pages elsewhere as well; True if there were any."""
        parts, now = self._parts, self._parts.now()
        first = self._first()
        if first is None or first > now:
            return False
        late = [row for at, row in self._open(now) if at <= now]
        if not late:
            return False

        def owe(conn: Connection) -> bool:
            did = [owe_instead(conn, parts, row, _why(row), now) for row in late]
            return any(did)

        did = parts.write(owe)
        self._done.update(row.key for row in late)
        return did

    def next_instant(self) -> datetime | None:
        """When the next page is overdue, or may be."""
        first, now = self._first(), self._parts.now()
        return first if first is None or first > now else min((at for at, _ in self._open(now)), default=None)

    def _first(self) -> datetime | None:
        """When the oldest has waited for too long, and so none has before; while nobody waits for that long, what waits
        need not be decoded after each page.
        """
        fallback, read = self._parts.policy.fallback, self._parts.store.read
        oldest = None if fallback is None else read(lambda conn: outbox_questions.oldest_open(conn, self._lane))
        return None if fallback is None or oldest is None else oldest + fallback.after

    def _open(self, now: datetime) -> list[tuple[datetime, OutboxRow]]:
        """What has not arrived as far as anybody knows, and when it is overdue."""
        fallback = self._parts.policy.fallback
        if fallback is None:
            return []

        def read(conn: Connection) -> list[OutboxRow]:
            return [*outbox.waiting(conn, self._lane), *outbox.unknown(conn, now + ANY, self._lane)]

        rows = self._parts.store.read(read)
        self._done &= {row.key for row in rows}
        return [
            (max(row.created_at + fallback.after, _on_its_way_until(row, now)), row)
            for row in rows
            if isinstance(row.work, Page | Alert) and row.key not in self._done
        ]


def _on_its_way_until(row: OutboxRow, now: datetime) -> datetime:
    """When nobody can be sending it any more; the past for what waits, or whose outcome is unknown."""
    since = row.sending_since
    return row.created_at if since is None or since > now else since + LEASE


def _why(row: OutboxRow) -> str:
    unknown = "nobody knows yet whether it arrived"
    return unknown if row.sending_since is not None else row.reason or "it has not left yet"


def _to(action: Action, to: str) -> Action:
    facts = tuple((name, to if name == "to" else value) for name, value in action.facts if name != "mention")
    return replace(action, facts=facts)
