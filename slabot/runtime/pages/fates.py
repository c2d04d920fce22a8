"""What became of a page, and how is it written down?

Promise: every page of the outbox ends sent, superseded or failed, or waits with its reason; each step is a row of the
ledger in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from slabot.domain import PageSent, parse_instant
from slabot.domain.sentences import clause
from slabot.paging import PageView, Posted
from slabot.rules import MAIN, Action
from slabot.rules.words import when
from slabot.runtime import lanes
from slabot.runtime.acts import action_of
from slabot.runtime.audit.alerts import owe_alert
from slabot.runtime.evaluation import evaluate
from slabot.runtime.pages.fallbacks import owe_instead
from slabot.runtime.pages.pacing import AGAIN
from slabot.runtime.parts import Parts
from slabot.runtime.refresh import digest
from slabot.store import (
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

REPEAT = "repeat"  # in a row's body: an earlier copy may have arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """Where a page is now.

    Attributes:
        place: of the message, where there is one that can be brought up to date.
        view: what it shows; None where that is not known.
        thread_ts: of the message under which a page of its own stands.
        words: how it came there.
        whom: the people whom its destination or its mentions stood for just then, to go on with in the ledger.
        at: when, if not now.
    """

    place: Posted | None
    view: PageView | None
    words: str
    repeat: bool = False
    thread_ts: str | None = None
    whom: str = ""
    at: datetime | None = None


class Fates:
    """Settles and holds pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def arrived(self, row: OutboxRow, came: Arrived) -> None:
        """It was sent, and the rules are told so."""
        parts, now, action = self._parts, self._parts.now(), action_of(row)

        def settle(conn: Connection) -> None:
            tickets.lock(conn, row.helpdesk, row.ticket_id)  # the ticket first, as everywhere: else two wait in a ring
            outcome = None if came.place is None else {"channel": came.place.channel, "ts": came.place.ts}
            if not outbox.settle(conn, row.key, OutboxState.SENT, came.words, outcome):
                return
            tickets.add_act(conn, row.helpdesk, row.ticket_id, _sent(row, action, came.at or now))
            label = action.fact("clock") or ""
            place = came.place
            if place is not None and messages.get(conn, row.helpdesk, row.ticket_id, label, place.channel) is None:
                messages.put(conn, _message(row, label, came, place, now))
            event = LedgerEvent.PAGE_REPEATED if came.repeat else LedgerEvent.PAGE_SENT
            said = f"paged {row.channel}{came.whom}: {action.because}"
            if came.at is not None:
                said = f"had paged {row.channel} at {when(came.at, parts.policy.display_zone)}; {came.words}"
            ledger.write(conn, now, event, said, row.helpdesk, row.ticket_id, row.key)
            evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)

        parts.write(settle)

    def reached_nobody(self, row: OutboxRow, why: str) -> None:
        """There is nobody whom it could have told; the rules are told so, and go on."""
        parts, now, action = self._parts, self._parts.now(), action_of(row)

        def settle(conn: Connection) -> None:
            tickets.lock(conn, row.helpdesk, row.ticket_id)
            if not outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why):
                return
            tickets.add_act(conn, row.helpdesk, row.ticket_id, _sent(row, action, now))
            words = f"not paged {row.channel}: {why}"
            ledger.write(conn, now, LedgerEvent.PAGE_SUPERSEDED, words, row.helpdesk, row.ticket_id, row.key)
            evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)

        parts.write(settle)

    def not_wanted(self, conn: Connection, row: OutboxRow, why: str) -> None:
        """Nobody needs it any more."""
        now = self._parts.now()
        outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
        ledger.write(conn, now, LedgerEvent.PAGE_SUPERSEDED, f"not paged: {why}", *_about(row), row.key)

    def waits(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        """Not now; tried again at an instant."""
        parts, now = self._parts, self._parts.now()
        not_before = not_sooner(until, now)
        words = f"the page waits until {when(not_before, parts.policy.display_zone)}: {why}"
        fallback = parts.policy.fallback
        overdue = fallback is not None and now - row.created_at >= fallback.after

        def hold(conn: Connection) -> None:
            self._put_off(conn, row, not_before, why, in_doubt=in_doubt)
            ledger.write(conn, now, LedgerEvent.PAGE_HELD, words, *_about(row), row.key)
            if overdue:
                owe_instead(conn, parts, row, why, now)

        parts.write(hold)

    def failed(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        """Refused for good. Pages are never dropped: a person may have mended the cause at that instant."""
        parts, now = self._parts, self._parts.now()

        def hold(conn: Connection) -> None:
            self._put_off(conn, row, until, why, in_doubt=in_doubt)
            ledger.write(conn, now, LedgerEvent.PAGE_FAILED, why, *_about(row), row.key)
            owe_instead(conn, parts, row, why, now)
            slack = parts.policy.slack
            if slack is not None and row.channel != slack.channel:  # which could not be told of itself
                words = f"a page could not be sent to {row.channel}: {clause(why)}. It is tried on, once a minute."
                owe_alert(conn, parts, f"page failed/{row.channel}", words, now)

        parts.write(hold)

    def queues_again(self, row: OutboxRow) -> None:
        """It was looked for and is not there, or cannot be looked for: it takes its turn again, as a repeat."""
        now = self._parts.now()

        def put_back(conn: Connection) -> None:
            outbox.hold(conn, row.key, now, "nobody knows whether it arrived, so it is sent again")
            outbox.amend(conn, row.key, {**row.body, REPEAT: True})

        self._parts.write(put_back)

    def _put_off(self, conn: Connection, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        if in_doubt:
            lanes.stays_in_doubt(conn, row.key, until)
        else:
            outbox.hold(conn, row.key, until, why)


def is_repeat(row: OutboxRow) -> bool:
    """True if an earlier copy may have arrived."""
    return row.body.get(REPEAT) is True


def not_sooner(until: datetime, now: datetime) -> datetime:
    """The first whole second not before an instant, and later than now."""
    return max(until if until.microsecond == 0 else until.replace(microsecond=0) + AGAIN, now + AGAIN)


def _about(row: OutboxRow) -> tuple[str | None, str | None]:
    """A bundle is about no single ticket."""
    return (None, None) if row.kind is OutboxKind.BUNDLE else (row.helpdesk, row.ticket_id)


def _sent(row: OutboxRow, action: Action, now: datetime) -> PageSent:
    repetition, asked_at = action.fact("repetition"), action.fact("asked_at")
    return PageSent(
        at=now,
        id=f"page:{row.key}",
        clock=action.fact("clock") or "",
        rung=action.fact("rung") or "",
        severity=action.fact("severity"),
        repetition=None if repetition is None else int(repetition),
        to=action.fact("to") or MAIN,
        asked_at=None if asked_at is None else parse_instant(asked_at),
    )


def _message(row: OutboxRow, label: str, came: Arrived, place: Posted, now: datetime) -> SlackMessage:
    view = came.view
    return SlackMessage(
        helpdesk=row.helpdesk,
        ticket_id=row.ticket_id,
        clock=label,
        channel=place.channel,
        ts=place.ts,
        digest="" if view is None else digest(replace(view, repeat=False)),
        state="" if view is None else type(view.state).__name__,
        updated_at=now,
        thread_ts=came.thread_ts,
    )
