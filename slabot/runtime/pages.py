"""How does a page leave, and what if nobody knows whether it did?

Promise: a page goes out at least once, and never while it is known to be needless. Just before it leaves the ticket
is read again; if the helpdesk does not answer within two seconds, the page goes out all the same and says so. A
page whose outcome is unknown is looked up in Slack, and sent again, marked as a repeat, only if it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from adapters.errors import AdapterError, Gone
from slabot.domain import PageSent
from slabot.paging import (
    Late,
    LateCause,
    PageView,
    Posted,
    SlackError,
    SlackHarmless,
    SlackOutcomeUnknown,
    SlackPermanent,
    SlackRetry,
    SlackSender,
    compose,
)
from slabot.rules import Action, Decision
from slabot.rules.words import when
from slabot.runtime.acts import action_of, wanted
from slabot.runtime.evaluation import evaluate, take_in
from slabot.runtime.parts import LATE, LEASE, RECHECK, Parts
from slabot.runtime.refresh import assignee_of, clock_of, digest, message_key
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxRow,
    OutboxState,
    SlackMessage,
    StoredTicket,
    ledger,
    messages,
    outbox,
    tickets,
)

AT_ONCE = 20  # pages claimed together; few, so that a new, more urgent one waits for few
RETRY = timedelta(seconds=60)  # before a page that Slack refuses for good is tried again: a person may have mended it
AGAIN = timedelta(seconds=1)  # the least wait before a page is tried again


@dataclass(frozen=True, slots=True)
class Ready:
    """A page that is still wanted, and all that is needed to send it."""

    stored: StoredTicket
    decision: Decision
    action: Action
    message: SlackMessage | None


class PageDelivery:
    """Sends the pages of the outbox."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sender = self._parts.sender
        if sender is None:
            return False
        now = self._parts.now()
        doubtful = [
            row for row in self._parts.store.read(lambda c: outbox.in_doubt(c, now - LEASE)) if row.lane is Lane.PAGE
        ]
        for row in doubtful:
            self._settle_doubt(sender, row)
        rows = self._parts.store.write(lambda conn: outbox.claim(conn, now, Lane.PAGE, AT_ONCE))
        for row in rows:
            self._deliver(sender, row, repeat=False)
        return bool(doubtful or rows)

    def next_instant(self) -> datetime | None:
        """When something may be sent next, or a doubt can be settled."""
        now = self._parts.now()

        def ask(conn: Connection) -> list[datetime]:
            waiting = outbox.earliest(conn, Lane.PAGE)
            doubts = [row.sending_since for row in outbox.in_doubt(conn, now) if row.lane is Lane.PAGE]
            settled = [since + LEASE for since in doubts if since is not None]
            return settled if waiting is None else [*settled, waiting]

        return min(self._parts.store.read(ask), default=None)

    def _settle_doubt(self, sender: SlackSender, row: OutboxRow) -> None:
        """Look for a page that may have been sent; send it again only if it is not there."""
        label = action_of(row).fact("clock") or ""
        message = self._parts.store.read(lambda conn: messages.get(conn, row.helpdesk, row.ticket_id, label))
        thread = None if message is None else message.ts
        try:
            found = sender.find(row.channel or "", row.key, row.sending_since or row.created_at, thread_ts=thread)
        except SlackRetry as error:
            self._again(row, error.until, str(error))
            return
        except (SlackPermanent, SlackHarmless) as error:
            self._again(row, self._parts.now() + RETRY, str(error))
            return
        except SlackOutcomeUnknown:
            found = None
        if found is not None:
            self._sent(row, found, None, "it had arrived in Slack before its outcome was known", repeat=False)
        else:
            self._deliver(sender, row, repeat=True)

    def _deliver(self, sender: SlackSender, row: OutboxRow, *, repeat: bool) -> None:
        unchecked_since = self._read_again(row)
        ready = self._parts.store.write(lambda conn: self._prepare(conn, row))
        if ready is None:
            return
        view = self._view(ready, row, unchecked_since, repeat)
        message = ready.message
        try:
            posted = sender.post(
                row.channel or "",
                view,
                key=row.key,
                thread_ts=None if message is None else message.ts,
                broadcast=message is not None,
            )
        except SlackRetry as error:
            self._again(row, error.until, str(error))
        except SlackOutcomeUnknown:
            return  # it stays as being sent, and is looked up once the lease is over
        except SlackHarmless:
            self._again(row, self._parts.now() + AGAIN, "the message that it belongs to is gone; it is posted anew")
            self._parts.store.write(lambda c: messages.remove(c, row.helpdesk, row.ticket_id, _label(ready)))
        except SlackError as error:
            self._refused(row, str(error))
        else:
            self._sent(row, posted, view, "sent", repeat=repeat)

    def _read_again(self, row: OutboxRow) -> datetime | None:
        """Read the ticket once more; the time since which it could not be read, if it cannot."""
        parts = self._parts
        adapter = parts.adapters.get(row.helpdesk)
        if adapter is None:
            return None
        try:
            snapshot = adapter.version_of(row.ticket_id, timeout=RECHECK)
        except Gone:
            return None  # the sweep brings the deletion; until then the page is better sent than lost
        except AdapterError:
            stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
            return parts.now() if stored is None else stored.seen_at
        now = parts.now()
        parts.store.write(lambda conn: take_in(conn, parts, snapshot, now))
        return None

    def _prepare(self, conn: Connection, row: OutboxRow) -> Ready | None:
        """Decide once more; a page that nobody needs any more is settled here."""
        parts, now = self._parts, self._parts.now()
        decision = evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        action = wanted(decision, row.key)
        if stored is None or action is None:
            why = _why_not(decision, action_of(row))
            outbox.settle(conn, row.key, OutboxState.SUPERSEDED, why)
            ledger.write(
                conn, now, LedgerEvent.PAGE_SUPERSEDED, f"not paged: {why}", row.helpdesk, row.ticket_id, row.key
            )
            return None
        label = action.fact("clock") or ""
        return Ready(stored, decision, action, messages.get(conn, row.helpdesk, row.ticket_id, label))

    def _view(self, ready: Ready, row: OutboxRow, unchecked_since: datetime | None, repeat: bool) -> PageView:
        stored, decision, action = ready.stored, ready.decision, ready.action
        clock = clock_of(decision, action.fact("clock") or "")
        assert clock is not None, "a page that is due has its clock in the same decision"
        return compose(
            ticket=stored.ticket,
            timeline=stored.timeline,
            policy=self._parts.policy,
            decision=decision,
            clock=clock,
            key=message_key(stored.ticket.reference, clock.label),
            generation=stored.generation,
            action=action,
            assignee=assignee_of(stored),
            late=self._late(action, row),
            repeat=repeat,
            unchecked_since=unchecked_since,
        )

    def _late(self, action: Action, row: OutboxRow) -> Late | None:
        now = self._parts.now()
        if now - action.at <= LATE:
            return None
        if row.created_at - action.at <= LATE:
            cause = LateCause.SLACK
        elif action.at < self._parts.started_at <= row.created_at:
            cause = LateCause.STOPPED
        else:
            cause = LateCause.SEEN_LATE
        return Late(action.at, now - action.at, cause)

    def _sent(self, row: OutboxRow, posted: Posted, view: PageView | None, words: str, *, repeat: bool) -> None:
        parts, now, action = self._parts, self._parts.now(), action_of(row)

        def settle(conn: Connection) -> None:
            outcome = {"channel": posted.channel, "ts": posted.ts}
            if not outbox.settle(conn, row.key, OutboxState.SENT, words, outcome):
                return
            label = action.fact("clock") or ""
            repetition = action.fact("repetition")
            act = PageSent(
                at=now,
                id=f"page:{row.key}",
                clock=label,
                rung=action.fact("rung") or "",
                severity=action.fact("severity"),
                repetition=None if repetition is None else int(repetition),
            )
            tickets.add_act(conn, row.helpdesk, row.ticket_id, act)
            if messages.get(conn, row.helpdesk, row.ticket_id, label) is None:
                messages.put(conn, _message(row, label, posted, view, now))
            event = LedgerEvent.PAGE_REPEATED if repeat else LedgerEvent.PAGE_SENT
            said = f"paged {row.channel}: {action.because}"
            ledger.write(conn, now, event, said, row.helpdesk, row.ticket_id, row.key)
            evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)

        parts.store.write(settle)

    def _again(self, row: OutboxRow, until: datetime, why: str) -> None:
        now = self._parts.now()
        not_before = max(until, now + AGAIN)

        def hold(conn: Connection) -> None:
            outbox.hold(conn, row.key, not_before, why)
            words = f"the page waits until {when(not_before, self._parts.policy.display_zone)}: {why}"
            ledger.write(conn, now, LedgerEvent.PAGE_HELD, words, row.helpdesk, row.ticket_id, row.key)

        self._parts.store.write(hold)

    def _refused(self, row: OutboxRow, why: str) -> None:
        """Slack will not take it before a person acts; it is tried again all the same: pages are never dropped."""
        now = self._parts.now()

        def hold(conn: Connection) -> None:
            outbox.hold(conn, row.key, now + RETRY, why)
            ledger.write(conn, now, LedgerEvent.PAGE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

        self._parts.store.write(hold)


def _label(ready: Ready) -> str:
    return ready.action.fact("clock") or ""


def _message(row: OutboxRow, label: str, posted: Posted, view: PageView | None, now: datetime) -> SlackMessage:
    return SlackMessage(
        helpdesk=row.helpdesk,
        ticket_id=row.ticket_id,
        clock=label,
        channel=posted.channel,
        ts=posted.ts,
        digest="" if view is None else digest(replace(view, repeat=False)),
        state="" if view is None else type(view.state).__name__,
        updated_at=now,
    )


def _why_not(decision: Decision, action: Action) -> str:
    """Why a planned page is needless, in words."""
    clock = clock_of(decision, action.fact("clock") or "")
    if clock is None:
        return "the clock that it was about is no longer kept"
    if clock.stopped_at is not None:
        return f"the clock had stopped ({clock.verdict.value}) when it was about to leave"
    if clock.terms.severity != action.fact("severity"):
        return f"the severity is {clock.terms.severity} now, and its own rungs apply"
    if any(other.fact("clock") == clock.label for other in decision.due_now):
        return "a later rung has come meanwhile, and its page names this one"
    return "people have been told, or have asked for quiet, since it was planned"
