"""Where does a page go that its channel does not take?

Promise: after ``fallback.after``, or at once after a refusal for good, it goes to the next destination of the policy's
list as well, once, and a note on the ticket says so. The page itself is tried on: its channel may be mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from slabot.domain.sentences import clause
from slabot.policy import Fallback
from slabot.rules import Action
from slabot.runtime.acts import action_of, body_of
from slabot.runtime.parts import Parts, brings_work
from slabot.runtime.writes.notes import owe_note
from slabot.store import Lane, LedgerEvent, OutboxKind, OutboxRow, ledger, outbox

INSTEAD_OF = "instead_of"  # the key of the page in a fallback's body
PLACE = "place"  # which of the policy's fallbacks it is, from 0


def planned_key(row: OutboxRow) -> str:
    """By which key the rules know the page of a row."""
    return str(row.body.get(INSTEAD_OF, row.key))


def owe_instead(conn: Connection, parts: Parts, row: OutboxRow, why: str, now: datetime) -> bool:
    """Put the next fallback of a page into the outbox; False if there is none, or it is there already."""
    fallback = parts.policy.fallback
    if fallback is None or row.kind is not OutboxKind.PAGE:
        return False
    original = planned_key(row)
    first = int(row.body.get(PLACE, -1)) + 1
    place = next((n for n in range(first, len(fallback.to)) if str(fallback.to[n]) != row.channel), None)
    if place is None:
        return False
    to = str(fallback.to[place])
    if not outbox.put(conn, _row(row, fallback, place, original, now)):
        return False
    said = f"{row.channel or 'Slack'} could not be paged ({clause(why)}), so {to} is paged as well"
    ledger.write(conn, now, LedgerEvent.PAGE_FELL_BACK, said, row.helpdesk, row.ticket_id, f"{original}/instead/{to}")
    about = action_of(row).because
    text = (
        f"slabot could not page {row.channel or 'Slack'}: {clause(why)}. It pages {to} instead. "
        f"The page: {clause(about)}."
    )
    owe_note(conn, row.helpdesk, row.ticket_id, f"{original}/note/instead", text, now)
    brings_work(conn)
    return True


class Overdue:
    """Finds pages that have waited for longer than the policy lets them, whatever they wait for."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._done: set[str] = set()

    def drain(self) -> bool:
        """Let overdue pages go elsewhere as well; True if any did."""
        parts, fallback, now = self._parts, self._parts.policy.fallback, self._parts.now()
        if fallback is None:
            return False
        late = [row for row in self._waiting() if now - row.created_at >= fallback.after]
        if not late:
            return False

        def owe(conn: Connection) -> bool:
            did = [owe_instead(conn, parts, row, row.words or "it has not left yet", now) for row in late]
            return any(did)

        did = parts.write(owe)
        self._done.update(row.key for row in late)
        return did

    def next_instant(self) -> datetime | None:
        """When the next page is overdue."""
        fallback = self._parts.policy.fallback
        if fallback is None:
            return None
        return min((row.created_at + fallback.after for row in self._waiting()), default=None)

    def _waiting(self) -> list[OutboxRow]:
        rows = self._parts.store.read(lambda conn: outbox.waiting(conn, Lane.PAGE))
        self._done &= {row.key for row in rows}
        return [row for row in rows if row.kind is OutboxKind.PAGE and row.key not in self._done]


def _row(row: OutboxRow, fallback: Fallback, place: int, original: str, now: datetime) -> OutboxRow:
    to = str(fallback.to[place])
    action = _to(action_of(row), to)
    body: Mapping[str, Any] = {**body_of(action), INSTEAD_OF: original, PLACE: place}
    return replace(
        row,
        key=f"{original}/instead/{to}",
        channel=to,
        body=body,
        not_before=now,
        created_at=now,
        attempts=0,
        sending_since=None,
        words=None,
        outcome=None,
        state=type(row.state).PENDING,
    )


def _to(action: Action, to: str) -> Action:
    facts = tuple((name, to if name == "to" else value) for name, value in action.facts if name != "mention")
    return replace(action, facts=facts)
