"""How does a page leave, and what if nobody knows whether it did?

Promise: a page goes out at least once, and never while it is known to be needless. Just before it leaves the ticket
is read again; if the helpdesk does not answer within two seconds, the page goes out all the same and says so (and the
next ones do not wait for it, for a while). A page whose outcome is unknown stays in doubt until it was looked up in
Slack, and is sent again, marked as a repeat, only if it is not there. One page never stands in another's way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from adapters.errors import AdapterError, Gone, RateLimited, Unreachable
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
from slabot.runtime import lanes
from slabot.runtime.acts import action_of, wanted
from slabot.runtime.evaluation import evaluate, take_in, take_out
from slabot.runtime.mistakes import mistake
from slabot.runtime.parts import DOWN, LATE, RECHECK, Parts
from slabot.runtime.refresh import assignee_of, clock_of, digest, message_key
from slabot.store import (
    Lane,
    LedgerEvent,
    OutboxRow,
    OutboxState,
    SlackMessage,
    StoredTicket,
    StoreUnavailable,
    ledger,
    messages,
    outbox,
    tickets,
)

AT_ONCE = 20  # pages claimed together; few, so that a new, more urgent one waits for few
PACED_AT_ONCE = 2  # where Slack takes one a second: each page claimed for nothing costs two writes
PACED = timedelta(seconds=60)  # for how long a channel is spared after Slack asked for a pause
RETRY = timedelta(seconds=60)  # before a page that Slack refuses for good is tried again: a person may have mended it
AGAIN = timedelta(seconds=1)  # the least wait before a page is tried again

# Slack's codes for a thread that takes no replies, most likely because somebody deleted the first message.
NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message", "message_not_found"})


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
        self._channel_after: dict[str, datetime] = {}  # where Slack has asked for a pause
        self._paced_until: dict[str, datetime] = {}  # where it did so a moment ago
        self._helpdesk_after: dict[str, datetime] = {}  # not asked before: it did not answer, and costs a page 2 s

    def drain(self) -> bool:
        """Send what may be sent now; True if there was anything."""
        sender = self._parts.sender
        if sender is None:
            return False
        now = self._parts.now()
        in_doubt = lanes.doubtful(self._parts, Lane.PAGE, now)
        for row in in_doubt:
            if not self._parts.stopping.is_set():
                self._one(row, partial(self._settle_doubt, sender, row))
        rows = self._claim(now)
        for place, row in enumerate(rows):
            if self._parts.stopping.is_set() or (row.channel or "") in self._closed():
                lanes.put_back(self._parts, rows[place:], "it waits for its turn")
                break
            self._one(row, partial(self._deliver, sender, row, repeat=False))
        return bool(in_doubt or rows)

    def next_instant(self) -> datetime | None:
        """When something may be sent next, or a doubt can be settled; None where nothing can be sent at all."""
        if self._parts.sender is None:
            return None
        closed = self._closed()
        wishes = (lanes.next_instant(self._parts, Lane.PAGE, but_not_to=closed), *closed.values())
        return min((wish for wish in wishes if wish is not None), default=None)

    def _claim(self, now: datetime) -> list[OutboxRow]:
        """The most urgent pages that may be sent; those for a channel that is closed are left where they are."""
        closed = list(self._closed())
        most = PACED_AT_ONCE if any(until > now for until in self._paced_until.values()) else AT_ONCE
        return self._parts.write(lambda conn: outbox.claim(conn, now, Lane.PAGE, most, but_not_to=closed))

    def _closed(self) -> dict[str, datetime]:
        """Channels in which Slack takes no more messages just now, and until when; to the microsecond."""
        now = self._parts.clock.now()
        return {channel: until for channel, until in self._channel_after.items() if until > now}

    def _close(self, row: OutboxRow, until: datetime) -> None:
        """Slack asked for a pause, so from now on it is given one after each message, for a while."""
        channel, now = row.channel or "", self._parts.clock.now()
        self._channel_after[channel] = max(until, now + AGAIN)
        self._paced_until[channel] = now + PACED

    def _went(self, row: OutboxRow) -> None:
        channel, now = row.channel or "", self._parts.clock.now()
        if self._paced_until.get(channel, now) > now:
            self._channel_after[channel] = now + AGAIN

    def _one(self, row: OutboxRow, work: Callable[[], None]) -> None:
        """One page; a mistake about it must not silence the others."""
        try:
            work()
        except StoreUnavailable:
            raise  # no fault of this page
        except Exception as error:
            # It may have been sent before the mistake, so it stays in doubt.
            why = mistake("page.broke", error, RETRY, key=row.key)
            self._failed(row, self._parts.now() + RETRY, why, in_doubt=True)

    def _settle_doubt(self, sender: SlackSender, row: OutboxRow) -> None:
        """Look for a page that may have been sent; send it again only if it is not there."""
        label = action_of(row).fact("clock") or ""
        message = self._parts.store.read(lambda conn: messages.get(conn, row.helpdesk, row.ticket_id, label))
        try:
            found = sender.find(row.channel or "", row.key, row.created_at, thread_ts=_thread(sender, row, message))
        except SlackRetry as error:
            self._waits(row, error.until, str(error), in_doubt=True)
            return
        except (SlackPermanent, SlackHarmless, SlackOutcomeUnknown):
            found = None  # nobody can look for it: sent once more, and marked
        if found is not None:
            self._sent(row, found, None, "it had arrived in Slack before its outcome was known", repeat=False)
        else:
            self._deliver(sender, row, repeat=True)

    def _deliver(self, sender: SlackSender, row: OutboxRow, *, repeat: bool) -> None:
        closed_until = self._closed().get(row.channel or "")
        if closed_until is not None:
            self._waits(row, closed_until, "Slack takes no more messages in this channel just now", in_doubt=repeat)
            return
        unchecked_since = self._read_again(row)
        ready = self._parts.write(lambda conn: self._prepare(conn, row))
        if ready is None:
            return
        view = self._view(ready, row, unchecked_since, repeat)
        message = ready.message
        try:
            thread = _thread(sender, row, message)
            posted = sender.post(row.channel or "", view, key=row.key, thread_ts=thread, broadcast=thread is not None)
        except SlackRetry as error:
            self._close(row, error.until)
            self._waits(row, error.until, str(error), in_doubt=repeat)
        except SlackOutcomeUnknown as error:
            now = self._parts.now()
            self._waits(row, now + lanes.pause(row, now), str(error), in_doubt=True)
        except SlackPermanent as error:
            if message is None or error.code not in NO_THREAD:
                # Pages are never dropped: a person may have mended it by then.
                self._failed(row, self._parts.now() + RETRY, str(error), in_doubt=repeat)
                return
            self._parts.write(lambda c: messages.remove(c, row.helpdesk, row.ticket_id, message.clock))
            why = "the message that it belongs to is gone, so it is posted as a message of its own"
            self._waits(row, self._parts.now(), why, in_doubt=repeat)
        except SlackError as error:
            self._failed(row, self._parts.now() + RETRY, str(error), in_doubt=repeat)
        else:
            self._went(row)
            self._sent(row, posted, view, "sent", repeat=repeat)

    def _read_again(self, row: OutboxRow) -> datetime | None:
        """Read the ticket once more; the time since which it could not be read, if it cannot."""
        parts, now = self._parts, self._parts.now()  # before reading: what happens meanwhile is not in what is read
        adapter = parts.adapters.get(row.helpdesk)
        if adapter is None:
            return None  # it is not wanted any more: see `_prepare`
        if self._helpdesk_after.get(row.helpdesk, now) <= now:
            try:
                snapshot = adapter.version_of(row.ticket_id, timeout=RECHECK)
            except Gone:
                parts.write(lambda conn: take_out(conn, parts, row.helpdesk, row.ticket_id, now))
                return None
            except (Unreachable, RateLimited):
                self._helpdesk_after[row.helpdesk] = parts.now() + DOWN
            except AdapterError:
                pass
            else:
                parts.write(lambda conn: take_in(conn, parts, snapshot, now))
                return None
        stored = parts.store.read(lambda conn: tickets.load(conn, row.helpdesk, row.ticket_id))
        return parts.now() if stored is None else stored.seen_at

    def _prepare(self, conn: Connection, row: OutboxRow) -> Ready | None:
        """Decide once more; a page that nobody needs any more is settled here."""
        parts, now = self._parts, self._parts.now()
        decision = evaluate(conn, parts, row.helpdesk, row.ticket_id, now=now)
        stored = tickets.load(conn, row.helpdesk, row.ticket_id)
        action = wanted(decision, row.key) if row.helpdesk in parts.adapters else None
        if stored is None or action is None:
            why = _why_not(decision, action_of(row))
            if row.helpdesk not in parts.adapters:
                why = f"the policy no longer names the helpdesk {row.helpdesk}"
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
            tickets.lock(conn, row.helpdesk, row.ticket_id)  # the ticket first, as everywhere: else two wait in a ring
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

        parts.write(settle)

    def _waits(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        now = self._parts.now()
        not_before = not_sooner(until, now)
        words = f"the page waits until {when(not_before, self._parts.policy.display_zone)}: {why}"

        def hold(conn: Connection) -> None:
            self._put_off(conn, row, not_before, why, in_doubt=in_doubt)
            ledger.write(conn, now, LedgerEvent.PAGE_HELD, words, row.helpdesk, row.ticket_id, row.key)

        self._parts.write(hold)

    def _failed(self, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        now = self._parts.now()

        def hold(conn: Connection) -> None:
            self._put_off(conn, row, until, why, in_doubt=in_doubt)
            ledger.write(conn, now, LedgerEvent.PAGE_FAILED, why, row.helpdesk, row.ticket_id, row.key)

        self._parts.write(hold)

    def _put_off(self, conn: Connection, row: OutboxRow, until: datetime, why: str, *, in_doubt: bool) -> None:
        if in_doubt:
            lanes.stays_in_doubt(conn, row.key, until)
        else:
            outbox.hold(conn, row.key, until, why)


def _thread(sender: SlackSender, row: OutboxRow, message: SlackMessage | None) -> str | None:
    """The thread of the clock's message; a rung that names another channel is a message of its own there."""
    if message is None or sender.channel_id(row.channel or "") != message.channel:
        return None
    return message.ts


def not_sooner(until: datetime, now: datetime) -> datetime:
    """The first whole second not before an instant, and later than now."""
    return max(until if until.microsecond == 0 else until.replace(microsecond=0) + AGAIN, now + AGAIN)


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
