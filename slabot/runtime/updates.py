"""How are posted pages kept up to date, and people told the rest?

Promise: an update shows the latest state and notifies nobody; one that is overtaken is dropped. A note to people is
sent once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from slabot.domain import Noted
from slabot.paging import (
    PageView,
    Rendered,
    SlackError,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackRetry,
    SlackSender,
)
from slabot.paging.markup import escaped
from slabot.rules import decide
from slabot.runtime.acts import action_of
from slabot.runtime.parts import LEASE, Parts
from slabot.runtime.refresh import clock_of, shown, view_of
from slabot.runtime.refresh import digest as digest_of
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxKind,
    OutboxRow,
    OutboxState,
    SlackMessage,
    ledger,
    messages,
    outbox,
    tickets,
)

AT_ONCE = 20
RETRY = timedelta(seconds=60)
NOTE = 3000  # characters of a note to people


class UpdateDelivery:
    """Works off the lane of updates."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sender, now = self._parts.sender, self._parts.now()
        if sender is None:
            return False
        doubtful = [
            row for row in self._parts.store.read(lambda c: outbox.in_doubt(c, now - LEASE)) if row.lane is Lane.UPDATE
        ]
        for row in doubtful:
            # An update repeats without harm; a note is looked up first.
            self._one(sender, row, doubtful=True)
        rows = self._parts.store.write(lambda conn: outbox.claim(conn, now, Lane.UPDATE, AT_ONCE))
        for row in rows:
            self._one(sender, row, doubtful=False)
        return bool(doubtful or rows)

    def next_instant(self) -> datetime | None:
        """When something may be sent next."""
        now = self._parts.now()

        def ask(conn: Connection) -> list[datetime]:
            waiting = outbox.earliest(conn, Lane.UPDATE)
            doubts = [row.sending_since for row in outbox.in_doubt(conn, now) if row.lane is Lane.UPDATE]
            settled = [since + LEASE for since in doubts if since is not None]
            return settled if waiting is None else [*settled, waiting]

        return min(self._parts.store.read(ask), default=None)

    def _one(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        try:
            if row.kind is OutboxKind.UPDATE:
                self._update(sender, row)
            else:
                self._note(sender, row, doubtful=doubtful)
        except SlackRetry as error:
            until, why = error.until, str(error)
            self._parts.store.write(lambda conn: outbox.hold(conn, row.key, until, why))
        except SlackOutcomeUnknown:
            return
        except SlackHarmless as error:
            self._settle(row, OutboxState.SUPERSEDED, str(error))
        except SlackError as error:
            until, why = self._parts.now() + RETRY, str(error)
            self._parts.store.write(lambda conn: outbox.hold(conn, row.key, until, why))

    def _update(self, sender: SlackSender, row: OutboxRow) -> None:
        found = self._parts.store.read(lambda conn: self._current(conn, row))
        if found is None:
            self._settle(row, OutboxState.SUPERSEDED, "the page shows the latest state already")
            return
        message, view = found
        sender.update(message.channel, message.ts, view)
        now = self._parts.now()

        def keep(conn: Connection) -> None:
            outbox.settle(conn, row.key, OutboxState.SENT, "brought up to date")
            messages.put(conn, shown(message, view, now))

        self._parts.store.write(keep)

    def _current(self, conn: Connection, row: OutboxRow) -> tuple[SlackMessage, PageView] | None:
        """The message and what it should show; None if it shows that already."""
        parts, label = self._parts, str(row.body["clock"])
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        message = messages.get(conn, row.helpdesk, row.ticket_id, label)
        if stored is None or message is None:
            return None
        decision = decide(stored.ticket, stored.timeline, parts.policy, parts.now())
        clock = clock_of(decision, label)
        if clock is None:
            return None
        view = view_of(parts, stored, decision, clock)
        return None if digest_of(view) == message.digest else (message, view)

    def _note(self, sender: SlackSender, row: OutboxRow, *, doubtful: bool) -> None:
        channel, action = row.channel or "", action_of(row)
        found = sender.find(channel, row.key, row.sending_since or row.created_at) if doubtful else None
        if found is None:
            text = f"{row.helpdesk}/{row.ticket_id}: {action.because}"
            found = sender.post(channel, Rendered(escaped(text, NOTE)), key=row.key)
        posted, now = found, self._parts.now()

        def keep(conn: Connection) -> None:
            outbox.settle(conn, row.key, OutboxState.SENT, "told", {"channel": posted.channel, "ts": posted.ts})
            act = Noted(at=now, key=row.key, id=f"noted:{row.key}")
            tickets.add_act(conn, row.helpdesk, row.ticket_id, act)
            ledger.write(
                conn,
                now,
                LedgerEvent.TICKET_NOTED,
                f"told people: {action.because}",
                row.helpdesk,
                row.ticket_id,
                row.key,
            )

        self._parts.store.write(keep)

    def _settle(self, row: OutboxRow, state: OutboxState, words: str) -> None:
        self._parts.store.write(lambda conn: outbox.settle(conn, row.key, state, words))
